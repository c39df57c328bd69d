"""What is sent when a service is switched."""

from __future__ import annotations

from core.activation.states import TITLES
from core.forms import FormSchema, fields
from core.localization import lazy_gettext


class SwitchSchema(FormSchema):
    """The new state (of the button that was pressed), why, and on which version it is based."""

    new_state = fields.Choice(
        label=lazy_gettext("New state"), choices=tuple(TITLES.items()), required=True
    )
    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("It is kept in the history, with your name."),
        most=500,
    )
    override = fields.YesNo(
        label=lazy_gettext("Do it all the same, in spite of what stands against it"),
    )
    version = fields.Whole(label=lazy_gettext("Version"), required=True, widget="hidden")
