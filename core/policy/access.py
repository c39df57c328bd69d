"""What a route demands, declared beside the view and checked before it runs.

Deny by default: a view without a declaration is refused, and a test finds it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "__hamyar_access__"


class Audience(enum.Enum):
    """Who may call a route at all."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    EMPLOYEE = "employee"
    MEMBER = "member"
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True)
class Access:
    """The declaration of one route; ``permissions`` are alternatives.

    ``organisation``: the page exists under the organisation's address only.
    """

    audience: Audience
    permissions: tuple[str, ...] = ()
    reason: str = ""
    organisation: bool = False


def public(reason: str) -> Callable[[View], View]:
    """Declare a view open to everyone; the reason is read by reviewers and the sweep."""
    return _declare(Access(Audience.PUBLIC, reason=reason))


def signed_in(view: View) -> View:
    """Declare a view of the portal: anybody with an account, about himself only."""
    return _declare(Access(Audience.SIGNED_IN))(view)


def employee(view: View) -> View:
    """Declare a view for those employed today in the ``<municipality>`` of the address."""
    return _declare(Access(Audience.EMPLOYEE))(view)


def member(view: View) -> View:
    """Declare a view for employees and grant holders of the ``<municipality>``."""
    return _declare(Access(Audience.MEMBER))(view)


def requires(*permissions: str) -> Callable[[View], View]:
    """Declare a view that demands one of the permissions in the ``<municipality>``."""
    if not permissions:
        raise ValueError("requires() needs at least one permission")
    return _declare(Access(Audience.PERMISSION, permissions=permissions))


def requires_in_organisation(*permissions: str) -> Callable[[View], View]:
    """Declare a page of the organisation that demands one of the permissions there."""
    return _declare(Access(Audience.PERMISSION, permissions=permissions, organisation=True))


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the declaration of a view, or None."""
    return getattr(view, ATTRIBUTE, None)


def _declare(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, ATTRIBUTE, access)
        return view

    return decorate
