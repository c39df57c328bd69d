"""The desk's menus: core's areas, the services' entries, administration; the switcher."""

from __future__ import annotations

from typing import Final

from flask import g, request, url_for

from core.accounts.request_state import RequestState, current
from core.localization import _, lazy_gettext
from core.municipalities.place import Place
from core.plugin_host.current import current_host
from core.shell import (
    ACCOUNT_ENTRIES,
    FOOTER_ENTRIES,
    Entry,
    Face,
    Link,
    PlaceLink,
    Section,
    Shell,
    account_menu,
    can_open,
    language_links,
    links_of,
    offices,
    plain_shell,
    remember_face,
    theme_of,
    url_of,
    with_current,
)

HOME: Final = "desk.home"
DAILY: Final = (
    Entry(HOME, "layout-dashboard", lazy_gettext("Dashboard")),
    Entry("inbox.index", "inbox", lazy_gettext("Inbox")),
    Entry("people.index", "users", lazy_gettext("Employees")),
    Entry("units.index", "sitemap", lazy_gettext("Units")),
    Entry("imports.index", "file-import", lazy_gettext("Import")),
)
ADMINISTRATION: Final = (
    Entry("services.matrix", "switch-horizontal", lazy_gettext("Service matrix")),
    Entry("accounts.index", "user-check", lazy_gettext("Accounts")),
    Entry("roles.index", "shield-check", lazy_gettext("Roles")),
    Entry("grants.index", "key", lazy_gettext("Grants")),
    Entry("municipality.edit", "building-community", lazy_gettext("Municipality")),
    Entry("organisation.index", "building-bank", lazy_gettext("Organisation")),
    Entry("plugins.index", "plug", lazy_gettext("Plugins")),
    Entry("audit.index", "history", lazy_gettext("Audit log")),
)


def desk_shell() -> Shell | None:
    """Return what surrounds a page of the desk; the plain shell without a municipality."""
    if "hamyar" not in g or current().municipality is None:
        return plain_shell()
    state = current()
    remember_face(Face.DESK)
    sections = _sections(state, state.place)
    return Shell(
        home_url=url_of(HOME, state.place),
        theme=theme_of(state),
        languages=language_links(),
        viewer=account_menu(state, links_of(ACCOUNT_ENTRIES)),
        other_face=_portal_link(state),
        brand_municipality=state.place.name,
        navigation=tuple(link for section in sections for link in section.links),
        sections=sections,
        unread=state.unread,
        notifications_url=url_for("messages.index") if can_open("messages.index", None) else "",
        municipalities=_switcher(state),
        footer=links_of(FOOTER_ENTRIES),
    )


def _sections(state: RequestState, place: Place) -> tuple[Section, ...]:
    """The groups of the menu; the one active link is found over all of them."""
    groups = [
        ("", links_of(DAILY, place)),
        (_("Services"), service_entries(state, place)),
        (_("Administration"), links_of(ADMINISTRATION, place)),
    ]
    marked = iter(with_current([link for _title, links in groups for link in links], request.path))
    return tuple(
        Section(title, tuple(next(marked) for _link in links)) for title, links in groups if links
    )


def service_entries(state: RequestState, place: Place) -> tuple[Link, ...]:
    """Return what the services that are on there put into the menu, light ones first."""
    host = current_host()
    on = state.services_in(place)
    answers = host.hooks.navigation(municipality=place, viewer=state.viewer, only=on)
    icons = {plugin.name: plugin.manifest.icon for plugin in host.loaded() if plugin.manifest}
    items = sorted(answers, key=lambda answer: answer.value.weight)
    return tuple(
        Link(str(item.title), item.href, item.icon or icons.get(plugin, ""))
        for plugin, item in items
    )


def _portal_link(state: RequestState) -> Link | None:
    """The way to the portal, for officers who are employees too."""
    if not state.viewer.posts:
        return None
    return Link(_("My portal"), url_for("portal.home"), "home")


def _switcher(state: RequestState) -> tuple[PlaceLink, ...]:
    """The municipalities where the viewer is an officer."""
    return tuple(
        PlaceLink(place.code, place.name, _same_page(place), place.id == state.place.id)
        for place in offices(state)
    )


def _same_page(place: Place) -> str:
    """The page at hand in another municipality if it's one of core's areas, else its home."""
    areas = {entry.endpoint for entry in (*DAILY, *ADMINISTRATION)}
    here = request.endpoint or ""
    return url_of(here if here in areas and can_open(here, place) else HOME, place)
