"""Writes in every hook that is given a unit of work, and then does what `act` says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.sdk import Commitment, HomeCard, Municipality, hookimpl
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from core.database.unit_of_work import UnitOfWork

MANIFEST = manifest("committing")


def _leave(_uow: UnitOfWork) -> None:
    """Do nothing more."""


act: Callable[[UnitOfWork], Any] = _leave


def write(uow: UnitOfWork, note: str) -> None:
    """Leave a trace: an audit entry and an activation row."""
    from sqlalchemy import text

    from core.audit.services import record

    (municipality_id,) = uow.scope.municipalities
    uow.session.execute(
        text(
            "insert into service_activation (municipality_id, service, state, changed_at)"
            " values (:m, :service, 'off', :now)"
        ),
        {"m": municipality_id, "service": f"trace_{note}", "now": uow.now},
    )
    record(
        uow,
        f"trace.{note}",
        municipality_id=municipality_id,
        subject_type="trace",
        subject_id=note,
    )


@hookimpl
def hamyar_home_cards(uow: UnitOfWork) -> list[HomeCard]:
    write(uow, "gather")
    act(uow)
    return [HomeCard("Card", "Text", "/m/karaj/committing/")]


@hookimpl
def hamyar_service_enabled(uow: UnitOfWork, municipality: Municipality) -> None:
    write(uow, "tell")
    act(uow)


@hookimpl
def hamyar_commitments(uow: UnitOfWork) -> list[Commitment]:
    write(uow, "decide")
    act(uow)
    return [Commitment("case", "A case")]
