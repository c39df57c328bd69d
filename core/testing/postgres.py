"""Databases for tests: one embedded server, a migrated template, cheap clones.

All test processes of a user share one server: pytest-xdist's workers, and several sessions at
once. Each holds a shared lock while it needs the server, and the last one stops it; the data
stays in a cache folder, so the next session finds server and template ready. Nothing here is
safe for real data: fsync is off.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.config import Settings
from core.database import provision, roles, urls
from core.database.embedded import EmbeddedServer, ServerError
from core.database.embedded.process import is_alive
from core.database.urls import DatabaseUrls
from core.private_files import locked

if TYPE_CHECKING:
    import psycopg

Migrate = Callable[[DatabaseUrls], None]
OPTIONS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
}
ROOT: Final = Path(__file__).parents[2]
PREFIX: Final = "hamyar_test_"
TEMPLATE: Final = "hamyar_template_"
KEPT_TEMPLATES: Final = 3


def home() -> Path:
    """Return the cache folder of this user's test server."""
    folder = Path(tempfile.gettempdir()) / f"hamyar-tests-{os.geteuid()}"
    try:
        folder.mkdir()
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise ServerError(f"{folder} belongs to somebody else") from None
    return folder


@cache
def server() -> DatabaseUrls:
    """Start or join the test server; return the URLs of its roles (database ``hamyar``).

    The server is left when this process ends. Data that no longer starts (fsync was off when
    the machine fell) is thrown away.
    """
    folder = home()
    users = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with locked(folder / "start.lock"):
        fcntl.flock(users, fcntl.LOCK_SH)
        embedded = EmbeddedServer(folder, options=OPTIONS)
        try:
            embedded.start()
        except ServerError:
            shutil.rmtree(embedded.folder, ignore_errors=True)
            embedded.start()
        found = provision.ensure_database(Settings(home=folder, env="test"))
        _drop_leftovers(found)
    atexit.register(_leave, embedded, folder, users, os.getpid())
    return found


def _leave(embedded: EmbeddedServer, folder: Path, users: int, pid: int) -> None:
    """Drop this process's databases; stop the server if nobody else uses it."""
    if os.getpid() != pid:  # a fork inherited the handler, not the databases
        return
    with locked(folder / "start.lock"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            _drop(f"{PREFIX}{pid}_")
        embedded.stop()


def template_database(migrate: Migrate | None = None, sources: Iterable[Path] | None = None) -> str:
    """Return the name of the migrated template, built once per content of its sources.

    Args:
        migrate: fills the empty database; default: `core.database.migrate.upgrade`.
        sources: files whose content decides whether it is rebuilt; default: all migrations,
            core's and the bundled plugins', and the modules that they share.
    """
    found = server()
    name = TEMPLATE + fingerprint(migration_files() if sources is None else sources)
    with locked(home() / "template.lock"), _admin(found) as connection:
        if not _exists(connection, name):
            _build(found, connection, name, migrate or _upgrade)
            _forget_old(connection, name)
    return name


def _upgrade(found: DatabaseUrls) -> None:
    from core.database.migrate import upgrade
    from core.plugin_host.host import PluginHost

    upgrade(found, PluginHost(entry_points=()))


def _build(
    found: DatabaseUrls, connection: psycopg.Connection, name: str, migrate: Migrate
) -> None:
    """Fill a database under another name, so that a killed build is never taken for whole."""
    making = f"{PREFIX}{os.getpid()}_template"
    migrate(_empty(found, connection, making))
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [making]
    )
    connection.execute(f"alter database {making} rename to {name}".encode())
    connection.execute(
        f"alter database {name} with is_template true allow_connections false".encode()
    )


def clone_database(template: str | None = None, name: str | None = None) -> DatabaseUrls:
    """Return a fresh copy of the template (tens of milliseconds); dropped with this process."""
    found = server()
    source = template or template_database()
    name = name or f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    with _admin(found) as connection:
        return _create(found, connection, name, source)


def empty_database() -> DatabaseUrls:
    """Return a new database without tables, with the roles' rights; dropped with this process."""
    found = server()
    with _admin(found) as connection:
        return _empty(found, connection, f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}")


def _empty(found: DatabaseUrls, connection: psycopg.Connection, name: str) -> DatabaseUrls:
    target = _create(found, connection, name, "template0")
    with _connect(target.owner) as owner:
        roles.prepare_database(owner)
    return target


def drop_database(found: DatabaseUrls) -> None:
    """Drop a clone, cutting whoever is still connected."""
    name = urls.parts(found.app)["dbname"]
    with _admin(server()) as connection:
        connection.execute(f"drop database if exists {name} with (force)".encode())


def _create(
    found: DatabaseUrls, connection: psycopg.Connection, name: str, template: str
) -> DatabaseUrls:
    """Create a database of the owner; a file copy is the fastest while fsync is off."""
    connection.execute(
        f"create database {name} owner {roles.OWNER} template {template}"
        " encoding 'UTF8' strategy file_copy".encode()
    )
    roles.grant_database(connection, name)
    return found.on(name)


def migration_files() -> list[Path]:
    """Return all files that decide what the migrated schema is."""
    return [
        *ROOT.glob("migrations/**/*.py"),
        *ROOT.glob("plugins/*/migrations/**/*.py"),
        *(ROOT / "core/database" / name for name in ("ddl.py", "roles.py", "migrate.py")),
    ]


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of names and contents; missing files are left out."""
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _connect(url: str | None, *, autocommit: bool = False) -> psycopg.Connection:
    import psycopg

    assert url is not None
    return psycopg.connect(url, autocommit=autocommit)


def _admin(found: DatabaseUrls) -> psycopg.Connection:
    return _connect(found.admin, autocommit=True)


def _exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select 1 from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def _names(connection: psycopg.Connection, prefix: str) -> list[str]:
    """Return the databases whose name begins so, newest first."""
    rows = connection.execute(
        "select datname from pg_database where starts_with(datname, %s) order by oid desc", [prefix]
    )
    return [row[0] for row in rows]


def _drop(prefix: str) -> None:
    with _admin(server()) as connection:
        for name in _names(connection, prefix):
            connection.execute(f"drop database if exists {name} with (force)".encode())


def _drop_leftovers(found: DatabaseUrls) -> None:
    """Drop the databases of processes that were killed; their names hold the process id."""
    with _admin(found) as connection:
        for name in _names(connection, PREFIX):
            if not is_alive(int(name.removeprefix(PREFIX).partition("_")[0])):
                connection.execute(f"drop database if exists {name} with (force)".encode())


def _forget_old(connection: psycopg.Connection, current: str) -> None:
    """Keep a few templates (switching branches is common) and drop older ones."""
    for name in [each for each in _names(connection, TEMPLATE) if each != current][KEPT_TEMPLATES:]:
        connection.execute(f"alter database {name} with is_template false".encode())
        connection.execute(f"drop database if exists {name} with (force)".encode())
