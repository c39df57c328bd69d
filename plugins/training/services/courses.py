"""The catalogue of courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from core.sdk import lazy_gettext
from core.sdk.localization import search_key, sort_key
from core.sdk.models import new_id
from core.sdk.services import Invalid, NotFound, UnitOfWork, changes, record, refusing
from plugins.training.models import Course
from plugins.training.services import prerequisites

FIELDS: Final = (
    "code",
    "title_fa",
    "title_en",
    "about_fa",
    "about_en",
    "kind",
    "minutes",
    "threshold",
    "retired",
)
CODE_TAKEN: Final = "uq_training_course_municipality_id_code"


def get(uow: UnitOfWork, municipality_id: UUID, course_id: UUID) -> Course:
    """Return a course.

    Raises:
        NotFound: there is none of that id in the municipality.
    """
    found = uow.session.get(Course, (municipality_id, course_id))
    if found is None:
        raise NotFound()
    return found


def add(uow: UnitOfWork, municipality_id: UUID, facts: Mapping[str, Any]) -> Course:
    """Add a course; ``facts``: `FIELDS`, and the ids of the courses that it ``requires``.

    Raises:
        Invalid: the code is taken.
    """
    course = Course(municipality_id=municipality_id, id=new_id())
    _fill(uow, course, facts)
    prerequisites.replace(uow, course, facts["requires"])
    _audit(uow, course, "training.course.add", {"code": [None, course.code]})
    return course


def edit(uow: UnitOfWork, course: Course, facts: Mapping[str, Any]) -> None:
    """Change a course; offerings that are planned already keep their duration and threshold.

    Raises:
        Invalid: the code is taken, or what it requires needs the course itself.
    """
    new = {name: facts[name] for name in FIELDS}
    differences = changes(facts_of(course), new)
    if differences:
        _fill(uow, course, facts)
    before = _required(uow, course)
    if prerequisites.replace(uow, course, facts["requires"]):
        differences["requires"] = [before, _required(uow, course)]
    if differences:
        _audit(uow, course, "training.course.change", differences)


def _required(uow: UnitOfWork, course: Course) -> list[str]:
    """Return the codes of the courses that a course requires."""
    return [one.code for one in prerequisites.needed(uow, course.municipality_id, course.id)]


def facts_of(course: Course) -> dict[str, Any]:
    """Return what can be edited of a course."""
    return {name: getattr(course, name) for name in FIELDS}


def _fill(uow: UnitOfWork, course: Course, facts: Mapping[str, Any]) -> None:
    taken = Invalid(
        fields={"code": [lazy_gettext("Another course has this code. Choose another one.")]}
    )
    with refusing(uow, {CODE_TAKEN: taken}):
        for name in FIELDS:
            setattr(course, name, facts[name])
        course.search_key = search_key(f"{course.title_fa} {course.title_en} {course.code}")
        course.sort_key = sort_key(course.title_fa)
        uow.session.add(course)


def _audit(uow: UnitOfWork, course: Course, action: str, detail: dict[str, Any]) -> None:
    record(
        uow,
        action,
        municipality_id=course.municipality_id,
        subject_type="training_course",
        subject_id=course.id,
        detail=detail,
    )
