"""Rules about steps, deadlines, keys and who may decide: plain values only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from core.localization.digits import to_latin
from core.localization.languages import in_every_language
from core.policy.permissions import EVERYTHING
from core.policy.viewer import Standing, Viewer
from core.sdk.declarations import Step

Words = dict[str, str]
"""The same text in every language: ``{"fa": …, "en": …}``."""

LONGEST_KEY: Final = 255
LONGEST_REASON: Final = 2000
_REFERENCE: Final = re.compile(r"(?:HM-?)?(\d{4})-(\d{1,9})|(?:HM-?)(\d{4})-?")


@dataclass(frozen=True, slots=True)
class FrozenStep:
    """One approval as it was when the request was sent; later edits don't reach it (rule R7)."""

    name: str
    title: Words
    permission: str
    days: int | None = None

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> FrozenStep:
        """Build from what the request's row holds."""
        return cls(facts["name"], facts["title"], facts["permission"], facts.get("days"))


def freeze(steps: Iterable[Step], amount: int | None) -> list[dict[str, Any]]:
    """Return, as JSON, the steps that a request over ``amount`` rial must pass.

    A step with ``above`` applies to greater amounts only; without an amount it doesn't apply.
    """
    return [
        {
            "name": step.name,
            "title": in_every_language(step.title),
            "permission": step.permission,
            "days": step.days,
        }
        for step in steps
        if step.above is None or (amount is not None and amount > step.above)
    ]


def due_date(start: date, days: int | None, weekend: Collection[int]) -> date | None:
    """Return the last business day on which a step is in time, or None without a deadline.

    ``weekend`` holds closed weekdays, Saturday = 0 … Friday = 6. The day of arrival doesn't
    count.
    """
    if days is None:
        return None
    day = start
    while days:
        day += timedelta(days=1)
        if (day.weekday() + 2) % 7 not in weekend or len(weekend) >= 7:
            days -= 1
    return day


OBJECTION_DAYS: Final = 10
"""Business days in which an employee may object to a refusal."""


def objection_deadline(refused_on: date, weekend: Collection[int]) -> date:
    """Return the last day on which one may object to what was refused on a day."""
    return due_date(refused_on, OBJECTION_DAYS, weekend) or refused_on


def key_digest(key: str) -> bytes:
    """Return the SHA-256 under which an idempotency key is kept."""
    return hashlib.sha256(key.encode()).digest()


def reference(year: int, number: int) -> str:
    """Return ``HM-<Jalali year>-<5+ digits>``."""
    return f"HM-{year}-{number:05d}"


def reference_prefix(text: str) -> str | None:
    """Return the (beginning of a) reference that was typed, or None if it's something else.

    Any digits, spaces, small letters and a missing ``HM-`` or zeros are accepted: ``۱۴۰۵-۸۲۳۱``.
    """
    match = _REFERENCE.fullmatch(re.sub(r"\s", "", to_latin(text)).upper())
    if match is None:
        return None
    year, number, year_alone = match.groups()
    return reference(int(year), int(number)) if year else f"HM-{year_alone}-"


InUnits = Callable[[Collection[UUID]], bool]
"""Tells whether a request belongs to the subtree of one of some units."""


def may_decide(
    viewer: Viewer,
    *,
    municipality_id: UUID,
    permission: str,
    person_id: UUID,
    routed_to: Collection[UUID] | None,
    in_units: InUnits,
) -> bool:
    """Tell whether the viewer may decide the present step of somebody's request.

    Nobody decides his own (rule R1). A routed step is decided by the accounts named, any other
    by those who hold its permission; ``in_units(units)`` tells whether the request belongs
    to the subtree of one of the units that their grants are limited to.
    """
    if viewer.account_id is None or viewer.person_id == person_id:
        return False
    if routed_to is not None:
        return viewer.account_id in routed_to
    return _holds(viewer, permission, municipality_id, in_units)


@dataclass(frozen=True, slots=True)
class Right:
    """By which right somebody decides: his own, or ``standing`` in for a principal.

    ``accounts``: whoever of them approved an earlier step has had his say (rule R9).
    """

    standing: Standing | None
    accounts: frozenset[UUID]


def rights(
    viewer: Viewer,
    *,
    municipality_id: UUID,
    permission: str,
    person_id: UUID,
    routed_to: Collection[UUID] | None,
    barred: Collection[UUID] = (),
    in_units: InUnits,
) -> Iterator[Right]:
    """Yield the rights by which the viewer may decide the present step, his own first.

    What a delegation gives is what the principal may decide himself, and nothing that concerns
    the viewer, the principal or those who passed the right on (rules R1 and R8). ``barred``
    accounts decide neither themselves nor through a delegate.
    """

    def may(one: Viewer) -> bool:
        return may_decide(
            one,
            municipality_id=municipality_id,
            permission=permission,
            person_id=person_id,
            routed_to=routed_to,
            in_units=in_units,
        )

    if viewer.account_id is None or viewer.account_id in barred or viewer.person_id == person_id:
        return
    own = frozenset({viewer.account_id})
    if may(viewer):
        yield Right(None, own)
    for each in viewer.standings:
        concerned = person_id in each.persons or not each.accounts.isdisjoint(barred)
        if each.permits(permission) and not concerned and may(each.principal):
            yield Right(each, own | each.accounts)


def may_see(
    viewer: Viewer,
    *,
    municipality_id: UUID,
    permissions: Iterable[str],
    routed_to: Collection[UUID] | None,
    in_units: InUnits,
) -> bool:
    """Tell whether an officer may read a request: who may decide one of its ``permissions``.

    Who stands in for somebody sees what was delegated to him of it.
    """
    wanted, routed = frozenset(permissions), routed_to or ()
    return any(
        holder.account_id in routed or _holds(holder, name, municipality_id, in_units)
        for holder, name in _held(viewer, wanted)
    )


def _held(viewer: Viewer, wanted: Iterable[str]) -> Iterator[tuple[Viewer, str]]:
    for name in wanted:
        yield viewer, name
        for each in viewer.standings:
            if each.permits(name):
                yield each.principal, name


def _holds(viewer: Viewer, permission: str, municipality_id: UUID, in_units: InUnits) -> bool:
    units = viewer.units_for(permission, municipality_id)
    return units is None or (bool(units) and in_units(units))


@dataclass(frozen=True, slots=True)
class Reach:
    """Steps that one grant lets somebody decide: their ``permissions``, in which units' subtrees.

    ``permissions`` None = every one, ``unit_id`` None = the whole municipality.
    """

    permissions: frozenset[str] | None
    unit_id: UUID | None


def reach(viewer: Viewer, municipality_id: UUID) -> tuple[Reach, ...]:
    """Return what the viewer's grants let him decide there, for lists (`may_decide` for one)."""
    places = {municipality_id, viewer.organisation_of.get(municipality_id)}
    return tuple(
        Reach(_with_implied(grant.permissions), grant.unit_id)
        for grant in viewer.grants
        if grant.municipality_id in places and grant.permissions
    )


def _with_implied(held: frozenset[str]) -> frozenset[str] | None:
    """Spell out what `core.policy.permissions.implies` knows; None = everything."""
    if EVERYTHING in held:
        return None
    areas = (name.removesuffix(".manage") for name in held if name.endswith(".manage"))
    return held | {f"{area}.view" for area in areas}
