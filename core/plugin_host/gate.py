"""The gate: which paths belong to a service, and whether it answers there.

The caller asks before routing can answer: a 405 for a wrong method or a 308 for a missing
slash would reveal a service that is off. Deny by default: what is no room of core counts as a
service, and only a loaded one that is on or closing is let through.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from core.plugin_host.manifest import CORE_ROOMS

if TYPE_CHECKING:
    from core.plugin_host.plugin import Plugin

OPEN_STATES = frozenset({"on", "closing"})
"""Values of `core.activation.states.ServiceState` in which a service answers."""

MOST_DECODINGS = 5
"""A path that is still encoded after that many rounds fits no route anyway."""


class Verdict(enum.StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a path points: a municipality's code and, under it, a service."""

    municipality: str | None = None
    plugin: str | None = None


def locate(path: str) -> Location:
    """Return the municipality and the service that ``path`` is about.

    ``path`` is what the router sees (PATH_INFO) or the raw one. Empty segments are dropped
    (the router merges slashes), percent-encoding is undone until nothing changes, and case is
    ignored: each can only make more paths belong to a service than the router would find.
    """
    segments = [segment for segment in _decoded(path).lower().split("/") if segment]
    if segments[:2] == ["api", "v1"]:
        segments = segments[2:]
    if len(segments) < 2 or segments[0] != "m":
        return Location()
    room = segments[2] if len(segments) > 2 else None
    return Location(segments[1], None if room in CORE_ROOMS else room)


def _decoded(path: str) -> str:
    for _round in range(MOST_DECODINGS):
        decoded = unquote(path, errors="replace")
        if decoded == path:
            break
        path = decoded
    return path.replace("\0", "\ufffd")  # neither stands in a code; only this can be asked for


def decide(state: str | None, plugin: Plugin | None) -> Verdict:
    """Tell whether a service answers, from its activation there and its state in this process.

    ``state`` None: it was never on, or there is no such municipality. ``plugin`` None: unknown.
    """
    if plugin is None or not plugin.is_available:
        return Verdict.NOT_FOUND
    return Verdict.ALLOW if state in OPEN_STATES else Verdict.NOT_FOUND
