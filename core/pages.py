"""Core's blueprints, in one list; each lives in the package of its feature."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask, current_app, g

from core.desk.shell import desk_shell
from core.portal.shell import portal_shell
from core.shell import keep_face, page_url, plain_shell

BLUEPRINTS: tuple[str, ...] = (
    "core.activation.views:blueprint",
    "core.accounts.views.public:blueprint",
    "core.accounts.views.own:blueprint",
    "core.accounts.views.desk:blueprint",
    "core.accounts.views.paper:blueprint",
    "core.audit.views:blueprint",
    "core.policy.views.roles:blueprint",
    "core.policy.views.grants:blueprint",
    "core.notifications.views:messages",
    "core.notifications.views:preferences",
    "core.documents.views:own",
    "core.documents.views:desk",
    "core.delegations.views:blueprint",
    "core.help.views:blueprint",
    "core.imports.views:blueprint",
    "core.jobs.views:blueprint",
    "core.municipalities.views:municipality",
    "core.municipalities.views:organisation",
    "core.operations.views:blueprint",
    "core.plugin_host.views:blueprint",
    "core.portal.views:blueprint",
    "core.portal.offline:blueprint",
    "core.desk.views:blueprint",
    "core.people.views:people",
    "core.people.views:units",
    "core.people.views:me",
    "core.transfers.views:blueprint",
    "core.requests.objection_views:blueprint",
    "core.requests.bulk_views:blueprint",
    "core.verification.views:blueprint",
)
"""``module:attribute`` of every blueprint of core."""


def register(app: Flask) -> None:
    """Register the blueprints and take ``<municipality>`` out of the views' arguments."""
    app.url_value_preprocessor(_take_municipality)
    app.url_defaults(_give_municipality)
    app.after_request(keep_face)
    app.jinja_env.globals.update(
        plain_shell=plain_shell, portal_shell=portal_shell, desk_shell=desk_shell, page_url=page_url
    )
    for name in BLUEPRINTS:
        module, _, attribute = name.partition(":")
        app.register_blueprint(getattr(importlib.import_module(module), attribute))


def _take_municipality(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The municipality is checked before the view and is known as ``current().place``."""
    if values is not None:
        g.municipality_code = values.pop("municipality", None)


def _give_municipality(endpoint: str, values: dict[str, Any]) -> None:
    """Links on a page of a municipality stay in it unless they name another."""
    code = g.get("municipality_code")
    if code and current_app.url_map.is_endpoint_expecting(endpoint, "municipality"):
        values.setdefault("municipality", code)
