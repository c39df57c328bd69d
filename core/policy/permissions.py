"""Permission names: ``<area>.<verb>``.

Core declares its own here; a service's come from its manifest. Verbs are the fixed list of
`core.sdk.VERBS` plus extras that are named where they are declared.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from core.localization import lazy_gettext

CORE_PERMISSIONS = {
    "people.view": lazy_gettext("See employees"),
    "people.manage": lazy_gettext("Add and edit employees"),
    "people.override": lazy_gettext("End employments although something is still to be settled"),
    "people.reveal": lazy_gettext("Reveal masked personal data (each look is logged)"),
    "imports.manage": lazy_gettext("Import employee files"),
    "requests.review": lazy_gettext("Work in the inbox of requests"),
    "requests.approve": lazy_gettext("Decide requests"),
    "services.view": lazy_gettext("See which services are on"),
    "services.manage": lazy_gettext("Switch services on and off and change their settings"),
    "plugins.view": lazy_gettext("See installed plugins and their state"),
    "municipalities.manage": lazy_gettext("Edit municipalities"),
    "accounts.view": lazy_gettext("See accounts"),
    "accounts.manage": lazy_gettext("Activate accounts and print slips"),
    "roles.view": lazy_gettext("See roles and who holds them"),
    "roles.manage": lazy_gettext("Edit roles and grant them"),
    "audit.view": lazy_gettext("See the audit log"),
}
"""Name → title, shown in the role editor."""

EVERYTHING = "*"
"""In a role: every permission, of core and of all services (the first administrator's)."""


def implies(held: AbstractSet[str], wanted: str) -> bool:
    """Tell whether ``held`` gives ``wanted``; ``*`` gives all, ``manage`` gives ``view``."""
    if wanted in held or EVERYTHING in held:
        return True
    area, _, verb = wanted.rpartition(".")
    return verb == "view" and f"{area}.manage" in held
