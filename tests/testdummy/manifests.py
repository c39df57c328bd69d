"""A manifest for the dummies; only what matters differs."""

from __future__ import annotations

from typing import Any

from core.sdk import Category, Manifest, Permission, Provider


def manifest(name: str, **fields: Any) -> Manifest:
    """Return a valid manifest called ``name``."""
    given: dict[str, Any] = {
        "title": name.title(),
        "summary": "A plugin for the tests.",
        "category": Category.OTHER,
        "api": (1, 0),
        "provider": Provider("Testers", "security@example.org"),
        "holds_personal_data": False,
    }
    if "permissions" not in fields:
        given["permissions"] = tuple(
            Permission(f"{name}.{verb}", verb.title()) for verb in ("view", "approve")
        )
    return Manifest(name=name, **{**given, **fields})
