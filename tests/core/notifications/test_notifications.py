"""Messages and mail: written with the change, told in both languages, sent once, refusable."""

from __future__ import annotations

import json
import re
import smtplib
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.localization import lazy_gettext
from core.notifications import gateways, mail, outbox, sms
from core.notifications.letters import as_mail
from core.notifications.models import Outgoing
from core.notifications.services import choose_topics, notify
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from core.testing.jobs import run_jobs

TITLE = lazy_gettext("Your password was changed")


class Recorder:
    """A gateway that keeps what it is given, and may fail first."""

    def __init__(self, failures: int = 0) -> None:
        self.letters: list[tuple[str, str, str]] = []
        self.failures = failures

    def send(self, letter: Outgoing) -> None:
        if self.failures:
            self.failures -= 1
            raise smtplib.SMTPServerDisconnected
        self.letters.append((letter.recipient, letter.subject, letter.body))


@pytest.fixture(autouse=True)
def empty(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text("truncate outgoing, message, notification_opt_out, procrastinate_jobs cascade")
        )


@pytest.fixture
def member(province: Province, owner_engine: Engine) -> Employee:
    made = province.employee(province.karaj)
    with owner_engine.begin() as connection:
        connection.execute(
            text("update person set email = 'maryam@example.ir' where id = :id"),
            {"id": made.person_id},
        )
    return made


def tell(uow: UnitOfWork, province: Province, member: Employee, **more: Any) -> None:
    options = {"title": TITLE, "href": "/account/", **more}
    notify(
        uow, "requests.progress", municipality_id=province.karaj.id,
        person_id=member.person_id, **options,
    )  # fmt: skip


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def due_now(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("update outgoing set due_at = created_at"))


def test_a_message_is_kept_in_both_languages_and_mailed(
    province: Province, member: Employee, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        tell(uow, province, member)
    ((title, href),) = rows(owner_engine, "select title, href from message")
    assert title == {"fa": "گذرواژهٔ شما تغییر کرد", "en": "Your password was changed"}
    assert href == "/account/"
    ((to, subject, jobs),) = rows(
        owner_engine,
        "select recipient, subject, (select count(*) from procrastinate_jobs"
        " where task_name = 'notifications.deliver') from outgoing",
    )
    assert (to, subject, jobs) == ("maryam@example.ir", "گذرواژهٔ شما تغییر کرد", 1)


def test_nothing_is_told_of_what_was_rolled_back(
    province: Province, member: Employee, owner_engine: Engine
) -> None:
    def fail(uow: UnitOfWork) -> None:
        tell(uow, province, member)
        uow.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), province.unit(province.karaj) as uow:
        fail(uow)
    assert rows(owner_engine, "select 1 from message union all select 1 from outgoing") == []


def test_many_letters_of_a_transaction_need_one_job(
    province: Province, member: Employee, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        for _each in range(5):
            tell(uow, province, member)
    assert rows(owner_engine, "select count(*) from procrastinate_jobs") == [(1,)]


def test_who_refuses_mail_gets_the_message_only(
    province: Province, member: Employee, owner_engine: Engine
) -> None:
    assert member.account_id
    with province.unit(province.karaj) as uow:
        choose_topics(uow, member.account_id, ["requests.progress"], [])
        uow.session.flush()
        tell(uow, province, member)
    assert rows(owner_engine, "select count(*) from message") == [(1,)]
    assert rows(owner_engine, "select count(*) from outgoing") == [(0,)]


def test_nobody_reads_or_marks_the_messages_of_others(
    province: Province, member: Employee, owner_engine: Engine
) -> None:
    """Not even an officer whose scope is the municipality: the policy is the addressee's."""
    with province.unit(province.karaj) as uow:
        tell(uow, province, member)
    with province.unit(province.karaj) as uow:
        assert uow.session.execute(text("select count(*) from message")).scalar() == 0
        uow.session.execute(text("update message set read_at = now()"))
    assert rows(owner_engine, "select read_at from message") == [(None,)]
    with province.unit(person=member.person_id) as uow:
        assert uow.session.execute(text("select count(*) from message")).scalar() == 1


def test_only_read_at_can_be_changed(province: Province, member: Employee) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        province.unit(person=member.person_id) as uow,
    ):
        uow.session.execute(text("update message set href = '/elsewhere'"))


def test_delivery_empties_the_letter(
    app: Flask, province: Province, member: Employee, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        sms.send(uow, "09121234567", "Your code is 123456.", "en")
    recorder = Recorder()
    with app.app_context():
        assert outbox.deliver({"sms": recorder}) == 1
        assert outbox.deliver({"sms": recorder}) == 0
    assert recorder.letters == [("09121234567", "", "Your code is 123456.")]
    ((done, body),) = rows(owner_engine, "select done_at is not null, body from outgoing")
    assert (done, body) == (True, "")


def test_a_failure_is_tried_again_later(
    app: Flask, province: Province, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        mail.send(uow, "a@example.ir", "Subject", "Body", "en")
    recorder = Recorder(failures=1)
    with app.app_context():
        assert outbox.deliver({"email": recorder}) == 0
        ((attempts, error, later),) = rows(
            owner_engine, "select attempts, error, due_at > created_at from outgoing"
        )
        assert (attempts, error, later) == (1, "SMTPServerDisconnected", True)
        assert outbox.deliver({"email": recorder}) == 0, "not before its time"
        due_now(owner_engine)
        assert outbox.deliver({"email": recorder}) == 1
    assert len(recorder.letters) == 1


def test_a_letter_is_given_up_in_the_end(
    app: Flask, province: Province, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        mail.send(uow, "a@example.ir", "Subject", "Secret 123456", "en")
    with app.app_context():
        for _each in range(outbox.MOST_ATTEMPTS):
            due_now(owner_engine)
            outbox.deliver({"email": Recorder(failures=1)})
    ((done, body),) = rows(owner_engine, "select done_at is not null, body from outgoing")
    assert (done, body) == (True, "")


def test_parallel_workers_send_each_letter_once(app: Flask, province: Province) -> None:
    with province.unit(province.karaj) as uow:
        for number in range(30):
            mail.send(uow, f"n{number}@example.ir", "Subject", "Body", "en")
    recorder = Recorder()

    def work() -> None:
        with app.app_context():
            outbox.deliver({"email": recorder})

    threads = [threading.Thread(target=work) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(to for to, *_rest in recorder.letters) == sorted(
        f"n{number}@example.ir" for number in range(30)
    )


def test_the_job_prints_on_the_console_by_default(
    app: Flask, province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    with province.unit(province.karaj) as uow:
        mail.send(uow, "a@example.ir", "Subject", "The body", "en")
    run_jobs(app)
    assert "The body" in capsys.readouterr().out


def letter(**values: Any) -> Outgoing:
    options = {
        "channel": "email", "recipient": "a@example.ir", "locale": "fa", "subject": "موضوع",
        "body": "سطر <b>یکم</b>\nسطر دوم", "href": "/requests/HM-1405-00001", **values,
    }  # fmt: skip
    return Outgoing(id="0193", **options)


def test_a_mail_has_text_and_html_in_its_language() -> None:
    made = as_mail(letter(), sender="hamyar@example.ir", base_url="https://hamyar.example")
    read = message_from_bytes(bytes(made), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["Subject"] == "موضوع"
    assert read["Message-ID"] == "<0193@example.ir>"
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    assert "https://hamyar.example/requests/HM-1405-00001" in plain.get_content()
    page = html.get_content()
    assert 'dir="rtl"' in page
    assert "&lt;b&gt;یکم" in page, "text stays text"
    assert 'href="https://hamyar.example/requests/HM-1405-00001"' in page


def test_a_subject_cannot_smuggle_headers() -> None:
    with pytest.raises(ValueError, match=r"linefeed|carriage return"):
        as_mail(letter(subject="Hi\r\nBcc: x@y.z"), sender="h@example.ir", base_url="")


@pytest.fixture
def sms_service() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """An HTTP service on the loopback that keeps what is posted."""
    posted: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://to%2Fken@127.0.0.1:{server.server_port}", posted
        server.shutdown()
        thread.join()


def test_an_sms_service_gets_json(sms_service: tuple[str, list[tuple[str, Any]]]) -> None:
    url, posted = sms_service
    gateways.HttpSmsGateway(f"{url}/send").send(letter(channel="sms", recipient="09121234567"))
    assert posted == [("Bearer to/ken", {"to": "09121234567", "text": "سطر <b>یکم</b>\nسطر دوم"})]


def test_a_failing_sms_service_is_an_error(
    sms_service: tuple[str, list[tuple[str, Any]]],
) -> None:
    url, _posted = sms_service
    with pytest.raises(OSError, match="500"):
        gateways.HttpSmsGateway(f"{url}/broken").send(letter(channel="sms"))


def test_the_inbox_counts_shows_and_marks(app: Flask, province: Province, member: Employee) -> None:
    with province.unit(province.karaj) as uow:
        tell(uow, province, member)
        tell(uow, province, member, href="")
    client = client_of(app, member.token)
    page = client.get("/messages/")
    assert page.status_code == 200
    assert page.text.count("گذرواژهٔ شما تغییر کرد") == 2
    assert '<span class="dot" aria-hidden="true">۲</span>' in page.text
    opened = page.text.split('action="/messages/')[2:]
    where = [part.split('"')[0] for part in opened if "/open" in part.split('"')[0]]
    targets = {post(client, f"/messages/{where[n]}").location for n in range(2)}
    assert targets == {"/account/", "/messages/"}
    assert ">جدید<" not in client.get("/messages/").text


def test_get_marks_nothing(
    app: Flask, province: Province, member: Employee, owner_engine: Engine
) -> None:
    with province.unit(province.karaj) as uow:
        tell(uow, province, member)
    client_of(app, member.token).get("/messages/")
    assert rows(owner_engine, "select read_at from message") == [(None,)]


def test_the_message_of_another_is_absent(
    app: Flask, province: Province, member: Employee, owner_engine: Engine
) -> None:
    other = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        tell(uow, province, member)
    ((message_id,),) = rows(owner_engine, "select id from message")
    client = client_of(app, other.token)
    assert post(client, f"/messages/{message_id}/open").status_code == 404


def test_an_officer_without_employment_has_an_inbox(app: Flask, province: Province) -> None:
    officer = province.officer(province.karaj)
    with province.unit(province.karaj) as uow:
        notify(
            uow, "accounts.security", municipality_id=province.karaj.id,
            account_id=officer.account_id, title="Hello",
        )  # fmt: skip
    client = client_of(app, officer.token)
    assert "Hello" in client.get("/messages/").text
    assert post(client, "/messages/read").status_code == 303
    assert ">جدید<" not in client.get("/messages/").text


def test_choosing_topics(app: Flask, member: Employee, owner_engine: Engine) -> None:
    client = client_of(app, member.token)
    page = client.get("/preferences/notifications").text
    assert "پیشرفت درخواست‌های من" in page
    assert "checked" in page
    assert "ایمنی حساب من" in page, "what is mandatory is named"
    assert post(client, "/preferences/notifications").status_code == 303
    refused = rows(owner_engine, "select topic from notification_opt_out")
    assert ("requests.progress",) in refused
    assert ("accounts.security",) not in refused
    wanted = {"topics": ["requests.progress"]}
    assert post(client, "/preferences/notifications", wanted).status_code == 303
    refused = rows(owner_engine, "select topic from notification_opt_out")
    assert ("requests.progress",) not in refused
    strange = {"topics": ["accounts.security"]}
    assert post(client, "/preferences/notifications", strange).status_code == 422


def test_old_letters_are_forgotten(app: Flask, province: Province, owner_engine: Engine) -> None:
    with province.unit(province.karaj) as uow:
        mail.send(uow, "a@example.ir", "Subject", "Body", "en")
    with owner_engine.begin() as connection:
        connection.execute(text("update outgoing set done_at = now() - interval '91 days'"))
    with app.app_context(), open_unit(EMPTY) as uow:
        outbox.forget_old(uow)
    assert rows(owner_engine, "select 1 from outgoing") == []


def test_every_topic_that_core_tells_about_is_declared() -> None:
    """The names are found in the sources; who is told about them can choose."""
    from core.notifications.topics import CORE_TOPICS

    core = Path(outbox.__file__).parents[1]
    used = set()
    for path in core.rglob("*.py"):
        used |= set(re.findall(r'^TOPIC(?:: Final)? = "([a-z_.]+)"', path.read_text("utf-8"), re.M))
    assert used
    assert used <= {topic.name for topic in CORE_TOPICS}
