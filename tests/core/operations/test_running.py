"""`hamyar run` as a process: its children, its end, its database."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from core.config import OperatorError, Settings
from core.database.embedded import EmbeddedServer
from core.database.provision import ensure_database
from core.database.urls import DatabaseUrls
from core.operations import doctor, findings, serving
from core.testing.postgres import clone_database, drop_database

ROOT = Path(__file__).parents[3]


@pytest.fixture
def urls() -> Iterator[DatabaseUrls]:
    found = clone_database()
    yield found
    drop_database(found)


@pytest.fixture
def settings(urls: DatabaseUrls, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path, env="test", database_url=urls.app, owner_url=urls.owner, port=free_port()
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def children(pid: int) -> list[int]:
    return [
        int(found)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for found in (task / "children").read_text().split()
    ]


def gone(pid: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hamyar run` with two web workers, up and answering."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HAMYAR_")} | {
        "HAMYAR_HOME": str(tmp_path), "HAMYAR_ENV": "test",
        "HAMYAR_DATABASE_URL": settings.database_url or "",
        "HAMYAR_OWNER_URL": settings.owner_url or "",
        "HAMYAR_PORT": str(settings.port), "HAMYAR_WEB_WORKERS": "2",
    }  # fmt: skip
    program = (
        "from core.operations import doctor, findings\n"
        "doctor.assets = lambda: findings.ok('assets')\n"  # may not be built where tests run
        "from core.cli import hamyar\n"
        "if __name__ == '__main__': hamyar(['run'])\n"
    )
    script = tmp_path / "run.py"
    script.write_text(program)
    log = tmp_path / "run.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, script], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT,
            env=environment | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    try:
        answers(settings.port)
        yield process
    finally:
        process.kill()
        process.wait()
        print(log.read_text(errors="replace"))


def within(seconds: float, true: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.2)


def answers(port: int, seconds: float = 120) -> str:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return str(answer.read())
        except OSError:
            assert time.monotonic() < end, "the site never answered"
            time.sleep(0.2)


def test_a_killed_web_worker_is_replaced_and_sigterm_ends_all(
    site: subprocess.Popen[bytes], settings: Settings, tmp_path: Path
) -> None:
    below = children(site.pid)
    victim = max(below)  # the first child is multiprocessing's own
    os.kill(victim, signal.SIGKILL)
    assert gone(victim)
    within(30, lambda: len(set(children(site.pid)) - {victim}) >= len(below))
    within(15, lambda: "2 workers" in answers(settings.port))  # of the jobs, beside the server
    assert f"Hamyar runs at http://127.0.0.1:{settings.port}/" in (tmp_path / "run.log").read_text()
    below = children(site.pid)
    site.send_signal(signal.SIGTERM)
    assert site.wait(30) == 0
    assert all(gone(pid) for pid in below)
    with socket.create_server(("127.0.0.1", settings.port)):
        pass  # nobody holds the port


def test_workers_end_when_the_server_is_killed(site: subprocess.Popen[bytes]) -> None:
    below = children(site.pid)
    site.kill()
    assert all(gone(pid) for pid in below)


def test_a_taken_port_is_said(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.port)),
        pytest.raises(OperatorError, match="HAMYAR_PORT"),
    ):
        serving.refuse_taken_port(settings)


def test_missing_assets_and_old_tables_stop_the_start(
    settings: Settings, urls: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "assets", lambda: findings.down("assets", "not built"))
    with pytest.raises(OperatorError, match="not built"):
        serving.prepare(settings)
    monkeypatch.setattr(doctor, "assets", lambda: findings.ok("assets"))
    assert serving.prepare(settings).app == urls.app
    with psycopg.connect(urls.owner or "") as owner:
        owner.execute("delete from alembic_version_training")
    alone = Settings(home=tmp_path, env="test", database_url=urls.app, port=settings.port)
    with pytest.raises(OperatorError, match="training"):
        serving.prepare(alone)


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.7", "10.0.0.7")]
)
def test_address_to_type(host: str, shown: str) -> None:
    assert str(serving.Place(host, 8000)) == f"http://{shown}:8000/"


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the embedded server's account can pass (pytest's folders are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="hamyar-run-"))
    folder.chmod(0o711)
    yield folder
    EmbeddedServer(folder).stop()
    shutil.rmtree(folder)


def test_the_embedded_database_ends_with_its_last_user(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=home, env="test")
    found = ensure_database(settings)
    monkeypatch.setattr(serving, "DATABASE_PATIENCE", 0.2)
    with psycopg.connect(found.app):
        serving.stop_database(settings, found)
        assert EmbeddedServer(home).attach()
    serving.stop_database(settings, found)
    assert EmbeddedServer(home).attach() is None
    serving.stop_database(settings, found)  # and once more, when it is gone
