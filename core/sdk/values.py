"""What hooks are told (`Municipality`, `Employee`, `Viewer`, `Period`) and what they answer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from core.sdk import checks
from core.sdk.text import Text


class ServiceChange(enum.StrEnum):
    """What is about to happen to a service in a municipality."""

    ENABLE = "enable"
    CLOSE = "close"
    DISABLE = "disable"


class HealthStatus(enum.StrEnum):
    """How a part does; anything but OK is shown to operators."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class Municipality(Protocol):
    """A municipality, or the organisation; ``code`` is its slug in addresses."""

    @property
    def id(self) -> UUID:
        """The identifier that scopes rows."""

    @property
    def code(self) -> str:
        """The slug in addresses, as in ``/m/karaj/``."""

    @property
    def name(self) -> str:
        """The name in the reader's language."""

    @property
    def is_organisation(self) -> bool:
        """Whether it is the provincial organisation."""


@dataclass(frozen=True, slots=True)
class Employee:
    """A person in one employment. ``kind`` is a value of ``EmploymentKind``."""

    person_id: UUID
    employment_id: UUID
    municipality: Municipality
    name: str
    kind: str

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.identifier("person_id", self.person_id)
        checks.identifier("employment_id", self.employment_id)


@dataclass(frozen=True, slots=True)
class Tenure:
    """When a person works in one employment; days are half-open, an end of None is unknown.

    ``managing``: when the post of that employment leads others. ``sort_key`` gives the Persian
    order of names.
    """

    employment_id: UUID
    person_id: UUID
    kind: str
    starts_on: date
    ends_on: date | None
    managing: tuple[tuple[date, date | None], ...] = ()
    sort_key: str = ""


class Viewer(Protocol):
    """Who looks at a page."""

    @property
    def account_id(self) -> UUID | None:
        """The account; None for a visitor who isn't signed in."""

    @property
    def person_id(self) -> UUID | None:
        """The person behind the account, if any."""

    def can(self, permission: str, municipality_id: UUID) -> bool:
        """Tell whether a grant covers ``permission`` there."""

    def municipalities(self, permission: str) -> frozenset[UUID]:
        """Return the municipalities in which the permission is held."""


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open dates: ``start`` belongs to it, ``end`` doesn't."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.day("start", self.start)
        checks.day("end", self.end)
        checks.need(self.start < self.end, "start must be before end")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """An entry of the desk's menu. Lower ``weight`` comes first."""

    title: Text
    href: str
    icon: str = ""
    weight: int = 100

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("title", self.title)
        checks.href("href", self.href)
        checks.icon("icon", self.icon)
        checks.whole("weight", self.weight)


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A service on the portal's home: one fact, one way on.

    ``percent`` (0–100) draws a bar under the figure, as in "28 of 40 hours".
    """

    title: Text
    summary: Text
    href: str
    icon: str = ""
    figure: Text = ""
    weight: int = 100
    percent: int | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("title", self.title)
        checks.text("summary", self.summary)
        checks.href("href", self.href)
        checks.icon("icon", self.icon)
        checks.optional_text("figure", self.figure)
        checks.whole("weight", self.weight)
        if self.percent is not None:
            checks.whole("percent", self.percent)
            checks.need(self.percent <= 100, f"percent must be at most 100, not {self.percent}")


@dataclass(frozen=True, slots=True)
class Task:
    """Something the employee must do, by ``due`` if there is a date.

    ``on_day``: on that very day, not before it.
    """

    title: Text
    href: str
    due: date | None = None
    detail: Text = ""
    on_day: bool = False

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("title", self.title)
        checks.href("href", self.href)
        checks.day("due", self.due)
        checks.kind("on_day", self.on_day, bool)
        checks.optional_text("detail", self.detail)


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on an employee's page: labelled facts and a link to the rest."""

    title: Text
    facts: tuple[tuple[Text, Text], ...]
    href: str = ""
    weight: int = 100

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("title", self.title)
        checks.each("facts", self.facts, _fact)
        checks.optional_href("href", self.href)
        checks.whole("weight", self.weight)


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """What an officer should know before he decides a request: labelled facts, two or three."""

    request_id: UUID
    facts: tuple[tuple[Text, Text], ...]

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.identifier("request_id", self.request_id)
        checks.each("facts", self.facts, _fact)


def _fact(field: str, value: object) -> None:
    if not isinstance(value, tuple) or len(value) != 2:
        raise checks.InvalidValueError(f"{field} must be a pair of label and text, not {value!r}")
    checks.text(field, value[0])
    checks.optional_text(field, value[1])


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the dashboard. ``unit`` is text, as in "hours"."""

    title: Text
    value: int
    unit: Text = ""
    href: str = ""
    weight: int = 100

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.text("title", self.title)
        checks.whole("value", self.value, least=-(2**63))
        checks.optional_text("unit", self.unit)
        checks.optional_href("href", self.href)
        checks.whole("weight", self.weight)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How one part of a plugin does; ``detail`` must hold no personal data."""

    name: str
    status: HealthStatus
    detail: Text = ""

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("name", self.name)
        checks.kind("status", self.status, HealthStatus)
        checks.optional_text("detail", self.detail)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a service can't be switched: "37 active loans". ``count`` is how many."""

    code: str
    title: Text
    count: int = 1
    href: str = ""

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("code", self.code)
        checks.text("title", self.title)
        checks.whole("count", self.count, least=1)
        checks.optional_href("href", self.href)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an employee may not use a service, and what he can do about it."""

    code: str
    reason: Text
    remedy: Text = ""

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("code", self.code)
        checks.text("reason", self.reason)
        checks.optional_text("remedy", self.remedy)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What must be settled before an employee's clearance (تسویه حساب)."""

    code: str
    title: Text
    amount: int | None = None
    href: str = ""

    def __post_init__(self) -> None:
        """Check the fields; ``amount`` is integer rial."""
        checks.name("code", self.code)
        checks.text("title", self.title)
        checks.optional_href("href", self.href)
        if self.amount is not None:
            checks.whole("amount", self.amount)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What binds an employee and a service: a running loan, a seat, a lease.

    ``amount`` is what remains, in integer rial; ``until`` its last day, if known.
    """

    code: str
    title: Text
    reference: str = ""
    amount: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.name("code", self.code)
        checks.text("title", self.title)
        checks.kind("reference", self.reference, str)
        checks.day("until", self.until)
        if self.amount is not None:
            checks.whole("amount", self.amount)


@dataclass(frozen=True, slots=True)
class Route:
    """Who decides a step instead of the holders of its permission; at least one account."""

    accounts: frozenset[UUID]
    reason: Text

    def __post_init__(self) -> None:
        """Check the fields."""
        checks.kind("accounts", self.accounts, frozenset)
        checks.need(bool(self.accounts), "accounts must name at least one account")
        for account in self.accounts:
            checks.identifier("each of accounts", account)
        checks.text("reason", self.reason)
