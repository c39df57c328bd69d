"""Saved choices of columns: rename and delete."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.imports import saved_mappings
from core.imports.schemas import MappingNameSchema
from core.imports.views.shared import blueprint
from core.localization import _
from core.policy.access import requires


@blueprint.route("/mappings/<uuid:mapping_id>/rename", methods=["GET", "POST"])
@requires("imports.manage")
def rename_mapping(mapping_id: UUID) -> ResponseReturnValue:
    """Give a saved choice of columns another name."""
    state = current()
    saved = saved_mappings.find_mapping(state.uow, state.place.id, mapping_id)
    form = Form(MappingNameSchema(), {"name": saved.name})
    if form.submitted() and form.attempt(_rename, mapping_id, form.data["name"]):
        flash(_("The saved choice of columns was renamed."), "success")
        return redirect(url_for("imports.index"), 303)
    return form.render("imports/rename.html", saved=saved)


def _rename(mapping_id: UUID, name: str) -> None:
    saved_mappings.rename_mapping(current().uow, current().place, mapping_id, name)


@blueprint.post("/mappings/<uuid:mapping_id>/delete")
@requires("imports.manage")
def delete_mapping(mapping_id: UUID) -> ResponseReturnValue:
    """Delete a saved choice of columns."""
    saved_mappings.delete_mapping(current().uow, current().place, mapping_id)
    flash(_("The saved choice of columns was deleted."), "success")
    return redirect(url_for("imports.index"), 303)
