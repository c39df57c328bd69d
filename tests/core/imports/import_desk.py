"""An officer at the pages of imports, and the worker behind them."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from office import Office
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.jobs import registry, runner
from core.testing.app import client_of, csrf_of, post


class Desk:
    """A signed-in officer of the office, and a worker that works when told."""

    def __init__(self, app: Flask, office: Office, *permissions: str) -> None:
        self.app = app
        self.office = office
        officer = office.province.officer(office.town, *permissions)
        self.client: FlaskClient = client_of(app, officer.token)
        self.base = f"/m/{office.town.code}/imports/"

    def get(self, path: str = "", **query: str) -> TestResponse:
        return self.client.get(self.base + path, query_string={"lang": "en", **query})

    def post(self, path: str, data: dict[str, Any] | None = None, **query: str) -> TestResponse:
        asked = urlencode({"lang": "en", **query})
        return post(self.client, f"{self.base}{path}?{asked}", data)

    def upload(self, content: str | bytes, name: str = "staff.csv") -> TestResponse:
        raw = content.encode() if isinstance(content, str) else content
        # Encoded here: the client would leave the file of a large body open.
        fields = {"csrf_token": csrf_of(self.client), "file": FileStorage(io.BytesIO(raw), name)}
        boundary, body = encode_multipart(fields)
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(f"{self.base}new?lang=en", data=body, content_type=kind)

    def choose(self, run: str, **changes: str) -> TestResponse:
        """Send the form of the columns as it is proposed, with changes."""
        page = self.get(f"{run}/columns").text
        return self.post(f"{run}/columns", {**fields_of(page), **changes})

    def work(self) -> None:
        """Do the jobs that wait for this municipality."""
        waiting = (
            "update procrastinate_jobs set status = 'doing' where status = 'todo'"
            " and args->>'municipality_id' = :place returning task_name, args"
        )
        with self.office.province.owner.begin() as connection:
            jobs = connection.execute(text(waiting), {"place": str(self.office.place.id)}).all()
        for name, arguments in jobs:
            runner.run(self.app, registry.find(name), arguments)

    def checked(self, content: str | bytes) -> str:
        """Upload, choose the proposed columns, let it be checked; the id of the import."""
        run = id_of(self.upload(content))
        assert self.choose(run).status_code == 303
        self.work()
        return run


def saved(response: TestResponse, path: Path) -> Path:
    """The file that an answer sends."""
    assert response.headers["Content-Disposition"].startswith("attachment")
    path.write_bytes(response.data)
    response.close()
    return path


def id_of(response: TestResponse) -> str:
    """The import that an answer leads to."""
    assert response.status_code == 303, response.text
    found = re.search(r"/imports/([0-9a-f-]{36})", response.location)
    assert found
    return found[1]


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the columns' form, unchanged."""
    form = page[page.index('<form method="post" class="form stack"') :]
    found = {}
    for name, body in re.findall(
        r'<select class="input"[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name in re.findall(r'<input type="checkbox"[^>]*name="(\w+)"[^>]*checked', form):
        found[name] = "1"
    return found
