"""Identifiers look the same everywhere: as they are kept, from left to right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.localization import use_locale
from core.localization.filters import code

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(
    path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("templates/**/*.html")
)
SHOWN = re.compile(r"\{\{[^{}]*personnel_number[^{}]*\}\}")
ADDRESS = re.compile(r"url_for\([^()]*\)")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_digits_stay_as_they_are(locale: str) -> None:
    with use_locale(locale):
        assert code("00123/A") == '<bdi dir="ltr">00123/A</bdi>'


def test_an_empty_one_is_a_dash_and_markup_is_escaped() -> None:
    assert code(None) == code("") == '<bdi dir="ltr">—</bdi>'
    assert code("<b>") == '<bdi dir="ltr">&lt;b&gt;</bdi>'


def test_every_page_shows_personnel_numbers_by_the_filter() -> None:
    found = [
        (path.name, shown)
        for path in TEMPLATES
        for shown in SHOWN.findall(ADDRESS.sub("", path.read_text("utf-8")))
    ]
    assert len(found) >= 7
    assert [each for each in found if "personnel_number|code" not in each[1]] == []
