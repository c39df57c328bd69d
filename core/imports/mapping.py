"""Which column of a file is which field of an import: guessed, saved, written as JSON.

A mapping file (``--mapping FILE``, also the form in which mappings are saved)::

    {
      "format": "hamyar.import-mapping/1",
      "kind": "employees",
      "name": "Payroll export of our city",
      "columns": {"national_id": "کد ملی", "full_name": "نام"},
      "defaults": {"employment_kind": "contract"},
      "options": {"date_order": "ymd", "salary_period": "month"},
      "header": ["کد ملی", "نام", "شعبه"]
    }

``columns``: field → header as it stands in the file (compared by search key, so spelling of ی/ک,
case and spaces don't matter). ``defaults``: field → text used where the file has no column or a
blank cell. ``options``: read by the kind of import. ``name`` is free text. ``header``, not needed:
all names of the file it was made for; a file with the same names is recognised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from core.imports.wording import N_, Words, spoken
from core.localization.text import search_key

FORMAT: Final = "hamyar.import-mapping/1"
_LIKELY: Final = 0.84
_TIE: Final = 0.04
_KEYS: Final = {"format", "kind", "name", "columns", "defaults", "options", "header"}

Blame = dict[str, str | int | None]
"""``about`` a field, its ``column`` and the ``index`` of it, None if the file has none."""

WORDS: dict[str, Words] = {
    "mapping_unreadable": Words(
        N_("The mapping file isn't readable JSON (%(detail)s)."),
        N_("Compare it with the example in the help for imports."),
    ),
    "mapping_format": Words(
        N_("The mapping file must be of the format “%(expected)s”."),
        N_("Compare it with the example in the help for imports."),
    ),
    "mapping_kind": Words(
        N_("The mapping is for another kind of import (%(kind)s)."),
        N_("Choose a mapping of this kind."),
    ),
    "mapping_key": Words(
        N_("The mapping file has an entry that isn't known or is of the wrong kind: %(key)s."),
        N_("Remove or correct it; the help for imports lists all entries."),
    ),
    "mapping_field": Words(
        N_("The mapping names a field that this import doesn't have: %(field)s."),
        N_("Remove or correct it; the help for imports lists all fields."),
    ),
    "mapping_column": Words(
        N_("The file has no column named “%(header)s”, which the mapping expects."),
        N_("Choose the right column, or another mapping."),
    ),
    "mapping_twice": Words(
        N_("The column “%(header)s” is mapped to two fields."),
        N_("Choose another column for one of them."),
    ),
    "mapping_required": Words(
        N_("No column is chosen for these required fields: %(fields)s."),
        N_("Choose a column or a default value for each."),
    ),
    "mapping_option": Words(
        N_("The option “%(option)s” can't have the value “%(value)s”."),
        N_("Allowed: %(allowed)s."),
    ),
}


class MappingError(ValueError):
    """A mapping doesn't fit. ``message`` and ``remedy`` are lazily translated."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        words = WORDS[code]
        self.code = code
        self.figures = figures
        self.message = spoken(words.message, figures)
        self.remedy = spoken(words.remedy, figures)


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field that an import can fill.

    ``label`` is an English msgid; ``aliases`` are headers, Persian and English, that mean it.
    """

    name: str
    label: str
    required: bool = False
    aliases: tuple[str, ...] = ()

    def header_keys(self) -> tuple[str, ...]:
        """Search keys that stand for the field."""
        return tuple(header_key(name) for name in (self.name, self.label, *self.aliases))


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns, defaults and options of one import; see the module for its JSON form."""

    kind: str
    columns: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    header: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON object of a mapping file."""
        return {
            "format": FORMAT,
            "kind": self.kind,
            "name": self.name,
            "columns": dict(self.columns),
            "defaults": dict(self.defaults),
            "options": dict(self.options),
            "header": list(self.header),
        }

    def digest(self) -> str:
        """sha256 of what decides the outcome; with the file's hash the key of an import."""
        facts = {**self.as_json(), "name": "", "header": []}
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Guess:
    """What the headers suggest. ``how`` says for each field: exact, alias or similar."""

    columns: dict[str, str]
    how: dict[str, str]
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    ambiguous: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Binding:
    """A mapping bound to the columns of one file."""

    mapping: ColumnMapping
    header: tuple[str, ...]
    indexes: Mapping[str, int]

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """Field → text of one row; blank cells take the default."""
        found = dict(self.mapping.defaults)
        for name, index in self.indexes.items():
            if cells[index].strip():
                found[name] = cells[index]
        return found

    def header_of(self, name: str) -> str:
        """The header that field ``name`` is read from, or the field's own name."""
        return self.header[self.indexes[name]] if name in self.indexes else name

    def to_blame(self, reasons: Mapping[str, str]) -> dict[str, Blame]:
        """For each reason, which is about a field, the column that is meant."""
        return {
            reason: {
                "about": name,
                "column": self.header_of(name),
                "index": self.indexes.get(name),
            }
            for reason, name in reasons.items()
        }


def header_key(header: str) -> str:
    """What headers are compared by: search key in lower case without punctuation."""
    return "".join(letter for letter in search_key(header).casefold() if letter.isalnum())


def fingerprint(header: Iterable[str]) -> str:
    """sha256 of the header's names without regard to order and spelling, for saved mappings."""
    keys = sorted(key for key in map(header_key, header) if key)
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()


def guess(header: Sequence[str], fields: Sequence[TargetField]) -> Guess:
    """Propose a column for each field: by its name, by an alias, by similarity.

    Each column serves one field. Where two columns fit a field equally well none is proposed and
    the field is reported as ambiguous, with both.
    """
    free = {name: header_key(name) for name in header if header_key(name)}
    columns: dict[str, str] = {}
    how: dict[str, str] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    for manner, matches in (("exact", _same), ("alias", _alias), ("similar", _similar)):
        for target in fields:
            if target.name in columns or target.name in ambiguous:
                continue
            fitting = matches(target, free)
            if len(fitting) > 1:
                ambiguous[target.name] = tuple(fitting)
            elif fitting:
                columns[target.name], how[target.name] = fitting[0], manner
                del free[fitting[0]]
    contested = {name for names in ambiguous.values() for name in names}
    unmapped = tuple(name for name in header if name in free and name not in contested)
    missing = tuple(each.name for each in fields if each.required and each.name not in columns)
    return Guess(columns, how, unmapped, missing, ambiguous)


def parse_mapping(text: str, *, kind: str) -> ColumnMapping:
    """A mapping from the text of a mapping file; raises ``MappingError``."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MappingError("mapping_unreadable", detail=str(error)[:80]) from None
    return mapping_of(content, kind=kind)


def mapping_of(content: Any, *, kind: str) -> ColumnMapping:
    """A mapping from the JSON of a mapping file; raises ``MappingError``."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise MappingError("mapping_format", expected=FORMAT)
    if content.get("kind") != kind:
        raise MappingError("mapping_kind", kind=str(content.get("kind"))[:60])
    for key in content:
        if key not in _KEYS:
            raise MappingError("mapping_key", key=key[:60])
    columns, defaults = _texts(content, "columns"), _texts(content, "defaults")
    options = content.get("options", {})
    if not isinstance(options, dict):
        raise MappingError("mapping_key", key="options")
    header = content.get("header", [])
    if not isinstance(header, list) or not all(isinstance(name, str) for name in header):
        raise MappingError("mapping_key", key="header")
    name = str(content.get("name", ""))[:200]
    return ColumnMapping(kind, columns, defaults, options, name, tuple(header))


def bind(
    mapping: ColumnMapping,
    header: Sequence[str],
    fields: Sequence[TargetField],
    *,
    filled: frozenset[str] = frozenset(),
) -> Binding:
    """Tie ``mapping`` to the columns of a file.

    ``filled`` names required fields that are made by other means (test numbers). Raises
    ``MappingError`` for an unknown field or column, a column used twice or a missing field.
    """
    known = {each.name for each in fields}
    positions = {header_key(name): index for index, name in enumerate(header)}
    indexes: dict[str, int] = {}
    for name, column in mapping.columns.items():
        if name not in known:
            raise MappingError("mapping_field", field=name[:60])
        index = positions.get(header_key(column))
        if index is None or not header_key(column):
            raise MappingError("mapping_column", header=column[:60])
        if index in indexes.values():
            raise MappingError("mapping_twice", header=column[:60])
        indexes[name] = index
    for name in mapping.defaults:
        if name not in known:
            raise MappingError("mapping_field", field=name[:60])
    given = indexes.keys() | mapping.defaults.keys() | filled
    missing = [each.label for each in fields if each.required and each.name not in given]
    if missing:
        raise MappingError(
            "mapping_required", fields=", ".join(str(spoken(m, {})) for m in missing)
        )
    return Binding(mapping, tuple(header), indexes)


def _texts(content: Mapping[str, Any], key: str) -> dict[str, str]:
    """The entry ``key`` as field → text; raises ``MappingError`` for anything else."""
    found = content.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise MappingError("mapping_key", key=key)
    return found


def _same(target: TargetField, free: Mapping[str, str]) -> list[str]:
    own = {header_key(target.name), header_key(target.label)}
    return [name for name, key in free.items() if key in own]


def _alias(target: TargetField, free: Mapping[str, str]) -> list[str]:
    keys = set(target.header_keys())
    return [name for name, key in free.items() if key in keys]


def _similar(target: TargetField, free: Mapping[str, str]) -> list[str]:
    """The most similar headers, those within a hair of the best included."""
    scores = {
        name: max(SequenceMatcher(None, key, own).ratio() for own in target.header_keys())
        for name, key in free.items()
    }
    best = max(scores.values(), default=0.0)
    if best < _LIKELY:
        return []
    return [name for name, score in scores.items() if score >= best - _TIE]
