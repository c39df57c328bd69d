"""Options of an employee import, as they stand in the ``options`` of a mapping.

``name_format``        how ``full_name`` is written: ``given family`` (the last word is the
                       family name), ``family given`` (the first word is) or ``family,given``
``date_order``         dates with the year at the end: ``dmy`` or ``mdy``; ``auto`` reads those
                       that can be read in one way only. Dates with the year first are always read
``salary_period``      ``month`` or ``year``
``salary_factor``      rial per unit of the file: ``1`` rial, ``10`` toman, ``"100000"`` …
``generate_test_ids``  true: derive marked test IDs and numbers where the file has none
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from core.imports.mapping import MappingError

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "name_format": ("given family", "family given", "family,given"),
    "date_order": ("auto", "ymd", "dmy", "mdy"),
    "salary_period": ("month", "year"),
}
_HIGHEST_FACTOR: Final = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class EmployeeOptions:
    """Validated options; see the module for what each means."""

    name_format: str = "given family"
    date_order: str = "auto"
    salary_period: str = "month"
    salary_factor: Decimal = Decimal(1)
    generate_test_ids: bool = False

    @property
    def filled(self) -> frozenset[str]:
        """Required fields that needn't be in the file."""
        return frozenset(("national_id", "personnel_number") if self.generate_test_ids else ())


def employee_options(options: Mapping[str, Any]) -> EmployeeOptions:
    """Options from a mapping; raises ``MappingError`` for an unknown option or value."""
    known = {each.name for each in fields(EmployeeOptions)}
    values: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            raise MappingError("mapping_key", key=name[:60])
        values[name] = _checked(name, value)
    return EmployeeOptions(**values)


def _checked(name: str, value: Any) -> Any:
    if name == "generate_test_ids":
        if isinstance(value, bool):
            return value
        raise _wrong(name, value, "true, false")
    if name == "salary_factor":
        return factor_of(name, value)
    if value in _CHOICES[name]:
        return value
    raise _wrong(name, value, ", ".join(_CHOICES[name]))


def factor_of(name: str, value: Any) -> Decimal:
    """A positive number, of text or a JSON number, never a boolean; raises ``MappingError``."""
    allowed = "0 < … ≤ 1000000000"
    try:
        factor = Decimal(str(value))
    except InvalidOperation:
        raise _wrong(name, value, allowed) from None
    if isinstance(value, bool) or not factor.is_finite() or not 0 < factor <= _HIGHEST_FACTOR:
        raise _wrong(name, value, allowed)
    return factor


def _wrong(name: str, value: Any, allowed: str) -> MappingError:
    return MappingError("mapping_option", option=name, value=str(value)[:60], allowed=allowed)
