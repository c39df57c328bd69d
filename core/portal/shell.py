"""The portal's menus: home, requests, services, record; each service that is on."""

from __future__ import annotations

from typing import Final

from flask import g, request, url_for

from core.accounts.request_state import RequestState, current
from core.localization import _, lazy_gettext
from core.municipalities.place import Place
from core.portal.offers import offers_in
from core.shell import (
    ACCOUNT_ENTRIES,
    FOOTER_ENTRIES,
    Entry,
    Face,
    Link,
    Shell,
    account_menu,
    can_open,
    language_links,
    links_of,
    offices,
    plain_shell,
    remember_face,
    theme_of,
    with_current,
)

MOST_SERVICES: Final = 3
"""As many services stand in the menu; all of them are on the page of services."""
MESSAGES: Final = "messages.index"
HOME: Final = Entry("portal.home", "home", lazy_gettext("Home"))
SERVICES: Final = Entry("portal.services", "layout-dashboard", lazy_gettext("Services"))
BEFORE: Final = (HOME, SERVICES)
AFTER: Final = (
    Entry("my_requests.index", "file-text", lazy_gettext("My requests")),
    Entry("me.record", "id-badge-2", lazy_gettext("My record")),
)
TABS: Final = (
    HOME,
    Entry("my_requests.index", "file-text", lazy_gettext("Requests")),
    SERVICES,
    Entry(MESSAGES, "bell", lazy_gettext("Messages")),
    Entry("me.record", "id-badge-2", lazy_gettext("My record")),
)
"""The bar at the bottom of a phone."""


def portal_shell() -> Shell | None:
    """Return what surrounds a page of the portal; the plain shell when nobody is signed in."""
    if "hamyar" not in g or not current().viewer.is_signed_in:
        return plain_shell()
    state = current()
    remember_face(Face.PORTAL)
    services = service_links(state)[:MOST_SERVICES]
    navigation = links_of(BEFORE) + services + links_of(AFTER)
    return Shell(
        home_url=url_for("portal.home"),
        theme=theme_of(state),
        languages=language_links(),
        viewer=account_menu(state, links_of(ACCOUNT_ENTRIES)),
        other_face=_desk_link(state),
        brand_municipality=_brand(state),
        navigation=with_current(navigation, request.path),
        tabs=with_current(links_of(TABS), request.path),
        unread=state.unread,
        notifications_url=url_for(MESSAGES) if can_open(MESSAGES, None) else "",
        footer=links_of(FOOTER_ENTRIES),
    )


def _brand(state: RequestState) -> str:
    """The municipality of the address, or the only one where the viewer is employed."""
    if state.municipality is not None:
        return state.municipality.name
    employers = employers_of(state)
    return employers[0].name if len(employers) == 1 else ""


def employers_of(state: RequestState) -> tuple[Place, ...]:
    """Return the municipalities where the viewer is employed today."""
    here = {post.municipality_id for post in state.viewer.posts}
    return tuple(place for place in state.places if place.id in here)


def service_links(state: RequestState) -> tuple[Link, ...]:
    """Return each service that is on for the viewer once, as a link to its first page."""
    places = (state.municipality,) if state.municipality else employers_of(state)
    links: dict[str, Link] = {}
    for place in places:
        for offer in offers_in(state, place):
            if offer.url:
                links.setdefault(offer.name, Link(offer.title, offer.url, offer.icon))
    return tuple(links.values())


def _desk_link(state: RequestState) -> Link | None:
    """The way to the desk, for officers: the municipality of the address, else the first."""
    places = offices(state)
    if not places:
        return None
    place = next((p for p in places if p == state.municipality), places[0])
    return Link(_("Desk"), url_for("desk.home", municipality=place.code), "briefcase")
