"""The province's roles: everybody with the right sees them, the organisation edits them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.accounts.sessions import renew_session
from core.forms import Form
from core.localization import _, ngettext
from core.plugin_host.current import current_host
from core.policy import catalogue, queries, services
from core.policy.access import requires, requires_in_organisation
from core.policy.enforcement import not_found
from core.policy.models import Role
from core.policy.schemas import RoleSchema

blueprint = Blueprint("roles", __name__, url_prefix="/m/<municipality>/roles")


@blueprint.get("/")
@requires("roles.view")
def index() -> str:
    """List the roles with their permissions, and suggestions that were not taken over."""
    rows = queries.roles(current().uow, current().place.id)
    known = {row.Role.name for row in rows}
    suggested = [one for one in catalogue.suggestions(current_host()) if one.name not in known]
    return render_template(
        "policy/roles.html", rows=rows, suggested=suggested, titles=catalogue.titles(current_host())
    )


@blueprint.post("/adopt")
@requires_in_organisation("roles.manage")
def adopt() -> ResponseReturnValue:
    """Take over the suggested roles that are missing; nobody holds them yet."""
    state = current()
    added = services.adopt(state.uow, state.place, catalogue.suggestions(current_host()))
    flash(ngettext("%(num)s role is added.", "%(num)s roles are added.", len(added)), "success")
    return redirect(url_for("roles.index"), 303)


@blueprint.route("/new", methods=["GET", "POST"])
@requires_in_organisation("roles.manage")
def new() -> ResponseReturnValue:
    """Add a role."""
    return _edit(None)


@blueprint.route("/<uuid:role_id>", methods=["GET", "POST"])
@requires_in_organisation("roles.manage")
def edit(role_id: UUID) -> ResponseReturnValue:
    """Change a role."""
    role = queries.role(current().uow, role_id)
    if role is None:
        raise not_found()
    return _edit(role)


def _edit(role: Role | None) -> ResponseReturnValue:
    state = current()
    initial = {"title_fa": role.title_fa, "title_en": role.title_en} if role else {}
    kept = {"permissions": role.permissions} if role else {}
    form = Form(RoleSchema(catalogue.groups(current_host()), role), initial | kept)
    save = (services.save_role, state.uow, state.viewer, state.place, role)
    if form.submitted() and form.attempt(*save, form.data):
        renew_session()
        flash(_("The role is saved. Who holds it signs in again."), "success")
        return redirect(url_for("roles.index"), 303)
    return form.render("policy/role.html", role=role)
