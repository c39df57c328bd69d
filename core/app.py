"""The application: `create_app` is the boot order, one line per step."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request

from core import errors, proxies
from core.accounts import security
from core.accounts.sessions import ServerSessionInterface
from core.activation.settings import check_schemas
from core.assets import register as register_assets
from core.config import Settings, load_settings
from core.database.extension import db
from core.database.roles import refuse_unsafe
from core.flask_config import flask_config
from core.forms import register as register_forms
from core.headers import register as register_headers
from core.localization import filters, i18n
from core.localization.templates import Templates
from core.models import import_all
from core.operations import logs
from core.pages import register as register_pages
from core.plugin_host import mount
from core.plugin_host.database import mark
from core.plugin_host.host import PluginHost
from core.policy import enforcement


class Hamyar(Flask):
    """Flask whose dispatch commits the request's unit of work after a successful view."""

    jinja_environment = Templates

    def dispatch_request(self) -> Response:
        """Run the view; commit if it may write and succeeded, else roll back."""
        response = self.make_response(super().dispatch_request())
        state = g.get("hamyar")
        if state is not None and not state.is_read_only and response.status_code < 400:
            state.unit.commit()
        return response

    def log_exception(self, exc_info: Any) -> None:
        """Log the route, not the address as Flask does: searches and codes stand in addresses."""
        route = request.url_rule or "(no route)"
        self.logger.error("%s %s failed", request.method, route, exc_info=exc_info)


def create_app(
    settings: Settings | None = None, *, host: PluginHost | None = None, **overrides: Any
) -> Flask:
    """Return the application for ``settings`` (default: read from the environment).

    ``host`` (default: all plugins configured and installed) and ``overrides``, which are Flask
    configuration values, are for tests.
    """
    settings = settings or load_settings()
    app = Hamyar("core", static_folder="static", template_folder="templates")
    app.config.update(flask_config(settings), **overrides)
    app.extensions["hamyar_settings"] = settings
    proxies.register(app, settings)
    db.init_app(app)
    host = host or PluginHost(strict=settings.strict_plugins)
    import_all()
    host.import_models()
    check_schemas(host)
    with app.app_context():
        refuse_unsafe(db.engine)
        mark(host, db.engine)
    host.declare()
    app.extensions["hamyar_plugins"] = host
    i18n.init_babel(app, extra_locale_dirs=mount.locale_folders(host))
    filters.register(app)
    register_assets(app)
    logs.register(app)
    errors.register(app)
    app.session_interface = ServerSessionInterface()
    enforcement.register(app)
    security.register(app)
    register_forms(app)
    register_pages(app)
    mount.register(app, host)
    register_headers(app)
    app.teardown_request(_close)
    return app


def _close(_error: BaseException | None) -> None:
    """Give the connection back; what was not committed is rolled back."""
    state = g.pop("hamyar", None)
    if state is not None:
        state.unit.session.close()
