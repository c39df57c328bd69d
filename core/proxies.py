"""Which host names and which proxies before us are believed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
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
    if depth := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth)  # type: ignore[method-assign] # as its docs say
