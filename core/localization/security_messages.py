"""Flask-Security in our languages: its messages from ``flask_security.po``."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security.babel import FsDomain

from core.localization import catalogue_files
from core.localization.languages import current_locale
from core.localization.messages import interpolate


class SecurityDomain(FsDomain):
    """Flask-Security's domain, read from the ``.po`` file and with Persian digits."""

    def get_translations(self) -> catalogue_files.PoTranslations:
        """Return its messages in the language in force."""
        return catalogue_files.translations(current_locale(), "flask_security")

    def gettext(self, string: str, **variables: Any) -> str:
        """Return the translated message with ``variables`` filled in."""
        text = self.get_translations().gettext(string)
        return interpolate(text, variables, current_locale()) if variables else text


def translate_security(app: Flask) -> None:
    """Let the Flask-Security of ``app`` (already initialised) speak our languages."""
    domain = SecurityDomain(app)  # type: ignore[no-untyped-call]  # untyped base
    app.extensions["security"].i18n_domain = domain
    app.jinja_env.globals["_fsdomain"] = domain.gettext
