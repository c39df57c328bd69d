"""References of requests: ``HM-<Jalali year>-<5+ digits>``, one counter a year for the province.

A number is drawn in a short transaction of its own: the counter's row is locked for a moment
only, and a request that fails afterwards leaves a gap, which is allowed.
"""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.localization.jalali import jalali_year
from core.requests.models import RequestCounter
from core.requests.policies import reference


def draw_reference(uow: UnitOfWork) -> str:
    """Return the next reference of the present Jalali year; never given twice."""
    year = jalali_year(uow.today)
    statement = insert(RequestCounter).values(year=year, number=1)
    statement = statement.on_conflict_do_update(
        index_elements=[RequestCounter.year], set_={"number": RequestCounter.number + 1}
    )
    with open_unit(EMPTY, engine=uow.session.get_bind().engine) as own:
        number = own.session.execute(statement.returning(RequestCounter.number)).scalar_one()
    return reference(year, number)
