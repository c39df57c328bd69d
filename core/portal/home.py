"""The portal's home, put together: what to do by when, my requests, each service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import current_app

from core.accounts.request_state import RequestState
from core.localization import _, current_locale, ngettext
from core.localization.digits import localized
from core.localization.filters import jdate
from core.localization.jalali import jalali, jalali_year, month_name
from core.municipalities.place import Place
from core.plugin_host.hooks import Hooks
from core.portal import queries
from core.portal.offers import Offer, offers_in
from core.portal.queries import Job, OwnRequests, Someone
from core.sdk import Employee, HomeCard, Task

LATEST: Final = 4
"""How many requests the home lists."""
SOON: Final = timedelta(days=3)
"""A task that is due within it is marked."""


@dataclass(frozen=True, slots=True)
class Card:
    """A service with where the employee stands in it."""

    title: str
    icon: str
    tone: str
    figure: str
    summary: str
    url: str
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """One employment of today and the services that are on there."""

    place: Place
    job: Job
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that the home shows."""

    someone: Someone
    tasks: tuple[Task, ...]
    requests: OwnRequests
    workplaces: tuple[Workplace, ...]


def build(state: RequestState, person_id: UUID) -> Home:
    """Ask core and the services of each employment.

    Three queries of core's own, and those of each service's hooks ``tasks`` and ``home_cards``.
    """
    someone = queries.myself(state.uow, person_id)
    places = {place.id: place for place in state.places}
    tasks: list[Task] = []
    workplaces = []
    for job in queries.jobs(state.uow, person_id):
        place = places[job.municipality_id]
        employee = Employee(person_id, job.employment_id, place, someone.full_name, job.kind)
        tasks += _tasks(state, employee)
        workplaces.append(Workplace(place, job, _cards(state, place, employee)))
    return Home(
        someone,
        tuple(sorted(tasks, key=lambda task: task.due or date.max)),
        queries.own_requests(state.uow, person_id, LATEST),
        tuple(workplaces),
    )


def _tasks(state: RequestState, employee: Employee) -> list[Task]:
    only = state.services.get(employee.municipality.id, {})
    answers = _hooks().tasks(uow=state.uow, employee=employee, only=only)
    return [answer.value for answer in answers]


def _cards(state: RequestState, place: Place, employee: Employee) -> tuple[Card, ...]:
    """Each service's cards; a service that says nothing gets one from its manifest."""
    offers = {offer.name: offer for offer in offers_in(state, place)}
    answers = _hooks().home_cards(uow=state.uow, employee=employee, only=offers.keys())
    said = {answer.plugin for answer in answers}
    cards = [
        _card(offers[answer.plugin], answer.value)
        for answer in sorted(answers, key=lambda answer: answer.value.weight)
    ]
    silent = (offer for offer in offers.values() if offer.name not in said and offer.url)
    return (*cards, *(_own_card(offer) for offer in silent))


def _hooks() -> Hooks:
    hooks: Hooks = current_app.extensions["hamyar_plugins"].hooks
    return hooks


def _card(offer: Offer, card: HomeCard) -> Card:
    return Card(
        str(card.title),
        card.icon or offer.icon,
        offer.tone,
        str(card.figure),
        str(card.summary),
        card.href,
        card.percent,
    )


def _own_card(offer: Offer) -> Card:
    return Card(offer.title, offer.icon, offer.tone, "", offer.summary, offer.url)


def greeting(someone: Someone) -> str:
    """Return the greeting, with the form of address where the sex is known."""
    if someone.sex == "female":
        return _("Hello, Ms %(name)s", name=someone.family_name)
    if someone.sex == "male":
        return _("Hello, Mr %(name)s", name=someone.family_name)
    return _("Hello, %(name)s", name=someone.full_name)


def lead(tasks: int, under_way: int) -> str:
    """Return in a sentence or two what waits for whom."""
    if not tasks and not under_way:
        return _("Nothing is waiting for you.")
    sentences = []
    if tasks:
        sentences.append(ngettext("%(num)s task is yours.", "%(num)s tasks are yours.", tasks))
    if under_way:
        sentences.append(
            ngettext(
                "%(num)s of your requests is under way.",
                "%(num)s of your requests are under way.",
                under_way,
            )
        )
    return " ".join(sentences)


def due_text(due: date, today: date, *, on_day: bool = False) -> str:
    """Return until when something must be done, or when; the year only where it isn't this one."""
    if jalali_year(due) == jalali_year(today):
        _year, month, number = jalali(due)
        locale = current_locale()
        day = f"{localized(number, locale)} {month_name(month, locale)}"
    else:
        day = jdate(due, "day")
    if on_day:
        return day
    return _("overdue: %(day)s", day=day) if due < today else _("by %(day)s", day=day)


def due_tone(due: date | None, today: date) -> str:
    """Return how urgent a task looks: over the date, soon, later."""
    if due is None or due > today + SOON:
        return "info"
    return "danger" if due < today else "warn"
