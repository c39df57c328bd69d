"""Which host names and which proxies before us are believed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from core.config import Settings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def register(app: Flask, settings: Settings) -> None:
    """Answer only to the site's own name, so that no link is ever built with a foreign one.

    The client's address and scheme are read from ``X-Forwarded-…`` only as many proxies deep
    as there are (`HAMYAR_TRUSTED_PROXIES`); throttling and the audit rely on it.
    """
    host = urlsplit(settings.base_url).hostname or ""
    app.config["TRUSTED_HOSTS"] = [*LOOPBACK, f"[{host}]" if ":" in host else host]
    app.before_request(_check_host)
    app.register_error_handler(SecurityError, _refuse_host)
    if depth := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth)  # type: ignore[method-assign] # as its docs say


def _check_host() -> None:
    """Refuse before anything else can answer."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception


def _refuse_host(_error: SecurityError) -> Response:
    """Answer in plain words; no page of ours can be built, as its links need a host."""
    return Response("This host name is not served here.\n", 400, mimetype="text/plain")
