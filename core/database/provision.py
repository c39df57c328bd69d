"""Make sure that database and roles exist, and return the URLs to reach them.

Three situations: the embedded server (all is ours), one given URL that may create roles
(setup does so once and keeps the URLs in ``HOME/database.json``), and given URLs for app and
owner (nothing is touched).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.config import Settings, ensure_home
from core.database import roles, urls
from core.database.embedded import embedded_server
from core.database.roles import RoleError
from core.database.urls import DatabaseUrls
from core.private_files import locked, read_json, write_json

if TYPE_CHECKING:
    import psycopg

DATABASE: Final = "hamyar"
MAINTENANCE: Final = ("postgres", "template1")
LEAST_VERSION: Final = 150000


@dataclass(frozen=True, slots=True)
class Store:
    """``database.json``: passwords and URLs of one server, named by ``server``."""

    path: Path

    def load(self, server: str) -> dict[str, Any]:
        """Return what is kept for this server; empty for another or none.

        Raises:
            RoleError: the file is damaged.
        """
        try:
            content = read_json(self.path)
        except ValueError as error:
            raise RoleError(f"{self.path} is damaged; restore it from a backup") from error
        return content if content.get("server") == server else {}

    def save(self, server: str, passwords: dict[str, str], found: DatabaseUrls | None) -> None:
        """Keep passwords before they are set (a crash between must not lose them)."""
        kept = {"app": found.app, "owner": found.owner, "backup": found.backup} if found else {}
        content = {"server": server, "passwords": passwords, "urls": kept}
        if read_json(self.path) != content:
            write_json(self.path, content)


def ensure_database(settings: Settings) -> DatabaseUrls:
    """Return the URLs of the database of these settings, set up where that is ours to do.

    Raises:
        OperatorError: the server cannot be reached or started, or the role may not do it.
    """
    if settings.database_url is None:
        return _embedded(settings)
    if settings.owner_url:
        return DatabaseUrls(settings.database_url, settings.owner_url, settings.backup_url)
    return _single_url(settings, settings.database_url)


def _embedded(settings: Settings) -> DatabaseUrls:
    server = embedded_server(settings)
    admin = server.start().admin_url
    store = Store(settings.home / "database.json")
    with locked(settings.home / "database.lock"):
        passwords = _passwords(store.load("embedded"))
        found = _role_urls(admin, DATABASE, passwords, admin=admin)
        if not _opens(found):
            store.save("embedded", passwords, None)
            _set_up(admin, DATABASE, passwords, found)
        store.save("embedded", passwords, found)
    return found


def _single_url(settings: Settings, given: str) -> DatabaseUrls:
    """Use one URL: of a role that may create ours, else it is the app's own."""
    keywords = urls.parts(given)
    database = keywords.get("dbname", "")
    target = DATABASE if database in ("", *MAINTENANCE) else database
    server = f"{keywords.get('host', '')}:{keywords.get('port', '5432')}/{target}"
    admin, may_create = _rights(given)
    if not may_create:
        return DatabaseUrls(given, None, settings.backup_url)
    store = Store(ensure_home(settings) / "database.json")
    with locked(settings.home / "database.lock"):
        known = store.load(server)
        passwords = _passwords(known)
        found = _role_urls(given, target, passwords)
        if not (known and _opens(found)):
            _refuse_strange_roles(admin, known)
            store.save(server, passwords, None)
            _set_up(admin, target, passwords, found)
            store.save(server, passwords, found)
    return found


def _rights(given: str) -> tuple[str, bool]:
    """Return a URL of a database of the server that opens, and whether it may create roles.

    Its own database may not exist yet, and after setup it is closed to others than our roles;
    which of both it is stands only in a message of the server's language.
    """
    import psycopg

    failure: Exception | None = None
    for url in (given, urls.with_parts(given, dbname=MAINTENANCE[0])):
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                _refuse_old(connection)
                row = connection.execute(
                    "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError as error:
            failure = failure or error
            continue
        may_create = bool(row and row[0])
        if may_create or url == given:
            return url, may_create
    reason = str(failure).strip().splitlines()[0]
    raise RoleError(f"{urls.redacted(given)} cannot be reached: {reason}") from failure


def _refuse_old(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < LEAST_VERSION:
        raise RoleError(f"PostgreSQL {version // 10000} is too old: 15 or newer is needed")


def _passwords(known: dict[str, Any]) -> dict[str, str]:
    kept = known.get("passwords", {})
    return {role: kept.get(role) or secrets.token_urlsafe(32) for role in roles.ROLES}


def _role_urls(
    base: str, database: str, passwords: dict[str, str], admin: str | None = None
) -> DatabaseUrls:
    def url(role: str) -> str:
        return urls.with_parts(base, user=role, password=passwords[role], dbname=database)

    return DatabaseUrls(
        url(roles.APP), url(roles.OWNER), url(roles.BACKUP),
        admin and urls.with_parts(admin, dbname=database),
    )  # fmt: skip


def _opens(found: DatabaseUrls) -> bool:
    """Tell whether all three roles get in and setup ended (its last step is the extension)."""
    import psycopg

    try:
        for url in (found.app, found.backup, found.owner):
            with psycopg.connect(url or "", connect_timeout=10) as connection:
                row = connection.execute(
                    "select count(*) from pg_extension where extname = any(%s)",
                    [list(roles.EXTENSIONS)],
                ).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] == len(roles.EXTENSIONS)


def _refuse_strange_roles(admin: str, known: dict[str, Any]) -> None:
    """Never reset passwords of roles that another installation on this server uses."""
    import psycopg

    with psycopg.connect(admin) as connection:
        present = roles.existing_roles(connection)
    if present and not known:
        raise RoleError(
            f"the server already has {', '.join(sorted(present))}, made by another installation:"
            " set HAMYAR_DATABASE_URL and HAMYAR_OWNER_URL with their passwords"
        )


def _set_up(admin: str, database: str, passwords: dict[str, str], found: DatabaseUrls) -> None:
    """Create roles (one transaction), database and rights; every step may be repeated."""
    import psycopg

    try:
        with psycopg.connect(admin) as connection:
            roles.create_roles(connection, passwords)
        with psycopg.connect(admin, autocommit=True) as connection:
            roles.create_database(connection, database)
        with psycopg.connect(found.owner or "") as connection:
            roles.prepare_database(connection)
    except psycopg.Error as error:
        raise RoleError(f"database {database} cannot be set up: {str(error).strip()}") from error
