"""The demonstration: every state is there and all counters are right."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select, text

from core.testing.factories import Province
from plugins.training.demo import fill
from plugins.training.models import Completion, HoursEntry, Offering
from plugins.training.policies import OfferingState
from plugins.training.services.seats import miscounted
from tests.plugins.training.conftest import School


def staffed(school: School, number: int) -> None:
    """Employ people, one of them with an account."""
    for n in range(number):
        school.province.employee(school.place, "مریم", f"خانوادهٔ {n}", account=n == 0)


def write(school: School, seed: int) -> list[tuple[str, int, int, int]]:
    """Fill the demonstration; return state and counters of the offerings in order."""
    with school.unit() as uow:
        fill(uow, seed)
    with school.unit() as uow:
        rows = uow.session.execute(
            select(Offering.state, Offering.capacity, Offering.used, Offering.waiting)
            .where(Offering.municipality_id == school.place.id)
            .order_by(Offering.starts_on, Offering.used)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_all_states_and_right_counters(school: School) -> None:
    staffed(school, 70)
    rows = write(school, 1405)
    assert {row[0] for row in rows} == {state.value for state in OfferingState}
    with school.unit() as uow:
        assert miscounted(uow, school.place.id) == []
        passed = Completion.passed & (Completion.municipality_id == school.place.id)
        certificates = uow.session.scalar(select(func.count()).where(passed)) or 0
        hours = HoursEntry.issuer_id == school.place.id
        assert uow.session.scalar(select(func.count(HoursEntry.id)).where(hours)) == certificates
        assert certificates > 0
        pending = uow.session.scalar(
            text("select count(*) from request where municipality_id = :m and state = 'submitted'"),
            {"m": school.place.id},
        )
        assert pending == 5


def test_the_employee_with_an_account_has_something_of_everything(school: School) -> None:
    staffed(school, 70)
    write(school, 1405)
    with school.unit() as uow:
        states = Counter(
            uow.session.scalars(
                text(
                    "select e.state from training_enrolment e"
                    " join account a on a.person_id = e.person_id where e.municipality_id = :m"
                ),
                {"m": school.place.id},
            )
        )
    assert {"pending", "waitlisted", "confirmed", "completed"} <= states.keys()


def test_every_municipality_of_a_size_has_the_same_plan(school: School, province: Province) -> None:
    staffed(school, 30)
    other = School(school.app, province, province.fardis)
    province.activate(province.fardis, "training")
    staffed(other, 30)
    first = write(school, 7)
    assert first
    assert [row[:2] for row in write(other, 7)] == [row[:2] for row in first]
