"""Pure rules: periods, insertion into a history, endings, the tree of units."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import Invalid
from core.people import policies
from core.people.names import NameKeys
from core.people.policies import Insertion, Span, Status

TODAY = date(2026, 11, 23)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(days)
    length = draw(st.none() | st.integers(1, 200))
    return Span(start, start + timedelta(days=length) if length else None)


@st.composite
def histories(draw: st.DrawFn) -> list[Span]:
    """Spans that don't overlap, with or without gaps; perhaps an open one at the end."""
    marks = sorted(draw(st.sets(days, min_size=0, max_size=8)))
    made = []
    for first, second in itertools.pairwise(marks):
        if draw(st.booleans()):
            made.append(Span(first, second))
    if marks and draw(st.booleans()):
        made.append(Span(marks[-1], None))
    return made


def covered(history: list[Span]) -> set[date]:
    window = [date(2025, 12, 31) + timedelta(days=i) for i in range(370)]
    return {day for day in window if any(span.holds_on(day) for span in history)}


@given(spans(), spans())
def test_overlap_is_symmetric_and_means_a_common_day(one: Span, other: Span) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    common = max(one.starts_on, other.starts_on)
    assert one.overlaps(other) == (one.holds_on(common) and other.holds_on(common))


def test_touching_periods_do_not_overlap() -> None:
    assert not Span(TODAY, TODAY + policies.DAY).overlaps(Span(TODAY + policies.DAY))
    assert Span(TODAY, TODAY + policies.DAY).holds_on(TODAY)
    assert not Span(TODAY, TODAY + policies.DAY).holds_on(TODAY + policies.DAY)


@given(spans(), days)
def test_status_and_nearest_day_agree(span: Span, day: date) -> None:
    nearest = span.nearest(day)
    assert span.holds_on(nearest)
    status = span.status_on(day)
    assert (status is Status.ACTIVE) == (nearest == day)
    assert (status is Status.FUTURE) == (nearest > day)
    assert (status is Status.FORMER) == (nearest < day)


@given(spans())
def test_last_day_and_first_day_after_are_inverse(span: Span) -> None:
    assert policies.first_day_after(policies.last_day(span.ends_on)) == span.ends_on


def apply(history: list[Span], starts_on: date, found: Insertion) -> list[Span]:
    kept = list(history)
    if found.cuts is not None:
        kept[found.cuts] = Span(kept[found.cuts].starts_on, starts_on)
    if found.replaces is not None:
        del kept[found.replaces]
    return sorted([*kept, Span(starts_on, found.ends_on)], key=lambda span: span.starts_on)


@given(histories(), days)
def test_an_insertion_never_overlaps_and_loses_no_day(history: list[Span], starts_on: date) -> None:
    after = apply(history, starts_on, policies.insertion(history, starts_on, None))
    for one, other in itertools.pairwise(after):
        assert not one.overlaps(other)
    assert covered(history) <= covered(after)
    assert any(span.starts_on == starts_on for span in after)


@given(histories(), days)
def test_later_plans_stay_as_they_are(history: list[Span], starts_on: date) -> None:
    after = apply(history, starts_on, policies.insertion(history, starts_on, None))
    later = [span for span in history if span.starts_on > starts_on]
    assert [span for span in after if span.starts_on > starts_on] == later


def test_an_insertion_ends_with_the_employment() -> None:
    end = TODAY + timedelta(days=30)
    assert policies.insertion([], TODAY, end) == Insertion(end)


def test_birth_and_first_day_must_be_plausible() -> None:
    policies.check_birth(date(2000, 1, 1), date(2012, 1, 1))
    policies.check_birth(None, TODAY)
    with pytest.raises(Invalid) as caught:
        policies.check_birth(date(2000, 1, 1), date(2011, 12, 31))
    assert "birth_date" in caught.value.fields


@pytest.mark.parametrize(
    ("span", "ends_on", "is_possible"),
    [
        (Span(TODAY), TODAY, False),
        (Span(TODAY), TODAY + policies.DAY, True),
        (Span(date(2020, 1, 1)), date(2020, 1, 2), True),
        (Span(date(2020, 1, 1), date(2021, 1, 1)), date(2021, 6, 1), True),
        (Span(date(2020, 1, 1), date(2021, 1, 1)), TODAY, True),
        (Span(date(2020, 1, 1), TODAY), TODAY + policies.DAY, False),
        (Span(date(2020, 1, 1), TODAY + policies.DAY), TODAY + timedelta(days=9), True),
        (Span(date(2020, 1, 1)), TODAY + timedelta(days=367), False),
    ],
)
def test_ends(span: Span, ends_on: date, is_possible: bool) -> None:
    if is_possible:
        policies.check_end(span, ends_on, TODAY)
        return
    with pytest.raises(Invalid) as caught:
        policies.check_end(span, ends_on, TODAY)
    assert list(caught.value.fields) == ["last_day"]


def test_a_new_start_moves_what_began_with_the_old_one_but_passes_nothing_else() -> None:
    span = Span(date(2020, 1, 1), date(2024, 1, 1))
    policies.check_new_start(span, date(2020, 6, 1), [date(2020, 1, 1), date(2021, 1, 1)])
    policies.check_new_start(span, date(2019, 6, 1), [date(2020, 1, 1), date(2021, 1, 1)])
    for late in (date(2021, 1, 1), date(2022, 1, 1), date(2024, 1, 1)):
        with pytest.raises(Invalid):
            policies.check_new_start(span, late, [date(2020, 1, 1), date(2021, 1, 1)])


def test_days_outside_the_employment_are_refused_by_name() -> None:
    span = Span(date(2020, 1, 1), date(2024, 1, 1))
    policies.check_within("starts_on", date(2023, 12, 31), span)
    for day in (date(2019, 12, 31), date(2024, 1, 1)):
        with pytest.raises(Invalid) as caught:
            policies.check_within("starts_on", day, span)
        assert list(caught.value.fields) == ["starts_on"]


units = [UUID(int=i + 1) for i in range(7)]


@st.composite
def trees(draw: st.DrawFn) -> dict[UUID, UUID | None]:
    """Each unit hangs under an earlier one or under none."""
    return {unit: draw(st.sampled_from([None, *units[:place]])) for place, unit in enumerate(units)}


@given(trees(), st.sampled_from(units), st.sampled_from([None, *units]))
def test_a_move_is_a_cycle_exactly_when_it_goes_into_the_own_subtree(
    tree: dict[UUID, UUID | None], unit: UUID, parent: UUID | None
) -> None:
    below = policies.subtrees(tree, [unit])
    assert policies.makes_cycle(tree, unit, parent) == (parent in below)


@given(trees(), st.sampled_from(units))
def test_after_an_allowed_move_every_unit_still_hangs_on_a_root(
    tree: dict[UUID, UUID | None], parent: UUID
) -> None:
    unit = units[0]
    assume(not policies.makes_cycle(tree, unit, parent))
    moved = {**tree, unit: parent}
    roots = [one for one, above in moved.items() if above is None]
    assert policies.subtrees(moved, roots) == frozenset(units)


def test_subtrees_leave_out_strangers() -> None:
    assert policies.subtrees({units[0]: None}, [units[5]]) == frozenset()


@given(st.text("ابپعلیرضا كي‌ ", max_size=12), st.text("محمدحسینی آأ ", max_size=12))
def test_the_given_key_can_be_taken_from_the_persons_keys(given_name: str, family: str) -> None:
    keys = NameKeys.of(given_name, family)
    rest = keys.name_key[len(keys.family_key) :]
    assert keys.given_key == rest + keys.family_key
