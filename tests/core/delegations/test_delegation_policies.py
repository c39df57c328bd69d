"""What a delegation gives is never more than its giver holds."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from core.delegations.policies import beyond, delegable, narrow
from core.policy.permissions import EVERYTHING, implies
from core.policy.viewer import Grant, Standing, Viewer
from core.requests.policies import rights

HERE = UUID(int=1)
UNIT = UUID(int=21)
ME, MY_PERSON = UUID(int=11), UUID(int=12)
CHIEF, CHIEFS_PERSON = UUID(int=13), UUID(int=14)
NAMES = ("lending.review", "lending.approve", "lending.view", "lending.manage", "training.approve")
permissions = st.frozensets(st.sampled_from((*NAMES, EVERYTHING)))
limits = st.none() | st.frozensets(st.sampled_from(NAMES), min_size=1)


def chief(held: frozenset[str], limited: frozenset[str] | None) -> Standing:
    grants = narrow([Grant(HERE, None, held)], limited)
    principal = Viewer(CHIEF, CHIEFS_PERSON, "Chief", grants=grants)
    return Standing(
        UUID(int=31), principal, limited, frozenset({CHIEF}), frozenset({CHIEFS_PERSON})
    )


def ways(viewer: Viewer, permission: str, **more: object) -> list[UUID | None]:
    facts = {"person_id": UUID(int=99), "routed_to": None, **more}
    found = rights(
        viewer,
        municipality_id=HERE,
        permission=permission,
        in_units=lambda units: UNIT in units,
        **facts,  # type: ignore[arg-type]
    )
    return [right.standing.delegation_id if right.standing else None for right in found]


@example(frozenset({"lending.view"}), frozenset({"lending.manage"}), "lending.view")
@given(permissions, limits, st.sampled_from(NAMES))
def test_what_is_left_was_held_and_delegated(
    held: frozenset[str], limited: frozenset[str] | None, name: str
) -> None:
    (left,) = narrow([Grant(HERE, UNIT, held)], limited)
    assert (left.municipality_id, left.unit_id) == (HERE, UNIT)
    given_on = implies(left.permissions, name)
    assert given_on == (implies(held, name) and (limited is None or implies(limited, name)))


@given(permissions, limits, st.sampled_from(NAMES), st.booleans())
def test_a_delegate_decides_what_his_principal_may_and_no_more(
    held: frozenset[str], limited: frozenset[str] | None, name: str, routed: bool
) -> None:
    to = [CHIEF] if routed else None
    alone = Viewer(CHIEF, CHIEFS_PERSON, grants=(Grant(HERE, None, held),))
    delegate = Viewer(ME, MY_PERSON, standings=(chief(held, limited),))
    if ways(delegate, name, routed_to=to):
        assert ways(alone, name, routed_to=to)
        assert limited is None or implies(limited, name)


def test_ones_own_right_goes_first_and_own_requests_stay_with_others() -> None:
    own = Grant(HERE, None, frozenset({"lending.review"}))
    standing = chief(frozenset({"lending.review"}), None)
    viewer = Viewer(ME, MY_PERSON, grants=(own,), standings=(standing,))
    assert ways(viewer, "lending.review") == [None, standing.delegation_id]
    assert ways(viewer, "lending.review", person_id=MY_PERSON) == []
    assert ways(viewer, "lending.review", person_id=CHIEFS_PERSON) == [None]
    assert ways(viewer, "lending.approve") == []


def test_who_stands_in_may_pass_on_what_he_stands_in_for() -> None:
    viewer = Viewer(ME, grants=(Grant(HERE, None, frozenset({"training.approve"})),))
    deciding = ["lending.review", "training.approve", "lending.approve"]
    assert delegable(viewer, HERE, deciding) == ["training.approve"]
    standing = chief(frozenset({"lending.review"}), None)
    both = Viewer(ME, grants=viewer.grants, standings=(standing,))
    assert delegable(both, HERE, deciding) == ["lending.review", "training.approve"]
    assert beyond(["lending.approve", "training.approve"], delegable(both, HERE, deciding)) == {
        "lending.approve"
    }
    assert beyond([EVERYTHING], [EVERYTHING]) == {EVERYTHING}
