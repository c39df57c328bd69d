"""Believable courses for the demonstration: the same seed gives the same ones."""

from __future__ import annotations

from random import Random

from core.sdk.demo import places_with
from core.sdk.services import UnitOfWork
from plugins.training.demo.writing import Writer


def fill(uow: UnitOfWork, seed: int) -> None:
    """Write courses, offerings in every state, and what became of earlier ones."""
    for place in places_with(uow, "training"):
        Writer(uow, place, Random(f"{seed} {place.code}")).write()  # noqa: S311 # no secrets
