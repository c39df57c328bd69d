"""Forms of transfers."""

from __future__ import annotations

from collections.abc import Iterable

from core.forms import FormSchema, fields
from core.localization import current_locale, lazy_gettext
from core.municipalities.models import Municipality
from core.people.schemas import RowChoice, personnel_number, version
from core.people.wording import KINDS


class ReleaseSchema(FormSchema):
    """Where an employee goes, and from which day on."""

    version = version()
    to_municipality_id = RowChoice(label=lazy_gettext("New employer"), choices=(), required=True)
    starts_on = fields.Date(
        label=lazy_gettext("First day there"),
        hint=lazy_gettext("The last day here is the day before."),
        required=True,
    )
    note = fields.LongText(
        label=lazy_gettext("Note"),
        hint=lazy_gettext("Such as the number of the order; the other side can read it."),
        most=500,
    )


class AcceptSchema(FormSchema):
    """What the new employer enters."""

    personnel_number = personnel_number()
    kind = fields.Choice(
        label=lazy_gettext("Kind of employment"), choices=tuple(KINDS.items()), required=True
    )
    unit_id = RowChoice(label=lazy_gettext("Unit"), choices=())
    post_id = RowChoice(label=lazy_gettext("Post"), choices=())


class CloseSchema(FormSchema):
    """Why a transfer is withdrawn or refused."""

    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("The other side and the employee can read it."),
        required=True,
        most=500,
    )


def with_places(schema: ReleaseSchema, places: Iterable[Municipality]) -> ReleaseSchema:
    """Offer municipalities in the form's choice."""
    locale = current_locale()
    rows = [(str(place.id), place.name(locale)) for place in places]
    schema.fields["to_municipality_id"].choices = rows  # type: ignore[attr-defined] # a RowChoice
    return schema
