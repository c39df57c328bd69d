"""The Jalali calendar: pairs on which five implementations agree, and every day of 200 years."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.localization import clock, use_locale
from core.localization.digits import to_persian
from core.localization.jalali import (
    DateError,
    JalaliMonth,
    days_in_month,
    explain,
    format_date,
    gregorian,
    is_leap,
    jalali,
    jalali_year,
    month_bounds,
    parse_date,
    shift_months,
    year_bounds,
)

PAIRS = [
    "1278/10/11=1900-01-01",
    "1300/01/01=1921-03-21",
    "1304/01/11=1925-03-31",
    "1309/12/30=1931-03-21",
    "1342/12/30=1964-03-20",
    "1348/10/11=1970-01-01",
    "1357/11/22=1979-02-11",
    "1370/12/30=1992-03-20",
    "1375/12/30=1997-03-20",
    "1379/12/30=2001-03-20",
    "1391/11/26=2013-02-14",
    "1395/12/30=2017-03-20",
    "1399/12/30=2021-03-20",
    "1400/01/01=2021-03-21",
    "1402/12/29=2024-03-19",
    "1403/01/01=2024-03-20",
    "1403/12/30=2025-03-20",
    "1404/01/01=2025-03-21",
    "1404/06/31=2025-09-22",
    "1404/07/01=2025-09-23",
    "1404/12/29=2026-03-20",
    "1405/01/01=2026-03-21",
    "1405/09/02=2026-11-23",
    "1407/12/29=2029-03-19",
    "1408/01/01=2029-03-20",
    "1408/12/30=2030-03-20",
    "1409/01/01=2030-03-21",
    "1412/12/30=2034-03-20",
    "1436/12/30=2058-03-20",
    "1437/01/01=2058-03-21",
]
LEAP = {1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432}
LEAP |= {1436, 1441, 1445, 1449}
NO_DAYS = ["1402/12/30", "1404/12/30", "1407/12/30", "1404/07/31", "1404/13/01"]


@pytest.mark.parametrize("pair", PAIRS)
def test_pairs(pair: str) -> None:
    there, here = pair.split("=")
    day = dt.date.fromisoformat(here)
    year, month, number = map(int, there.split("/"))
    assert jalali(day) == (year, month, number)
    assert gregorian(year, month, number) == day
    assert format_date(day, "fa") == to_persian(there)


def test_leap_years() -> None:
    assert {year for year in range(1375, 1450) if is_leap(year)} == LEAP


def test_every_day_comes_back() -> None:
    """The 33-year rule, written out here, and the library agree from 1300 to 1497."""
    day = dt.date(1921, 3, 21)
    for year in range(1300, 1498):
        for month in range(1, 13):
            length = 31 if month <= 6 else 30 if month <= 11 or (25 * year + 11) % 33 < 8 else 29
            assert days_in_month(year, month) == length
            for number in range(1, length + 1):
                assert jalali(day) == (year, month, number)
                assert gregorian(year, month, number) == day
                day += dt.timedelta(days=1)


@pytest.mark.parametrize("text", NO_DAYS)
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    for locale in ("fa", "en"):
        with use_locale(locale):
            assert len(explain(caught.value)) > 10


@pytest.mark.parametrize(
    "text",
    ["۱۴۰۵/۰۹/۰۲", "1405-9-2", "14050902", "١٤٠٥/٩/٢", "۲ آذر ۱۴۰۵", "2026-11-23", "20261123"],
)
def test_ways_of_writing_a_day(text: str) -> None:
    assert parse_date(text) == dt.date(2026, 11, 23)


def test_months_first_only_on_request() -> None:
    assert parse_date("10/24/1979", order="mdy") == dt.date(1979, 10, 24)
    with pytest.raises(DateError):
        parse_date("10/24/1979")


@given(st.dates(dt.date(1830, 1, 1), dt.date(2120, 1, 1)), st.sampled_from(["fa", "en"]))
def test_what_is_written_can_be_read(day: dt.date, locale: str) -> None:
    assert parse_date(format_date(day, locale)) == day
    assert parse_date(format_date(day, locale, "long")) == day


@given(st.dates(dt.date(1900, 1, 1), dt.date(2080, 1, 1)), st.integers(-500, 400))
def test_months_hold_their_days(day: dt.date, months: int) -> None:
    year, month, number = jalali(day)
    first, last = month_bounds(year, month)
    assert first <= day <= last
    assert jalali_year(first) == jalali_year(day) == year
    assert year_bounds(year)[0] <= day <= year_bounds(year)[1]
    moved = shift_months(day, months)
    there = jalali(moved)
    assert (there[0] * 12 + there[1]) - (year * 12 + month) == months
    assert there[2] == min(number, days_in_month(there[0], there[1]))


def test_salary_periods() -> None:
    month = JalaliMonth.of(dt.date(2026, 11, 23))
    assert JalaliMonth.from_number(140509) == month


def test_the_day_is_tehrans() -> None:
    before = dt.datetime(2026, 3, 20, 20, 29, tzinfo=dt.UTC)
    with clock.frozen(before):
        assert clock.today() == dt.date(2026, 3, 20)
    with clock.frozen(before + dt.timedelta(minutes=1)):
        assert clock.today() == dt.date(2026, 3, 21)
        assert jalali(clock.today()) == (1405, 1, 1)
    with pytest.raises(ValueError, match="time zone"):
        clock.day_of(dt.datetime(2026, 3, 20))
