"""Telling the services that employments begin and end, each on its day.

What takes effect today or earlier is told at once, the rest by a daily job: ``tell_on`` is the
next day on which there is something to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from core.activation.queries import services_ever_on, services_on
from core.database.unit_of_work import UnitOfWork
from core.localization import LazyString, _, lazy_gettext
from core.notifications.services import notify
from core.people.models import Employment
from core.people.policies import next_telling
from core.people.services.locks import span_of
from core.plugin_host.host import PluginHost
from core.sdk import Municipality

BATCH = 500
"""Employments told in one transaction."""


def tell_began(
    uow: UnitOfWork, host: PluginHost, place: Municipality, employments: list[Employment]
) -> None:
    """Tell the services that are on there which employments began."""
    if employments:
        host.hooks.employee_hired(
            uow=uow,
            municipality=place,
            employment_ids=[employment.id for employment in employments],
            only=services_on(uow, place),
        )


def tell_linked(uow: UnitOfWork, place: Municipality, person_ids: Iterable[UUID]) -> None:
    """Tell people whom the province knew already that another employer entered them."""
    body = lazy_gettext("If you do not work there, tell your HR office at once.")
    for person_id in person_ids:
        notify(
            uow,
            "accounts.security",
            municipality_id=place.id,
            person_id=person_id,
            title=LazyString(_entered, place),
            body=body,
        )


def _entered(place: Municipality) -> str:
    return _("%(place)s entered you as one of its employees", place=place.name)


def tell_ended(
    uow: UnitOfWork, host: PluginHost, place: Municipality, employments: list[Employment]
) -> None:
    """Tell every service that was ever on there which employments ended."""
    if employments:
        host.hooks.employee_left(
            uow=uow,
            municipality=place,
            employment_ids=[employment.id for employment in employments],
            ever=services_ever_on(uow, place),
        )


def schedule(uow: UnitOfWork, employment: Employment) -> None:
    """Note when the services must be told next."""
    employment.tell_on = next_telling(span_of(employment), uow.today)


def tell_due(uow: UnitOfWork, host: PluginHost, place: Municipality) -> int:
    """Tell what is due in a municipality, at most `BATCH` employments; return how many."""
    due = list(
        uow.session.scalars(
            select(Employment)
            .where(Employment.municipality_id == place.id, Employment.tell_on <= uow.today)
            .order_by(Employment.tell_on, Employment.id)
            .limit(BATCH)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    began = [one for one in due if one.tell_on == one.starts_on]
    ended = [one for one in due if one.ends_on and one.ends_on <= uow.today]
    for employment in due:
        schedule(uow, employment)
    tell_began(uow, host, place, began)
    tell_ended(uow, host, place, ended)
    return len(due)
