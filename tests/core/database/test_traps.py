"""The traps of row-level security, each reproduced, and what we do about it.

A test shows first that the naive way fails (if it no longer does, our way may be simplified),
then that ours holds.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import psycopg
import pytest
from psycopg import errors
from scratch import ENABLE, FARDIS, FORCE, KARAJ, OWNER, SCOPE, one, run, scoped, secret
from sqlalchemy import Engine, create_engine, text

from core.database import urls as url_parts
from core.database.backup import BackupError, _refuse_hidden, _tool
from core.database.ddl import IN_SCOPE
from core.database.scope import Scope
from core.database.unit_of_work import open_unit
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.testing.factories import LONG_AGO, Province, make_province
from core.testing.postgres import clone_database, drop_database

ROOT = Path(__file__).parents[3]
COUNT = "select count(*) from secret"


@pytest.fixture(scope="module")
def found() -> Iterator[DatabaseUrls]:
    """A migrated database for these tests alone: they create tables in it."""
    urls = clone_database()
    yield urls
    drop_database(urls)


def both(urls: DatabaseUrls) -> Province:
    """Return a province in the database of these tests."""
    owner, app = (create_engine(sqlalchemy_url(url or "")) for url in (urls.owner, urls.app))
    return make_province(owner, app)


# --- Who row-level security does not hold -------------------------------------------------------


def test_owner_without_force_reads_everything(found: DatabaseUrls) -> None:
    secret(found, ENABLE, SCOPE)
    with scoped(found.owner, KARAJ) as connection:
        assert one(connection, COUNT) == 2
    run(found.owner, FORCE)
    with scoped(found.owner, KARAJ) as connection:
        assert one(connection, COUNT) == 0


def test_a_backfill_by_a_forced_owner_updates_nothing_without_a_word(found: DatabaseUrls) -> None:
    secret(found, ENABLE, FORCE, SCOPE)
    assert run(found.owner, "update secret set word = upper(word)") == 0
    run(found.owner, OWNER)
    assert run(found.owner, "update secret set word = upper(word)") == 2


def test_a_view_reads_with_the_rights_of_who_owns_it(found: DatabaseUrls) -> None:
    secret(found, ENABLE, FORCE, SCOPE)
    run(found.admin, "create view leak as select * from secret", "grant select on leak to public")
    with scoped(found.app, KARAJ) as connection:
        assert one(connection, "select count(*) from leak") == 2
    run(found.admin, "alter view leak set (security_invoker = true)")
    with scoped(found.app, KARAJ) as connection:
        assert one(connection, "select count(*) from leak") == 1
    run(found.admin, "drop view leak")


def test_foreign_keys_look_past_row_level_security(found: DatabaseUrls) -> None:
    """So a key of one column points into another municipality, unseen by everyone."""
    secret(found, ENABLE, FORCE, SCOPE, OWNER, "update secret set id = 2 where word = 'fardis'",
           "alter table secret add unique (id)",
           "create table note (municipality_id uuid, id int, secret_id int,"
           " primary key (municipality_id, id))")  # fmt: skip
    insert = f"insert into note values ('{KARAJ}', 1, 2)"
    run(found.owner, "alter table note add constraint single foreign key (secret_id)"
                     " references secret (id)")  # fmt: skip
    with scoped(found.app, KARAJ) as connection:
        assert connection.execute(insert.encode()).rowcount == 1
    run(
        found.owner,
        "alter table note drop constraint single",
        "alter table note add foreign key (municipality_id, secret_id) references secret",
    )
    with scoped(found.app, KARAJ) as connection, pytest.raises(errors.ForeignKeyViolation):
        connection.execute(insert.encode())
    run(found.owner, "drop table note")


def test_unique_tells_what_another_municipality_has(found: DatabaseUrls) -> None:
    wide = "alter table secret add constraint wide unique (word)"
    secret(found, ENABLE, FORCE, SCOPE, OWNER, wide)
    insert = f"insert into secret values ('{KARAJ}', 2, 'fardis')"
    with scoped(found.app, KARAJ) as connection, pytest.raises(errors.UniqueViolation):
        connection.execute(insert.encode())  # so somebody else has that word
    run(
        found.owner,
        "alter table secret drop constraint wide",
        "alter table secret add unique (municipality_id, word)",
    )
    with scoped(found.app, KARAJ) as connection:
        assert connection.execute(insert.encode()).rowcount == 1


# --- The scope ----------------------------------------------------------------------------------

NAIVE = (
    "create policy scope on secret to hamyar_app using (municipality_id ="
    " any(current_setting('hamyar.municipalities', true)::uuid[]))"
)


def test_a_missing_scope_is_null_at_first_and_empty_later(found: DatabaseUrls) -> None:
    """NULL gives silently no rows, '' an error about arrays; `hamyar_scope` says what is wrong."""
    secret(found, ENABLE, FORCE, NAIVE)
    with psycopg.connect(found.app, autocommit=True) as connection:
        assert one(connection, COUNT) == 0
        connection.execute("begin")
        connection.execute("select set_config('hamyar.municipalities', '{}', true)")
        connection.execute("commit")
        with pytest.raises(errors.InvalidTextRepresentation):
            one(connection, COUNT)
    run(found.owner, "drop policy scope on secret", SCOPE)
    with psycopg.connect(found.app, autocommit=True) as connection:
        for _used in range(2):
            with pytest.raises(errors.InsufficientPrivilege, match="no scope is set"):
                one(connection, COUNT)
            connection.execute("begin")
            connection.execute("select set_config('hamyar.municipalities', '{}', true)")
            assert one(connection, COUNT) == 0
            connection.execute("commit")


@pytest.mark.parametrize("function", ["hamyar_scope", "hamyar_person", "hamyar_today"])
def test_every_scope_function_refuses_a_missing_scope(found: DatabaseUrls, function: str) -> None:
    with psycopg.connect(found.app, autocommit=True) as connection:
        for _used in range(2):
            with pytest.raises(errors.InsufficientPrivilege, match="no scope is set"):
                one(connection, f"select {function}()")
            with scoped(found.app, KARAJ) as other:
                assert one(other, f"select {function}()") is not None


def test_a_session_level_setting_outlives_its_request(found: DatabaseUrls) -> None:
    with psycopg.connect(found.app, autocommit=True) as connection:
        setting = "select set_config('hamyar.municipalities', %s, false)"
        connection.execute(setting, [f"{{{KARAJ}}}"])
        assert one(connection, "select hamyar_scope()") == [KARAJ]  # the next user's, too


def test_nothing_sets_the_scope_for_a_session() -> None:
    session_level = re.compile(
        r"set_config\([^)]*,\s*false\s*\)|\bset\s+(session\s+)?['\"]?hamyar\.", re.IGNORECASE
    )
    ours = re.compile(r"set_config\('hamyar")
    for path in (*ROOT.glob("core/**/*.py"), *ROOT.glob("plugins/**/*.py"),
                 *ROOT.glob("migrations/**/*.py")):  # fmt: skip
        source = path.read_text("utf-8")
        assert not session_level.search(source), path
        for call in ours.finditer(source):
            statement = source[call.start() : call.start() + 160]
            assert re.match(r"set_config\('hamyar\.[a-z]+',[^;]*?,\s*true\s*\)", statement), path


def test_a_pooled_connection_forgets_the_scope(found: DatabaseUrls) -> None:
    engine = create_engine(sqlalchemy_url(found.app), pool_size=1, max_overflow=0)
    with open_unit(Scope.of(KARAJ), engine=engine) as uow:
        assert uow.session.execute(text("select hamyar_scope()")).scalar_one() == [KARAJ]
    with engine.connect() as connection:
        left = connection.scalar(text("select current_setting('hamyar.municipalities', true)"))
        assert left == ""
    engine.dispose()


def test_threads_keep_their_scopes_apart(province: Province, engine: Engine) -> None:
    """A peer keeps the tenant in a class attribute and mixes them under threads."""
    for place in (province.karaj, province.fardis):
        for n in range(3):
            province.org_unit(place, f"unit {n}")
    seen: list[tuple[object, set[object]]] = []
    barrier = Barrier(8)

    def look(place: object) -> None:
        barrier.wait(10)
        for _round in range(10):
            with open_unit(Scope.of(place), engine=engine) as uow:  # type: ignore[arg-type]
                rows = uow.session.execute(text("select municipality_id from org_unit"))
                seen.append((place, set(rows.scalars())))

    places = [province.karaj.id, province.fardis.id] * 4
    threads = [Thread(target=look, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80
    assert all(rows == {place} for place, rows in seen)


# --- Ways to write and to read ------------------------------------------------------------------


def test_copy_is_refused_and_goes_through_a_temporary_table(found: DatabaseUrls) -> None:
    secret(found, ENABLE, FORCE, SCOPE)
    line = f"{KARAJ}\t7\tcopied\n".encode()
    with (
        scoped(found.app, KARAJ) as connection,
        pytest.raises(errors.FeatureNotSupported, match="COPY FROM not supported"),
        connection.cursor().copy("copy secret from stdin") as copy,
    ):
        copy.write(line)
    for place, allowed in ((KARAJ, True), (FARDIS, False)):
        with scoped(found.app, place) as connection:
            connection.execute("create temporary table incoming (like secret) on commit drop")
            with connection.cursor().copy("copy incoming from stdin") as copy:
                copy.write(line)
            insert = "insert into secret select * from incoming"
            if allowed:
                assert connection.execute(insert).rowcount == 1
            else:
                with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                    connection.execute(insert)


def test_a_dump_is_refused_or_whole(found: DatabaseUrls, tmp_path: Path) -> None:
    """pg_dump switches row security off and fails; with it on, it needs a policy or misses rows."""
    secret(found, ENABLE, FORCE, SCOPE)
    keywords = url_parts.parts(found.owner or "")
    password = keywords.pop("password")
    with psycopg.connect(found.owner or "") as connection:
        _version, tool = _tool(connection, "pg_dump")

    def dump(*more: str) -> subprocess.CompletedProcess[str]:
        command = [tool, f"--dbname={url_parts.build(keywords)}", "--table=secret", *more]
        return subprocess.run(
            command, env={"PGPASSWORD": password}, capture_output=True, text=True, check=False
        )

    assert "would be affected by row-level security" in dump().stderr
    assert "fardis" not in dump("--enable-row-security").stdout
    with (
        psycopg.connect(found.owner or "") as connection,
        pytest.raises(BackupError, match="secret"),
    ):
        _refuse_hidden(connection)
    run(found.owner, OWNER)
    assert "fardis" in dump("--enable-row-security").stdout


def test_a_policy_with_a_sub_select_asks_the_scope_once(found: DatabaseUrls) -> None:
    secret(found, ENABLE, FORCE, SCOPE, OWNER)
    with scoped(found.app, KARAJ) as connection:
        plan = explain(connection, "select * from secret")
        assert "InitPlan" in plan
    run(found.owner, "drop policy scope on secret", "create policy scope on secret to hamyar_app"
        " using (municipality_id = any(hamyar_scope()::uuid[]))")  # fmt: skip
    with scoped(found.app, KARAJ) as connection:
        assert "InitPlan" not in explain(connection, "select * from secret")
    assert "(select hamyar_scope())" in IN_SCOPE


def test_like_cannot_use_the_index_under_row_level_security(found: DatabaseUrls) -> None:
    """LIKE isn't leakproof, so it runs after the policy, on every row; ^@ and >= may go first."""
    query = "select id from employment where municipality_id = '{}' and name_key {}"
    many(found)
    with scoped(found.app, KARAJ) as connection:
        for condition, indexed in (
            ("like '7af%'", False),
            ("^@ '7af'", True),
            (">= '7af' and name_key < '7ag'", True),
        ):
            plan = explain(connection, query.format(KARAJ, condition))
            conditions = " ".join(line for line in plan.splitlines() if "Index Cond" in line)
            assert ("name_key" in conditions) == indexed, plan


def many(urls: DatabaseUrls) -> None:
    """Add 5,000 employments in KARAJ."""
    run(
        urls.owner,
        "insert into municipality (id, code, kind, name_fa, name_en)"
        f" values ('{KARAJ}', 'trap', 'municipality', '', '')",
        "with p as (insert into person (id, national_id, given_name, family_name, family_key,"
        " name_key, sort_key) select gen_random_uuid(), (10^9 + n)::bigint::text, '', '', '',"
        " md5(n::text), '' from generate_series(1, 5000) n returning id, name_key)"
        " insert into employment (municipality_id, id, person_id, personnel_number, kind,"
        f" starts_on, name_key, given_key, sort_key) select '{KARAJ}', gen_random_uuid(), id,"
        " id::text, 'official', '2020-01-01', name_key, '', md5(name_key) from p",
        "analyze employment",
    )


def explain(connection: psycopg.Connection, query: str) -> str:
    return "\n".join(row[0] for row in connection.execute(f"explain {query}".encode()))


# --- People -------------------------------------------------------------------------------------


def test_an_employment_does_not_open_a_strangers_record(found: DatabaseUrls) -> None:
    """Who may insert employments could otherwise read and change everybody."""
    province = both(found)
    stranger = province.employee(province.karaj)
    insert = text(
        "insert into employment (municipality_id, id, person_id, personnel_number, kind,"
        " starts_on, name_key, given_key, sort_key)"
        " values (:place, gen_random_uuid(), :person, '1', 'official', :day, '', '', '')"
    )
    values = {"place": province.fardis.id, "person": stranger.person_id, "day": LONG_AGO}
    seen = text("select count(*) from person where id = :person")
    with province.unit(province.fardis) as uow:
        with pytest.raises(Exception, match="violates row-level security policy"):
            uow.session.execute(insert, values)
        uow.session.rollback()
        assert uow.session.scalar(seen, {"person": stranger.person_id}) == 0
    mine = province.employee(province.fardis)
    with province.unit(province.fardis) as uow:
        steal = text("update employment set person_id = :person where id = :id")
        with pytest.raises(Exception, match="violates row-level security policy"):
            uow.session.execute(steal, {"person": stranger.person_id, "id": mine.employment_id})
        uow.session.rollback()
    for engine in (province.owner, province.engine):
        engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into person (id, national_id, given_name, family_name, family_key, name_key,"
        " sort_key) values (gen_random_uuid(), '0012345679', 'a', 'b', '', '', '')",
        "delete from person",
        f"insert into person_link (municipality_id, person_id) values ('{KARAJ}', '{FARDIS}')",
        "update person_link set person_id = gen_random_uuid()",
        "select * from person_link_miss",
        "insert into audit_head (municipality_id, number, hash) values "
        f"('{KARAJ}', 1, '')",
        "update audit_entry set reason = ''",
        "delete from audit_entry",
        "truncate audit_entry",
        "alter table audit_entry disable trigger all",
        "drop policy scope on employment",
        "set role hamyar_owner",
        "set row_security = off; select * from employment",
        "copy employment to program 'cat'",
    ],
)  # fmt: skip
def test_the_apps_role_may_not(found: DatabaseUrls, statement: str) -> None:
    with scoped(found.app, KARAJ) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_business_days_never_come_from_the_databases_clock() -> None:
    """The day is Tehran's, from one clock; PostgreSQL's current_date is UTC's."""
    word = re.compile(r"\bcurrent_date\b", re.IGNORECASE)
    for folder in ("core", "plugins", "migrations"):
        for path in ROOT.glob(f"{folder}/**/*.py"):
            for line in path.read_text("utf-8").splitlines():
                code = line.partition("#")[0].partition("--")[0]
                assert not (word.search(code) and '"""' not in code and "never" not in code), path
