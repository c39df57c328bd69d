"""The one exception inside the reader: a code and its figures, without words."""

from __future__ import annotations


class RefusedError(Exception):
    """Why a file can't be read; ``core.imports.reading.errors`` puts it in words.

    ``figures`` fill the placeholders of the message of ``code``.
    """

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures
