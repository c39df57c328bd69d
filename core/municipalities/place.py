"""A municipality as a plain value, as pages and policies use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.localization import current_locale
from core.municipalities.models import MunicipalityKind


@dataclass(frozen=True, slots=True)
class Place:
    """What a request knows of a municipality."""

    id: UUID
    code: str
    kind: str
    organisation_id: UUID | None
    name_fa: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_fa if current_locale() == "fa" else self.name_en

    @property
    def is_organisation(self) -> bool:
        """Whether this is the provincial organisation."""
        return self.kind == MunicipalityKind.ORGANISATION

    @classmethod
    def of(cls, row: Any) -> Place:
        """Build from a `Municipality`, or a row with its columns."""
        return cls(row.id, row.code, row.kind, row.organisation_id, row.name_fa, row.name_en)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Place:
        """Build from the JSON of ``hamyar_open_request``."""
        organisation = facts["organisation_id"]
        return cls(
            UUID(facts["id"]),
            facts["code"],
            facts["kind"],
            UUID(organisation) if organisation else None,
            facts["name_fa"],
            facts["name_en"],
        )
