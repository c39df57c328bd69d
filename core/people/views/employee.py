"""The page of one employee, and revealing what is masked on it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.deductions.queries import deductions_of
from core.deductions.wording import CATEGORIES
from core.localization import _
from core.people import masking, record, wording
from core.people.policies import Span, last_day
from core.people.record import Record
from core.people.services import record_reveal
from core.people.views.shared import (
    blueprint,
    covers,
    day_asked,
    day_form,
    host,
    is_own,
    record_in_reach,
)
from core.policy.access import requires
from core.policy.enforcement import not_found
from core.sdk import Employee, Panel


@blueprint.get("/<uuid:employment_id>/")
@requires("people.view")
def show(employment_id: UUID) -> str:
    """Show an employee, sensitive data masked."""
    return _page(record_in_reach(employment_id), ())


@blueprint.route("/<uuid:employment_id>/reveal", methods=["GET", "POST"])
@requires("people.reveal")
def reveal(employment_id: UUID) -> ResponseReturnValue:
    """Show chosen fields unmasked, on this page only; the employee can see who looked."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for("people.show", employment_id=employment_id), 303)
    found = record_in_reach(employment_id, "people.reveal")
    fields = set(request.form.getlist("field"))
    if not fields or not fields <= set(masking.SENSITIVE):
        raise not_found()
    record_reveal(
        current().uow,
        current().place,
        employment_id=employment_id,
        person_id=found.person_id,
        fields=fields,
    )
    return _page(found, fields)


def _page(found: Record, revealed: Collection[str]) -> str:
    state = current()
    uow, here, on = state.uow, state.place.id, day_asked()
    day = on or uow.today
    return render_template(
        "people/show.html",
        record=found,
        shown=masked(found, revealed),
        revealed=revealed,
        on=on,
        status_then=found.span.status_on(day),
        day_form=day_form(),
        assignments=record.assignments_of(uow, here, found.employment_id, day),
        salaries=record.salaries_of(uow, here, found.employment_id),
        deductions=deductions_of(uow, here, found.employment_id)
        if "deductions" in revealed
        else (),
        categories=CATEGORIES,
        dependants=record.dependants_of(uow, found.person_id),
        panels=_panels(found),
        tail=_tail(found) if state.can("audit.view") else (),
        may=_may(found),
        words=wording,
        last_day=last_day,
        span_of=Span,
        day=day,
        mask_national_id=masking.mask_national_id,
    )


def _tail(found: Record) -> list[dict[str, Any]]:
    """The latest acts about the person here, as ``details.timeline`` draws them."""
    state = current()
    rows = record.audit_tail(state.uow, state.place.id, found.person_id)
    return [
        {
            "title": wording.deed(row.action, row.kind, row.detail, wording.service_of(row.action)),
            "at": row.at,
            "who": wording.actor(row.actor_name),
            "text": _(", ").join(wording.touched(row.action, row.detail)),
        }
        for row in rows
    ]


def masked(found: Record, revealed: Collection[str]) -> dict[str, str]:
    """Return the sensitive texts as the page may show them."""
    masks = {
        "national_id": masking.mask_national_id,
        "mobile": masking.mask_mobile,
        "sheba": masking.mask_sheba,
    }
    return {
        name: getattr(found, name) if name in revealed else mask(getattr(found, name))
        for name, mask in masks.items()
    }


def _may(found: Record) -> dict[str, bool]:
    """What the viewer may do with this employee; the services and views check it again."""
    manage = covers("people.manage", found) and not is_own(found)
    running = found.status != "former"
    return {
        "reveal": covers("people.reveal", found),
        "change": manage and running,
        "person": manage and found.person_version is not None and found.status == "active",
        "end": manage,
        "transfer": manage and running,
        "cancel_end": manage and running and found.span.ends_on is not None,
    }


def _panels(found: Record) -> list[Panel]:
    state = current()
    employee = Employee(found.person_id, found.employment_id, state.place, found.name, found.kind)
    answers: Any = host().hooks.employee_panels(
        uow=state.uow,
        employee=employee,
        viewer=state.viewer,
        only=state.services_in(state.place),
    )
    return sorted((answer.value for answer in answers), key=lambda panel: panel.weight)
