"""Where to go after signing in or changing a preference: never to another site."""

from __future__ import annotations

from typing import Final

from core.sdk.checks import InvalidValueError, href

START: Final = "/start"
"""Where one lands who asked for no page of his own: `core.portal.views.start`."""


def local_path(target: str) -> str:
    """Return ``target`` if it is a path on this site, else the home page."""
    try:
        href("next", target)
    except InvalidValueError:
        return "/"
    return target


def after_sign_in(target: str) -> str:
    """Return where to go after signing in; whoever came in by the front door is shown his side."""
    path = local_path(target)
    return START if path == "/" else path
