"""The pure rules of training."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.training.policies import (
    MOVES,
    EnrolmentState,
    IllegalMoveError,
    OfferingAct,
    OfferingState,
    Seats,
    after,
    attended_enough,
    due_act,
    may_promote,
    outcome,
    percent,
    takes_enrolments,
    total_by_year,
)

DAY = date(2026, 11, 23)


@given(st.sampled_from(OfferingState), st.sampled_from(OfferingAct))
def test_every_move_not_listed_is_refused(state: OfferingState, act: OfferingAct) -> None:
    sources, target = MOVES[act]
    if state in sources:
        assert after(state, act) is target
    else:
        with pytest.raises(IllegalMoveError):
            after(state, act)


@pytest.mark.parametrize("state", [OfferingState.FINALISED, OfferingState.CANCELLED])
def test_nothing_follows_the_end(state: OfferingState) -> None:
    assert not any(state in sources for sources, _target in MOVES.values())


@pytest.mark.parametrize(
    ("state", "today", "act"),
    [
        (OfferingState.OPEN, DAY, None),
        (OfferingState.OPEN, DAY + timedelta(1), OfferingAct.CLOSE),
        (OfferingState.CLOSED, DAY + timedelta(2), None),
        (OfferingState.CLOSED, DAY + timedelta(3), OfferingAct.START),
        (OfferingState.RUNNING, DAY + timedelta(5), None),
        (OfferingState.RUNNING, DAY + timedelta(6), OfferingAct.END),
        (OfferingState.MARKING, DAY + timedelta(90), None),
        (OfferingState.DRAFT, DAY + timedelta(90), None),
    ],
)
def test_what_the_calendar_does(state: OfferingState, today: date, act: OfferingAct | None) -> None:
    starts_on, ends_on = DAY + timedelta(3), DAY + timedelta(5)
    assert due_act(state, today, closes_on=DAY, starts_on=starts_on, ends_on=ends_on) is act


@given(st.integers(1, 30), st.lists(st.sampled_from(["enter", "leave", "quit"]), max_size=80))
def test_seats_and_queue_never_break(capacity: int, events: list[str]) -> None:
    """T1, T4: seats stay within capacity, and with promotion nobody waits beside a free seat."""
    seats, inside = Seats(capacity), 0
    for event in events:
        if event == "enter":
            seats, inside = seats.enter(), inside + 1
        elif event == "leave" and seats.used:
            seats, _moved = seats.leave(has_seat=True).promote()
            inside -= 1
        elif event == "quit" and seats.waiting:
            seats, inside = seats.leave(has_seat=False), inside - 1
        assert seats.used + seats.waiting == inside
        assert seats.used == min(capacity, inside)


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_newcomer_passes_nobody(capacity: int, waiting: int) -> None:
    """T4: a free seat belongs to those who wait, also before they were promoted."""
    seats = Seats(capacity, used=capacity - 1, waiting=waiting)
    assert seats.enter() == Seats(capacity, capacity - 1, waiting + 1)
    assert seats.promote() == (Seats(capacity, capacity, waiting - 1), 1)


def test_more_seats_than_there_are_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="impossible"):
        Seats(2, used=2).leave(has_seat=False)
    with pytest.raises(ValueError, match="impossible"):
        Seats(2, used=3)


@pytest.mark.parametrize(("today", "possible"), [(-1, False), (0, True), (5, True), (6, False)])
def test_both_ends_of_the_window_belong_to_it(today: int, possible: bool) -> None:
    when = DAY + timedelta(today)
    window = (DAY, DAY + timedelta(5))
    assert takes_enrolments(OfferingState.OPEN, when, *window) is possible
    assert not takes_enrolments(OfferingState.CLOSED, when, *window)


def test_nothing_is_promoted_after_the_last_day() -> None:
    assert may_promote(OfferingState.OPEN, DAY, DAY)
    assert not may_promote(OfferingState.OPEN, DAY + timedelta(1), DAY)
    assert not may_promote(OfferingState.CLOSED, DAY, DAY)


@given(st.integers(1, 100), st.integers(1, 10_000))
def test_exactly_the_threshold_is_enough(threshold: int, held: int) -> None:
    """T7: the first whole minute at or above the share is enough, one below is not."""
    least = -(-threshold * held // 100)
    assert attended_enough(least, held, threshold)
    assert not attended_enough(least - 1, held, threshold)


@pytest.mark.parametrize(
    ("attended", "held", "threshold", "enough"),
    [(192, 240, 80, True), (191, 240, 80, False), (7, 9, 77, True), (0, 0, 80, False)],
)
def test_attendance_by_hand(attended: int, held: int, threshold: int, enough: bool) -> None:
    assert attended_enough(attended, held, threshold) is enough


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(1, 100))
def test_the_percentage_shown_agrees_with_the_decision(
    attended: int, held: int, threshold: int
) -> None:
    assert (percent(attended, held) >= threshold) is attended_enough(attended, held, threshold)


def test_outcomes() -> None:
    assert outcome(240, 240, 80) is EnrolmentState.COMPLETED
    assert outcome(100, 240, 80) is EnrolmentState.INCOMPLETE
    assert outcome(0, 240, 80) is EnrolmentState.NO_SHOW


def test_hours_are_summed_by_year_in_order() -> None:
    assert total_by_year([(1405, 960), (1404, 480), (1405, 240)]) == {1404: 480, 1405: 1200}
    assert list(total_by_year([(1405, 1), (1403, 1)])) == [1403, 1405]
