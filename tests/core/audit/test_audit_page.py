"""The audit page: filters, masked values, pages, whose entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.audit import wording
from core.audit.services import record
from core.localization import clock
from core.testing.app import client_of
from core.testing.factories import Employee, Province

CORE = Path(wording.__file__).parents[1]
Write = Callable[..., None]


@pytest.fixture
def write(province: Province) -> Write:
    def add(action: str = "unit.add", place: Any = None, **more: Any) -> None:
        place = place or province.karaj
        with province.unit(place) as uow:
            record(
                uow, action, municipality_id=place.id, subject_type="x", subject_id="1", **more
            )  # fmt: skip

    return add


@pytest.fixture
def reader(app: Flask, province: Province) -> FlaskClient:
    return client_of(app, province.officer(province.karaj, "audit.view").token)


@pytest.fixture
def url(province: Province) -> str:
    return f"/m/{province.karaj.code}/audit/"


def test_a_switch_of_a_service_is_told_in_words(
    reader: FlaskClient, url: str, write: Write
) -> None:
    standing = [{"code": "x", "title": f"{n} loans", "count": n} for n in (37, 41)]
    write("service.switch", detail={"state": ["on", "closing"], "overridden": standing})
    page = reader.get(url).text
    assert "<del><bdi>روشن</bdi></del>" in page
    assert "<ins><bdi>توقف پذیرش (بستن تدریجی)</bdi></ins>" in page
    assert "<ins><bdi>37 loans، 41 loans</bdi></ins>" in page


def test_what_was_done_with_its_difference(reader: FlaskClient, url: str, write: Write) -> None:
    write(
        "unit.change",
        reason="Reorganised",
        detail={"name": ["مالی", "امور مالی"], "active": [True, None], "rows": 12},
    )
    page = reader.get(url).text
    assert "تغییر واحد" in page
    assert "Reorganised" in page
    assert "<del><bdi>مالی</bdi></del>" in page
    assert "<ins><bdi>امور مالی</bdi></ins>" in page
    assert "<ins><bdi>12</bdi></ins>" in page


def test_sensitive_values_are_masked(reader: FlaskClient, url: str, write: Write) -> None:
    write("person.change", detail={"national_id": ["0499370899", "0790419904"], "sheba": "IR06"})
    page = reader.get(url).text
    assert "0499370899" not in page
    assert "0790419904" not in page
    assert "IR06" not in page
    assert "••••••" in page


def test_hostile_text_stays_text(reader: FlaskClient, url: str, write: Write) -> None:
    write("unit.add", reason="<script>alert(1)</script>", detail={"name": "{{ 7 * 7 }}<b>"})
    page = reader.get(url).text
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=change", True),
        ("kind=read", False),
        ("action=unit.", True),
        ("action=employment", False),
        ("action=%25", False),
        ("actor=system", True),
        ("actor=somebody", False),
        ("kind=strange", True),
        ("cursor=broken", True),
    ],
)
def test_filters(reader: FlaskClient, url: str, write: Write, query: str, found: bool) -> None:
    write("unit.add", reason="Look for me")
    assert ("Look for me" in reader.get(f"{url}?{query}").text) is found


def test_by_day_in_tehran(reader: FlaskClient, url: str, write: Write) -> None:
    write("unit.add", reason="Look for me")
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    assert "Look for me" in reader.get(f"{url}?first={today}&last={today}").text
    assert "Look for me" not in reader.get(f"{url}?first={tomorrow}").text
    assert "Look for me" not in reader.get(f"{url}?last={today - timedelta(days=1)}").text


def test_by_person(reader: FlaskClient, url: str, write: Write, province: Province) -> None:
    member: Employee = province.employee(province.karaj, "کاوه", "آهنگر")
    write("person.reveal", reason="Look for me", kind="read", person_id=member.person_id)
    write("unit.add", reason="Not me")
    page = reader.get(f"{url}?person=آهنگر").text
    assert "Look for me" in page
    assert "Not me" not in page
    assert "کاوه آهنگر" in page, "whom it concerns"


def test_pages_follow_the_numbers(reader: FlaskClient, url: str, province: Province) -> None:
    with province.unit(province.karaj) as uow:
        for number in range(120):
            record(
                uow, "unit.add", municipality_id=province.karaj.id, subject_type="x",
                subject_id="1", reason=f"entry-{number:03d}",
            )  # fmt: skip
    seen: list[str] = []
    address: str | None = url
    while address:
        page = reader.get(address).text
        seen += [part[:3] for part in page.split("entry-")[1:]]
        links = [part.split('"')[0] for part in page.split('rel="next" href="')[1:]]
        address = links[0].replace("&amp;", "&") if links else None
    assert seen == [f"{number:03d}" for number in reversed(range(120))]


def test_not_those_of_others(
    app: Flask, reader: FlaskClient, url: str, write: Write, province: Province
) -> None:
    write("unit.add", place=province.fardis, reason="Foreign")
    assert "Foreign" not in reader.get(url).text
    assert reader.get(f"/m/{province.fardis.code}/audit/").status_code == 404


def test_a_right_for_a_unit_is_not_enough(app: Flask, url: str, province: Province) -> None:
    unit = province.org_unit(province.karaj, "مالی")
    limited = province.officer(province.karaj, "audit.view", unit_id=unit.id)
    assert client_of(app, limited.token).get(url).status_code == 403


def test_every_act_of_accounts_and_roles_has_words() -> None:
    """The names are found in the sources, where `record` is called with them."""
    acts = set()
    for package in ("accounts", "policy"):
        for path in (CORE / package).rglob("*.py"):
            acts |= set(re.findall(r'"((?:account|role|grant)\.[a-z_]+)"', path.read_text("utf-8")))
    assert len(acts) >= 15
    assert acts - {"account.id", "role.id"} - wording.ACTS.keys() == set()


def test_an_unknown_act_is_named_by_its_kind(app: Flask) -> None:
    with app.app_context():
        assert wording.act("something.else", "export", {}) == "خروجی"
        assert wording.act("training.course.add", "export", {}) == "آموزش: خروجی"
        words = {"words": {"fa": "دورهٔ تازه", "en": "a new course"}}
        assert wording.act("training.course.add", "change", words) == "آموزش: دورهٔ تازه"
        assert wording.act("document.issue", "change", words).endswith(": دورهٔ تازه")
        assert wording.lines("document.issue", words) == []


def test_details_of_a_plugin_are_not_called_as_fields_of_employees() -> None:
    assert [line.name for line in wording.lines("training.course.add", {"kind": "x"})] == ["kind"]
    assert wording.lines("employment.change", {"kind": "x"})[0].name == "نوع استخدام"
