"""Imports on PostgreSQL: what goes in, what changes, what stays out and why."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from office import Office, Telling, jalali, table

from core.errors import Conflict
from core.imports import services
from core.imports.bundled import bundled
from core.imports.mapping import ColumnMapping
from core.imports.states import ImportState
from core.localization import clock

TOMORROW = timedelta(days=1)


def baltimore(**options: object) -> ColumnMapping:
    """The bundled mapping, with test identities unless told otherwise."""
    mapping = bundled("employees")[0]
    more = {"generate_test_ids": True, **options}
    return ColumnMapping("employees", mapping.columns, mapping.defaults, mapping.options | more)


def test_the_public_excerpt(office: Office, excerpt: Path) -> None:
    run = office.bring_in(excerpt, baltimore())
    assert run.state == ImportState.DONE
    assert run.result == {"new": 40, "changed": 0, "same": 0, "refused": 10, "kept": 0}
    reasons = office.reasons(run.id)
    assert len(reasons) == 10
    assert {code for codes in reasons.values() for code in codes} == {"required", "surname_missing"}
    rows = office.sql(
        "select p.test_identity, e.test_number, f.monthly_base, u.code, u.name, t.title"
        " from employment e join person p on p.id = e.person_id"
        " join salary_fact f on f.employment_id = e.id join assignment a on a.employment_id = e.id"
        " join org_unit u on u.id = a.unit_id join post t on t.id = a.post_id"
        " where e.municipality_id = :place and e.name_key = 'aaronpatriciag'"
    )
    assert rows == [
        (
            True,
            True,
            460_950_000,  # 55,314 dollars a year x 100,000 / 12
            "A03031",
            "OED-Employment Dev (031)",
            "Facilities/Office Services II",
        )
    ]


def test_a_full_row_is_stored_as_it_is_meant(office: Office) -> None:
    row = office.person(
        1,
        mobile="۰۹۱۲۱۲۳۴۵۶۷",
        email="a@example.ir",
        sheba="IR820540102680020817909002",
        given_name="عليرضا",
    )
    office.bring_in(table([row]))
    facts = office.facts("P1")
    assert (facts.given_name, facts.kind, facts.starts_on) == (
        "علیرضا",
        "contract",
        date(2016, 9, 22),
    )
    assert (facts.mobile, facts.email) == ("09121234567", "a@example.ir")
    assert facts.sheba == "IR820540102680020817909002"
    assert (facts.code, facts.unit, facts.title) == ("U1", "معاونت 1", "کارشناس 1")
    assert (facts.monthly_base, facts.paid_on) == (120_000_001, clock.today())
    assert facts.assigned_on == facts.starts_on
    assert not facts.test_identity


def test_a_second_import_changes_nothing(office: Office) -> None:
    rows = office.staff(30)
    office.bring_in(table(rows))
    before = office.picture()
    run = office.check(table([*rows[10:], *rows[:10]]))  # another file, the same rows
    assert run.checked == {"rows": 30, "new": 0, "changed": 0, "same": 30, "refused": 0, "kept": 0}
    with pytest.raises(Conflict) as refusal:
        office.confirm(run.id)
    assert refusal.value.code == "unchanged"
    assert office.picture() == before


def test_the_same_file_goes_in_once(office: Office) -> None:
    text = table(office.staff(3))
    first = office.check(text)
    second = office.check(text)  # checked before the first one went in
    office.confirm(first.id)
    with pytest.raises(Conflict) as refusal:
        office.confirm(second.id)
    assert refusal.value.code == "imported"
    office.runner().apply(first.id)
    office.undo(first.id)
    office.confirm(second.id)  # taken back, so it may go in


def test_another_mapping_is_another_import(office: Office) -> None:
    path = office.write(table(office.staff(3)))
    office.bring_in(path)
    mapping = office.guess(path)
    without_pay = {name: each for name, each in mapping.columns.items() if name != "base_salary"}
    run = office.check(path, ColumnMapping("employees", without_pay))
    assert run.state == ImportState.CHECKED


def test_changes_keep_their_history(office: Office) -> None:
    start = clock.today() - timedelta(days=90)
    with clock.frozen(clock.now() - timedelta(days=60)):
        office.bring_in(table([office.person(1, hire_date=jalali(start))]))
    run = office.bring_in(
        table(
            [
                office.person(
                    1,
                    hire_date=jalali(start),
                    unit_code="N1",
                    unit="معاونت تازه",
                    base_salary="130000000",
                    employment_kind="رسمی",
                    family_name="محمدی‌فر",
                )
            ]
        )
    )
    assert run.result["changed"] == 1
    today = clock.today()
    history = office.sql(
        "select u.code, a.starts_on, a.ends_on from assignment a"
        " join org_unit u on u.id = a.unit_id where a.municipality_id = :place order by 2"
    )
    assert history == [("U1", start, today), ("N1", today, None)]
    pay = office.sql(
        "select starts_on, monthly_base from salary_fact where municipality_id = :place order by 1"
    )
    assert pay == [(today - timedelta(days=60), 120_000_001), (today, 130_000_000)]
    facts = office.facts("P1")
    assert (facts.kind, facts.family_name, facts.name_key) == (
        "official",
        "محمدی‌فر",
        "محمدیفرمریم",
    )
    assert facts.title == "کارشناس 1"  # the post stays with him


def test_the_same_day_is_mended_in_place(office: Office) -> None:
    office.bring_in(table([office.person(1, hire_date=jalali(clock.today()))]))
    changed = office.person(
        1, hire_date=jalali(clock.today()), job_title="مدیر", base_salary="200000000"
    )
    office.bring_in(table([changed]))
    assert office.sql("select count(*) from assignment where municipality_id = :place") == [(1,)]
    assert office.sql("select monthly_base from salary_fact where municipality_id = :place") == [
        (200_000_000,)
    ]
    assert office.facts("P1").title == "مدیر"


def test_blank_cells_say_nothing(office: Office) -> None:
    office.bring_in(table([office.person(1)]))
    before = office.picture()
    run = office.check(
        table(
            [office.person(1, birth_date="", unit="", unit_code="", job_title="", base_salary="")]
        )
    )
    assert run.checked["same"] == 1
    assert office.picture() == before


def test_an_end_ends_everything_and_services_hear_of_it(office: Office) -> None:
    telling = Telling()
    office.bring_in(table(office.staff(3)), hooks=telling)
    assert [len(batch) for batch in telling.hired] == [3]
    last = clock.today() - timedelta(days=3)
    rows = [
        office.person(0, leave_date=jalali(last)),
        office.person(1, leave_date=jalali(clock.today() + timedelta(days=30))),
        office.person(2),
    ]
    office.bring_in(table(rows), hooks=telling)
    gone, planned = office.facts("P0"), office.facts("P1")
    assert gone.ends_on == last + TOMORROW
    assert telling.left == [[gone.id]]
    assert planned.tell_on == planned.ends_on == clock.today() + timedelta(days=31)
    ends = office.sql(
        "select ends_on from assignment where municipality_id = :place and employment_id = :id",
        id=gone.id,
    )
    assert ends == [(last + TOMORROW,)]
    assert gone.snapshot["family_name"] == gone.family_name
    assert office.check(table(rows)).checked["same"] == 3  # also of whom we see no longer


def test_only_who_is_employed_now_is_told_of(office: Office) -> None:
    telling = Telling()
    soon = clock.today() + timedelta(days=20)
    office.bring_in(
        table(
            [
                office.person(1, hire_date=jalali(soon)),
                office.person(2, leave_date="1399/12/01"),
                office.person(3),
            ]
        ),
        hooks=telling,
    )
    assert telling.hired == [[office.facts("P3").id]]
    assert office.facts("P1").tell_on == soon


def test_a_moved_first_day_takes_unit_and_pay_along(office: Office) -> None:
    start = clock.today()
    office.bring_in(table([office.person(1, hire_date=jalali(start))]))
    earlier = start - timedelta(days=400)
    office.bring_in(table([office.person(1, hire_date=jalali(earlier))]))
    facts = office.facts("P1")
    assert (facts.starts_on, facts.assigned_on, facts.paid_on) == (earlier, earlier, earlier)


def test_units_without_codes_are_numbered_and_found_again(office: Office) -> None:
    rows = [
        office.person(1, unit_code="", unit="معاونت مالي"),
        office.person(2, unit_code="", unit="معاونت عمرانی"),
        office.person(3, unit_code="", unit="معاونت‌ مالی"),
    ]
    office.bring_in(table(rows))
    units = office.sql("select code, name from org_unit where municipality_id = :place order by 1")
    assert units == [("101", "معاونت مالی"), ("102", "معاونت عمرانی")]
    office.bring_in(table([office.person(4, unit_code="", unit="معاونت مالی")]))
    assert office.facts("P4").code == "101"


def test_a_unit_is_as_old_as_its_first_employee(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 2)
    years = ("1395/07/01", "1396/07/01", "1380/07/01", "1397/07/01")
    rows = [office.person(n, hire_date=day, unit_code="U", unit="و") for n, day in enumerate(years)]
    office.bring_in(table(rows))
    assert office.sql("select starts_on from org_unit where municipality_id = :place") == [
        (date(2001, 9, 23),)
    ]


def test_every_chunk_and_the_whole_are_on_record(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 10)
    office.bring_in(table(office.staff(25)))
    acts = office.sql(
        "select action, actor_name, detail->'new' from audit_entry"
        " where municipality_id = :place order by number"
    )
    name = "سارا احمدی"
    assert acts[-4:] == [
        ("imports.chunk", name, 10),
        ("imports.chunk", name, 10),
        ("imports.chunk", name, 5),
        ("imports.done", name, 25),
    ]
    assert not office.sql("select from import_part where municipality_id = :place")
    assert office.sql(
        "select count(*) from import_chunk where municipality_id = :place and rows is null"
    ) == [(3,)]


def test_a_check_writes_nothing_of_people(office: Office) -> None:
    before = office.picture()
    people = office.sql("select count(*) from person")
    office.check(table(office.staff(5)))
    assert office.picture() == before
    assert office.sql("select count(*) from person") == people


def test_columns_can_be_chosen_anew_after_a_check(office: Office) -> None:
    path = office.write(table(office.staff(4)))
    run = office.check(path)
    columns = {**office.guess(path).columns, "father_name": "ایمیل"}
    columns.pop("email")
    with office.unit() as uow:
        services.map_columns(uow, office.place, run.id, ColumnMapping("employees", columns))
    office.runner().check(run.id)
    assert office.run(run.id).checked["new"] == 4
    assert office.sql("select count(*) from import_chunk where import_id = :id", id=run.id) == [
        (1,)
    ]


def test_identities_may_be_missing_where_numbers_are_given(office: Office) -> None:
    rows = [
        {name: cell for name, cell in row.items() if name != "کد ملی"} for row in office.staff(3)
    ]
    mapping = ColumnMapping(
        "employees",
        {**office.guess(office.write(table(rows))).columns},
        {},
        {"generate_test_ids": True},
    )
    office.bring_in(table(rows), mapping)
    assert office.facts("P1").test_identity
    promoted = [{**row, "پست": "رئیس اداره"} for row in rows]  # derived IDs are others now
    run = office.check(table(promoted), mapping)
    assert (run.checked["changed"], run.checked["refused"]) == (3, 0)


def test_numbers_may_be_missing_where_identities_are_given(office: Office) -> None:
    rows = [
        {name: cell for name, cell in row.items() if name != "شماره پرسنلی"}
        for row in office.staff(2)
    ]
    mapping = ColumnMapping(
        "employees",
        office.guess(office.write(table(rows))).columns,
        {},
        {"generate_test_ids": True},
    )
    office.bring_in(table(rows), mapping)
    run = office.check(table([{**rows[0], "حقوق": "1"}, rows[1]]), mapping)
    assert (run.checked["changed"], run.checked["same"]) == (1, 1)


def test_the_clock_of_the_confirmation_counts(office: Office) -> None:
    run = office.check(table([office.person(1)]))
    office.confirm(run.id)
    day = clock.today()
    with clock.frozen(clock.now() + timedelta(days=1)):
        office.runner().apply(run.id)
    assert office.facts("P1").paid_on == day
