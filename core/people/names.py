"""The keys under which a name is found and sorted; derived, stored, never typed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.localization.text import search_key, sort_key


@dataclass(frozen=True, slots=True)
class NameKeys:
    """Keys of one name; the migration 0011 relies on ``name_key`` = family + given."""

    family_key: str
    name_key: str
    given_key: str
    sort_key: str

    @classmethod
    def of(cls, given_name: str, family_name: str) -> NameKeys:
        """Derive the keys of a name."""
        given, family = search_key(given_name), search_key(family_name)
        return cls(family, family + given, given + family, sort_key(f"{family_name} {given_name}"))

    def for_person(self) -> dict[str, str]:
        """Return the columns of ``person``."""
        return {name: key for name, key in asdict(self).items() if name != "given_key"}

    def for_employment(self) -> dict[str, str]:
        """Return the columns of ``employment``."""
        return {name: key for name, key in asdict(self).items() if name != "family_key"}
