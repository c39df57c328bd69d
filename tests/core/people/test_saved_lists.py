"""Saved filters of the list of employees: own and shared, names, rights, pages."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.database.scope import Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.errors import Forbidden, Invalid, NotFound
from core.people import services
from core.people.models import SavedList
from core.people.policies import may_change_list
from core.testing.app import client_of
from core.testing.factories import Officer, Province
from tests.core.people.support import people_url, send

HOURLY = {"kind": "hourly"}


def as_(province: Province, officer: Officer) -> AbstractContextManager[UnitOfWork]:
    actor = Actor("test", account_id=officer.account_id)
    return open_unit(Scope.of(province.karaj.id), actor, engine=province.engine)


def saved(uow: UnitOfWork, province: Province, name: str, **changes: Any) -> SavedList:
    facts = {"is_shared": False, "manages": True, **changes}
    return services.save_list(uow, province.karaj, HOURLY, name=name, **facts)


def names(uow: UnitOfWork, province: Province) -> list[str]:
    return [one.name for one in services.lists_of(uow, province.karaj.id)]


@pytest.mark.parametrize(
    ("is_own", "is_shared", "manages", "may"),
    [
        (True, False, False, True),
        (True, True, False, False),
        (True, True, True, True),
        (False, True, True, True),
        (False, True, False, False),
        (False, False, True, False),
    ],
)
def test_who_may_change_a_list(is_own: bool, is_shared: bool, manages: bool, may: bool) -> None:
    assert may_change_list(is_own=is_own, is_shared=is_shared, manages=manages) == may


def test_own_lists_are_ones_own_and_shared_ones_everybodys(province: Province) -> None:
    one, two = (province.officer(province.karaj) for _ in range(2))
    with as_(province, one) as uow:
        saved(uow, province, "پیمانی‌ها")
        saved(uow, province, "ساعتی‌ها", is_shared=True)
    with as_(province, two) as uow:
        assert names(uow, province) == ["ساعتی‌ها"]
        saved(uow, province, "پیمانی‌ها")
        assert names(uow, province) == ["پیمانی‌ها", "ساعتی‌ها"]
    with province.unit(province.fardis) as uow:
        assert uow.session.scalars(select(SavedList)).all() == []


@pytest.mark.parametrize("second", ["پيمانيها", "پیمانی‌ها "])
def test_a_name_is_taken_in_any_spelling(province: Province, second: str) -> None:
    one, two = (province.officer(province.karaj) for _ in range(2))
    with as_(province, one) as uow:
        saved(uow, province, "پیمانی‌ها", is_shared=True)
        with pytest.raises(Invalid) as caught:
            saved(uow, province, second.strip())
        assert list(caught.value.fields) == ["name"]
    with as_(province, two) as uow, pytest.raises(Invalid) as caught:
        saved(uow, province, second.strip(), is_shared=True)
    assert list(caught.value.fields) == ["name"]


def test_lists_are_renamed_shared_and_deleted_by_those_who_may(province: Province) -> None:
    one, two = (province.officer(province.karaj) for _ in range(2))
    with as_(province, one) as uow:
        own, shared = saved(uow, province, "الف"), saved(uow, province, "ب", is_shared=True)
    here, place = province.karaj.id, province.karaj
    with as_(province, two) as uow:
        with pytest.raises(NotFound):
            services.delete_list(uow, place, own.id, manages=True)
        with pytest.raises(Forbidden):
            services.delete_list(uow, place, shared.id, manages=False)
        with pytest.raises(Forbidden):
            saved(uow, province, "پ", is_shared=True, manages=False)
        services.change_list(uow, place, shared.id, name="ت", is_shared=True, manages=True)
        assert names(uow, province) == ["ت"]
        services.delete_list(uow, place, shared.id, manages=True)
    with as_(province, one) as uow:
        with pytest.raises(Forbidden):
            services.change_list(uow, place, own.id, name="الف", is_shared=True, manages=False)
        services.change_list(uow, place, own.id, name="ث", is_shared=False, manages=False)
        assert [row.id for row in services.lists_of(uow, here)] == [own.id]
        acts = uow.session.scalars(select(AuditEntry.action).filter_by(subject_type="saved_list"))
        assert sorted(set(acts)) == ["people.change_list", "people.delete_list", "people.save_list"]


def test_filters_without_any_limit_need_no_name(province: Province) -> None:
    with as_(province, province.officer(province.karaj)) as uow, pytest.raises(Invalid):
        services.save_list(uow, province.karaj, {}, name="همه", is_shared=False, manages=True)


def only(province: Province) -> SavedList:
    with province.unit(province.karaj) as uow:
        return uow.session.scalars(select(SavedList)).one()


def test_the_pages_save_show_rename_and_delete(province: Province, officer: FlaskClient) -> None:
    unit: UUID = province.org_unit(province.karaj, "خدمات شهری").id
    province.employee(province.karaj, "یک", "نفر")
    query = f"?unit={unit}&kind=hourly&status=all&on=1404-01-01&q=نفر&cursor=x"
    assert "lists/new" in officer.get(people_url(province, query)).get_data(as_text=True)
    assert "lists/new" not in officer.get(people_url(province)).get_data(as_text=True)
    new = people_url(province, f"lists/new{query}")
    answer = send(officer, new, {"name": "ساعتی‌های خدمات", "is_shared": "1"})
    assert answer.status_code == 303
    kept = only(province)
    assert kept.is_shared
    assert kept.filters == {
        "unit": str(unit),
        "kind": "hourly",
        "status": "all",
        "on": "2025-03-21",
    }
    body = officer.get(answer.location).get_data(as_text=True)
    assert "ساعتی‌های خدمات" in body
    assert "خدمات شهری" in body
    again = send(officer, new, {"name": "ساعتیهای خدمات"})
    assert again.status_code == 422
    assert 'id="f-name-error"' in again.get_data(as_text=True)
    edit = people_url(province, f"lists/{kept.id}")
    assert send(officer, edit, {"name": "خدمات"}).status_code == 303
    assert not only(province).is_shared
    lists = people_url(province, "lists")
    assert send(officer, f"{edit}/delete", {}, token_from=lists).status_code == 303
    assert "خدمات شهری" not in officer.get(lists).get_data(as_text=True)


def test_a_saved_list_is_taken_away_as_it_is_opened(
    province: Province, officer: FlaskClient
) -> None:
    province.employee(province.karaj, "رسمی", "نخست")
    send(officer, people_url(province, "lists/new?kind=hourly"), {"name": "ساعتی"})
    body = officer.get(people_url(province, "lists")).get_data(as_text=True)
    assert f"{people_url(province)}?kind=hourly#export" in body
    sent = {"format": "csv"}
    url = people_url(province, "export?kind=hourly")
    file = send(officer, url, sent, token_from=people_url(province, "lists"))
    assert "نخست" not in io.BytesIO(file.data).read().decode("utf-8-sig")


def test_who_may_only_look_keeps_his_own_lists(app: Flask, province: Province) -> None:
    client = client_of(app, province.officer(province.karaj, "people.view").token)
    new = people_url(province, "lists/new?kind=hourly")
    page = client.get(new).get_data(as_text=True)
    assert 'name="is_shared"' not in page
    assert send(client, new, {"name": "من", "is_shared": "1"}).status_code == 403
    assert send(client, new, {"name": "من"}).status_code == 303
    assert (
        send(client, people_url(province, f"lists/{only(province).id}"), {"name": "ما"}).status_code
        == 303
    )
