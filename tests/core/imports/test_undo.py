"""Taking an import back, and what stands against it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from office import Office, jalali, table

from core.errors import Conflict
from core.imports import services
from core.imports.states import ImportState
from core.imports.undoing import CHANGED_SINCE
from core.localization import clock
from core.people.models import Dependant, Employment


def people(office: Office) -> list[Any]:
    return office.sql("select count(*) from person")


def test_undo_leaves_nothing_behind(office: Office) -> None:
    before, known = office.picture(), people(office)
    run = office.bring_in(table(office.staff(25)))
    assert people(office) != known
    undone = office.undo(run.id)
    assert undone.state == ImportState.UNDONE
    assert office.picture() == before
    assert people(office) == known


def test_undo_restores_what_was_changed(office: Office) -> None:
    with clock.frozen(clock.now() - timedelta(days=100)):
        office.bring_in(table(office.staff(6)))
    before = office.picture()
    rows = [
        office.person(0, base_salary="5"),
        office.person(1, unit_code="N", unit="نو", job_title="مدیر"),
        office.person(2, leave_date=jalali(clock.today() - timedelta(days=150))),
        office.person(3, hire_date="1394/07/01", employment_kind="رسمی"),
        office.person(4, family_name="نامی‌نو", mobile="09121111111"),
        office.person(5),
        office.person(6),
    ]
    run = office.bring_in(table(rows))
    assert (run.result["changed"], run.result["new"]) == (5, 1)
    assert office.picture() != before
    assert office.undo(run.id).state == ImportState.UNDONE
    assert office.picture() == before


def test_imports_are_undone_one_after_the_other(office: Office) -> None:
    empty = office.picture()
    first = office.bring_in(table(office.staff(4)))
    second = office.bring_in(table(office.staff(4, base_salary="7")))
    blocked = office.undo(first.id)
    assert blocked.state == ImportState.DONE
    assert blocked.failure == {"code": "hangs", "figures": {CHANGED_SINCE: 4}}
    office.undo(second.id)
    assert office.undo(first.id).state == ImportState.UNDONE
    assert office.picture() == empty


def test_a_later_change_by_hand_stands_against_it(office: Office) -> None:
    run = office.bring_in(table(office.staff(3)))
    with office.unit() as uow:
        employment = uow.session.query(Employment).filter_by(personnel_number="P1").one()
        employment.version += 1
    before = office.picture()
    assert office.undo(run.id).failure["figures"] == {CHANGED_SINCE: 1}
    assert office.picture() == before


def test_what_refers_to_the_rows_stands_against_it(office: Office) -> None:
    run = office.bring_in(table(office.staff(3)))
    with office.unit() as uow:
        uow.session.add(
            Dependant(
                person_id=office.facts("P1").person_id,
                relation="son",
                given_name="علی",
                family_name="محمدی",
                starts_on=clock.today(),
            )
        )
    assert office.undo(run.id).failure["figures"] == {"dependant": 1}


def test_people_employed_elsewhere_by_now_stay(office: Office) -> None:
    there = Office(office.province, office.province.fardis, office.folder)
    row = office.person(1)
    run = office.bring_in(table([row]))
    there.bring_in(table([row]))
    person_id = there.facts("P1").person_id
    assert office.undo(run.id).state == ImportState.UNDONE
    assert office.facts("P1") is None
    assert there.facts("P1").person_id == person_id


def test_units_that_others_use_stay(office: Office) -> None:
    run = office.bring_in(table([office.person(1, unit_code="A"), office.person(2, unit_code="B")]))
    office.bring_in(table([office.person(3, unit_code="A")]))
    office.undo(run.id)
    assert office.sql("select code from org_unit where municipality_id = :place") == [("A",)]


def test_only_what_went_in_can_be_undone(office: Office) -> None:
    run = office.check(table(office.staff(2)))
    with pytest.raises(Conflict), office.unit() as uow:
        services.begin_undo(uow, office.place, run.id)


def test_an_undone_file_may_go_in_again(office: Office) -> None:
    text = table(office.staff(3))
    office.undo(office.bring_in(text).id)
    assert office.bring_in(text).result["new"] == 3
