"""All permissions with their titles, and the roles that core and services suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.localization import lazy_gettext
from core.plugin_host.host import PluginHost
from core.policy.permissions import CORE_PERMISSIONS, EVERYTHING
from core.sdk.text import Text


@dataclass(frozen=True, slots=True)
class Group:
    """Permissions that belong together: core's, or one service's; name → title."""

    title: Text
    permissions: dict[str, Text]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A role that the organisation may take over; ``by`` is '' or the name of a service."""

    name: str
    title: Text
    permissions: tuple[str, ...]
    by: str = ""


CORE_ROLES: Final = (
    Suggestion("core.administrator", lazy_gettext("Administrator"), (EVERYTHING,)),
    Suggestion(
        "core.hr_officer",
        lazy_gettext("HR officer"),
        (
            "people.manage",
            "people.reveal",
            "imports.manage",
            "requests.review",
            "requests.approve",
            "accounts.manage",
            "services.view",
        ),
    ),
    Suggestion(
        "core.hr_viewer",
        lazy_gettext("HR viewer"),
        ("people.view", "requests.review", "services.view"),
    ),
    Suggestion(
        "core.access_manager",
        lazy_gettext("Access manager"),
        ("accounts.manage", "roles.manage", "audit.view"),
    ),
    Suggestion(
        "core.service_manager",
        lazy_gettext("Service manager"),
        ("services.manage", "plugins.view", "municipalities.manage"),
    ),
    Suggestion(
        "core.auditor",
        lazy_gettext("Auditor"),
        ("audit.view", "people.view", "accounts.view", "roles.view", "services.view"),
    ),
)


def groups(host: PluginHost) -> list[Group]:
    """Return the permissions of core and of every loaded service."""
    found = [Group(lazy_gettext("Core"), dict(CORE_PERMISSIONS))]
    for plugin in host.loaded():
        if plugin.manifest and plugin.manifest.permissions:
            own = {permission.name: permission.title for permission in plugin.manifest.permissions}
            found.append(Group(plugin.manifest.title, own))
    return found


def titles(host: PluginHost) -> dict[str, Text]:
    """Return name → title of every permission."""
    return {name: title for group in groups(host) for name, title in group.permissions.items()}


def suggestions(host: PluginHost) -> tuple[Suggestion, ...]:
    """Return all suggested roles, core's first; a service's name begins with its own."""
    theirs = tuple(
        Suggestion(
            f"{answer.plugin}.{answer.value.name}",
            answer.value.title,
            answer.value.permissions,
            answer.plugin,
        )
        for answer in host.hooks.roles()
    )
    return CORE_ROLES + theirs
