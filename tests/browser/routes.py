"""Every page of the application at an address that exists in the demonstration.

Read from the URL map, so a new page is swept as soon as it is registered; a new argument in an
address needs a sample here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import UnitOfWork, open_unit
from core.policy.access import Audience, access_of

EMPLOYEE: Final = "maryam"
OFFICER: Final = "admin"
NO_PAGES: Final = re.compile(
    r"static|offline\.(manifest|worker)|operations\.health|imports\.template|my_documents\.show|verification\.offline|.*\.certificate(_of_anyone)?"
)
"""Endpoints that answer with something else than a page: files, PDF, JSON."""

MINE: Final = "join account a using (person_id) where a.username = 'maryam'"
KARAJ: Final = "join municipality m on m.id = {}.municipality_id where m.code = 'karaj'"
OFFERING: Final = (
    f"select o.id offering_id, c.id course_id, t.id meeting_id from training_offering o"
    f" join training_course c on c.id = o.course_id join training_meeting t"
    f" on t.offering_id = o.id {KARAJ.format('o')} and o.state = '{{}}' limit 1"
)
SAMPLES: Final = {
    "account_id": f"select id account_id from account where username = '{EMPLOYEE}'",
    "role_id": "select id role_id from role where name = 'core.hr_officer'",
    "employment_id": (
        "select e.id employment_id, d.id dependant_id from employment e"
        f" join dependant d using (person_id) {KARAJ.format('e')} order by personnel_number limit 1"
    ),
    "transfer_id": "select t.id transfer_id from transfer t join municipality m"
    " on m.id = t.to_municipality_id where m.code = 'karaj' and t.state = 'pending'",
    "unit_id": f"select u.id unit_id from org_unit u {KARAJ.format('u')} order by u.code limit 1",
    "saved_list_id": "select id saved_list_id from saved_list",
    "post_id": f"select p.id post_id from post p {KARAJ.format('p')} limit 1",
    "imports.undo": "select id run_id from import_run where state = 'done'",
    "run_id": "select id run_id from import_run where state = 'checked'",
    "mapping_id": "select id mapping_id from import_mapping",
    "job_id": "select id job_id from background_job",
    "inbox.show": f"select reference from request r {KARAJ.format('r')} and state = 'submitted'",
    "my_requests.correct": f"select reference from request r {MINE} and r.state = 'returned'",
    "my_requests.object_to": f"select reference from request r {MINE} and r.reason = 'خوانا نیست'",
    "my_requests.ask_withdraw": f"select reference from request r {MINE} and state = 'in_review'",
    "reference": f"select reference from request r {MINE} and r.state = 'applied'",
    "verification.show": "select code from issued_document limit 1",
    "training.enrol": OFFERING.format("open"),
    "training.withdraw": f"select e.id enrolment_id from training_enrolment e {MINE}"
    " and e.state = 'waitlisted'",
    "enrolment_id": f"select e.id enrolment_id from training_enrolment e {MINE} limit 1",
    "training.finalise": OFFERING.format("marking"),
    "training.attendance": OFFERING.format("running"),
    "offering_id": OFFERING.format("open"),
    "course_id": OFFERING.format("open"),
}
"""Endpoint, or argument, → the query whose first row holds the arguments by name."""
FIXED: Final = {
    "way": "forgot",
    "service": "training",
    "name": "training",
    "type_name": "people.contact_change",
    "code": "fardis",
    "topic": "officers/import",
}


OFFICES: Final = ("delegations.", "desk.", "inbox.", "jobs.")
"""Areas of members whose pages only officers open."""
PROVINCIAL: Final = ("organisation.", "plugins.", "roles.")
"""Areas that only the organisation has."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the sweep and who looks at it (None: nobody)."""

    endpoint: str
    path: str
    username: str | None


def stops(app: Flask) -> list[Stop]:
    """Return all pages, sorted by address; raise KeyError where a sample is missing."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    rules = [rule for rule in rules if not NO_PAGES.fullmatch(rule.endpoint)]
    with app.app_context():
        with open_unit(EMPTY, read_only=True) as uow:
            places = uow.session.scalars(text("select id from municipality")).all()
        with open_unit(Scope.of(*places), read_only=True) as uow:
            found = [_stop(app, uow, rule) for rule in rules]
    return sorted(found, key=lambda stop: stop.path)


def _stop(app: Flask, uow: UnitOfWork, rule: Rule) -> Stop:
    access = access_of(app.view_functions[rule.endpoint])
    audience = access.audience if access else None
    if audience is Audience.PUBLIC:
        username = None
    elif audience is Audience.PERMISSION or rule.endpoint.startswith(OFFICES):
        username = OFFICER
    else:
        username = EMPLOYEE
    adapter = app.url_map.bind("")
    return Stop(rule.endpoint, adapter.build(rule.endpoint, _values(uow, rule)), username)


def _values(uow: UnitOfWork, rule: Rule) -> dict[str, Any]:
    """Return the arguments of an address; what is found for the endpoint goes first."""
    place = "alborz" if rule.endpoint.startswith(PROVINCIAL) else "karaj"
    known: dict[str, Any] = {"municipality": place, **FIXED}
    for key in (*sorted(rule.arguments), rule.endpoint):
        row = uow.session.execute(text(SAMPLES[key])).mappings().first() if key in SAMPLES else None
        known |= row or {}
    return {name: known[name] for name in rule.arguments}
