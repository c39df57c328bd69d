"""Writing the offerings of one municipality and what became of them: few statements each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import cycle
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from core.sdk import Municipality
from core.sdk.demo import Member, acting, members
from core.sdk.localization import jalali_year
from core.sdk.models import new_id
from core.sdk.services import Actor, UnitOfWork
from plugins.training.demo.catalogue import (
    CANCELLED_BECAUSE,
    DUTY,
    EXAMPLES,
    HALLS,
    INSTRUCTORS,
    NOTE,
)
from plugins.training.demo.plans import LATEST, Plan, past, present
from plugins.training.models import AttendanceMark, Booking, Course, Enrolment, Meeting, Offering
from plugins.training.policies import UNDER_WAY, EnrolmentState, OfferingState
from plugins.training.services import bookings, courses, duties, enrolments, finalising, offerings

FRIDAY: Final = 4
SESSION: Final = 240
"""Minutes of a session; all courses are whole sessions."""
HOURS: Final = (8, 13)
"""When sessions begin; offerings that meet on a day take turns, so that one can be in both."""
LONGEST: Final = 14
"""Days from the first session of an earlier offering until it is finalised."""
OFTEN: Final = 0.6
"""How often employees with an account took part in earlier offerings."""
OFFICE: Final = Actor("واحد آموزش", origin="demo")


class Writer:
    """Writes one municipality; employees with an account have something to see."""

    def __init__(self, uow: UnitOfWork, place: Municipality, random: Random) -> None:
        self.uow, self.place, self.random = uow, place, random
        people = members(uow, place.id)
        self.known = [one for one in people if one.has_account]
        self.others = [one for one in people if not one.has_account]
        self.courses: list[Course] = []

    def write(self) -> None:
        """Write all."""
        staff = len(self.known) + len(self.others)
        if not staff:
            return
        with acting(self.uow, OFFICE, 1000):
            self._add_courses()
            duties.decide(self.uow, self.place.id, from_year=jalali_year(self.uow.today), **DUTY)
        for days, course in zip(past(staff), cycle(range(len(EXAMPLES))), strict=False):
            self._past(course, days, sure=days == LATEST)
        for plan, hour in zip(present(staff), cycle(HOURS), strict=False):
            self._present(plan, hour)

    def _add_courses(self) -> None:
        """Add the courses; some require earlier ones."""
        ids: dict[str, UUID] = {}
        for one in EXAMPLES:
            facts = one.facts() | {"requires": [ids[code] for code in one.requires]}
            self.courses.append(courses.add(self.uow, self.place.id, facts))
            ids[one.code] = self.courses[-1].id

    def _past(self, course: int, days: int, *, sure: bool) -> None:
        plan = Plan(course, OfferingState.MARKING, days, 20, taken=self.random.randint(50, 90))
        with acting(self.uow, OFFICE, -days - LONGEST):
            first, hour = self.uow.today - timedelta(days=LONGEST), self.random.choice(HOURS)
            offering, meetings = self._plan(plan, first, hour)
            known = [one for one in self.known if sure or self.random.random() < OFTEN]
            seated = self._seat(offering, self._people(plan.capacity * plan.taken // 100, known))
            self._mark(meetings, seated)
            finalising.conclude(self.uow, offering, seated)
            offering.state, offering.finalised_at = OfferingState.FINALISED, self.uow.now
            self.uow.session.flush()

    def _present(self, plan: Plan, hour: int) -> None:
        first = self.uow.today + timedelta(days=plan.first)
        offering, meetings = self._plan(plan, first, hour)
        known = {plan.known: self.known if plan.known == "seat" else self.known[:1]}
        left = self.random.sample(self.others, len(self.others))
        taken, waiting = (plan.capacity * share // 100 for share in (plan.taken, plan.waiting))
        seated = self._seat(offering, _take(taken, known.get("seat"), left))
        self._queue(offering, _take(waiting, known.get("wait"), left))
        if plan.state in (OfferingState.RUNNING, OfferingState.MARKING):
            self._mark([one for one in meetings if one.starts_at < self.uow.now], seated)
        if plan.state in UNDER_WAY:
            self._book(offering)
        for number, who in enumerate(_take(plan.asking, known.get("ask"), left)):
            self._ask(offering, who, days_ago=number % 3)

    def _plan(self, plan: Plan, first: date, hour: int) -> tuple[Offering, list[Meeting]]:
        """Write an offering and its sessions, none of them on a Friday."""
        course, number = self.courses[plan.course], self.random.randrange(len(HALLS))
        days = _workdays(first, course.minutes // SESSION)
        closes_on = days[0] if plan.first == 0 else days[0] - timedelta(days=3)
        offering = Offering(
            municipality_id=self.place.id,
            id=new_id(),
            course_id=course.id,
            state=plan.state,
            minutes=course.minutes,
            threshold=course.threshold,
            capacity=plan.capacity,
            used=0,
            waiting=0,
            queue_last=0,
            opens_on=min(closes_on, self.uow.today) - timedelta(days=14),
            closes_on=closes_on,
            withdraw_by=closes_on,
            starts_on=days[0],
            ends_on=days[-1],
            place=HALLS[number],
            instructor=self.random.choice(INSTRUCTORS),
            note=NOTE,
            reason=CANCELLED_BECAUSE if plan.state is OfferingState.CANCELLED else "",
        )
        begins, ends = time(hour), time(hour + SESSION // 60)
        spans = [offerings.sessions(day, begins, ends, number=1, every=1)[0] for day in days]
        meetings = [
            Meeting(
                municipality_id=self.place.id,
                id=new_id(),
                offering_id=offering.id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for starts_at, ends_at in spans
        ]
        self.uow.session.add(offering)
        self.uow.session.flush()
        self.uow.session.add_all(meetings)
        self.uow.session.flush()
        return offering, meetings

    def _people(self, number: int, first: Sequence[Member]) -> list[Member]:
        """Choose so many people at random, those in ``first`` among them."""
        return _take(number, first, self.random.sample(self.others, len(self.others)))

    def _seat(self, offering: Offering, people: Sequence[Member]) -> list[Enrolment]:
        """Give seats to people whose requests were approved long ago."""
        rows = [self._enrolment(offering, one, EnrolmentState.CONFIRMED) for one in people]
        offering.used = len(rows)
        self.uow.session.add_all(rows)
        self.uow.session.flush()
        return rows

    def _queue(self, offering: Offering, people: Sequence[Member]) -> None:
        for number, one in enumerate(people, 1):
            row = self._enrolment(offering, one, EnrolmentState.WAITLISTED)
            row.has_seat, row.queue_number = False, number
            self.uow.session.add(row)
        offering.waiting = offering.queue_last = len(people)
        self.uow.session.flush()

    def _book(self, offering: Offering) -> None:
        """Book the sessions; chance may have put somebody into two that overlap."""
        rows = bookings.sessions(self.place.id, Enrolment.offering_id == offering.id)
        statement = upsert(Booking).from_select(bookings.COLUMNS, rows, include_defaults=False)
        self.uow.session.execute(statement.on_conflict_do_nothing())

    def _enrolment(self, offering: Offering, who: Member, state: EnrolmentState) -> Enrolment:
        return Enrolment(
            municipality_id=self.place.id,
            id=new_id(),
            offering_id=offering.id,
            person_id=who.person_id,
            employment_id=who.employment_id,
            state=state,
            has_seat=True,
            enrolled_at=self.uow.now - timedelta(days=self.random.randint(4, 12)),
        )

    def _mark(self, meetings: Sequence[Meeting], seated: Sequence[Enrolment]) -> None:
        """Mark everybody: most were there all the time, some for a part, a few not at all."""
        known = {one.person_id for one in self.known}
        rows = [
            {
                "municipality_id": self.place.id,
                "id": new_id(),
                "meeting_id": meeting.id,
                "enrolment_id": one.id,
                "minutes": meeting.minutes
                if one.person_id in known
                else meeting.minutes * self.random.choice((100, 100, 100, 100, 90, 50, 0)) // 100,
                "marked_at": meeting.ends_at,
                "marked_by_name": OFFICE.name,
            }
            for meeting in meetings
            for one in seated
        ]
        if rows:
            self.uow.session.execute(insert(AttendanceMark), rows)

    def _ask(self, offering: Offering, who: Member, days_ago: int) -> None:
        with acting(self.uow, Actor("کارمند", person_id=who.person_id, origin="demo"), days_ago):
            enrolments.enrol(
                self.uow,
                self.place,
                person_id=who.person_id,
                employment_id=who.employment_id,
                offering=offering,
                key=f"demo-{offering.id}-{who.person_id}",
            )


def _workdays(first: date, number: int) -> list[date]:
    """Return ``number`` days from ``first`` on, two apart, none of them a Friday."""
    days = [first + timedelta(days=2 * turn) for turn in range(number)]
    return [day + timedelta(days=1) if day.weekday() == FRIDAY else day for day in days]


def _take(number: int, first: Sequence[Member] | None, left: list[Member]) -> list[Member]:
    """Take so many people: those in ``first``, then from the end of ``left``, which shrinks."""
    chosen = list(first or ())[:number]
    while left and len(chosen) < number:
        chosen.append(left.pop())
    return chosen
