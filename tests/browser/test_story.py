"""The story that everything stands on, in Persian, on a phone and on a desktop.

An HR officer imports a real employee file and switches training on; an employee of the file
enrols in a course, the officer approves, attendance is marked, and a certificate comes out that
anybody can verify.

``PICTURES=docs/images pytest tests/browser/test_story.py`` keeps a picture of each scene.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Download, Page, expect
from sqlalchemy import Engine

from core.config import Settings
from core.database.urls import DatabaseUrls
from core.jobs.worker import Worker, WorkerThread
from core.localization import clock, gettext, use_locale
from core.localization.digits import to_latin
from core.localization.jalali import format_date
from core.testing.factories import Province, make_province
from tests.browser.chromium import DESKTOP, PHONE, Visitor
from tests.browser.world import EXCERPT

MORNING: Final = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
"""Nine o'clock in Tehran; the course is at ten."""
AFTERWARDS: Final = MORNING + timedelta(minutes=105)
PASSWORD: Final = "سه کلمهٔ ساده و بلند"


def fa(message: str) -> str:
    """Return what the Persian reader is shown for a message."""
    with use_locale("fa"):
        return gettext(message)


@pytest.fixture
def nine_o_clock() -> Iterator[None]:
    """Stop the clock on the morning of the course."""
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def town(nine_o_clock: None, owner_engine: Engine, engine: Engine) -> Province:
    """A province of its own, made on that morning."""
    return make_province(owner_engine, engine)


@pytest.fixture
def worker(app: Flask, session_urls: DatabaseUrls) -> Iterator[None]:
    """The background worker, as `hamyar run` has it beside the server."""
    settings: Settings = app.extensions["hamyar_settings"]
    thread = WorkerThread(Worker(app, settings, session_urls.app))
    thread.start()
    yield
    assert thread.stop(patience=30)


class Story:
    """Two windows: the officer's and the employee's."""

    def __init__(self, visitor: Visitor, province: Province, size: tuple[int, int]) -> None:
        self.visitor = visitor
        self.code = province.karaj.code
        self.size = size
        self.scene = 0
        self.name = ""
        token = province.officer(province.karaj).token
        self.officer = visitor.open(f"/m/{self.code}/desk/", token, size=size, locale="fa")
        self.employee = visitor.open("/sign-in", size=size, locale="fa")

    def picture(self, page: Page, name: str) -> None:
        """Keep a picture of the scene, if pictures were asked for."""
        self.scene += 1
        folder = os.environ.get("PICTURES")
        if folder:
            page.wait_for_load_state("networkidle")
            kind = "phone" if self.size == PHONE else "desktop"
            page.screenshot(path=Path(folder) / f"story-{kind}-{self.scene:02}-{name}.png")

    def go(self, address: str) -> Page:
        """Let the officer open a page of the municipality."""
        self.officer.goto(f"/m/{self.code}/{address}")
        return self.officer

    def press(self, page: Page, message: str) -> None:
        """Press the button or link of that name."""
        main, name = page.locator("main"), fa(message)
        link = main.get_by_role("link", name=name, exact=True)
        main.get_by_role("button", name=name, exact=True).or_(link).first.click()

    def import_file(self, file: Path) -> None:
        """Upload the file, see what would happen, let it happen."""
        page = self.go("imports/new")
        page.locator("#f-file").set_input_files(file)
        self.press(page, "Upload and go on")
        page.locator("#f-generate_test_ids").check()
        self.picture(page, "columns")
        self.press(page, "Check the file")
        self.press(page, "Show the result of the check")
        self.picture(page, "dry-run")
        self.press(page, "Go on to the confirmation")
        self.press(page, "Import now")
        self.press(page, "Show the result of the import")
        expect(page.get_by_role("status").first).to_contain_text(fa("The import is done"))
        self.picture(page, "imported")

    def switch_training_on(self) -> None:
        """Two presses, and it acts on the next request."""
        training = f"/m/{self.code}/training/"
        assert self.officer.request.get(training).status == 404
        page = self.go("services/")
        page.locator("main tbody tr", has_text=fa("Training")).get_by_role("link").nth(1).click()
        page.locator("button[name=new_state][value=on]").click()
        expect(page.get_by_role("status").first).to_be_visible()
        self.picture(page, "services")
        assert self.officer.request.get(training).status == 200

    def hand_out_a_slip(self) -> tuple[str, str]:
        """Print a slip for an employee of the file; return personnel number and code."""
        page = self.go("accounts/slips/")
        row = page.locator("main tbody tr").first
        self.name = row.get_by_role("rowheader").inner_text()
        number = re.search(r"T\d{12}", to_latin(row.inner_text()))
        assert number
        row.get_by_role("checkbox").check()
        self.press(page, "Print slips")
        with page.expect_download() as waiting:
            self.press(page, "Print")
        code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", to_latin(_text(waiting.value)))
        assert code
        return number[0], code[0]

    def activate(self, number: str, code: str) -> None:
        """Let the employee open his account with the slip."""
        page = self.employee
        page.goto("/activate")
        page.locator("#f-name").fill(number)
        page.locator("#f-municipality").select_option(self.code)
        self.press(page, "I have a printed slip")
        page.locator("#f-code").fill(code)
        page.locator("#f-password").fill(PASSWORD)
        page.locator("#f-again").fill(PASSWORD)
        self.press(page, "Save and sign in")
        expect(page.get_by_role("heading", level=1)).to_contain_text(self.name)
        self.picture(page, "home")

    def plan_a_course(self) -> str:
        """Add a course and an offering today, open it; return the address for the officer."""
        page = self.go("training/manage/courses/new")
        for name, value in {
            "code": "SH-2104",
            "title_fa": "ایمنی کار در معابر",
            "hours": "۴",
            "threshold": "۸۰",
        }.items():
            page.locator(f"#f-{name}").fill(value)
        page.locator("#f-kind").select_option("job_specific")
        page.locator("main form button.btn").first.click()
        today = format_date(MORNING.date())
        for name, value in {
            "day": today,
            "begins": "۱۰:۰۰",
            "ends": "۱۰:۴۰",
            "number": "۱",
            "every": "۱",
            "place": "سالن آموزش شهرداری",
            "capacity": "۲۰",
            "opens_on": today,
            "closes_on": today,
            "withdraw_by": today,
        }.items():
            page.locator(f"#f-{name}").fill(value)
        self.press(page, "Save as a draft")
        self.press(page, "Open enrolment")
        self.picture(page, "offering")
        return page.url

    def enrol(self) -> None:
        """Find the course from the home page and enrol."""
        page = self.employee
        page.goto("/")
        page.locator("article.svc .more").first.click()
        page.get_by_role("link", name="ایمنی کار در معابر").first.click()
        self.press(page, "Enrol")
        self.press(page, "Send")
        expect(page.get_by_role("status").first).to_contain_text(fa("Your enrolment was sent"))
        self.picture(page, "enrolled")

    def approve(self) -> None:
        """Decide in the inbox."""
        page = self.go("inbox/")
        self.picture(page, "inbox")
        page.locator("main tbody th a").first.click()
        page.locator("button[name=action][value=approve]").first.click()
        expect(page.get_by_role("status").first).to_be_visible()
        self.employee.goto("/messages/")
        expect(self.employee.locator("main")).to_contain_text("ایمنی کار در معابر")
        self.picture(self.employee, "message")

    def mark_and_finalise(self, offering: str) -> None:
        """Close enrolment, mark who was there, issue the certificates."""
        page = self.officer
        page.goto(offering)
        self.press(page, "Close enrolment")
        self.press(page, "Mark attendance")
        page.locator("main ul.tasks input[type=checkbox]").first.check()
        self.picture(page, "attendance")
        self.press(page, "Save attendance")
        self.press(page, "Finalise")
        page.locator("main form button.btn").first.click()
        expect(page.get_by_role("status").first).to_be_visible()

    def receive_the_certificate(self) -> str:
        """See the hours in the passport and download the certificate; return its code."""
        page = self.employee
        page.goto(f"/m/{self.code}/training/passport")
        self.picture(page, "passport")
        link = page.locator("main a[href$='.pdf']").first
        with page.expect_download() as waiting:
            link.click()
        assert pypdf.PdfReader(io.BytesIO(waiting.value.path().read_bytes())).pages
        found = re.search(r"([0-9A-Z-]{15,})\.pdf", link.get_attribute("href") or "")
        assert found
        return found[1]

    def verify(self, code: str) -> None:
        """Anybody can check the certificate, without an account."""
        page = self.visitor.open("/verify/", size=self.size, locale="fa")
        page.locator("#f-code").fill(code.lower())
        self.press(page, "Check")
        expect(page.get_by_role("status").first).to_contain_text(fa("Genuine and valid"))
        expect(page.locator("main dl")).to_contain_text(self.name)
        expect(page.locator("main dl")).to_contain_text("ایمنی کار در معابر")
        self.picture(page, "verified")
        page.goto(f"/verify/{code[:-1]}{'2' if code[-1] != '2' else '3'}")
        expect(page.get_by_role("status").first).to_contain_text(fa("Not found"))


def _half(folder: Path, *, first: bool) -> Path:
    """Return one half of the real file: both stories run in one province, and whoever is employed
    in one municipality already gets no slip from the next."""
    header, *rows = EXCERPT.read_text("utf-8").splitlines()
    middle = len(rows) // 2
    path = folder / "employees.csv"
    path.write_text("\n".join([header, *(rows[:middle] if first else rows[middle:])]), "utf-8")
    return path


def _text(download: Download) -> str:
    reader = pypdf.PdfReader(io.BytesIO(download.path().read_bytes()))
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_a_file_to_a_certificate(
    visitor: Visitor, town: Province, worker: None, tmp_path: Path, size: tuple[int, int]
) -> None:
    story = Story(visitor, town, size)
    story.import_file(_half(tmp_path, first=size == PHONE))
    story.switch_training_on()
    story.activate(*story.hand_out_a_slip())
    offering = story.plan_a_course()
    story.enrol()
    story.approve()
    with clock.frozen(AFTERWARDS):
        story.mark_and_finalise(offering)
        story.verify(story.receive_the_certificate())
