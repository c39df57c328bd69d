"""The pure rules of the yearly duty: versions, parts of a year, two employments, what counts."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.localization.jalali import gregorian, year_bounds
from core.sdk import Tenure
from plugins.training.duty import Days, Rule, Standing, counted, owed, rule_of

RULE = Rule(1, 1400, staff=2400, managers=3600, kinds={"hourly": 0, "labour": 1200})
YEAR = 1405
FIRST, LAST = year_bounds(YEAR)
LONG_AGO = date(2010, 1, 1)


def tenure(
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
    kind: str = "official",
    managing: tuple[Days, ...] = (),
) -> Tenure:
    return Tenure(UUID(int=1), UUID(int=2), kind, starts_on, ends_on, managing)


def test_the_latest_version_of_the_latest_year_holds() -> None:
    rules = [Rule(1, 1390, 10, 10), Rule(2, 1405, 20, 20), Rule(3, 1404, 30, 30)]
    found = {year: rule_of(rules, year) for year in (1389, 1390, 1403, 1404, 1405, 1410)}
    numbers = {year: rule.number if rule else None for year, rule in found.items()}
    assert numbers == {1389: None, 1390: 1, 1403: 1, 1404: 3, 1405: 2, 1410: 2}
    assert rule_of([*rules, Rule(4, 1405, 40, 40)], 1405) == Rule(4, 1405, 40, 40)


@pytest.mark.parametrize(
    ("kind", "manages", "minutes"),
    [
        ("official", False, 2400),
        ("official", True, 3600),
        ("labour", False, 1200),
        ("labour", True, 1200),
        ("hourly", True, 0),
    ],
)
def test_kind_and_post_decide(kind: str, manages: bool, minutes: int) -> None:
    assert RULE.yearly(kind, manages=manages) == minutes


@pytest.mark.parametrize(
    ("own", "minutes"),
    [
        ((), 0),
        ((tenure(),), 2400),
        ((tenure(managing=((LONG_AGO, None),)),), 3600),
        # The first of Mehr: 186 of 365 days before, 179 after.
        ((tenure(gregorian(1405, 7, 1)),), 2400 * 179 // 365),
        ((tenure(LONG_AGO, gregorian(1405, 7, 1)),), 2400 * 186 // 365),
        ((tenure(managing=((gregorian(1405, 7, 1), None),)),), (2400 * 186 + 3600 * 179) // 365),
        ((tenure(LAST),), 2400 // 365),
        ((tenure(LAST + timedelta(1)),), 0),
        ((tenure(LONG_AGO, FIRST),), 0),
        ((tenure(), tenure(kind="labour")), 2400),
        ((tenure(kind="hourly"), tenure(gregorian(1405, 7, 1), kind="labour")), 1200 * 179 // 365),
    ],
)
def test_owed_by_hand(own: tuple[Tenure, ...], minutes: int) -> None:
    assert owed(RULE, own, FIRST, LAST) == minutes


def test_a_leap_year_has_a_day_more() -> None:
    first, last = year_bounds(1403)
    assert (last - first).days + 1 == 366
    assert owed(RULE, [tenure()], first, last) == 2400
    assert owed(RULE, [tenure(gregorian(1403, 12, 30))], first, last) == 2400 // 366


DAYS = st.dates(FIRST - timedelta(400), LAST + timedelta(400))


@st.composite
def tenures(draw: st.DrawFn) -> Tenure:
    starts_on, ends_on = sorted([draw(DAYS), draw(DAYS)])
    kind = draw(st.sampled_from(["official", "labour", "hourly"]))
    return tenure(starts_on, ends_on + timedelta(1), kind)


@given(st.lists(tenures(), max_size=4), tenures())
def test_one_more_employment_never_lowers_the_duty(own: list[Tenure], more: Tenure) -> None:
    before, after = owed(RULE, own, FIRST, LAST), owed(RULE, [*own, more], FIRST, LAST)
    assert 0 <= before <= after <= 2400


@given(tenures(), DAYS)
def test_an_employment_in_two_parts_owes_the_same(one: Tenure, day: date) -> None:
    """A change of terms on some day is no change of the duty."""
    if not (one.ends_on and one.starts_on < day < one.ends_on):
        return
    parts = [tenure(one.starts_on, day, one.kind), tenure(day, one.ends_on, one.kind)]
    assert owed(RULE, parts, FIRST, LAST) == owed(RULE, [one], FIRST, LAST)


@given(st.lists(tenures(), max_size=3))
def test_owed_is_the_mean_over_all_days(own: list[Tenure]) -> None:
    """Against a count day by day."""
    length = (LAST - FIRST).days + 1
    days = [FIRST + timedelta(n) for n in range(length)]
    total = sum(
        max(
            (
                RULE.yearly(one.kind, manages=False)
                for one in own
                if one.ends_on and one.starts_on <= day < one.ends_on
            ),
            default=0,
        )
        for day in days
    )
    assert owed(RULE, own, FIRST, LAST) == total // length


def test_hours_count_for_the_employer_of_the_last_day() -> None:
    own = [tenure(FIRST, FIRST + timedelta(10))]
    entries = [(FIRST - timedelta(1), 1), (FIRST, 2), (FIRST + timedelta(9), 4)]
    assert counted([*entries, (FIRST + timedelta(10), 8)], own) == 6
    assert counted([(FIRST, 60), (FIRST, -60)], own) == 0, "a contra entry takes hours back"


@pytest.mark.parametrize(
    ("owes", "done", "lacking", "percent"),
    [(2400, 0, 2400, 0), (2400, 2399, 1, 99), (2400, 2400, 0, 100), (2400, 9000, 0, 100)],
)
def test_standing(owes: int, done: int, lacking: int, percent: int) -> None:
    standing = Standing(owes, done)
    assert (standing.lacking, standing.percent) == (lacking, percent)
    assert Standing(0, 0).percent == 100
