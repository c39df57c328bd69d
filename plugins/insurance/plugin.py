"""Announced only: shown in the service matrix as not yet available, never switched on."""

from __future__ import annotations

from core.sdk import Category, Manifest, Provider, lazy_gettext

MANIFEST = Manifest(
    name="insurance",
    title=lazy_gettext("Insurance"),
    summary=lazy_gettext(
        "Supplementary health cover and life cover of employees and their families."
    ),
    category=Category.WELFARE,
    api=(1, 0),
    provider=Provider(lazy_gettext("Hamyar developers"), "security@hamyar.example"),
    holds_personal_data=True,
    announced=True,
    icon="shield-heart",
)
