"""Who runs the embedded server, and where: root, ordinary users, closed homes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from embedded_support import ask, in_child, mode

from core.config import Settings, ensure_home
from core.database.embedded import Binaries, EmbeddedServer, ServerError, choose, places, process
from core.database.embedded.account import Account

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@needs_root
def test_root_drops_its_rights(home: Path) -> None:
    running = EmbeddedServer(home).start()
    assert owner_of(running.pid) != 0
    groups = Path(f"/proc/{running.pid}/status").read_text().split("Groups:")[1].splitlines()[0]
    assert "0" not in groups.split()


@needs_root
def test_closed_home_of_root_stays_closed(base: Path) -> None:
    closed = base / "root"
    home = closed / "hamyar"
    home.mkdir(parents=True)
    closed.chmod(0o700)
    server = EmbeddedServer(home)
    running = server.start()
    assert places.SYSTEM_HOME in running.data.parents
    assert mode(closed) == 0o700
    assert mode(base) == 0o755
    assert ask(running, "create table kept as select 7 as n") is None
    server.stop()
    closed.chmod(0o755)  # opened later: the data is still found where it was made
    assert ask(EmbeddedServer(home).start(), "select n from kept") == 7


@needs_root
def test_closed_binaries_are_copied(base: Path, home: Path) -> None:
    original = choose()
    closed = base / "root"
    package = closed / "site-packages" / original.folder.parent.parent.name
    shutil.copytree(original.folder.parent, package / original.folder.parent.name)
    libraries = original.folder.parents[1].with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / "site-packages" / libraries.name)
    closed.chmod(0o700)
    hidden = Binaries(package / original.folder.parent.name / "bin", original.version)
    running = EmbeddedServer(home, binaries=hidden).start()
    program = Path(f"/proc/{running.pid}/exe").readlink()
    assert places.SYSTEM_HOME in program.parents
    assert mode(closed) == 0o700
    assert ask(running, "create extension btree_gist") is None


@needs_root
def test_unreachable_existing_cluster_is_not_replaced(base: Path, home: Path) -> None:
    EmbeddedServer(home).start()
    EmbeddedServer(home).stop()
    home.chmod(0o700)
    with pytest.raises(ServerError, match="cannot reach"):
        EmbeddedServer(home)
    home.chmod(0o711)


@needs_root
def test_ordinary_user_runs_his_own(base: Path) -> None:
    home = base / "user"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    binaries = places.reachable(choose(), Account(NOBODY, NOBODY, drop=True))

    def work() -> tuple[int, Path, object]:
        os.environ.pop("XDG_RUNTIME_DIR", None)
        server = EmbeddedServer(home, binaries=binaries)
        running = server.start()
        os.kill(running.pid, 9)
        again = server.start()
        return again.pid, again.sockets, ask(again, "select current_user::text")

    pid, sockets, user = in_child(work, NOBODY)
    assert user == "hamyar_admin"
    assert owner_of(pid) == NOBODY
    assert mode(sockets) == mode(home) == mode(home / "postgres") == 0o700
    # root finds and stops the user's server, and would start it as that user again
    server = EmbeddedServer(home, binaries=binaries)
    found = server.attach()
    assert found is not None
    assert found.pid == pid
    assert server.account.uid == NOBODY
    assert server.stop()


@needs_root
def test_users_runtime_folder_is_used_and_may_be_swept(base: Path) -> None:
    home, runtime = base / "user", base / "r"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
        os.chown(folder, NOBODY, NOBODY)
    binaries = places.reachable(choose(), Account(NOBODY, NOBODY, drop=True))

    def work() -> tuple[Path, Path]:
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        first = EmbeddedServer(home, binaries=binaries).start().sockets
        shutil.rmtree(runtime / "hamyar")
        return first, EmbeddedServer(home, binaries=binaries).start().sockets

    first, second = in_child(work, NOBODY)
    assert first.is_relative_to(runtime)
    assert second.is_relative_to(runtime)


@needs_root
def test_another_user_is_told_whose_it_is(home: Path) -> None:
    EmbeddedServer(home).start()

    def work() -> str:
        try:
            EmbeddedServer(home).start()
        except ServerError as error:
            return str(error)
        return "started"

    assert "another user" in in_child(work, NOBODY)


def test_prepared_socket_folder_is_not_used(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(os.geteuid(), os.getegid(), drop=False)
    monkeypatch.setattr(places, "_runtime_bases", lambda _account: [base])
    first = places.socket_folder(base / "cluster", account)
    assert places.socket_folder(base / "cluster", account) == first
    first.chmod(0o777)
    second = places.socket_folder(base / "cluster", account)
    assert second != first
    assert mode(second) == 0o700
    first.rmdir()
    first.symlink_to(second)
    assert places.socket_folder(base / "cluster", account) not in {first, second}


def test_no_short_folder(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_runtime_bases", lambda _account: [base / ("x" * 120)])
    account = Account(os.geteuid(), os.getegid(), drop=False)
    with pytest.raises(ServerError, match="no short folder"):
        places.socket_folder(base, account)


def test_home_is_made_with_narrow_mode(base: Path) -> None:
    home = ensure_home(Settings(home=base / "a/b"))
    assert mode(home) == (0o711 if os.geteuid() == 0 else 0o700)


def test_process_of_another_folder_is_not_ours(base: Path) -> None:
    assert not process.is_server(os.getpid(), base)
    assert not process.is_server(1, base)
    assert process.orphans(base) == []
