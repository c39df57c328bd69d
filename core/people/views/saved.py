"""Saved filters of the list of employees."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.localization import _
from core.people import services
from core.people.models import SavedList
from core.people.policies import Status, may_change_list
from core.people.queries import Unit
from core.people.schemas import SavedListSchema
from core.people.views.lists import Asked, asked_by, asked_in_address, words_of
from core.people.views.shared import blueprint, may_change_all, units_in_reach
from core.policy.access import requires

BOTH: Final = ["GET", "POST"]


@blueprint.get("/lists")
@requires("people.view")
def lists() -> str:
    """Show one's own lists and the shared ones."""
    state = current()
    units = units_in_reach("people.view")
    saved = services.lists_of(state.uow, state.place.id)
    return render_template("people/lists.html", rows=[_shown(one, units) for one in saved])


@blueprint.route("/lists/new", methods=BOTH)
@requires("people.view")
def save_list() -> ResponseReturnValue:
    """Save the filters of the address under a name."""
    state, asked, form = current(), asked_in_address(), Form(SavedListSchema())
    if form.submitted() and form.attempt(
        services.save_list,
        state.uow,
        state.place,
        _kept(asked),
        manages=may_change_all(),
        **_facts(form),
    ):
        return _done(_("The list was saved."))
    return _render(form, _("Save this list"), _words(asked))


@blueprint.route("/lists/<uuid:saved_list_id>", methods=BOTH)
@requires("people.view")
def edit_list(saved_list_id: UUID) -> ResponseReturnValue:
    """Rename a list or share it."""
    state, manages = current(), may_change_all()
    saved = services.list_for_change(state.uow, state.place.id, saved_list_id, manages=manages)
    form = Form(SavedListSchema(), initial={"name": saved.name, "is_shared": saved.is_shared})
    if form.submitted() and form.attempt(
        services.change_list,
        state.uow,
        state.place,
        saved_list_id,
        manages=manages,
        **_facts(form),
    ):
        return _done(_("The list was saved."))
    words = _shown(saved, units_in_reach("people.view"))["words"]
    return _render(form, _("Rename or share"), words)


@blueprint.post("/lists/<uuid:saved_list_id>/delete")
@requires("people.view")
def delete_list(saved_list_id: UUID) -> ResponseReturnValue:
    """Delete a list."""
    state = current()
    services.delete_list(state.uow, state.place, saved_list_id, manages=may_change_all())
    return _done(_("The list was deleted."))


def _facts(form: Form) -> dict[str, Any]:
    """What the form says; who may not share has no such field."""
    return {"name": form.data["name"], "is_shared": bool(form.data.get("is_shared"))}


def _render(form: Form, title: str, words: list[str]) -> ResponseReturnValue:
    return form.render("people/list.html", title=title, words=words, may_share=may_change_all())


def _kept(asked: Asked) -> dict[str, str]:
    """Return the filters as an address has them; a searched text may name a person and isn't."""
    filters = asked.filters
    values = {
        "unit": str(filters.unit or ""),
        "kind": filters.kind,
        "status": "" if filters.status == Status.ACTIVE else filters.status,
        "account": filters.account,
        "on": filters.on.isoformat() if filters.on else "",
    }
    return {name: str(value) for name, value in values.items() if value}


def _words(asked: Asked) -> list[str]:
    with_status = asked.filters.status != Status.ACTIVE
    return [text for name, text in words_of(asked, with_status=with_status) if name != "q"]


def _shown(saved: SavedList, units: dict[UUID, Unit]) -> dict[str, Any]:
    """Return a list as the page draws it; units are named as today."""
    on = date.fromisoformat(saved.filters["on"]) if "on" in saved.filters else None
    asked = asked_by(saved.filters, units, on)
    is_own = saved.account_id == current().uow.actor.account_id
    return {
        "id": saved.id,
        "name": saved.name,
        "is_shared": saved.is_shared,
        "words": _words(asked),
        "url": url_for("people.index", **saved.filters),
        "may_change": may_change_list(
            is_own=is_own, is_shared=saved.is_shared, manages=may_change_all()
        ),
    }


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("people.lists"), 303)
