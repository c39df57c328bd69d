"""Pure rules: moves, steps, deadlines, references, who may decide and see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy.permissions import implies
from core.policy.viewer import Grant, Viewer
from core.requests.policies import (
    due_date,
    freeze,
    may_decide,
    may_see,
    reach,
    reference,
    reference_prefix,
)
from core.requests.states import (
    FINAL,
    FROM,
    Act,
    IllegalMoveError,
    Progress,
    RequestState,
    advance,
)
from core.sdk.declarations import Step

HERE, THERE, TOP = UUID(int=1), UUID(int=2), UUID(int=3)
ACCOUNT, PERSON, OTHER = UUID(int=11), UUID(int=12), UUID(int=13)
UNIT = UUID(int=21)


@given(st.sampled_from(RequestState), st.sampled_from(Act), st.integers(0, 4))
def test_every_move_is_allowed_or_refused(state: RequestState, act: Act, steps: int) -> None:
    at = Progress(state, steps, min(steps, 1))
    if state not in FROM[act]:
        with pytest.raises(IllegalMoveError):
            advance(at, act)
        return
    after = advance(at, act)
    assert 0 <= after.step <= steps
    again = act is Act.SUBMIT and state is RequestState.RETURNED
    assert after.round - at.round == (again or act is Act.REOPEN)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_but_an_objection_leaves_a_final_state(state: RequestState) -> None:
    leaving = {act for act, states in FROM.items() if state in states}
    assert leaving == ({Act.REOPEN} if state is RequestState.REJECTED else set())


@given(st.integers(1, 5))
def test_all_steps_lead_to_approval(steps: int) -> None:
    at = advance(Progress(RequestState.DRAFT, steps), Act.SUBMIT)
    for number in range(1, steps + 1):
        assert at.step == number
        at = advance(at, Act.APPROVE)
    assert at.state is RequestState.APPROVED


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 21), 1, date(2026, 11, 22)),  # Saturday → Sunday
        (date(2026, 11, 25), 2, date(2026, 11, 28)),  # Wednesday → Saturday, over Friday
        (date(2026, 11, 26), 1, date(2026, 11, 28)),  # Thursday → Saturday
        (date(2026, 11, 27), 1, date(2026, 11, 28)),
        (date(2026, 11, 21), None, None),
    ],
)
def test_deadlines_skip_closed_days(start: date, days: int | None, due: date | None) -> None:
    assert due_date(start, days, [6]) == due


def test_an_office_that_is_always_closed_still_has_deadlines() -> None:
    assert due_date(date(2026, 11, 21), 3, range(7)) == date(2026, 11, 24)


def step(above: int | None) -> Step:
    return Step(name="s", title="S", permission="a.approve", above=above)


@pytest.mark.parametrize(
    ("above", "amount", "applies"),
    [(None, None, True), (None, 0, True), (10, 10, False), (10, 11, True), (10, None, False)],
)
def test_a_threshold_is_passed_by_more_only(
    above: int | None, amount: int | None, applies: bool
) -> None:
    assert bool(freeze([step(above)], amount)) is applies


@pytest.mark.parametrize(
    ("typed", "prefix"),
    [
        ("HM-1405-08231", "HM-1405-08231"),
        ("hm ۱۴۰۵ - ۸۲۳۱", None),
        ("۱۴۰۵-۸۲۳۱", "HM-1405-08231"),
        ("hm-١٤٠٥-٠٨٢٣١", "HM-1405-08231"),
        ("HM-1405", "HM-1405-"),
        ("HM1405-1", "HM-1405-00001"),
        ("1405", None),
        ("رضایی", None),
    ],
)
def test_references_are_read_as_people_type_them(typed: str, prefix: str | None) -> None:
    expected = "HM-1405-08231" if typed == "hm ۱۴۰۵ - ۸۲۳۱" else prefix
    assert reference_prefix(typed) == expected


@given(st.integers(1390, 1450), st.integers(1, 10**8))
def test_a_reference_is_found_by_itself(year: int, number: int) -> None:
    assert reference_prefix(reference(year, number)) == reference(year, number)


NAMES = ("a.approve", "a.review", "a.manage", "a.view", "b.approve", "*")
grants = st.builds(
    Grant,
    st.sampled_from([HERE, THERE, TOP]),
    st.sampled_from([None, UNIT]),
    st.frozensets(st.sampled_from(NAMES), max_size=3),
)
viewers = st.builds(
    Viewer,
    account_id=st.sampled_from([ACCOUNT, None]),
    person_id=st.sampled_from([PERSON, OTHER, None]),
    grants=st.lists(grants, max_size=3).map(tuple),
    organisation_of=st.just({HERE: TOP}),
)


@given(viewers, st.sampled_from(NAMES[:-1]), st.booleans(), st.sampled_from([None, [ACCOUNT], []]))
def test_who_may_decide(
    viewer: Viewer, permission: str, in_unit: bool, routed_to: list[UUID] | None
) -> None:
    def in_units(_units: Collection[UUID]) -> bool:
        return in_unit

    decides = may_decide(
        viewer,
        municipality_id=HERE,
        permission=permission,
        person_id=PERSON,
        routed_to=routed_to,
        in_units=in_units,
    )
    holds = any(
        grant.municipality_id in (HERE, TOP)
        and implies(grant.permissions, permission)
        and (grant.unit_id is None or in_unit)
        for grant in viewer.grants
    )
    other = viewer.account_id is not None and viewer.person_id != PERSON
    expected = holds if routed_to is None else viewer.account_id in routed_to
    assert decides is (other and expected)
    sees = may_see(
        viewer,
        municipality_id=HERE,
        permissions=[permission],
        routed_to=routed_to,
        in_units=in_units,
    )
    assert sees or not decides


@given(viewers, st.sampled_from(NAMES[:-1]))
def test_lists_reach_what_single_requests_do(viewer: Viewer, permission: str) -> None:
    """The inbox asks `reach` and a request asks the viewer: both must agree."""
    units = viewer.units_for(permission, HERE)
    reached = [
        each.unit_id
        for each in reach(viewer, HERE)
        if each.permissions is None or permission in each.permissions
    ]
    assert (units is None) == (None in reached)
    if units is not None:
        assert units == frozenset(reached)
