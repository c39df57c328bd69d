"""`hamyar doctor`: everything that must be right on this machine, each as one line."""

from __future__ import annotations

import shutil
import smtplib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Engine, create_engine, text

from core.assets.manifest import BUILD, read_manifest
from core.config import OperatorError, Settings
from core.database import roles
from core.database.provision import ensure_database
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.localization import clock
from core.operations import findings
from core.operations.findings import Finding, degraded, down, ok
from core.operations.scrubbing import summary
from core.plugin_host.database import mark
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import PluginState

LEAST_FREE: Final = 1 << 30
"""Bytes below which the disk is called full."""
MOST_SKEW: Final = 5.0
"""Seconds that our clock and the database's may differ."""
UNPROTECTED: Final = text("""
select string_agg(c.relname, ', ' order by c.relname) from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'municipality_id'
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
  and not (c.relrowsecurity and c.relforcerowsecurity)
""")


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield one finding after the other; a check that breaks is a finding too."""
    yield from _guarded("assets", lambda: [assets()])
    yield from _guarded("disk", lambda: [disk(settings.home)])
    yield from _guarded("mail", lambda: [mail(settings)])
    try:
        found = ensure_database(settings)
    except OperatorError as error:
        yield down("database", str(error))
        return
    engine = create_engine(sqlalchemy_url(found.app), pool_size=1, hide_parameters=True)
    try:
        yield from _guarded("database", lambda: _of_database(engine, found))
        yield from _guarded("plugins", lambda: plugins(engine))
    finally:
        engine.dispose()


def _guarded(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except OperatorError as error:
        return [down(name, str(error))]
    except Exception as error:  # noqa: BLE001 - one broken check must not hide the others
        return [down(name, summary(error))]


def _of_database(engine: Engine, found: DatabaseUrls) -> list[Finding]:
    with engine.connect() as connection:
        known = [findings.database(connection), rights(engine, found)]
        server = connection.scalar(text("select clock_timestamp()"))
        known.append(clocks((server - clock.now()) / timedelta(seconds=1)))
        known.append(findings.tables(connection))
        if known[-1].status == "ok":
            known.append(findings.queue(connection))
    return known


def rights(engine: Engine, found: DatabaseUrls) -> Finding:
    """Tell whether row-level security holds the app's role, on every table that needs it."""
    roles.refuse_unsafe(engine)
    with engine.connect() as connection:
        open_tables = connection.scalar(UNPROTECTED)
    if open_tables:
        return down("rights", f"row-level security is not forced on {open_tables}")
    if found.owner is None:
        return degraded("rights", "HAMYAR_OWNER_URL is not set: upgrades cannot run here")
    return ok("rights", "held by row-level security, owner known")


def clocks(skew: float) -> Finding:
    """Judge the seconds between the database's clock and ours, and Tehran's offset."""
    if abs(skew) > MOST_SKEW:
        return degraded("clock", f"the database's clock differs by {skew:+.0f} s")
    offset = clock.in_tehran(clock.now()).utcoffset()
    if offset != timedelta(hours=3, minutes=30):
        return down("clock", f"the time zone data says {offset} for Tehran: update tzdata")
    return ok("clock")


def assets(directory: Path = BUILD) -> Finding:
    """Tell whether the built style sheet, scripts and fonts are there."""
    files = read_manifest(directory).files
    missing = [name for name in files.values() if not (directory / name).is_file()]
    if not files or missing:
        return down("assets", "not built: run hamyar assets build in the source tree")
    return ok("assets", f"{len(files)} files")


def disk(home: Path) -> Finding:
    """Tell how much room the data folder has."""
    place = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / (1 << 30):.1f} GiB free for {home}"
    return ok("disk", said) if free >= LEAST_FREE else degraded("disk", said)


def mail(settings: Settings) -> Finding:
    """Tell whether the mail server answers; nothing is sent."""
    url = urlsplit(settings.mail_url)
    if url.scheme == "console":
        said = "mails are written to the log (HAMYAR_MAIL_URL=console:)"
        return degraded("mail", said) if settings.env == "production" else ok("mail", said)
    client = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    began = time.perf_counter()
    try:
        with client(url.hostname or "", url.port or 0, timeout=10) as server:
            code, _answer = server.noop()
    except OSError as error:
        return degraded("mail", f"{url.hostname} does not answer: {type(error).__name__}")
    took = (time.perf_counter() - began) * 1000
    return ok("mail", f"{url.hostname} answers {code} in {took:.0f} ms")


def plugins(engine: Engine) -> list[Finding]:
    """Tell the state of every plugin."""
    host = PluginHost()
    mark(host, engine)
    return [
        ok(f"plugin {plugin.name}", plugin.version or "")
        if plugin.state is PluginState.LOADED
        else degraded(f"plugin {plugin.name}", f"{plugin.state}: {plugin.reason}")
        for plugin in host.plugins
    ]
