"""What a plugin's ``views.py`` and ``schemas.py`` import."""

from __future__ import annotations

from core.accounts.request_state import RequestState, current
from core.database.paging import Page, fetch
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany, Unavailable
from core.forms import Form, FormSchema, Message, fields
from core.localization import (
    _,
    current_locale,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    ngettext,
)
from core.people.wording import KINDS as EMPLOYMENT_KINDS
from core.policy.access import employee, member, public, requires, signed_in
from core.policy.enforcement import not_found

__all__ = [
    "EMPLOYMENT_KINDS",
    "Conflict",
    "DomainError",
    "Forbidden",
    "Form",
    "FormSchema",
    "Invalid",
    "Message",
    "NotFound",
    "Page",
    "RequestState",
    "TooMany",
    "Unavailable",
    "_",
    "current",
    "current_locale",
    "employee",
    "fetch",
    "fields",
    "gettext",
    "lazy_gettext",
    "lazy_ngettext",
    "member",
    "ngettext",
    "not_found",
    "public",
    "requires",
    "signed_in",
]
