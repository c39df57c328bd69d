"""Believable courses for the demonstration."""

from __future__ import annotations

from core.sdk.services import UnitOfWork


def fill(uow: UnitOfWork, seed: int) -> None:
    """Write courses, offerings and what became of them."""
