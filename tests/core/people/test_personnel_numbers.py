"""Personnel numbers: one form to store, one to look up, the same in Python and PostgreSQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import IntegrityError

from core.localization.digits import to_persian
from core.localization.identifiers import personnel_key, personnel_number
from core.people import queries
from core.people.models import Employment
from core.people.queries import Filters
from core.people.schemas import EmploymentSchema
from core.testing.factories import Province

KEY = text("""select lower(cast(:stored as text) collate "C")""")


@pytest.mark.parametrize(
    ("typed", "stored", "key"),
    [
        ("AB-12", "AB-12", "ab-12"),
        (" ab - ۱۲ ", "ab-12", "ab-12"),
        ("كا/٧", "کا/7", "کا/7"),
        ("0012", "0012", "0012"),
    ],
)
def test_how_numbers_are_kept_and_found(typed: str, stored: str, key: str) -> None:
    assert personnel_number(typed) == stored
    assert personnel_key(typed) == key
    sent = {"version": "1", "personnel_number": typed, "kind": "official", "starts_on": "1400/1/1"}
    assert EmploymentSchema().load(sent)["personnel_number"] == stored


@given(st.text(st.sampled_from("AZazÉİßıКΣ0۱٢-_/. یيكکآ"), max_size=20))
def test_both_sides_make_the_same_key(engine: Engine, typed: str) -> None:
    stored = personnel_number(typed)
    with engine.connect() as connection:
        assert connection.execute(KEY, {"stored": stored}).scalar() == personnel_key(typed)
    assert personnel_number(stored) == stored
    assert personnel_key(to_persian(stored)) == personnel_key(stored)


@pytest.mark.parametrize("number", ["۱۲", "1 2", "٣"])
def test_another_form_is_never_stored(province: Province, number: str) -> None:
    someone = province.employee(province.karaj)
    with (
        pytest.raises(IntegrityError, match="ck_employment_number"),
        province.unit(province.karaj) as uow,
    ):
        uow.session.execute(
            update(Employment)
            .where(
                Employment.municipality_id == province.karaj.id,
                Employment.id == someone.employment_id,
            )
            .values(personnel_number=number)
        )


def test_the_list_finds_them_in_any_case(province: Province) -> None:
    someone = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        uow.session.get_one(
            Employment, (province.karaj.id, someone.employment_id)
        ).personnel_number = "AB-77"
        uow.session.flush()
        for typed in ("ab-۷۷", "AB-7", "aB"):
            found = queries.page(uow, province.karaj.id, Filters(text=typed), {}, None)
            assert [row.id for row in found.items] == [someone.employment_id], typed
