"""Course, offering with its meetings and seats, enrolment, attendance, completion, hours."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.models import Base, Id, TableClass, TenantKey, tenant_fk, to
from plugins.training.policies import GONE, CourseKind, EnrolmentState, OfferingState, Seats


def one_of(column: str, values: object) -> str:
    """Return the condition that ``column`` holds one of ``values``."""
    names = sorted(str(value) for value in values)  # type: ignore[attr-defined] # enums, sets
    return f"{column} in ({', '.join(repr(name) for name in names)})"


NOT_GONE = "not (" + one_of("state", GONE) + ")"
SEATED = one_of(
    "state",
    (
        EnrolmentState.CONFIRMED,
        EnrolmentState.COMPLETED,
        EnrolmentState.INCOMPLETE,
        EnrolmentState.NO_SHOW,
    ),
)


class Course(TenantKey, Base):
    """A course (دوره) of a municipality's catalogue.

    ``minutes`` is the approved duration, ``threshold`` the least attendance in percent.
    ``search_key`` is made of code and both titles. A retired course can't be offered anew.
    """

    __tablename__ = "training_course"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code"),
        CheckConstraint(one_of("kind", CourseKind), name="kind"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("threshold between 1 and 100", name="threshold"),
        Index("ix_training_course_sort_key", "municipality_id", "sort_key", "id"),
    )
    table_class = TableClass.TENANT

    code: Mapped[str]
    title_fa: Mapped[str]
    title_en: Mapped[str] = mapped_column(server_default="", default="")
    about_fa: Mapped[str] = mapped_column(server_default="", default="")
    about_en: Mapped[str] = mapped_column(server_default="", default="")
    kind: Mapped[str]
    minutes: Mapped[int]
    threshold: Mapped[int] = mapped_column(SmallInteger)
    retired: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    search_key: Mapped[str]
    sort_key: Mapped[str]

    def title(self, locale: str) -> str:
        """Return the title in the reader's language, the Persian one if there is no other."""
        return self.title_fa if locale == "fa" else self.title_en or self.title_fa

    def about(self, locale: str) -> str:
        """Return what one learns, in the reader's language as far as it is written."""
        return self.about_fa if locale == "fa" else self.about_en or self.about_fa


class Prerequisite(TenantKey, Base):
    """A course that must be completed, here or elsewhere, before another one."""

    __tablename__ = "training_prerequisite"
    __table_args__ = (
        tenant_fk("course_id", "training_course"),
        tenant_fk("required_id", "training_course"),
        UniqueConstraint("municipality_id", "course_id", "required_id"),
        CheckConstraint("course_id <> required_id", name="required_id"),
    )
    table_class = TableClass.TENANT

    course_id: Mapped[UUID]
    required_id: Mapped[UUID]


class Offering(TenantKey, Base):
    """A course held at a time and a place (برگزاری دوره), with its seats.

    ``minutes`` and ``threshold`` are the course's when it was planned. Enrolment is possible
    from ``opens_on`` to ``closes_on``, both included; who withdraws after ``withdraw_by`` does so
    late; ``starts_on`` and ``ends_on`` are the days of the first and last meeting. ``used``
    counts seats held, ``waiting`` the queue, ``queue_last`` is the last number given in it (T4).
    """

    __tablename__ = "training_offering"
    __table_args__ = (
        tenant_fk("course_id", "training_course"),
        CheckConstraint(one_of("state", OfferingState), name="state"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("used between 0 and capacity", name="used"),
        CheckConstraint("waiting >= 0", name="waiting"),
        CheckConstraint("opens_on <= closes_on", name="window"),
        CheckConstraint("closes_on <= starts_on", name="closes_on"),
        CheckConstraint("withdraw_by between opens_on and starts_on", name="withdraw_by"),
        CheckConstraint("starts_on <= ends_on", name="ends_on"),
        CheckConstraint("state <> 'cancelled' or reason <> ''", name="reason"),
        Index("ix_training_offering_starts_on", "municipality_id", "starts_on", "id"),
        Index(
            "ix_training_offering_open",
            "municipality_id",
            "starts_on",
            "id",
            postgresql_where=text("state = 'open'"),
        ),
    )
    table_class = TableClass.TENANT

    course_id: Mapped[UUID]
    state: Mapped[str]
    minutes: Mapped[int]
    threshold: Mapped[int] = mapped_column(SmallInteger)
    capacity: Mapped[int]
    used: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    waiting: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    queue_last: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    withdraw_by: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str]
    instructor: Mapped[str] = mapped_column(server_default="", default="")
    note: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    finalised_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    course: Mapped[Course] = to("Offering", "course_id", "Course")

    @property
    def current_state(self) -> OfferingState:
        """The state as the rules see it."""
        return OfferingState(self.state)

    @property
    def seats(self) -> Seats:
        """The seats as the rules see them."""
        return Seats(self.capacity, self.used, self.waiting)


class Meeting(TenantKey, Base):
    """One session of an offering; sessions of one offering can't overlap."""

    __tablename__ = "training_meeting"
    __table_args__ = (
        tenant_fk("offering_id", "training_offering"),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        ExcludeConstraint(
            ("municipality_id", "="),
            ("offering_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_training_meeting_time",
            using="gist",
        ),
        Index("ix_training_meeting_starts_at", "municipality_id", "offering_id", "starts_at"),
    )
    table_class = TableClass.TENANT

    offering_id: Mapped[UUID]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def minutes(self) -> int:
        """Its length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class Enrolment(TenantKey, Base):
    """A person in an offering; one that isn't gone per person (T2).

    ``queue_number`` is drawn under the offering's lock and never reused (T4). ``request_id`` and
    ``reference`` are of the request by which he asked, if he did; ``reason`` is why it ended.
    """

    __tablename__ = "training_enrolment"
    __table_args__ = (
        tenant_fk("offering_id", "training_offering"),
        tenant_fk("employment_id", "employment"),
        tenant_fk("request_id", "request"),
        CheckConstraint(one_of("state", EnrolmentState), name="state"),
        CheckConstraint(f"has_seat or not ({SEATED})", name="seated"),
        CheckConstraint("not has_seat or " + NOT_GONE, name="gone"),
        CheckConstraint("not has_seat or state <> 'waitlisted'", name="waitlisted"),
        CheckConstraint(
            "has_seat or state not in ('pending', 'waitlisted') or queue_number is not null",
            name="queued",
        ),
        UniqueConstraint("municipality_id", "offering_id", "queue_number"),
        Index(
            "uq_training_enrolment_live",
            "municipality_id",
            "offering_id",
            "person_id",
            unique=True,
            postgresql_where=text(NOT_GONE),
        ),
        Index("ix_training_enrolment_person", "municipality_id", "person_id"),
        Index("ix_training_enrolment_request", "municipality_id", "request_id"),
    )
    table_class = TableClass.TENANT

    offering_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    employment_id: Mapped[UUID]
    request_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(server_default="", default="")
    state: Mapped[str]
    has_seat: Mapped[bool]
    queue_number: Mapped[int | None]
    enrolled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(server_default="", default="")

    offering: Mapped[Offering] = to("Enrolment", "offering_id", "Offering")

    @property
    def current_state(self) -> EnrolmentState:
        """The state as the rules see it."""
        return EnrolmentState(self.state)


class Booking(TenantKey, Base):
    """The time of a session that somebody keeps free; no two overlap in a municipality (T3)."""

    __tablename__ = "training_booking"
    __table_args__ = (
        tenant_fk("enrolment_id", "training_enrolment"),
        tenant_fk("meeting_id", "training_meeting"),
        UniqueConstraint("municipality_id", "enrolment_id", "meeting_id"),
        ExcludeConstraint(
            ("municipality_id", "="),
            ("person_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_training_booking_time",
            using="gist",
        ),
        Index("ix_training_booking_meeting", "municipality_id", "meeting_id"),
    )
    table_class = TableClass.TENANT

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[UUID]
    meeting_id: Mapped[UUID]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AttendanceMark(TenantKey, Base):
    """How many minutes of a meeting somebody was there (حضور و غیاب)."""

    __tablename__ = "training_attendance_mark"
    __table_args__ = (
        tenant_fk("meeting_id", "training_meeting"),
        tenant_fk("enrolment_id", "training_enrolment"),
        UniqueConstraint("municipality_id", "meeting_id", "enrolment_id"),
        CheckConstraint("minutes >= 0", name="minutes"),
        Index("ix_training_attendance_mark_enrolment", "municipality_id", "enrolment_id"),
    )
    table_class = TableClass.TENANT

    meeting_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    minutes: Mapped[int]
    marked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    marked_by_name: Mapped[str]


class Completion(TenantKey, Base):
    """How an enrolment ended when its offering was finalised; append-only.

    ``passed`` follows from the minutes and the threshold in percent (T7); only who passed has a
    certificate, the issued document ``document_id``.
    """

    __tablename__ = "training_completion"
    __table_args__ = (
        tenant_fk("enrolment_id", "training_enrolment"),
        ForeignKeyConstraint(
            ["municipality_id", "document_id"],
            ["issued_document.municipality_id", "issued_document.id"],
        ),
        UniqueConstraint("municipality_id", "enrolment_id"),
        CheckConstraint("held_minutes > 0", name="held_minutes"),
        CheckConstraint("attended_minutes between 0 and held_minutes", name="attended_minutes"),
        CheckConstraint(
            "passed = (attended_minutes * 100 >= threshold * held_minutes)", name="passed"
        ),
        CheckConstraint("passed = (document_id is not null)", name="document_id"),
        Index("ix_training_completion_finalised_at", "municipality_id", "finalised_at", "id"),
    )
    table_class = TableClass.TENANT

    enrolment_id: Mapped[UUID]
    attended_minutes: Mapped[int]
    held_minutes: Mapped[int]
    threshold: Mapped[int] = mapped_column(SmallInteger)
    passed: Mapped[bool]
    document_id: Mapped[UUID | None]
    finalised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    enrolment: Mapped[Enrolment] = to("Completion", "enrolment_id", "Enrolment")


class DutyRule(TenantKey, Base):
    """A version of the yearly training duty (ساعت موظفی آموزش); append-only.

    ``number`` counts the versions of a municipality. It holds from the Jalali year ``from_year``
    on, until a rule of a later year or a later version for the same year. ``basis`` names the
    circular or decision.
    """

    __tablename__ = "training_duty_rule"
    __table_args__ = (
        UniqueConstraint("municipality_id", "number"),
        CheckConstraint("from_year between 1300 and 1599", name="from_year"),
        CheckConstraint("staff_minutes >= 0", name="staff_minutes"),
        CheckConstraint("manager_minutes >= 0", name="manager_minutes"),
    )
    table_class = TableClass.TENANT

    number: Mapped[int] = mapped_column(SmallInteger)
    from_year: Mapped[int] = mapped_column(SmallInteger)
    staff_minutes: Mapped[int]
    manager_minutes: Mapped[int]
    basis: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by_name: Mapped[str]


class DutyKind(TenantKey, Base):
    """What a kind of employment owes under a rule instead of the usual; append-only."""

    __tablename__ = "training_duty_kind"
    __table_args__ = (
        tenant_fk("rule_id", "training_duty_rule"),
        UniqueConstraint("municipality_id", "rule_id", "kind"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )
    table_class = TableClass.TENANT

    rule_id: Mapped[UUID]
    kind: Mapped[str]
    minutes: Mapped[int]


class HoursEntry(Id, Base):
    """Training hours in a person's passport (شناسنامهٔ آموزشی); append-only (T11).

    The entry belongs to the Jalali ``year`` of ``ended_on`` and follows the person to his next
    employer; ``issuer_id`` is the municipality that entered it. Titles are those at the time.
    """

    __tablename__ = "training_hours_entry"
    __table_args__ = (
        CheckConstraint(one_of("kind", CourseKind), name="kind"),
        CheckConstraint("minutes <> 0", name="minutes"),
        UniqueConstraint("issuer_id", "enrolment_id"),
        Index("ix_training_hours_entry_person", "person_id", "ended_on", "id"),
    )
    table_class = TableClass.PERSON

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    issuer_name: Mapped[str]
    enrolment_id: Mapped[UUID]
    kind: Mapped[str]
    course_code: Mapped[str]
    title_fa: Mapped[str]
    title_en: Mapped[str] = mapped_column(server_default="", default="")
    minutes: Mapped[int]
    year: Mapped[int] = mapped_column(SmallInteger)
    ended_on: Mapped[date]
    document_code: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def title(self, locale: str) -> str:
        """Return the title in the reader's language, the Persian one if there is no other."""
        return self.title_fa if locale == "fa" else self.title_en or self.title_fa
