"""Correcting what is on record of a family member, as a request with evidence asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Invalid
from core.localization import _
from core.localization.filters import jdate
from core.people.masking import mask_national_id
from core.people.models import Dependant, Person

CORRECTABLE: Final = ("given_name", "family_name", "national_id", "birth_date")


def dependant_of(uow: UnitOfWork, person_id: UUID, dependant_id: UUID) -> Dependant | None:
    """Return a family member of a person as it is now, or None."""
    statement = select(Dependant).where(
        Dependant.id == dependant_id, Dependant.person_id == person_id
    )
    return uow.session.scalar(statement.execution_options(populate_existing=True))


def moved_start(dependant: Dependant, birth_date: date) -> date:
    """Return since when somebody is in care if he was born on another day.

    Care that began at birth begins at the right birth; any other beginning stays.

    Raises:
        Invalid: the care would begin before the birth, or after its end.
    """
    start = birth_date if dependant.starts_on == dependant.birth_date else dependant.starts_on
    if birth_date > start or (dependant.ends_on is not None and start >= dependant.ends_on):
        text = _(
            "The time in care that is on record doesn't fit: it began on %(day)s.",
            day=jdate(dependant.starts_on),
        )
        raise Invalid(fields={"birth_date": [text]})
    return start


def correct_dependant(
    uow: UnitOfWork,
    municipality_id: UUID,
    person_id: UUID,
    dependant_id: UUID,
    values: Mapping[str, Any],
    *,
    reason: str,
) -> None:
    """Correct some of `CORRECTABLE`; ``reason`` is the reference of the request.

    Raises:
        Conflict: the person isn't employed in the scope any more, the family member is gone, or
            another one has the national ID.
    """
    locked = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    found = dependant_of(uow, person_id, dependant_id)
    if uow.session.scalar(locked) is None or found is None:
        raise Conflict(
            _("Personal data can be changed only while the person is employed here."),
            code="not_employed",
        )
    after = dict(values)
    if "birth_date" in values:
        after["starts_on"] = moved_start(found, values["birth_date"])
    before = {name: getattr(found, name) for name in after}
    text = _("A family member with this national ID is there already.")
    with refusing(uow, {"uq_dependant_national_id": Conflict(text, code="national_id")}):
        for name, value in after.items():
            setattr(found, name, value)
    detail = changes(before, after)
    if "national_id" in detail:
        detail["national_id"] = [mask_national_id(one) for one in detail["national_id"]]
    record(
        uow,
        "dependant.correct",
        municipality_id=municipality_id,
        subject_type="dependant",
        subject_id=dependant_id,
        person_id=person_id,
        reason=reason,
        detail=detail,
    )
