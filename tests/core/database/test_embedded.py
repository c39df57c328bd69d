"""The life of the embedded server: start, crash, recovery, stop."""

from __future__ import annotations

import os
import signal
import subprocess
from multiprocessing.pool import ThreadPool
from pathlib import Path

import psycopg
import pytest
from embedded_support import ask, in_child, mode

from core.database.embedded import EmbeddedServer, ServerError, choose, cluster, installed, process


def test_new_server_is_closed_and_checked(home: Path, new_clusters: None) -> None:
    running = EmbeddedServer(home).start()
    assert ask(running, "show listen_addresses") == ""
    assert ask(running, "show data_checksums") == "on"
    assert ask(running, "show server_encoding") == "UTF8"
    assert ask(running, "show timezone") == "UTC"
    methods = "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"
    assert ask(running, methods) == "scram-sha-256"
    assert mode(running.data) == mode(running.sockets) == 0o700
    assert mode(home / "postgres/admin.password") == 0o600
    assert os.fsencode(running.sockets / ".s.PGSQL.5432") < b"x" * 101
    assert "evaluation" in running.warning


def test_order_is_by_code_point_everywhere(home: Path, new_clusters: None) -> None:
    running = EmbeddedServer(home).start()
    query = "select string_agg(x, '' order by x) from unnest(array['ک','a','B','ا','ي','پ']) x"
    assert ask(running, query) == "".join(sorted("کaBايپ"))


def test_wrong_password_does_not_get_in(home: Path) -> None:
    running = EmbeddedServer(home).start()
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(running.admin_url, password="guess")


def test_second_start_attaches(home: Path) -> None:
    first = EmbeddedServer(home).start()
    assert EmbeddedServer(home).start() == first


def test_server_outlives_the_process_that_started_it(home: Path) -> None:
    pid = in_child(lambda: EmbeddedServer(home).start().pid)
    found = EmbeddedServer(home).attach()
    assert found is not None
    assert found.pid == pid


def test_concurrent_starts_give_one_server(home: Path, new_clusters: None) -> None:
    with ThreadPool(4) as pool:
        pids = pool.map(lambda _: in_child(lambda: EmbeddedServer(home).start().pid), range(4))
    assert len(set(pids)) == 1


def test_stop_ends_it_and_keeps_the_data(home: Path) -> None:
    server = EmbeddedServer(home)
    ask(server.start(), "create table kept as select 7 as n")
    assert server.stop()
    assert server.attach() is None
    assert not server.stop()
    assert ask(server.start(), "select n from kept") == 7


def test_stop_without_a_server_creates_nothing(home: Path) -> None:
    assert not EmbeddedServer(home).stop()
    assert list(home.iterdir()) == []


def test_committed_rows_survive_kill_9(home: Path) -> None:
    server = EmbeddedServer(home)
    running = server.start()
    ask(running, "create table kept as select generate_series(1, 1000) as n")
    os.kill(running.pid, signal.SIGKILL)
    again = server.start()
    assert again.pid != running.pid
    assert ask(again, "select count(*) from kept") == 1000


def test_all_processes_killed(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    for pid in process.orphans(server.data):
        os.kill(pid, signal.SIGKILL)
    assert server.start().pid


def test_pid_taken_by_a_stranger_of_the_same_account(home: Path) -> None:
    server = EmbeddedServer(home)
    running = server.start()
    os.kill(running.pid, signal.SIGKILL)
    process.wait(lambda: not process.orphans(server.data), 10)
    drop = {"user": server.account.uid, "group": server.account.gid, "extra_groups": []}
    stranger = subprocess.Popen(["sleep", "60"], **(drop if server.account.drop else {}))
    try:
        for stale in (server.data / "postmaster.pid", *running.sockets.glob(".s.PGSQL.*.lock")):
            lines = stale.read_text().splitlines()
            stale.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert server.attach() is None
        assert ask(server.start(), "select 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "garbage\n", "999999999\n/x\n0\n5432\n/nowhere\n"])
def test_damaged_pid_file(home: Path, content: str) -> None:
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(content)
    assert server.start().pid


def test_socket_swept_away(home: Path) -> None:
    server = EmbeddedServer(home)
    running = server.start()
    ask(running, "create table kept as select 7 as n")
    for path in running.sockets.iterdir():
        path.unlink()
    running.sockets.rmdir()
    again = server.start()
    assert not process.is_server(running.pid, server.data)
    assert ask(again, "select n from kept") == 7


def test_long_path_of_home(base: Path, new_clusters: None) -> None:
    home = base / ("long-" * 25) / ("path-" * 25)
    home.mkdir(parents=True)
    running = EmbeddedServer(home).start()
    assert len(str(running.data)) > 250
    assert ask(running, "select 1") == 1


def test_home_with_quote_space_and_persian(base: Path, new_clusters: None) -> None:
    home = base / "it's همیار $HOME"
    home.mkdir()
    assert ask(EmbeddedServer(home).start(), "select 1") == 1


def test_killed_creation_is_repeated(home: Path, new_clusters: None) -> None:
    half = home / "postgres/data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ask(EmbeddedServer(home).start(), "select 1") == 1
    assert not half.exists()


def test_failing_start_shows_the_servers_log(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    (home / "postgres/conf.d/mine.conf").write_text("work_mem = 'plenty'\n")
    with pytest.raises(ServerError, match=r'invalid value for parameter "work_mem": "plenty"'):
        server.start()
    (home / "postgres/conf.d/mine.conf").write_text("work_mem = '9MB'\n")
    assert ask(server.start(), "show work_mem") == "9MB"


def test_data_of_another_major_version(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 13, but only .* is installed"):
        EmbeddedServer(home).start()


def test_lost_and_wrong_admin_password(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    path = home / "postgres/admin.password"
    path.write_text("other")
    with pytest.raises(ServerError, match="does not fit"):
        server.start()
    path.unlink()
    with pytest.raises(ServerError, match="missing"):
        server.start()


def test_log_is_rotated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    monkeypatch.setattr(cluster, "LOG_LIMIT", 10)
    server.start()
    assert (server.data / "server.log.1").exists()


def test_every_installed_version_works_and_data_keeps_its_own(base: Path) -> None:
    for each in installed():
        home = base / each.version
        home.mkdir()
        server = EmbeddedServer(home, binaries=each)
        assert server.start().version == each.version
        server.stop()
        again = EmbeddedServer(home, binaries=choose()).start()
        assert again.version == each.version
        assert ask(again, "select lower('ÀÉ')") == "àé"
        assert ask(
            again, "select array_agg(x order by x)::text from unnest('{b,B,a}'::text[]) x"
        ) == ("{B,a,b}")
