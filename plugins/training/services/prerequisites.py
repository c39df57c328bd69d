"""Which courses must be completed before which, and who has completed them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select

from core.sdk import Text, lazy_gettext
from core.sdk.localization import LazyString, current_locale
from core.sdk.models import new_id
from core.sdk.services import Invalid, UnitOfWork
from plugins.training.messages import title_in_language
from plugins.training.models import Course, HoursEntry, Prerequisite
from plugins.training.policies import leads_to


@dataclass(frozen=True, slots=True)
class Needed:
    """A course that must be completed before another one, and whether somebody has done so."""

    id: UUID
    code: str
    title_fa: str
    title_en: str
    done: bool


def needed(
    uow: UnitOfWork, municipality_id: UUID, course_id: UUID, person_id: UUID | None = None
) -> list[Needed]:
    """Return what a course needs, in Persian order; one statement.

    Somebody has completed a course when hours of its code stand in his passport, of whatever
    municipality.
    """
    done = _completed(person_id) if person_id else literal(False)
    rows = uow.session.execute(
        select(Course.id, Course.code, Course.title_fa, Course.title_en, done)
        .join(
            Prerequisite,
            (Prerequisite.municipality_id == Course.municipality_id)
            & (Prerequisite.required_id == Course.id),
        )
        .where(Course.municipality_id == municipality_id, Prerequisite.course_id == course_id)
        .order_by(Course.sort_key, Course.id)
    )
    return [Needed(*row) for row in rows]


def _completed(person_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a passport holds hours of the course at hand, not taken back."""
    return exists(
        select(HoursEntry.course_code)
        .where(HoursEntry.person_id == person_id, HoursEntry.course_code == Course.code)
        .group_by(HoursEntry.course_code)
        .having(func.sum(HoursEntry.minutes) > 0)
        .correlate(Course)
    )


def missing(
    uow: UnitOfWork, municipality_id: UUID, course_id: UUID, person_id: UUID
) -> list[Needed]:
    """Return what somebody hasn't completed yet of what a course needs."""
    found = needed(uow, municipality_id, course_id, person_id)
    return [course for course in found if not course.done]


def titles(courses: Collection[Needed]) -> Text:
    """Return their titles in one line, in the reader's language."""
    return LazyString(_joined, tuple((one.title_fa, one.title_en) for one in courses))


def _joined(pairs: Collection[tuple[str, str]]) -> str:
    comma = "، " if current_locale() == "fa" else ", "
    return comma.join(f"“{title}”" for title in (title_in_language(*pair) for pair in pairs))


def replace(uow: UnitOfWork, course: Course, required_ids: Collection[UUID]) -> bool:
    """Let a course need these ones and no others; tell whether that changed something.

    Raises:
        Invalid: one of them is unknown, or needs the course itself.
    """
    _lock_catalogue(uow, course.municipality_id)
    before = {one.id for one in needed(uow, course.municipality_id, course.id)}
    wanted = set(required_ids)
    if wanted == before:
        return False
    _demand_possible(uow, course, wanted)
    uow.session.execute(
        delete(Prerequisite).where(
            Prerequisite.municipality_id == course.municipality_id,
            Prerequisite.course_id == course.id,
            Prerequisite.required_id.in_(before - wanted),
        )
    )
    if new := wanted - before:
        uow.session.execute(insert(Prerequisite), [_row(course, one) for one in sorted(new)])
    return True


def _lock_catalogue(uow: UnitOfWork, municipality_id: UUID) -> None:
    """Let only one at a time change what needs what: two halves could make a circle."""
    uow.session.execute(
        select(Course.id)
        .where(Course.municipality_id == municipality_id)
        .order_by(Course.id)
        .with_for_update(key_share=True)
    )


def _demand_possible(uow: UnitOfWork, course: Course, wanted: Collection[UUID]) -> None:
    place = course.municipality_id
    known = select(Course.id).where(Course.municipality_id == place, Course.id.in_(wanted))
    if len(uow.session.scalars(known).all()) < len(wanted):
        raise Invalid(fields={"requires": [lazy_gettext("Choose one of the answers in the list.")]})
    pairs = uow.session.execute(
        select(Prerequisite.course_id, Prerequisite.required_id).where(
            Prerequisite.municipality_id == place
        )
    )
    edges = [(one, other) for one, other in pairs]
    if any(course.id in leads_to(edges, one) for one in wanted):
        text = lazy_gettext("One of these courses needs this one itself; that would be a circle.")
        raise Invalid(fields={"requires": [text]})


def _row(course: Course, required_id: UUID) -> dict[str, object]:
    return {
        "municipality_id": course.municipality_id,
        "id": new_id(),
        "course_id": course.id,
        "required_id": required_id,
    }
