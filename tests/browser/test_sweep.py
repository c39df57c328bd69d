"""Every page, in both languages, light and dark, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Final

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.chromium import (
    ABOUT_COLOURS,
    DESKTOP,
    PHONE,
    Theme,
    Visitor,
    overflow,
    violations,
)
from tests.browser.routes import Stop, stops

PARTS: Final = 8
SMALLEST: Final = (320, 700)
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")


@pytest.fixture(scope="session")
def all_stops(demo_app: Flask) -> list[Stop]:
    """Return every page of the demonstration."""
    return stops(demo_app)


@pytest.mark.parametrize("locale", ["fa", "en"])
@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_can_use_every_page(
    demo: Visitor,
    all_stops: list[Stop],
    demo_token: Callable[[str], str],
    part: int,
    locale: str,
) -> None:
    @cache
    def window(username: str | None) -> Page:
        return demo.open("/verify/", demo_token(username) if username else None, locale=locale)

    faults = []
    for stop in all_stops[part::PARTS]:
        found = _look(window(stop.username), stop.path)
        faults += [f"{stop.path} ({stop.endpoint}) {fault}" for fault in found]
    assert faults == []


def _look(page: Page, path: str) -> list[str]:
    """Load a page once; change theme and width in place."""
    answer = page.goto(path)
    faults = [f"answers {answer.status}"] if answer and answer.status != 200 else []
    for (width, height), theme in product((PHONE, DESKTOP), THEMES):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        rules = ABOUT_COLOURS if theme == "dark" else None
        faults += [f"{width} {theme}: {found}" for found in violations(page, rules)]
    page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
    if wider := overflow(page):
        faults.append(f"is {wider} px too wide at {SMALLEST[0]} px")
    return faults
