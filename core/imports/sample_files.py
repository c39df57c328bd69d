"""Sample files: where identities may be invented, never among real people."""

from __future__ import annotations

from core.config import Settings
from core.errors import Invalid
from core.imports.mapping import ColumnMapping
from core.localization import _

OPTION = "generate_test_ids"


def allowed(settings: Settings) -> bool:
    """Whether this installation may hold invented people."""
    return settings.env != "production"


def refuse_if_forbidden(mapping: ColumnMapping, *, permitted: bool) -> None:
    """Raise Invalid at ``generate_test_ids`` when it is asked for and not ``permitted``."""
    if mapping.options.get(OPTION) and not permitted:
        text = _("No test identities are made here: this installation is for real employees.")
        raise Invalid(fields={OPTION: [text]}, code="test_identities")
