"""Reading pages as the tests need it."""

from __future__ import annotations

import re


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'type="hidden" name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"no hidden field {name} in: {words(page)}"
    return found[1]


def words(page: str) -> str:
    """Return the text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
