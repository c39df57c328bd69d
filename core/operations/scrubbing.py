"""Taking personal data out of what is logged.

Log texts are English; so Persian letters, long numbers, e-mail addresses and quoted values can
only be data. Messages of exceptions that quote their input are left out whole.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

HIDDEN: Final = "[…]"
DIGITS: Final = "0-9۰-۹٠-٩"
LONG_NUMBER: Final = re.compile(rf"(?<![\w-])[{DIGITS}]{{7,}}(?![\w-])")
"""National IDs, mobiles, cards, amounts; ids of ours contain letters or hyphens."""
SHEBA: Final = re.compile(r"\bIR[0-9 ]{8,}", re.IGNORECASE)
EMAIL: Final = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
LETTERS: Final = r"\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"
PERSIAN: Final = re.compile(rf"[{LETTERS}][{LETTERS}\u200c ]*")
QUOTED: Final = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"")
NAME: Final = re.compile(r"[a-z][a-z0-9_.:-]*[_.:-][a-z0-9_.:-]*[a-z0-9]")
"""What may stand in quotes: names of columns, modules, jobs, plugins with a separator."""


def scrub(text: str) -> str:
    """Return ``text`` with everything replaced that could be personal."""
    for pattern in (EMAIL, SHEBA, PERSIAN, LONG_NUMBER):
        text = pattern.sub(HIDDEN, text)
    return QUOTED.sub(_unquoted, text)


def _unquoted(match: re.Match[str]) -> str:
    inner = match[0][1:-1]
    return match[0] if inner == HIDDEN or NAME.fullmatch(inner) else HIDDEN


def scrub_value(value: Any) -> Any:
    """Return a value of a log event, strings in it scrubbed."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: scrub_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrub_value(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else scrub(str(value))


def describe(error: BaseException) -> str:
    """Return type and frames of an exception and of its causes, without data."""
    return "\n".join(_chain(error))


def _chain(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if len(seen) > 1:
            yield "caused by"
        yield summary(current)
        yield from _frames(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            yield from (line for one in current.exceptions for line in ("with", *_chain(one)))
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def summary(error: BaseException) -> str:
    """Return the type of an exception and what of its message cannot hold data."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    said = _message(error)
    return f"{name}: {said}" if said else name


def _message(error: BaseException) -> str:
    diagnosis = getattr(getattr(error, "orig", error), "diag", None)
    if diagnosis is not None:
        return _database_message(diagnosis)
    code = getattr(error, "code", None)
    if isinstance(error, (ValueError, LookupError)) or hasattr(error, "default_code"):
        return str(code) if isinstance(code, str) else ""
    return scrub(str(error))


def _database_message(diagnosis: Any) -> str:
    """A server's message without its DETAIL, which quotes rows."""
    names = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
    parts = (diagnosis.sqlstate, *names, scrub(diagnosis.message_primary or ""))
    return " ".join(part for part in parts if part)
