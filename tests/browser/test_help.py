"""The help for readers: every topic in both languages, light, without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from core.assets.guides import Page as Topic
from core.assets.guides import render
from tests.browser.chromium import (
    ABOUT_COLOURS,
    DESKTOP,
    PHONE,
    ROOT,
    Visitor,
    overflow,
    violations,
    weigh,
)

TOPICS: Final = render(ROOT / "docs", str)["en"]
NAMES: Final = [topic.name for topic in TOPICS]
HEAVIEST: Final = {"employees": 120, "officers": 220}
"""Kilobytes of a first visit, pictures included."""


def _faults(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    faults = [f"answers {answer.status}"] if answer and answer.status != 200 else []
    for width, height in (PHONE, DESKTOP, (320, 700)):
        page.set_viewport_size({"width": width, "height": height})
        if wider := overflow(page):
            faults.append(f"is {wider} px too wide at {width} px")
    faults += violations(page)
    page.emulate_media(color_scheme="dark")
    faults += violations(page, ABOUT_COLOURS)
    page.emulate_media(color_scheme="light")
    return [f"{path}: {fault}" for fault in faults]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_everybody_can_read_every_topic(visitor: Visitor, locale: str) -> None:
    page = visitor.open("/help/", locale=locale)
    faults = [f for path in ("", *NAMES) for f in _faults(page, f"/help/{path}")]
    assert faults == []


@pytest.mark.parametrize("audience", HEAVIEST)
def test_topics_are_light_for_the_first_visitor(visitor: Visitor, audience: str) -> None:
    heaviest = max((t for t in TOPICS if t.name.startswith(audience)), key=_pictures).name
    page = visitor.open("about:blank", size=PHONE)
    page.on("load", lambda page: page.mouse.wheel(0, 20_000))
    weight, requests = weigh(page, f"/help/{heaviest}")
    assert weight <= HEAVIEST[audience]
    assert requests <= 8


def _pictures(topic: Topic) -> int:
    """Return the bytes of a topic's pictures: all else is the same on all of them."""
    return sum(
        Path(src).stat().st_size for src in re.findall(r'<img[^>]* src="([^"]+)"', topic.html)
    )


def test_a_reader_walks_through_the_help_without_scripts(visitor: Visitor) -> None:
    page = visitor.open("/sign-in", javascript=False)
    page.get_by_role("link", name="راهنمای این صفحه").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("ورود به سامانه")
    page.get_by_role("navigation", name="در این صفحه").get_by_role("link").last.click()
    assert page.url.rpartition("#")[2]
    page.get_by_role("link", name="بعدی: درخواست‌های من").click()
    expect(heading).to_have_text("درخواست‌های من")
    page.get_by_role("link", name="English").click()
    expect(heading).to_have_text("My requests")
    page.get_by_role("link", name="All topics").click()
    page.get_by_role("link", name="The inbox").click()
    expect(page.get_by_role("img", name="The inbox")).to_be_visible()


def test_a_picture_is_shown_when_the_reader_comes_to_it(visitor: Visitor) -> None:
    page = visitor.open("/help/officers/import", size=DESKTOP)
    picture = page.locator(".prose img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth > 0")
