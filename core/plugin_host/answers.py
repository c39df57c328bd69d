"""What comes back from plugins: answers, failures, and the checks on receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from core.sdk import InvalidValueError

T = TypeVar("T")


class Answer(NamedTuple, Generic[T]):
    """One item and the plugin that gave it."""

    plugin: str
    value: T


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin's hook that raised, or an item that was dropped.

    ``reason`` may quote data: scrub it before it is shown. ``traceback`` quotes none.
    """

    plugin: str
    hook: str
    reason: str
    traceback: str = ""


class MalformedAnswerError(Exception):
    """A hook answered with something that is not what its signature says."""


class HookError(RuntimeError):
    """A question that must not be answered in part could not be answered (mode DECIDE).

    ``plugin`` is the one to blame; the caller gives up its transaction.
    """

    def __init__(self, plugin: str, hook: str, reason: str) -> None:
        super().__init__(f"plugin {plugin!r} failed in {hook}: {reason}")
        self.plugin = plugin
        self.hook = hook
        self.reason = reason


class TransactionEndedError(RuntimeError):
    """A hook committed or rolled back the caller's transaction.

    Earlier work of the caller may be gone, so this is never skipped, whatever the mode.
    """


def is_value(kind: type[Any]) -> bool:
    """Tell whether ``kind`` is one of the SDK's value classes."""
    return hasattr(kind, "__dataclass_fields__")


def items(result: object) -> Iterable[object]:
    """Return what a hook returned as an iterable; None is empty."""
    if result is None:
        return ()
    if isinstance(result, (str, bytes, dict)) or not isinstance(result, Iterable):
        raise MalformedAnswerError(f"it must return a list or None, not {result!r}")
    return result


def problem(item: object, expected: Any) -> str:
    """Return why ``item`` isn't a good one of the class ``expected``, or ''.

    Our own values must be exactly of their class (a subclass could skip the checks), and are
    checked again. Classes of others (a Flask blueprint) may be subclassed.
    """
    if not is_value(expected):
        right = isinstance(item, expected)
        return "" if right else f"an item must be {expected.__name__}, not {item!r}"
    if type(item) is not expected:
        return f"an item must be {expected.__name__}, not {item!r}"
    checked: Any = item
    try:
        checked.__post_init__()
    except (InvalidValueError, AttributeError) as error:
        return str(error)
    return ""
