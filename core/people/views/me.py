"""The portal's pages about oneself: record, family, who saw my data, whom to ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy import Row

from core.accounts.request_state import current
from core.localization import _, current_locale
from core.people import own, wording
from core.people.masking import HIDDEN, mask_mobile, mask_national_id, mask_sheba
from core.people.models import Person
from core.people.policies import last_day
from core.people.record import dependants_of
from core.policy.access import signed_in
from core.transfers import wording as move_words
from core.transfers.queries import of_person

blueprint = Blueprint("me", __name__, url_prefix="/me")


@blueprint.get("/")
@signed_in
def record() -> str:
    """What HR has on record of me; sensitive data in full only when asked."""
    uow, person_id = current().uow, current().viewer.person_id
    person = own.person_of(uow, person_id) if person_id else None
    if person is None:
        return render_template("people/me/nobody.html")
    in_full = request.args.get("show") == "all"
    return render_template(
        "people/me/record.html",
        person=person,
        shown=_shown(person, in_full),
        in_full=in_full,
        hidden=HIDDEN,
        careers=own.careers_of(uow, person.id),
        moves=of_person(uow, person.id),
        is_employed=bool(current().viewer.posts),
        words=wording,
        move_words=move_words,
    )


def _shown(person: Person, in_full: bool) -> dict[str, str]:
    masks = {"national_id": mask_national_id, "mobile": mask_mobile, "sheba": mask_sheba}
    return {
        name: getattr(person, name) if in_full else mask(getattr(person, name))
        for name, mask in masks.items()
    }


@blueprint.get("/family")
@signed_in
def family() -> str:
    """The family members in my care."""
    person_id = current().viewer.person_id
    if person_id is None:
        return render_template("people/me/nobody.html")
    in_full = request.args.get("show") == "all"
    return render_template(
        "people/me/family.html",
        dependants=dependants_of(current().uow, person_id),
        in_full=in_full,
        mask=mask_national_id,
        today=current().uow.today,
        last_day=last_day,
        words=wording,
    )


@blueprint.get("/seen")
@signed_in
def seen() -> str:
    """Who saw or changed my data, in plain words."""
    person_id = current().viewer.person_id
    if person_id is None:
        return render_template("people/me/nobody.html")
    page = own.seen(current().uow, person_id, request.args.get("cursor"))
    acts = [_told(row, current().viewer.account_id) for row in page.items]
    return render_template("people/me/seen.html", acts=acts, page=page)


def _told(row: Row[*tuple[Any, ...]], account_id: UUID | None) -> dict[str, Any]:
    """Return an audit entry as the person concerned reads it."""
    is_mine = row.actor_account_id is not None and row.actor_account_id == account_id
    return {
        "title": wording.act(row.action, row.kind, row.detail, wording.service_of(row.action)),
        "at": row.at,
        "who": _("You yourself") if is_mine else wording.actor(row.actor_name, row.principal),
        "where": row.name_fa if current_locale() == "fa" else row.name_en,
        "what": wording.touched(row.action, row.detail),
        "reason": row.reason,
    }


@blueprint.get("/contact")
@signed_in
def contact() -> str:
    """Whom to ask, and how to object."""
    posts = frozenset(post.municipality_id for post in current().viewer.posts)
    return render_template(
        "people/me/contact.html",
        offices=own.offices_of(current().uow, posts),
        locale=current_locale(),
    )
