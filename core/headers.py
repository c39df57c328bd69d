"""Security headers of every answer (ASVS 5.0 V3)."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)


def register(app: Flask) -> None:
    """Install the headers."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add them; personal pages are never stored, hashed static files for a year."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.path.startswith("/static/build/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not request.path.startswith("/static/"):
        headers["Cache-Control"] = "no-store"  # files too, to which Flask gives no-cache
    return response
