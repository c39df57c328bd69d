"""A small helper of the layouts: the current address with changes."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request


def current_url(**changes: str | None) -> str:
    """Return the address of this page with query parameters replaced; `None` takes one away.

    >>> current_url(lang="en")      # on /requests/?state=open
    '/requests/?state=open&lang=en'
    """
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    path = request.script_root + request.path
    return f"{path}?{urlencode(pairs)}" if pairs else path
