"""Objecting to the refusal of one of my requests."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.errors import Conflict
from core.forms import Form
from core.localization import _
from core.policy.access import signed_in
from core.requests import objections, queries, wording
from core.requests.objections import ObjectionSchema
from core.requests.portal_views import act, blueprint, own


@blueprint.route("/<reference>/object", methods=("GET", "POST"))
@signed_in
def object_to(reference: str) -> ResponseReturnValue:
    """Say why a refusal doesn't hold."""
    found, uow = own(reference), current().uow
    if request.method == "GET" and (answer := _too_late(reference)):
        return answer
    form = Form(ObjectionSchema(), {"about": reference})
    if form.submitted() and form.attempt(
        act, objections.object_to, found, why=form.data["why"], key=form.key
    ):
        flash(_("Your objection is sent. Somebody else than who refused hears it."), "success")
        return redirect(url_for("my_requests.sent", reference=form.result.reference), 303)
    office = queries.office(uow, found.municipality_id)
    links = objections.links_of(uow, found, office.weekend)
    return form.render("requests/object.html", item=found, links=links, words=wording)


def _too_late(reference: str) -> ResponseReturnValue | None:
    """Lead back to the request, saying why, when one can't object."""
    try:
        objections.demand_open(current().uow, own(reference))
    except Conflict as error:
        flash(str(error), "warning")
        return redirect(url_for("my_requests.show", reference=reference), 303)
    return None
