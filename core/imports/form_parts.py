"""What the form of the columns has of one kind of import, and what the kinds share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.imports.mapping import ColumnMapping, TargetField
from core.localization import _, lazy_gettext
from core.localization.filters import number

COLUMN: Final = "column_"
DEFAULT: Final = "default_"
FACTORS: Final = (
    ("1", lazy_gettext("Rial")),
    ("10", lazy_gettext("Toman")),
    ("1000", lazy_gettext("Thousand rial")),
    ("10000", lazy_gettext("Thousand toman")),
    ("1000000", lazy_gettext("Million rial")),
)


@dataclass(frozen=True, slots=True)
class FormParts:
    """The parts of one kind.

    ``options`` names those of the mapping, ``make`` the fields for them and for defaults,
    ``initial`` their values; ``wrong`` judges the chosen fields together. ``needed`` columns
    stand first; samples of ``masked`` ones aren't shown.
    """

    options: tuple[str, ...]
    make: Callable[[ColumnMapping], dict[str, Any]]
    initial: Callable[[ColumnMapping], dict[str, Any]]
    wrong: Callable[[set[str], Mapping[str, Any]], dict[str, Sequence[str]]]
    needed: tuple[str, ...]
    masked: frozenset[str]


def factors(proposed: ColumnMapping, option: str) -> Sequence[tuple[str, Any]]:
    """Return the units to choose from, the one of the proposed mapping among them."""
    own = str(proposed.options.get(option, "1"))
    known = {value for value, _label in FACTORS}
    shown = number(int(own)) if own.isdecimal() else own
    more = () if own in known else ((own, _("%(factor)s rial", factor=shown)),)
    return (*FACTORS, *more)


def missing_columns(
    targets: Iterable[TargetField], given: Collection[str], text: str
) -> dict[str, Sequence[str]]:
    """Say ``text`` at each required field that isn't ``given``."""
    return {
        COLUMN + target.name: [text]
        for target in targets
        if target.required and target.name not in given
    }
