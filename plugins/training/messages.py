"""What participants are told, in their inbox and by mail, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.sdk import Text, lazy_gettext
from core.sdk.localization import LazyString, current_locale, in_tehran, jdate, localized
from core.sdk.services import UnitOfWork, get_municipality, notify
from plugins.training.models import Course, Enrolment, Offering

ENROLMENT: Final = "training.enrolment"
OFFERING: Final = "training.offering"
CERTIFICATE: Final = "training.certificate"


def title_of(course: Course) -> LazyString:
    """Return the course's title in the language of whoever reads the message."""
    return LazyString(title_in_language, course.title_fa, course.title_en)


def clock(instant: datetime) -> str:
    """Return hours and minutes of an aware instant in Tehran, in the reader's digits."""
    return localized(f"{in_tehran(instant):%H:%M}", current_locale())


def title_in_language(fa: str, en: str) -> str:
    """Return the title for the reader at hand, the Persian one if there is no other."""
    return fa if current_locale() == "fa" else en or fa


def _tell(
    uow: UnitOfWork,
    topic: str,
    enrolment: Enrolment,
    title: Text,
    body: Text = "",
    page: str = "",
) -> None:
    place = get_municipality(uow, enrolment.municipality_id)
    notify(
        uow,
        topic,
        municipality_id=place.id,
        person_id=enrolment.person_id,
        title=title,
        body=body,
        href=f"/m/{place.code}/training/{page or f'enrolments/{enrolment.id}'}",
    )


def confirmed(uow: UnitOfWork, offering: Offering, enrolment: Enrolment, begins: datetime) -> None:
    """Tell somebody whose request was approved that the seat is his, when and where."""
    _tell(
        uow,
        ENROLMENT,
        enrolment,
        lazy_gettext(
            "Your enrolment in “%(course)s” is confirmed", course=title_of(offering.course)
        ),
        lazy_gettext(
            "First session: %(day)s at %(time)s. Place: %(place)s.",
            day=LazyString(jdate, begins, "long"),
            time=LazyString(clock, begins),
            place=offering.place,
        ),
    )


def got_seat(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    """Tell somebody who waited that a seat is his."""
    course = title_of(offering.course)
    starts = LazyString(jdate, offering.starts_on, "long")
    _tell(
        uow,
        ENROLMENT,
        enrolment,
        lazy_gettext("A seat in “%(course)s” is yours now", course=course),
        lazy_gettext(
            "You were next on the waiting list. The course begins on %(day)s. "
            "If you can't come, withdraw, so that the next person gets the seat.",
            day=starts,
        ),
    )


def seat_reserved(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    """Tell somebody who waits for approval too that a seat came free for him."""
    _tell(
        uow,
        ENROLMENT,
        enrolment,
        lazy_gettext(
            "A seat in “%(course)s” is reserved for you", course=title_of(offering.course)
        ),
        lazy_gettext("It is yours as soon as your request is approved."),
    )


def queued(uow: UnitOfWork, offering: Offering, enrolment: Enrolment, position: int) -> None:
    """Tell somebody whose request was approved that he still waits for a seat."""
    _tell(
        uow,
        ENROLMENT,
        enrolment,
        lazy_gettext(
            "You are on the waiting list of “%(course)s”", course=title_of(offering.course)
        ),
        lazy_gettext(
            "Your place is %(place)s of %(total)s. When a seat comes free before "
            "%(day)s, the first in the list gets it and is told at once.",
            place=position,
            total=offering.waiting,
            day=LazyString(jdate, offering.closes_on, "long"),
        ),
    )


def lapsed(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    """Tell somebody that no seat came free."""
    _tell(
        uow,
        ENROLMENT,
        enrolment,
        lazy_gettext("No seat came free in “%(course)s”", course=title_of(offering.course)),
        lazy_gettext("The course has begun. Look in the catalogue for its next date."),
    )


def cancelled(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    """Tell a participant that the course won't take place, and why."""
    _tell(
        uow,
        OFFERING,
        enrolment,
        lazy_gettext("“%(course)s” was cancelled", course=title_of(offering.course)),
        lazy_gettext("Reason: %(reason)s", reason=offering.reason),
    )


def changed(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    """Tell a participant that time or place changed."""
    _tell(
        uow,
        OFFERING,
        enrolment,
        lazy_gettext("Time or place of “%(course)s” has changed", course=title_of(offering.course)),
        lazy_gettext("Look at the new dates and the place before you come."),
    )


def finished(uow: UnitOfWork, offering: Offering, enrolment: Enrolment, percent: int) -> None:
    """Tell a participant how the course ended for him."""
    course = title_of(offering.course)
    if enrolment.state == "completed":
        title = lazy_gettext("You have completed “%(course)s”", course=course)
        body = lazy_gettext("Your certificate is ready and the hours stand in your passport.")
        _tell(uow, CERTIFICATE, enrolment, title, body, "passport")
        return
    title = lazy_gettext("“%(course)s” has ended without a certificate for you", course=course)
    body = lazy_gettext(
        "You attended %(percent)s percent of the time; %(least)s percent are needed. "
        "If this isn't right, ask the training office.",
        percent=percent,
        least=offering.threshold,
    )
    _tell(uow, CERTIFICATE, enrolment, title, body)
