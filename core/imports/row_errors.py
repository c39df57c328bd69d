"""Why a row is refused: by row, column and value, with a reason and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.imports.wording import N_, Words, spoken
from core.localization import LazyString
from core.localization.filters import fa_num

WORDS: dict[str, Words] = {
    "required": Words(N_("The value is missing."), N_("Fill in the cell.")),
    "surname_missing": Words(
        N_("There is no family name."), N_("Fill in the name in the form “%(form)s”.")
    ),
    "given_name_missing": Words(
        N_("There is no given name."), N_("Fill in the name in the form “%(form)s”.")
    ),
    "too_long": Words(N_("The text is longer than %(limit)s characters."), N_("Shorten it.")),
    "national_id": Words(
        N_("This isn't a valid national ID: its check digit doesn't fit."),
        N_("Compare it with the identity card; it has 10 digits."),
    ),
    "personnel_number": Words(
        N_("A personnel number has at most %(limit)s letters, digits and - / . _"),
        N_("Correct the number."),
    ),
    "date": Words(
        N_("This date can't be read or doesn't exist."),
        N_("Write it as year/month/day, for example 1385/07/03 or 2006-09-25."),
    ),
    "date_ambiguous": Words(
        N_("Day and month can't be told apart in this date."),
        N_("Write the year first, or choose the order of day and month in the mapping."),
    ),
    "date_range": Words(
        N_("This date is too far in the past or the future."), N_("Check the year.")
    ),
    "birth_after_hire": Words(
        N_("By the birth date this person was younger than %(years)s when hired."),
        N_("Check birth date and hire date."),
    ),
    "leave_before_hire": Words(
        N_("The last day lies before the hire date."), N_("Check both dates.")
    ),
    "amount": Words(
        N_("This amount can't be read."),
        N_("Write digits only, for example 120000000 or 120,000,000."),
    ),
    "amount_range": Words(N_("The amount is too large."), N_("Check the amount and its unit.")),
    "choice": Words(N_("This value isn't known."), N_("Use one of: %(allowed)s.")),
    "mobile": Words(N_("This isn't a mobile number."), N_("Write 11 digits, like 09121234567.")),
    "email": Words(N_("This isn't an e-mail address."), N_("Correct it or leave it blank.")),
    "sheba": Words(
        N_("This isn't a valid sheba: its check digits don't fit."),
        N_("Write IR and 24 digits, or leave it blank."),
    ),
    "extra_cells": Words(
        N_("Cells of this row with content beyond the last column: %(count)s."),
        N_("Check whether a cell was shifted, or put text with a delimiter into quotation marks."),
    ),
    "example_row": Words(
        N_("This is the example row of the template."),
        N_("Delete it, or write a real employee over all of it."),
    ),
    "repeated_row": Words(
        N_("The row repeats row %(rows)s word for word."), N_("Delete one of them.")
    ),
    "conflicting_rows": Words(
        N_("The same national ID stands in row %(rows)s with other values."),
        N_("Keep the right row and delete the other."),
    ),
    "duplicate_personnel_number": Words(
        N_("The same personnel number belongs to another person in row %(rows)s."),
        N_("Give each employee a number of his own."),
    ),
    "unit_missing": Words(
        N_("There is a job title but no unit."),
        N_("Fill in the unit, or choose a default value for it in the mapping."),
    ),
    "number_taken": Words(
        N_("This personnel number is or was somebody else's here."),
        N_("Compare number and national ID with the record; numbers are never given twice."),
    ),
    "employed_already": Words(
        N_("This person is employed here already, with the personnel number %(number)s."),
        N_("Use that number, or enter a second employment by hand."),
    ),
    "several_employments": Words(
        N_("This person has several employments here, and the file doesn't say which is meant."),
        N_("Fill in the personnel number."),
    ),
    "known_otherwise": Words(
        N_("This national ID is stored with another family name or birth date."),
        N_(
            "Compare all three with the identity card. If they are right, ask the organisation "
            "to have the record corrected where the person works or has worked."
        ),
    ),
    "unit_ambiguous": Words(
        N_("Several units have this name."), N_("Fill in the code of the unit.")
    ),
    "month": Words(
        N_("This isn't a month of the Jalali calendar."),
        N_("Write it as year/month, for example 1405/09, or by its name: آذر ۱۴۰۵."),
    ),
    "amount_zero": Words(
        N_("The amount is zero."), N_("Write what is withheld, or delete the row.")
    ),
    "nobody_named": Words(
        N_("The row doesn't say whose pay it is about."),
        N_("Fill in the personnel number or the national ID."),
    ),
    "number_unknown": Words(
        N_("Nobody has this personnel number here."),
        N_("Compare it with the record, or enter the employee first."),
    ),
    "number_of_other": Words(
        N_("Personnel number and national ID belong to two people."),
        N_("Compare both with the record."),
    ),
    "several_at_once": Words(
        N_("This person has several employments here in that month."),
        N_("Fill in the personnel number."),
    ),
    "person_unknown": Words(
        N_("Nobody with this national ID is employed here."),
        N_("Compare it with the record, or enter the employee first."),
    ),
    "not_employed_then": Words(
        N_("The employment doesn't reach into that month."),
        N_("Check the month, or the dates of the employment."),
    ),
    "deduction_twice": Words(
        N_("The file names this deduction of the month more than once."),
        N_("Add the amounts up, or tell the creditors apart, for example by the file number."),
    ),
    "is_over": Words(
        N_("This employment is over; an import can't change it any more."),
        N_("Somebody who comes back gets a new personnel number."),
    ),
    "later_facts": Words(
        N_("A unit or salary is entered for a day that these dates would leave out."),
        N_("Change the dates on the employee's page."),
    ),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason to refuse one row.

    ``column`` is the header (or field name) and may be empty when the whole row is meant;
    ``value`` is what stands there, cut at 200 characters. ``reason`` and ``remedy`` are made of
    ``code`` and ``figures`` in the language of the reader. ``about`` is the field that the column
    was read for, "" where none is meant.
    """

    row: int
    column: str
    value: str
    code: str
    figures: Mapping[str, str | int] = field(default_factory=dict)
    about: str = ""

    @property
    def reason(self) -> LazyString:
        """Why, lazily translated."""
        figures: dict[str, object] = dict(self.figures)
        if "rows" in figures:  # "2, 5", in the digits of the reader
            figures["rows"] = LazyString(fa_num, figures["rows"])
        return spoken(WORDS[self.code].message, figures)

    @property
    def remedy(self) -> LazyString:
        """What to do, lazily translated."""
        return spoken(WORDS[self.code].remedy, self.figures)

    def as_json(self) -> dict[str, Any]:
        """The error as stored; ``RowError(**…)`` reads it back."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "figures": dict(self.figures),
            "about": self.about,
        }


class CellError(ValueError):
    """A value can't be taken; the rules add row, column and value to ``code``."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures
