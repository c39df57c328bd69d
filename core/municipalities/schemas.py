"""What is typed about a municipality."""

from __future__ import annotations

from core.forms import FormSchema, fields
from core.localization import lazy_gettext

WEEKDAYS = (
    ("0", lazy_gettext("Saturday")),
    ("1", lazy_gettext("Sunday")),
    ("2", lazy_gettext("Monday")),
    ("3", lazy_gettext("Tuesday")),
    ("4", lazy_gettext("Wednesday")),
    ("5", lazy_gettext("Thursday")),
    ("6", lazy_gettext("Friday")),
)
"""Days as the database counts them: the week begins on Saturday."""

CODE = r"[a-z][a-z0-9-]{1,39}"
PHONE = r"[0-9+() -]{3,30}"


class ContactSchema(FormSchema):
    """Whom employees ask, and when the offices are closed; a municipality edits its own."""

    hr_name = fields.Text(
        label=lazy_gettext("Name of the HR contact"),
        hint=lazy_gettext("Employees see whom to ask about their data and their requests."),
    )
    hr_phone = fields.Code(
        label=lazy_gettext("Phone of the HR contact"),
        pattern=PHONE,
        explain=lazy_gettext(
            "Write the number in digits, such as %(example)s.", example="02632201"
        ),
        most=30,
    )
    hr_email = fields.Email(label=lazy_gettext("E-mail of the HR contact"))
    weekend = fields.Choices(
        label=lazy_gettext("Closed days of the week"),
        hint=lazy_gettext("Deadlines don't count these days."),
        choices=WEEKDAYS,
        required=True,
    )


class MunicipalitySchema(ContactSchema):
    """All of a municipality; the organisation edits it."""

    name_fa = fields.Text(label=lazy_gettext("Persian name"), required=True, least=2)
    name_en = fields.Text(label=lazy_gettext("English name"), required=True, least=2)
    code = fields.Code(
        label=lazy_gettext("Code in addresses"),
        hint=lazy_gettext("Small Latin letters, digits and hyphens. Links change with it."),
        pattern=CODE,
        explain=lazy_gettext("Use small Latin letters, digits and hyphens, a letter first."),
        required=True,
        most=40,
    )
    county_fa = fields.Text(label=lazy_gettext("County"))
    population = fields.Whole(label=lazy_gettext("Population"), most=100_000_000)

    class Meta:
        """The order of the page: names first, contact last."""

        fields = (
            "name_fa", "name_en", "code", "county_fa", "population",
            "hr_name", "hr_phone", "hr_email", "weekend",
        )  # fmt: skip
