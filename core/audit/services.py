"""Recording acts: called by services, written in the transaction of the change."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text

from core.database.unit_of_work import UnitOfWork
from core.localization.languages import in_every_language
from core.sdk.text import Text

WORDS: Final = "words"
"""Where `record` keeps its ``words`` in the detail."""
WRITE = text("select audit_write(cast(:entries as jsonb))")


def record(
    uow: UnitOfWork,
    action: str,
    *,
    municipality_id: UUID,
    subject_type: str,
    subject_id: object,
    person_id: UUID | None = None,
    kind: str = "change",
    reason: str = "",
    detail: dict[str, Any] | None = None,
    words: Text = "",
) -> None:
    """Add one audit entry; it is written just before the commit, or not at all.

    ``action`` is a stable name (``employment.change``), ``kind`` one of change, read, export and
    sign_in, ``detail`` JSON-able: for changes ``{field: [before, after]}``.
    ``person_id`` is the person whose data was touched; he can see the entry. ``words`` say what
    was done where the action's name isn't enough ("Enrolled in …"), without personal values; they
    are kept in every language, and shown to him and to officers.
    """
    drafts: list[dict[str, Any]] = uow.session.info.setdefault("audit", [])
    drafts.append(
        {
            "ordinal": len(drafts),
            "municipality_id": municipality_id,
            "at": uow.now,
            "kind": kind,
            "action": action,
            "actor_account_id": uow.actor.account_id,
            "actor_name": uow.actor.name,
            "on_behalf_of": uow.actor.on_behalf_of,
            "origin": uow.actor.origin,
            "person_id": person_id,
            "subject_type": subject_type,
            "subject_id": str(subject_id),
            "reason": reason,
            "detail": (detail or {}) | ({WORDS: in_every_language(words)} if words else {}),
        }
    )
    uow.at_end("audit", _write)


def _write(uow: UnitOfWork) -> None:
    drafts = uow.session.info.pop("audit", [])
    uow.session.execute(WRITE, {"entries": orjson.dumps(drafts).decode()})


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return ``{field: [before, after]}`` for the fields of ``after`` that differ."""
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)
