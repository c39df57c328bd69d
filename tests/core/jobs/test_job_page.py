"""The page of a job: who sees it, what it says, and the button Stop."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.jobs import progress
from core.jobs.kinds import JobKind
from core.jobs.models import BackgroundJob, JobState
from core.jobs.progress import Progress
from core.testing.app import client_of
from core.testing.factories import Province
from tests.core.jobs.conftest import Declare


@pytest.fixture
def job(province: Province, declare: Declare, kind: JobKind) -> BackgroundJob:
    declare("tests.count", lambda **_given: None)
    with province.unit(province.karaj) as uow:
        return progress.start(
            uow, kind.name, municipality_id=province.karaj.id, job_name="tests.count",
            total=240, params={"what": "<sheep>"},
        )  # fmt: skip


@pytest.fixture
def worker(app: Flask, province: Province, job: BackgroundJob) -> Progress:
    return Progress(province.karaj.id, job.id, engine=province.engine)


@pytest.fixture
def officer(app: Flask, province: Province) -> FlaskClient:
    return client_of(app, province.officer(province.karaj, "imports.manage").token)


def page(client: FlaskClient, province: Province, job: Any, **more: Any) -> Any:
    code = more.pop("code", province.karaj.code)
    return client.get(f"/m/{code}/jobs/{job.id}?lang={more.pop('lang', 'en')}")


def post_cancel(client: FlaskClient, province: Province, job: BackgroundJob, html: str) -> Any:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    data = {"csrf_token": found[1] if found else ""}
    return client.post(f"/m/{province.karaj.code}/jobs/{job.id}/cancel", data=data)


def test_a_running_job_polls_and_an_ended_one_does_not(
    officer: FlaskClient, province: Province, job: BackgroundJob, worker: Progress
) -> None:
    worker.begin()
    worker.advance(60, errors=2)
    html = page(officer, province, job).get_data(as_text=True)
    assert 'hx-trigger="every 1s"' in html
    assert "Counting &lt;sheep&gt;" in html
    assert "60 of 240" in html
    assert "2 errors" in html
    fragment = html[html.index('id="job"') : html.index("</main>")]
    assert "the work goes on" in fragment, "within what is replaced when it ends"
    assert html.count("the work goes on") == 1
    worker.finish(f"/m/{province.karaj.code}/sum")
    html = page(officer, province, job).get_data(as_text=True)
    assert "goes on" not in html
    assert "The work is done." in html
    assert "hx-trigger" not in html
    assert "See the sum" in html


def test_persian_page(officer: FlaskClient, province: Province, job: BackgroundJob) -> None:
    html = page(officer, province, job, lang="fa").get_data(as_text=True)
    assert "۲۴۰" in html
    assert "کار در پس‌زمینه" in html


def test_a_failure_is_explained(
    officer: FlaskClient, province: Province, job: BackgroundJob, worker: Progress
) -> None:
    worker.begin()
    worker.fail("uncountable")
    assert "These cannot be counted." in page(officer, province, job).get_data(as_text=True)


def test_stop(
    officer: FlaskClient, province: Province, job: BackgroundJob, worker: Progress
) -> None:
    html = page(officer, province, job).get_data(as_text=True)
    assert not worker.is_cancelled()
    answer = post_cancel(officer, province, job, html)
    assert answer.status_code == 303
    assert worker.is_cancelled()
    assert "It was stopped." in officer.get(answer.location).get_data(as_text=True)
    assert not worker.begin()


def test_only_who_may_do_such_work_sees_it(
    app: Flask, province: Province, job: BackgroundJob, officer: FlaskClient
) -> None:
    absent = page(officer, province, BackgroundJob(id=uuid4()))
    assert absent.status_code == 404
    others = [
        client_of(app, province.officer(province.karaj, "people.view").token),
        client_of(app, province.employee(province.karaj).token),
        client_of(app, province.officer(province.fardis, "imports.manage").token),
    ]
    for client in others:
        assert page(client, province, job).status_code == 404
        assert page(client, province, job, code=province.fardis.code).status_code == 404
    assert page(client_of(app, None), province, job).status_code == 303


def test_who_may_not_see_it_may_not_stop_it(
    app: Flask, province: Province, job: BackgroundJob, officer: FlaskClient, worker: Progress
) -> None:
    stranger = client_of(app, province.officer(province.karaj, "people.view").token)
    html = stranger.get(f"/m/{province.karaj.code}/?lang=en").get_data(as_text=True)
    assert post_cancel(stranger, province, job, html).status_code in (403, 404)
    assert not worker.is_cancelled()


def test_a_job_of_a_kind_that_is_gone_is_not_shown(
    officer: FlaskClient, province: Province, job: BackgroundJob
) -> None:
    with province.unit(province.karaj) as uow:
        row = uow.session.get(BackgroundJob, (job.municipality_id, job.id))
        assert row is not None
        row.kind = "tests.gone"
    assert page(officer, province, job).status_code == 404
    assert JobState(job.state) == JobState.QUEUED
