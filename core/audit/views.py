"""The audit of a municipality at the desk."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from core.accounts.request_state import current
from core.audit import queries, wording
from core.audit.queries import Filters
from core.audit.schemas import AuditFilters
from core.errors import Forbidden
from core.forms import Form
from core.people.directory import names_of_people
from core.policy.access import requires

blueprint = Blueprint("audit", __name__, url_prefix="/m/<municipality>/audit")


@blueprint.get("/")
@requires("audit.view")
def index() -> str:
    """List what was done; filters and page live in the address."""
    state, form = current(), Form(AuditFilters()).read_filters(request.args)
    if state.viewer.units_for("audit.view", state.place.id) is not None:
        raise Forbidden  # the right for some units can't be told apart in the chain
    cursor = request.args.get("cursor")
    page = queries.page(state.uow, state.place.id, Filters(**form.data), cursor)
    concerned = {row.person_id for row in page.items if row.person_id}
    return render_template(
        "audit/index.html",
        form=form,
        page=page,
        names=names_of_people(state.uow, concerned) if concerned else {},
        words=wording,
    )
