"""Nothing personal reaches the log, and what is needed to find a fault does."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.errors import Invalid
from core.operations import logs
from core.operations.scrubbing import scrub

NAME, NUMBER, SHEBA = "قناری نمونه", "0012345679", "IR062960000000100324200001"
CANARIES = (NAME, NUMBER, "۰۰۱۲۳۴۵۶۷۹", SHEBA, "Canary", "canary@example.org")


class Lines(logging.Handler):
    """Keeps what the formatter makes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.formatter(watched=False))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def raised(error: Exception) -> Exception:
    """Return ``error`` with a traceback."""
    with contextlib.suppress(Exception):
        raise error
    return error


@pytest.mark.parametrize("canary", CANARIES)
def test_values_are_hidden_in_messages(lines: Lines, canary: str) -> None:
    logging.getLogger("tests").warning("could not read %r of row %d", canary, 7)
    assert canary not in lines.lines[0]
    assert "of row 7" in lines.events[0]["event"]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Canary Rezaei is no number"),
        KeyError("Canary"),
        RuntimeError(f"bad value 'Canary' {NAME} {NUMBER}"),
        Invalid(fields={"family_name": ["Canary"]}),
        ExceptionGroup("several", [ValueError("Canary")]),
    ],
)
def test_messages_of_exceptions_hold_no_data(lines: Lines, error: Exception) -> None:
    outer = RuntimeError("outer")
    outer.__cause__ = raised(error)
    logging.getLogger("tests").error("failed", exc_info=outer)
    assert "Canary" not in lines.lines[0]
    assert NAME not in lines.lines[0]
    trace = lines.events[0]["trace"]
    assert type(error).__name__ in trace
    assert "test_logs.py:" in trace
    assert "RuntimeError: outer" in trace


def test_a_rows_content_in_a_constraint_error_is_left_out(lines: Lines, engine: Engine) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(text("create temporary table t (name text unique)"))
            insert = text("insert into t values (:name)")
            connection.execute(insert, [{"name": "Canary"}, {"name": "Canary"}])
    except DBAPIError:
        logging.getLogger("tests").exception("failed")
    assert "Canary" not in lines.lines[0]
    assert "23505 t t_name_key duplicate key value" in lines.events[0]["trace"]


def test_the_request_is_named_by_its_route(app: Flask, lines: Lines) -> None:
    app.logger.setLevel(logging.NOTSET)
    logging.getLogger("hamyar.requests").setLevel(logging.DEBUG)
    logging.getLogger().setLevel("DEBUG")
    answer = app.test_client().get("/verify/Canary-1234?q=Canary")
    said = [event for event in lines.events if event["logger"] == "hamyar.requests"]
    assert [event["request_id"] for event in said] == [answer.headers["X-Request-ID"]]
    assert "GET /verify/" in said[0]["event"]
    assert "Canary" not in "".join(lines.lines)


def test_a_failure_is_logged_with_its_route_only(app: Flask, lines: Lines) -> None:
    with app.test_request_context("/verify/Canary-1234?q=Canary"):
        app.log_exception((ValueError, ValueError("x"), None))
    assert "GET /verify/<code> failed" in lines.lines[-1]
    assert "Canary" not in "".join(lines.lines)


@pytest.mark.parametrize(
    "harmless",
    [
        "job imports.apply of 0199a7c4-0000-7000-8000-000000000001 took 345678 ms",
        "plugin loans failed in hamyar_health: it can't answer, isn't there",
        "column 'municipality_id' of 'core.people' is missing",
    ],
)
def test_what_operators_need_is_kept(harmless: str) -> None:
    assert scrub(harmless) == harmless
