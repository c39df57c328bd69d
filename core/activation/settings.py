"""Settings of a service in a municipality: the manifest's schema, secrets, versions.

Stored as the JSON of what the schema read; `settings_of` reads it again, so a field that a newer
version of the service adds has its default at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, ValidationError
from sqlalchemy import select

from core.activation.models import ServiceActivation
from core.activation.services import add_history, locked, switchable
from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, Invalid
from core.forms import FormSchema
from core.localization import lazy_gettext
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin
from core.plugin_host.quarantine import CAUGHT, PluginRefusedError
from core.sdk import Municipality

MASK: Final = "•••"
KEPT = lazy_gettext("A value is stored. Leave this empty to keep it.")


def check_schemas(host: PluginHost) -> None:
    """Quarantine each plugin whose settings are no schema that a form can be made of."""
    for plugin in host.loaded():
        try:
            _schema_class(plugin)
        except CAUGHT as error:
            host.quarantine(plugin.name, error, "settings")


def _schema_class(plugin: Plugin) -> type[FormSchema] | None:
    if plugin.manifest is None or plugin.manifest.settings is None:
        return None
    found: Any = plugin.manifest.settings()
    if not (isinstance(found, type) and issubclass(found, FormSchema)):
        raise PluginRefusedError(f"settings must return a core.sdk.web.FormSchema, not {found!r}")
    return found


def schema_of(host: PluginHost, service: str, stored: Mapping[str, Any]) -> FormSchema | None:
    """Return the schema of a service's settings, or None if it has none.

    Secrets are drawn as passwords; one that is stored need not be typed again.
    """
    plugin = host.get(service)
    found = _schema_class(plugin) if plugin and plugin.is_loaded else None
    schema = found() if found else None
    for name in _secrets(schema):
        field: Any = schema.fields[name] if schema else None
        field.shown_as = "password"
        if stored.get(name):
            field.required, field.allow_none, field.load_default = False, True, None
            field.hint = KEPT
    return schema


def _secrets(schema: FormSchema | None) -> set[str]:
    fields = schema.fields if schema else {}
    return {name for name, field in fields.items() if field.metadata.get("secret")}


def stored_settings(uow: UnitOfWork, place: Municipality, service: str) -> dict[str, Any]:
    """Return the JSON of the settings as it is stored, secrets included; {} if there are none."""
    found = uow.session.execute(
        select(ServiceActivation.settings).where(
            ServiceActivation.municipality_id == place.id, ServiceActivation.service == service
        )
    ).scalar_one_or_none()
    return found or {}


def settings_of(
    uow: UnitOfWork, host: PluginHost, place: Municipality, service: str
) -> dict[str, Any]:
    """Return the settings of a service there as its schema reads them, defaults filled in.

    A stored value that a newer version doesn't accept any more counts as not set; a required
    one that isn't set is absent.
    """
    schema = schema_of(host, service, {})
    return _typed(schema, stored_settings(uow, place, service)) if schema else {}


def _typed(schema: FormSchema, stored: Mapping[str, Any]) -> dict[str, Any]:
    required = tuple(name for name, field in schema.fields.items() if field.required)
    try:
        return dict(schema.load(stored, unknown=EXCLUDE, partial=required))
    except ValidationError as error:
        valid = {name: value for name, value in stored.items() if name not in error.messages}
        return dict(schema.load(valid, unknown=EXCLUDE, partial=required))


def change_settings(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    service: str,
    given: Mapping[str, Any],
    *,
    version: int | None = None,
) -> None:
    """Store new settings of a service in a municipality; a secret left empty stays as it was.

    ``version`` is the one that the form was filled from; nothing happens if nothing differs.

    Raises:
        Conflict: the service has no settings or can't be switched, or was changed meanwhile.
        Invalid: the schema refuses a value; messages stand at the fields.
    """
    switchable(host, service)
    row = locked(uow, place, service)
    schema = schema_of(host, service, row.settings)
    if schema is None or (version is not None and row.version != version):
        raise Conflict()
    old, new = row.settings, _read(schema, given, row.settings)
    differences = _masked(changes(old, new), _secrets(schema))
    if not differences:
        return
    row.settings, row.version, row.changed_at = new, row.version + 1, uow.now
    uow.session.flush()
    add_history(uow, row, old_state=row.state, settings=differences)
    record(
        uow,
        "service.settings",
        municipality_id=place.id,
        subject_type="service",
        subject_id=service,
        detail=differences,
    )
    host.hooks.settings_changed(
        service, uow=uow, municipality=place, old=_typed(schema, old), new=_typed(schema, new)
    )


def _read(
    schema: FormSchema, given: Mapping[str, Any], stored: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        loaded = schema.load(dict(given))
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from error  # type: ignore[no-untyped-call] # library
    new = {name: _plain(value) for name, value in loaded.items()}
    kept = {name for name in _secrets(schema) if not new.get(name) and stored.get(name)}
    return {**new, **{name: stored[name] for name in kept}}


def _plain(value: Any) -> Any:
    """Return a value as JSON that the same field reads again."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _masked(differences: dict[str, list[Any]], secrets: set[str]) -> dict[str, list[Any]]:
    def hidden(value: Any) -> Any:
        return MASK if value else value

    return {
        name: [hidden(value) for value in pair] if name in secrets else pair
        for name, pair in differences.items()
    }
