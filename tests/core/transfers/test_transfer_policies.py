"""The day of a transfer against the employment that it ends."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.people.policies import AHEAD, DAY, Span, check_end
from core.transfers.policies import check_day

TODAY = date(2026, 11, 25)
days = st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=900))


def refuses(rule: object, *args: object) -> bool:
    try:
        rule(*args)  # type: ignore[operator]
    except Invalid:
        return True
    return False


@given(days, st.none() | st.integers(1, 900), days)
def test_a_day_is_fine_when_the_employment_can_end_the_day_before(
    first: date, length: int | None, starts_on: date
) -> None:
    span = Span(first, first + timedelta(days=length) if length else None)
    fine = span.starts_on < starts_on <= TODAY + AHEAD and span.holds_on(starts_on - DAY)
    assert refuses(check_day, span, starts_on, TODAY) is not fine
    if fine and not (span.ends_on and span.ends_on <= TODAY < starts_on):
        assert not refuses(check_end, span, starts_on, TODAY)
