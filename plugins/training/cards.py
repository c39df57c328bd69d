"""What training says on core's pages: home cards, tasks, panels, figures, blockers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from core.sdk import (
    Blocker,
    Commitment,
    Employee,
    Figure,
    HomeCard,
    Municipality,
    Obstacle,
    Panel,
    Period,
    RequestDetail,
    RequestFacts,
    Task,
    Text,
    lazy_gettext,
)
from core.sdk.localization import (
    LazyString,
    day_of,
    duration,
    jalali_year,
    jdate,
)
from core.sdk.services import UnitOfWork
from core.sdk.web import _, lazy_ngettext
from plugins.training import queries, wording
from plugins.training.messages import clock, title_in_language, title_of
from plugins.training.policies import total_by_year
from plugins.training.queries import NextSession, Standing

SOON: Final = timedelta(days=7)
AHEAD: Final = timedelta(days=90)


def home_card(uow: UnitOfWork, employee: Employee) -> HomeCard:
    """Return this year's hours and the next session, or what to do when there is none."""
    place = employee.municipality
    year = jalali_year(uow.today)
    minutes = total_by_year(queries.minutes_by_year(uow, employee.person_id)).get(year, 0)
    sessions = queries.next_sessions(uow, place.id, employee.person_id, uow.now + AHEAD)
    return HomeCard(
        title=lazy_gettext("Training"),
        figure=lazy_gettext("%(time)s this year", time=LazyString(duration, minutes)),
        summary=_next(sessions[0]) if sessions else lazy_gettext("Find a course that fits you."),
        href=f"/m/{place.code}/training/{'mine' if sessions else ''}",
        icon="school",
        weight=10,
    )


def _next(session: NextSession) -> Text:
    return lazy_gettext(
        "Next session: “%(course)s”, %(day)s",
        course=LazyString(title_in_language, session.title_fa, session.title_en),
        day=LazyString(jdate, session.starts_at, "day"),
    )


def tasks(uow: UnitOfWork, employee: Employee) -> list[Task]:
    """Return the sessions of the next days that an employee must attend."""
    place = employee.municipality
    found = queries.next_sessions(uow, place.id, employee.person_id, uow.now + SOON)
    return [
        Task(
            title=lazy_gettext(
                "Attend: “%(course)s”",
                course=LazyString(title_in_language, session.title_fa, session.title_en),
            ),
            href=f"/m/{place.code}/training/enrolments/{session.enrolment_id}",
            due=day_of(session.starts_at),
            on_day=True,
            detail=lazy_gettext(
                "At %(time)s, %(place)s",
                time=LazyString(clock, session.starts_at),
                place=session.place,
            ),
        )
        for session in found
    ]


def panel(uow: UnitOfWork, employee: Employee) -> Panel:
    """Return an employee's hours and running courses for his page at the desk."""
    totals = total_by_year(queries.minutes_by_year(uow, employee.person_id))
    year = jalali_year(uow.today)
    running = queries.seats_of(uow, employee.municipality.id, employee.person_id)
    facts: list[tuple[Text, Text]] = [
        (lazy_gettext("This year"), LazyString(duration, totals.get(year, 0))),
        (lazy_gettext("All years"), LazyString(duration, sum(totals.values()))),
    ]
    facts += [(title_of(one.offering.course), wording.ENROLMENTS[one.state][0]) for one in running]
    return Panel(lazy_gettext("Training"), tuple(facts), weight=10)


def request_details(uow: UnitOfWork, requests: Sequence[RequestFacts]) -> list[RequestDetail]:
    """Return how full the courses are in which requests ask for a seat."""
    place = requests[0].municipality_id
    found = queries.standings(uow, place, [request.id for request in requests])
    return [RequestDetail(one.request_id, _standing(one)) for one in found]


def _standing(one: Standing) -> tuple[tuple[Text, Text], ...]:
    free = lazy_gettext("%(free)s of %(all)s", free=one.capacity - one.used, all=one.capacity)
    queue = lazy_ngettext("%(num)s person", "%(num)s people", one.waiting)
    own = lazy_gettext("number %(place)s on the waiting list", place=one.place)
    return (
        (lazy_gettext("Seats left"), free),
        (lazy_gettext("Waiting list"), queue),
        (lazy_gettext("This request"), own if one.place else lazy_gettext("has a seat reserved")),
    )


def figures(uow: UnitOfWork, place: Municipality, period: Period) -> list[Figure]:
    """Return open offerings, and hours and certificates of the period."""
    offered, minutes, certificates = queries.in_period(uow, place.id, period.start, period.end)
    base = f"/m/{place.code}/training/manage/"
    return [
        Figure(
            lazy_gettext("Courses open for enrolment"),
            offered,
            href=f"{base}?state=open",
            weight=10,
        ),
        Figure(
            lazy_gettext("Training hours this year"),
            minutes // 60,
            unit=lazy_gettext("hours"),
            weight=11,
        ),
        Figure(
            lazy_gettext("Certificates this year"),
            certificates,
            href=f"{base}certificates",
            weight=12,
        ),
    ]


def blockers(uow: UnitOfWork, place: Municipality) -> list[Blocker]:
    """Return what stands against switching training off."""
    offerings, people = queries.under_way(uow, place.id)
    href = f"/m/{place.code}/training/manage/"
    found = []
    if offerings:
        title = lazy_ngettext(
            "%(num)s offering is under way", "%(num)s offerings are under way", offerings
        )
        found.append(Blocker("offerings", title, offerings, href))
    if people:
        title = lazy_ngettext(
            "%(num)s person has or wants a seat", "%(num)s people have or want a seat", people
        )
        found.append(Blocker("enrolments", title, people, href))
    return found


def commitments(uow: UnitOfWork, employee: Employee) -> list[Commitment]:
    """Return the courses under way in which an employee has a seat or waits for one."""
    return [
        Commitment(
            "enrolment",
            title_of(one.offering.course),
            reference=one.reference,
            until=one.offering.ends_on,
        )
        for one in queries.seats_of(uow, employee.municipality.id, employee.person_id)
    ]


def obstacles(uow: UnitOfWork, employee: Employee, ends_on: date) -> list[Obstacle]:
    """Return the courses under way that last longer than the employment which has a seat in them.

    Leaving frees the seats of courses that haven't begun; those that run may be finished.
    """
    seats = queries.seats_of(uow, employee.municipality.id, employee.person_id)
    found = [(one.offering, one.employment_id) for one in seats]
    return [
        Obstacle("enrolment", LazyString(_seat_until, title_of(offering.course), offering.ends_on))
        for offering, employment_id in found
        if employment_id == employee.employment_id and offering.ends_on >= ends_on
    ]


def _seat_until(title: Text, day: date) -> str:
    return _("Training: seat in “%(course)s” until %(day)s", course=title, day=jdate(day))
