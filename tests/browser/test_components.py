"""The components by themselves, in the gallery: reach, keyboard, forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import DESKTOP, PHONE, Theme, Visitor, overflow, violations

PAGES = ("/home", "/components", "/desk", "/error/404")


@pytest.mark.parametrize("locale", ["fa", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_every_component(gallery: Visitor, path: str, locale: str) -> None:
    page = gallery.open(f"{path}?lang={locale}&theme=auto")
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        themes: tuple[Theme, ...] = ("light", "dark")
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], f"{width} {theme}"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_screen(gallery: Visitor, path: str) -> None:
    page = gallery.open(path, size=(320, 640))
    assert overflow(page) == 0
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    page.set_viewport_size({"width": 640, "height": 640})
    assert overflow(page) == 0


@pytest.mark.parametrize("path", PAGES)
def test_controls_are_large_enough_for_a_finger(gallery: Visitor, path: str) -> None:
    page = gallery.open(path)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, summary, .btn, .tool, .more, .tabbar a, .sidenav a, .mainnav a, ' +
            'input:not([type=hidden], [type=checkbox], [type=radio])')]
          .filter((control) => control.checkVisibility())
          .filter((control) => control.getBoundingClientRect().height < 43.5)
          .map((control) => control.outerHTML.slice(0, 120))"""
    )
    assert small == []


def _calendar(gallery: Visitor, locale: str = "fa") -> Page:
    page = gallery.open(f"/components?lang={locale}", size=DESKTOP)
    page.locator("#f-start").fill("1405/09/02")
    page.locator("[data-calendar=f-start]").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def _focused_day(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.getAttribute('aria-label')"))


def test_the_calendar_by_keyboard(gallery: Visitor) -> None:
    page = _calendar(gallery)
    assert _focused_day(page) == "دوشنبه ۲ آذر ۱۴۰۵"
    steps = {
        "ArrowLeft": "سه‌شنبه ۳ آذر ۱۴۰۵",  # forward is to the left
        "ArrowDown": "سه‌شنبه ۱۰ آذر ۱۴۰۵",
        "Home": "شنبه ۷ آذر ۱۴۰۵",
        "End": "جمعه ۱۳ آذر ۱۴۰۵",
        "ArrowUp": "جمعه ۶ آذر ۱۴۰۵",
        "PageDown": "یکشنبه ۶ دی ۱۴۰۵",
        "Shift+PageUp": "شنبه ۶ دی ۱۴۰۴",
        "PageUp": "پنجشنبه ۶ آذر ۱۴۰۴",
    }
    for key, day in steps.items():
        page.keyboard.press(key)
        assert _focused_day(page) == day, key
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#f-start")).to_have_value("۱۴۰۴/۰۹/۰۶")
    expect(page.locator("[data-calendar=f-start]")).to_be_focused()


def test_the_calendar_reads_from_the_left_in_english(gallery: Visitor) -> None:
    page = _calendar(gallery, "en")
    page.keyboard.press("ArrowRight")
    assert _focused_day(page) == "Tuesday 3 Azar 1405"
    page.keyboard.press("Space")
    expect(page.locator("#f-start")).to_have_value("1405/09/03")


def test_escape_leaves_the_calendar_and_the_date_alone(gallery: Visitor) -> None:
    page = _calendar(gallery)
    page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#f-start")).to_have_value("1405/09/02")
    expect(page.locator("[data-calendar=f-start]")).to_be_focused()


def test_tab_stays_inside_the_calendar(gallery: Visitor) -> None:
    page = _calendar(gallery)
    for _press in range(12):
        page.keyboard.press("Tab")
        outside = "() => document.activeElement.matches('body *:not(dialog, dialog *)')"
        assert not page.evaluate(outside)


def test_the_error_summary_is_read_first_and_leads_to_the_field(gallery: Visitor) -> None:
    page = gallery.open("/components")
    assert page.title().startswith("خطا:")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    assert page.evaluate("() => document.activeElement.closest('.field.bad') !== null")


def test_an_amount_is_said_in_words_while_it_is_typed(gallery: Visitor) -> None:
    page = gallery.open("/components")
    amount = page.locator("#f-amount")
    amount.fill("۱۲۳۴۵۶۷")
    expect(page.locator("#f-amount-words")).to_contain_text("تومان")
    amount.press("Tab")
    expect(amount).to_have_value("۱٬۲۳۴٬۵۶۷")


def test_menus_open_and_close_by_keyboard(gallery: Visitor) -> None:
    page = gallery.open("/home", size=DESKTOP)
    opener = page.locator(".tools summary")
    opener.press("Enter")
    expect(page.locator(".menu-who")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".menu-who")).to_be_hidden()
    expect(opener).to_be_focused()


def test_every_component_works_without_scripts(gallery: Visitor) -> None:
    page = gallery.open("/components", javascript=False)
    for hidden in page.locator("[data-calendar], [data-copy]").all():
        expect(hidden).to_be_hidden()  # what can do nothing isn't shown
    expect(page.locator("#f-start")).to_be_editable()
    expect(page.get_by_role("link", name="پس گرفتن درخواست")).to_have_attribute("href", "/withdraw")
