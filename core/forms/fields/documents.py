"""The field for evidence: files of the vault, by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from core.documents.policies import ACCEPT, LARGEST_MB, MOST_FILES, DocumentKind
from core.forms.base import FormField, refuse
from core.localization import _


class Documents(FormField[list[str]]):
    """Any number of uploaded files up to ``most``; gives the ids of documents as texts.

    `core.documents.attachments.receive` puts new uploads (``<name>.new`` of the form) into the
    vault before the form is read; it leaves the labels of what is there in ``held`` and what is
    wrong with the others in ``complaints``.
    """

    widget = "documents"
    empty = list

    def __init__(
        self, *, kind: str = DocumentKind.OTHER, most: int = MOST_FILES, **options: Any
    ) -> None:
        super().__init__(**options)
        self.kind = DocumentKind(kind)
        self.most = most
        self.attrs |= {"accept": ACCEPT, "max_mb": LARGEST_MB, "most": most}
        # Tuples: marshmallow copies a schema's fields flatly, so a list would be everybody's.
        self.held: tuple[tuple[str, str], ...] = ()
        self.complaints: tuple[str, ...] = ()

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """Read the ids; what is wrong with an upload goes before what is missing."""
        if self.complaints:
            raise ValidationError(list(self.complaints))
        return super().deserialize(value, attr, data, **kwargs)

    def is_blank(self, value: Any) -> bool:
        """Blank when there is no file."""
        return not value

    def asking(self) -> str:
        """Ask to add a file."""
        return _("Add a file: %(what)s.", what=str(self.label))

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return the ids."""
        return form.getlist(name)

    def options(self) -> list[tuple[str, str]]:
        """Return the files that are there; unticking one takes it out."""
        return list(self.held)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        given: Sequence[Any] = value if isinstance(value, list) else [value]
        try:
            ids = list(dict.fromkeys(str(UUID(str(one))) for one in given))
        except ValueError as error:
            raise refuse(_("Choose the file again."), "choice") from error
        if len(ids) > self.most:
            raise refuse(_("At most %(n)s files are possible here.", n=self.most), "too_many")
        return ids
