"""Imports: the run, its file, its checked rows, what they change, its refusals; saved mappings.

What a file says of people is kept only as long as it is needed: the parts of the file and the
checked rows go when the import ends, refused rows when they are old (`core.imports.retention`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.database.relations import tenant_fk
from core.imports.states import TAKING_PLACE, ImportState

STATES = ", ".join(f"'{state}'" for state in ImportState)
ONCE = "state in (" + ", ".join(sorted(f"'{state}'" for state in TAKING_PLACE)) + ")"
NULLABLE = JSONB(none_as_null=True)
NO_OBJECT = text("'{}'")
NO_LIST = text("'[]'")
LONGEST_NAME = 100
"""Characters of the name of a saved mapping."""


class ImportRun(TenantKey, Base):
    """One file on its way into the tables.

    ``file_hash`` is the sha256 of the file, ``mapping_hash`` that of sheet and mapping: together
    they are the idempotency key of whatever takes place. ``header`` are the names of the columns,
    ``samples`` the first rows (lists of texts), ``mapping`` a mapping as in a mapping file.
    ``checked`` and ``result`` count rows by verdict: new, changed, same, refused; ``kept`` counts
    rows whose contact details differ and stay. ``effective_on`` is the day from which changed
    units and salaries hold. ``failure``: code and figures of why it failed or can't be undone.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(f"state in ({STATES})", name="state"),
        CheckConstraint("file_bytes > 0", name="file_bytes"),
        CheckConstraint(
            "state in ('uploaded', 'failed', 'cancelled') or mapping is not null", name="mapping"
        ),
        Index("ix_import_run_created", "municipality_id", "created_at", "id"),
        Index(
            "uq_import_run_once",
            "municipality_id",
            "file_hash",
            "mapping_hash",
            unique=True,
            postgresql_where=text(ONCE),
        ),
    )
    table_class = TableClass.TENANT

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=ImportState.UPLOADED)
    file_name: Mapped[str]
    file_bytes: Mapped[int]
    file_hash: Mapped[str]
    sheet: Mapped[str | None]
    sheets: Mapped[list[Any]] = mapped_column(JSONB, server_default=NO_LIST)
    header: Mapped[list[Any]] = mapped_column(JSONB)
    samples: Mapped[list[Any]] = mapped_column(JSONB, server_default=NO_LIST)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(NULLABLE)
    mapping_hash: Mapped[str] = mapped_column(server_default="", default="")
    effective_on: Mapped[date | None]
    checked: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT, default=dict)
    failure: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT, default=dict)
    job_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_by_name: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    confirmed_by_name: Mapped[str] = mapped_column(server_default="", default="")
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportPart(Base):
    """A megabyte of an uploaded file; in the database, as web nodes have no disk in common."""

    __tablename__ = "import_part"
    __table_args__ = (tenant_fk("import_id", "import_run", ondelete="CASCADE"),)
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


class ImportChunk(Base):
    """Some checked rows, and what became of them: the ledger of the import.

    ``rows`` is a list of objects (`core.imports.staging`), None once applied: a chunk is applied
    in the transaction that marks it, so at most once. ``effects`` names what was created and what
    stood there before, for undo.
    """

    __tablename__ = "import_chunk"
    __table_args__ = (
        tenant_fk("import_id", "import_run", ondelete="CASCADE"),
        CheckConstraint("(applied_at is null) or (rows is null)", name="applied"),
    )
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[list[Any] | None] = mapped_column(NULLABLE)
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT, default=dict)
    effects: Mapped[dict[str, Any] | None] = mapped_column(NULLABLE)


class ImportChange(Base):
    """A checked row that would create or change something, for the list before the confirmation.

    ``verdict`` is new or changed; ``row`` stands in chunk number ``chunk``. ``known``: the person
    is on record already. ``fields`` of a changed row: ``{key of a staged row: [before, after]}``.
    """

    __tablename__ = "import_change"
    __table_args__ = (
        tenant_fk("import_id", "import_run", ondelete="CASCADE"),
        CheckConstraint("verdict in ('changed', 'new')", name="verdict"),
        Index("ix_import_change_verdict", "municipality_id", "import_id", "verdict", "row"),
    )
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str]
    chunk: Mapped[int]
    known: Mapped[bool]
    employment_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT, default=dict)


class ImportRefusal(Base):
    """A row that stays out: its cells as they were, and all reasons against it.

    ``errors`` is a list of `RowError.as_json`. ``row`` is the number as Excel shows it.
    """

    __tablename__ = "import_refusal"
    __table_args__ = (tenant_fk("import_id", "import_run", ondelete="CASCADE"),)
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[list[Any]] = mapped_column(JSONB)
    errors: Mapped[list[Any]] = mapped_column(JSONB)


class ImportMapping(TenantKey, Base):
    """A mapping that the municipality saved under a name; ``mark`` recognises its header."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        UniqueConstraint("municipality_id", "kind", "name"),
        CheckConstraint(
            f"name = trim(name) and length(name) between 1 and {LONGEST_NAME}", name="name"
        ),
        Index("ix_import_mapping_mark", "municipality_id", "kind", "mark"),
    )
    table_class = TableClass.TENANT

    kind: Mapped[str]
    name: Mapped[str]
    mark: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    saved_by_name: Mapped[str]
