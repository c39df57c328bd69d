"""One decision on many requests: each in a transaction of its own, each with its outcome.

What is possible is done, the rest stays as it was. Short transactions keep the locks of one
request only, so two officers who decide on the same page can't block each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from core.database.unit_of_work import UnitOfWork
from core.errors import DomainError
from core.requests.models import Request
from core.requests.schemas import Mark
from core.requests.wording import state_word, tone

MOST: Final = 300
"""Decisions of one press: more would keep the officer waiting for more than a few seconds."""

Open = Callable[[], AbstractContextManager[UnitOfWork]]
Decide = Callable[[UnitOfWork, Mark], Request]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request, in words; ``failed`` ones stay chosen."""

    mark: Mark
    text: str
    tone: str
    failed: bool


def decide_each(open_unit: Open, decide: Decide, marks: Iterable[Mark]) -> list[Outcome]:
    """Decide each request that was marked; ``open_unit`` opens one transaction for it."""
    return [_decide(open_unit, decide, mark) for mark in marks]


def _decide(open_unit: Open, decide: Decide, mark: Mark) -> Outcome:
    try:
        with open_unit() as uow:
            done = decide(uow, mark)
    except DomainError as error:
        return Outcome(mark, str(error), "danger", failed=True)
    return Outcome(mark, state_word(done.state), tone(done.state), failed=False)
