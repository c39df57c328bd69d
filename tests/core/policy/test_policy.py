"""Rights: what implies what, who holds what where, who may give it. Pure."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.policy.permissions import CORE_PERMISSIONS, implies
from core.policy.policies import beyond, chain_of
from core.policy.viewer import NOBODY, Grant, Post, Viewer

ORGANISATION, KARAJ, FARDIS, OTHER = (UUID(int=n) for n in range(1, 5))
TOP, MIDDLE, LOW, BESIDE = (UUID(int=n) for n in range(11, 15))
PARENTS = {TOP: None, MIDDLE: TOP, LOW: MIDDLE, BESIDE: TOP}
PLACES = {ORGANISATION: None, KARAJ: ORGANISATION, FARDIS: ORGANISATION, OTHER: None}
NAMES = st.sampled_from([*CORE_PERMISSIONS, "loans.pay", "loans.view", "*"])


def viewer(*grants: tuple[UUID, UUID | None, set[str]]) -> Viewer:
    return Viewer(
        account_id=UUID(int=100),
        grants=tuple(Grant(place, unit, frozenset(names)) for place, unit, names in grants),
        organisation_of=PLACES,
    )


@given(NAMES)
def test_everything_implies_all(wanted: str) -> None:
    assert implies({"*"}, wanted)


@given(NAMES)
def test_nothing_implies_nothing(wanted: str) -> None:
    assert not implies(set(), wanted)


def test_manage_implies_view_of_its_area_only() -> None:
    assert implies({"people.manage"}, "people.view")
    assert not implies({"people.manage"}, "people.reveal")
    assert not implies({"people.manage"}, "accounts.view")
    assert not implies({"people.view"}, "people.manage")


@given(st.frozensets(NAMES), st.frozensets(NAMES), NAMES)
def test_more_rights_never_take_away(held: frozenset[str], more: frozenset[str], name: str) -> None:
    if implies(held, name):
        assert implies(held | more, name)


def test_a_grant_in_the_organisation_covers_its_municipalities() -> None:
    chief = viewer((ORGANISATION, None, {"people.view"}))
    assert chief.municipalities("people.view") == {ORGANISATION, KARAJ, FARDIS}
    assert not chief.can("people.view", OTHER)


def test_a_grant_in_a_municipality_doesnt_reach_the_organisation() -> None:
    local = viewer((KARAJ, None, {"people.view"}))
    assert local.municipalities("people.view") == {KARAJ}


def test_units_limit_unless_another_grant_doesnt() -> None:
    limited = viewer((KARAJ, LOW, {"people.view"}), (KARAJ, BESIDE, {"people.manage"}))
    assert limited.can("people.view", KARAJ)
    assert limited.units_for("people.view", KARAJ) == {LOW, BESIDE}
    assert limited.units_for("people.manage", KARAJ) == {BESIDE}
    assert limited.units_for("people.reveal", KARAJ) == frozenset()
    free = viewer((KARAJ, LOW, {"people.view"}), (ORGANISATION, None, {"people.view"}))
    assert free.units_for("people.view", KARAJ) is None


def test_nobody_can_do_nothing() -> None:
    assert not NOBODY.is_signed_in
    assert NOBODY.municipalities("people.view") == frozenset()
    assert NOBODY.post_in(KARAJ) is None


def test_a_post_is_found_by_its_place() -> None:
    post = Post(UUID(int=50), KARAJ, "official")
    employee = Viewer(account_id=UUID(int=1), posts=(post,))
    assert employee.post_in(KARAJ) == post
    assert employee.post_in(FARDIS) is None


def test_the_chain_goes_up() -> None:
    assert chain_of(LOW, PARENTS) == {LOW, MIDDLE, TOP}
    assert chain_of(None, PARENTS) == frozenset()
    assert chain_of(LOW, {LOW: MIDDLE, MIDDLE: LOW}) == {LOW, MIDDLE}, "a loop ends"


def test_rights_for_a_part_can_be_given_for_that_part() -> None:
    limited = viewer((KARAJ, MIDDLE, {"people.view"}))
    assert beyond(limited, {"people.view"}, KARAJ, chain_of(LOW, PARENTS)) == frozenset()
    assert beyond(limited, {"people.view"}, KARAJ, chain_of(MIDDLE, PARENTS)) == frozenset()
    assert beyond(limited, {"people.view"}, KARAJ, chain_of(BESIDE, PARENTS)) == {"people.view"}
    assert beyond(limited, {"people.view"}, KARAJ, frozenset()) == {"people.view"}


@given(st.frozensets(NAMES), st.frozensets(NAMES))
def test_nobody_gives_more_than_he_holds(held: frozenset[str], wanted: frozenset[str]) -> None:
    giver = viewer((KARAJ, None, set(held)))
    refused = beyond(giver, wanted, KARAJ, frozenset())
    assert all(implies(held, name) for name in wanted - refused)
    assert not any(implies(held, name) for name in refused)
    assert beyond(giver, wanted, FARDIS, frozenset()) == wanted
    assert beyond(giver, wanted, ORGANISATION, frozenset()) == wanted
