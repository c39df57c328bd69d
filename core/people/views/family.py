"""Forms for the family members of an employee."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.localization import _
from core.people import services
from core.people.schemas import DependantEndSchema, DependantSchema
from core.people.views.shared import back_to, blueprint, changeable
from core.policy.access import requires


@blueprint.route("/<uuid:employment_id>/dependants/new", methods=["GET", "POST"])
@requires("people.manage")
def add_dependant(employment_id: UUID) -> ResponseReturnValue:
    """Add a family member."""
    state, found = current(), changeable(employment_id)
    form = Form(DependantSchema())
    if form.submitted() and form.attempt(
        services.add_dependant, state.uow, state.place, employment_id, form.data
    ):
        return back_to(employment_id, _("The family member was added."))
    return form.render("people/edit.html", record=found, title=_("Add a family member"))


@blueprint.route(
    "/<uuid:employment_id>/dependants/<uuid:dependant_id>/end", methods=["GET", "POST"]
)
@requires("people.manage")
def end_dependant(employment_id: UUID, dependant_id: UUID) -> ResponseReturnValue:
    """Say until when a family member was in care."""
    state, found = current(), changeable(employment_id)
    form = Form(DependantEndSchema(), initial={"last_day": state.uow.today})
    if form.submitted() and form.attempt(
        services.end_dependant,
        state.uow,
        state.place,
        employment_id,
        dependant_id,
        **form.data,
    ):
        return back_to(employment_id, _("The end was saved."))
    return form.render("people/edit.html", record=found, title=_("End of care"))
