"""All jobs: core's own, listed here, and those of the loaded plugins."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask import has_app_context

from core.jobs.kinds import JobKind
from core.plugin_host.current import current_host
from core.sdk import JobDeclaration

if TYPE_CHECKING:
    from core.plugin_host.host import PluginHost

JOBS: Final[tuple[str, ...]] = (
    "core.accounts.jobs:JOBS",
    "core.documents.jobs:JOBS",
    "core.imports.jobs:JOBS",
    "core.notifications.jobs:JOBS",
    "core.people.jobs:JOBS",
)
"""``module:attribute`` of every tuple of `JobDeclaration` in core."""

KINDS: Final[tuple[str, ...]] = ("core.imports.jobs:KINDS",)
"""``module:attribute`` of every tuple of `JobKind` in core."""


@dataclass(frozen=True, slots=True)
class Job:
    """A declared job and the queue that it waits in.

    Jobs of a plugin have queues of their own: while the plugin is not loaded no worker
    fetches from them, and its jobs wait instead of failing.
    """

    declaration: JobDeclaration
    plugin: str = ""

    @property
    def name(self) -> str:
        """The name of the declaration, unique among all jobs."""
        return self.declaration.name

    @property
    def queue(self) -> str:
        """The name of the queue."""
        return f"{self.plugin}.{self.declaration.queue}" if self.plugin else self.declaration.queue


@cache
def core_jobs() -> dict[str, Job]:
    """Return core's jobs by name."""
    found = (Job(one) for name in JOBS for one in _load(name))
    return _by_name(found)


@cache
def kinds() -> dict[str, JobKind]:
    """Return the kinds of jobs that have a page, by name."""
    return {kind.name: kind for name in KINDS for kind in _load(name)}


def all_jobs(host: PluginHost) -> dict[str, Job]:
    """Return the jobs of core and of all loaded plugins, by name."""
    theirs = [Job(answer.value, answer.plugin) for answer in host.hooks.jobs()]
    return _by_name([*core_jobs().values(), *theirs])


def find(name: str) -> Job:
    """Return the job called ``name``; a plugin's needs an application context.

    Raises:
        LookupError: there is none, or its plugin is not loaded.
    """
    known = core_jobs()
    if name not in known and has_app_context():
        known = all_jobs(current_host())
    if name not in known:
        raise LookupError(f"there is no job {name!r}")
    return known[name]


def _by_name(jobs: Iterable[Job]) -> dict[str, Job]:
    known: dict[str, Job] = {}
    for job in jobs:
        if job.name in known:
            raise ValueError(f"two jobs are called {job.name!r}")
        known[job.name] = job
    return known


def _load(name: str) -> tuple[Any, ...]:
    module, _, attribute = name.partition(":")
    found: tuple[Any, ...] = getattr(importlib.import_module(module), attribute)
    return found
