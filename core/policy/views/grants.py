"""Who holds which role in a municipality; giving and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.localization import _
from core.people.policies import last_day
from core.people.queries import units_of
from core.policy import queries, services
from core.policy.access import requires
from core.policy.models import RoleGrant
from core.policy.schemas import GrantFilters, GrantSchema

blueprint = Blueprint("grants", __name__, url_prefix="/m/<municipality>/grants")


@blueprint.get("/")
@requires("roles.view")
def index() -> str:
    """List the grants."""
    state, form = current(), Form(GrantFilters()).read_filters(request.args)
    page = queries.grants(
        state.uow,
        state.place.id,
        past=form.data["past"],
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "policy/grants.html", form=form, page=page, today=state.uow.today, last_day=last_day
    )


@blueprint.route("/give", methods=["GET", "POST"])
@requires("roles.manage")
def give() -> ResponseReturnValue:
    """Give a role."""
    state = current()
    roles = [row.Role for row in queries.roles(state.uow, state.place.id)]
    schema = GrantSchema.offering(roles, units_of(state.uow, state.place.id))
    form = Form(schema, {"who": request.args.get("who", ""), "starts_on": state.uow.today})
    if form.submitted() and form.attempt(_give, form.data):
        flash(_("The role is given. It holds from the next sign-in."), "success")
        return redirect(url_for("grants.index"), 303)
    return form.render("policy/give.html")


@blueprint.post("/<uuid:grant_id>/end")
@requires("roles.manage")
def end(grant_id: UUID) -> ResponseReturnValue:
    """End a grant."""
    state = current()
    services.end(state.uow, state.viewer, state.place, grant_id)
    flash(_("The grant has ended."), "success")
    return redirect(url_for("grants.index"), 303)


def _give(data: dict[str, Any]) -> RoleGrant:
    state = current()
    return services.give(
        state.uow,
        state.viewer,
        state.place,
        who=data["who"],
        role_id=data["role"],
        unit_id=data["unit"],
        starts_on=data["starts_on"],
        last_day=data["last_day"],
    )
