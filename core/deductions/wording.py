"""The words for categories of deductions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.deductions.models import Category
from core.localization import lazy_gettext
from core.sdk import Text

CATEGORIES: Final[Mapping[str, Text]] = {
    Category.COURT: lazy_gettext("Court order"),
    Category.TAX: lazy_gettext("Tax"),
    Category.OTHER: lazy_gettext("Other creditor"),
}
