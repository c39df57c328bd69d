"""The filters of the audit page."""

from __future__ import annotations

from core.audit.wording import KINDS
from core.forms import FormSchema, fields
from core.localization import lazy_gettext


class AuditFilters(FormSchema):
    """From the address."""

    kind = fields.Choice(
        label=lazy_gettext("Kind"), choices=(("", lazy_gettext("All")), *KINDS.items())
    )
    action = fields.Code(
        label=lazy_gettext("Act"),
        hint=lazy_gettext("Beginning of its name, for example “employment.”"),
        most=80,
    )
    actor = fields.Text(label=lazy_gettext("Who did it"), most=120)
    person = fields.Text(
        label=lazy_gettext("Whom it concerns"),
        hint=lazy_gettext("Name, personnel number or national ID"),
        most=120,
    )
    first = fields.Date(label=lazy_gettext("First day"))
    last = fields.Date(label=lazy_gettext("Last day"))
