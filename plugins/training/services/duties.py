"""The yearly duty: deciding on a new version, and reading the versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select

from core.sdk import lazy_gettext
from core.sdk.models import new_id
from core.sdk.services import Conflict, UnitOfWork, record, refusing
from plugins.training.duty import Rule
from plugins.training.models import DutyKind, DutyRule

NUMBER_TAKEN: Final = "uq_training_duty_rule_municipality_id_number"


def rows(uow: UnitOfWork, municipality_id: UUID) -> list[tuple[DutyRule, Rule]]:
    """Return all versions with their meaning, the latest first; two statements."""
    found = uow.session.scalars(
        select(DutyRule)
        .where(DutyRule.municipality_id == municipality_id)
        .order_by(DutyRule.number.desc())
    ).all()
    kinds: dict[UUID, dict[str, int]] = {}
    for one in uow.session.scalars(
        select(DutyKind).where(DutyKind.municipality_id == municipality_id)
    ):
        kinds.setdefault(one.rule_id, {})[one.kind] = one.minutes
    return [(row, _meaning(row, kinds.get(row.id, {}))) for row in found]


def _meaning(row: DutyRule, kinds: Mapping[str, int]) -> Rule:
    return Rule(row.number, row.from_year, row.staff_minutes, row.manager_minutes, kinds)


def rules(uow: UnitOfWork, municipality_id: UUID) -> list[Rule]:
    """Return the meaning of all versions."""
    return [rule for _row, rule in rows(uow, municipality_id)]


def decide(
    uow: UnitOfWork,
    municipality_id: UUID,
    *,
    from_year: int,
    staff: int,
    managers: int,
    kinds: Mapping[str, int],
    basis: str,
) -> DutyRule:
    """Add a version of the duty; minutes a year. Earlier versions stay as they are.

    Raises:
        Conflict: somebody else decided this very moment.
    """
    row = DutyRule(
        municipality_id=municipality_id,
        id=new_id(),
        number=1 + max((rule.number for rule in rules(uow, municipality_id)), default=0),
        from_year=from_year,
        staff_minutes=staff,
        manager_minutes=managers,
        basis=basis,
        decided_at=uow.now,
        decided_by_name=uow.actor.name,
    )
    taken = Conflict(lazy_gettext("Somebody else changed the duty just now. Look at it again."))
    with refusing(uow, {NUMBER_TAKEN: taken}):
        uow.session.add(row)
    if kinds:
        uow.session.execute(insert(DutyKind), [_kind(row, *one) for one in kinds.items()])
    _audit(uow, row, kinds)
    return row


def _kind(row: DutyRule, kind: str, minutes: int) -> dict[str, object]:
    return {
        "municipality_id": row.municipality_id,
        "id": new_id(),
        "rule_id": row.id,
        "kind": kind,
        "minutes": minutes,
    }


def _audit(uow: UnitOfWork, row: DutyRule, kinds: Mapping[str, int]) -> None:
    record(
        uow,
        "training.duty.decide",
        municipality_id=row.municipality_id,
        subject_type="training_duty_rule",
        subject_id=row.id,
        reason=row.basis,
        detail={
            "version": row.number,
            "from_year": row.from_year,
            "staff_minutes": row.staff_minutes,
            "manager_minutes": row.manager_minutes,
            **{f"{kind}_minutes": minutes for kind, minutes in sorted(kinds.items())},
        },
        words=lazy_gettext("training duty from %(year)s on", year=row.from_year),
    )
