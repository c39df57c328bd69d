"""CSRF tokens on every unsafe form (Flask-WTF), and the double-submit key of creating forms."""

from __future__ import annotations

import secrets

from flask import Flask, g
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup

from core.error_pages import answer
from core.errors import Forbidden
from core.localization.library_messages import translate_csrf

csrf = CSRFProtect()
IDEMPOTENCY_FIELD = "idempotency_key"


def register(app: Flask) -> None:
    """Check the token of every POST, PUT, PATCH and DELETE; give templates ``csrf()``."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # it lives as long as the session
    csrf.init_app(app)
    app.register_error_handler(
        CSRFError, lambda e: answer(Forbidden(translate_csrf(e.description), code="csrf"))
    )
    app.jinja_env.globals.update(csrf=csrf_field, once=idempotency_field)


def csrf_field() -> Markup:
    """Return the hidden field with this session's token."""
    field: Markup | None = g.get("hamyar_csrf_field")
    if field is None:
        field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
        g.hamyar_csrf_field = field
    return field


def idempotency_field(key: str | None = None) -> Markup:
    """Return the hidden field by which sending a form twice does its work once."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        IDEMPOTENCY_FIELD, key or secrets.token_urlsafe(18)
    )
