"""Attendance, the threshold, certificates, hours in the passport."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.database.unit_of_work import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.localization import clock
from core.localization.jalali import gregorian
from plugins.training import queries
from plugins.training.models import Completion, HoursEntry
from plugins.training.services import attendance, finalising
from tests.plugins.training.conftest import School, at


def finished(school: School, minutes: list[int], **facts: object) -> tuple[UUID, list[UUID]]:
    """Hold a course of one session (240 minutes) with one person for each of ``minutes``."""
    offering = school.offering(number=1, **facts)
    ids = [school.seat(offering) for _ in minutes]
    school.close(offering)
    school.mark(offering, dict(zip(ids, minutes, strict=True)))
    school.finalise(offering)
    return offering, ids


def entries(school: School) -> list[HoursEntry]:
    with school.unit() as uow:
        return list(
            uow.session.scalars(select(HoursEntry).where(HoursEntry.issuer_id == school.place.id))
        )


def move(school: School, person_id: UUID) -> None:
    """Employ the person in fardis too."""
    columns = "person_id, personnel_number, kind, starts_on, name_key, given_key, sort_key"
    with school.province.owner.begin() as connection:
        connection.execute(
            text(
                f"insert into employment (municipality_id, id, {columns})"
                f" select :m, gen_random_uuid(), {columns} from employment where person_id = :p"
            ),
            {"m": school.province.fardis.id, "p": person_id},
        )


def test_exactly_the_threshold_passes_one_minute_less_does_not(school: School) -> None:
    """T7: 80 % of 240 minutes are 192."""
    _offering, ids = finished(school, [240, 192, 191, 0])
    states = [school.enrolment(one).state for one in ids]
    assert states == ["completed", "completed", "incomplete", "no_show"]
    with school.unit() as uow:
        rows = uow.session.scalars(
            select(Completion)
            .where(Completion.municipality_id == school.place.id)
            .order_by(Completion.attended_minutes.desc())
        ).all()
    assert [(row.attended_minutes, row.passed) for row in rows] == [
        (240, True),
        (192, True),
        (191, False),
        (0, False),
    ]
    assert [row.document_id is not None for row in rows] == [True, True, False, False]
    assert sorted(entry.minutes for entry in entries(school)) == [480, 480]


def test_the_database_refuses_a_pass_below_the_threshold(school: School) -> None:
    _offering, ids = finished(school, [10])
    wrong = text(
        "insert into training_completion (municipality_id, id, enrolment_id, attended_minutes,"
        " held_minutes, threshold, passed, finalised_at) values"
        " (:m, gen_random_uuid(), :e, 10, 240, 80, true, now())"
    )
    with pytest.raises(DBAPIError, match="ck_training_completion"), school.unit() as uow:
        uow.session.execute(wrong, {"m": school.place.id, "e": ids[0]})


@pytest.mark.parametrize(
    ("last", "year"),
    [
        (gregorian(1404, 12, 29), 1404),
        (gregorian(1405, 1, 1), 1405),
        (gregorian(1408, 12, 30), 1408),
        (gregorian(1409, 1, 1), 1409),
    ],
)
def test_hours_belong_to_the_jalali_year_of_the_last_session(
    school: School, last: date, year: int
) -> None:
    with clock.frozen(datetime.combine(last, at(last, 18).timetz())):
        finished(school, [240], starts_on=last)
    assert [(entry.year, entry.ended_on) for entry in entries(school)] == [(year, last)]


def test_marks_close_when_it_is_finalised(school: School) -> None:
    """T8."""
    offering, ids = finished(school, [240])
    with pytest.raises(Conflict):
        school.mark(offering, {ids[0]: 0})
    with pytest.raises(Conflict):
        school.finalise(offering)


def test_attendance_is_marked_only_when_it_makes_sense(school: School) -> None:
    offering = school.offering(number=1)
    one = school.seat(offering)
    with pytest.raises(Conflict) as still_open:
        school.mark(offering, {one: 240})
    assert still_open.value.code == "still_open"
    school.close(offering)
    for minutes in (241, -1):
        with pytest.raises(Invalid) as refused:
            school.mark(offering, {one: minutes})
        assert list(refused.value.fields) == [f"minutes-{one}"]
    with pytest.raises(NotFound):
        school.mark(offering, {school.seat(school.offering()): 10})


def test_nobody_marks_or_finalises_his_own_enrolment(school: School) -> None:
    offering, oneself = school.offering(number=1), school.employee()
    one, other = school.seat(offering, oneself), school.seat(offering)
    school.close(offering)
    with school.unit() as uow:
        uow.actor = Actor("مریم", person_id=oneself.person_id)
        [meeting] = queries.meetings(uow, queries.offering(uow, school.place.id, offering))
        attendance.mark(uow, school.place.id, offering, meeting.id, {other: 240})
        with pytest.raises(Forbidden) as own:
            attendance.mark(uow, school.place.id, offering, meeting.id, {one: 240})
        with pytest.raises(Forbidden) as ended:
            finalising.finalise(uow, school.place.id, offering)
    assert (own.value.code, ended.value.code) == ("own_attendance", "own_enrolment")
    school.mark(offering, {one: 240})
    school.finalise(offering)


def test_a_session_to_come_is_neither_marked_nor_finalised(school: School) -> None:
    offering = school.offering(number=2)
    one = school.seat(offering)
    school.close(offering)
    with school.unit() as uow:
        row = queries.offering(uow, school.place.id, offering)
        today, tomorrow = queries.meetings(uow, row)
        attendance.mark(uow, school.place.id, offering, today.id, {one: 240})
        with pytest.raises(Invalid) as future:
            attendance.mark(uow, school.place.id, offering, tomorrow.id, {one: 240})
    assert future.value.code == "future"
    with pytest.raises(Conflict) as early:
        school.finalise(offering)
    assert early.value.code == "sessions_to_come"


def test_marking_again_replaces_the_marks(school: School) -> None:
    offering = school.offering(number=1)
    one = school.seat(offering)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.mark(offering, {one: 100})
    with school.unit() as uow:
        assert attendance.attended(uow, school.place.id, offering) == {one: 100}


def test_who_still_waits_is_released_when_it_ends(school: School) -> None:
    offering = school.offering(capacity=1, number=1)
    seated = school.seat(offering)
    waiting, pending = school.seat(offering), school.enrol(school.employee(), offering)
    school.close(offering)
    school.mark(offering, {seated: 240})
    school.finalise(offering)
    assert school.enrolment(waiting).state == "lapsed"
    assert school.enrolment(pending).state == "cancelled"
    assert school.seats(offering) == (1, 0)


def test_the_passport_follows_the_person_and_nobody_edits_it(school: School) -> None:
    offering = school.offering(number=1)
    who = school.employee("کوچنده")
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.finalise(offering)
    fardis = school.province.fardis
    with school.province.unit(fardis) as uow:
        assert queries.passport(uow, who.person_id) == []
    with school.province.unit(fardis, person=who.person_id) as uow:
        assert [entry.minutes for entry in queries.passport(uow, who.person_id)] == [480]
    move(school, who.person_id)
    with school.province.unit(fardis) as uow:
        assert [entry.title_fa for entry in queries.passport(uow, who.person_id)] == [
            "ایمنی کار در معابر"
        ]
    for change in (
        "update training_hours_entry set minutes = 1",
        "delete from training_completion",
    ):
        with pytest.raises(DBAPIError), school.unit() as uow:
            uow.session.execute(text(change))


def test_another_municipality_sees_and_touches_nothing(school: School) -> None:
    offering, ids = finished(school, [240])
    tables = ("course", "offering", "meeting", "enrolment", "attendance_mark", "completion")
    with school.province.unit(school.province.fardis) as uow:
        counts = [
            uow.session.scalar(text(f"select count(*) from training_{name}")) for name in tables
        ]
        assert counts == [0] * len(tables)
        with pytest.raises(NotFound):
            queries.offering(uow, school.place.id, offering)
    forged = text(
        "insert into training_hours_entry (id, person_id, issuer_id, issuer_name, enrolment_id,"
        " kind, title_fa, minutes, year, ended_on, document_code, entered_at) select"
        " gen_random_uuid(), person_id, issuer_id, 'x', gen_random_uuid(), kind, 'x', 60, 1405,"
        " ended_on, 'x', now() from training_hours_entry limit 1"
    )
    who = school.enrolment(ids[0]).person_id
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        school.province.unit(school.province.fardis, person=who) as uow,
    ):
        uow.session.execute(forged)


def test_everyone_is_told_how_it_ended(school: School) -> None:
    _offering, ids = finished(school, [240, 60])
    titles = []
    for one in ids:
        row = school.enrolment(one)
        with school.province.unit(school.place, person=row.person_id) as uow:
            titles += uow.session.scalars(
                text(
                    "select title ->> 'fa' from message"
                    " where person_id = :p and topic = 'training.certificate'"
                ),
                {"p": row.person_id},
            ).all()
    assert "به پایان رساندید" in titles[0]
    assert "صادر نشد" in titles[1]
