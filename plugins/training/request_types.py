"""The request by which an employee asks for a seat; the engine of core decides it."""

from __future__ import annotations

from typing import Any, Final

from core.sdk import RequestType, Step, Text, lazy_gettext
from core.sdk.localization import LazyString
from plugins.training.messages import title_in_language
from plugins.training.schemas import EnrolmentSchema
from plugins.training.services import enrolments

DAYS: Final = 3
"""Business days in which the training office decides."""


def describe(data: dict[str, Any]) -> Text:
    """Return the course's title in the reader's language."""
    return LazyString(title_in_language, data["course"], data.get("course_en", ""))


ENROLMENT: Final = RequestType(
    name=enrolments.REQUEST_TYPE,
    title=lazy_gettext("Enrolment in a course"),
    schema=EnrolmentSchema,
    steps=(
        Step(
            name="office",
            title=lazy_gettext("Approval by the training office"),
            permission="training.approve",
            days=DAYS,
        ),
    ),
    next_step=lazy_gettext("The training office decides; your seat or place is kept until then."),
    icon="school",
    self_service=False,
    submitted=enrolments.reserve,
    apply=enrolments.confirm,
    closed=enrolments.release,
    base=enrolments.standing,
    describe=describe,
    tells=True,
)
