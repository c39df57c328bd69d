"""The forms of the inbox: filters, one decision, a decision on many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from marshmallow import ValidationError

from core.forms import FormSchema, fields
from core.forms.base import refuse
from core.localization import _, lazy_gettext
from core.requests.inbox import ALL, MINE, OTHERS
from core.requests.policies import LONGEST_REASON
from core.requests.registry import request_types
from core.requests.states import RequestState
from core.requests.wording import STATES
from core.sdk.text import Text

NEVER_THERE = (RequestState.DRAFT, RequestState.APPROVED, RequestState.EXPIRED, RequestState.FAILED)
"""States that no request of today's engine rests in."""


class Mark(NamedTuple):
    """A request, and the round and step that were on the screen."""

    request_id: UUID
    round: int
    step: int

    def __str__(self) -> str:
        """Write it as a form's value."""
        return f"{self.request_id}.{self.round}.{self.step}"


class Marks(fields.Choices):
    """The boxes that were ticked in a list of requests."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(label=lazy_gettext("Requests"), choices=(), required=required)

    def asking(self) -> str:
        """Ask to tick something."""
        return _("Choose at least one request.")

    def _deserialize(  # the signature is marshmallow's
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Any:
        return [read_mark(str(one)) for one in dict.fromkeys(value)]


def read_mark(text: str) -> Mark:
    """Return the mark that `Mark.__str__` wrote; refuse anything else."""
    try:
        request_id, round_, step = text.split(".")
        return Mark(UUID(request_id), int(round_), int(step))
    except ValueError as error:
        raise refuse(_("Choose one of the answers in the list."), "choice") from error


def read_marks(texts: Iterable[str]) -> list[Mark]:
    """Return the marks in ``texts``; nothing if one of them is none."""
    try:
        return [read_mark(text) for text in texts]
    except ValidationError:
        return []


def _states() -> Iterator[tuple[str, Text]]:
    yield MINE, _("Waiting for my decision")
    yield OTHERS, _("Of these, on behalf of others")
    yield from ((state, word) for state, word in STATES.items() if state not in NEVER_THERE)
    yield ALL, _("All")


def _kinds() -> Iterator[tuple[str, Text]]:
    """Every service with several types, and every type."""
    registry = request_types()
    known = registry.all()
    yield "", _("All kinds")
    for service in dict.fromkeys(each.service for each in known):
        types = [each.type for each in known if each.service == service]
        if service and len(types) > 1:
            yield service, _("%(service)s: all", service=str(registry.service_title(service)))
        yield from ((each.name, each.title) for each in types)


class FilterSchema(FormSchema):
    """What the inbox shows."""

    state = fields.Choice(label=lazy_gettext("State"), choices=_states)
    kind = fields.Choice(label=lazy_gettext("Kind of request"), choices=_kinds)
    text = fields.Text(
        label=lazy_gettext("Reference, name or personnel number"),
        most=100,
        attrs={"autocomplete": "off"},
    )
    overdue = fields.YesNo(label=lazy_gettext("Overdue only"))


class SelectionSchema(FilterSchema):
    """What was ticked, or ``everything`` that the filters find."""

    ids = Marks()
    everything = fields.YesNo(label=lazy_gettext("Everything"))


class DecisionSchema(FormSchema):
    """A decision; ``seen`` is round and step as they were on the page."""

    seen = fields.Code(
        label=lazy_gettext("Step"), widget="hidden", pattern=r"\d{1,4}\.\d{1,4}", required=True
    )
    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("Needed to reject or to return; the employee reads it."),
        most=LONGEST_REASON,
    )


class ManySchema(FormSchema):
    """A decision on many."""

    ids = Marks(required=True)


class RejectManySchema(ManySchema):
    """A decision that needs a reason, the same for all."""

    reason = fields.LongText(
        label=lazy_gettext("Reason"),
        hint=lazy_gettext("The employees read it."),
        required=True,
        most=LONGEST_REASON,
    )
