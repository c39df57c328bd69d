"""The address ``/health``."""

from __future__ import annotations

from typing import Final

import orjson
from flask import Blueprint, Response, request

from core.operations.health import report
from core.plugin_host.current import current_host
from core.policy.access import public
from core.sdk import HealthStatus

blueprint = Blueprint("operations", __name__)
LOOPBACK: Final = ("127.0.0.1", "::1")
"""Clients on the machine itself; versions and plugins are told to them only."""


@blueprint.get("/health")
@public("load balancers and monitors ask it; it holds no personal data")
def health() -> Response:
    """Answer 200 while requests can be served, else 503."""
    found = report(current_host())
    status = 503 if found["status"] == HealthStatus.DOWN else 200
    if request.remote_addr not in LOOPBACK:
        found = {"status": found["status"]}
    return Response(orjson.dumps(found), status, content_type="application/json")
