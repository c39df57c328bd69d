"""Comparing tables with models, as Alembic would when it writes a migration."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from core.database.base import Base


def table_differences(engine: Engine, plugin: str) -> list[Any]:
    """Return how the tables of a plugin differ from its models; [] if they agree.

    Alembic sees no dropped CHECK or EXCLUDE.
    """

    def own(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or bool(name and name.startswith(f"{plugin}_"))

    with engine.connect() as connection:
        options = {"include_object": own, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))
