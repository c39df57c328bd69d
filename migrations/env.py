"""Alembic's environment, for core and for every plugin.

`core.database.migrate` passes the connection, the version table and the table prefix as
attributes of the configuration; there is no alembic.ini.
"""

from __future__ import annotations

from alembic import context

from core.database.base import Base

config = context.config
prefix: str | None = config.attributes.get("prefix")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Tell autogenerate which tables of the database belong to this line of revisions."""
    owned: frozenset[str] = config.attributes.get("foreign_prefixes", frozenset())
    if kind != "table" or name is None:
        return True
    if prefix is None:
        others = {*owned, "procrastinate", "alembic"}
        return not any(name.startswith(f"{other}_") for other in others)
    return name.startswith(f"{prefix}_")


def include_object(
    _item: object, name: str | None, kind: str, _reflected: bool, _other: object
) -> bool:
    """Tell autogenerate which tables of the models do."""
    return kind != "table" or include_name(name, kind, None)


context.configure(
    connection=config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=config.attributes["version_table"],
    include_name=include_name,
    include_object=include_object,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
