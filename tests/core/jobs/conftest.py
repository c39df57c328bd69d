"""Jobs that exist in tests only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.jobs import registry
from core.jobs.kinds import JobKind
from core.jobs.registry import Job
from core.sdk import JobDeclaration

Declare = Callable[..., None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Declare]:
    """Return a function that declares a job of core: ``declare("people.count", function)``."""
    jobs: dict[str, Job] = {}

    def add(name: str, run: Callable[..., None], **options: str) -> None:
        jobs[name] = Job(JobDeclaration(name=name, run=run, **options))

    monkeypatch.setattr(registry, "core_jobs", lambda: jobs)
    return add


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> JobKind:
    """Return a kind that holders of ``imports.manage`` may see."""
    made = JobKind(
        name="tests.counting",
        title="Counting %(what)s",
        permissions=("imports.manage",),
        result_label="See the sum",
        messages={"uncountable": "These cannot be counted."},
    )
    monkeypatch.setattr(registry, "kinds", lambda: {made.name: made})
    return made
