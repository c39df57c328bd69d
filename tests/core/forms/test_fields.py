"""Each field: what it accepts, what it says when it can't."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, missing
from werkzeug.datastructures import MultiDict

from core.forms import Form, FormSchema, Message, fields
from core.localization import use_locale
from core.localization.digits import to_persian

DAY = dt.date(2026, 11, 23)


def read(field: Any, raw: Any) -> Any:
    return field.deserialize(raw, "answer", {})


def problem(field: Any, raw: Any) -> Message:
    with pytest.raises(ValidationError) as caught:
        read(field, raw)
    (message,) = caught.value.messages
    return message


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (fields.Text(label="Name"), " علي  رضا ", "علی رضا"),
        (fields.Text(label="Name"), "   ", ""),
        (fields.Code(label="Code"), "A۱۲", "A12"),
        (fields.LongText(label="Why"), "a\n\n\n\nb ", "a\n\nb"),
        (fields.Whole(label="Seats"), "۱٬۲۰۰", 1200),
        (fields.Whole(label="Seats"), 7, 7),
        (fields.Money(label="Pay"), "۵۸۰٬۰۰۰٬۰۰۰", 580_000_000),
        (fields.Date(label="Day"), "۱۴۰۵/۹/۲", DAY),
        (fields.Date(label="Day"), "14050902", DAY),
        (fields.Date(label="Day"), "2026-11-23", DAY),
        (fields.BirthDate(label="Born"), {"year": "۱۴۰۵", "month": "۹", "day": "2"}, DAY),
        (fields.Time(label="At"), "۸:۳۰", dt.time(8, 30)),
        (fields.Time(label="At"), "0830", dt.time(8, 30)),
        (fields.Time(label="At"), "14", dt.time(14)),
        (fields.NationalId(label="ID"), "۰۴۹۹۳۷۰۸۹۹", "0499370899"),
        (fields.Mobile(label="Mobile"), "+98 902 200 2580", "09022002580"),
        (fields.Email(label="Mail"), " Ali@Example.IR ", "ali@example.ir"),
        (fields.Choice(label="Kind", choices=[("a", "A")]), "a", "a"),
        (fields.Choices(label="Kinds", choices=[("a", "A"), ("b", "B")]), ["b"], ["b"]),
        (fields.Choices(label="Kinds", choices=[("a", "A")]), [], []),
        (fields.YesNo(label="Agree"), "1", True),
        (fields.YesNo(label="Agree"), missing, False),
        (fields.Date(label="Day"), "", None),
        (fields.Password(label="Password"), " as typed ", " as typed "),
    ],
)
def test_reads(field: Any, raw: Any, value: Any) -> None:
    assert read(field, raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        (fields.Text(label="Name", required=True), "  ", "required"),
        (fields.Text(label="Name", most=3), "abcd", "too_long"),
        (fields.Text(label="Name", least=3), "ab", "too_short"),
        (fields.Code(label="Code", pattern="[a-z]+"), "9", "pattern"),
        (fields.Whole(label="Seats"), "many", "number"),
        (fields.Whole(label="Seats"), True, "number"),
        (fields.Whole(label="Seats", least=1), "0", "range"),
        (fields.Money(label="Pay"), "x", "money"),
        (fields.Money(label="Pay", most=10), "11", "range"),
        (fields.Date(label="Day"), "1404/12/30", "date"),
        (fields.Date(label="Day", latest=lambda: DAY), "1405/09/03", "too_late"),
        (fields.Date(label="Day", earliest=lambda: DAY), "1405/09/01", "too_early"),
        (fields.BirthDate(label="Born"), {"year": "1370", "month": "", "day": "1"}, "incomplete"),
        (fields.BirthDate(label="Born", required=True), {"year": " "}, "required"),
        (fields.Time(label="At"), "25:00", "time"),
        (fields.NationalId(label="ID"), "0499370898", "identifier"),
        (fields.Mobile(label="Mobile"), "123", "identifier"),
        (fields.Sheba(label="Sheba"), "IR820540102680020817909003", "identifier"),
        (fields.Email(label="Mail"), "ali@", "identifier"),
        (fields.Choice(label="Kind", choices=[("a", "A")]), "b", "choice"),
        (fields.Choices(label="Kinds", choices=[("a", "A")]), ["a", "b"], "choice"),
    ],
)
def test_refuses_with_a_code(field: Any, raw: Any, code: str) -> None:
    message = problem(field, raw)
    assert message.code == code
    assert len(message) > 5


@given(st.integers(min_value=0, max_value=10**15))
def test_amounts_in_any_digits(amount: int) -> None:
    field = fields.Money(label="Pay")
    assert read(field, f"{amount:,}") == amount
    assert read(field, to_persian(f"{amount:,}")) == amount


@given(st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1)))
def test_birth_dates_come_back(day: dt.date) -> None:
    field = fields.BirthDate(label="Born")
    parts = {name: to_persian(part) for name, part in field.for_input(day).items()}
    assert read(field, parts) == day


class Course(FormSchema):
    title = fields.Text(label="Title", required=True)
    seats = fields.Whole(label="Seats", least=1)
    born = fields.BirthDate(label="Born")
    secret = fields.Password(label="Secret")


def test_a_form_keeps_what_was_typed() -> None:
    form = Form(Course())
    typed = MultiDict({"title": "", "seats": "many", "born.year": "۱۳۷۰", "secret": "s"})
    with use_locale("fa"):
        assert not form.read(typed)
    assert form["seats"].value == "many"
    assert form["born"].value == {"year": "۱۳۷۰", "month": "", "day": ""}
    assert form["secret"].value is None
    assert form.seats.errors
    assert form.title.errors
    assert form.has_errors
    assert form.data == {}


def test_a_form_gives_values() -> None:
    form = Form(Course(), {"title": "Old"})
    assert form.title.value == "Old"
    assert form.read(MultiDict({"title": "New", "seats": "۲۰", "csrf_token": "t"}))
    assert form.data == {"title": "New", "seats": 20, "born": None, "secret": ""}


def test_unknown_fields_are_refused() -> None:
    form = Form(Course())
    assert not form.read(MultiDict({"title": "New", "is_admin": "1"}))
    assert any("is_admin" in error for error in form.errors)


def test_filters_ignore_strangers_and_show_what_is_wrong() -> None:
    form = Form(Course()).read_filters(MultiDict({"seats": "x", "lang": "en", "title": "a"}))
    assert form.data["title"] == "a"
    assert form.data["seats"] is None
    assert form.seats.errors
