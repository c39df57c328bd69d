"""Reading transfers: of one side, of a person; and what a side is shown of the other's employee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import aliased

from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization import current_locale
from core.municipalities.models import Municipality as Town
from core.municipalities.queries import get
from core.people.directory import (
    assigned_on,
    assigned_to,
    in_subtree,
    names_of,
    nearest_day,
)
from core.people.masking import mask_national_id
from core.people.models import Assignment, Employment, Person, Post
from core.sdk import Municipality
from core.transfers.models import Transfer, TransferState

PER_PAGE: Final = 20
SOURCE, TARGET = aliased(Town), aliased(Town)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transfer as a page shows it; ``name`` and the rest of ``shown`` are as of the release."""

    id: UUID
    municipality_id: UUID
    to_municipality_id: UUID
    employment_id: UUID
    person_id: UUID
    new_employment_id: UUID | None
    source: str
    target: str
    shown: dict[str, Any]
    starts_on: date
    state: str
    note: str
    reason: str
    released_by: str
    closed_by: str

    @property
    def is_pending(self) -> bool:
        """Whether the other side hasn't answered yet."""
        return self.state == TransferState.PENDING


def destinations(uow: UnitOfWork, place: Municipality) -> list[Town]:
    """Return where ``place`` may release to: the others of its organisation, large ones first."""
    above = get(uow, place.id).organisation_id or place.id
    return list(
        uow.session.scalars(
            select(Town)
            .where(or_(Town.id == above, Town.organisation_id == above))
            .where(Town.id != place.id, Town.is_active)
            .order_by(Town.organisation_id.nulls_first(), Town.population.desc().nulls_last())
        )
    )


def shown_of(uow: UnitOfWork, employment: Employment) -> dict[str, Any]:
    """Return all that the other side sees before it accepts: enough to know who comes."""
    person = uow.session.get(Person, employment.person_id)
    known = person.national_id if person else (employment.snapshot or {}).get("national_id", "")
    post = uow.session.scalar(
        select(Post.title)
        .select_from(Employment)
        .join(Assignment, assigned_on(nearest_day(uow.today)))
        .join(
            Post,
            (Post.municipality_id == Assignment.municipality_id) & (Post.id == Assignment.post_id),
        )
        .where(
            Employment.municipality_id == employment.municipality_id,
            Employment.id == employment.id,
        )
    )
    return {
        "name": " ".join(names_of(uow, employment)).strip(),
        "national_id": mask_national_id(known),
        "kind": employment.kind,
        "post": post or "",
    }


def page(
    uow: UnitOfWork,
    place: Municipality,
    limits: frozenset[UUID] | None,
    cursor: str | None,
    *,
    answered: bool = False,
) -> Page[Row[Any]]:
    """Return a page of the transfers of a side that wait, or of the answered ones, latest first.

    ``limits`` are the units that the viewer answers for: then only their employees, and nobody
    who is to come, since he belongs to no unit yet.
    """
    waits = Transfer.state == TransferState.PENDING
    keys = (Transfer.released_at, Transfer.id)
    statement = _moves(*keys).where(_of_side(uow, place, limits), ~waits if answered else waits)
    return fetch(uow.session, statement, keys, cursor, descending=True, size=PER_PAGE)


def one(
    uow: UnitOfWork, place: Municipality, limits: frozenset[UUID] | None, transfer_id: UUID
) -> Move | None:
    """Return a transfer of a side, by the same rule as `page`."""
    condition = _of_side(uow, place, limits)
    row = uow.session.execute(_moves().where(Transfer.id == transfer_id, condition)).one_or_none()
    return move(row) if row else None


def pending_of(uow: UnitOfWork, municipality_id: UUID, employment_id: UUID) -> UUID | None:
    """Return the transfer of an employee that waits for an answer."""
    return uow.session.scalar(
        select(Transfer.id).where(
            Transfer.municipality_id == municipality_id,
            Transfer.employment_id == employment_id,
            Transfer.state == TransferState.PENDING,
        )
    )


def of_person(uow: UnitOfWork, person_id: UUID) -> list[Move]:
    """Return the transfers of a person that he may see, the latest first."""
    rows = uow.session.execute(
        _moves()
        .where(Transfer.person_id == person_id)
        .order_by(Transfer.released_at.desc(), Transfer.id.desc())
    )
    return [move(row) for row in rows]


def waiting(uow: UnitOfWork, municipality_id: UUID) -> int:
    """Return how many employees are released to a municipality and wait for its answer."""
    return uow.session.execute(
        select(func.count()).where(
            Transfer.to_municipality_id == municipality_id,
            Transfer.state == TransferState.PENDING,
        )
    ).scalar_one()


def move(row: Row[Any]) -> Move:
    """Return a row of `page` as a value."""
    transfer, locale = row.Transfer, current_locale()
    names = ("id", "municipality_id", "to_municipality_id", "employment_id", "person_id")
    facts = ("new_employment_id", "shown", "starts_on", "state", "note", "reason")
    actors = ("released_by", "closed_by")
    return Move(
        source=row.source_fa if locale == "fa" else row.source_en,
        target=row.target_fa if locale == "fa" else row.target_en,
        **{name: getattr(transfer, name) for name in (*names, *facts, *actors)},
    )


def _moves(*more: Any) -> Any:
    return (
        select(
            Transfer,
            SOURCE.name_fa.label("source_fa"),
            SOURCE.name_en.label("source_en"),
            TARGET.name_fa.label("target_fa"),
            TARGET.name_en.label("target_en"),
            *more,
        )
        .join(SOURCE, SOURCE.id == Transfer.municipality_id)
        .join(TARGET, TARGET.id == Transfer.to_municipality_id)
    )


def _of_side(
    uow: UnitOfWork, place: Municipality, limits: frozenset[UUID] | None
) -> ColumnElement[bool]:
    ours = Transfer.municipality_id == place.id
    if limits is None:
        return ours | (Transfer.to_municipality_id == place.id)
    units = in_subtree(uow, place.id, limits)
    inside = (
        select(Employment.id)
        .where(
            Employment.municipality_id == Transfer.municipality_id,
            Employment.id == Transfer.employment_id,
            assigned_to(units, uow.today),
        )
        .exists()
    )
    return ours & inside
