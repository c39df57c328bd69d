"""The inbox of messages, and about what mail is wanted."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.localization import _
from core.notifications import queries, services
from core.notifications.schemas import TopicsSchema
from core.notifications.topics import optional_topics, topics
from core.plugin_host.current import current_host
from core.policy.access import signed_in
from core.policy.enforcement import not_found
from core.sdk import NotificationTopic

messages = Blueprint("messages", __name__, url_prefix="/messages")
preferences = Blueprint("notifications", __name__, url_prefix="/preferences")


@messages.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show the messages, newest first."""
    page = queries.inbox(current().uow, *_me(), request.args.get("cursor"))
    return render_template("notifications/inbox.html", page=page)


@messages.post("/<uuid:message_id>/open")
@signed_in
def open_message(message_id: UUID) -> ResponseReturnValue:
    """Mark a message as read and go where it leads; a plain link could not mark anything."""
    uow = current().uow
    message = queries.find(uow, *_me(), message_id)
    if message is None:
        raise not_found()
    services.mark_read(uow, *_me(), message_id)
    return redirect(message.href or url_for("messages.index"), 303)


@messages.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all messages as read."""
    services.mark_read(current().uow, *_me())
    return redirect(url_for("messages.index"), 303)


@preferences.route("/notifications", methods=["GET", "POST"])
@signed_in
def choose() -> ResponseReturnValue:
    """Choose about what mail is wanted."""
    uow, (account_id, _person) = current().uow, _me()
    optional = [topic.name for topic in optional_topics(current_host())]
    refused = queries.unwanted(uow, account_id)
    form = Form(TopicsSchema(optional_topics(current_host())), {"topics": set(optional) - refused})
    if form.submitted():
        services.choose_topics(uow, account_id, optional, form.data["topics"])
        flash(_("Your choice is kept."), "success")
        return redirect(url_for("notifications.choose"), 303)
    return form.render("notifications/topics.html", mandatory=_mandatory())


def _mandatory() -> list[NotificationTopic]:
    return [topic for topic in topics(current_host()) if topic.mandatory]


def _me() -> tuple[UUID, UUID | None]:
    viewer = current().viewer
    if viewer.account_id is None:
        raise LookupError("the view is for people who are signed in")
    return viewer.account_id, viewer.person_id
