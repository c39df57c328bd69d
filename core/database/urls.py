"""Connection strings of the roles, and their spelling for SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from core.config import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import URL


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The libpq URLs of one database, one for each role.

    ``owner`` migrates, ``app`` serves, ``backup`` reads everything, ``admin`` (may create
    roles and databases) is known for the embedded server only. Some may be None when the
    operator gave the app's URL alone.
    """

    app: str
    owner: str | None = None
    backup: str | None = None
    admin: str | None = None

    def __repr__(self) -> str:
        """Show the app's URL without its password."""
        return f"DatabaseUrls({redacted(self.app)!r})"

    def on(self, database: str) -> DatabaseUrls:
        """Return the same roles on another database of the same server."""

        def moved(url: str | None) -> str | None:
            return url and with_parts(url, dbname=database)

        app = with_parts(self.app, dbname=database)
        return DatabaseUrls(app, moved(self.owner), moved(self.backup), moved(self.admin))


def parts(url: str) -> dict[str, str]:
    """Return libpq's keywords of a URL or DSN: host, port, user, password, dbname and others.

    Raises:
        SettingsError: malformed; libpq's own message is not shown, as it may quote a password.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        keywords = conninfo_to_dict(url)
    except ProgrammingError:
        raise SettingsError(
            "a database URL is malformed: percent-encode special characters in its password"
        ) from None
    return {key: str(value) for key, value in keywords.items() if value is not None}


def build(keywords: dict[str, str]) -> str:
    """Return the libpq URL of keywords; hosts go into the query, so that folders and lists fit."""
    rest = dict(keywords)
    user, password = rest.pop("user", ""), rest.pop("password", "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    database = quote(rest.pop("dbname", ""), safe="")
    query = urlencode(rest, quote_via=quote)
    return f"postgresql://{login}{'@' if login else ''}/{database}{'?' if query else ''}{query}"


def with_parts(url: str, **changes: str) -> str:
    """Return the URL with some keywords replaced."""
    return build(parts(url) | changes)


def redacted(url: str) -> str:
    """Return the URL without its password, for logs and messages."""
    return build({key: value for key, value in parts(url).items() if key != "password"})


def sqlalchemy_url(url: str) -> URL:
    """Return the SQLAlchemy URL (driver psycopg) of a libpq URL.

    All keywords but login and database go into the query; several hosts keep their order and
    their ports (``?host=a:5432&host=b:5432``, the spelling that the dialect understands).
    """
    from sqlalchemy import URL

    rest = parts(url)
    user, password = rest.pop("user", None), rest.pop("password", None)
    database = rest.pop("dbname", None)
    query: dict[str, str | tuple[str, ...]] = dict(rest)
    hosts = rest.get("host", "").split(",")
    if len(hosts) > 1:
        ports = query.pop("port", "5432")
        each = str(ports).split(",")
        each = each * len(hosts) if len(each) == 1 else each
        query["host"] = tuple(f"{host}:{port}" for host, port in zip(hosts, each, strict=True))
    return URL.create(
        "postgresql+psycopg", username=user, password=password, database=database, query=query
    )
