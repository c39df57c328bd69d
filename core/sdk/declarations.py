"""What plugins declare at boot: request types, roles, jobs, topics, documents, demo data.

Functions inside them run much later, so a hook may import services within itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from core.sdk import checks
from core.sdk.text import Text

if TYPE_CHECKING:
    from marshmallow import Schema

    from core.database.unit_of_work import UnitOfWork

Effect: TypeAlias = "Callable[[UnitOfWork, RequestFacts], None]"
"""Runs in the transaction of the decision; an exception undoes the decision with it."""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a handler or `route_request` is told about a request.

    ``type`` is the declared name, ``data`` the validated content, ``amount`` integer rial.
    ``state`` is where it stands now (``submitted``, ``rejected``, ``withdrawn`` …), ``reason`` what
    the decider wrote.
    """

    id: UUID
    reference: str
    type: str
    municipality_id: UUID
    person_id: UUID
    employment_id: UUID | None
    data: dict[str, Any]
    amount: int | None = None
    state: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.identifier("id", self.id)
        checks.dotted("type", self.type)
        checks.kind("data", self.data, dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One approval: who may decide (holders of ``permission``), when, and by when.

    ``above`` makes the step apply only to amounts over that many rial.
    ``days`` is the deadline in business days, after which the request is escalated.
    """

    name: str
    title: Text
    permission: str
    above: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("step name", self.name)
        checks.text("step title", self.title)
        checks.dotted("step permission", self.permission)
        if self.above is not None:
            checks.whole("above", self.above)
        if self.days is not None:
            checks.whole("days", self.days, least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestType:
    """A kind of request: its form, its approvals and what happens then.

    ``name`` is ``<plugin>.<kind>``. ``schema`` is a marshmallow schema class. ``steps`` may be
    empty (applied at once). ``apply`` brings about the effect of an approved request;
    ``submitted`` runs when it is sent in, and again when a refusal is taken up after an objection;
    ``closed`` when it ends without effect (rejected, withdrawn, expired). ``base`` returns a digest
    of what the request would change: if it differs at the decision, the request is in conflict.
    ``amount`` reads rial for ``above``.
    ``before`` returns what stands on record of the fields that the request would change, as JSON:
    pages show it beside the answers. ``choices`` returns for a person (by id) what he chooses from,
    by field of the schema: pairs of value and label. ``describe`` gives the line that lists show.
    ``version`` rises with every change of steps; running requests keep theirs. ``self_service``
    False: only services create it. ``tells``: ``apply`` tells the employee what came of it, so core
    sends no message of its own.
    """

    name: str
    title: Text
    schema: type[Schema]
    apply: Effect
    steps: tuple[Step, ...] = ()
    version: int = 1
    next_step: Text = ""
    icon: str = ""
    self_service: bool = True
    submitted: Effect | None = None
    closed: Effect | None = None
    base: Callable[[UnitOfWork, RequestFacts], str] | None = None
    amount: Callable[[dict[str, Any]], int] | None = None
    describe: Callable[[dict[str, Any]], Text] | None = None
    tells: bool = False
    choices: Callable[[UnitOfWork, UUID], Mapping[str, Sequence[tuple[str, Text]]]] | None = None
    before: Callable[[UnitOfWork, RequestFacts], dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("request type name", self.name)
        checks.text("request type title", self.title)
        checks.kind("schema", self.schema, type)
        checks.call("apply", self.apply)
        checks.each("steps", self.steps, _step)
        checks.distinct("steps", (step.name for step in self.steps))
        checks.whole("version", self.version, least=1)
        checks.optional_text("next_step", self.next_step)
        checks.icon("icon", self.icon)
        for field in ("submitted", "closed", "base", "amount", "describe", "choices", "before"):
            if getattr(self, field) is not None:
                checks.call(field, getattr(self, field))
        checks.kind("tells", self.tells, bool)


def _step(field: str, value: object) -> None:
    checks.kind(field, value, Step)


@dataclass(frozen=True, slots=True)
class RoleSuggestion:
    """A role that a plugin suggests; the organisation may edit it afterwards."""

    name: str
    title: Text
    permissions: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("role name", self.name)
        checks.text("role title", self.title)
        checks.each("role permissions", self.permissions, checks.dotted)
        checks.need(bool(self.permissions), f"role {self.name} has no permissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDeclaration:
    """A background task. ``cron`` (five fields, Tehran time) makes it periodic.

    ``run`` takes keyword arguments that fit in JSON (ids, never personal data).
    """

    name: str
    run: Callable[..., None]
    cron: str = ""
    queue: str = "default"

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("job name", self.name)
        checks.call("run", self.run)
        checks.name("queue", self.queue)
        valid = isinstance(self.cron, str) and len(self.cron.split()) in (0, 5)
        checks.need(valid, f"cron must have five fields, not {self.cron!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTopic:
    """A kind of message; people may opt out unless it is ``mandatory``."""

    name: str
    title: Text
    mandatory: bool = False

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("topic name", self.name)
        checks.text("topic title", self.title)
        checks.kind("mandatory", self.mandatory, bool)


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A field of a signed document and how the verification page shows it.

    ``shown_as``: ``text``, ``date`` (signed as ISO 8601), ``minutes`` or ``number``.
    """

    name: str
    label: Text
    shown_as: str = "text"

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("field name", self.name)
        checks.text("field label", self.label)
        known = self.shown_as in ("text", "date", "minutes", "number")
        checks.need(known, f"shown_as must be text, date, minutes or number, not {self.shown_as!r}")


@dataclass(frozen=True, slots=True)
class VerifiableDocument:
    """A kind of document that ``/verify/<code>`` shows.

    The page belongs to core and lives on when the plugin is off, so the plugin gives only
    words; ``fields`` must name every signed field.
    """

    kind: str
    title: Text
    fields: tuple[LabelledField, ...]

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("document kind", self.kind)
        checks.text("document title", self.title)
        checks.each("fields", self.fields, lambda f, v: checks.kind(f, v, LabelledField))
        checks.distinct("fields", (field.name for field in self.fields))


@dataclass(frozen=True, slots=True)
class DemoData:
    """Example rows for ``make demo``.

    ``fill`` gets a unit of work whose scope is every municipality, and a seed: the same seed
    gives the same rows. It runs once, after core's own demo data.
    """

    name: str
    fill: Callable[[UnitOfWork, int], None]

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("demo data name", self.name)
        checks.call("fill", self.fill)
