"""Promises under concurrency, with real threads and connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import func, select

from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, DomainError, Invalid
from core.localization import clock
from core.people import services
from core.people.models import Assignment, Employment, OrgUnit, Person
from core.people.policies import makes_cycle
from core.people.services import Outcome, assignments
from core.plugin_host.host import PluginHost
from core.testing.factories import Province
from tests.core.people.conftest import new_employee
from tests.core.people.test_units import facts

Action = Callable[[UnitOfWork], object]


def at_once(province: Province, actions: Sequence[Action]) -> list[object]:
    """Run each action in a transaction of its own, all starting together.

    Returns what each gave or raised.
    """
    barrier = threading.Barrier(len(actions))

    def run(action: Action) -> object:
        try:
            with province.unit(province.karaj, province.fardis) as uow:
                uow.session.connection()
                barrier.wait(10)
                return action(uow)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_a_personnel_number_entered_twice_at_once_is_given_once(
    province: Province, host: PluginHost
) -> None:
    forms = [new_employee(personnel_number="same") for _i in range(8)]
    results = at_once(
        province,
        [lambda uow, f=f: services.hire(uow, host, province.karaj, f) for f in forms],
    )
    refused = [r for r in results if isinstance(r, Invalid)]
    assert len(refused) == 7
    assert all(list(r.fields) == ["personnel_number"] for r in refused)
    with province.unit(province.karaj) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Employment)) == 1


def test_a_form_sent_twice_employs_once(province: Province, host: PluginHost) -> None:
    form = new_employee()
    results = at_once(province, [lambda uow: services.hire(uow, host, province.karaj, form)] * 6)
    assert len([r for r in results if isinstance(r, Invalid)]) == 5


def test_two_municipalities_link_the_same_new_person(province: Province, host: PluginHost) -> None:
    form = new_employee()
    places = [province.karaj, province.fardis]
    results = at_once(
        province, [lambda uow, p=p: services.hire(uow, host, p, form) for p in places]
    )
    assert sorted(r.outcome for r in results) == [Outcome.CREATED, Outcome.LINKED]
    assert len({r.employment.person_id for r in results}) == 1


def test_of_two_assignments_at_once_one_is_a_conflict(province: Province) -> None:
    one = province.employee(province.karaj)
    units = [province.org_unit(province.karaj, name) for name in ("مالی", "فنی")]
    today = clock.today()
    results = at_once(
        province,
        [
            lambda uow, u=u: services.assign(
                uow,
                province.karaj,
                one.employment_id,
                version=1,
                unit_id=u.id,
                post_id=None,
                starts_on=today,
            )
            for u in units
        ],
    )
    assert sorted(type(r) for r in results if r) == [Conflict]
    with province.unit(province.karaj) as uow:
        rows = uow.session.scalars(select(Assignment).filter_by(employment_id=one.employment_id))
        assert len(list(rows)) == 1


def test_the_database_itself_refuses_two_primary_assignments(province: Province) -> None:
    """Without the lock and the version, the exclusion constraint still stands."""
    one = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "مالی")

    def insert(uow: UnitOfWork) -> None:
        assignments._insert(
            uow,
            uow.session.get_one(Employment, (province.karaj.id, one.employment_id)),
            [],
            assignments.policies.Insertion(None),
            date(2026, 1, 1),
            unit,
            None,
        )
        with assignments.refusing(uow, {"ex_assignment_primary": Conflict()}):
            uow.session.flush()

    results = at_once(province, [insert, insert])
    assert sorted(type(r) for r in results if r) == [Conflict]


def test_two_moves_never_make_a_cycle_together(province: Province) -> None:
    for _round in range(5):
        one = province.org_unit(province.karaj, "یک")
        two = province.org_unit(province.karaj, "دو")
        moves = [(one, two), (two, one)]
        results = at_once(
            province,
            [
                lambda uow, u=u, p=p: services.change_unit(
                    uow, province.karaj, u.id, {**facts(u.name, parent_id=p.id), "code": u.code}
                )
                for u, p in moves
            ],
        )
        assert len([r for r in results if isinstance(r, Invalid)]) == 1
    with province.unit(province.karaj) as uow:
        parents = {
            row.id: row.parent_id
            for row in uow.session.execute(select(OrgUnit.id, OrgUnit.parent_id))
        }
    assert not any(makes_cycle(parents, unit, parent) for unit, parent in parents.items())


def test_a_rename_and_an_assignment_do_not_wait_for_each_other_in_a_ring(
    province: Province, host: PluginHost
) -> None:
    """Rename locks person then employment; the others lock the employment only: no deadlock."""
    one = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "فنی")
    facts_of = {
        "family_name": "رضایی",
        "father_name": "",
        "birth_date": date(1985, 6, 1),
        "sex": "",
        "marital_status": "",
    }
    for turn in range(1, 6):
        results = at_once(
            province,
            [
                lambda uow, t=turn: services.change_person(
                    uow,
                    province.karaj,
                    one.employment_id,
                    {**facts_of, "given_name": f"مریم{t}"},
                    version=t,
                ),
                lambda uow, t=turn: services.assign(
                    uow,
                    province.karaj,
                    one.employment_id,
                    version=t,
                    unit_id=unit.id,
                    post_id=None,
                    starts_on=date(2020, 1, t),
                ),
            ],
        )
        assert results == [None, None]
    with province.unit(province.karaj) as uow:
        assert uow.session.get_one(Person, one.person_id).version == 6


def test_an_employee_can_not_move_into_a_unit_while_it_closes(province: Province) -> None:
    """Whoever comes first wins, but nobody ends up in a closed unit."""
    today = clock.today()
    for _round in range(5):
        one = province.employee(province.karaj)
        unit = province.org_unit(province.karaj, "موقت")
        closing = {**facts("موقت", ends_on=today, starts_on=unit.starts_on), "code": unit.code}
        results = at_once(
            province,
            [
                lambda uow, u=unit, c=closing: services.change_unit(uow, province.karaj, u.id, c),
                lambda uow, o=one, u=unit: services.assign(
                    uow,
                    province.karaj,
                    o.employment_id,
                    version=1,
                    unit_id=u.id,
                    post_id=None,
                    starts_on=today,
                ),
            ],
        )
        assert len([r for r in results if isinstance(r, Invalid)]) == 1
