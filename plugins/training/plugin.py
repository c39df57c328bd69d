"""Training: catalogue, offerings, enrolment, attendance, certificates, the training passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from core.sdk import (
    Blocker,
    Category,
    Commitment,
    DemoData,
    Employee,
    Figure,
    HomeCard,
    JobDeclaration,
    LabelledField,
    Manifest,
    Municipality,
    NavigationItem,
    NotificationTopic,
    Obstacle,
    Panel,
    Period,
    Permission,
    Provider,
    RequestDetail,
    RequestFacts,
    RequestType,
    RoleSuggestion,
    ServiceChange,
    Task,
    VerifiableDocument,
    Viewer,
    hookimpl,
    lazy_gettext,
)

if TYPE_CHECKING:
    from datetime import date

    from click import Command
    from flask import Blueprint

    from core.sdk.services import UnitOfWork

MANIFEST = Manifest(
    name="training",
    title=lazy_gettext("Training"),
    summary=lazy_gettext(
        "Courses of the municipalities: enrolment, attendance, certificates, training passport."
    ),
    category=Category.TRAINING,
    api=(1, 0),
    provider=Provider(lazy_gettext("Hamyar developers"), "security@hamyar.example"),
    holds_personal_data=True,
    permissions=(
        Permission("training.view", lazy_gettext("See courses, offerings and enrolments")),
        Permission("training.approve", lazy_gettext("Approve enrolments")),
        Permission("training.manage", lazy_gettext("Plan offerings, mark attendance, finalise")),
    ),
    core_revision="0007",
    icon="school",
    weight=10,
)


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    """Return the pages."""
    from plugins.training.views import blueprint

    return [blueprint]


@hookimpl
def hamyar_request_types() -> list[RequestType]:
    """Return the request for a seat."""
    from plugins.training.request_types import ENROLMENT

    return [ENROLMENT]


@hookimpl
def hamyar_jobs() -> list[JobDeclaration]:
    """Return the job that follows the calendar."""
    from plugins.training.jobs import FOLLOW_CALENDAR

    return [FOLLOW_CALENDAR]


@hookimpl
def hamyar_commands() -> list[Command]:
    """Return ``hamyar training check``."""
    from plugins.training.commands import training

    return [training]


@hookimpl
def hamyar_demo_data() -> list[DemoData]:
    """Return courses, offerings and certificates to look at."""
    from plugins.training.demo import fill

    return [DemoData("training.courses", fill)]


@hookimpl
def hamyar_roles() -> list[RoleSuggestion]:
    """Suggest the officer and the one who only looks."""
    manage = ("training.view", "training.approve", "training.manage", "requests.review")
    return [
        RoleSuggestion("training_officer", lazy_gettext("Training officer"), manage),
        RoleSuggestion("training_viewer", lazy_gettext("Training, read only"), ("training.view",)),
    ]


@hookimpl
def hamyar_notification_topics() -> list[NotificationTopic]:
    """Return what people are told about."""
    return [
        NotificationTopic(
            name="training.enrolment", title=lazy_gettext("My seat or place on a waiting list")
        ),
        NotificationTopic(
            name="training.offering", title=lazy_gettext("Changes of courses that I'm enrolled in")
        ),
        NotificationTopic(
            name="training.certificate", title=lazy_gettext("End of a course, certificates")
        ),
    ]


@hookimpl
def hamyar_verifiable_documents() -> list[VerifiableDocument]:
    """Return the words of the fields of certificate and passport."""
    return [
        VerifiableDocument(
            "training.certificate",
            lazy_gettext("Certificate of completion"),
            (
                LabelledField("course", lazy_gettext("Course")),
                LabelledField("course_en", lazy_gettext("Course (English)")),
                LabelledField("course_code", lazy_gettext("Course code")),
                LabelledField("minutes", lazy_gettext("Duration"), "minutes"),
                LabelledField("starts_on", lazy_gettext("First session"), "date"),
                LabelledField("ends_on", lazy_gettext("Last session"), "date"),
                LabelledField("attendance", lazy_gettext("Attendance in percent"), "number"),
            ),
        ),
        VerifiableDocument(
            "training.passport",
            lazy_gettext("Training passport"),
            (
                LabelledField("courses", lazy_gettext("Completed courses"), "number"),
                LabelledField("minutes", lazy_gettext("Hours of all years"), "minutes"),
                LabelledField("years", lazy_gettext("Hours by Jalali year")),
            ),
        ),
    ]


@hookimpl
def hamyar_navigation(municipality: Municipality, viewer: Viewer) -> list[NavigationItem]:
    """Lead officers to the offerings."""
    if not viewer.can("training.view", municipality.id):
        return []
    href = f"/m/{municipality.code}/training/manage/"
    return [NavigationItem(lazy_gettext("Training"), href, icon="school", weight=10)]


@hookimpl
def hamyar_home_cards(uow: UnitOfWork, employee: Employee) -> list[HomeCard]:
    """Show this year's hours and what comes next."""
    from plugins.training.cards import home_card

    return [home_card(uow, employee)]


@hookimpl
def hamyar_tasks(uow: UnitOfWork, employee: Employee) -> list[Task]:
    """Remind of the sessions of the next days."""
    from plugins.training.cards import tasks

    return tasks(uow, employee)


@hookimpl
def hamyar_employee_panels(uow: UnitOfWork, employee: Employee, viewer: Viewer) -> list[Panel]:
    """Show officers an employee's hours and courses."""
    if not viewer.can("training.view", employee.municipality.id):
        return []
    from plugins.training.cards import panel

    return [panel(uow, employee)]


@hookimpl
def hamyar_request_details(
    uow: UnitOfWork, requests: Sequence[RequestFacts]
) -> list[RequestDetail]:
    """Tell who decides on enrolments how many seats are left and how many people wait."""
    from plugins.training.cards import request_details

    return request_details(uow, requests)


@hookimpl
def hamyar_dashboard_figures(
    uow: UnitOfWork, municipality: Municipality, period: Period
) -> list[Figure]:
    """Count open offerings, and the hours and certificates of the period."""
    from plugins.training.cards import figures

    return figures(uow, municipality, period)


@hookimpl
def hamyar_service_blockers(
    uow: UnitOfWork, municipality: Municipality, change: ServiceChange
) -> list[Blocker]:
    """Keep the service on while offerings are under way."""
    if change is not ServiceChange.DISABLE:
        return []
    from plugins.training.cards import blockers

    return blockers(uow, municipality)


@hookimpl
def hamyar_commitments(uow: UnitOfWork, employee: Employee) -> list[Commitment]:
    """Name the courses in which an employee has a seat."""
    from plugins.training.cards import commitments

    return commitments(uow, employee)


@hookimpl
def hamyar_clearance_obstacles(
    uow: UnitOfWork, employee: Employee, ends_on: date
) -> list[Obstacle]:
    """Name the courses that last longer than the employment."""
    from plugins.training.cards import obstacles

    return obstacles(uow, employee, ends_on)


@hookimpl
def hamyar_employee_left(
    uow: UnitOfWork, municipality: Municipality, employment_ids: Sequence[UUID]
) -> None:
    """Free the seats of those who left; the next ones move up."""
    from plugins.training.services.enrolments import end_with_employment

    end_with_employment(uow, municipality.id, employment_ids)
