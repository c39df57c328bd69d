"""What goes into the two general templates: a certificate and an official letter.

Texts are printed as given: numbers and dates are formatted by the caller, in the language of
the document (``locale``), which need not be the reader's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

TEMPLATES: Final = Path(__file__).parent / "templates"
CERTIFICATE: Final = TEMPLATES / "certificate.typ"
CERTIFICATES: Final = TEMPLATES / "certificates.typ"
LETTER: Final = TEMPLATES / "letter.typ"

Language = Literal["fa", "en"]


def left_to_right(value: str) -> str:
    """Return a number, mask or code that keeps its order inside a Persian sentence."""
    return f"\u2066{value}\u2069"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: ``name`` of the municipality, its ``parent``, its mark (SVG text)."""

    name: str
    parent: str = ""
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and in which post."""

    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How to check the document: QR symbol (SVG text), address of the page, code."""

    qr: str
    address: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate (گواهی‌نامه): one framed sheet.

    ``title`` is its kind, ``lead`` the words before the name of the ``holder``, ``about`` the
    line under it, ``body`` the sentence that attests. Up to five ``facts``, three ``signers``.
    """

    letterhead: Letterhead
    number: str
    date: str
    title: str
    holder: str
    body: str
    lead: str = ""
    about: str = ""
    facts: tuple[Fact, ...] = ()
    signers: tuple[Signer, ...] = ()
    verification: Proof | None = None
    locale: Language = "fa"

    def data(self) -> dict[str, Any]:
        """Return the values for a template."""
        return asdict(self)


def bundle(title: str, certificates: Sequence[Certificate]) -> dict[str, Any]:
    """Return the values of `CERTIFICATES`; all are in the language of the first."""
    return {
        "title": title,
        "locale": certificates[0].locale,
        "sheets": [one.data() for one in certificates],
    }


@dataclass(frozen=True, slots=True)
class Listing:
    """A table over several sheets: the first column takes the room that the others leave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An official letter (نامهٔ اداری): ``body`` holds paragraphs, ``facts`` become a table.

    A ``listing`` stands between the facts and the closing.
    """

    letterhead: Letterhead
    number: str
    date: str
    subject: str
    body: tuple[str, ...]
    recipient: tuple[str, ...] = ()
    attachment: str = ""
    facts: tuple[Fact, ...] = ()
    listing: Listing | None = None
    closing: str = ""
    signers: tuple[Signer, ...] = ()
    verification: Proof | None = None
    locale: Language = "fa"

    def data(self) -> dict[str, Any]:
        """Return the values for a template."""
        return asdict(self)
