"""Posts: the titles under which people work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Invalid, NotFound
from core.localization import _
from core.localization.text import search_key
from core.people.models import Post
from core.sdk import Municipality


def add_post(uow: UnitOfWork, place: Municipality, *, title: str, is_manager: bool) -> Post:
    """Add a post; raise Invalid if there is one of that title."""
    post = Post(
        municipality_id=place.id,
        title=title,
        title_key=search_key(title),
        is_manager=is_manager,
    )
    with refusing(uow, _title_taken()):
        uow.session.add(post)
    _audit_post(uow, "post.add", post, {"title": [None, title], "is_manager": [None, is_manager]})
    return post


def change_post(
    uow: UnitOfWork, place: Municipality, post_id: UUID, *, title: str, is_manager: bool
) -> None:
    """Rename a post, or say whether it leads others."""
    post = post_of(uow, place.id, post_id)
    after = {"title": title, "is_manager": is_manager}
    detail = changes({"title": post.title, "is_manager": post.is_manager}, after)
    if not detail:
        return
    with refusing(uow, _title_taken()):
        post.title, post.title_key, post.is_manager = title, search_key(title), is_manager
    _audit_post(uow, "post.change", post, detail)


def post_of(uow: UnitOfWork, municipality_id: UUID, post_id: UUID) -> Post:
    """Return a post; raise NotFound if there is none."""
    post = uow.session.get(Post, (municipality_id, post_id))
    if post is None:
        raise NotFound()
    return post


def _title_taken() -> dict[str, Invalid]:
    text = _("There is a post with this title already.")
    return {"uq_post_municipality_id_title_key": Invalid(fields={"title": [text]})}


def _audit_post(uow: UnitOfWork, action: str, post: Post, detail: dict[str, Any]) -> None:
    record(
        uow,
        action,
        municipality_id=post.municipality_id,
        subject_type="post",
        subject_id=post.id,
        detail=detail,
    )
