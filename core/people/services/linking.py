"""Creating a person, or finding the one who is known already: by ``link_people`` only.

The database function is the only door to people whom the municipality doesn't employ: national
ID, family name and birth date must all agree, and misses are counted against guessing.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork, open_unit
from core.errors import TooMany
from core.localization import _
from core.people.names import NameKeys

LINK = text(
    "select ordinal, person_id, outcome from link_people(:municipality, cast(:people as jsonb))"
)
GUESSING = "54000"
"""SQLSTATE of ``link_people`` when too many people didn't match within the hour."""
HOUR = 3600


class Outcome(enum.StrEnum):
    """What became of one identity.

    ``known``: employed in this municipality already. ``linked``: a person whom the province
    knows from elsewhere. ``mismatch``: the national ID is known, but with another family name or
    birth date.
    """

    CREATED = "created"
    KNOWN = "known"
    LINKED = "linked"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as an employer knows him; texts are clean, "" where there is nothing."""

    national_id: str
    given_name: str
    family_name: str
    birth_date: date | None
    father_name: str = ""
    sex: str | None = None
    marital_status: str | None = None
    mobile: str = ""
    email: str = ""
    test_identity: bool = False


class Link(NamedTuple):
    """The person behind an identity; ``person_id`` None when it didn't match."""

    person_id: UUID | None
    outcome: Outcome


def link_people(
    uow: UnitOfWork, municipality_id: UUID, identities: Sequence[Identity]
) -> list[Link]:
    """Create or find the person of each identity, in order.

    Raises:
        TooMany: too many didn't match within the hour.
    """
    people = [
        {"ordinal": ordinal, "id": new_id(), **asdict(identity), **_keys(identity)}
        for ordinal, identity in enumerate(identities)
    ]
    parameters = {"municipality": municipality_id, "people": orjson.dumps(people).decode()}
    try:
        rows = uow.session.execute(LINK, parameters).all()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != GUESSING:
            raise
        raise TooMany(
            HOUR,
            _(
                "Too many people did not match what is stored. "
                "Check the source of your data and try again in an hour."
            ),
        ) from error
    return [Link(row.person_id, Outcome(row.outcome)) for row in rows]


def _keys(identity: Identity) -> dict[str, Any]:
    return NameKeys.of(identity.given_name, identity.family_name).for_person()


def count_miss(uow: UnitOfWork, municipality_id: UUID, identity: Identity) -> None:
    """Count and audit a mismatch for good, in a transaction of its own.

    The refusal that follows rolls the present one back, and the count must outlive it.
    """
    bind = uow.session.get_bind().engine
    with open_unit(uow.scope, uow.actor, engine=bind) as own:
        link_people(own, municipality_id, [identity])
        record(
            own,
            "person.link_refused",
            municipality_id=municipality_id,
            subject_type="person",
            subject_id="",
        )
