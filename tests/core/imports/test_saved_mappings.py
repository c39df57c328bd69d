"""Mappings kept under a name: offered, renamed, deleted, on record, used by the command line."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from import_desk import Desk, fields_of, id_of
from office import COLUMNS, Office, table
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import Invalid, NotFound
from core.imports import saved_mappings
from core.imports.mapping import ColumnMapping

HEADER = ["الف", "ب"]


def save(office: Office, name: str, **columns: str) -> UUID:
    """Save a mapping; its id."""
    mapping = ColumnMapping("employees", columns or {"national_id": "الف"})
    with office.unit() as uow:
        saved_mappings.save_mapping(uow, office.place, name, mapping, HEADER)
    found = office.sql(
        "select id from import_mapping where municipality_id = :place and name = :name", name=name
    )
    return found[0].id


def acts(office: Office) -> list[tuple[str, dict[str, str]]]:
    """What the audit says of saved mappings."""
    rows = office.sql(
        "select action, detail from audit_entry where municipality_id = :place"
        " and subject_type = 'import_mapping' order by number"
    )
    return [(row.action, row.detail) for row in rows]


def test_saved_renamed_replaced_deleted_on_record(office: Office) -> None:
    first = save(office, "حقوق")
    with office.unit() as uow:
        saved_mappings.rename_mapping(uow, office.place, first, "حقوق و دستمزد")
    assert save(office, "حقوق و دستمزد", mobile="ب") == first, "one of that name is replaced"
    with office.unit() as uow:
        found = saved_mappings.mapping_named(uow, office.place.id, "employees", "حقوق و دستمزد")
        assert found is not None
        assert (dict(found.columns), found.name) == ({"mobile": "ب"}, "حقوق و دستمزد")
        assert saved_mappings.mapping_named(uow, office.place.id, "employees", "حقوق") is None
        saved_mappings.delete_mapping(uow, office.place, first)
        assert saved_mappings.saved_mappings(uow, office.place.id, "employees") == []
    assert acts(office) == [
        ("imports.mapping_save", {"name": "حقوق"}),
        ("imports.mapping_rename", {"name": "حقوق و دستمزد", "before": "حقوق"}),
        ("imports.mapping_save", {"name": "حقوق و دستمزد"}),
        ("imports.mapping_delete", {"name": "حقوق و دستمزد"}),
    ]


def test_two_never_have_one_name(office: Office) -> None:
    save(office, "یک")
    second = save(office, "دو")
    with office.unit() as uow, pytest.raises(Invalid) as caught:
        saved_mappings.rename_mapping(uow, office.place, second, "یک")
    assert list(caught.value.fields) == ["name"]
    with office.unit() as uow:
        saved_mappings.rename_mapping(uow, office.place, second, "دو")  # its own name is no change
    assert len(acts(office)) == 2


@pytest.mark.parametrize("name", ["", " ", " a", "a" * 101])
def test_the_database_bounds_the_name(office: Office, name: str) -> None:
    known = save(office, "یک")
    change = "update import_mapping set name = :name where id = :id"
    with (
        office.province.owner.connect() as connection,
        pytest.raises(IntegrityError, match="ck_import_mapping_name"),
    ):
        connection.execute(text(change), {"name": name, "id": known})


def test_those_of_other_municipalities_are_not_there(office: Office) -> None:
    there = Office(office.province, office.province.fardis, office.folder)
    foreign = save(there, "فردیس")
    with office.unit() as uow:
        assert saved_mappings.saved_mappings(uow, there.place.id, "employees") == []
    with office.unit() as uow, pytest.raises(NotFound):
        saved_mappings.rename_mapping(uow, office.place, foreign, "ما")
    with office.unit() as uow, pytest.raises(NotFound):
        saved_mappings.delete_mapping(uow, office.place, foreign)
    save(office, "فردیس")  # nor is their name taken here


def test_the_page_renames(app: Flask, office: Office) -> None:
    desk = Desk(app, office, "imports.manage")
    save(office, "یک")
    save(office, "دو")
    found = re.search(r"mappings/([0-9a-f-]{36})/rename", desk.get().text)
    assert found
    path = f"mappings/{found[1]}/rename"
    assert "دو" in desk.get(path).text
    refused = desk.post(path, {"name": "یک"})
    assert refused.status_code == 422
    assert "Another choice of columns has this name" in refused.text
    assert desk.post(path, {"name": "  "}).status_code == 422
    assert desk.post(path, {"name": " سه "}).status_code == 303
    assert "سه" in desk.get().text
    assert desk.get("mappings/00000000-0000-0000-0000-000000000000/rename").status_code == 404


def test_the_same_columns_in_another_order_are_known(app: Flask, office: Office) -> None:
    desk = Desk(app, office, "imports.manage")
    strange = {header: f"س{n}" for n, header in enumerate(COLUMNS.values())}
    rows = [{strange[name]: cell for name, cell in row.items()} for row in office.staff(2)]
    run = id_of(desk.upload(table(rows)))
    chosen = {f"column_{field}": strange[header] for field, header in COLUMNS.items()}
    assert desk.choose(run, name="از راست", **chosen).status_code == 303
    mirrored = [dict(reversed(row.items())) for row in rows]
    again = desk.get(f"{id_of(desk.upload(table(mirrored)))}/columns").text
    assert "These columns are known: “از راست”." in again
    assert fields_of(again)["column_base_salary"] == strange["حقوق"]
