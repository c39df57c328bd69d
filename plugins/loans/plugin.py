"""Announced only: shown in the service matrix as not yet available, never switched on."""

from __future__ import annotations

from core.sdk import Category, Manifest, Provider, lazy_gettext

MANIFEST = Manifest(
    name="loans",
    title=lazy_gettext("Loans"),
    summary=lazy_gettext(
        "Interest-free loans of the staff fund: queue, guarantors, repayment through payroll."
    ),
    category=Category.FINANCE,
    api=(1, 0),
    provider=Provider(lazy_gettext("Hamyar developers"), "security@hamyar.example"),
    holds_personal_data=True,
    announced=True,
    icon="cash-banknote",
)
