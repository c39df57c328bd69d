"""The list of what is wrong on top of a form: each field is named once."""

from __future__ import annotations

import re

import pytest
from flask import Flask, get_template_attribute
from markupsafe import Markup

from core.forms import Form, FormSchema, fields
from core.localization import use_locale


class Person(FormSchema):
    """Fields whose complaints name them, and one whose complaint doesn't."""

    national_id = fields.NationalId(label="National ID", required=True)
    born = fields.BirthDate(label="تاریخ تولد", required=True)
    seats = fields.Whole(label="Seats", required=True)


def summary(app: Flask, sent: dict[str, str]) -> list[str]:
    """Return the lines of the summary as they are read."""
    with app.test_request_context("/"), use_locale("en"):
        form = Form(Person())
        assert not form.read(sent)
        macro = get_template_attribute("components/forms.html", "error_summary")
        page = str(macro(form.fields, form.errors))
    return [Markup(line).striptags() for line in re.findall(r"<li>(.*?)</li>", page)]


def test_a_message_that_names_its_field_stands_alone(app: Flask) -> None:
    asked = summary(app, {})
    assert asked == ["Enter: National ID.", "Enter: تاریخ تولد.", "Enter: Seats."]


@pytest.mark.parametrize("typed", ["12", "1234567890"])
def test_the_name_is_never_said_twice(app: Flask, typed: str) -> None:
    line = summary(app, {"national_id": typed})[0]
    assert line.casefold().count("national id") == 1


def test_a_message_without_the_name_gets_it(app: Flask) -> None:
    line = summary(app, {"seats": "many"})[-1]
    assert line.startswith("Seats: ")
    assert line.count("Seats") == 1
