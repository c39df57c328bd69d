"""Transfers under concurrency, with real threads and connections."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from core.errors import Conflict
from core.people import services as people
from core.people.models import Employment
from core.plugin_host.host import PluginHost
from core.testing.factories import Province
from core.transfers import services
from core.transfers.models import Transfer, TransferState
from tests.core.people.test_people_concurrency import at_once
from tests.core.transfers.test_transfers import SOON, TODAY, accepting, released, state_of

ROUNDS = 4


def test_accepted_eight_times_at_once_employs_once(province: Province, host: PluginHost) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one)
    results = at_once(
        province, [lambda uow: accepting(uow, host, province, transfer_id) for _i in range(8)]
    )
    assert len([r for r in results if isinstance(r, Conflict)]) == 7
    with province.unit(province.fardis) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Employment)) == 1


def test_released_to_two_at_once_only_one_may_accept(province: Province) -> None:
    """Two municipalities can't both take the same employee: there is one release."""
    one = province.employee(province.karaj)
    facts = {"version": 1, "starts_on": TODAY}
    results = at_once(
        province,
        [
            lambda uow, to=to: services.release(
                uow, province.karaj, one.employment_id, to_municipality_id=to, **facts
            )
            for to in (province.fardis.id, province.alborz.id) * 3
        ],
    )
    assert len([r for r in results if isinstance(r, Conflict)]) == 5
    with province.unit(province.karaj) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Transfer)) == 1


def test_accepting_and_withdrawing_at_once_has_one_outcome(
    province: Province, host: PluginHost
) -> None:
    for _round in range(ROUNDS):
        one = province.employee(province.karaj)
        transfer_id = released(province, one)
        results = at_once(
            province,
            [
                lambda uow, t=transfer_id: accepting(uow, host, province, t),
                lambda uow, t=transfer_id: services.close(uow, province.karaj, t, reason="نه"),
            ],
        )
        assert len([r for r in results if isinstance(r, Conflict)]) == 1
        accepted = state_of(province, transfer_id) == TransferState.ACCEPTED
        with province.unit(province.karaj) as uow:
            old = uow.session.get_one(Employment, (province.karaj.id, one.employment_id))
            assert (old.ends_on == TODAY) == accepted


def test_ending_and_accepting_at_once_leaves_no_one_employed_twice(
    province: Province, host: PluginHost
) -> None:
    """Whichever comes second is refused, or (the end) finds a version that has moved on."""
    for _round in range(ROUNDS):
        one = province.employee(province.karaj)
        transfer_id = released(province, one, starts_on=SOON)
        end = {"version": 1, "last_day": TODAY + timedelta(days=1), "end_reason": "resigned"}
        results = at_once(
            province,
            [
                lambda uow, t=transfer_id: accepting(uow, host, province, t),
                lambda uow, e=one, f=end: people.end_employment(
                    uow, host, province.karaj, e.employment_id, **f
                ),
            ],
        )
        assert len([r for r in results if isinstance(r, Conflict)]) == 1
        state = state_of(province, transfer_id)
        with province.unit(province.karaj) as uow:
            old = uow.session.get_one(Employment, (province.karaj.id, one.employment_id))
        expected = {TransferState.ACCEPTED: SOON, TransferState.LAPSED: end["last_day"]}
        last = old.ends_on if state == TransferState.ACCEPTED else old.ends_on - timedelta(days=1)
        assert last == expected[TransferState(state)]
