"""The topics of the help as the build of the assets has written them (core/assets/guides.py)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import current_app

from core.assets import Assets
from core.localization import current_locale

FILE = "help.json"


@dataclass(frozen=True, slots=True)
class Topic:
    """One page: `html` is what follows the title, `contents` are (id, title) of its parts."""

    name: str
    title: str
    lead: str
    html: str
    contents: tuple[tuple[str, str], ...]

    @property
    def audience(self) -> str:
        """Whom it is for: `employees` or `officers`; also the name of their first topic."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The topics of one audience in reading order; `first` is what stands before them."""

    first: Topic
    topics: tuple[Topic, ...]


def shelves() -> list[Shelf]:
    """Return all topics in the language of the page, employees first; nothing without a build."""
    topics = _topics()
    firsts = [topic for topic in topics if topic.name == topic.audience]
    return [
        Shelf(first, tuple(t for t in topics if t.audience == first.name and t is not first))
        for first in firsts
    ]


def find(name: str) -> Topic | None:
    """Return the topic with this name (`employees/requests`) in the language of the page."""
    return next((topic for topic in _topics() if topic.name == name), None)


def neighbours(topic: Topic) -> tuple[Topic | None, Topic | None]:
    """Return the topics before and after, for the same audience."""
    row = [each for each in _topics() if each.audience == topic.audience]
    at = row.index(topic)
    return row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None


def _topics() -> Sequence[Topic]:
    assets: Assets = current_app.extensions["hamyar_assets"]
    return _read(assets.path(FILE)).get(current_locale(), ())


@lru_cache(maxsize=2)
def _read(path: Path) -> dict[str, tuple[Topic, ...]]:
    """Read the file of a build; its name has a hash, so it is read once."""
    if not path.is_file():
        return {}
    languages = json.loads(path.read_text("utf-8"))
    return {
        language: tuple(
            Topic(**{**facts, "contents": tuple(map(tuple, facts["contents"]))}) for facts in pages
        )
        for language, pages in languages.items()
    }
