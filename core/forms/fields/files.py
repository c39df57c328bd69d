"""The field for an upload."""

from __future__ import annotations

from typing import Any

from core.forms.base import FormField, refuse
from core.localization import _


class File(FormField[Any]):
    """An uploaded file (werkzeug ``FileStorage``), by its ending and size only.

    What is inside is checked by the one who reads it. ``accept`` is a list like ``.csv,.xlsx``.
    """

    widget = "file"

    def __init__(self, *, accept: str = "", max_mb: int = 50, **options: Any) -> None:
        super().__init__(**options)
        self.accept = tuple(ending for ending in accept.lower().split(",") if ending)
        self.max_mb = max_mb
        self.attrs |= {"accept": accept or None, "max_mb": max_mb}

    def is_blank(self, value: Any) -> bool:
        """Blank when no file was chosen."""
        return not getattr(value, "filename", "")

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return the upload."""
        return files.get(name) if files else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.accept and not str(value.filename).lower().endswith(self.accept):
            kinds = "، ".join(ending.strip(".").upper() for ending in self.accept)
            raise refuse(_("Choose a file of this kind: %(kinds)s.", kinds=kinds), "kind")
        value.stream.seek(0, 2)
        size = value.stream.tell()
        value.stream.seek(0)
        if size > self.max_mb * 1024 * 1024:
            raise refuse(_("The file is larger than %(n)s MB.", n=self.max_mb), "too_large")
        return value

    def for_input(self, value: Any) -> Any:
        """A browser can't be given a file."""
        return None
