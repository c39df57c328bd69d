"""The offline verifier, opened from disk in a real browser that has no network (T10)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request

from core.database.keys import new_id
from core.testing.factories import Province
from core.verification.keys import KeyFile, Signature
from core.verification.models import IssuedDocument
from core.verification.offline import verifier
from core.verification.payload import canonical
from core.verification.seal import seal
from core.verification.services import issue

pytestmark = pytest.mark.browser


@pytest.fixture
def document(app: Flask, province: Province) -> IssuedDocument:
    holder = province.employee(province.karaj, "مریم", "حسینی‌نژاد", account=False)
    with app.app_context(), province.unit(province.karaj) as uow:
        return issue(
            uow,
            kind="other.paper",
            municipality_id=province.karaj.id,
            person_id=holder.person_id,
            subject=new_id(),
            fields={"course": "ایمنی کار در معابر", "minutes": 960},
        )


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


def digits_of(document: IssuedDocument) -> str:
    return seal(document.payload, Signature(document.signature, document.key_id))


class Opened:
    """The file, as somebody saved it."""

    def __init__(self, page: Page, path: Path, text: str) -> None:
        path.write_text(text, "utf-8")
        self.page, self.asked = page, list[str]()
        page.on("request", self._note)
        page.goto(path.as_uri())
        self.asked.clear()

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def check(self, text: str) -> tuple[str, str]:
        """Return verdict (the class of the result) and what is shown."""
        self.page.evaluate("document.getElementById('result').hidden = true")
        self.page.locator("#symbol").fill(text)
        self.page.locator("button").click()
        result = self.page.locator("#result")
        result.wait_for(state="visible")
        return result.get_attribute("class") or "", result.inner_text()


def test_genuine_forged_and_unknown_without_any_network(
    app: Flask, document: IssuedDocument, offline: Page, tmp_path: Path
) -> None:
    file = Opened(offline, tmp_path / "v.html", app.test_client().get("/verify/offline").text)
    digits = digits_of(document)
    for text in (digits, f"https://example.test/verify/{document.code}#{digits}"):
        verdict, shown = file.check(text)
        assert verdict == "genuine"
        assert "مریم حسینی‌نژاد" in shown
        assert "ایمنی کار در معابر" in shown
        assert "960" in shown or "۹۶۰" in shown
    persian = digits.translate({ord(str(n)): chr(0x6F0 + n) for n in range(10)})
    assert file.check(persian)[0] == "genuine"

    changed = document.payload | {"holder": "دیگری"}
    forged = seal(changed, Signature(document.signature, document.key_id))
    verdict, shown = file.check(forged)
    assert verdict == "forged"
    assert "دیگری" not in shown, "what is forged isn't shown"

    other = KeyFile(tmp_path / "other" / "signing.json").ring()
    foreign = other.sign(canonical(document.payload))
    assert file.check(seal(document.payload, foreign))[0] == "stranger"
    borrowed = Signature(foreign.value, document.key_id)
    assert file.check(seal(document.payload, borrowed))[0] == "forged"

    for text in ("123", "سلام", digits[:-40], "9" * 5000):
        assert file.check(text)[0] in ("unreadable", "forged"), text
    assert file.asked == []


def test_documents_of_earlier_keys_stay_genuine(app: Flask, offline: Page, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "signing.json")
    payload = {"v": 1, "code": "K7M3P9QXAT2HV4D", "kind": "other.paper", "holder": "<b>مریم</b>"}
    signature = keys.ring().sign(canonical(payload))
    ring = keys.rotate()
    with app.test_request_context():
        page = verifier(ring, [], "https://example.test/verify/")
    file = Opened(offline, tmp_path / "v.html", page)
    verdict, shown = file.check(seal(payload, signature))
    assert verdict == "genuine"
    assert "<b>مریم</b>" in shown, "markup in a name stays text"
    assert "K7M3P-9QXAT-2HV4D" in shown
    assert base64.b64encode(signature.value).decode() not in page
