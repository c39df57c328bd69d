"""Limits on trying, counted in PostgreSQL, so that they hold for all processes together.

A try is counted before it is made, in a transaction of its own: parallel guesses can't outrun
the count, and a refused request doesn't undo it. Windows are fixed and end by themselves;
nothing is locked for good. A single address reaches its own limit long before the account's,
so it can't keep the owner out.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from core.accounts.models import Throttle
from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.errors import TooMany
from core.localization import clock

QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
KEPT: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of ``what`` in each ``window``."""

    what: str
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """One try under a limit; ``who`` is hashed, so that the table names nobody."""

    limit: Limit
    who: str

    @property
    def key(self) -> bytes:
        """The key of the row."""
        return hashlib.sha256(f"{self.limit.what}\0{self.who}".encode()).digest()

    def starts_at(self, now: datetime) -> datetime:
        """Return the beginning of the window at hand."""
        length = int(self.limit.window.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)


COUNT = text("""
insert into throttle as t (key, window_starts_at, count)
  select x.key, x.starts_at, 1
    from unnest(:keys, cast(:starts as timestamptz[])) as x(key, starts_at) order by x.key
  on conflict (key, window_starts_at) do update set count = t.count + 1
  returning t.key, t.count
""").bindparams(bindparam("keys", type_=ARRAY(BYTEA)))

GIVE_BACK = text("""
update throttle t set count = t.count - 1
  from unnest(:keys, cast(:starts as timestamptz[])) as x(key, starts_at)
  where t.key = x.key and t.window_starts_at = x.starts_at and t.count > 0
""").bindparams(bindparam("keys", type_=ARRAY(BYTEA)))


def spend(tries: Sequence[Try]) -> None:
    """Count the tries; raise `TooMany` with the seconds to wait if one is beyond its limit."""
    now = clock.now()
    with open_unit(EMPTY) as uow:
        rows = uow.session.execute(COUNT, _parameters(tries, now))
        counts = {bytes(key): count for key, count in rows}
    over = [one for one in tries if counts[one.key] > one.limit.most]
    if over:
        ends = max(one.starts_at(now) + one.limit.window for one in over)
        raise TooMany(max(1, math.ceil((ends - now).total_seconds())))


def give_back(tries: Sequence[Try]) -> None:
    """Take the count back: the try was honest."""
    with open_unit(EMPTY) as uow:
        uow.session.execute(GIVE_BACK, _parameters(tries, clock.now()))


def _parameters(tries: Sequence[Try], now: datetime) -> dict[str, list[object]]:
    return {"keys": [t.key for t in tries], "starts": [t.starts_at(now) for t in tries]}


def network(address: str) -> str:
    """Return what counts as one address: an IPv6 subscriber has a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def forget_old(uow: UnitOfWork) -> None:
    """Delete windows that ended long ago."""
    uow.session.execute(delete(Throttle).where(Throttle.window_starts_at < uow.now - KEPT))
