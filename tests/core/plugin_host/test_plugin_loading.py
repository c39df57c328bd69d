"""Loading: collisions, quarantine, versions, requirements, both roads in."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib import metadata

import pytest

from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import PluginState, Source
from core.plugin_host.quarantine import QuarantineError
from tests.testdummy.hosts import host_of, reason


def test_a_good_plugin_is_loaded_by_either_road() -> None:
    bundled, installed = host_of("good").get("good"), host_of(installed=("good",)).get("good")
    assert bundled
    assert installed
    assert bundled.state is installed.state is PluginState.LOADED
    assert (bundled.source, installed.source) == (Source.BUNDLED, Source.INSTALLED)
    assert bundled.manifest == installed.manifest
    assert bundled.is_available


def test_the_version_is_that_of_the_distribution() -> None:
    plugin = host_of("good").get("good")
    assert plugin
    assert plugin.version == metadata.version("hamyar")


def test_a_broken_plugin_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "hamyar.plugins"):
        host = host_of("exiting_import", "good", "no_such_dummy", "misversioned", "wrapping")
    assert [plugin.name for plugin in host.loaded()] == ["good"]
    assert len(host.plugins) == 5
    assert "plugin exiting_import is in quarantine" in caplog.text


def test_leaving_the_process_on_import_is_a_failure_like_any_other() -> None:
    assert reason(host_of("exiting_import"), "exiting_import") == "it called sys.exit(3)"


def test_a_missing_module_keeps_its_traceback() -> None:
    host = host_of("no_such_dummy")
    assert reason(host, "no_such_dummy").startswith("ModuleNotFoundError: No module named")
    plugin = host.get("no_such_dummy")
    assert plugin
    assert "Traceback (most recent call last)" in plugin.traceback


def test_another_major_is_refused_before_its_models_are_imported() -> None:
    host = host_of("misversioned")
    assert "another major version" in reason(host, "misversioned")
    host.import_models()
    host.declare()
    assert "tests.testdummy.misversioned.models" not in sys.modules


def test_wrappers_are_refused() -> None:
    assert "can't be wrapped" in reason(host_of("wrapping"), "wrapping")


def test_the_same_name_twice_is_refused_for_the_later_one() -> None:
    host = host_of("good", installed=("good",))
    assert [(p.name, p.source) for p in host.loaded()] == [("good", Source.BUNDLED)]
    assert reason(host, "good#2") == "the name 'good' is taken by another plugin"


def test_a_name_that_extends_another_is_refused() -> None:
    host = host_of("exiting", "exiting_import")
    assert "share a table prefix" in reason(host, "exiting_import")


def test_an_entry_point_must_name_a_module() -> None:
    point = metadata.EntryPoint("good", "tests.testdummy.good.plugin:MANIFEST", "hamyar.plugins.v1")
    assert "registered as a module" in reason(PluginHost((), [point]), "good")


def test_an_entry_point_must_be_named_as_the_manifest() -> None:
    point = metadata.EntryPoint("better", "tests.testdummy.good.plugin", "hamyar.plugins.v1")
    assert "registered as 'better'" in reason(PluginHost((), [point]), "better")


def test_a_module_without_a_manifest_is_refused() -> None:
    point = metadata.EntryPoint("good", "tests.testdummy.manifests", "hamyar.plugins.v1")
    assert "has no MANIFEST" in reason(PluginHost((), [point]), "good")


def test_a_requirement_must_be_loaded() -> None:
    assert "requires raising" in reason(host_of("requiring"), "requiring")
    host = host_of("requiring", "raising")
    assert {plugin.name for plugin in host.loaded()} == {"requiring", "raising"}


def test_a_requirement_that_fails_later_takes_its_dependents_along() -> None:
    host = host_of("requiring", "raising", "good")
    host.declare()
    assert "requires raising" in reason(host, "requiring")
    assert [plugin.name for plugin in host.loaded()] == ["good"]


def test_strict_raises_instead_of_quarantining() -> None:
    with pytest.raises(QuarantineError, match="misversioned"):
        host_of("misversioned", strict=True)


def test_migrations_behind_the_code_gate_a_plugin_off(good: PluginHost) -> None:
    good.mark_needs_migration("good", "its tables are behind")
    plugin = good.get("good")
    assert plugin
    assert plugin.state is PluginState.NEEDS_MIGRATION
    assert not plugin.is_available
    assert good.hooks.roles() == ()


def test_what_only_the_database_knows_is_orphaned(good: PluginHost) -> None:
    good.mark_orphans(["good", "gone"])
    plugin = good.get("gone")
    assert plugin
    assert plugin.state is PluginState.ORPHANED
    assert not plugin.is_available


@pytest.mark.parametrize("module", ["core.sdk", "core.plugin_host.host", "plugins.loans.plugin"])
def test_loading_is_light(module: str) -> None:
    heavy = "{'flask', 'sqlalchemy', 'marshmallow'}"
    code = f"import sys, {module}; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
