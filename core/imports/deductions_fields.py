"""The fields of a deduction import, and the headers by which files name them."""

from __future__ import annotations

from typing import Final

from core.imports.employees_fields import FIELDS as EMPLOYEE_FIELDS
from core.imports.mapping import TargetField
from core.imports.wording import N_

KIND: Final = "deductions"
_OF_EMPLOYEES: Final = {field.name: field for field in EMPLOYEE_FIELDS}

FIELDS: Final[tuple[TargetField, ...]] = (
    TargetField(
        "personnel_number",
        N_("Personnel number"),
        False,
        _OF_EMPLOYEES["personnel_number"].aliases,
    ),
    TargetField("national_id", N_("National ID"), False, _OF_EMPLOYEES["national_id"].aliases),
    TargetField(
        "month", N_("Month"), True,
        ("ماه", "دوره", "ماه حقوق", "سال و ماه", "ماه کسر", "period", "pay period",
         "payroll month"),
    ),
    TargetField(
        "category", N_("Kind of deduction"), True,
        ("نوع کسر", "نوع کسور", "نوع", "نوع بدهی", "category", "type", "kind"),
    ),
    TargetField(
        "creditor", N_("Creditor"), True,
        ("طلبکار", "بستانکار", "ذی‌نفع", "ذینفع", "نام طلبکار", "در وجه", "payee", "beneficiary"),
    ),
    TargetField(
        "amount", N_("Amount"), True,
        ("مبلغ", "مبلغ کسر", "مبلغ ماهانه", "مبلغ قسط", "amount in rial", "deduction"),
    ),
)  # fmt: skip
