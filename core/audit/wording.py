"""The words of the audit page: kinds, acts of core, names of fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.activation.states import TITLES, ServiceState
from core.audit.services import WORDS
from core.localization import _, lazy_gettext
from core.people.masking import HIDDEN, SENSITIVE
from core.people.wording import FIELD_AREAS, FIELDS, deed, service_of, spoken
from core.sdk.text import Text

KINDS: Final[Mapping[str, Text]] = {
    "change": lazy_gettext("Changes"),
    "read": lazy_gettext("Looks at masked data"),
    "export": lazy_gettext("Exports"),
    "sign_in": lazy_gettext("Sign-ins"),
}
TONES: Final = {"change": "info", "read": "warn", "export": "warn", "sign_in": "neutral"}

ACTS: Final[Mapping[str, Text]] = {
    "account.access_asked": lazy_gettext("New access to an account asked for"),
    "account.access_cancelled": lazy_gettext("New access withdrawn"),
    "account.access_confirmed": lazy_gettext("New access confirmed"),
    "account.closed": lazy_gettext("Account closed"),
    "account.code_requested": lazy_gettext("Code for a password sent"),
    "account.created": lazy_gettext("Account added"),
    "account.password_changed": lazy_gettext("Password changed"),
    "account.password_set": lazy_gettext("Password set with a code"),
    "account.reopened": lazy_gettext("Account reopened"),
    "account.session_ended": lazy_gettext("Device signed out"),
    "account.sessions_ended": lazy_gettext("All devices signed out"),
    "account.sign_in": lazy_gettext("Signed in"),
    "account.sign_in_failed": lazy_gettext("Sign-in refused"),
    "account.slip_printed": lazy_gettext("Slip printed"),
    "delegation.ended": lazy_gettext("Delegation ended"),
    "delegation.given": lazy_gettext("Decisions delegated"),
    "document.attach": lazy_gettext("Files handed in with a request"),
    "document.issue": lazy_gettext("Document issued"),
    "document.open": lazy_gettext("File of a request opened"),
    "document.revoke": lazy_gettext("Document revoked"),
    "grant.ended": lazy_gettext("Grant ended"),
    "grant.given": lazy_gettext("Role given"),
    "imports.apply": lazy_gettext("Import applied"),
    "imports.cancel": lazy_gettext("Import cancelled"),
    "imports.check": lazy_gettext("File of an import checked"),
    "imports.chunk": lazy_gettext("Part of an import applied"),
    "imports.confirm": lazy_gettext("Import confirmed"),
    "imports.done": lazy_gettext("Import finished"),
    "imports.fail": lazy_gettext("Import failed"),
    "imports.mapping_delete": lazy_gettext("Choice of columns deleted"),
    "imports.mapping_rename": lazy_gettext("Choice of columns renamed"),
    "imports.mapping_save": lazy_gettext("Choice of columns saved"),
    "imports.resume": lazy_gettext("Import continued"),
    "imports.undo": lazy_gettext("Import undone"),
    "imports.upload": lazy_gettext("File of an import uploaded"),
    "municipality.activate": lazy_gettext("Municipality activated"),
    "municipality.add": lazy_gettext("Municipality added"),
    "municipality.change": lazy_gettext("Municipality changed"),
    "municipality.deactivate": lazy_gettext("Municipality deactivated"),
    "people.change_list": lazy_gettext("Saved list of employees changed"),
    "people.delete_list": lazy_gettext("Saved list of employees deleted"),
    "people.export": lazy_gettext("List of employees exported"),
    "people.save_list": lazy_gettext("Filters of the list of employees saved"),
    "post.add": lazy_gettext("Post added"),
    "post.change": lazy_gettext("Post changed"),
    "request.applied": lazy_gettext("Request took effect"),
    "request.approved": lazy_gettext("Request approved"),
    "request.conflict": lazy_gettext("Request overtaken by another change"),
    "request.objected": lazy_gettext("Objection to a refusal sent"),
    "request.objection_overtaken": lazy_gettext("Objection closed: the refusal had changed"),
    "request.objection_rejected": lazy_gettext("Objection rejected"),
    "request.objection_withdrawn": lazy_gettext("Objection withdrawn"),
    "request.rejected": lazy_gettext("Request rejected"),
    "request.reopened": lazy_gettext("Request taken up again after an objection"),
    "request.resubmitted": lazy_gettext("Request sent again"),
    "request.returned": lazy_gettext("Request returned for correction"),
    "request.routed": lazy_gettext("Request handed on"),
    "request.submitted": lazy_gettext("Request sent"),
    "request.withdrawn": lazy_gettext("Request withdrawn"),
    "role.added": lazy_gettext("Role added"),
    "role.changed": lazy_gettext("Role changed"),
    "service.settings": lazy_gettext("Settings of a service changed"),
    "service.switch": lazy_gettext("Service switched"),
    "unit.add": lazy_gettext("Unit added"),
    "unit.change": lazy_gettext("Unit changed"),
    "unit.drop_plan": lazy_gettext("Plan for a unit taken back"),
    "unit.plan": lazy_gettext("Unit renamed or moved from a day on"),
}
"""What was done; acts on people have their words in `core.people.wording`."""

MASKED: Final = frozenset({*SENSITIVE, "monthly_base", "countable", "email"})
"""Fields whose values the page doesn't repeat; revealing them is an act of its own."""


NAMED: Final = FIELD_AREAS | {"delegation", "municipality", "post", "role", "unit"}
"""The acts, by what stands before the point, whose fields are called as employees' are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of an entry; ``before`` None: it is no change."""

    name: str
    before: str | None
    after: str


def act(action: str, kind: str, detail: Mapping[str, Any]) -> str:
    """Return what was done, in the language in force."""
    if action not in ACTS:
        return deed(action, kind, detail, service_of(action))
    said = spoken(detail)
    return f"{ACTS[action]}: {said}" if said else str(ACTS[action])


def lines(action: str, detail: Mapping[str, Any]) -> list[Line]:
    """Return the facts of an entry; a change is a pair of values."""
    if action == "service.switch":
        return _switched(**detail)
    labels = FIELDS if action.partition(".")[0] in NAMED else {}
    return [
        _line(str(labels.get(name, name)), name, value)
        for name, value in detail.items()
        if name != WORDS
    ]


def _switched(state: list[str], overridden: Iterable[Mapping[str, Any]] = ()) -> list[Line]:
    """The states of a service in words, and what stood against the switch."""
    before, after = (str(TITLES[ServiceState(one)]) for one in state)
    found = [Line(_("State"), before, after)]
    if overridden:
        found.append(Line(_("In spite of"), None, _shown([one["title"] for one in overridden])))
    return found


def _line(label: str, name: str, value: Any) -> Line:
    is_change = isinstance(value, list) and len(value) == 2
    before, after = value if is_change else (None, value)
    if name in MASKED:
        return Line(label, HIDDEN if is_change else None, HIDDEN)
    return Line(label, _shown(before) if is_change else None, _shown(after))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _(", ").join(_shown(item) for item in value)
    if isinstance(value, dict):
        return _("; ").join(f"{key}: {_shown(item)}" for key, item in value.items())
    return str(value)
