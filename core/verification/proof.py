"""What a paper carries so that it can be checked: symbol, address and code."""

from __future__ import annotations

from flask import current_app

from core.letters.documents import Proof
from core.verification.codes import grouped
from core.verification.keys import Signature
from core.verification.models import IssuedDocument
from core.verification.seal import seal, symbol


def proof_of(document: IssuedDocument) -> Proof:
    """Return the proof to print on a document; an application context is needed."""
    page = f"{current_app.extensions['hamyar_settings'].base_url}/verify/"
    digits = seal(document.payload, Signature(document.signature, document.key_id))
    return Proof(symbol(page + document.code, digits), page, grouped(document.code))
