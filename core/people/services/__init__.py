"""Use cases of people: each changes one thing, refuses with words, and is audited.

Changes that build on what somebody saw take the ``version`` of that row and raise `Conflict`
when it has moved on. Locks go person → employment → the rest.
"""

from __future__ import annotations

from core.people.services.assignments import assign
from core.people.services.clearance import obstacles
from core.people.services.dependants import NewDependant, add_dependant, end_dependant
from core.people.services.employments import (
    EmploymentFacts,
    cancel_end,
    change_employment,
    close_employment,
    end_employment,
)
from core.people.services.hiring import Hired, NewEmployee, hire
from core.people.services.linking import Identity, Outcome, link_people
from core.people.services.persons import (
    PersonFacts,
    change_person,
    contacts_refusal,
    fill_contacts,
)
from core.people.services.posts import add_post, change_post
from core.people.services.reading import record_export, record_reveal
from core.people.services.salaries import set_salary
from core.people.services.saved_lists import (
    change_list,
    delete_list,
    list_for_change,
    lists_of,
    save_list,
)
from core.people.services.telling import tell_due
from core.people.services.unit_changes import UnitChange, drop_plan, follow, plan_unit
from core.people.services.units import UnitFacts, add_unit, change_unit

__all__ = [
    "EmploymentFacts",
    "Hired",
    "Identity",
    "NewDependant",
    "NewEmployee",
    "Outcome",
    "PersonFacts",
    "UnitChange",
    "UnitFacts",
    "add_dependant",
    "add_post",
    "add_unit",
    "assign",
    "cancel_end",
    "change_employment",
    "change_list",
    "change_person",
    "change_post",
    "change_unit",
    "close_employment",
    "contacts_refusal",
    "delete_list",
    "drop_plan",
    "end_dependant",
    "end_employment",
    "fill_contacts",
    "follow",
    "hire",
    "link_people",
    "list_for_change",
    "lists_of",
    "obstacles",
    "plan_unit",
    "record_export",
    "record_reveal",
    "save_list",
    "set_salary",
    "tell_due",
]
