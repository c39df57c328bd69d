"""Turning a violated constraint into the error that people understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from core.database.unit_of_work import UnitOfWork
from core.errors import DomainError


@contextmanager
def refusing(uow: UnitOfWork, errors: Mapping[str, DomainError]) -> Iterator[None]:
    """Run a block in a savepoint; raise ``errors[name]`` when it violates constraint ``name``.

    The constraint is the check: nothing asks first, so two at once can't both pass.
    """
    try:
        with uow.session.begin_nested():
            yield
            uow.session.flush()
    except IntegrityError as error:
        known = errors.get(constraint_of(error))
        if known is None:
            raise
        raise known from error


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the violated constraint or unique index."""
    diagnostics = getattr(error.orig, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""
