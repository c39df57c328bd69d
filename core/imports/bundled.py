"""Mappings that come with Hamyar for files known by their column names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from core.imports.mapping import ColumnMapping, fingerprint, parse_mapping


@cache
def bundled(kind: str) -> tuple[ColumnMapping, ...]:
    """All bundled mappings of one kind of import, by file name."""
    folder = files("core.imports") / "mappings" / kind
    if not folder.is_dir():
        return ()
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]
    return tuple(parse_mapping(text, kind=kind) for text in texts)


def recognise(header: Sequence[str], mappings: Iterable[ColumnMapping]) -> ColumnMapping | None:
    """The first mapping that was made for exactly these column names, in any order."""
    mark = fingerprint(header)
    return next((each for each in mappings if fingerprint(each.header) == mark), None)
