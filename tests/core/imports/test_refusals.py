"""Rows that only a comparison with what is stored refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from office import Office, jalali, table

from core.imports import running
from core.imports.row_errors import WORDS
from core.imports.states import ImportState
from core.localization import clock
from core.people.services.linking import Identity, link_people


def refused(office: Office, *rows: dict[str, str]) -> list[str]:
    """The codes for the first of ``rows`` in a check."""
    run = office.check(table(rows))
    assert run.checked["refused"] == 1
    codes = office.reasons(run.id)[2]
    assert set(codes) <= WORDS.keys()
    return codes


def test_a_file_of_which_all_rows_are_refused(office: Office) -> None:
    run = office.check(table([office.person(1, hire_date="?")]))
    assert run.checked == {"rows": 1, "new": 0, "changed": 0, "same": 0, "refused": 1, "kept": 0}


def test_the_number_of_somebody_else(office: Office) -> None:
    office.bring_in(table([office.person(1)]))
    assert refused(office, office.person(2, personnel_number="P1")) == ["number_taken"]


def test_the_case_of_a_personnel_number_makes_no_other_person(office: Office) -> None:
    office.bring_in(table([office.person(1, personnel_number="AB-۱۲")]))
    again = office.check(table([office.person(1, personnel_number="ab-12")]))
    assert again.checked == {"rows": 1, "new": 0, "changed": 0, "same": 1, "refused": 0, "kept": 0}
    assert office.sql("select personnel_number from employment where municipality_id = :place") == [
        ("AB-12",)
    ]


def test_the_number_of_somebody_who_left(office: Office) -> None:
    office.bring_in(table([office.person(1, leave_date="1400/01/01")]))
    assert refused(office, office.person(2, personnel_number="P1")) == ["number_taken"]


def test_a_second_employment_is_not_made_by_accident(office: Office) -> None:
    office.bring_in(table([office.person(1)]))
    run = office.check(table([office.person(1, personnel_number="P9")]))
    with office.unit():
        assert office.reasons(run.id) == {2: ["employed_already"]}
    errors = office.sql("select errors->0 from import_refusal where import_id = :id", id=run.id)
    assert errors[0][0]["figures"] == {"number": "P1"}
    assert errors[0][0]["column"] == "کد ملی"


def test_who_left_may_come_back_under_a_new_number(office: Office) -> None:
    office.bring_in(table([office.person(1, leave_date="1400/01/01")]))
    run = office.bring_in(table([office.person(1, personnel_number="P9", hire_date="1402/01/01")]))
    assert run.result["new"] == 1
    assert office.facts("P9").person_id == office.facts("P1").person_id


def test_a_known_id_with_another_birth_date(office: Office) -> None:
    there = Office(office.province, office.province.fardis, office.folder)
    row = office.person(1)
    there.bring_in(table([row]))
    assert refused(office, {**row, "تاریخ تولد": "1350/01/01"}) == ["known_otherwise"]
    misses = office.sql("select count(*) from person_link_miss where municipality_id = :place")
    assert misses == [(1,)]  # a dry run can't be used for guessing


def test_too_many_unknown_birth_dates_stop_the_check(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 300)
    there = Office(office.province, office.province.fardis, office.folder)
    rows = office.staff(700)
    there.bring_in(table(rows))
    run = office.check(table([{**row, "تاریخ تولد": ""} for row in rows]))
    assert (run.state, run.failure["code"]) == (ImportState.FAILED, running.GUESSING)
    assert office.reasons(run.id) == {}


def test_a_name_of_several_units(office: Office) -> None:
    office.bring_in(
        table(
            [office.person(1, unit_code="A", unit="و"), office.person(2, unit_code="B", unit="و")]
        )
    )
    assert refused(office, office.person(3, unit_code="", unit="و")) == ["unit_ambiguous"]


def test_an_employment_that_is_over_stays_as_it_was(office: Office) -> None:
    gone = office.person(1, leave_date="1400/01/01")
    office.bring_in(table([gone]))
    assert refused(office, {**gone, "حقوق": "1"}) == ["is_over"]
    tomorrow = jalali(clock.today() + timedelta(days=1))
    assert refused(office, {**gone, "تاریخ ترک کار": tomorrow}) == ["is_over"]
    earlier = table([{**gone, "تاریخ ترک کار": "1399/12/01"}])
    assert office.bring_in(earlier).result["changed"] == 1
    assert office.check(earlier + "\n").checked["same"] == 1


def test_a_first_day_behind_known_facts(office: Office) -> None:
    with clock.frozen(clock.now() - timedelta(days=30)):
        office.bring_in(table([office.person(1)]))
    late = jalali(clock.today() - timedelta(days=10))
    assert refused(office, office.person(1, hire_date=late)) == ["later_facts"]


def test_several_employments_and_no_number(office: Office) -> None:
    row = office.person(1)
    office.bring_in(table([row]))
    second = office.person(1, personnel_number="P9")
    with office.unit() as uow:  # by hand, as the import would refuse it
        link = link_people(
            uow,
            office.place.id,
            [
                Identity(
                    national_id=second["کد ملی"],
                    given_name="مریم",
                    family_name=second["نام خانوادگی"],
                    birth_date=None,
                )
            ],
        )[0]
        uow.session.connection().exec_driver_sql(
            "insert into employment (municipality_id, id, person_id, personnel_number, kind,"
            " starts_on, name_key, given_key, sort_key) select municipality_id,"
            " gen_random_uuid(), person_id, 'P9', kind, starts_on, name_key, given_key, sort_key"
            " from employment where person_id = %(person)s",
            {"person": link.person_id},
        )
    mapping = office.guess(office.write(table([row])))
    columns = {name: each for name, each in mapping.columns.items() if name != "personnel_number"}
    run = office.check(
        table([row]),
        type(mapping)("employees", columns, {}, {"generate_test_ids": True}),
    )
    assert office.reasons(run.id) == {2: ["several_employments"]}


def test_a_title_needs_a_unit(office: Office) -> None:
    assert refused(office, office.person(1, unit="", unit_code="")) == ["unit_missing"]


def test_rows_that_contradict_each_other_all_stay_out(office: Office) -> None:
    rows = [
        office.person(1),
        office.person(2),
        office.person(1, base_salary="1"),
        office.person(3, personnel_number="P2"),
    ]
    run = office.bring_in(table([*rows, office.person(4)]))
    assert run.result == {"new": 1, "changed": 0, "same": 0, "refused": 4, "kept": 0}
    assert office.reasons(run.id) == {
        2: ["conflicting_rows"],
        3: ["duplicate_personnel_number"],
        4: ["conflicting_rows"],
        5: ["duplicate_personnel_number"],
    }
    cells = office.sql("select cells->>0 from import_refusal where import_id = :id", id=run.id)
    assert sorted(row[0] for row in cells) == sorted(row["کد ملی"] for row in rows)


def test_what_changed_since_the_check_is_seen(office: Office) -> None:
    run = office.check(table([office.person(1), office.person(2)]))
    office.confirm(run.id)
    there = Office(office.province, office.town, office.folder)
    other = there.bring_in(table([there.person(5, personnel_number="P1")]))
    assert other.result["new"] == 1
    office.runner().apply(run.id)
    assert office.run(run.id).result["refused"] == 1
    assert office.reasons(run.id) == {2: ["number_taken"]}
    assert office.facts("P2") is not None
