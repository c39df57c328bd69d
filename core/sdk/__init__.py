"""The light part of the SDK: what ``plugin.py`` may import.

Markers and value objects only; importing it pulls in neither Flask nor SQLAlchemy (tested).
The other modules of a plugin import the heavier ones: `models`, `migrations`, `services`,
`requests`, `documents`, `settings`, `localization`, `web`, `jobs`, `commands`, `demo`.
docs/hooks.md lists the hooks.
"""

from __future__ import annotations

import pluggy

from core.sdk.checks import InvalidValueError
from core.sdk.declarations import (
    DemoData,
    JobDeclaration,
    LabelledField,
    NotificationTopic,
    RequestFacts,
    RequestType,
    RoleSuggestion,
    Step,
    VerifiableDocument,
)
from core.sdk.manifest import (
    API_VERSION,
    VERBS,
    Availability,
    Category,
    Manifest,
    Permission,
    Provider,
)
from core.sdk.text import Text, lazy_gettext
from core.sdk.values import (
    Blocker,
    Commitment,
    Employee,
    Figure,
    HealthReport,
    HealthStatus,
    HomeCard,
    Municipality,
    NavigationItem,
    Obstacle,
    Panel,
    Period,
    Refusal,
    RequestDetail,
    Route,
    ServiceChange,
    Task,
    Tenure,
    Viewer,
)

hookimpl = pluggy.HookimplMarker("hamyar")
"""Marks a function of ``plugin.py`` as the implementation of the hook of the same name."""

__all__ = [
    "API_VERSION",
    "VERBS",
    "Availability",
    "Blocker",
    "Category",
    "Commitment",
    "DemoData",
    "Employee",
    "Figure",
    "HealthReport",
    "HealthStatus",
    "HomeCard",
    "InvalidValueError",
    "JobDeclaration",
    "LabelledField",
    "Manifest",
    "Municipality",
    "NavigationItem",
    "NotificationTopic",
    "Obstacle",
    "Panel",
    "Period",
    "Permission",
    "Provider",
    "Refusal",
    "RequestDetail",
    "RequestFacts",
    "RequestType",
    "RoleSuggestion",
    "Route",
    "ServiceChange",
    "Step",
    "Task",
    "Tenure",
    "Text",
    "VerifiableDocument",
    "Viewer",
    "hookimpl",
    "lazy_gettext",
]
