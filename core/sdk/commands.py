"""What a plugin's commands use: the application, for services that need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["application"]


@contextmanager
def application() -> Iterator[None]:
    """Run the block in an application context with the settings of the environment."""
    from core.app import create_app

    with create_app().app_context():
        yield
