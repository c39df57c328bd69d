"""Where to go after signing in or changing a preference: never to another site."""

from __future__ import annotations

from core.sdk.checks import InvalidValueError, href


def local_path(target: str) -> str:
    """Return ``target`` if it is a path on this site, else the home page."""
    try:
        href("next", target)
    except InvalidValueError:
        return "/"
    return target
