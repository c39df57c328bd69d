"""Announced only: shown in the service matrix as not yet available, never switched on."""

from __future__ import annotations

from core.sdk import Category, Manifest, Provider, lazy_gettext

MANIFEST = Manifest(
    name="housing",
    title=lazy_gettext("Housing"),
    summary=lazy_gettext(
        "Staff houses, deposit support and housing cooperatives with a draw anyone can check."
    ),
    category=Category.HOUSING,
    api=(1, 0),
    provider=Provider(lazy_gettext("Hamyar developers"), "security@hamyar.example"),
    holds_personal_data=True,
    announced=True,
    icon="home",
)
