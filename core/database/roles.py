"""The three roles of Hamyar's database and their rights.

``hamyar_owner`` owns database and tables and runs migrations; ``hamyar_app`` serves requests
and is held by row-level security; ``hamyar_backup`` reads everything by policies of its own.
None is a superuser or has BYPASSRLS. Table rights come from default privileges, so that a
migration needs no GRANT; append-only tables take UPDATE and DELETE away again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from core.config import OperatorError

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql
    from sqlalchemy import Engine

OWNER: Final = "hamyar_owner"
APP: Final = "hamyar_app"
BACKUP: Final = "hamyar_backup"
ROLES: Final = (OWNER, APP, BACKUP)
ATTRIBUTES: Final = "login nosuperuser nobypassrls nocreatedb nocreaterole noreplication"
EXTENSIONS: Final = ("btree_gist",)
"""Trusted extensions: the owner of a database may create them himself."""

DATABASE_RIGHTS: Final = (
    "revoke all on database {database} from public",
    "grant connect, temporary on database {database} to hamyar_app",
    "grant connect on database {database} to hamyar_backup",
)
"""Not copied by CREATE DATABASE … TEMPLATE; TEMPORARY is what imports copy into."""

SCHEMA_RIGHTS: Final = (
    "revoke create on schema public from public",
    "grant usage on schema public to hamyar_app, hamyar_backup",
    "alter default privileges for role hamyar_owner"
    " grant select, insert, update, delete on tables to hamyar_app",
    "alter default privileges for role hamyar_owner grant select on tables to hamyar_backup",
    "alter default privileges for role hamyar_owner grant usage, select on sequences to hamyar_app",
    "alter default privileges for role hamyar_owner grant select on sequences to hamyar_backup",
    "alter default privileges for role hamyar_owner revoke execute on functions from public",
    "alter default privileges for role hamyar_owner grant execute on functions to hamyar_app",
)
"""Run by the owner in the database itself."""

DROP_DEFAULTS: Final = (
    "alter default privileges for role hamyar_owner revoke all on tables"
    " from hamyar_app, hamyar_backup",
    "alter default privileges for role hamyar_owner revoke all on sequences"
    " from hamyar_app, hamyar_backup",
    "alter default privileges for role hamyar_owner revoke all on functions from hamyar_app",
)
"""Before a restore: rights then come from the dump alone, append-only tables included."""


class RoleError(OperatorError):
    """The roles or their rights are not as they must be; the message says what to do."""


def existing_roles(connection: psycopg.Connection) -> set[str]:
    """Return those of our three roles that the server already has."""
    rows = connection.execute("select rolname from pg_roles where rolname = any(%s)", [list(ROLES)])
    return {row[0] for row in rows}


def create_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Create the three roles, or bring existing ones to our attributes and passwords.

    Args:
        connection: of a role that may create roles; the caller commits.
        passwords: one for each of `ROLES`.
    """
    from psycopg import sql

    present = existing_roles(connection)
    for role in ROLES:
        verb = "alter" if role in present else "create"
        connection.execute(
            sql.SQL(f"{verb} role {{}} with {_attributes(connection)} password {{}}").format(
                sql.Identifier(role), sql.Literal(passwords[role])
            )
        )


def _attributes(connection: psycopg.Connection) -> str:
    """Return the attributes; who is no superuser may not even mention some of them.

    A new role has none of the three without being told so.
    """
    asked = "select rolsuper from pg_roles where rolname = current_user"
    row = connection.execute(asked).fetchone()
    return ATTRIBUTES if row and row[0] else "login nocreatedb nocreaterole"


def create_database(connection: psycopg.Connection, database: str) -> None:
    """Create the database of the owner, or give him an existing one.

    Args:
        connection: in autocommit; of a role that may create databases.
        database: its name.
    """
    from psycopg import sql

    name = sql.Identifier(database)
    with as_member(connection):
        found = connection.execute("select 1 from pg_database where datname = %s", [database])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL(
                    "create database {} owner hamyar_owner encoding 'UTF8' template template0"
                ).format(name)
            )
        else:
            connection.execute(sql.SQL("alter database {} owner to hamyar_owner").format(name))
        connection.execute(sql.SQL("alter database {} set timezone to 'UTC'").format(name))
        run(connection, DATABASE_RIGHTS, database)


class as_member:  # noqa: N801 - a context manager, named as it reads
    """Be able to become the owner role for a moment, as only then one may give it a database.

    A superuser always is; for others the membership would remain as a hidden right. From 16 on,
    who creates a role is a member that may hand it on, but may not become it.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        right = "set" if connection.info.server_version >= 160000 else "member"
        row = connection.execute(
            "select pg_has_role(current_user, 'hamyar_owner', %s)", [right]
        ).fetchone()
        self.needed = row is None or not row[0]

    def __enter__(self) -> None:
        if self.needed:
            self.connection.execute("grant hamyar_owner to current_user")

    def __exit__(self, *_error: object) -> None:
        if self.needed:
            self.connection.execute("revoke hamyar_owner from current_user")


def grant_database(connection: psycopg.Connection, database: str) -> None:
    """Set the rights on a database itself (a clone of a template has none of them)."""
    run(connection, DATABASE_RIGHTS, database)


def prepare_database(connection: psycopg.Connection) -> None:
    """Set schema rights, default privileges and extensions in the current database.

    Args:
        connection: of the owner role (or a superuser); the caller commits.

    Raises:
        RoleError: an extension is not installed on the server.
    """
    run(connection, SCHEMA_RIGHTS)
    create_extensions(connection)


def create_extensions(connection: psycopg.Connection) -> None:
    """Create the extensions that constraints rest on.

    Raises:
        RoleError: one is not installed on the server.
    """
    import psycopg

    for extension in EXTENSIONS:
        try:
            connection.execute(f"create extension if not exists {extension}".encode())
        except psycopg.errors.FeatureNotSupported as error:
            raise RoleError(
                f"the server lacks the extension {extension}: install postgresql-contrib"
            ) from error


def run(connection: psycopg.Connection, statements: tuple[str, ...], database: str = "") -> None:
    """Run statements of this module, with the database's name filled in."""
    for statement in statements:
        connection.execute(_filled(statement, database))


def _filled(statement: str, database: str) -> sql.Composed:
    from psycopg import sql

    return sql.SQL(statement).format(database=sql.Identifier(database or "-"))


def roles_sql(database: str = "hamyar") -> str:
    r"""Return the SQL that a DBA runs once through psql as superuser; safe to run again.

    It holds no password: ``\password`` sets them without showing them to logs or history.
    """
    quoted = '"' + database.replace('"', '""') + '"'
    literal = "'" + database.replace("'", "''") + "'"
    lines = ["-- Roles and database of Hamyar. Run with: psql -v ON_ERROR_STOP=1 -f FILE", ""]
    for role in ROLES:
        lines.append(
            f"select 'create role {role}' where not exists"
            f" (select from pg_roles where rolname = '{role}') \\gexec"
        )
        lines.append(f"alter role {role} with {ATTRIBUTES};")
    lines.append(
        f"select format('create database %I owner {OWNER} encoding ''UTF8'' template template0',"
        f" {literal}) where not exists (select from pg_database where datname = {literal}) \\gexec"
    )
    lines.append(f"alter database {quoted} owner to {OWNER};")
    lines.append(f"alter database {quoted} set timezone to 'UTC';")
    lines += [f"{statement.format(database=quoted)};" for statement in DATABASE_RIGHTS]
    lines += ["", f"\\connect {quoted}"]
    lines += [f"{statement};" for statement in SCHEMA_RIGHTS]
    lines.append(f"set role {OWNER};  -- the extensions are trusted: he may, and owns them then")
    lines += [f"create extension if not exists {extension};" for extension in EXTENSIONS]
    lines.append("reset role;")
    lines += ["", "-- Then set the passwords by hand:"]
    lines += [f"--   \\password {role}" for role in ROLES]
    lines += ["-- and give Hamyar HAMYAR_DATABASE_URL (hamyar_app), HAMYAR_OWNER_URL"]
    lines += ["-- (hamyar_owner) and HAMYAR_BACKUP_URL (hamyar_backup)."]
    return "\n".join(lines) + "\n"


UNSAFE: Final = """
select r.rolname, r.rolsuper, r.rolbypassrls,
       (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm')
           and n.nspname !~ '^pg_(catalog|toast|temp|toast_temp)'
           and n.nspname <> 'information_schema'
           and pg_has_role(current_user, c.relowner, 'usage')) as owned,
       exists (select from pg_roles s where (s.rolsuper or s.rolbypassrls)
           and s.rolname <> current_user
           and pg_has_role(current_user, s.oid, 'member')) as may_become
from pg_roles r where r.rolname = current_user
"""


def check_app_role(connection: psycopg.Connection) -> None:
    """Refuse a connection that row-level security does not hold.

    Raises:
        RoleError: the role is a superuser, has BYPASSRLS, can become such a role, or owns
            tables (itself or by membership).
    """
    row = connection.execute(UNSAFE).fetchone()
    if row is None:  # pragma: no cover - pg_roles always has the current user
        raise RoleError("the server does not know the current role")
    name, superuser, bypass, owned, may_become = row
    faults = [
        (superuser, "is a superuser"),
        (bypass, "has BYPASSRLS"),
        (may_become, "is a member of a role that is superuser or has BYPASSRLS"),
        (owned, "owns tables, so row-level security does not hold it"),
    ]
    for wrong, text in faults:
        if wrong:
            raise RoleError(
                f"database role {name} {text}; the application must connect as {APP}"
                " (hamyar db roles-sql)"
            )


def refuse_unsafe(engine: Engine) -> None:
    """Refuse an engine whose role row-level security does not hold, before it serves anybody.

    Raises:
        RoleError: as of `check_app_role`.
    """
    try:
        with engine.connect() as connection:
            check_app_role(cast("psycopg.Connection", connection.connection.driver_connection))
    except RoleError:
        engine.dispose()  # nobody will use it
        raise
