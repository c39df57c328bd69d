"""The desk's home, put together: people, what waits, services and their figures."""

from __future__ import annotations

from dataclasses import dataclass

from core.accounts.request_state import RequestState
from core.activation.board import figures
from core.delegations.queries import load_standings
from core.desk import queries
from core.localization import _
from core.localization.filters import jdate
from core.people.wording import KINDS, word
from core.plugin_host.current import current_host
from core.portal.offers import Offer, offers_in
from core.requests import inbox
from core.requests.inbox import Waiting
from core.sdk import Figure
from core.transfers import queries as transfers


@dataclass(frozen=True, slots=True)
class Home:
    """What the viewer may see of the municipality; None where he lacks the permission."""

    headcount: dict[str, int] | None
    waiting: Waiting | None
    transfers: int | None
    figures: tuple[Figure, ...]
    offers: tuple[Offer, ...]


def build(state: RequestState) -> Home:
    """Count, and ask the services that are on: three queries of core and those of the hooks."""
    load_standings(state)
    return Home(
        _headcount(state) if state.can("people.view") else None,
        inbox.waiting(state.uow, state.viewer, state.place.id)
        if state.can("requests.review") or state.viewer.standings
        else None,
        _waiting_transfers(state),
        figures(state.uow, current_host(), state.place, state.services_in(state.place)),
        offers_in(state, state.place),
    )


def _headcount(state: RequestState) -> dict[str, int]:
    """Today's employees by kind, in words."""
    counts = queries.headcount(state.uow, state.place.id)
    return {word(KINDS, kind): count for kind, count in counts.items()}


def _waiting_transfers(state: RequestState) -> int | None:
    """Those who wait to be accepted here; they are no business of a single unit's officer."""
    if state.viewer.units_for("people.manage", state.place.id) is not None:
        return None
    return transfers.waiting(state.uow, state.place.id)


def waiting_note(waiting: Waiting) -> str:
    """Say which of the open requests is most urgent."""
    if waiting.late:
        return _("%(late)s late, since %(day)s", late=waiting.late, day=_day(waiting))
    if waiting.oldest_due:
        return _("the first is due on %(day)s", day=_day(waiting))
    return ""


def _day(waiting: Waiting) -> str:
    return jdate(waiting.oldest_due, "day")
