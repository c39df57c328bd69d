"""Rules of the vault: kinds, limits, how long a file is kept, names. No database, no Flask."""

from __future__ import annotations

import enum
import re
from datetime import timedelta
from typing import Final

from core.localization.text import clean


class DocumentKind(enum.StrEnum):
    """What a file proves; it decides how long the file is kept."""

    IDENTITY = "identity"
    FAMILY = "family"
    BANK = "bank"
    MEDICAL = "medical"
    OTHER = "other"


MEGABYTE: Final = 1024 * 1024
LARGEST_MB: Final = 5
"""Of one file."""
MOST_FILES: Final = 5
"""In one field of a form."""
MOST_WAITING: Final = 20
"""Uploaded files of a person that belong to no request yet."""
MOST_PIXELS: Final = 100_000_000
"""A picture may be a few kilobytes and still fill the memory of whoever looks at it."""
LONGEST_SIDE: Final = 20_000

WAITING: Final = timedelta(days=2)
"""So long an uploaded file waits for its request to be sent."""
KEPT: Final[dict[DocumentKind, timedelta]] = {
    DocumentKind.IDENTITY: timedelta(days=365),
    DocumentKind.FAMILY: timedelta(days=5 * 365),
    DocumentKind.BANK: timedelta(days=2 * 365),
    DocumentKind.MEDICAL: timedelta(days=365),
    DocumentKind.OTHER: timedelta(days=2 * 365),
}
"""So long the bytes are kept after the end of the request; hash, name and size stay."""

ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""Media types that are taken, with the ending that their names get."""
ACCEPT: Final = "image/jpeg,image/png,application/pdf"
"""For browsers; a telephone that photographs in HEIC converts when it reads this."""
LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def file_name(given: str, media_type: str) -> str:
    """Return a name to show and to save under: no path, no marks, the ending of its content."""
    stem = clean(_NOT_IN_NAMES.sub(" ", re.split(r"[\\/]", given)[-1]))
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .")[:LONGEST_NAME].strip(" .")
    return f"{stem or 'document'}.{ENDINGS[media_type]}"


def too_many_pixels(width: int, height: int) -> bool:
    """Tell whether a picture is too large to be opened safely, or has no extent."""
    if min(width, height) < 1:
        return True
    return max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS
