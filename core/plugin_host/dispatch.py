"""Calling hooks. Our own loop, because pluggy's stops at the first error.

Implementations run in the order (weight, plugin, function name), so that pages and lists are
the same on every worker. `SystemExit` counts as a failure of the plugin; `KeyboardInterrupt`
passes. How failures are treated depends on the mode (`hookspecs.Mode`).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from core.operations.scrubbing import describe
from core.plugin_host.answers import (
    Answer,
    Failure,
    HookError,
    MalformedAnswerError,
    TransactionEndedError,
    items,
    problem,
)
from core.plugin_host.quarantine import CAUGHT, explain

if TYPE_CHECKING:
    from core.plugin_host.guard import Guard

T = TypeVar("T")
Arguments = dict[str, Any]

logger = logging.getLogger("hamyar.plugins")

KEPT_FAILURES = 100
"""How many failures the admin page and ``/health`` can look back on."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """One function of a plugin and the arguments that it wants."""

    plugin: str
    function: Callable[..., object]
    arguments: tuple[str, ...]

    def call(self, given: Arguments) -> object:
        """Call the function with those of the given arguments that it names."""
        return self.function(**{name: given[name] for name in self.arguments})


class Dispatcher:
    """Calls hooks of registered plugins.

    ``weight`` tells a plugin's place; ``quarantine(plugin, hook, error)`` is called when a
    declaration fails. ``failures`` are the latest ones, oldest first.
    """

    def __init__(
        self,
        manager: pluggy.PluginManager,
        weight: Callable[[str], int],
        quarantine: Callable[[str, str, BaseException], None],
    ) -> None:
        self._manager = manager
        self._weight = weight
        self._quarantine = quarantine
        self._known: dict[str, tuple[Implementation, ...]] = {}
        self.failures: deque[Failure] = deque(maxlen=KEPT_FAILURES)

    def forget(self) -> None:
        """Read the implementations anew: a plugin was registered or unregistered."""
        self._known = {}

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Return the implementations of ``hook`` in order, those by ``specname=`` included."""
        known = self._known.get(hook)
        if known is None:
            known = self._known[hook] = self._sorted(hook)
        return known

    def _sorted(self, hook: str) -> tuple[Implementation, ...]:
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        specified = set(caller.spec.argnames) if caller.spec else set()
        found = [
            Implementation(
                one.plugin_name,
                one.function,
                tuple(name for name in (*one.argnames, *one.kwargnames) if name in specified),
            )
            for one in caller.get_hookimpls()
        ]
        return tuple(
            sorted(
                found,
                key=lambda i: (self._weight(i.plugin), i.plugin, i.function.__qualname__),
            )
        )

    def declare(
        self, hook: str, expected: type[T], check: Callable[[str, T], str]
    ) -> tuple[Answer[T], ...]:
        """Return all declarations; a plugin that fails is quarantined with all it declared.

        ``check(plugin, item)`` returns why the item can't be accepted, or ''.
        """
        answers: list[Answer[T]] = []
        for one in self.implementations(hook):
            try:
                found = self._strictly(one, expected, {})
                for value in found:
                    _refuse(check(one.plugin, value))
            except CAUGHT as error:
                self._record(one.plugin, hook, error)
                self._quarantine(one.plugin, hook, error)
            else:
                answers += [Answer(one.plugin, value) for value in found]
        lost = {answer.plugin for answer in answers} - self._registered()
        return tuple(answer for answer in answers if answer.plugin not in lost)

    def _registered(self) -> set[str]:
        return {name for name, plugin in self._manager.list_name_plugin() if plugin is not None}

    def gather(
        self,
        hook: str,
        expected: type[T],
        only: Collection[str] | None,
        *,
        own: Mapping[str, Arguments] | None = None,
        **given: Any,
    ) -> tuple[Answer[T], ...]:
        """Return what the plugins in ``only`` (None: all) say; failures are left out.

        A page is only read, so what hooks wrote is undone at the end. ``own`` holds arguments
        that differ from plugin to plugin.
        """
        asked = [i for i in self.implementations(hook) if only is None or i.plugin in only]
        guard = _guard(given) if asked else None
        answers: list[Answer[T]] = []
        try:
            for one in asked:
                try:
                    more = (own or {}).get(one.plugin, {})
                    answers += self._leniently(hook, one, expected, given | more)
                except CAUGHT as error:
                    self._record(one.plugin, hook, error)
                    if guard:
                        guard.renew()
        finally:
            if guard:
                guard.undo()
        return tuple(answers)

    def tell(self, hook: str, only: Collection[str], **given: Any) -> tuple[Failure, ...]:
        """Tell the plugins in ``only``, each in its own savepoint; return the failures."""
        failures: list[Failure] = []
        for one in self.implementations(hook):
            if one.plugin in only:
                try:
                    _whole_or_nothing(given, partial(one.call, given))
                except TransactionEndedError:
                    raise
                except CAUGHT as error:
                    failures.append(self._record(one.plugin, hook, error))
        return tuple(failures)

    def decide(
        self, hook: str, expected: type[T], asked: Collection[str], **given: Any
    ) -> tuple[Answer[T], ...]:
        """Return what every plugin in ``asked`` says.

        Raises `HookError` when one of them isn't loaded, raises or answers in a wrong shape;
        what it wrote is undone then, and the caller's transaction stays usable.
        """
        self._all_present(hook, asked)
        answers: list[Answer[T]] = []
        for one in self.implementations(hook):
            if one.plugin in asked:
                found = self._decide_one(hook, one, expected, given)
                answers += [Answer(one.plugin, value) for value in found]
        return tuple(answers)

    def first(
        self, hook: str, expected: type[T], asked: Collection[str], **given: Any
    ) -> Answer[T] | None:
        """Return the first answer that isn't None; later plugins aren't asked."""
        self._all_present(hook, asked)
        for one in self.implementations(hook):
            if one.plugin in asked:
                found = self._decide_one(hook, one, expected, given, single=True)
                if found:
                    return Answer(one.plugin, found[0])
        return None

    def _all_present(self, hook: str, asked: Collection[str]) -> None:
        missing = sorted(set(asked) - self._registered())
        if missing:
            raise HookError(missing[0], hook, "it is not loaded, so nobody can answer for it")

    def _decide_one(
        self,
        hook: str,
        one: Implementation,
        expected: type[T],
        given: Arguments,
        *,
        single: bool = False,
    ) -> list[T]:
        ask = partial(self._strictly, one, expected, given, single=single)
        try:
            return _whole_or_nothing(given, ask)
        except TransactionEndedError:
            raise
        except CAUGHT as error:
            self._record(one.plugin, hook, error)
            raise HookError(one.plugin, hook, explain(error)) from error

    def _strictly(
        self, one: Implementation, expected: type[T], given: Arguments, *, single: bool = False
    ) -> list[T]:
        result = one.call(given)
        found: list[Any] = [] if result is None else [result] if single else list(items(result))
        for item in found:
            _refuse(problem(item, expected))
        return found

    def _leniently(
        self, hook: str, one: Implementation, expected: type[T], given: Arguments
    ) -> list[Answer[T]]:
        good: list[Answer[T]] = []
        for item in list(items(one.call(given))):
            wrong = problem(item, expected)
            if wrong:
                self._record(one.plugin, hook, MalformedAnswerError(wrong))
            else:
                good.append(Answer(one.plugin, item))  # type: ignore[arg-type]  # checked above
        return good

    def _record(self, plugin: str, hook: str, error: BaseException) -> Failure:
        failure = Failure(plugin, hook, explain(error), describe(error))
        self.failures.append(failure)
        logger.error("plugin %s failed in %s: %s", plugin, hook, failure.reason, exc_info=error)
        return failure


def _refuse(sentence: str) -> None:
    if sentence:
        raise MalformedAnswerError(sentence)


def _whole_or_nothing(given: Arguments, work: Callable[[], T]) -> T:
    """Return what ``work`` returns; what it wrote is undone unless all of it succeeds."""
    guard = _guard(given)
    try:
        result = work()
    except BaseException:
        if guard:
            guard.undo()
        raise
    if guard:
        guard.keep()  # a constraint may fail in the last flush
    return result


def _guard(given: Arguments) -> Guard | None:
    uow = given.get("uow")
    if uow is None:
        return None
    from core.plugin_host.guard import Guard

    return Guard(uow)
