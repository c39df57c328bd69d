"""Deciding in somebody's name: who may, what is on record, circles, chains, and races."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.audit.models import AuditEntry
from core.database.keys import new_id
from core.database.violations import constraint_of
from core.delegations.models import Delegation
from core.delegations.services import end
from core.errors import Forbidden, NotFound
from core.municipalities.place import Place
from core.policy.viewer import Viewer
from core.requests import inbox
from core.requests.inbox import ALL, OTHERS, Filters
from core.requests.models import Request, RequestDecision
from tests.core.delegations.conftest import delegate, standing
from tests.core.requests.conftest import ONE, TWO, Office
from tests.core.requests.test_at_once import race


def decided(office: Office, request: Request) -> list[RequestDecision]:
    with office.province.unit(office.place) as uow:
        found = select(RequestDecision).where(RequestDecision.request_id == request.id)
        return list(uow.session.scalars(found.order_by(RequestDecision.step)))


def listed(office: Office, viewer: Viewer, **filters: Any) -> list[tuple[str, str | None]]:
    with office.unit(viewer) as uow:
        page = inbox.page(uow, viewer, office.place.id, Filters(**filters), None)
        return [(row.reference, row.principal) for row in page.items]


def test_a_decision_names_actor_principal_and_delegation(office: Office) -> None:
    sent = office.send("people.double")
    chief, deputy = office.viewer(ONE, name="Chief"), office.viewer(name="Deputy")
    with pytest.raises(NotFound):
        office.approve(deputy, sent)
    given = delegate(office, chief, deputy)
    office.approve(standing(office, deputy), sent)
    (one,) = decided(office, sent)
    assert (one.decided_by, one.on_behalf_of) == (deputy.account_id, chief.account_id)
    assert (one.decided_by_name, one.on_behalf_of_name) == ("Deputy", "Chief")
    assert one.delegation_id == given
    with office.province.unit(office.place) as uow:
        entry = uow.session.execute(
            select(AuditEntry.actor_account_id, AuditEntry.on_behalf_of)
            .where(AuditEntry.action == "request.approved")
            .where(AuditEntry.subject_id == str(sent.id))
        ).one()
    assert entry == (deputy.account_id, chief.account_id)


def test_the_inbox_shows_what_is_decided_for_somebody_else(office: Office) -> None:
    mine, his = office.send("people.single"), office.send("people.double")
    chief = office.viewer(ONE, TWO, name="Chief")
    deputy = office.viewer("none.view", name="Deputy")
    assert listed(office, deputy) == []
    delegate(office, chief, deputy, ONE)
    deputy = standing(office, deputy)
    both = {(mine.reference, "Chief"), (his.reference, "Chief")}
    assert set(listed(office, deputy)) == both == set(listed(office, deputy, state=OTHERS))
    office.approve(deputy, his)
    assert listed(office, deputy) == [(mine.reference, "Chief")]
    assert {row[0] for row in listed(office, deputy, state=ALL)} == {mine.reference, his.reference}
    with office.unit(deputy) as uow:
        assert inbox.waiting(uow, deputy, office.place.id).count == 1


def test_ones_own_right_comes_first_in_the_list_too(office: Office) -> None:
    sent = office.send()
    chief, colleague = office.viewer(ONE, name="Chief"), office.viewer(ONE, name="Colleague")
    delegate(office, chief, colleague)
    colleague = standing(office, colleague)
    assert listed(office, colleague) == [(sent.reference, None)]
    assert listed(office, colleague, state=OTHERS) == []
    office.approve(colleague, sent)
    assert decided(office, sent)[0].on_behalf_of is None


def test_only_what_was_delegated_and_only_in_its_time(office: Office, saturday: datetime) -> None:
    sent = office.send("people.double")
    chief, deputy = office.viewer(ONE, TWO), office.viewer()
    delegate(office, chief, deputy, TWO)
    with pytest.raises(Forbidden):
        office.approve(standing(office, deputy), sent)
    later = office.viewer()
    delegate(office, chief, later, starts=1)
    assert standing(office, later).standings == ()


def test_what_the_giver_loses_the_delegate_loses(office: Office) -> None:
    chief, deputy = office.viewer(ONE), office.viewer()
    delegate(office, chief, deputy)
    (before,) = standing(office, deputy).standings
    assert before.principal.can(ONE, office.place.id)
    with office.province.owner.begin() as connection:
        connection.execute(
            text("update role_grant set ends_on = starts_on + 1 where account_id = :a"),
            {"a": chief.account_id},
        )
    (after,) = standing(office, deputy).standings
    assert not after.principal.can(ONE, office.place.id)
    with office.province.owner.begin() as connection:
        connection.execute(
            text("update account set active = false where id = :a"), {"a": chief.account_id}
        )
    assert standing(office, deputy).standings == ()


def test_nobody_has_his_own_request_decided_in_his_name(office: Office) -> None:
    """Rule R1 holds for the delegate, for the principal and for whoever passed the right on."""
    chief = office.asker
    office.province.grant(office.maryam.account_id, office.place, ONE)  # type: ignore[arg-type]
    sent, deputy = office.send(), office.viewer()
    delegate(office, chief, deputy)
    deputy = standing(office, deputy)
    assert listed(office, deputy) == []
    with pytest.raises(Forbidden):
        office.approve(deputy, sent)
    above = office.viewer(ONE, name="Above")
    delegate(office, above, chief)
    deputy = standing(office, deputy)
    assert {one.principal.name for one in deputy.standings} == {"مریم رضایی", "Above"}
    with pytest.raises(Forbidden):
        office.approve(deputy, sent)


def test_nobody_approves_two_steps_by_a_delegate(office: Office) -> None:
    """Rule R9 counts a delegate's approval for both, in either order."""
    chief, deputy = office.viewer(ONE, TWO, name="Chief"), office.viewer(name="Deputy")
    delegate(office, chief, deputy)
    deputy = standing(office, deputy)
    by_deputy, by_chief = office.send("people.double"), office.send("people.double")
    office.approve(deputy, by_deputy)
    office.approve(chief, by_chief)
    for who in (chief, deputy):
        for sent in (by_deputy, by_chief):
            with pytest.raises(Forbidden) as refused:
                office.approve(who, sent)
            assert refused.value.code == "approved_before"
        assert listed(office, who) == []


def test_the_database_refuses_a_decision_without_its_delegation(office: Office) -> None:
    sent = office.send()
    chief, deputy, other = office.viewer(ONE), office.viewer(), office.viewer()
    given = delegate(office, chief, deputy)
    later = delegate(office, chief, other, starts=2)

    def decision(decided_by: Any, **more: Any) -> RequestDecision:
        facts = {
            "on_behalf_of": chief.account_id,
            "on_behalf_of_name": "Chief",
            "delegation_id": given,
            **more,
        }
        return RequestDecision(
            municipality_id=office.place.id,
            id=new_id(),
            request_id=sent.id,
            person_id=office.maryam.person_id,
            step=1,
            round=1,
            step_name="first",
            outcome="approved",
            decided_at=sent.submitted_at,
            decided_by=decided_by,
            decided_by_name="x",
            **facts,
        )

    wrong = {
        "fk_request_decision_municipality_id_delegation_id_decided_by": decision(other.account_id),
        "ck_request_decision_in_force": decision(other.account_id, delegation_id=later),
        "ck_request_decision_delegation": decision(deputy.account_id, on_behalf_of=None),
        "ck_request_decision_principals_request": decision(
            deputy.account_id, on_behalf_of_person_id=office.maryam.person_id
        ),
    }
    for name, row in wrong.items():
        with pytest.raises(IntegrityError) as refused, office.unit(deputy) as uow:
            uow.session.add(row)
        assert constraint_of(refused.value) == name


# Circles and chains


def refused(error: Any) -> str:
    return constraint_of(error) if isinstance(error, IntegrityError) else str(error)


def test_circles_are_refused_while_their_times_meet(office: Office) -> None:
    a, b, c = (office.viewer(ONE) for _n in range(3))
    delegate(office, a, b)
    delegate(office, b, c)
    for giver, to in ((b, a), (c, a)):
        with pytest.raises(IntegrityError) as error:
            delegate(office, giver, to, starts=5)
        assert refused(error.value) == "ck_delegation_acyclic"
    delegate(office, c, a, starts=10)
    with pytest.raises(IntegrityError) as error:
        delegate(office, a, a)
    assert refused(error.value) in ("ck_delegation_not_oneself", "ck_delegation_acyclic")
    with pytest.raises(IntegrityError) as error:
        delegate(office, a, b, starts=9)
    assert refused(error.value) == "ex_delegation_once"


def test_a_right_is_passed_on_three_times_at_most(office: Office) -> None:
    sent = office.send()
    chain = [office.viewer(ONE, name="First"), *(office.viewer() for _n in range(4))]
    delegate(office, chain[0], chain[1])
    delegate(office, chain[2], chain[3])
    delegate(office, chain[1], chain[2])
    for giver, to in ((chain[3], chain[4]), (chain[4], chain[0])):
        with pytest.raises(IntegrityError) as error:
            delegate(office, giver, to)
        assert refused(error.value) == "ck_delegation_depth"
    last = standing(office, chain[3])
    assert max(len(one.accounts) for one in last.standings) == 3
    office.approve(last, sent)
    assert decided(office, sent)[0].on_behalf_of_name == "First"


def test_limits_narrow_along_the_chain(office: Office) -> None:
    a, b, c = office.viewer(ONE, TWO, name="A"), office.viewer(), office.viewer()
    delegate(office, a, b, ONE)
    delegate(office, b, c)
    far = next(one for one in standing(office, c).standings if one.principal.name == "A")
    assert far.limits == {ONE}
    assert not far.principal.can(TWO, office.place.id)


@pytest.mark.parametrize("round_", range(4))
def test_a_circle_made_at_once_is_refused(office: Office, round_: int) -> None:
    ring = [office.viewer(ONE) for _n in range(3)]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    results = race(*[lambda pair=pair: delegate(office, *pair) for pair in pairs])
    kinds = Counter(refused(r) for r in results if isinstance(r, IntegrityError))
    assert kinds == {"ck_delegation_acyclic": 1}, results


@pytest.mark.parametrize("round_", range(3))
def test_a_chain_made_at_once_stays_short(office: Office, round_: int) -> None:
    chain = [office.viewer(ONE) for _n in range(5)]
    pairs = list(pairwise(chain))
    results = race(*[lambda pair=pair: delegate(office, *pair) for pair in pairs])
    kinds = Counter(refused(r) for r in results if isinstance(r, IntegrityError))
    assert kinds == {"ck_delegation_depth": 1}, results


# Ending


def test_ending_stops_the_delegate_at_once(office: Office) -> None:
    sent = office.send()
    chief, deputy = office.viewer(ONE, name="Chief"), office.viewer(name="Deputy")
    given = delegate(office, chief, deputy)
    at_work = standing(office, deputy)
    place = Place.of(office.place)
    with pytest.raises(NotFound), office.unit(deputy) as uow:
        end(uow, office.viewer(ONE), place, given, manages=False)
    with office.unit(chief) as uow:
        end(uow, chief, place, given, manages=False)
    with pytest.raises(Forbidden) as refusal:
        office.approve(at_work, sent)  # his page was loaded before
    assert refusal.value.code == "delegation_over"
    assert office.now(sent).state == "submitted"
    with pytest.raises(Forbidden), office.unit(chief) as uow:
        end(uow, chief, place, given, manages=False)


@pytest.mark.parametrize("round_", range(4))
def test_deciding_against_ending(office: Office, round_: int) -> None:
    """Whichever comes first, what is decided was decided while the delegation held."""
    sent = office.send()
    chief, deputy = office.viewer(ONE), office.viewer()
    given = delegate(office, chief, deputy)
    at_work, place = standing(office, deputy), Place.of(office.place)

    def stop() -> Any:
        with office.unit(chief) as uow:
            return end(uow, chief, place, given, manages=False)

    results = race(lambda: office.approve(at_work, sent), stop)
    assert isinstance(results[1], Delegation), results
    assert office.now(sent).state == ("applied" if isinstance(results[0], Request) else "submitted")
    assert isinstance(results[0], Request | Forbidden), results


def test_a_delegation_never_changes_otherwise(office: Office) -> None:
    given = delegate(office, office.viewer(ONE), office.viewer())
    for statement in ("update delegation set ends_on = ends_on + 1", "delete from delegation"):
        with pytest.raises(DBAPIError), office.province.unit(office.place) as uow:
            uow.session.execute(text(f"{statement} where id = :id"), {"id": given})
