"""The manifest: what a plugin says about itself before anything of it runs."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.sdk import checks
from core.sdk.text import Text

if TYPE_CHECKING:
    from marshmallow import Schema

API_VERSION = (1, 0)
"""Major and minor of the plugin interface. A new hook or optional field raises the minor."""

VERBS = ("view", "apply", "review", "approve", "pay", "manage", "report")
"""The verbs of permissions; a manifest may declare extras."""


class Category(enum.StrEnum):
    """Where a service stands in the catalogue."""

    TRAINING = "training"
    WELFARE = "welfare"
    FINANCE = "finance"
    HOUSING = "housing"
    KNOWLEDGE = "knowledge"
    PARTNERSHIP = "partnership"
    OTHER = "other"


class Availability(enum.StrEnum):
    """Who may switch a service on: every municipality, or the organisation alone."""

    OPEN = "open"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who made the plugin; ``security_contact`` is an e-mail address or an https address."""

    name: Text
    security_contact: str
    url: str = ""

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("provider name", self.name)
        checks.need(
            _is_contact(self.security_contact),
            "security_contact must be an e-mail address or an https address where a weakness "
            f"can be reported, not {self.security_contact!r}",
        )


def _is_contact(value: object) -> bool:
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        return False
    before, at, host = value.partition("@")
    return value.startswith("https://") or bool(before and at and "." in host)


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission ``<plugin>.<verb>`` with the title that the roles page shows."""

    name: str
    title: Text

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.dotted("permission name", self.name)
        checks.text("permission title", self.title)

    @property
    def verb(self) -> str:
        """The part after the dot."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A plugin's name, versions and promises.

    ``name`` prefixes its tables, routes and permissions. ``api`` is the interface it was
    written for. ``requires`` names other plugins that must be installed. ``announced`` marks
    a bundled service that is not yet available: shown in the matrix, never switched on.
    ``settings`` returns the marshmallow schema of the settings per municipality (a function,
    because ``plugin.py`` may not import marshmallow); fields with
    ``metadata={"secret": True}`` are masked. ``core_revision`` is the core migration that its
    own migrations need. ``weight`` orders plugins: light ones come first.
    """

    name: str
    title: Text
    summary: Text
    category: Category
    api: tuple[int, int]
    provider: Provider
    holds_personal_data: bool
    availability: Availability = Availability.OPEN
    announced: bool = False
    requires: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    extra_verbs: tuple[str, ...] = ()
    settings: Callable[[], type[Schema]] | None = None
    core_revision: str = ""
    icon: str = ""
    weight: int = 100

    def __post_init__(self) -> None:
        """Check the types; `core.plugin_host.manifest` checks the meaning."""
        checks.kind("name", self.name, str)
        checks.text("title", self.title)
        checks.text("summary", self.summary)
        checks.kind("category", self.category, Category)
        checks.kind("availability", self.availability, Availability)
        checks.kind("provider", self.provider, Provider)
        checks.kind("holds_personal_data", self.holds_personal_data, bool)
        checks.kind("announced", self.announced, bool)
        checks.kind("core_revision", self.core_revision, str)
        checks.icon("icon", self.icon)
        checks.whole("weight", self.weight)
        checks.each("requires", self.requires, checks.name)
        checks.each("extra_verbs", self.extra_verbs, checks.name)
        checks.each("permissions", self.permissions, _permission)
        checks.need(_is_version(self.api), f"api must be (major, minor), not {self.api!r}")
        if self.settings is not None:
            checks.call("settings", self.settings)


def _permission(field: str, value: object) -> None:
    checks.kind(field, value, Permission)


def _is_version(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    return all(type(part) is int and part >= 0 for part in value)
