"""The words for codes that are stored: kinds, states, relations, reasons, acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from core.accounts.states import WORDS as ACCOUNT_STATES
from core.audit.services import WORDS
from core.localization import _, current_locale, lazy_gettext
from core.people.models import EmploymentKind, Relation
from core.people.policies import Status
from core.plugin_host.current import current_host
from core.sdk import Text

Words = Mapping[str, Text]

# The English words are among those that the import understands (core/imports/employees_labels).
KINDS: Final[Words] = {
    EmploymentKind.OFFICIAL: lazy_gettext("Official"),
    EmploymentKind.OFFICIAL_TRIAL: lazy_gettext("Official, trial period"),
    EmploymentKind.CONTRACT: lazy_gettext("Contract (peymani)"),
    EmploymentKind.FIXED_TASK: lazy_gettext("Fixed task"),
    EmploymentKind.LABOUR: lazy_gettext("Labour"),
    EmploymentKind.COMPANY: lazy_gettext("Through a company"),
    EmploymentKind.VOLUME: lazy_gettext("Volume contract"),
    EmploymentKind.HOURLY: lazy_gettext("Hourly"),
    EmploymentKind.RETIREE: lazy_gettext("Retired"),
    EmploymentKind.SURVIVOR: lazy_gettext("Surviving dependant"),
}
STATUSES: Final[Words] = {
    Status.ACTIVE: lazy_gettext("Employed"),
    Status.FUTURE: lazy_gettext("Begins later"),
    Status.FORMER: lazy_gettext("Former employee"),
}
TONES: Final[Mapping[str, str]] = {
    Status.ACTIVE: "ok",
    Status.FUTURE: "info",
    Status.FORMER: "neutral",
}
ACCOUNTS: Final[Words] = ACCOUNT_STATES
SEXES: Final[Words] = {"female": lazy_gettext("Woman"), "male": lazy_gettext("Man")}
MARITAL: Final[Words] = {
    "single": lazy_gettext("Unmarried"),
    "married": lazy_gettext("Married"),
    "divorced": lazy_gettext("Divorced"),
    "widowed": lazy_gettext("Widowed"),
}
RELATIONS: Final[Words] = {
    Relation.SPOUSE: lazy_gettext("Spouse"),
    Relation.SON: lazy_gettext("Son"),
    Relation.DAUGHTER: lazy_gettext("Daughter"),
    Relation.FATHER: lazy_gettext("Father"),
    Relation.MOTHER: lazy_gettext("Mother"),
    Relation.OTHER: lazy_gettext("Other"),
}
END_REASONS: Final[Words] = {
    "retired": lazy_gettext("Retirement"),
    "resigned": lazy_gettext("Resignation"),
    "transferred": lazy_gettext("Transfer to another employer"),
    "term_over": lazy_gettext("End of the contract"),
    "dismissed": lazy_gettext("Dismissal"),
    "died": lazy_gettext("Death"),
    "other": lazy_gettext("Another reason"),
}

FIELDS: Final[Words] = {
    "birth_date": lazy_gettext("Birth date"),
    "countable": lazy_gettext("Part that counts for the cap"),
    "delegate": lazy_gettext("Delegate"),
    "deductions": lazy_gettext("Deductions of others"),
    "dependants": lazy_gettext("National IDs of the family"),
    "email": lazy_gettext("E-mail"),
    "employer": lazy_gettext("Employer"),
    "end_reason": lazy_gettext("Reason for leaving"),
    "ends_on": lazy_gettext("End"),
    "family_name": lazy_gettext("Family name"),
    "father_name": lazy_gettext("Father's name"),
    "given_name": lazy_gettext("Given name"),
    "giver": lazy_gettext("Delegator"),
    "kind": lazy_gettext("Kind of employment"),
    "marital_status": lazy_gettext("Marital status"),
    "mobile": lazy_gettext("Mobile"),
    "monthly_base": lazy_gettext("Monthly pay"),
    "name": lazy_gettext("Name"),
    "national_id": lazy_gettext("National ID"),
    "permissions": lazy_gettext("Decisions"),
    "overridden": lazy_gettext("Still open at the end"),
    "override": lazy_gettext("Why it ended although something was open"),
    "personnel_number": lazy_gettext("Personnel number"),
    "post": lazy_gettext("Post"),
    "relation": lazy_gettext("Relation"),
    "salary": lazy_gettext("Salary"),
    "sex": lazy_gettext("Sex"),
    "sheba": lazy_gettext("Sheba"),
    "starts_on": lazy_gettext("Beginning"),
    "unit": lazy_gettext("Unit"),
}
"""Names of what an act of the audit touched."""
FIELD_AREAS: Final = frozenset({"dependant", "employment", "imports", "person", "transfer"})
"""The acts, by what stands before the point, whose details are named by `FIELDS`."""

ACTS: Final[Words] = {
    "delegation.ended": lazy_gettext("A delegation to you has ended"),
    "delegation.given": lazy_gettext("Decisions were delegated to you"),
    "dependant.add": lazy_gettext("A family member was added"),
    "dependant.correct": lazy_gettext("A family member's data was corrected"),
    "dependant.end": lazy_gettext("The end of a family member's care was entered"),
    "employment.assign": lazy_gettext("Your unit or post was changed"),
    "employment.cancel_end": lazy_gettext("The planned end of your employment was taken back"),
    "employment.change": lazy_gettext("Facts of your employment were changed"),
    "employment.end": lazy_gettext("The end of your employment was entered"),
    "employment.hire": lazy_gettext("You were entered as an employee"),
    "employment.salary": lazy_gettext("Your pay was entered"),
    "person.change": lazy_gettext("Your personal data was changed"),
    "person.contacts": lazy_gettext("Your contact data was entered or changed"),
    "person.reveal": lazy_gettext("Masked data of yours was looked at"),
    "document.attach": lazy_gettext("Files of yours were handed in with a request"),
    "transfer.accept": lazy_gettext("Your transfer was accepted"),
    "transfer.refuse": lazy_gettext("Your transfer was refused"),
    "transfer.release": lazy_gettext("You were released for a transfer"),
    "transfer.withdraw": lazy_gettext("Your transfer was withdrawn"),
    "document.issue": lazy_gettext("A document was issued to you"),
    "document.open": lazy_gettext("A file that you sent was opened"),
    "document.revoke": lazy_gettext("A document of yours was revoked"),
    "request.applied": lazy_gettext("Your request %(reference)s was approved and done"),
    "request.approved": lazy_gettext("A step of your request %(reference)s was approved"),
    "request.conflict": lazy_gettext("Your request %(reference)s was overtaken by another change"),
    "request.objected": lazy_gettext("You objected to the refusal of %(reference)s"),
    "request.objection_overtaken": lazy_gettext(
        "Your objection to the refusal of %(reference)s was closed"
    ),
    "request.objection_rejected": lazy_gettext(
        "Your objection to the refusal of %(reference)s was rejected"
    ),
    "request.objection_withdrawn": lazy_gettext(
        "Your objection to the refusal of %(reference)s was withdrawn"
    ),
    "request.rejected": lazy_gettext("Your request %(reference)s was rejected"),
    "request.reopened": lazy_gettext("Your request %(reference)s was taken up again"),
    "request.resubmitted": lazy_gettext("Your request %(reference)s was sent again"),
    "request.returned": lazy_gettext("Your request %(reference)s was returned for correction"),
    "request.routed": lazy_gettext("Your request %(reference)s was handed on"),
    "request.submitted": lazy_gettext("Your request %(reference)s was sent"),
    "request.withdrawn": lazy_gettext("Your request %(reference)s was withdrawn"),
}
"""What was done, told to the person concerned."""
DEEDS: Final[Words] = {
    "dependant.add": lazy_gettext("Family member added"),
    "dependant.correct": lazy_gettext("Family member corrected"),
    "dependant.end": lazy_gettext("End of care entered"),
    "employment.assign": lazy_gettext("Unit or post changed"),
    "employment.cancel_end": lazy_gettext("Planned end taken back"),
    "employment.change": lazy_gettext("Employment changed"),
    "employment.end": lazy_gettext("End of the employment entered"),
    "employment.hire": lazy_gettext("Employee added"),
    "employment.salary": lazy_gettext("Pay entered"),
    "person.change": lazy_gettext("Personal data changed"),
    "person.contacts": lazy_gettext("Contact data entered or changed"),
    "person.reveal": lazy_gettext("Masked data revealed"),
    "transfer.accept": lazy_gettext("Transfer accepted"),
    "transfer.refuse": lazy_gettext("Transfer refused"),
    "transfer.release": lazy_gettext("Released for a transfer"),
    "transfer.withdraw": lazy_gettext("Transfer withdrawn"),
}
"""What was done, told to officers."""
DEEDS_OTHERWISE: Final[Words] = {
    "change": lazy_gettext("A change"),
    "export": lazy_gettext("An export"),
    "read": lazy_gettext("A look at data"),
    "sign_in": lazy_gettext("A sign-in"),
}
AREAS: Final[Words] = {
    "account": lazy_gettext("Something was done with your account"),
    "imports": lazy_gettext("Your data was brought in by an employee file"),
    "request": lazy_gettext("One of your requests was worked on"),
}
"""The same for acts of other parts, by what stands before the point."""
OTHERWISE: Final[Words] = {
    "change": lazy_gettext("Your data was changed"),
    "export": lazy_gettext("A document or list with your data was made"),
    "read": lazy_gettext("Your data was looked at"),
    "sign_in": lazy_gettext("Somebody signed in, or tried to, with your account"),
}
"""The same for everything else, by the kind of the entry."""
IN_SERVICE: Final[Words] = {
    "change": lazy_gettext("%(service)s: data of yours was entered or changed"),
    "export": lazy_gettext("%(service)s: a document or list with your data was made"),
    "read": lazy_gettext("%(service)s: your data was looked at"),
}
"""The same for acts of a plugin."""


def act(action: str, kind: str, detail: Mapping[str, Any], service: Text = "") -> str:
    """Return what an audit entry says to the person concerned, in the language in force.

    ``service`` is the title of the plugin whose act it is (`service_of`); '' for core's acts.
    """
    said = spoken(detail)
    if service:
        told = str(IN_SERVICE.get(kind, IN_SERVICE["change"])) % {"service": service}
        return f"{service}: {said}" if said else told
    known = ACTS.get(action)
    if known:
        told = str(known).replace("%(reference)s", str(detail.get("reference", "")))
        return f"{told}: {said}" if said else told
    area = action.partition(".")[0]
    return str(AREAS.get(area) or OTHERWISE.get(kind, OTHERWISE["change"]))


def deed(action: str, kind: str, detail: Mapping[str, Any], service: Text = "") -> str:
    """Return what an audit entry says to an officer; ``service`` as for `act`."""
    known = DEEDS.get(action) or DEEDS_OTHERWISE.get(kind, DEEDS_OTHERWISE["change"])
    said = spoken(detail) or str(known)
    return f"{service}: {said}" if service else said


def spoken(detail: Mapping[str, Any]) -> str:
    """Return the words that were recorded with an act, in the language in force; '' if none."""
    words = detail.get(WORDS) or {}
    return str(words.get(current_locale()) or next(iter(words.values()), ""))


def service_of(action: str) -> Text:
    """Return the title of the plugin whose act it is (``<plugin>.<act>``); '' for core's."""
    plugin = current_host().get(action.partition(".")[0])
    return plugin.title if plugin else ""


def actor(name: str, principal: str | None = None) -> str:
    """Return who acted, and in whose name; jobs act as the system (`unit_of_work.SYSTEM`)."""
    if principal:
        return _("%(name)s, on behalf of %(principal)s", name=name, principal=principal)
    return _("The system") if name == "system" else name


def touched(action: str, detail: Mapping[str, Any]) -> list[str]:
    """Return the names of what an act on an employee's record touched, never the values."""
    if action.partition(".")[0] not in FIELD_AREAS:
        return []
    names = detail.get("fields") or list(detail)
    return [str(FIELDS[name]) for name in names if name in FIELDS]


def word(words: Words, code: str | None) -> str:
    """Return the word for a code; an unknown one (from an older version) is shown as it is."""
    return str(words.get(code, code)) if code else ""


def texts(words: Words) -> dict[str, str]:
    """Return all of ``words`` in the language in force, for lists that show them often."""
    return {code: str(text) for code, text in words.items()}


def per_state(tag: Callable[[Text, str], str]) -> dict[str, str]:
    """Return the drawn tag of each state; ``tag(label, tone)`` is the macro that draws it."""
    return {state: tag(STATUSES[state], TONES[state]) for state in STATUSES}
