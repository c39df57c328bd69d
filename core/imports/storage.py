"""Uploaded files in the database: web nodes and workers have no disk in common."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from sqlalchemy import delete, insert, select

from core.database.unit_of_work import UnitOfWork
from core.imports.models import ImportChange, ImportChunk, ImportPart, ImportRefusal

PART: Final = 1024 * 1024


@contextmanager
def received(stream: IO[bytes], *, suffix: str = "") -> Iterator[Path]:
    """Lend an upload as a private file for as long as the block lasts."""
    with tempfile.NamedTemporaryFile(prefix="hamyar-import-", suffix=suffix) as file:
        while piece := stream.read(PART):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(uow: UnitOfWork, place_id: UUID, run_id: UUID, path: Path) -> None:
    """Store a file with an import, a part at a time."""
    with path.open("rb") as file:
        number = 0
        while piece := file.read(PART):
            row = {"municipality_id": place_id, "import_id": run_id}
            uow.session.execute(insert(ImportPart).values(number=number, content=piece, **row))
            number += 1


@contextmanager
def kept(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> Iterator[Path]:
    """Lend the stored file of an import as a private file for as long as the block lasts."""
    parts = uow.session.scalars(
        select(ImportPart.content)
        .where(ImportPart.municipality_id == place_id, ImportPart.import_id == run_id)
        .order_by(ImportPart.number)
        .execution_options(yield_per=4)
    )
    with tempfile.NamedTemporaryFile(prefix="hamyar-import-") as file:
        for part in parts:
            file.write(part)
        file.flush()
        yield Path(file.name)


def forget(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    """Delete the file and the rows that weren't applied: the import has ended."""
    for model in (ImportPart, ImportChange):
        uow.session.execute(
            delete(model).where(model.municipality_id == place_id, model.import_id == run_id)
        )
    uow.session.execute(
        delete(ImportChunk).where(
            ImportChunk.municipality_id == place_id,
            ImportChunk.import_id == run_id,
            ImportChunk.applied_at.is_(None),
        )
    )


def forget_refusals(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    """Delete the refused rows."""
    uow.session.execute(
        delete(ImportRefusal).where(
            ImportRefusal.municipality_id == place_id, ImportRefusal.import_id == run_id
        )
    )
