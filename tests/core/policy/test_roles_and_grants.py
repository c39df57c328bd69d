"""Pages of roles and grants: giving, ending, editing, and who is signed out by it."""

from __future__ import annotations

import secrets
import threading
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.accounts.models import Account
from core.errors import DomainError
from core.localization import clock
from core.municipalities.place import Place
from core.people.models import Person
from core.policy import services
from core.policy.candidates import MISSES
from core.policy.catalogue import CORE_ROLES
from core.policy.models import Role, RoleGrant
from core.policy.viewer import Grant, Viewer
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province


@pytest.fixture
def role(owner_engine: Engine) -> UUID:
    """A role that gives a look at employees."""
    return make_role(owner_engine, "people.view")


def make_role(owner: Engine, *permissions: str) -> UUID:
    with Session(owner) as session, session.begin():
        made = Role(
            name=f"test.{secrets.token_hex(6)}",
            title_fa="بیننده",
            title_en="Looker",
            permissions=list(permissions),
        )
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture
def target(province: Province) -> Employee:
    return province.employee(province.karaj, "کاوه", "آهنگر")


def giver(app: Flask, province: Province, *permissions: str, **more: object) -> FlaskClient:
    held = permissions or ("roles.manage", "people.view")
    return client_of(app, province.officer(province.karaj, *held, **more).token)  # type: ignore[arg-type]


def number_of(owner: Engine, employee: Employee) -> str:
    with owner.connect() as connection:
        return str(
            connection.execute(
                text("select personnel_number from employment where id = :id"),
                {"id": employee.employment_id},
            ).scalar()
        )


def form(owner: Engine, target: Employee, role: UUID, **more: str) -> dict[str, str]:
    today = clock.today().isoformat()
    return {"who": number_of(owner, target), "role": str(role), "starts_on": today, **more}


def grants_of(owner: Engine, target: Employee) -> list[RoleGrant]:
    with Session(owner) as session:
        return list(session.query(RoleGrant).filter_by(account_id=target.account_id))


def test_giving_a_role(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    here = f"/m/{province.karaj.code}"
    people = f"{here}/people/"
    client = giver(app, province)
    assert client_of(app, target.token).get(people).status_code == 403
    answer = post(client, f"{here}/grants/give", form(owner_engine, target, role))
    assert answer.status_code == 303, answer.text
    assert client_of(app, target.token).get("/account/").status_code == 303, "signed out"
    (grant,) = grants_of(owner_engine, target)
    assert (grant.municipality_id, grant.ends_on) == (province.karaj.id, None)
    page = client.get(f"{here}/grants/").text
    assert "کاوه آهنگر" in page
    assert "بیننده" in page
    with owner_engine.connect() as connection:
        audited = connection.execute(
            text("select detail->>'starts_on' from audit_entry where action = 'grant.given'"
                 " and subject_id = :a"), {"a": str(target.account_id)},
        ).scalar()  # fmt: skip
        told = connection.execute(
            text("select title->>'fa' from message where account_id = :a"),
            {"a": target.account_id},
        ).scalar()
    assert audited == clock.today().isoformat()
    assert told == "نقش «بیننده» در شهرداری کرج به شما داده شد"


def test_the_last_day_is_included(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    url = f"/m/{province.karaj.code}/grants/give"
    post(giver(app, province), url, form(owner_engine, target, role, last_day="2030-01-01"))
    (grant,) = grants_of(owner_engine, target)
    assert grant.ends_on == date(2030, 1, 2)


def test_not_more_than_one_holds(
    app: Flask, province: Province, owner_engine: Engine, target: Employee
) -> None:
    strong = make_role(owner_engine, "people.view", "people.reveal")
    url = f"/m/{province.karaj.code}/grants/give"
    answer = post(giver(app, province), url, form(owner_engine, target, strong))
    assert answer.status_code == 422
    assert "تنها دسترسی‌هایی را می‌توانید بدهید" in answer.text
    everything = make_role(owner_engine, "*")
    answer = post(giver(app, province), url, form(owner_engine, target, everything))
    assert answer.status_code == 422
    assert grants_of(owner_engine, target) == []


def test_not_to_oneself(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    assert target.account_id
    province.grant(target.account_id, province.karaj, "roles.manage", "people.view")
    url = f"/m/{province.karaj.code}/grants/give"
    answer = post(client_of(app, target.token), url, form(owner_engine, target, role))
    assert answer.status_code == 422
    assert "نمی‌توانید به خودتان دسترسی بدهید" in answer.text


def test_people_of_other_places_are_as_unknown(
    app: Flask, province: Province, owner_engine: Engine, role: UUID
) -> None:
    """Neither named nor signed out nor given an account."""
    foreign = province.employee(province.fardis, "کاوه", "آهنگر")
    newcomer = province.employee(province.fardis, "آرش", "کمانگیر", account=False)
    client, url = giver(app, province), f"/m/{province.karaj.code}/grants/give"
    data = form(owner_engine, foreign, role)
    pages = []
    with Session(owner_engine) as session:
        ids = [session.get_one(Person, one.person_id).national_id for one in (foreign, newcomer)]
        username = session.get_one(Account, foreign.account_id).username
    for who in (*ids, username, "0499370899"):
        answer = post(client, url, {**data, "who": who})
        assert answer.status_code == 422, who
        assert "یافت نشد" in answer.text
        pages.append(answer.text.count("یافت نشد"))
        assert "آهنگر" not in answer.text
    assert len(set(pages)) == 1
    assert client_of(app, foreign.token).get("/account/").status_code == 200, "still signed in"
    assert grants_of(owner_engine, foreign) == []
    with Session(owner_engine) as session:
        accounts = session.query(Account).filter_by(person_id=newcomer.person_id)
        assert accounts.count() == 0


def test_the_organisation_gives_to_everybody(
    app: Flask, province: Province, owner_engine: Engine, role: UUID
) -> None:
    foreign = province.employee(province.fardis)
    chief = client_of(app, province.officer(province.alborz, "roles.manage", "people.view").token)
    with Session(owner_engine) as session:
        who = session.get_one(Person, foreign.person_id).national_id
    url = f"/m/{province.karaj.code}/grants/give"
    assert post(chief, url, {**form(owner_engine, foreign, role), "who": who}).status_code == 303
    assert len(grants_of(owner_engine, foreign)) == 1


def test_officers_of_here_may_get_more_and_new_ones_their_first(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    url = f"/m/{province.karaj.code}/grants/give"
    client = giver(app, province, "roles.manage", "people.view", "accounts.manage")
    officer = province.officer(province.karaj, "people.view")
    with Session(owner_engine) as session:
        known = session.get_one(Account, officer.account_id).username
    new = f"n{secrets.token_hex(4)}"
    made = {"name": "علی نوری", "username": new, "email": f"{new}@office.ir"}
    assert post(client, f"/m/{province.karaj.code}/accounts/new", made).status_code == 303
    for who in (known, new):
        data = {**form(owner_engine, target, role), "who": who}
        assert post(client, url, data).status_code == 303, who


def test_trying_names_is_limited(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    client, url = giver(app, province), f"/m/{province.karaj.code}/grants/give"
    data = form(owner_engine, target, role)
    for _each in range(MISSES.most):
        assert post(client, url, {**data, "who": "0499370899"}).status_code == 422
    assert post(client, url, {**data, "who": "0499370899"}).status_code == 429


def test_an_officer_of_a_unit_gives_within_it(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    finance = province.org_unit(province.karaj, "مالی")
    payroll = province.org_unit(province.karaj, "حقوق", finance)
    url = f"/m/{province.karaj.code}/grants/give"
    limited = giver(app, province, "roles.manage", "people.view", unit_id=finance.id)
    whole = post(limited, url, form(owner_engine, target, role))
    assert whole.status_code == 422
    part = post(limited, url, form(owner_engine, target, role, unit=str(payroll.id)))
    assert part.status_code == 303, part.text
    assert grants_of(owner_engine, target)[0].unit_id == payroll.id


def test_a_unit_of_elsewhere_is_no_choice(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    foreign = province.org_unit(province.fardis, "مالی")
    url = f"/m/{province.karaj.code}/grants/give"
    answer = post(giver(app, province), url, form(owner_engine, target, role, unit=str(foreign.id)))
    assert answer.status_code == 422


def test_the_same_role_twice_is_refused(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    client, url = giver(app, province), f"/m/{province.karaj.code}/grants/give"
    assert post(client, url, form(owner_engine, target, role)).status_code == 303
    assert post(client, url, form(owner_engine, target, role)).status_code == 422


def test_a_double_click_gives_once(
    app: Flask, province: Province, owner_engine: Engine, engine: Engine, target: Employee,
    role: UUID,
) -> None:  # fmt: skip
    place = Place(province.karaj.id, province.karaj.code, "municipality", None, "کرج", "Karaj")
    viewer = Viewer(
        account_id=UUID(int=77), name="A",
        grants=(Grant(place.id, None, frozenset({"*"})),), organisation_of={place.id: None},
    )  # fmt: skip
    who, barrier, outcomes = number_of(owner_engine, target), threading.Barrier(8), []

    def run() -> None:
        with app.app_context():
            try:
                with province.unit(province.karaj) as uow:
                    barrier.wait()
                    services.give(
                        uow, viewer, place, who=who, role_id=role, unit_id=None,
                        starts_on=uow.today, last_day=None,
                    )  # fmt: skip
                outcomes.append(True)
            except DomainError:
                outcomes.append(False)

    threads = [threading.Thread(target=run) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) == 1
    assert len(outcomes) == 8
    assert len(grants_of(owner_engine, target)) == 1


def test_ending_a_grant(
    app: Flask, province: Province, owner_engine: Engine, target: Employee
) -> None:
    assert target.account_id
    province.grant(target.account_id, province.karaj, "people.view")
    (grant,) = grants_of(owner_engine, target)
    here = f"/m/{province.karaj.code}"
    client = giver(app, province)
    assert post(client, f"{here}/grants/{grant.id}/end").status_code == 303
    assert client_of(app, target.token).get("/account/").status_code == 303, "signed out"
    (grant,) = grants_of(owner_engine, target)
    assert grant.ends_on == clock.today()
    assert post(client, f"{here}/grants/{grant.id}/end").status_code == 404, "it is over"
    assert "کاوه آهنگر" not in client.get(f"{here}/grants/").text
    assert "کاوه آهنگر" in client.get(f"{here}/grants/?past=1").text


def test_a_grant_of_today_is_taken_back(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    here, client = f"/m/{province.karaj.code}", giver(app, province)
    post(client, f"{here}/grants/give", form(owner_engine, target, role))
    (grant,) = grants_of(owner_engine, target)
    assert post(client, f"{here}/grants/{grant.id}/end").status_code == 303
    assert grants_of(owner_engine, target) == []


def test_one_ends_neither_his_own_nor_what_is_beyond_him(
    app: Flask, province: Province, owner_engine: Engine, target: Employee
) -> None:
    assert target.account_id
    province.grant(target.account_id, province.karaj, "roles.manage", "people.reveal")
    (grant,) = grants_of(owner_engine, target)
    url = f"/m/{province.karaj.code}/grants/{grant.id}/end"
    assert post(client_of(app, target.token), url).status_code == 403
    assert post(giver(app, province), url).status_code == 403


def test_a_foreign_grant_is_absent(
    app: Flask, province: Province, owner_engine: Engine, target: Employee
) -> None:
    assert target.account_id
    province.grant(target.account_id, province.fardis, "people.view")
    (grant,) = grants_of(owner_engine, target)
    url = f"/m/{province.karaj.code}/grants/{grant.id}/end"
    assert post(giver(app, province), url).status_code == 404


def test_roles_are_edited_by_the_organisation(app: Flask, province: Province, role: UUID) -> None:
    local = giver(app, province, "roles.manage")
    assert local.get(f"/m/{province.karaj.code}/roles/").status_code == 200
    assert local.get(f"/m/{province.karaj.code}/roles/{role}").status_code == 404
    assert local.get(f"/m/{province.karaj.code}/roles/new").status_code == 404


def test_editing_a_role(
    app: Flask, province: Province, owner_engine: Engine, target: Employee, role: UUID
) -> None:
    with Session(owner_engine) as session, session.begin():
        session.add(
            RoleGrant(
                municipality_id=province.fardis.id, account_id=target.account_id, role_id=role,
                starts_on=date(2020, 1, 1),
            )
        )  # fmt: skip
    chief = client_of(app, province.officer(province.alborz, "roles.manage", "people.manage").token)
    url = f"/m/{province.alborz.code}/roles/{role}"
    data = {"title_fa": "بینندهٔ تازه", "title_en": "New looker"}
    more = post(chief, url, data | {"permissions": ["people.view", "people.reveal"]})
    assert more.status_code == 422, "not what the editor doesn't hold"
    assert client_of(app, target.token).get("/account/").status_code == 200
    saved = post(chief, url, data | {"permissions": ["people.view", "people.manage"]})
    assert saved.status_code == 303
    assert client_of(app, target.token).get("/account/").status_code == 303, (
        "holders are signed out, wherever they are"
    )
    assert chief.get("/account/").status_code == 200
    with Session(owner_engine) as session:
        assert session.get_one(Role, role).permissions == ["people.manage", "people.view"]


def test_taking_rights_away_needs_them_too(
    app: Flask, province: Province, owner_engine: Engine
) -> None:
    strong = make_role(owner_engine, "people.reveal", "people.view")
    chief = client_of(app, province.officer(province.alborz, "roles.manage", "people.view").token)
    url = f"/m/{province.alborz.code}/roles/{strong}"
    data = {"title_fa": "نقش", "title_en": "Role", "permissions": ["people.view"]}
    assert post(chief, url, data).status_code == 422


def test_a_role_that_gives_everything_keeps_doing_so(
    app: Flask, province: Province, owner_engine: Engine
) -> None:
    everything = make_role(owner_engine, "*")
    chief = client_of(app, province.officer(province.alborz).token)
    url = f"/m/{province.alborz.code}/roles/{everything}"
    assert 'name="permissions"' not in chief.get(url).text
    data = {"title_fa": "همه", "title_en": "All"}
    assert post(chief, url, data).status_code == 303
    with Session(owner_engine) as session:
        assert session.get_one(Role, everything).permissions == ["*"]


def test_suggested_roles_are_added_once(
    app: Flask, province: Province, owner_engine: Engine
) -> None:
    chief = client_of(app, province.officer(province.alborz).token)
    url = f"/m/{province.alborz.code}/roles/"
    assert post(chief, f"{url}adopt").status_code == 303
    assert post(chief, f"{url}adopt").status_code == 303
    with Session(owner_engine) as session:
        names = [name for (name,) in session.query(Role.name)]
    assert len(names) == len(set(names))
    assert {one.name for one in CORE_ROLES} <= set(names)
    assert "کارشناس منابع انسانی" in chief.get(url).text


def test_adopting_keeps_what_was_edited(province: Province, app: Flask) -> None:
    place = Place(province.alborz.id, province.alborz.code, "organisation", None, "البرز", "Alborz")
    with app.app_context(), province.unit(province.alborz) as uow:
        services.adopt(uow, place, CORE_ROLES)
        uow.session.flush()
        title = text("update role set title_en = :title where name = 'core.auditor'")
        uow.session.execute(title, {"title": "Edited"})
        assert services.adopt(uow, place, CORE_ROLES) == []
        kept = uow.session.execute(
            text("select title_en from role where name = 'core.auditor'")
        ).scalar()
        assert kept == "Edited"
        uow.session.execute(title, {"title": "Auditor"})
