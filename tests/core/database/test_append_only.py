"""Append-only tables refuse changes of everyone, their owner included."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.audit.services import record
from core.testing.factories import Province


@pytest.fixture
def recorded(province: Province) -> Province:
    """A province with one audit entry."""
    with province.unit(province.karaj) as uow:
        record(
            uow, "test.act", municipality_id=province.karaj.id, subject_type="test", subject_id=1
        )
    return province


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set reason = 'x' where municipality_id = :place",
        "delete from audit_entry where municipality_id = :place",
        "truncate audit_entry",
    ],
)
def test_the_owner_is_refused_by_the_trigger(recorded: Province, statement: str) -> None:
    with (
        recorded.owner.connect() as connection,
        pytest.raises(DBAPIError, match="audit_entry is append-only"),
    ):
        connection.execute(text(statement), {"place": recorded.karaj.id})


def test_the_app_writes_the_audit_through_its_function_only(recorded: Province) -> None:
    entry = "insert into audit_entry select * from audit_entry where municipality_id = :place"
    with (
        recorded.unit(recorded.karaj) as uow,
        pytest.raises(DBAPIError, match="permission denied"),
        uow.session.begin_nested(),
    ):
        uow.session.execute(text(entry), {"place": recorded.karaj.id})
