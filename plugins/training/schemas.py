"""Forms of training, and what a request for enrolment holds."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, validates_schema
from marshmallow import fields as plain

from core.sdk import Text, lazy_gettext
from core.sdk.web import EMPLOYMENT_KINDS, FormSchema, Message, _, fields
from plugins.training.wording import KINDS, OFFERINGS

MOST_HOURS: Final = 400
ALL: Final = ("", lazy_gettext("All"))


class EnrolmentSchema(FormSchema):
    """What a request for enrolment holds; the labelled fields are what its decider reads."""

    offering_id = plain.UUID(required=True)
    course = fields.Text(label=lazy_gettext("Course"), required=True)
    course_en = plain.String(load_default="")
    starts_on = fields.Date(label=lazy_gettext("First session"), required=True)
    place = fields.Text(label=lazy_gettext("Place"), required=True)


class CourseSchema(FormSchema):
    """A course of the catalogue."""

    code = fields.Code(
        label=lazy_gettext("Course code"),
        hint=lazy_gettext("As in the province's list of courses."),
        required=True,
        most=20,
        pattern=r"[0-9A-Za-z/-]{1,20}",
        explain=lazy_gettext("Use letters, digits, - and / only."),
    )
    title_fa = fields.Text(label=lazy_gettext("Title in Persian"), required=True, most=120)
    title_en = fields.Text(label=lazy_gettext("Title in English"), most=120)
    kind = fields.Choice(
        label=lazy_gettext("Kind of course"), choices=lambda: KINDS.items(), required=True
    )
    hours = fields.Whole(
        label=lazy_gettext("Duration"),
        hint=lazy_gettext("What the certificate and the passport will say."),
        least=1,
        most=MOST_HOURS,
        unit=lazy_gettext("hours"),
        required=True,
    )
    threshold = fields.Whole(
        label=lazy_gettext("Least attendance for the certificate"),
        least=1,
        most=100,
        unit=lazy_gettext("percent"),
        required=True,
    )
    about_fa = fields.LongText(
        label=lazy_gettext("What one learns"),
        hint=lazy_gettext("Two or three plain sentences in Persian for the employees."),
        most=800,
    )
    about_en = fields.LongText(label=lazy_gettext("The same in English"), most=800)
    requires = fields.Choices(
        label=lazy_gettext("Courses to complete before"),
        hint=lazy_gettext("Only who has completed them, here or elsewhere, can enrol."),
        choices=(),
    )
    retired = fields.YesNo(
        label=lazy_gettext("No longer offered"),
        hint=lazy_gettext("It can't be offered anew; what is planned goes on."),
    )


class OfferingSchema(FormSchema):
    """What can be edited of an offering."""

    place = fields.Text(
        label=lazy_gettext("Place"),
        hint=lazy_gettext("Room and building, so that nobody has to ask."),
        required=True,
        most=120,
    )
    instructor = fields.Text(label=lazy_gettext("Instructor"), most=80)
    capacity = fields.Whole(
        label=lazy_gettext("Seats"), least=1, most=5000, unit=lazy_gettext("seats"), required=True
    )
    opens_on = fields.Date(label=lazy_gettext("First day of enrolment"), required=True)
    closes_on = fields.Date(
        label=lazy_gettext("Last day of enrolment"),
        hint=lazy_gettext("Until then, freed seats go to the waiting list."),
        required=True,
    )
    withdraw_by = fields.Date(
        label=lazy_gettext("Last day of withdrawal"),
        hint=lazy_gettext("Afterwards one withdraws late, and only with a reason."),
        required=True,
    )
    note = fields.LongText(
        label=lazy_gettext("Note for participants"),
        hint=lazy_gettext("What to bring, where to park."),
        most=800,
    )


class MeetingSchema(FormSchema):
    """One session."""

    day = fields.Date(label=lazy_gettext("Day"), required=True)
    begins = fields.Time(
        label=lazy_gettext("Begins at"), required=True, attrs={"size": 6, "inputmode": "numeric"}
    )
    ends = fields.Time(
        label=lazy_gettext("Ends at"), required=True, attrs={"size": 6, "inputmode": "numeric"}
    )

    @validates_schema
    def check_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a session that ends before it begins."""
        if data["ends"] <= data["begins"]:
            raise ValidationError([Message(_("It must end after it begins."))], "ends")


class NewOfferingSchema(MeetingSchema, OfferingSchema):
    """A new offering: its sessions are planned by the first one and a rhythm."""

    number = fields.Whole(label=lazy_gettext("Number of sessions"), least=1, most=60, required=True)
    every = fields.Whole(
        label=lazy_gettext("Days from one session to the next"),
        hint=lazy_gettext("1 = every day, 7 = every week. Each session can be moved afterwards."),
        least=1,
        most=60,
        unit=lazy_gettext("days"),
        required=True,
    )

    class Meta(FormSchema.Meta):
        """The order of the page: when, where, who may come."""

        fields = (
            "day",
            "begins",
            "ends",
            "number",
            "every",
            "place",
            "instructor",
            "capacity",
            "opens_on",
            "closes_on",
            "withdraw_by",
            "note",
        )


class WithdrawSchema(FormSchema):
    """Why somebody withdraws after the last day for it."""

    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("The training office reads it."),
        required=True,
        most=400,
    )


class CancelSchema(FormSchema):
    """Why an offering is cancelled."""

    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("Everyone who is enrolled or waits reads it."),
        required=True,
        most=400,
    )


class CatalogueSchema(FormSchema):
    """Filters of the catalogue."""

    q = fields.Text(label=lazy_gettext("Course"), widget="search")
    kind = fields.Choice(
        label=lazy_gettext("Kind of course"), choices=lambda: [ALL, *KINDS.items()]
    )


class OfferingsSchema(FormSchema):
    """Filters of the officer's list."""

    q = fields.Text(label=lazy_gettext("Course"), widget="search")
    state = fields.Choice(
        label=lazy_gettext("State"),
        choices=lambda: [ALL, *((state, word) for state, (word, _tone) in OFFERINGS.items())],
    )


class CoursesSchema(FormSchema):
    """Filters of the list of courses."""

    q = fields.Text(label=lazy_gettext("Course"), widget="search")


class StaffDutySchema(FormSchema):
    """Filters of the list of those who lack hours."""

    year = fields.Whole(label=lazy_gettext("Jalali year"), least=1300, most=1599)


class _DutySchema(FormSchema):
    """A version of the yearly duty, in hours."""

    from_year = fields.Whole(
        label=lazy_gettext("From the year"),
        hint=lazy_gettext("The Jalali year from whose first day on it holds."),
        least=1300,
        most=1599,
        required=True,
    )
    staff = fields.Whole(
        label=lazy_gettext("Employees"),
        most=MOST_HOURS,
        unit=lazy_gettext("hours a year"),
        required=True,
    )
    managers = fields.Whole(
        label=lazy_gettext("Managers"),
        hint=lazy_gettext("Whose post is marked as a post of a manager."),
        most=MOST_HOURS,
        unit=lazy_gettext("hours a year"),
        required=True,
    )
    basis = fields.Text(
        label=lazy_gettext("Basis"),
        hint=lazy_gettext("Number and date of the circular or decision."),
        required=True,
        most=200,
    )


def _of_kind(label: Text) -> fields.Whole:
    return fields.Whole(label=label, most=MOST_HOURS, unit=lazy_gettext("hours a year"))


KIND: Final = "kind_"
"""Before the kind of employment in the names of fields."""
DutySchema: Final = _DutySchema.from_dict(
    {f"{KIND}{kind}": _of_kind(label) for kind, label in EMPLOYMENT_KINDS.items()},
    name="DutySchema",
)
"""`_DutySchema` with a number for each kind of employment that differs; empty: it doesn't."""
