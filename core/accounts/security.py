"""Flask-Security on our accounts (docs/adr/0012-accounts.md).

We use its password hashing and its messages. Its views, Flask-Login and Flask-Principal keep
another kind of session and another user beside ours, so they are switched off: who asks is
what `core.accounts.request_state` found.
"""

from __future__ import annotations

from flask import Flask, g
from flask_security import Security, UserDatastore

from core.accounts.models import Account
from core.accounts.request_state import current
from core.localization.security_messages import translate_security
from core.policy.models import Role

ARGON2 = {"type": "ID", "time_cost": 2, "memory_cost": 19_456, "parallelism": 1}
"""OWASP's first recommendation for argon2id: 19 MiB, two passes; about 25 ms here."""


def register(app: Flask) -> None:
    """Set Flask-Security up and tell the localization whose preferences count."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 # the name of an algorithm
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_PROTECTION=None,
    )
    datastore = UserDatastore(Account, Role)  # type: ignore[arg-type] # without its mixins
    security = Security(app, datastore, register_blueprint=False)
    security.pwd_context.update(**{f"argon2__{name}": value for name, value in ARGON2.items()})
    security.login_manager.user_loader(_nobody)
    security.login_manager.request_loader(_nobody)
    security.principal.identity_loaders.clear()
    translate_security(app)
    app.extensions["hamyar_locale_of_viewer"] = _locale_of_viewer


def _nobody(_key: object) -> None:
    return None


def _locale_of_viewer() -> str | None:
    """The language of the account, if somebody is signed in."""
    if "hamyar" not in g or not current().viewer.is_signed_in:
        return None
    return current().viewer.locale
