"""Signed documents and their paper: registry of core.verification, templates of core.letters.

Not imported by `core.sdk.services`, since typesetting is dear to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.letters.documents import (
    CERTIFICATE,
    CERTIFICATES,
    LETTER,
    Certificate,
    Fact,
    Letter,
    Letterhead,
    Listing,
    Signer,
    bundle,
    left_to_right,
)
from core.letters.typesetting import typesetter
from core.verification.codes import grouped, normalise
from core.verification.models import IssuedDocument
from core.verification.proof import proof_of
from core.verification.queries import document_by_code, documents
from core.verification.services import Draft, issue_many, revoke

__all__ = [
    "Certificate",
    "Draft",
    "Fact",
    "IssuedDocument",
    "Letter",
    "Letterhead",
    "Listing",
    "Signer",
    "certificate_pdf",
    "certificates_pdf",
    "document_by_code",
    "documents",
    "grouped",
    "issue_many",
    "left_to_right",
    "letter_pdf",
    "normalise",
    "proof_of",
    "revoke",
]


def certificate_pdf(certificate: Certificate, created: datetime) -> bytes:
    """Return a certificate as PDF; the same values at the same ``created`` give the same bytes."""
    return typesetter(CERTIFICATE).pdf(certificate.data(), created=created)


def certificates_pdf(title: str, certificates: Sequence[Certificate], created: datetime) -> bytes:
    """Return several certificates as one PDF, a sheet each; about 40 ms a sheet."""
    return typesetter(CERTIFICATES).pdf(bundle(title, certificates), created=created)


def letter_pdf(letter: Letter, created: datetime) -> bytes:
    """Return a letter as PDF; the same values at the same ``created`` give the same bytes."""
    return typesetter(LETTER).pdf(letter.data(), created=created)
