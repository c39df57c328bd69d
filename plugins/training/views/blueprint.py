"""The blueprint, and what all templates of training use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Response

from core.sdk.localization import day_of
from core.sdk.web import Forbidden, _, current, requires
from plugins.training import wording
from plugins.training.messages import clock, title_in_language

blueprint = Blueprint("training", __name__)


View = TypeVar("View", bound=Callable[..., Any])


def whole(permission: str) -> Callable[[View], View]:
    """Declare a view for those who hold ``permission`` in the whole municipality.

    Courses and rosters belong to no unit, so a grant that is limited to some isn't enough.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**values: Any) -> Any:
            state = current()
            if state.viewer.units_for(permission, state.place.id) is not None:
                text = _("Training needs the permission for the whole municipality.")
                raise Forbidden(text, code="permission")
            return view(**values)

        return cast(View, requires(permission)(checked))

    return decorate


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give templates the words of states and kinds, and titles in the reader's language."""
    return {"words": wording, "title_of": title_of, "hours": clock, "day_of": day_of}


def title_of(row: Any) -> str:
    """Return the title of a course, or of a row that has both titles."""
    return title_in_language(row.title_fa, row.title_en)


def file_of(content: bytes, name: str) -> Response:
    """Answer with a PDF that the browser saves under ``name``."""
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
