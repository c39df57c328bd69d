"""The list of employees, and taking it away as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.assets.pages import current_url
from core.database.paging import Page
from core.errors import Forbidden, Invalid
from core.forms import Form
from core.localization import _
from core.localization.filters import jdate
from core.people import export, queries, wording
from core.people.policies import Span, Status
from core.people.queries import Filters, Unit
from core.people.schemas import ExportSchema, PeopleFilters, with_rows
from core.people.services import record_export
from core.people.views.shared import blueprint, day_asked, limits, units_in_reach
from core.policy.access import requires


class Asked(NamedTuple):
    """The list that the address asks for."""

    form: Form
    filters: Filters
    units: dict[UUID, Unit]


@blueprint.get("/")
@requires("people.view")
def index() -> str:
    """List employees; filters and page live in the address."""
    state, asked = current(), asked_in_address()
    uow, here, day = state.uow, state.place.id, asked.filters.on or state.uow.today
    page = queries.page(uow, here, asked.filters, asked.units, request.args.get("cursor"))
    return render_template(
        "people/index.html",
        form=asked.form,
        chips=_chips(asked),
        page=page,
        total=_total(asked, page),
        only_status=asked.filters.status if asked.filters.status in set(Status) else None,
        status_of=lambda row: Span(row.starts_on, row.ends_on).status_on(day),
        on=asked.filters.on,
        may_save=asked.filters != Filters(asked.filters.text, limits=asked.filters.limits),
        export_form=Form(ExportSchema(), initial={"format": "xlsx"}),
        may_reveal=_may_take_personal(),
        words=wording,
    )


@blueprint.post("/export")
@requires("people.view")
def export_list() -> ResponseReturnValue:
    """Send the filtered list as a file; who took it away with which columns is on record."""
    form = Form(ExportSchema())
    if not form.submitted():
        raise Invalid(_("Choose a format for the list."))
    state, asked = current(), asked_in_address()
    kind, personal = form.data["format"], form.data["personal"]
    if personal and not _may_take_personal():
        raise Forbidden(_("You may not take personal data away."), code="permission")
    file, rows = export.write(
        state.uow, state.place.id, asked.filters, asked.units, kind=kind, personal=personal
    )
    detail = {"format": kind, "personal": personal, "filters": _named(asked.filters)}
    record_export(state.uow, state.place, rows=rows, detail=detail)
    day = asked.filters.on or state.uow.today
    name = f"employees-{state.place.code}-{day:%Y%m%d}.{kind}"
    return send_file(file, as_attachment=True, download_name=name, max_age=0)


def asked_in_address() -> Asked:
    """Return the list that the address asks for."""
    on = day_asked()
    return asked_by(request.args, units_in_reach("people.view", on), on)


def asked_by(values: Mapping[str, str], units: dict[UUID, Unit], on: date | None) -> Asked:
    """Return the list that ``values`` ask for; ``units`` are in reach, as they are ``on`` a day."""
    form = Form(with_rows(PeopleFilters(), units, on=on)).read_filters(values)
    data = form.data
    filters = Filters(
        text=data["q"],
        unit=data["unit"],
        kind=data["kind"],
        status=data["status"],
        account=data["account"],
        limits=queries.reach(units, limits("people.view")),
        on=on,
    )
    return Asked(form, filters, units)


def _total(asked: Asked, page: Page[Any]) -> int | None:
    """Return how many fit the filters; None of a whole municipality, whose desk says it."""
    if page.next is None and page.previous is None:
        return len(page.items)
    if asked.filters == Filters(limits=asked.filters.limits):
        return None
    return queries.count(current().uow, current().place.id, asked.filters, asked.units)


def _may_take_personal() -> bool:
    """Whether the viewer may reveal all whom he sees: the right for a part isn't enough."""
    own, revealing = limits("people.view"), limits("people.reveal")
    return revealing is None or (own is not None and bool(revealing) and own <= revealing)


def _named(filters: Filters) -> dict[str, Any]:
    """Return the filters for the audit; a searched text may name a person: only whether."""
    return {
        "text": bool(filters.text),
        "unit": str(filters.unit) if filters.unit else "",
        "kind": filters.kind,
        "status": filters.status,
        "account": filters.account,
        "on": filters.on.isoformat() if filters.on else "",
    }


def _chips(asked: Asked) -> list[tuple[str, str]]:
    """Return each filter in words, with the address without it."""
    named = words_of(asked, with_status=bool(request.args.get("status")))
    return [(label, current_url(**{name: None, "cursor": None})) for name, label in named]


def words_of(asked: Asked, *, with_status: bool) -> list[tuple[str, str]]:
    """Return the name of each filter and what it says."""
    filters = asked.filters
    found = []
    if filters.text:
        found.append(("q", _("Search: %(what)s", what=filters.text)))
    if filters.unit:
        name = asked.units[filters.unit].name
        found.append(("unit", _("Unit: %(what)s", what=name)))
    if filters.kind:
        found.append(("kind", wording.word(wording.KINDS, filters.kind)))
    if with_status:
        found.append(("status", wording.word(wording.STATUSES, filters.status)))
    if filters.account:
        found.append(("account", wording.word(wording.ACCOUNTS, filters.account)))
    if filters.on:
        found.append(("on", _("As of %(day)s", day=jdate(filters.on))))
    return found
