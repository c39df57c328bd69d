"""The public pages ``/help/`` and ``/help/<topic>``, in the reader's language."""

from __future__ import annotations

from flask import Blueprint, render_template

from core.help import topics
from core.policy.access import public
from core.policy.enforcement import not_found

blueprint = Blueprint("help", __name__)
REASON = "it is the same for everybody, and signing in is one of its topics"


@blueprint.get("/help/")
@public(REASON)
def index() -> str:
    """List the topics for employees and for officers."""
    return render_template("help/index.html", shelves=topics.shelves())


@blueprint.get("/help/<path:topic>")
@public(REASON)
def topic(topic: str) -> str:
    """Show one topic with its contents and the way to the next."""
    found = topics.find(topic)
    if found is None:
        raise not_found()
    before, after = topics.neighbours(found)
    return render_template("help/topic.html", topic=found, before=before, after=after)
