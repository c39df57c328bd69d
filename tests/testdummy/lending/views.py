"""Pages of the lending dummy."""

from __future__ import annotations

from flask import Blueprint

from core.sdk.web import member, requires


def make() -> Blueprint:
    """Return the blueprint; a new one for each app."""
    blueprint = Blueprint("lending", __name__)

    @blueprint.get("/")
    @member
    def index() -> str:
        return "shelves"

    @blueprint.post("/orders/")
    @member
    def order() -> str:
        return "ordered"

    @blueprint.get("/desk/")
    @requires("lending.view")
    def desk() -> str:
        return "desk"

    return blueprint
