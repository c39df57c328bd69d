"""Applies an import in a process of its own, to be killed: URL, municipality, import."""

from __future__ import annotations

import sys
from uuid import UUID

from sqlalchemy import create_engine

from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.imports.running import Runner
from core.models import import_all
from core.municipalities import queries
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost


class Nobody:
    """A watcher who doesn't."""

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        pass

    def is_cancelled(self) -> bool:
        return False


def main(url: str, place_id: str, run_id: str) -> None:
    import_all()
    engine = create_engine(url)
    with open_unit(Scope.of(UUID(place_id)), engine=engine) as uow:
        row = queries.get(uow, UUID(place_id))
    place = Place(row.id, row.code, row.kind, row.organisation_id, row.name_fa, row.name_en)
    hooks = PluginHost(bundled=(), entry_points=()).hooks
    actor = Actor("سارا احمدی", origin="test")
    Runner(place, hooks, actor, Nobody(), engine=engine).apply(UUID(run_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
