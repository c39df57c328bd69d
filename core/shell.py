"""What surrounds a page: navigation, municipality, account, languages, theme.

The layouts ask for it themselves (`portal_shell`, `desk_shell`, `plain_shell` in templates), so
a page only extends a layout. It costs no query: what it needs came with the request.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from flask import Response, current_app, g, request, url_for

from core.accounts.request_state import RequestState, current
from core.localization import LANGUAGES, current_locale, lazy_gettext
from core.localization.i18n import YEAR_SECONDS
from core.municipalities.place import Place
from core.policy.access import Audience, access_of
from core.sdk.text import Text

THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "hamyar_theme"
FACE_COOKIE: Final = "hamyar_face"


class Face(enum.StrEnum):
    """The two sides of the product."""

    PORTAL = "portal"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    badge: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A group of the desk's menu; the first has no title."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the page can be read in."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class Account:
    """The menu of who is signed in."""

    name: str
    links: tuple[Link, ...]
    sign_out_url: str

    @property
    def initial(self) -> str:
        """The first letter of the name, for the round badge."""
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A municipality in the switcher."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The data of the layouts; what is empty isn't drawn.

    ``other_face`` leads officers from the portal to the desk, and employees from there back.
    """

    home_url: str
    theme: str
    languages: tuple[Language, ...]
    viewer: Account | None = None
    other_face: Link | None = None
    brand_municipality: str = ""
    navigation: tuple[Link, ...] = ()
    sections: tuple[Section, ...] = ()
    tabs: tuple[Link, ...] = ()
    unread: int = 0
    notifications_url: str = ""
    municipalities: tuple[PlaceLink, ...] = ()
    footer: tuple[Link, ...] = ()


class Entry(NamedTuple):
    """A page of core that menus may lead to; shown to those who can open it."""

    endpoint: str
    icon: str
    label: Text


ACCOUNT_ENTRIES: Final = (
    Entry("me.record", "user", lazy_gettext("My record")),
    Entry("preferences.index", "settings", lazy_gettext("Preferences")),
    Entry("help.index", "help-circle", lazy_gettext("Help")),
)
FOOTER_ENTRIES: Final = (
    Entry("help.index", "", lazy_gettext("Help")),
    Entry("verification.index", "", lazy_gettext("Verify a document")),
)


def plain_shell() -> Shell | None:
    """Return the shell of single things and of errors; None when no request could be opened.

    It names no municipality: the page of an absent one must not differ from a foreign one's.
    """
    if "hamyar" not in g:
        return None
    state = current()
    return Shell(
        home_url="/",
        theme=theme_of(state),
        languages=language_links(),
        viewer=account_menu(state, links_of(ACCOUNT_ENTRIES)),
        footer=links_of(FOOTER_ENTRIES),
    )


def theme_of(state: RequestState) -> str:
    """Return the theme of the account, or of the cookie before anybody is signed in."""
    chosen = state.viewer.theme if state.viewer.is_signed_in else request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"


def language_links() -> tuple[Language, ...]:
    """Return all languages, the one of the page marked."""
    here = current_locale()
    return tuple(Language(code, name, code == here) for code, name in LANGUAGES.items())


def account_menu(state: RequestState, links: Iterable[Link]) -> Account | None:
    """Return the menu of who is signed in."""
    if not state.viewer.is_signed_in:
        return None
    return Account(state.viewer.name, tuple(links), "/sign-out")


def links_of(entries: Iterable[Entry], place: Place | None = None) -> tuple[Link, ...]:
    """Return links to those of the pages that the viewer can open."""
    return tuple(
        Link(str(entry.label), url_of(entry.endpoint, place), entry.icon)
        for entry in entries
        if can_open(entry.endpoint, place)
    )


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page if it exists and the viewer can open it here, else ''."""
    return url_for(endpoint, **values) if can_open(endpoint, current().municipality) else ""


def url_of(endpoint: str, place: Place | None) -> str:
    """Return the address of a page without further arguments.

    Those of a municipality are remembered: making twenty of them takes longer than all the rest
    of a menu, and they depend on nothing else.
    """
    if place is None:
        return url_for(endpoint)
    known = current_app.extensions.setdefault("hamyar_addresses", {})
    key = (request.script_root, endpoint, place.code)
    if key not in known:
        known[key] = url_for(endpoint, municipality=place.code)
    return str(known[key])


def can_open(endpoint: str, place: Place | None) -> bool:
    """Tell whether a page exists and, by what it declares, lets the viewer in at ``place``."""
    view = current_app.view_functions.get(endpoint)
    access = access_of(view) if view else None
    if access is None:
        return False
    viewer = current().viewer
    if access.audience is Audience.PUBLIC:
        return True
    if access.audience is Audience.SIGNED_IN or place is None:
        return access.audience is Audience.SIGNED_IN and viewer.is_signed_in
    if access.organisation and not place.is_organisation:
        return False
    if access.audience is Audience.EMPLOYEE:
        return viewer.post_in(place.id) is not None
    if access.audience is Audience.MEMBER:
        return viewer.post_in(place.id) is not None or is_office(place)
    return any(viewer.can(permission, place.id) for permission in access.permissions)


def is_office(place: Place) -> bool:
    """Tell whether a grant of the viewer covers the municipality."""
    covering = {place.id, place.organisation_id}
    return any(grant.municipality_id in covering for grant in current().viewer.grants)


def offices(state: RequestState) -> tuple[Place, ...]:
    """Return the municipalities where the viewer is an officer, the organisation first."""
    return tuple(place for place in state.places if is_office(place))


def last_face() -> Face | None:
    """Return on which side this browser was last, for those who have both."""
    kept = request.cookies.get(FACE_COOKIE)
    return Face(kept) if kept in set(Face) else None


def remember_face(face: Face) -> None:
    """Keep on which side the page is, if the viewer has both: there he begins the next time.

    What is open to everybody, such as the help, belongs to no side.
    """
    state = current()
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view else None
    if access and access.audience is Audience.PUBLIC:
        return
    if state.viewer.posts and offices(state) and last_face() is not face:
        g.hamyar_face = face


def keep_face(response: Response) -> Response:
    """Put what `remember_face` was told into the cookie."""
    if "hamyar_face" in g:
        set_preference(response, FACE_COOKIE, g.hamyar_face)
    return response


def set_preference(response: Response, cookie: str, value: str) -> None:
    """Keep a choice of this browser for a year; scripts don't see it."""
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def with_current(links: Sequence[Link], path: str) -> tuple[Link, ...]:
    """Mark the link whose address is the longest beginning of ``path``."""
    covering = [link.url for link in links if _covers(link.url, path)]
    here = max(covering, key=len, default=None)
    return tuple(replace(link, current=link.url == here) for link in links)


def _covers(url: str, path: str) -> bool:
    if url == path:
        return True
    return url != "/" and path.startswith(url.rstrip("/") + "/")
