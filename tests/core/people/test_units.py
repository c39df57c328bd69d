"""The tree of units and the posts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.errors import Invalid, NotFound
from core.localization import clock
from core.people import services
from core.people.directory import in_subtree, works_in
from core.people.models import OrgUnit
from core.testing.factories import Province

START = date(2020, 3, 20)


def facts(name: str, **changes: Any) -> Any:
    return {
        "code": name,
        "name": name,
        "parent_id": None,
        "starts_on": START,
        "ends_on": None,
        **changes,
    }


def added(province: Province, name: str, **changes: Any) -> OrgUnit:
    with province.unit(province.karaj) as uow:
        return services.add_unit(uow, province.karaj, facts(name, **changes))


def refused(province: Province, unit: OrgUnit | None, data: Any) -> list[str]:
    def attempt() -> None:
        with province.unit(province.karaj) as uow:
            if unit is None:
                services.add_unit(uow, province.karaj, data)
            else:
                services.change_unit(uow, province.karaj, unit.id, data)

    with pytest.raises(Invalid) as caught:
        attempt()
    return list(caught.value.fields)


def test_a_unit_moves_with_everything_below_it(province: Province) -> None:
    top, other = added(province, "معاونت"), added(province, "مالی")
    office = added(province, "اداره", parent_id=top.id)
    desk = added(province, "میز", parent_id=office.id)
    data = {**facts("اداره", parent_id=other.id), "name": "ادارهٔ کل"}
    with province.unit(province.karaj) as uow:
        services.change_unit(uow, province.karaj, office.id, data)
        below = in_subtree(uow, province.karaj.id, [other.id])
        assert below == {other.id, office.id, desk.id}
    with province.unit(province.karaj) as uow:
        entry = uow.session.scalars(select(AuditEntry).filter_by(action="unit.change")).one()
        assert entry.detail["parent_id"] == [str(top.id), str(other.id)]


def test_a_unit_is_never_below_itself(province: Province) -> None:
    top = added(province, "الف")
    office = added(province, "ب", parent_id=top.id)
    desk = added(province, "پ", parent_id=office.id)
    for parent in (top, office, desk):
        assert refused(province, top, facts("الف", parent_id=parent.id)) == ["parent_id"]


def test_codes_are_unique_and_parents_are_of_the_same_municipality(province: Province) -> None:
    added(province, "ت")
    foreign = province.org_unit(province.fardis, "ث")
    assert refused(province, None, facts("ت")) == ["code"]
    assert refused(province, None, facts("ج", parent_id=foreign.id)) == ["parent_id"]
    with pytest.raises(NotFound), province.unit(province.karaj) as uow:
        services.change_unit(uow, province.karaj, foreign.id, facts("ث"))


def test_a_unit_closes_only_when_nothing_hangs_on_it(province: Province) -> None:
    today = clock.today()
    unit = added(province, "حمل و نقل")
    part = added(province, "پایانه", parent_id=unit.id)
    closing = facts("حمل و نقل", ends_on=today)
    assert refused(province, unit, closing) == ["last_day"]
    with province.unit(province.karaj) as uow:
        services.change_unit(
            uow, province.karaj, part.id, facts("پایانه", parent_id=unit.id, ends_on=today)
        )
    one = province.employee(province.karaj)
    province.assign(one, unit)
    assert refused(province, unit, closing) == ["last_day"]
    with province.unit(province.karaj) as uow:
        assert works_in(uow, province.karaj.id, one.employment_id, [unit.id])
        assert not works_in(uow, province.karaj.id, one.employment_id, [part.id])
        services.assign(
            uow,
            province.karaj,
            one.employment_id,
            version=1,
            unit_id=added(province, "ترافیک").id,
            post_id=None,
            starts_on=today,
        )
    with province.unit(province.karaj) as uow:
        services.change_unit(uow, province.karaj, unit.id, closing)


def test_an_end_before_the_start_is_refused(province: Province) -> None:
    assert refused(province, None, facts("ح", ends_on=START)) == ["last_day"]


def test_post_titles_are_unique_in_any_spelling(province: Province) -> None:
    with province.unit(province.karaj) as uow:
        post = services.add_post(uow, province.karaj, title="کارشناس مالی", is_manager=False)
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.add_post(uow, province.karaj, title="كارشناس  مالي", is_manager=True)
    assert list(caught.value.fields) == ["title"]
    with province.unit(province.karaj) as uow:
        services.change_post(uow, province.karaj, post.id, title="رئیس امور مالی", is_manager=True)
        entry = select(AuditEntry).filter_by(action="post.change")
    with province.unit(province.karaj) as uow:
        assert uow.session.scalars(entry).one().detail["is_manager"] == [False, True]
    with pytest.raises(NotFound), province.unit(province.fardis) as uow:
        services.change_post(uow, province.fardis, post.id, title="ی", is_manager=False)
