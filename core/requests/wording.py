"""The words about requests: states, timeline, what comes next; the same on every page.

Timeline entries are stored as codes with parameters and are put into words here when they are
read, so each reader gets his language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from core.localization import _, current_locale, lazy_gettext
from core.localization.filters import jdate
from core.people.wording import actor
from core.requests.models import Request, RequestEvent
from core.requests.policies import Words
from core.requests.states import OPEN
from core.requests.states import RequestState as S
from core.sdk.text import Text

STATES: Final[Mapping[str, Text]] = {
    S.DRAFT: lazy_gettext("Draft"),
    S.SUBMITTED: lazy_gettext("Sent"),
    S.IN_REVIEW: lazy_gettext("Under review"),
    S.APPROVED: lazy_gettext("Approved"),
    S.APPLIED: lazy_gettext("Approved and done"),
    S.RETURNED: lazy_gettext("Returned for correction"),
    S.REJECTED: lazy_gettext("Rejected"),
    S.WITHDRAWN: lazy_gettext("Withdrawn"),
    S.EXPIRED: lazy_gettext("Expired"),
    S.CONFLICT: lazy_gettext("Overtaken by another change"),
    S.FAILED: lazy_gettext("Failed"),
}
TONES: Final[Mapping[str, str]] = {
    S.SUBMITTED: "info",
    S.IN_REVIEW: "review",
    S.APPROVED: "ok",
    S.APPLIED: "ok",
    S.RETURNED: "warn",
    S.REJECTED: "danger",
    S.CONFLICT: "danger",
    S.FAILED: "danger",
}
"""Tones of `components/status.html`; the others are neutral."""

EVENTS: Final[Mapping[str, Text]] = {
    "submitted": lazy_gettext("Request sent"),
    "resubmitted": lazy_gettext("Sent again after correction"),
    "approved": lazy_gettext("Approved: %(step)s"),
    "rejected": lazy_gettext("Rejected: %(step)s"),
    "returned": lazy_gettext("Returned for correction: %(step)s"),
    "routed": lazy_gettext("Handed on: %(reason)s"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "conflict": lazy_gettext("Closed: what was to be changed had changed meanwhile"),
    "applied": lazy_gettext("Done: the change took effect"),
    "objected": lazy_gettext("Objection sent: %(reference)s"),
    "reopened": lazy_gettext("Objection %(reference)s upheld: taken up again"),
    "objection_rejected": lazy_gettext("Objection %(reference)s rejected: the refusal stands"),
    "objection_withdrawn": lazy_gettext("Objection %(reference)s withdrawn"),
    "objection_overtaken": lazy_gettext("Objection %(reference)s closed: the refusal had changed"),
}
NOTICES: Final[Mapping[str, Text]] = {
    "approved": lazy_gettext("A step of your request %(reference)s was approved"),
    "rejected": lazy_gettext("Your request %(reference)s was rejected"),
    "returned": lazy_gettext("Your request %(reference)s needs a correction"),
    "conflict": lazy_gettext("Your request %(reference)s was overtaken by another change"),
    "applied": lazy_gettext("Your request %(reference)s was approved and done"),
    "reopened": lazy_gettext("Your objection was upheld: request %(reference)s is taken up again"),
}
"""Titles of the messages to the employee, by code of the event that causes them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline as ``details.timeline`` draws it."""

    title: str
    at: datetime | None = None
    who: str = ""
    text: str = ""
    pending: bool = False


def chosen(words: Words) -> str:
    """Return stored words in the reader's language."""
    return words.get(current_locale()) or next(iter(words.values()), "")


def state_word(state: str) -> str:
    """Return how a state is called."""
    return str(STATES[state])


def tone(state: str) -> str:
    """Return the tone of a state's tag."""
    return TONES.get(state, "neutral")


def is_open(state: str) -> bool:
    """Tell whether somebody must still decide in a state."""
    return state in OPEN


def event_title(code: str, params: Mapping[str, Any]) -> str:
    """Return an entry of the timeline in words."""
    words = {name: chosen(params.get(name) or {}) for name in ("step", "reason")}
    words["reference"] = params.get("reference", "")
    return str(EVENTS[code]) % words


def notice_title(code: str, reference: str) -> str:
    """Return the title of the message about an event."""
    return str(NOTICES[code]) % {"reference": reference}


def timeline(request: Request, events: Iterable[RequestEvent]) -> list[Entry]:
    """Return what happened, oldest first, and the steps still to come."""
    past = [_entry(event) for event in events]
    return past + [Entry(title, pending=True) for title in steps_to_come(request)]


def _entry(event: RequestEvent) -> Entry:
    who = actor(event.actor_name, event.params.get("for"))
    return Entry(event_title(event.code, event.params), event.at, who, event.text)


def steps_to_come(request: Request) -> list[str]:
    """Return the titles of the present step and those after it, if the request is open."""
    if not request.is_open:
        return []
    return [chosen(step.title) for step in request.frozen_steps[request.step - 1 :]]


def next_step(request: Request) -> str:
    """Say what happens next, or how it ended."""
    step = request.present_step
    if step is not None:
        return _waiting(chosen(step.title), request.due_on)
    return {
        S.RETURNED: _("Correct what is asked for and send the request again."),
        S.REJECTED: _("The request was rejected; the reason is stated."),
        S.CONFLICT: _("Check the present data and send a new request if it is still needed."),
        S.APPLIED: _("The request is done. There is nothing left to do for you."),
    }.get(S(request.state), _("There is nothing left to do for you."))


def _waiting(step: str, due_on: date | None) -> str:
    if due_on is None:
        return _("Next: %(step)s.", step=step)
    return _("Next: %(step)s, by %(day)s at the latest.", step=step, day=jdate(due_on, "long"))
