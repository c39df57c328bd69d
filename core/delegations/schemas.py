"""The form of a delegation."""

from __future__ import annotations

from collections.abc import Iterable

from core.forms import FormSchema, fields
from core.localization import clock, lazy_gettext
from core.sdk.text import Text


class DelegationSchema(FormSchema):
    """Who decides in the viewer's name, when, and what."""

    who = fields.Code(
        label=lazy_gettext("National ID, personnel number, user name or e-mail of the delegate"),
        required=True,
        most=254,
    )
    starts_on = fields.Date(label=lazy_gettext("First day"), required=True, earliest=clock.today)
    last_day = fields.Date(label=lazy_gettext("Last day"), required=True, earliest=clock.today)
    permissions = fields.Choices(
        label=lazy_gettext("Only these decisions"),
        hint=lazy_gettext("Tick nothing to delegate everything that you may decide."),
        choices=(),
    )
    reason = fields.Text(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("For example: annual leave. The delegate reads it."),
        most=200,
    )

    @classmethod
    def offering(cls, permissions: Iterable[tuple[str, Text]]) -> DelegationSchema:
        """Return the form with the decisions that can be delegated."""
        schema = cls()
        schema.fields["permissions"].choices = tuple(permissions)  # type: ignore[attr-defined] # a Choices
        return schema
