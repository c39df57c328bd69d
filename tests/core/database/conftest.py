"""Homes for embedded servers, each stopped and removed after its test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database.embedded import EmbeddedServer, places


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder that every account can pass; the system folder lies in it too.

    pytest's own temporary folders are 0700.
    """
    folder = Path(tempfile.mkdtemp(prefix="hamyar-test-"))
    folder.chmod(0o755)
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
