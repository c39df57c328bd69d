"""Each check of the doctor, healthy and ill."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from core.cli import hamyar
from core.config import Settings
from core.database.roles import RoleError
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.operations import doctor
from core.operations.findings import Finding
from core.testing.postgres import clone_database, drop_database


@pytest.fixture
def urls() -> Iterator[DatabaseUrls]:
    found = clone_database()
    yield found
    drop_database(found)


@pytest.fixture
def settings(urls: DatabaseUrls, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, env="test", database_url=urls.app, owner_url=urls.owner)


@pytest.fixture
def smtp() -> Iterator[str]:
    """A mail server that knows EHLO, NOOP and QUIT."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 hello\r\n")
            lines.flush()
            for line in lines:
                lines.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 fine\r\n")
                lines.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def execute(url: str | None, statement: str) -> None:
    import psycopg

    with psycopg.connect(url or "") as connection:
        connection.execute(statement.encode())


def by_name(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.examine(settings)}


def test_healthy_machine(settings: Settings) -> None:
    found = by_name(settings)
    assert {n: f.status for n, f in found.items() if f.status != "ok" and n != "assets"} == {
        "queue": "degraded"  # no worker runs
    }
    assert found["database"].detail.startswith("PostgreSQL ")
    assert found["plugin training"].status == "ok"


def test_unprotected_table(settings: Settings, urls: DatabaseUrls) -> None:
    execute(urls.owner, "alter table employment no force row level security")
    found = by_name(settings)["rights"]
    assert (found.status, "employment" in found.detail) == ("down", True)


def test_app_role_that_is_too_strong(urls: DatabaseUrls, settings: Settings) -> None:
    engine = create_engine(sqlalchemy_url(urls.owner or ""))
    with pytest.raises(RoleError, match="owns tables"):
        doctor.rights(engine, urls)
    engine.dispose()


def test_owner_unknown(urls: DatabaseUrls, tmp_path: Path) -> None:
    found = by_name(Settings(home=tmp_path, env="test", database_url=urls.app))
    assert found["rights"].status == "degraded"


def test_tables_behind(settings: Settings, urls: DatabaseUrls) -> None:
    execute(urls.owner, "delete from alembic_version")
    execute(urls.owner, "delete from alembic_version_training")
    found = by_name(settings)
    assert found["tables"].status == "down"
    assert "needs_migration" in found["plugin training"].detail


def test_database_out_of_reach(tmp_path: Path) -> None:
    gone = Settings(home=tmp_path, database_url="postgresql://a:secret@127.0.0.1:1/x")
    found = by_name(gone)
    assert found["database"].status == "down"
    assert "secret" not in str(found)


def test_clock() -> None:
    assert doctor.clocks(0.4).status == "ok"
    assert doctor.clocks(-7).status == "degraded"


def test_assets(tmp_path: Path) -> None:
    assert doctor.assets(tmp_path).status == "down"
    (tmp_path / "manifest.json").write_text(
        '{"files": {"hamyar.css": "hamyar.1.css"}, "icons": [], "inputs": ""}'
    )
    assert doctor.assets(tmp_path).status == "down"
    (tmp_path / "hamyar.1.css").touch()
    assert doctor.assets(tmp_path).status == "ok"


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.disk(tmp_path / "not/yet").status == "ok"
    monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 60)
    assert doctor.disk(tmp_path).status == "degraded"


def test_mail(tmp_path: Path, smtp: str) -> None:
    def judged(url: str, env: str = "production") -> Finding:
        return doctor.mail(Settings(home=tmp_path, env=env, mail_url=url))

    assert judged(smtp).status == "ok"
    assert judged("smtp://127.0.0.1:1").status == "degraded"
    assert judged("console:").status == "degraded"
    assert judged("console:", "test").status == "ok"


def test_exit_code_says_whether_it_can_work(tmp_path: Path) -> None:
    environment = {
        "HAMYAR_HOME": str(tmp_path),
        "HAMYAR_DATABASE_URL": "postgresql://a:secret@127.0.0.1:1/x",
    }
    done = CliRunner(env=environment).invoke(hamyar, ["doctor"])
    assert done.exit_code == 1
    assert "secret" not in done.output
