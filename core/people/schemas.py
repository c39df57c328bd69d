"""Forms of people: adding, changing, ending, and the filters of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import Row

from core.forms import FormSchema, fields
from core.localization import clock, identifiers, lazy_gettext
from core.people import wording
from core.people.models import LONGEST_NAME
from core.people.policies import Status
from core.people.queries import Unit

Schema = TypeVar("Schema", bound=FormSchema)
ALL = ("", lazy_gettext("All"))


class RowChoice(fields.Choice):
    """One row out of a list that `with_rows` fills in; gives its id, or None."""

    empty: ClassVar[Any] = None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return UUID(super()._deserialize(value, attr, data, **kwargs))


def with_rows(
    schema: Schema,
    units: Mapping[UUID, Unit] | None = None,
    posts: Iterable[Row[*tuple[Any, ...]]] = (),
    on: date | None = None,
) -> Schema:
    """Offer units (those not closed on the day, as a tree) and posts in a schema's choices."""
    today = on or clock.today()
    trees = [
        (str(unit.id), f"{'— ' * unit.depth}{unit.name}")
        for unit in (units or {}).values()
        if unit.ends_on is None or unit.ends_on > today
    ]
    offers = {"unit": [("", str(ALL[1])), *trees], "unit_id": trees, "parent_id": trees}
    offers["post_id"] = [(str(post.id), post.title) for post in posts]
    for name, rows in offers.items():
        if name in schema.fields:
            schema.fields[name].choices = rows  # type: ignore[attr-defined] # a RowChoice
    return schema


def as_of() -> fields.Date:
    """Return the field of the day that a page is of; empty means today."""
    return fields.Date(label=lazy_gettext("As of"))


def version() -> fields.Whole:
    """Return the hidden field with the version that somebody's change builds on."""
    return fields.Whole(label=lazy_gettext("Version"), widget="hidden", required=True)


class DayFilter(FormSchema):
    """The day that a page is of, from its address."""

    on = as_of()


class PeopleFilters(FormSchema):
    """The filters of the list, from its address."""

    q = fields.Text(
        label=lazy_gettext("Name, number or national ID"),
        widget="search",
    )
    unit = RowChoice(label=lazy_gettext("Unit"), choices=())
    kind = fields.Choice(
        label=lazy_gettext("Kind of employment"), choices=(ALL, *wording.KINDS.items())
    )
    status = fields.Choice(
        label=lazy_gettext("Status"),
        choices=(
            ("", wording.STATUSES[Status.ACTIVE]),
            (Status.FUTURE, wording.STATUSES[Status.FUTURE]),
            (Status.FORMER, wording.STATUSES[Status.FORMER]),
            ("all", lazy_gettext("All")),
        ),
        default=Status.ACTIVE,
    )
    account = fields.Choice(
        label=lazy_gettext("Account"),
        choices=(ALL, *wording.ACCOUNTS.items()),
    )
    on = as_of()


class SavedListSchema(FormSchema):
    """The name of saved filters."""

    name = fields.Text(label=lazy_gettext("Name"), required=True, most=LONGEST_NAME)
    is_shared = fields.YesNo(label=lazy_gettext("Share it with all who see employees here"))


class ExportSchema(FormSchema):
    """How a list is taken away."""

    format = fields.Choice(
        label=lazy_gettext("Format"), choices=(("xlsx", "Excel"), ("csv", "CSV")), required=True
    )
    personal = fields.YesNo(label=lazy_gettext("With personal data"))


class PersonSchema(FormSchema):
    """Names and civil status."""

    version = version()
    given_name = fields.Text(label=lazy_gettext("Given name"), required=True, most=100)
    family_name = fields.Text(label=lazy_gettext("Family name"), required=True, most=100)
    father_name = fields.Text(label=lazy_gettext("Father's name"), most=100)
    birth_date = fields.BirthDate(
        label=lazy_gettext("Birth date"), required=True, latest=clock.today
    )
    sex = fields.Choice(label=lazy_gettext("Sex"), choices=tuple(wording.SEXES.items()))
    marital_status = fields.Choice(
        label=lazy_gettext("Marital status"), choices=tuple(wording.MARITAL.items())
    )


class ContactsSchema(FormSchema):
    """Contacts that are still missing."""

    version = version()
    mobile = fields.Mobile(label=lazy_gettext("Mobile"), attrs={"inputmode": "tel"})
    email = fields.Email(label=lazy_gettext("E-mail"))


class PersonnelNumber(fields.Code):
    """A personnel number, as it is stored."""

    def cleaned(self, value: str) -> str:
        """Drop spaces, make digits Latin; refuse other signs than - / . and _."""
        return super().cleaned(identifiers.personnel_number(value))


def personnel_number() -> PersonnelNumber:
    """Return the field of a personnel number."""
    return PersonnelNumber(
        label=lazy_gettext("Personnel number"),
        hint=lazy_gettext("Letters, digits and - / . without spaces"),
        required=True,
        most=20,
        pattern=r"[^\W_][\w\-/.]*",
        explain=lazy_gettext("Use letters, digits and - / . only, without spaces."),
    )


class EmploymentSchema(FormSchema):
    """Kind, number and first day of an employment."""

    version = version()
    personnel_number = personnel_number()
    kind = fields.Choice(
        label=lazy_gettext("Kind of employment"),
        choices=tuple(wording.KINDS.items()),
        required=True,
    )
    starts_on = fields.Date(label=lazy_gettext("First day"), required=True)


class HireSchema(PersonSchema, EmploymentSchema):
    """A new employee."""

    class Meta(FormSchema.Meta):
        """A new employee builds on nothing."""

        exclude = ("version",)

    national_id = fields.NationalId(
        label=lazy_gettext("National ID"),
        hint=lazy_gettext("10 digits, as on the identity card"),
        required=True,
        attrs={"inputmode": "numeric"},
    )
    mobile = fields.Mobile(
        label=lazy_gettext("Mobile"),
        hint=lazy_gettext("For the first sign-in; the employee can have it changed later."),
        attrs={"inputmode": "tel"},
    )
    email = fields.Email(label=lazy_gettext("E-mail"))
    last_day = fields.Date(
        label=lazy_gettext("Last day"), hint=lazy_gettext("Only for a fixed term")
    )
    unit_id = RowChoice(label=lazy_gettext("Unit"), choices=())
    post_id = RowChoice(label=lazy_gettext("Post"), choices=())
    monthly_base = fields.Money(label=lazy_gettext("Monthly pay"))
    countable = fields.Money(
        label=lazy_gettext("Part that counts for the cap"),
        hint=lazy_gettext("Empty means all of it. Deductions are capped by this part."),
    )
    second_employment = fields.YesNo(
        label=lazy_gettext("This is a second employment of somebody who is employed here already")
    )


class AssignmentSchema(FormSchema):
    """A unit and post from a day on."""

    version = version()
    unit_id = RowChoice(label=lazy_gettext("Unit"), choices=(), required=True)
    post_id = RowChoice(label=lazy_gettext("Post"), choices=())
    starts_on = fields.Date(label=lazy_gettext("From"), required=True)


class SalarySchema(FormSchema):
    """Pay from a day on."""

    version = version()
    starts_on = fields.Date(label=lazy_gettext("From"), required=True)
    monthly_base = fields.Money(label=lazy_gettext("Monthly pay"), required=True)
    countable = fields.Money(
        label=lazy_gettext("Part that counts for the cap"),
        hint=lazy_gettext("Empty means all of it. Deductions are capped by this part."),
    )


class EndSchema(FormSchema):
    """The end of an employment."""

    version = version()
    last_day = fields.Date(label=lazy_gettext("Last day"), required=True)
    end_reason = fields.Choice(
        label=lazy_gettext("Reason for leaving"),
        choices=tuple(wording.END_REASONS.items()),
        required=True,
    )
    note = fields.LongText(
        label=lazy_gettext("Note"),
        hint=lazy_gettext("Such as the number of the order; the employee can read it."),
        most=500,
    )
    override = fields.LongText(
        label=lazy_gettext("Why it ends although something is open"),
        hint=lazy_gettext("Only if something stands against it; the reason is kept on record."),
        most=500,
    )


class DependantSchema(FormSchema):
    """A family member."""

    relation = fields.Choice(
        label=lazy_gettext("Relation"), choices=tuple(wording.RELATIONS.items()), required=True
    )
    given_name = fields.Text(label=lazy_gettext("Given name"), required=True, most=100)
    family_name = fields.Text(label=lazy_gettext("Family name"), required=True, most=100)
    national_id = fields.NationalId(
        label=lazy_gettext("National ID"),
        hint=lazy_gettext("May be added later for a newborn child"),
        attrs={"inputmode": "numeric"},
    )
    birth_date = fields.BirthDate(label=lazy_gettext("Birth date"), latest=clock.today)
    starts_on = fields.Date(
        label=lazy_gettext("In care since"),
        hint=lazy_gettext("For a child the birth date, for a spouse the day of the marriage"),
        required=True,
    )


class DependantEndSchema(FormSchema):
    """Until when a family member was in care."""

    last_day = fields.Date(label=lazy_gettext("Last day in care"), required=True)


class UnitSchema(FormSchema):
    """A unit of the municipality."""

    code = fields.Code(
        label=lazy_gettext("Code"),
        required=True,
        most=40,
        pattern=r"[\w\-/.]+",
        explain=lazy_gettext("Use letters, digits and - / . only, without spaces."),
    )
    name = fields.Text(label=lazy_gettext("Name"), required=True)
    parent_id = RowChoice(
        label=lazy_gettext("Part of"),
        hint=lazy_gettext("Empty for a unit at the top"),
        choices=(),
    )
    starts_on = fields.Date(label=lazy_gettext("Exists since"), required=True)
    last_day = fields.Date(
        label=lazy_gettext("Last day"), hint=lazy_gettext("Only when the unit is closed")
    )


class PlannedDay(FormSchema):
    """For which day a plan is."""

    starts_on = fields.Date(label=lazy_gettext("From"), required=True)


class UnitPlanSchema(FormSchema):
    """What a unit is called and part of from a day on."""

    name = fields.Text(label=lazy_gettext("Name"), required=True)
    parent_id = RowChoice(
        label=lazy_gettext("Part of"),
        hint=lazy_gettext("Empty for a unit at the top"),
        choices=(),
    )
    starts_on = fields.Date(label=lazy_gettext("From"), required=True)


class PostSchema(FormSchema):
    """A post."""

    title = fields.Text(label=lazy_gettext("Title"), required=True)
    is_manager = fields.YesNo(label=lazy_gettext("Leads other employees"))
