"""The vault on PostgreSQL: taking, giving to a request, keeping, forgetting."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, undefer

from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.documents import queries, services
from core.documents.content import Fault, RefusedFileError
from core.documents.models import Document
from core.documents.policies import KEPT, LARGEST_MB, MEGABYTE, MOST_WAITING, WAITING, DocumentKind
from core.errors import Invalid, NotFound
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.requests.models import Request
from core.testing.factories import Employee, Province
from tests.core.documents.samples import fresh_png, heic, png

BANK = DocumentKind.BANK


@pytest.fixture
def maryam(province: Province) -> Employee:
    return province.employee(province.karaj)


class Desk:
    """Acts for one employee in Karaj."""

    def __init__(self, province: Province, engine: Engine, who: Employee) -> None:
        self.province, self.engine, self.who = province, engine, who
        self.place: Municipality = province.karaj

    def unit(self) -> Any:
        actor = Actor("مریم", self.who.account_id, self.who.person_id, origin="test")
        scope = Scope.of(self.place.id, person=self.who.person_id)
        return open_unit(scope, actor, engine=self.engine)

    def take(self, data: bytes, name: str = "card.png", kind: DocumentKind = BANK) -> UUID:
        with self.unit() as uow:
            return services.take(
                uow,
                municipality_id=self.place.id,
                person_id=self.who.person_id,
                kind=kind,
                name=name,
                data=data,
            ).id

    def request(self, state: str = "submitted", who: Employee | None = None, **more: Any) -> UUID:
        """Put a request of the employee into the table."""
        who = who or self.who
        with Session(self.province.owner) as session, session.begin():
            now = session.execute(select(func.now())).scalar_one()
            request = Request(
                municipality_id=self.place.id, reference=f"HM-1405-{secrets.randbelow(10**8):08}",
                type="people.sheba_change", type_version=1, title={}, summary={},
                person_id=who.person_id, person_name="x", data={}, steps=[], state=state,
                step=0, submitted_by=who.account_id, submitted_by_name="x",
                idempotency_key=secrets.token_bytes(8), submitted_at=now, **more,
            )  # fmt: skip
            session.add(request)
            session.flush()
            return request.id

    def attach(self, request_id: UUID, *ids: UUID) -> None:
        with self.unit() as uow:
            services.attach(
                uow,
                municipality_id=self.place.id,
                person_id=self.who.person_id,
                request_id=request_id,
                field="evidence",
                ids=[str(one) for one in ids],
            )

    def row(self, document_id: UUID) -> Document | None:
        with Session(self.province.owner) as session:
            where = select(Document).where(Document.id == document_id)
            return session.scalar(where.options(undefer(Document.content)))


@pytest.fixture
def desk(province: Province, engine: Engine, maryam: Employee) -> Desk:
    return Desk(province, engine, maryam)


def test_a_file_is_kept_with_hash_type_and_a_safe_name(desk: Desk) -> None:
    data = fresh_png()
    found = desk.row(desk.take(data, "../کارت.heic"))
    assert found
    assert (found.content, found.size, found.media_type) == (data, len(data), "image/png")
    assert (found.name, found.width, found.request_id) == ("کارت.png", 2, None)


def test_the_same_file_again_is_the_same_document(desk: Desk) -> None:
    data = fresh_png()
    assert desk.take(data) == desk.take(data)
    assert desk.take(data, kind=DocumentKind.OTHER) != desk.take(data)


def test_what_is_no_evidence_is_refused(desk: Desk) -> None:
    for data, fault in (
        (heic(), Fault.HEIC),
        (b"x" * (LARGEST_MB * MEGABYTE + 1), Fault.TOO_LARGE),
    ):
        with pytest.raises(RefusedFileError) as caught:
            desk.take(data)
        assert caught.value.fault == fault


def test_only_so_many_files_wait_however_they_come_at_once(desk: Desk) -> None:
    def one(_number: int) -> Fault | None:
        try:
            desk.take(fresh_png())
        except RefusedFileError as error:
            return error.fault
        return None

    with ThreadPoolExecutor(6) as pool:
        faults = list(pool.map(one, range(MOST_WAITING + 6)))
    assert faults.count(None) == MOST_WAITING
    assert faults.count(Fault.TOO_MANY) == 6


def test_the_same_file_at_once_is_one_document(desk: Desk) -> None:
    data = fresh_png()
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(desk.take, [data] * 12))) == 1


def test_a_file_belongs_to_one_request_for_good(desk: Desk) -> None:
    document, first, second = desk.take(fresh_png()), desk.request(), desk.request()
    desk.attach(first, document)
    desk.attach(first, document)  # a correction that keeps it
    with pytest.raises(Invalid) as caught:
        desk.attach(second, document)
    assert "evidence" in caught.value.fields
    found = desk.row(document)
    assert found
    assert found.request_id == first


def test_nobody_gives_away_the_file_of_another(desk: Desk, province: Province) -> None:
    other = Desk(province, desk.engine, province.employee(province.karaj))
    with pytest.raises(Invalid):
        desk.attach(desk.request(), other.take(fresh_png()))


def test_two_requests_at_once_cannot_both_have_it(desk: Desk) -> None:
    document, requests = desk.take(fresh_png()), [desk.request() for _ in range(6)]

    def give(request_id: UUID) -> bool:
        try:
            desk.attach(request_id, document)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(give, requests)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"request_id": None},
        {"name": "other.png"},
        {"kind": "other"},
        {"content": png(), "size": len(png())},
    ],
)
def test_the_database_refuses_to_change_what_was_handed_in(
    desk: Desk, change: dict[str, Any]
) -> None:
    document = desk.take(fresh_png())
    desk.attach(desk.request(), document)
    with pytest.raises(DBAPIError), desk.unit() as uow:
        uow.session.execute(update(Document).where(Document.id == document).values(**change))


def test_the_database_refuses_to_delete_evidence_or_to_give_it_to_another(
    desk: Desk, province: Province
) -> None:
    document = desk.take(fresh_png())
    theirs = desk.request(who=province.employee(province.karaj))
    give = update(Document).where(Document.id == document).values(request_id=theirs)
    with pytest.raises(DBAPIError, match="somebody else"), desk.unit() as uow:
        uow.session.execute(give)
    desk.attach(desk.request(), document)
    with pytest.raises(DBAPIError, match="never deleted"), desk.unit() as uow:
        uow.session.execute(text("delete from document where id = :id"), {"id": document})


def test_the_database_knows_the_hash_of_the_bytes(desk: Desk) -> None:
    document = desk.take(fresh_png())
    forge = update(Document).where(Document.id == document).values(content=b"forged")
    with Session(desk.province.owner) as session:
        session.execute(text("alter table document disable trigger keep_document"))
        with pytest.raises(DBAPIError, match="sha256"):
            session.execute(forge)


def test_another_municipality_and_another_person_see_nothing(
    desk: Desk, province: Province, engine: Engine
) -> None:
    document = desk.take(fresh_png())
    with province.unit(province.fardis) as uow:
        assert uow.session.scalars(select(Document.id)).all() == []
    other = province.employee(province.karaj)
    with Desk(province, engine, other).unit() as uow, pytest.raises(NotFound):
        queries.own(uow, other.person_id, document)
    with province.unit(province.karaj) as uow, pytest.raises(NotFound):
        queries.handed_in(uow, province.karaj.id, document)  # it waits: its owner's alone


def test_uploads_without_a_request_are_forgotten(desk: Desk) -> None:
    old, fresh, sent = (desk.take(fresh_png()) for _ in range(3))
    desk.attach(desk.request(), sent)
    past = {"uploaded_at": text(f"now() - interval '{WAITING.days} days 1 hour'")}
    with Session(desk.province.owner) as session, session.begin():
        session.execute(update(Document).where(Document.id.in_([old, sent])).values(past))
    forget(desk)
    assert [bool(desk.row(one)) for one in (old, fresh, sent)] == [False, True, True]


def test_bytes_go_when_the_request_ended_long_ago_and_the_proof_stays(desk: Desk) -> None:
    ended = text(f"now() - interval '{(KEPT[BANK] + timedelta(days=1)).days} days'")
    long_ago = {"applied_at": ended, "decided_at": ended}
    documents = [desk.take(fresh_png()) for _ in range(3)]
    gone, recent, running = documents
    desk.attach(desk.request("applied", **long_ago), gone)
    desk.attach(desk.request("applied", applied_at=func.now(), decided_at=func.now()), recent)
    desk.attach(desk.request("submitted"), running)
    forget(desk)
    rows = [desk.row(one) for one in documents]
    assert [row.content is None for row in rows if row] == [True, False, False]
    assert rows[0]
    assert rows[0].erased_at
    assert len(rows[0].sha256) == 32
    with desk.unit() as uow, pytest.raises(NotFound):
        queries.own(uow, desk.who.person_id, gone)


def forget(desk: Desk) -> None:
    with desk.province.unit(desk.place) as uow:
        place = uow.session.get_one(Municipality, desk.place.id)
        services.forget(uow, Place.of(place))
