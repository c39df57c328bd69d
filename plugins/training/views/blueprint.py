"""The blueprint, and what all templates of training use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.sdk.localization import in_tehran, localized
from core.sdk.web import current_locale
from plugins.training import wording
from plugins.training.messages import title_in_language

blueprint = Blueprint("training", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give templates the words of states and kinds, and titles in the reader's language."""
    return {"words": wording, "title_of": title_of, "hours": hours}


def title_of(row: Any) -> str:
    """Return the title of a course, or of a row that has both titles."""
    return title_in_language(row.title_fa, row.title_en)


def hours(instant: Any) -> str:
    """Return hours and minutes of an aware instant in Tehran, in the reader's digits."""
    return localized(f"{in_tehran(instant):%H:%M}", current_locale())
