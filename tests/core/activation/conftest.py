"""A host with the lending dummy, and places as services get them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.testing.factories import Province
from tests.testdummy.hosts import host_of
from tests.testdummy.lending import plugin


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    plugin.reset()
    yield
    plugin.reset()


@pytest.fixture
def host() -> PluginHost:
    return host_of("lending")


def place_of(municipality: Municipality) -> Place:
    return Place(
        municipality.id,
        municipality.code,
        municipality.kind,
        municipality.organisation_id,
        municipality.name_fa,
        municipality.name_en,
    )


@pytest.fixture
def karaj(province: Province) -> Place:
    return place_of(province.karaj)


@pytest.fixture
def fardis(province: Province) -> Place:
    return place_of(province.fardis)
