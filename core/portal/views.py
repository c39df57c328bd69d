"""The portal's first page and the list of services."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current
from core.policy.access import signed_in
from core.portal import home as front
from core.portal.offers import offers_in
from core.portal.shell import employers_of
from core.shell import Face, last_face, offices

blueprint = Blueprint("portal", __name__)


@blueprint.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """Where one lands after signing in: officers at the desk, unless they left from the portal."""
    places = offices(current())
    if places and not (current().viewer.posts and last_face() is Face.PORTAL):
        return redirect(url_for("desk.home", municipality=places[0].code), 303)
    return redirect(url_for("portal.home"), 303)


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """What must I do, by when, where is my request? Officers who aren't employees go to work."""
    state = current()
    places = offices(state)
    if places and not state.viewer.posts:
        return redirect(url_for("desk.home", municipality=places[0].code), 303)
    if state.viewer.person_id is None:
        return render_template("portal/nobody.html")
    return _home(state, front.build(state, state.viewer.person_id))


def _home(state: RequestState, page: front.Home) -> str:
    return render_template(
        "portal/home.html",
        home=page,
        today=state.uow.today,
        greeting=front.greeting(page.someone),
        lead=front.lead(len(page.tasks), page.requests.under_way),
        due_text=front.due_text,
        due_tone=front.due_tone,
    )


@blueprint.get("/services")
@signed_in
def services() -> str:
    """What the municipalities where I'm employed offer."""
    state = current()
    groups = [(place, offers_in(state, place)) for place in employers_of(state)]
    return render_template("portal/services.html", groups=groups)
