"""Values in lists of errors: sensitive ones only as far as they help to find the cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.imports.row_errors import RowError
from core.people.masking import HIDDEN, mask_mobile, mask_national_id, mask_sheba

MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "national_id": mask_national_id,
    "mobile": mask_mobile,
    "sheba": mask_sheba,
    "base_salary": lambda _value: HIDDEN,
    "amount": lambda _value: HIDDEN,
}


def shown_value(error: RowError) -> str:
    """Return the value at fault as a page shows it; the downloaded rows hold it in full."""
    mask = MASKS.get(error.about)
    return mask(error.value) if mask and error.value else error.value
