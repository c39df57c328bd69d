"""The unit of work: one transaction, one scope, last actions, and reading that cannot write."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, InternalError

from core.database.keys import NOBODY, new_id
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import SYSTEM, Actor, UnitOfWork, open_unit
from core.localization import clock
from core.testing.factories import Province


def units(province: Province) -> int:
    with province.unit(province.karaj, province.fardis) as uow:
        return int(uow.session.scalar(text("select count(*) from org_unit")))


def add(uow: UnitOfWork, province: Province, code: str = "1") -> None:
    insert = (
        "insert into org_unit (municipality_id, id, code, name, name_key, sort_key, starts_on)"
        " values (:place, :id, :code, '', '', '', '2020-01-01')"
    )
    values = {"place": province.karaj.id, "id": new_id(), "code": code}
    uow.session.execute(text(insert), values)


def test_leaving_the_block_commits(province: Province) -> None:
    with province.unit(province.karaj) as uow:
        add(uow, province)
    assert units(province) == 1


def test_an_error_rolls_back(province: Province) -> None:
    def fail() -> None:
        with province.unit(province.karaj) as uow:
            add(uow, province)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert units(province) == 0


def test_last_actions_run_once_after_everything_else(province: Province) -> None:
    said: list[str] = []
    with province.unit(province.karaj) as uow:
        for word in ("first", "ignored"):
            uow.at_end("one", lambda _uow, word=word: said.append(word))
        uow.at_end("two", lambda unit: add(unit, province))
        assert said == []
    assert said == ["first"]
    assert units(province) == 1


def test_a_failing_last_action_rolls_back(province: Province) -> None:
    def fail(_uow: UnitOfWork) -> None:
        raise RuntimeError

    def work() -> None:
        with province.unit(province.karaj) as uow:
            add(uow, province)
            uow.at_end("audit", fail)

    with pytest.raises(RuntimeError):
        work()
    assert units(province) == 0


def test_nobody_commits_inside_a_savepoint(province: Province) -> None:
    with province.unit(province.karaj) as uow:
        savepoint = uow.session.begin_nested()
        with pytest.raises(RuntimeError, match="only the edge commits"):
            uow.commit()
        savepoint.rollback()


def test_reading_refuses_any_write_and_the_next_transaction_writes(province: Province) -> None:
    scope = Scope.of(province.karaj.id)
    with open_unit(scope, engine=province.engine, read_only=True) as uow:
        with pytest.raises((DBAPIError, InternalError), match="read-only transaction"):
            add(uow, province)
        uow.session.rollback()
    with province.unit(province.karaj) as uow:
        add(uow, province)
    assert units(province) == 1


def test_now_and_today_stand_still(province: Province) -> None:
    late = datetime(2026, 11, 25, 20, 45, tzinfo=UTC)  # already the 26th in Tehran
    with clock.frozen(late), province.unit(province.karaj) as uow:
        assert (uow.now, uow.today) == (late, date(2026, 11, 26))
        assert uow.session.scalar(text("select hamyar_today()")) == date(2026, 11, 26)
    assert uow.today == date(2026, 11, 26)


def test_the_scope_is_what_was_asked_for(province: Province, engine: Engine) -> None:
    person = new_id()
    scope = Scope.of(province.karaj.id, person=person)
    with open_unit(scope, engine=engine) as uow:
        told = uow.session.execute(text("select hamyar_scope(), hamyar_person()")).one()
        assert tuple(told) == ([province.karaj.id], person)
        assert uow.scope == scope
    wide = scope.widened([province.fardis.id])
    assert wide.municipalities == {province.karaj.id, province.fardis.id}
    assert (wide.person, scope.municipalities) == (person, {province.karaj.id})


def test_an_empty_scope_sees_nothing_and_writes_nothing(province: Province) -> None:
    with province.unit(province.karaj) as uow:
        add(uow, province)
    with open_unit(EMPTY, engine=province.engine) as uow:
        assert uow.session.scalar(text("select count(*) from org_unit")) == 0
        assert uow.session.scalar(text("select hamyar_person()")) == NOBODY
        with pytest.raises(DBAPIError, match="row-level security"):
            add(uow, province, "2")
        uow.session.rollback()


def test_the_scope_survives_a_savepoint_and_a_second_transaction(province: Province) -> None:
    with province.unit(province.karaj) as uow:
        with uow.session.begin_nested():
            add(uow, province)
        uow.session.commit()
        add(uow, province, "2")
    assert units(province) == 2


def test_one_statement_sets_the_whole_scope(province: Province, engine: Engine) -> None:
    """A round trip per setting would cost more than many pages' own queries."""
    from sqlalchemy import event

    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        with open_unit(Scope.of(province.karaj.id), engine=engine) as uow:
            uow.session.execute(text("select 1"))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == 2
    assert sent[0].count("set_config") == 3


def test_the_applications_engine_is_the_default(app: Flask) -> None:
    with app.app_context(), open_unit(EMPTY) as uow:
        assert uow.session.scalar(text("select current_user")) == "hamyar_app"
        assert uow.actor is SYSTEM


def test_a_failing_statement_does_not_show_its_parameters(app: Flask) -> None:
    with app.app_context(), open_unit(EMPTY, Actor("somebody")) as uow:
        with pytest.raises(DBAPIError) as caught:
            uow.session.execute(text("select cast(:word as int)"), {"word": "قناری"})
        assert "قناری" not in str(caught.value).partition("[SQL")[2]
        uow.session.rollback()


def test_identifiers_are_ordered_by_time() -> None:
    made = [new_id() for _n in range(1000)]
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
