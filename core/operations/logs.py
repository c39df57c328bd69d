"""The log: one line per event on stderr, JSON unless a person watches, never personal data."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.stdlib import ProcessorFormatter

from core.error_pages import request_id
from core.operations.scrubbing import describe, scrub_value

Event = MutableMapping[str, Any]

QUIET: Final = ("procrastinate", "alembic", "asyncio", "_granian")
"""Libraries whose ordinary events nobody needs; their warnings are kept."""
SLOW_SECONDS: Final = 1.0
KEPT: Final = frozenset({"timestamp", "level", "logger", "request_id", "trace"})
"""Fields that hold no foreign text."""


def configure(level: str) -> None:
    """Send all logging of this process through our formatter; ``level`` as in logging."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(watched=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def formatter(*, watched: bool) -> ProcessorFormatter:
    """Return the formatter: JSON, or plain text for a terminal (``watched``)."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
        if watched
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[ProcessorFormatter.remove_processors_meta, without_data, renderer],
    )


def without_data(_logger: Any, _method: str, event: Event) -> Event:
    """Replace the exception by its frames, and whatever could be personal in the rest."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    cleaned = {key: value if key in KEPT else scrub_value(value) for key, value in event.items()}
    if isinstance(error, BaseException):
        cleaned["trace"] = describe(error)
    return cleaned


def register(app: Flask) -> None:
    """Name the request in every event, and log slow and failing ones by their route."""
    app.before_request(_begin)
    app.after_request(_report)
    app.teardown_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=request_id())


def _report(response: Response) -> Response:
    """Log the route, not the address: searches and codes stand in addresses."""
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    bad = response.status_code >= 500 or seconds > SLOW_SECONDS
    logging.getLogger("hamyar.requests").log(
        logging.WARNING if bad else logging.DEBUG,
        "%s %s answered %d in %d ms",
        request.method, request.url_rule or "(no route)", response.status_code, seconds * 1000,
    )  # fmt: skip
    return response


def _end(_error: BaseException | None) -> None:
    clear_contextvars()
