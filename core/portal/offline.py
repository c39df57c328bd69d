"""Installing Hamyar on a phone: manifest, service worker, and the page without network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, render_template, url_for

import core.assets
from core.assets import Assets
from core.localization import _, current_locale, text_direction
from core.policy.access import public

blueprint = Blueprint("offline", __name__)

WORKER: Final = Path(core.assets.__file__).with_name("service-worker.js")
KEPT: Final = ("hamyar.css", "hamyar.js", "htmx.js", "icons.svg", "favicon.svg", "vazirmatn.woff2")
NOT_PERSONAL: Final = "it is the same for everybody"


@blueprint.get("/manifest.webmanifest")
@public(NOT_PERSONAL)
def manifest() -> Response:
    """How a phone shows Hamyar among its applications."""
    assets: Assets = current_app.extensions["hamyar_assets"]
    icon = {"src": assets.url("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    facts = {
        "name": _("Hamyar, staff services of municipalities"),
        "short_name": _("Hamyar"),
        "lang": current_locale(),
        "dir": text_direction(),
        "start_url": url_for("portal.home"),
        "display": "standalone",
        "background_color": "#f3f6f7",
        "theme_color": "#0b5c5a",
        "icons": [{**icon, "purpose": purpose} for purpose in ("any", "maskable")],
    }
    return _answer(json.dumps(facts, ensure_ascii=False), "application/manifest+json")


@blueprint.get("/service-worker.js")
@public(NOT_PERSONAL)
def worker() -> Response:
    """The service worker, with the addresses of the present build."""
    assets: Assets = current_app.extensions["hamyar_assets"]
    files = json.dumps([assets.url(name) for name in KEPT])
    offline = json.dumps(url_for("offline.page"))
    head = f"const FILES = {files};\nconst OFFLINE = {offline};\n"
    return _answer(head + WORKER.read_text("utf-8"), "text/javascript")


@blueprint.get("/offline")
@public(NOT_PERSONAL)
def page() -> str:
    """What is shown without network; browsers keep it, so nothing personal stands in it."""
    return render_template("portal/offline.html")


def _answer(text: str, kind: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
