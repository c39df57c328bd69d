"""The address ``/health``."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from core.operations.health import report
from core.plugin_host.current import current_host
from core.policy.access import public
from core.sdk import HealthStatus

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@public("load balancers and monitors ask it; it holds no personal data")
def health() -> Response:
    """Answer 200 while requests can be served, else 503."""
    found = report(current_host())
    status = 503 if found["status"] == HealthStatus.DOWN else 200
    return Response(orjson.dumps(found), status, content_type="application/json")
