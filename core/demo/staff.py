"""Invented people and their employments, as plain values; the same seed gives the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from core.demo.names import FAMILIES, FEMALE, MALE
from core.demo.structure import DEPUTY, HEAD, POSTS, PlannedPost, PlannedUnit
from core.imports.derived_identities import DerivedIdentities

MILLION: Final = 1_000_000
NEVER_DIALLED: Final = "0989"
"""No operator has numbers that begin so."""
KINDS: Final = {
    "official": 22,
    "official_trial": 4,
    "contract": 20,
    "fixed_task": 22,
    "labour": 20,
    "company": 9,
    "volume": 2,
    "hourly": 1,
}
"""Kinds of employment with their share in percent."""
WOMEN: Final = {"city": 0.08, "works": 0.15}
"""Share of women by trade; elsewhere `WOMEN_ELSEWHERE`."""
WOMEN_ELSEWHERE: Final = 0.42


@dataclass(frozen=True, slots=True)
class Relative:
    """A dependant of a member of staff."""

    relation: str
    given_name: str
    family_name: str
    national_id: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class Worker:
    """A person in one employment. ``pay`` is the monthly base in rial."""

    given_name: str
    family_name: str
    father_name: str
    national_id: str
    birth_date: date
    sex: str
    marital_status: str
    mobile: str
    personnel_number: str
    kind: str
    starts_on: date
    unit: PlannedUnit
    post: PlannedPost
    pay: int
    relatives: tuple[Relative, ...]


class Named(NamedTuple):
    """Somebody with a fixed name; ``unit`` is the beginning of a unit's code."""

    given_name: str
    family_name: str
    sex: str
    unit: str

    @property
    def full_name(self) -> str:
        """Given and family name as they are read aloud."""
        return f"{self.given_name} {self.family_name}"


class Recruiter:
    """Invents staff for one municipality after another; nobody gets a number twice.

    ``today`` is the day on which they are all employed.
    """

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        self._identities = DerivedIdentities()
        self._mobile = 0

    def named(self, who: Named, units: Sequence[PlannedUnit], number: str) -> Worker:
        """Return a worker of that name and sex, in the unit whose code begins so."""
        unit = next(u for u in reversed(units) if u.code.startswith(who.unit))
        worker = self._worker(unit, POSTS[unit.trade][0], number)
        return replace(
            worker,
            given_name=who.given_name,
            family_name=who.family_name,
            sex=who.sex,
            kind="official",
            marital_status="single",
            relatives=(),
        )

    def hire(self, count: int, units: Sequence[PlannedUnit], prefix: str) -> Iterator[Worker]:
        """Yield ``count`` workers: a head for each unit first, then the others.

        Personnel numbers begin with ``prefix``.
        """
        weights = list(accumulate(unit.share for unit in units))
        for number in range(1, count + 1):
            if number <= len(units):
                unit = units[number - 1]
                post = HEAD if unit.parent is None else DEPUTY
            else:
                unit = self._random.choices(units, cum_weights=weights)[0]
                posts = POSTS[unit.trade]
                post = self._random.choices(posts, [post.share for post in posts])[0]
            yield self._worker(unit, post, f"{prefix}{number:05}")

    def _worker(self, unit: PlannedUnit, post: PlannedPost, personnel_number: str) -> Worker:
        random = self._random
        women = 0.2 if post.is_manager else WOMEN.get(unit.trade, WOMEN_ELSEWHERE)
        sex = "female" if random.random() < women else "male"
        given = (FEMALE if sex == "female" else MALE).draw(random)
        family = FAMILIES.draw(random)
        kind = self._kind(post)
        starts_on, birth_date = self._dates(post, kind)
        married = random.random() < min(0.9, (self._today - birth_date).days / 365 / 45)
        return Worker(
            given,
            family,
            MALE.draw(random),
            self._identity(given + family, birth_date, unit.name, personnel_number),
            birth_date,
            sex,
            "married" if married else "single",
            self._next_mobile(),
            personnel_number,
            kind,
            starts_on,
            unit,
            post,
            self._pay(post, starts_on),
            tuple(self._relatives(sex, family, birth_date)) if married else (),
        )

    def _kind(self, post: PlannedPost) -> str:
        if post.is_manager:
            return self._random.choices(("official", "contract"), (3, 1))[0]
        return self._random.choices(tuple(KINDS), tuple(KINDS.values()))[0]

    def _dates(self, post: PlannedPost, kind: str) -> tuple[date, date]:
        """First day of work and day of birth."""
        random = self._random
        least = 8 if post.is_manager else 3 if kind == "official" else 0
        worked = timedelta(days=random.randint(365 * least + 40, 365 * (least + 20)))
        starts_on = self._today - worked
        age_then = timedelta(days=random.randint(365 * 20, 365 * 36))
        return starts_on, starts_on - age_then

    def _pay(self, post: PlannedPost, starts_on: date) -> int:
        years = (self._today - starts_on).days // 365
        spread = self._random.uniform(0.93, 1.12)
        return round(post.pay * spread * (1 + 0.012 * years)) * MILLION

    def _identity(self, name: str, day: date, unit: str, salt: str) -> str:
        return self._identities.derive(name, day, unit, salt).national_id

    def _next_mobile(self) -> str:
        self._mobile += 1
        return f"{NEVER_DIALLED}{self._mobile:07}"

    def _relatives(self, sex: str, family: str, born: date) -> Iterator[Relative]:
        """Spouse and children; children carry the father's family name."""
        random = self._random
        other = FAMILIES.draw(random)
        wed = "male" if sex == "female" else "female"
        yield self._relative(
            "spouse", wed, other, born + timedelta(days=random.randint(-900, 1500))
        )
        age = (self._today - born).days // 365
        for _child in range(random.choices((0, 1, 2, 3), (20, 35, 35, 10))[0] if age > 26 else 0):
            young = timedelta(days=random.randint(60, min(24, age - 24) * 365))
            child = random.choice(("female", "male"))
            relation = "daughter" if child == "female" else "son"
            name = other if sex == "female" else family
            yield self._relative(relation, child, name, self._today - young)

    def _relative(self, relation: str, sex: str, family: str, born: date) -> Relative:
        given = (FEMALE if sex == "female" else MALE).draw(self._random)
        return Relative(
            relation,
            given,
            family,
            self._identity(given + family, born, relation, str(self._mobile)),
            born,
        )
