"""Backups: a dump in pg_dump's custom format with a manifest beside it, and their restore.

Row-level security could hide rows from a dump without a word. So the dumping role must have
a policy of its own on every protected table (`hidden_tables`), and the manifest's counts are
compared with the dump's rows before the backup counts as made.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.config import OperatorError
from core.database import roles, urls
from core.database.embedded.binaries import ENVIRONMENT, Binaries, installed
from core.database.urls import DatabaseUrls
from core.localization.clock import now
from core.private_files import write_private

if TYPE_CHECKING:
    import psycopg

FORMAT: Final = 1

HIDDEN: Final = """
select c.oid::regclass::text from pg_class c
where c.relkind in ('r', 'p') and c.relrowsecurity and not (
    exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
        and p.polcmd in ('*', 'r') and pg_get_expr(p.polqual, p.polrelid) = 'true'
        and (p.polroles = '{0}' or exists (select from unnest(p.polroles) as r(role)
             where pg_has_role(current_user, r.role, 'usage'))))
    and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive
        and p.polcmd in ('*', 'r') and (p.polroles = '{0}' or exists (
             select from unnest(p.polroles) as r(role)
             where pg_has_role(current_user, r.role, 'usage')))))
order by 1
"""
"""Protected tables of which the current role may not see every row."""

TABLES: Final = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = 'public'
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 1
"""


class BackupError(OperatorError):
    """A backup or restore cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: ``rows`` per table, and the dump's sha256 in hex."""

    format: int
    made_at: str
    database: str
    server_version: str
    dump: str
    bytes: int
    sha256: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """The number of rows in all tables."""
        return sum(self.rows.values())


def backup(found: DatabaseUrls, folder: Path) -> tuple[Path, Manifest]:
    """Dump the database into a new file in ``folder`` and return its path and manifest.

    The rows are counted in the very snapshot that is dumped, so the counts hold while people
    work. The dump is 0600, and takes its name only when it is whole.

    Raises:
        BackupError: no role for it, rows that would be hidden, no fitting pg_dump, no space.
    """
    url = found.backup or found.owner
    if url is None:
        raise BackupError("set HAMYAR_BACKUP_URL or HAMYAR_OWNER_URL: the app's role sees a part")
    made_at = now()
    stem = f"{urls.parts(url)['dbname']}-{made_at:%Y%m%dT%H%M%SZ}"
    path = folder / f"{stem}.dump"
    if path.exists():
        raise BackupError(f"{path} exists already")
    temporary = folder / f".{stem}.{secrets.token_hex(4)}.new"
    with _connected(url) as connection, _new_file(folder, temporary):
        version, tool = _tool(connection, "pg_dump")
        snapshot = _snapshot(connection)
        _refuse_hidden(connection)
        _run(tool, url, "--format=custom", "--enable-row-security", f"--snapshot={snapshot}",
             f"--file={temporary}")  # fmt: skip
        counts = _counts(connection)
        manifest = Manifest(
            FORMAT, made_at.isoformat(), urls.parts(url)["dbname"], version, path.name,
            temporary.stat().st_size, sha256(temporary), counts,
        )  # fmt: skip
        write_private(manifest_path(path), json.dumps(asdict(manifest), indent=2) + "\n")
        temporary.replace(path)
    return path, manifest


def manifest_path(dump: Path) -> Path:
    """Return the path of a dump's manifest."""
    return dump.with_suffix(".json")


def read_manifest(dump: Path) -> Manifest:
    """Return a dump's manifest after comparing size and sha256 with the file.

    Raises:
        BackupError: a file is missing, damaged or of a newer format.
    """
    try:
        content: dict[str, Any] = json.loads(manifest_path(dump).read_text(encoding="utf-8"))
        manifest = Manifest(**content)
    except FileNotFoundError as error:
        raise BackupError(f"{manifest_path(dump)} is missing") from error
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{manifest_path(dump)} is damaged or of another version") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{dump} has format {manifest.format}; this version reads {FORMAT}")
    if not dump.exists():
        raise BackupError(f"{dump} is missing")
    if sha256(dump) != manifest.sha256:
        raise BackupError(f"{dump} is damaged: its sha256 differs from the manifest's")
    return manifest


def restore(found: DatabaseUrls, dump: Path) -> Manifest:
    """Load a dump into the empty database of ``found`` and compare every table's count.

    One transaction: a failure leaves the database as empty as it was. Our default privileges
    are dropped before, as they would give the app rights on append-only tables that the dump
    took away; the dump brings them back.

    Raises:
        BackupError: a damaged dump, a database that is not empty, or a failing pg_restore.
    """
    manifest = read_manifest(dump)
    if found.owner is None:
        raise BackupError("a restore needs the owner's role: set HAMYAR_OWNER_URL")
    with _connected(found.owner) as connection:
        _refuse_filled(connection)
        _refuse_older(connection, manifest)
        _version, tool = _tool(connection, "pg_restore")
        roles.run(connection, roles.DROP_DEFAULTS)
        connection.commit()
    try:
        _load(tool, found.owner, dump)
    except BackupError:
        with _connected(found.owner) as connection:
            roles.prepare_database(connection)
        raise
    with _connected(found.owner) as connection:
        _refuse_difference(manifest, _counts(connection))
    return manifest


def sha256(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hidden_tables(connection: psycopg.Connection) -> list[str]:
    """Return the tables of which a dump by the current role would miss rows."""
    return [row[0] for row in connection.execute(HIDDEN)]


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"{urls.redacted(url)}: {str(error).strip()}") from error


@contextmanager
def _new_file(folder: Path, temporary: Path) -> Iterator[None]:
    """Create the dump's temporary file, 0600 from its first byte; remove it on failure."""
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        temporary.unlink(missing_ok=True)


def _snapshot(connection: psycopg.Connection) -> str:
    """Export a snapshot that pg_dump and our counts share."""
    connection.execute("set transaction isolation level repeatable read, read only")
    row = connection.execute("select pg_export_snapshot()").fetchone()
    if row is None:  # pragma: no cover - the function always returns a row
        raise BackupError("the server exports no snapshot")
    return str(row[0])


def _counts(connection: psycopg.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    names = [row[0] for row in connection.execute(TABLES).fetchall()]
    counts: dict[str, int] = {}
    for name in names:  # regclass::text is quoted where need be
        row = connection.execute(f"select count(*) from {name}".encode()).fetchone()
        counts[name] = row[0] if row else 0
    return counts


def _refuse_hidden(connection: psycopg.Connection) -> None:
    hidden = hidden_tables(connection)
    if hidden:
        raise BackupError(
            f"{connection.info.user} may not see every row of {', '.join(hidden)}: the backup"
            " would miss rows; each protected table needs a policy for this role"
        )


def _refuse_filled(connection: psycopg.Connection) -> None:
    filled = connection.execute(TABLES).fetchone()
    if filled:
        raise BackupError(
            f"the database is not empty (it has {filled[0]}); restore into a new HAMYAR_HOME or"
            " an empty database"
        )


def _refuse_older(connection: psycopg.Connection, manifest: Manifest) -> None:
    here = connection.info.server_version // 10000
    if here < int(manifest.server_version.split(".")[0]):
        raise BackupError(
            f"the backup is of PostgreSQL {manifest.server_version}, the server has {here}"
        )


def _refuse_difference(manifest: Manifest, counts: dict[str, int]) -> None:
    names = sorted(manifest.rows.keys() | counts.keys())
    wrong = [name for name in names if manifest.rows.get(name) != counts.get(name)]
    if wrong:
        raise BackupError(f"restored, but these tables differ from the manifest: {wrong}")


def _tool(connection: psycopg.Connection, name: str) -> tuple[str, Path]:
    """Return the server's version and the fitting program: of its major, else the next newer."""
    number = connection.info.server_version
    version = f"{number // 10000}.{number % 10000}"
    fitting: list[Binaries] = sorted(
        (each for each in installed() if each.major >= number // 10000),
        key=lambda each: each.major,
    )
    for each in fitting:
        if (each.folder / name).exists():
            return version, each.folder / name
    raise BackupError(f"no {name} for PostgreSQL {version}: install its client programs")


def _load(tool: Path, url: str, dump: Path) -> None:
    """Restore everything but the extensions: they exist, and a DBA may own them."""
    listing = _call([tool, "--list", dump], {})
    kept = [line for line in listing.splitlines() if " EXTENSION " not in line]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
        file.write("\n".join(kept) + "\n")
        file.flush()
        _run(tool, url, "--single-transaction", "--no-owner", "--exit-on-error",
             f"--use-list={file.name}", str(dump))  # fmt: skip


def _run(tool: Path, url: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore; the password goes by the environment, not the command line."""
    keywords = urls.parts(url)
    password = {"PGPASSWORD": keywords.pop("password", "")}
    _call([tool, f"--dbname={urls.build(keywords)}", "--no-password", *arguments], password)


def _call(command: list[str | Path], environment: dict[str, str]) -> str:
    tool = Path(command[0])
    try:
        done = subprocess.run(
            command, env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", check=False,
        )  # fmt: skip
    except OSError as error:
        raise BackupError(f"{tool} cannot be run: {error}") from error
    if done.returncode != 0:
        raise BackupError(f"{tool.name} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout
