"""Homes for embedded servers, each stopped and removed after its test.

Most tests are about a server's life, not its birth: their clusters are copies of one that
``initdb`` made, in memory where there is room. `new_clusters` switches that off.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database.embedded import Binaries, EmbeddedServer, choose, cluster, places
from core.database.embedded.account import Account, account_for

MEMORY = Path("/dev/shm")
ROOM = 4 << 30
real_create = cluster.create


def _new_folder() -> Path:
    """Return a new folder that every account can pass (pytest's own are 0700)."""
    folder = Path(tempfile.mkdtemp(prefix="hamyar-test-", dir=_fastest()))
    folder.chmod(0o755)
    return folder


def _fastest() -> Path | None:
    """Return the memory's file system if programs may run there and much is free."""
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return None
    usable = not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize > ROOM
    return MEMORY if usable else None


@pytest.fixture(scope="session")
def original() -> Iterator[tuple[Path, Binaries, Account]]:
    """Return a folder with a cluster that is never started, what made it and for whom."""
    folder, binaries, account = _new_folder(), choose(), account_for()
    real_create(folder, places.reachable(binaries, account), account, sync=False)
    yield folder, binaries, account
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def copied_clusters(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    original: tuple[Path, Binaries, Account],
) -> None:
    """Copy the original cluster wherever the same programs would create one for the same user."""
    source, binaries, owner = original

    def create(folder: Path, asked: Binaries, account: Account, *, sync: bool = True) -> None:
        if (asked.version, account) != (binaries.version, owner):
            real_create(folder, asked, account, sync=sync)
            return
        shutil.copy2(source / "admin.password", folder)
        account.give(folder / "admin.password")
        shutil.rmtree(folder / "data.new", ignore_errors=True)
        new = folder / "data.new"
        new.mkdir(mode=0o700)
        account.give(new)
        assert account.run(["cp", "-a", f"{source}/data/.", new]).returncode == 0
        new.rename(folder / "data")

    if "new_clusters" not in request.fixturenames:
        monkeypatch.setattr(cluster, "create", create)


@pytest.fixture
def new_clusters() -> None:
    """Let this test's clusters be created by initdb."""


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder that every account can pass; the system folder lies in it too."""
    folder = _new_folder()
    monkeypatch.setattr(places, "SYSTEM_HOME", folder / "system")
    yield folder
    for data in folder.rglob("PG_VERSION"):
        if data.parent.name == "data":
            _stop(data.parent.parent)
    shutil.rmtree(folder)


def _stop(cluster: Path) -> None:
    """Stop whatever server runs in a cluster's folder, whoever owns it."""
    server = EmbeddedServer(cluster.parent)
    server.folder, server.data = cluster, cluster / "data"
    server.stop()


@pytest.fixture
def home(base: Path) -> Path:
    """Return an empty home as `core.config.ensure_home` makes it."""
    path = base / "home"
    path.mkdir()
    path.chmod(0o711)
    return path
