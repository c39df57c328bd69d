"""The words of training: kinds of courses, states with their tones, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.sdk import Text, lazy_gettext
from core.sdk.localization import LazyString
from plugins.training.messages import title_of
from plugins.training.models import Enrolment
from plugins.training.policies import CourseKind, EnrolmentState, OfferingState

KINDS: Final[Mapping[str, Text]] = {
    CourseKind.ORIENTATION: lazy_gettext("Orientation"),
    CourseKind.GENERAL: lazy_gettext("General"),
    CourseKind.JOB_GENERAL: lazy_gettext("Job, general"),
    CourseKind.JOB_SPECIFIC: lazy_gettext("Job, specialised"),
    CourseKind.MANAGEMENT: lazy_gettext("Management improvement"),
}

OFFERINGS: Final[Mapping[str, tuple[Text, str]]] = {
    OfferingState.DRAFT: (lazy_gettext("Draft"), "neutral"),
    OfferingState.OPEN: (lazy_gettext("Open for enrolment"), "ok"),
    OfferingState.CLOSED: (lazy_gettext("Enrolment closed"), "info"),
    OfferingState.RUNNING: (lazy_gettext("Running"), "review"),
    OfferingState.MARKING: (lazy_gettext("Attendance to be completed"), "warn"),
    OfferingState.FINALISED: (lazy_gettext("Finalised"), "neutral"),
    OfferingState.CANCELLED: (lazy_gettext("Cancelled"), "danger"),
}
"""State → word and tone."""

ENROLMENTS: Final[Mapping[str, tuple[Text, str]]] = {
    EnrolmentState.PENDING: (lazy_gettext("Waiting for approval"), "info"),
    EnrolmentState.CONFIRMED: (lazy_gettext("Enrolled"), "ok"),
    EnrolmentState.WAITLISTED: (lazy_gettext("On the waiting list"), "review"),
    EnrolmentState.COMPLETED: (lazy_gettext("Completed"), "ok"),
    EnrolmentState.INCOMPLETE: (lazy_gettext("Attendance too low"), "danger"),
    EnrolmentState.NO_SHOW: (lazy_gettext("Did not attend"), "danger"),
    EnrolmentState.WITHDRAWN: (lazy_gettext("Withdrawn"), "neutral"),
    EnrolmentState.LATE_WITHDRAWN: (lazy_gettext("Withdrawn late"), "warn"),
    EnrolmentState.REJECTED: (lazy_gettext("Rejected"), "danger"),
    EnrolmentState.LAPSED: (lazy_gettext("No seat came free"), "neutral"),
    EnrolmentState.CANCELLED: (lazy_gettext("Cancelled by the organiser"), "neutral"),
}
"""State → word and tone."""

TOLD: Final[Mapping[str, Text]] = {
    "training.enrol": lazy_gettext("enrolment in “%(course)s” approved"),
    "training.withdraw": lazy_gettext("withdrawal from “%(course)s”"),
    "training.leave": lazy_gettext("enrolment in “%(course)s” ended with the employment"),
}
"""Acts of the audit in words, for the person concerned and for officers."""
QUEUED: Final = lazy_gettext("place on the waiting list of “%(course)s” approved")


def told(action: str, enrolment: Enrolment) -> Text:
    """Return what the audit says of an act on an enrolment."""
    is_queued = action == "training.enrol" and not enrolment.has_seat
    text = QUEUED if is_queued else TOLD[action]
    return LazyString(_filled, text, title_of(enrolment.offering.course))


def _filled(text: Text, course: Text) -> str:
    return str(text) % {"course": course}


def kind(value: str) -> str:
    """Return how a kind of course is called."""
    return str(KINDS[value])


def offering_state(value: str) -> str:
    """Return how the state of an offering is called."""
    return str(OFFERINGS[value][0])


def offering_tone(value: str) -> str:
    """Return the tone of an offering's state."""
    return OFFERINGS[value][1]


def enrolment_state(value: str) -> str:
    """Return how the state of an enrolment is called."""
    return str(ENROLMENTS[value][0])


def enrolment_tone(value: str) -> str:
    """Return the tone of an enrolment's state."""
    return ENROLMENTS[value][1]
