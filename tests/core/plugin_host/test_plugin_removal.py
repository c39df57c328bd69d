"""What holds a plugin, what it leaves behind, and what must never be purged."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from core.cli.plugins import command
from core.config import OperatorError
from core.database.unit_of_work import open_unit
from core.plugin_host import removal
from core.plugin_host.database import everywhere
from core.plugin_host.manifest import RESERVED
from core.sdk import Blocker
from core.testing.factories import Province
from tests.testdummy.hosts import host_of
from tests.testdummy.lending import plugin


@pytest.fixture(autouse=True)
def _fresh() -> None:
    plugin.reset()


def holds(province: Province, *names: str) -> dict[str, tuple[str, ...]]:
    with province.unit(province.karaj, province.fardis) as uow:
        found = removal.holds(uow, host_of(*names), "lending")
    return {hold.municipality: hold.reasons for hold in found}


def test_a_service_that_was_never_on_is_free(province: Province) -> None:
    assert holds(province, "lending") == {}


@pytest.mark.parametrize("state", ["on", "closing"])
def test_a_service_that_answers_somewhere_holds(province: Province, state: str) -> None:
    province.activate(province.karaj, "lending", state)
    province.activate(province.fardis, "lending", "off")
    assert holds(province, "lending") == {province.karaj.code: (f"the service is {state}",)}


def test_commitments_hold_where_it_is_off_by_now(province: Province) -> None:
    province.activate(province.fardis, "lending", "off")
    plugin.standing.append(Blocker("lent", "37 things are lent", 37))
    assert holds(province, "lending") == {province.fardis.code: ("37 things are lent",)}


def test_one_that_cannot_answer_holds(province: Province) -> None:
    province.activate(province.karaj, "lending", "off")
    plugin.broken.add("blockers")
    assert "nobody can count" in holds(province, "lending")[province.karaj.code][0]
    assert "not loaded" in holds(province, "good")[province.karaj.code][0]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_what_is_cores_is_never_purged(owner_engine: Engine, name: str) -> None:
    with (
        open_unit(everywhere(owner_engine), engine=owner_engine, read_only=True) as uow,
        pytest.raises(ValueError, match="belongs to core"),
    ):
        removal.remains(uow, name)


def test_no_table_of_core_begins_with_a_name_that_a_plugin_could_take(
    owner_engine: Engine,
) -> None:
    """Purging a plugin drops tables by prefix, so every first word of core's is reserved."""
    statement = text(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind <> 'i' union"
        " select proname from pg_proc p where pronamespace = 'public'::regnamespace and not exists"
        " (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    )
    with owner_engine.connect() as connection:
        names = set(connection.scalars(statement))
    bundled = ("training_", "loans_", "insurance_", "housing_")
    first = {n.partition("_")[0] for n in names if "_" in n and not n.startswith(bundled)}
    assert not sorted(first - RESERVED)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("uninstall", "training"), "switch it off instead"),
        (("uninstall", "nowhere"), "no plugin called nowhere"),
        (("purge", "training"), "uninstall it first"),
    ],
)
def test_what_the_commands_refuse(arguments: tuple[str, ...], words: str) -> None:
    done = CliRunner().invoke(command, [*arguments, "--yes"])
    assert isinstance(done.exception, OperatorError)
    assert words in str(done.exception)
