"""The registry: one live document per subject, unchangeable, isolated, found by its code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from core.database.keys import new_id
from core.errors import Conflict
from core.testing.factories import Employee, Province
from core.verification.models import IssuedDocument
from core.verification.services import Draft, find, issue, issue_many, revoke
from core.verification.signing import key_file
from tests.core.verification.conftest import FIELDS, Issue


def count(province: Province) -> int:
    with province.unit(province.karaj) as uow:
        here = IssuedDocument.municipality_id == province.karaj.id
        return uow.session.scalar(select(func.count()).where(here)) or 0


def test_a_document_holds_names_and_masks_the_national_id(new: Issue) -> None:
    payload = new().payload
    assert payload["holder"] == "مریم حسینی‌نژاد"
    assert payload["issuer"] == "شهرداری کرج"
    assert str(payload["holder_id"]).endswith("****")
    assert payload["ended_on"] == "2026-11-20"


def test_issuing_again_gives_the_same_document(new: Issue, province: Province) -> None:
    first = new()
    assert new(first.subject).id == first.id
    assert new(first.subject, kind="other.letter").id != first.id
    assert count(province) == 2


def test_issuing_at_the_same_moment_makes_one(app: Flask, new: Issue, province: Province) -> None:
    subject = new_id()

    def race(_n: int) -> str:
        with app.app_context():
            return new(subject).code

    with ThreadPoolExecutor(12) as pool:
        codes = set(pool.map(race, range(24)))
    assert len(codes) == 1
    assert count(province) == 1


def test_many_at_once_some_of_them_known(new: Issue, province: Province, holder: Employee) -> None:
    known = new()
    drafts = [
        Draft(subject=subject, person_id=holder.person_id, fields=FIELDS)
        for subject in (known.subject, new_id(), new_id())
    ]
    with province.unit(province.karaj) as uow:
        issued = issue_many(
            uow, kind="other.paper", municipality_id=province.karaj.id, drafts=drafts
        )
    assert issued[known.subject].code == known.code
    assert len({document.code for document in issued.values()}) == 3


def test_after_a_revocation_a_new_one_may_be_issued(new: Issue, province: Province) -> None:
    first = new()
    with province.unit(province.karaj) as uow:
        revoke(uow, province.karaj.id, first.id, "نام نادرست بود")
    second = new(first.subject)
    assert second.code != first.code
    with province.unit(province.karaj) as uow:
        found = find(uow, first.code)
        assert found
        assert found.revoked_reason == "نام نادرست بود"
        assert found.genuine
        with pytest.raises(Conflict):
            revoke(uow, province.karaj.id, first.id, "دوباره")


def test_the_holder_must_work_here(new: Issue, province: Province) -> None:
    stranger = province.employee(province.fardis, account=False)
    with province.unit(province.karaj) as uow, pytest.raises(LookupError):
        issue(
            uow,
            kind="other.paper",
            municipality_id=province.karaj.id,
            person_id=stranger.person_id,
            subject=new_id(),
            fields=FIELDS,
        )


@pytest.mark.parametrize(
    "change",
    [
        "update issued_document set payload = '{}' where id = :id",
        "update issued_document set code = 'x' where id = :id",
        "update issued_document set subject = gen_random_uuid() where id = :id",
        "delete from issued_document where id = :id",
    ],
)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_nobody_changes_a_document(
    new: Issue, province: Province, owner_engine: Engine, change: str, role: str
) -> None:
    document = new()
    if role == "owner":
        with pytest.raises(DBAPIError, match="never changed"), owner_engine.begin() as connection:
            connection.execute(text(change), {"id": document.id})
    else:
        with pytest.raises(DBAPIError), province.unit(province.karaj) as uow:
            uow.session.execute(text(change), {"id": document.id})


def test_a_revocation_is_not_taken_back(
    new: Issue, province: Province, owner_engine: Engine
) -> None:
    document = new()
    with province.unit(province.karaj) as uow:
        revoke(uow, province.karaj.id, document.id, "علت")
    undo = "update issued_document set revoked_at = null, revoked_reason = '' where id = :id"
    with pytest.raises(DBAPIError, match="never changed"), owner_engine.begin() as connection:
        connection.execute(text(undo), {"id": document.id})


def test_only_the_issuer_and_the_holder_see_it(
    new: Issue, province: Province, holder: Employee
) -> None:
    document = new()
    mine = select(IssuedDocument.id).where(IssuedDocument.id == document.id)
    with province.unit(province.karaj) as uow:
        assert uow.session.scalar(mine)
    with province.unit(province.fardis) as uow:
        assert uow.session.scalar(mine) is None
    with province.unit(province.fardis, person=holder.person_id) as uow:
        assert uow.session.scalar(mine)
    with province.unit() as uow:
        assert uow.session.scalar(mine) is None
        assert find(uow, document.code)


def test_it_outlives_the_person(
    new: Issue, province: Province, holder: Employee, owner_engine: Engine
) -> None:
    document = new()
    with owner_engine.begin() as connection:
        person = {"id": holder.person_id}
        connection.execute(text("delete from employment where person_id = :id"), person)
        connection.execute(text("delete from person where id = :id"), person)
    with province.unit() as uow:
        found = find(uow, document.code)
    assert found
    assert found.genuine
    assert found.payload["holder"] == "مریم حسینی‌نژاد"


def test_old_documents_stay_genuine_after_a_rotation(new: Issue, province: Province) -> None:
    before = new()
    key_file().rotate()
    after = new()
    assert before.key_id != after.key_id
    with province.unit() as uow:
        found = [find(uow, document.code) for document in (before, after)]
    assert [one is not None and one.genuine for one in found] == [True, True]


def test_issuing_and_revoking_are_audited(new: Issue, province: Province) -> None:
    document = new()
    with province.unit(province.karaj) as uow:
        revoke(uow, province.karaj.id, document.id, "علت")
    with province.unit(province.karaj) as uow:
        actions = uow.session.scalars(
            text("select action from audit_entry where subject_id = :id order by number"),
            {"id": str(document.id)},
        ).all()
    assert actions == ["document.issue", "document.revoke"]
