"""The pages of imports, as an officer uses them without JavaScript."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from import_desk import Desk, fields_of, id_of, saved
from office import COLUMNS, Office, table
from sqlalchemy import text

from core.database.extension import db
from core.imports.reading.table import open_table
from core.localization import use_locale
from core.testing.app import client_of, csrf_of, post
from core.testing.queries import count_queries


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    """An officer who may do everything in the municipality."""
    return Desk(app, office)


def test_from_the_file_to_the_employees(desk: Desk) -> None:
    rows = [*desk.office.staff(5), desk.office.person(6, hire_date="1395/13/01")]
    run = id_of(desk.upload(table(rows)))
    columns = desk.get(f"{run}/columns")
    assert columns.status_code == 200
    assert "معاونت 0" in columns.text, "samples are shown"
    assert rows[0]["کد ملی"] not in columns.text, "but not those of sensitive columns"
    started = desk.choose(run)
    assert started.status_code == 303
    assert "/jobs/" in started.location
    assert "Check of staff.csv" in desk.client.get(started.location + "?lang=en").text
    desk.work()
    assert desk.base + run in desk.client.get(started.location).text, "it leads to the result"
    result = desk.get(run).text
    assert "Nothing went in yet" in result
    assert "This date can&#39;t be read" in result
    assert desk.office.facts("P1") is None
    asked = desk.get(f"{run}/confirm").text
    assert "Let 5 rows go in?" in asked
    confirmed = desk.post(f"{run}/confirm")
    assert "/jobs/" in confirmed.location
    assert desk.post(f"{run}/confirm").location.endswith(run), "a second press does nothing"
    desk.work()
    done = desk.get(run).text
    assert "The import is done" in done
    assert desk.office.facts("P1").code == "U1"
    assert run in desk.get().text


def test_the_page_that_shows_the_worker_at_it(desk: Desk) -> None:
    run = id_of(desk.upload(table(desk.office.staff(2))))
    desk.choose(run)
    page = desk.get(run).text
    assert "Being checked" in page
    assert 'hx-trigger="every 1s"' in page


def test_wrong_choices_are_said_at_their_fields(desk: Desk) -> None:
    run = id_of(desk.upload(table(desk.office.staff(2))))
    answer = desk.choose(
        run,
        column_national_id="",
        column_unit="شماره پرسنلی",
        column_personnel_number="شماره پرسنلی",
    )
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'id="f-column_national_id-error"' in answer.text
    assert 'id="f-column_unit-error"' in answer.text
    assert 'name="column_hire_date"' in answer.text
    assert re.search(r'value="تاریخ استخدام" selected', answer.text), "the rest is kept"


def test_a_saved_choice_is_offered_for_the_next_file(desk: Desk) -> None:
    rows = [
        {("ستون " + str(n)): cell for n, cell in enumerate(row.values())}
        for row in desk.office.staff(2)
    ]
    run = id_of(desk.upload(table(rows)))
    names = list(desk.office.person(1))
    chosen = {f"column_{field}": f"ستون {names.index(name)}" for field, name in COLUMNS.items()}
    assert desk.choose(run, name="حقوق و دستمزد", **chosen).status_code == 303
    again = id_of(desk.upload(table(rows[::-1])))
    page = desk.get(f"{again}/columns").text
    assert "حقوق و دستمزد" in page
    assert fields_of(page)["column_national_id"] == "ستون 0"
    found = re.search(r"mappings/([0-9a-f-]{36})/delete", desk.get().text)
    assert found
    assert desk.post(f"mappings/{found[1]}/delete").status_code == 303
    assert "mappings/" not in desk.get().text


def test_the_same_file_says_so(desk: Desk) -> None:
    text_ = table(desk.office.staff(2))
    run = desk.checked(text_)
    desk.post(f"{run}/confirm")
    desk.work()
    again = id_of(desk.upload(text_))
    assert id_of(desk.choose(again)) == run
    assert "Nothing is left to do" in desk.get(run).text
    assert "Stopped" in desk.get(again).text


def test_refused_rows_can_be_taken_away_mended_and_brought_back(desk: Desk, tmp_path: Path) -> None:
    bad = desk.office.person(3, hire_date="", national_id="0000000001")
    run = desk.checked(table([*desk.office.staff(2), bad]))
    page = desk.get(f"{run}/refused").text
    assert "The value is missing." in page
    assert "0000000001" not in page
    assert "000000••••" in page
    for kind in ("xlsx", "csv"):
        path = saved(desk.post(f"{run}/refused.{kind}"), tmp_path / f"refused.{kind}")
        with open_table(path) as opened:
            rows = list(opened)
            assert opened.header[: len(bad)] == tuple(bad)
        assert len(rows) == 1
        assert rows[0].cells[: len(bad)] == tuple(bad.values())
        assert "The value is missing." in " ".join(rows[0].cells)
    exports = desk.office.sql(
        "select detail->>'format' from audit_entry where municipality_id = :place"
        " and action = 'imports.refused' and kind = 'export' order by number"
    )
    assert exports == [("xlsx",), ("csv",)]
    mended = path.read_text("utf-8-sig").replace("0000000001", desk.office.person(3)["کد ملی"])
    mended = mended.replace(",پیمانی,,", ",پیمانی,1399/01/01,")
    second = desk.checked(mended)
    assert desk.office.run(second).checked["new"] == 1  # type: ignore[arg-type] # a text


def test_refused_rows_can_be_mended_in_place(desk: Desk) -> None:
    bad = desk.office.person(3, hire_date="", leave_date="x")
    run = desk.checked(table([*desk.office.staff(2), bad]))
    page = desk.get(f"{run}/mend").text
    assert "This date can&#39;t be read" in page
    inputs = re.findall(r'<input class="input"[^>]*? name="(c4-\d+)"([^>]*) value="([^"]*)"', page)
    cells = {name: html.unescape(value) for name, _state, value in inputs}
    names = list(bad)
    assert {names[int(name[3:])]: cell for name, cell in cells.items()} == bad
    wrong = [names[int(name[3:])] for name, state, _value in inputs if "aria-invalid" in state]
    assert wrong == ["تاریخ استخدام", "تاریخ ترک کار"]
    assert [names[int(name[3:])] for name in cells][:2] == wrong, "the cells at fault come first"
    assert f'id="f-c4-{names.index(wrong[1])}-error"' in page, "with the reason at the field"
    context = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    assert bad["نام خانوادگی"] in context, "the other cells tell who it is"
    assert bad["کد ملی"] not in context
    cells[f"c4-{names.index('تاریخ استخدام')}"] = "1399/01/01"
    cells[f"c4-{names.index('تاریخ ترک کار')}"] = ""
    answer = desk.post(f"{run}/mend", cells)
    assert "/jobs/" in answer.location
    desk.work()
    latest = desk.office.sql(
        "select id, checked from import_run where municipality_id = :place order by created_at"
    )[-1]
    assert latest.checked["new"] == 1
    assert desk.post(f"{latest.id}/confirm").status_code == 303
    desk.work()
    assert desk.office.facts("P3") is not None


def test_undo_asks_first(desk: Desk) -> None:
    run = desk.checked(table(desk.office.staff(3)))
    desk.post(f"{run}/confirm")
    desk.work()
    assert "Take this import back?" in desk.get(f"{run}/undo").text
    assert "/jobs/" in desk.post(f"{run}/undo").location
    desk.work()
    assert "The import was undone" in desk.get(run).text
    assert desk.office.facts("P1") is None


def test_what_hangs_is_told(desk: Desk) -> None:
    run = desk.checked(table(desk.office.staff(3)))
    desk.post(f"{run}/confirm")
    desk.work()
    with desk.office.province.owner.begin() as connection:
        connection.execute(
            text("update employment set version = 2 where municipality_id = :place"),
            {"place": desk.office.place.id},
        )
    desk.post(f"{run}/undo")
    desk.work()
    page = desk.get(run).text
    assert "can&#39;t be undone, as 3 rows hang on it: changed since (3)." in page


def test_stopping_before_the_worker_came(desk: Desk) -> None:
    run = id_of(desk.upload(table(desk.office.staff(2))))
    started = desk.choose(run)
    assert post(desk.client, started.location + "/cancel").status_code == 303
    desk.work()
    assert "Choose the columns" in desk.get(run).text, "one may choose them again"
    assert desk.choose(run).status_code == 303
    desk.work()
    assert "Nothing went in yet" in desk.get(run).text
    assert desk.post(f"{run}/cancel").status_code == 303
    assert "Stopped" in desk.get(run).text


def test_rows_can_be_pasted(desk: Desk) -> None:
    rows = desk.office.staff(3)
    lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    run = id_of(desk.post("new", {"rows": "\n".join(lines)}))
    assert desk.choose(run).status_code == 303
    desk.work()
    assert desk.office.run(run).checked["new"] == 3  # type: ignore[arg-type] # a text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file, or paste rows."),
        ({"rows": "a"}, "fewer than two"),
        ({"file": (io.BytesIO(b"x"), "staff.exe")}, "Choose a file of this kind"),
    ],
)
def test_nothing_to_read(desk: Desk, data: dict[str, Any], said: str) -> None:
    answer = desk.post("new", data)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_second_press_of_upload_is_the_same_import(desk: Desk) -> None:
    content = table(desk.office.staff(1))
    first = id_of(desk.upload(content, "c:\\lists\\st\0aff\u202e.csv"))
    assert id_of(desk.upload(content)) == first
    assert "staff.csv" in desk.get(f"{first}/columns").text
    desk.choose(first)
    assert id_of(desk.upload(content)) != first


def test_another_sheet_of_the_workbook(desk: Desk, make_xlsx: Callable[..., Path]) -> None:
    row = desk.office.person(1)
    cells = {(0, n): name for n, name in enumerate(row)}
    cells |= {(1, n): cell for n, cell in enumerate(row.values())}
    notes = {(0, 0): "a", (0, 1): "b", (1, 0): "c", (1, 1): "d"}
    content = make_xlsx(notes, cells, names=("Notes", "Staff")).read_bytes()
    run = id_of(desk.upload(content, "book.xlsx"))
    assert "Read this sheet" in desk.get(f"{run}/columns").text
    assert desk.post(f"{run}/sheet", {"sheet": "Staff"}).status_code == 303
    assert desk.choose(run).status_code == 303
    desk.work()
    assert desk.office.run(run).checked["new"] == 1  # type: ignore[arg-type] # a text
    assert desk.post(f"{run}/sheet", {"sheet": "None"}).status_code == 422
    assert desk.post(f"{run}/sheet", {"sheet": "St\0aff"}).status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_template_is_understood(desk: Desk, kind: str, locale: str, tmp_path: Path) -> None:
    answer = desk.client.get(f"{desk.base}template.{kind}", query_string={"lang": locale})
    path = saved(answer, tmp_path / f"template.{kind}")
    with open_table(path) as opened:
        header, rows = opened.header, list(opened)
    run = id_of(desk.upload(path.read_bytes(), path.name))
    chosen = fields_of(desk.get(f"{run}/columns").text)
    columns = [value for name, value in chosen.items() if name.startswith("column_")]
    assert sorted(filter(None, columns)) == sorted(header)
    desk.choose(run)
    desk.work()
    assert desk.office.reasons(run) == {2: ["example_row"]}  # type: ignore[arg-type] # a text
    assert "This is the example row of the template." in desk.get(f"{run}/refused").text
    real = [desk.office.person(1)["کد ملی"], *rows[0].cells[1:]]
    second = desk.checked(table([dict(zip(header, real, strict=True))]))
    assert desk.office.run(second).checked["new"] == 1, "it shows how every field is written"  # type: ignore[arg-type] # a text


def test_who_may_open_the_pages(app: Flask, office: Office) -> None:
    run = Desk(app, office).checked(table(office.staff(1)))
    for permissions, status in (
        (("imports.manage",), 200),
        (("people.manage",), 403),
    ):
        assert Desk(app, office, *permissions).get(run).status_code == status
    unit = office.province.org_unit(office.town, "یک واحد")
    partial = office.province.officer(office.town, "imports.manage", unit_id=unit.id)
    client = client_of(app, partial.token)
    assert client.get(f"/m/{office.town.code}/imports/").status_code == 403
    other = Office(office.province, office.province.fardis, office.folder)
    stranger = Desk(app, other)
    answers = [
        stranger.get(path).text.replace(path, "")
        for path in (run, "01890000-0000-7000-8000-000000000000")
    ]
    plain = [re.sub(r"[0-9a-f]{32}", "", answer) for answer in answers]
    assert plain[0] == plain[1]
    assert stranger.get(run).status_code == 404


def test_a_second_confirmation_of_the_same_file_is_a_conflict(desk: Desk) -> None:
    content = table(desk.office.staff(1))
    first, second = desk.checked(content), desk.checked(content)
    assert desk.post(f"{first}/confirm").status_code == 303
    answer = desk.post(f"{second}/confirm")
    assert answer.status_code == 409
    assert "already imported" in answer.text


def test_few_queries(desk: Desk) -> None:
    run = desk.checked(table([*desk.office.staff(3), desk.office.person(4, hire_date="")]))
    for path in ("", run, f"{run}/columns", f"{run}/refused", f"{run}/confirm", f"{run}/mend"):
        with desk.app.app_context(), count_queries(db.engine) as counted:
            assert desk.get(path).status_code == 200
        assert len(counted) <= 8, path


def test_texts_in_persian(desk: Desk) -> None:
    run = desk.checked(table([*desk.office.staff(1), desk.office.person(2, hire_date="")]))
    with use_locale("fa"):
        page = desk.client.get(f"{desk.base}{run}").text
    assert 'dir="rtl"' in page
    assert "ردشده" in page
    assert csrf_of(desk.client)
