"""Keeping a plugin's database work inside a savepoint, and the transaction ours.

Imported only when a hook is given a unit of work, since it needs SQLAlchemy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from core.plugin_host.answers import TransactionEndedError

if TYPE_CHECKING:
    from sqlalchemy.orm import SessionTransaction

    from core.database.unit_of_work import UnitOfWork


class Guard:
    """One savepoint at a time in the caller's transaction.

    `keep` and `undo` end it; `renew` undoes it and opens the next. Undoing also forgets what
    was noted for the commit (audit entries, messages), as it tells of changes that are gone.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        # The outer transaction must have begun on the connection before a savepoint opens:
        # its scope is set by ``after_begin``.
        self._session.connection()
        self._root = self._session.get_transaction()
        self._open()

    def _open(self) -> None:
        self._notes = self._uow.notes()
        self._savepoint: SessionTransaction | None = self._session.begin_nested()
        event.listen(self._session, "before_commit", self._refuse_commit)

    def _refuse_commit(self, session: Any) -> None:
        if session.get_nested_transaction() in (self._savepoint, None):
            raise RuntimeError("a hook may not commit: the caller's transaction ends at the edge")

    def _close(self) -> SessionTransaction | None:
        savepoint, self._savepoint = self._savepoint, None
        if savepoint is None:
            return None
        event.remove(self._session, "before_commit", self._refuse_commit)
        if self._session.get_transaction() is not self._root:
            raise TransactionEndedError("a hook rolled back or closed its caller's transaction")
        return savepoint

    def keep(self) -> None:
        """Keep what was done since the savepoint; errors of the last flush come out here."""
        savepoint = self._close()
        if savepoint is None:
            return
        try:
            with savepoint:  # commits, or rolls back when the flush fails
                pass
        except BaseException:
            self._uow.forget_notes_since(self._notes)
            raise

    def undo(self) -> None:
        """Undo what was done since the savepoint; does nothing if it has ended."""
        savepoint = self._close()
        if savepoint is not None:
            savepoint.rollback()
            self._uow.forget_notes_since(self._notes)

    def renew(self) -> None:
        """Undo, and open the next savepoint."""
        self.undo()
        self._open()
