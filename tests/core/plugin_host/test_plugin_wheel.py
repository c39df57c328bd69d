"""A contractor's plugin from its first command to its purge, installed as a wheel.

The steps build on each other, so they are one test; pytest shows the step that failed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from core.database.keys import new_id
from core.database.urls import sqlalchemy_url
from core.testing.factories import Province, make_province
from core.testing.postgres import clone_database, drop_database
from tests.testdummy.installed import Site, install

NAME = "city_bikes"


@dataclass
class World:
    site: Site
    owner: Engine
    province: Province

    def rows(self, statement: str) -> list[object]:
        with self.owner.connect() as connection:
            return list(connection.scalars(text(statement)))

    def write(self, statement: str, **values: object) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement), values)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    urls = clone_database()
    site = install(NAME, tmp_path)
    site.use(urls)
    owner, app = (create_engine(sqlalchemy_url(str(url))) for url in (urls.owner, urls.app))
    yield World(site, owner, make_province(owner, app))
    owner.dispose()
    app.dispose()
    drop_database(urls)


def the_new_project_is_clean(world: World) -> None:
    """As its author would check it, before anything of Hamyar's database knows it."""
    ruff = str(Path(sys.executable).parent / "ruff")
    for command in (("check", "."), ("format", "--check", ".")):
        done = world.site.call(ruff, *command, "--no-cache", cwd=world.site.project)
        assert done.returncode == 0, done.stdout
    done = world.site.run("plugins", "check", f"hamyar_{NAME}")
    assert (done.returncode, done.stdout) == (0, f"hamyar_{NAME} is as it must be\n")


def its_own_tests_pass_at_once(world: World) -> None:
    """Loaded through its entry point, migrated, activated, gated, blocked: see its stories."""
    done = world.site.call(
        world.site.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=world.site.project
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "10 passed" in done.stdout


def before_its_migrations_it_is_gated_off(world: World) -> None:
    done = world.site.run("plugins", "list")
    assert done.returncode == 0, done.stderr
    assert f"{NAME:<26}needs_migration 0.1.0" in done.stdout
    assert "run hamyar db upgrade" in done.stdout


def the_upgrade_uses_a_version_table_of_its_own(world: World) -> None:
    assert world.site.run("db", "upgrade").returncode == 0
    assert world.rows(f"select version_num from alembic_version_{NAME}") == [f"{NAME}_0001"]
    assert not any(
        NAME in str(row) for row in world.rows("select version_num from alembic_version")
    )
    assert f"{NAME:<26}loaded" in world.site.run("plugins", "list").stdout


def it_cannot_be_uninstalled_while_something_binds_it(world: World) -> None:
    karaj = world.province.karaj
    who = world.province.employee(karaj, account=False)
    world.province.activate(karaj, NAME)
    world.write(
        f"insert into {NAME}_case (municipality_id, id, employment_id, person_id, reference,"
        " wish, started_on, due_on) values (:m, :id, :e, :p, 'HM-1405-00001', 'a bike',"
        " date '2026-11-24', date '2026-12-24')",
        m=karaj.id,
        id=new_id(),
        e=who.employment_id,
        p=who.person_id,
    )
    done = world.site.run("plugins", "uninstall", NAME, "--yes")
    assert done.returncode == 1
    assert f"{karaj.code}: the service is on; 1 still running" in done.stderr
    assert world.province.fardis.code not in done.stderr
    assert world.rows("select action from audit_entry") == []


def once_nothing_binds_it_pip_takes_it_away_and_its_data_stays(world: World) -> None:
    world.write(f"update {NAME}_case set ended_on = date '2026-11-25'")
    world.province.activate(world.province.karaj, NAME, "off")
    done = world.site.run("plugins", "uninstall", NAME, "--yes")
    assert done.returncode == 0, done.stderr
    listed = world.site.run("plugins", "list").stdout
    assert f"{NAME:<26}orphaned" in listed
    assert world.rows(f"select count(*) from {NAME}_case") == [1]


def core_upgrades_go_on_beside_its_tables(world: World) -> None:
    assert world.site.run("db", "upgrade").returncode == 0


def purging_needs_a_yes(world: World) -> None:
    done = world.site.run("plugins", "purge", NAME)
    assert done.returncode == 1
    assert f"{NAME}_case" in done.stdout
    assert world.rows(f"select count(*) from {NAME}_case") == [1]


def purging_leaves_nothing_but_the_history(world: World) -> None:
    done = world.site.run("plugins", "purge", NAME, "--yes")
    assert done.returncode == 0, done.stderr
    assert world.rows(f"select relname from pg_class where relname like '%{NAME}%'") == []
    assert world.rows(f"select 1 from service_activation where service = '{NAME}'") == []
    noted = world.rows("select action || ' ' || subject_id from audit_entry order by at")
    assert noted == [f"plugin.uninstall {NAME}", f"plugin.purge {NAME}"]


STEPS = (
    the_new_project_is_clean,
    its_own_tests_pass_at_once,
    before_its_migrations_it_is_gated_off,
    the_upgrade_uses_a_version_table_of_its_own,
    it_cannot_be_uninstalled_while_something_binds_it,
    once_nothing_binds_it_pip_takes_it_away_and_its_data_stays,
    core_upgrades_go_on_beside_its_tables,
    purging_needs_a_yes,
    purging_leaves_nothing_but_the_history,
)


def test_from_the_first_command_to_the_purge(world: World) -> None:
    for step in STEPS:
        step(world)
