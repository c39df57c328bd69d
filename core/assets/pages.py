"""Small helpers of the layouts: the current address with changes, and the direction of text."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from flask_babel import get_locale


def current_url(**changes: str | None) -> str:
    """Return the address of this page with query parameters replaced; `None` takes one away.

    >>> current_url(lang="en")      # on /requests/?state=open
    '/requests/?state=open&lang=en'
    """
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    path = request.script_root + request.path
    return f"{path}?{urlencode(pairs)}" if pairs else path


def text_direction() -> str:
    """Return `rtl` or `ltr` for the language of this request; Persian when there is none."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "rtl"


def page_language() -> str:
    """Return the language of this page (`fa` or `en`); Persian when there is none."""
    locale = get_locale()
    return str(locale.language) if locale else "fa"
