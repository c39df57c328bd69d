"""What the interface promises (docs: the portal and the desk), seen in the demonstration."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from core.demo.accounts import PASSWORD
from core.testing.factories import Province
from tests.browser.chromium import DESKTOP, PHONE, Visitor, weigh

Token = Callable[[str], str]
CONTACT = "/requests/new/people.contact_change"
CHECK = "button[name=action][value=check]"
SEND = "button[name=action][value=send]"


def _bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box, selector
    return box["y"] + box["height"]


def test_home_answers_within_the_first_screen(demo: Visitor, demo_token: Token) -> None:
    page = demo.open("/", demo_token("maryam"))
    tabs = page.locator(".tabbar").bounding_box()
    assert tabs
    assert _bottom(page, ".tasks li .tag") < tabs["y"], "what to do, by when"
    assert _bottom(page, ".data tbody tr .tag") < tabs["y"], "where my request is"
    order = ["کارهای شما", "درخواست‌های من", "آموزش"]
    places = [page.get_by_role("heading", name=name, exact=True).bounding_box() for name in order]
    assert all(places)
    tops = [place["y"] for place in places if place]
    assert tops == sorted(tops)


def test_a_request_has_the_same_reference_everywhere(demo: Visitor, demo_token: Token) -> None:
    page = demo.open("/", demo_token("maryam"), permissions=["clipboard-read", "clipboard-write"])
    link = page.locator(".data tbody th a").first
    reference = link.inner_text()
    assert re.fullmatch(r"HM-\d{4}-\d{5,}", reference)
    link.click()
    expect(page.locator("main .ref").first).to_contain_text(reference)
    page.locator("main [data-copy]").first.click()
    assert page.evaluate("() => navigator.clipboard.readText()") == reference
    page.goto("/requests/")
    expect(page.get_by_text(reference)).to_be_visible()


def test_switching_the_language_keeps_page_filters_and_what_was_typed(
    demo: Visitor, demo_token: Token
) -> None:
    page = demo.open(CONTACT, demo_token("maryam"), size=DESKTOP)
    page.locator("#f-mobile").fill("۰۹۸۹۱۲۳۴۵۶۷")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("#f-mobile")).to_have_value("۰۹۸۹۱۲۳۴۵۶۷")
    page = demo.open("/m/karaj/people/?text=رضایی", demo_token("admin"), size=DESKTOP)
    shown = page.locator("main tbody tr").count()
    assert shown
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("main tbody tr").count() == shown


def test_back_returns_to_the_filtered_list(demo: Visitor, demo_token: Token) -> None:
    page = demo.open("/m/karaj/people/?text=رضایی", demo_token("admin"), size=DESKTOP)
    address = page.url
    page.locator("main tbody th a").first.click()
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/"))
    page.go_back()
    assert page.url == address
    page.go_forward()
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/"))


def _fill_contact(page: Page, mobile: str) -> None:
    page.goto(CONTACT)
    page.locator("#f-mobile").fill(mobile)
    page.locator(CHECK).click()
    expect(page.locator(f"{SEND}, [data-error-summary]").first).to_be_visible()


@pytest.fixture
def sent(province: Province) -> Callable[[], int]:
    """Return how many requests there are in Karaj."""

    def count() -> int:
        with province.unit(province.karaj) as uow:
            return int(uow.session.scalar(text("select count(*) from request")) or 0)

    return count


def test_pressing_twice_or_going_back_sends_one_request(
    visitor: Visitor, province: Province, sent: Callable[[], int]
) -> None:
    page = visitor.open("/", province.employee(province.karaj).token)
    _fill_contact(page, "09891112233")
    form = "() => Object.fromEntries(new FormData(document.querySelector('main form')))"
    sending = {**page.evaluate(form), "action": "send"}
    page.locator(SEND).dblclick()
    page.wait_for_url("**/sent")
    assert sent() == 1
    again = page.request.post(CONTACT, form=sending)
    assert again.url == page.url, "the same form leads to the same request"
    assert sent() == 1


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(
    visitor: Visitor, province: Province
) -> None:
    page = visitor.open("/", province.employee(province.karaj).token)
    _fill_contact(page, "۱۲۳")
    assert page.title().startswith("خطا:")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("#f-mobile")).to_have_value("۱۲۳")
    page.locator("[data-error-summary] a").first.click()
    expect(page.locator("#f-mobile")).to_be_focused()
    expect(page.locator(CHECK)).to_be_enabled()


@pytest.mark.parametrize("digits", ["۰۹۸۹۱۱۱۲۲۳۳", "٠٩٨٩١١١٢٢٣٣", "09891112233"])
def test_three_families_of_digits_mean_the_same(
    visitor: Visitor, province: Province, digits: str
) -> None:
    page = visitor.open("/", province.employee(province.karaj).token)
    _fill_contact(page, digits)
    expect(page.locator("main dl")).to_contain_text(re.compile("09891112233|۰۹۸۹۱۱۱۲۲۳۳"))


def test_everything_works_without_scripts(demo: Visitor) -> None:
    page = demo.open("/", javascript=False)
    assert "/sign-in" in page.url
    page.locator("#f-name").fill("hossein")
    page.locator("#f-password").fill(PASSWORD)
    page.locator("main form button.btn").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("محمدی")
    page.locator(".theme-form button, [data-theme-form] .to-dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _fill_contact(page, "09891119988")
    page.locator(SEND).click()
    expect(page.locator("main .ref").first).to_contain_text("HM-")
    page.goto("/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_theme_changes_at_once_and_stays(demo: Visitor, demo_token: Token) -> None:
    page = demo.open("/", demo_token("sara"), size=DESKTOP)
    with page.expect_response("**/preferences/theme"):
        page.locator(".to-dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/services")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with page.expect_response("**/preferences/theme"):
        page.locator(".to-light").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize(
    ("username", "path", "first", "later"),
    [
        ("maryam", "/", 120, 25),
        ("maryam", "/m/karaj/training/", 120, 25),
        ("maryam", "/requests/", 120, 25),
        ("admin", "/m/karaj/desk/", 220, 40),
        ("admin", "/m/karaj/people/", 220, 60),
    ],
)
def test_pages_are_light(
    demo: Visitor, demo_token: Token, username: str, path: str, first: int, later: int
) -> None:
    page = demo.open("about:blank", demo_token(username), size=PHONE)
    weight, requests = weigh(page, path)
    assert weight <= first, f"{weight} kB at first"
    assert requests <= 8
    weight, requests = weigh(demo.contexts[-1].new_page(), path)
    assert weight <= later, f"{weight} kB afterwards"


def test_an_absent_page_says_what_to_do(demo: Visitor, demo_token: Token) -> None:
    page = demo.open("/m/karaj/nowhere/", demo_token("maryam"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="صفحهٔ خانه").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("رضایی")


def test_without_network_a_page_says_so_and_nothing_personal_was_kept(
    demo: Visitor, demo_token: Token
) -> None:
    page = demo.open("/", demo_token("maryam"), worker=True)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
             (await (await caches.open(name)).keys()).map((kept) => new URL(kept.url).pathname))
           )).flat()"""
    )
    assert "/offline" in kept
    assert all(path == "/offline" or path.startswith("/static/build/") for path in kept)
    page.context.set_offline(offline=True)
    page.goto("/requests/")
    expect(page.get_by_role("heading", level=1)).to_have_text("اتصال برقرار نیست")
    assert "رضایی" not in page.content()
    assert page.evaluate("() => getComputedStyle(document.body).fontFamily").startswith("Vazirmatn")
    page.context.set_offline(offline=False)
    page.goto("/requests/")
    expect(page.locator("main")).to_contain_text("HM-1405-")
    demo.faults[:] = [f for f in demo.faults if "ERR_INTERNET_DISCONNECTED" not in f]


def test_it_can_be_installed(demo: Visitor) -> None:
    page = demo.open("/sign-in")
    address = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = page.request.get(address or "").json()
    assert manifest["short_name"] == "همیار"
    assert manifest["dir"] == "rtl"
    for icon in manifest["icons"]:
        assert page.request.get(icon["src"]).ok
