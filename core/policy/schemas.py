"""The forms of roles and grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from core.forms import FormSchema, fields
from core.localization import clock, current_locale, lazy_gettext
from core.people.queries import Unit
from core.people.schemas import RowChoice, with_rows
from core.policy.catalogue import Group
from core.policy.models import Role
from core.policy.permissions import EVERYTHING


class RoleSchema(FormSchema):
    """Titles and permissions; a role that gives everything keeps doing so."""

    title_fa = fields.Text(label=lazy_gettext("Title in Persian"), required=True, least=2, most=80)
    title_en = fields.Text(label=lazy_gettext("Title in English"), required=True, least=2, most=80)
    permissions = fields.Choices(label=lazy_gettext("Rights"), required=True, choices=())

    def __init__(self, groups: Iterable[Group], role: Role | None, **options: Any) -> None:
        gives_everything = role is not None and EVERYTHING in role.permissions
        super().__init__(exclude=("permissions",) if gives_everything else (), **options)
        if not gives_everything:
            choices = [
                (name, f"{group.title}: {title}")
                for group in groups
                for name, title in group.permissions.items()
            ]
            self.fields["permissions"].choices = choices  # type: ignore[attr-defined] # a Choices


class GrantSchema(FormSchema):
    """Who gets which role, where and for how long."""

    who = fields.Code(
        label=lazy_gettext("National ID, personnel number, user name or e-mail"),
        required=True,
        most=254,
    )
    role = RowChoice(label=lazy_gettext("Role"), required=True, choices=())
    unit = RowChoice(label=lazy_gettext("Only in this unit and those below it"), choices=())
    starts_on = fields.Date(label=lazy_gettext("From"), required=True, earliest=clock.today)
    last_day = fields.Date(
        label=lazy_gettext("Last day"),
        hint=lazy_gettext("Leave it empty if there is none."),
        earliest=clock.today,
    )

    @classmethod
    def offering(cls, roles: Iterable[Role], units: Mapping[UUID, Unit]) -> GrantSchema:
        """Return the form with what can be chosen."""
        schema = with_rows(cls(), units)
        locale = current_locale()
        offered = [(str(role.id), role.title(locale)) for role in roles]
        schema.fields["role"].choices = offered  # type: ignore[attr-defined] # a RowChoice
        return schema


class GrantFilters(FormSchema):
    """The filter of the list, from its address."""

    past = fields.YesNo(label=lazy_gettext("Also those that are over"))
