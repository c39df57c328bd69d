"""Flask's configuration made from our settings."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from core.config import Settings
from core.database.provision import ensure_database
from core.database.urls import sqlalchemy_url

UPLOAD_LIMIT: Final = 50 * 1024 * 1024
"""Largest request body in bytes: the sum of all files of a case."""
ENGINE: Final[dict[str, Any]] = {
    "pool_size": 8,
    "max_overflow": 8,
    "pool_timeout": 10,
    "hide_parameters": True,
}
"""Per process: four web threads and the worker, with room; no ping, as it is a round trip.
Parameters hold personal data and would stand in every logged database error."""


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return the values for ``app.config``.

    Cookies are ``__Host-`` and Secure where the site has TLS; a plain ``http`` base URL (demo
    on 127.0.0.1) cannot have either.

    Raises:
        OperatorError: the database cannot be reached or set up.
    """
    base = urlsplit(settings.base_url)
    tls = base.scheme == "https"
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.env == "test",
        "SQLALCHEMY_DATABASE_URI": sqlalchemy_url(ensure_database(settings).app),
        "SQLALCHEMY_ENGINE_OPTIONS": ENGINE,
        "PREFERRED_URL_SCHEME": base.scheme,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "SESSION_COOKIE_NAME": "__Host-hamyar" if tls else "hamyar",
        "SESSION_COOKIE_SECURE": tls,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }
