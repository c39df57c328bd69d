"""Settings of a service: the schema, secrets, versions, defaults of later versions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from core.activation import queries, settings
from core.activation.models import ServiceActivation
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.testing.factories import Province
from tests.testdummy.hosts import host_of, reason
from tests.testdummy.lending import plugin

GIVEN: dict[str, Any] = {"places": "۱۲", "opens_on": "1405/09/02", "api_key": "s3cret-canary"}
UNSET = {"opens_on": None, "api_key": ""}


def change(province: Province, host: PluginHost, place: Place, **given: Any) -> None:
    version = given.pop("version", None)
    with province.unit(province.karaj) as uow:
        settings.change_settings(uow, host, place, "lending", given, version=version)


def read(province: Province, host: PluginHost, place: Place) -> dict[str, Any]:
    with province.unit(province.karaj) as uow:
        return settings.settings_of(uow, host, place, "lending")


def test_before_anything_is_set_defaults_hold(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    assert read(province, host, karaj) == {**UNSET, "note": "Bring your card."}


def test_values_come_back_as_the_schema_reads_them(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    assert read(province, host, karaj) == {
        "places": 12,
        "opens_on": date(2026, 11, 23),
        "api_key": "s3cret-canary",
        "note": "Bring your card.",
    }


def test_wrong_values_are_refused_at_their_fields(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    with pytest.raises(Invalid) as caught:
        change(province, host, karaj, places="51", opens_on="never", colour="red")
    assert set(caught.value.fields) == {"places", "opens_on", "colour"}
    with pytest.raises(Invalid) as caught:
        change(province, host, karaj)
    assert set(caught.value.fields) == {"places"}


def test_a_secret_left_empty_stays(province: Province, host: PluginHost, karaj: Place) -> None:
    change(province, host, karaj, **GIVEN)
    change(province, host, karaj, places=3, api_key="")
    assert read(province, host, karaj)["api_key"] == "s3cret-canary"
    assert read(province, host, karaj)["opens_on"] is None
    change(province, host, karaj, places=3, api_key="another")
    assert read(province, host, karaj)["api_key"] == "another"


def test_secrets_are_masked_in_history_and_audit(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    change(province, host, karaj, places=12, opens_on="1405/09/02", api_key="canary-two")
    with province.unit(province.karaj) as uow:
        kept = [c.settings for c in queries.history(uow, karaj, "lending")]
        entries = uow.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        written = repr([(e.detail, e.canonical) for e in entries])
    assert kept[1] == {"api_key": [settings.MASK, settings.MASK]}
    assert kept[0] is not None
    assert kept[0]["api_key"] == [None, settings.MASK]
    assert kept[0]["opens_on"] == [None, "2026-11-23"]
    assert "canary" not in repr(kept)
    assert "canary" not in written
    assert [entry.action for entry in entries] == ["service.settings"] * 2


def test_nothing_is_written_when_nothing_differs(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    change(province, host, karaj, **{**GIVEN, "places": "12", "api_key": ""})
    with province.unit(province.karaj) as uow:
        assert len(queries.history(uow, karaj, "lending")) == 1
    assert len(plugin.told) == 1


def test_the_service_is_told_before_and_after(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    change(province, host, karaj, places=13, opens_on="1405/09/03")
    ((_first), (what, (old, new))) = plugin.told
    assert what == "settings"
    assert (old["places"], new["places"]) == (12, 13)
    assert new["opens_on"] == date(2026, 11, 24)


def test_a_form_filled_from_an_old_version_is_refused(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, places=1, version=0)
    change(province, host, karaj, places=2, version=1)
    with pytest.raises(Conflict):
        change(province, host, karaj, places=3, version=1)
    assert read(province, host, karaj)["places"] == 2


def test_settings_neither_switch_nor_touch_the_neighbours(
    province: Province, host: PluginHost, karaj: Place, fardis: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    with province.unit(province.karaj, province.fardis) as uow:
        assert queries.services_ever_on(uow, karaj) == frozenset()
        assert settings.stored_settings(uow, fardis, "lending") == {}


def test_values_that_a_newer_version_refuses_count_as_not_set(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    change(province, host, karaj, **GIVEN)
    with province.unit(province.karaj) as uow:
        uow.session.execute(
            update(ServiceActivation).values(settings={"places": 900, "gone": 1, "note": "n"})
        )
    assert read(province, host, karaj) == {**UNSET, "note": "n"}


def test_a_stored_secret_need_not_be_typed_again(host: PluginHost) -> None:
    schema = settings.schema_of(host, "lending", {"api_key": "x"})
    assert schema is not None
    field: Any = schema.fields["api_key"]
    assert (field.shown_as, field.required, str(field.hint)) == (
        "password",
        False,
        str(settings.KEPT),
    )


def test_a_service_without_settings_has_none(province: Province, karaj: Place) -> None:
    host = host_of("good")
    with province.unit(province.karaj) as uow:
        assert settings.settings_of(uow, host, karaj, "good") == {}
        with pytest.raises(Conflict):
            settings.change_settings(uow, host, karaj, "good", {})


@pytest.mark.parametrize("wrong", [dict, lambda: 1, lambda: 1 / 0], ids=["dict", "one", "raises"])
def test_settings_that_are_no_form_schema_quarantine_the_plugin(
    monkeypatch: pytest.MonkeyPatch, wrong: Any
) -> None:
    from tests.testdummy.manifests import manifest

    monkeypatch.setattr(plugin, "MANIFEST", manifest("lending", settings=wrong))
    host = host_of("lending", "good")
    settings.check_schemas(host)
    assert reason(host, "lending").startswith("settings: ")
    assert [p.name for p in host.loaded()] == ["good"]
