"""The certificate as PDF, set anew from what was signed at each download."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from core.sdk.documents import (
    Certificate,
    Fact,
    IssuedDocument,
    Letterhead,
    Signer,
    certificate_pdf,
    grouped,
    left_to_right,
    proof_of,
)
from core.sdk.localization import duration, format_date, localized, use_locale
from core.sdk.services import UnitOfWork, get_municipality
from core.sdk.web import _
from plugins.training.services.finalising import CERTIFICATE

KIND: Final = CERTIFICATE


def pdf(uow: UnitOfWork, document: IssuedDocument) -> bytes:
    """Return the certificate in Persian; the same document gives the same bytes."""
    with use_locale("fa"):
        return certificate_pdf(layout(uow, document), document.issued_at)


def file_name(document: IssuedDocument) -> str:
    """Return the name under which the file is saved."""
    return f"certificate-{grouped(document.code)}.pdf"


def layout(uow: UnitOfWork, document: IssuedDocument) -> Certificate:
    """Return what stands on the paper: the signed fields in words, and the proof."""
    signed = document.payload
    course = str(signed["course"])
    return Certificate(
        letterhead=Letterhead(str(signed["issuer"]), _parent(uow, document.municipality_id)),
        number=left_to_right(grouped(document.code)),
        date=_day(signed["issued_on"]),
        title=_("Certificate of completion"),
        lead=_("This is to certify that"),
        holder=str(signed["holder"]),
        about=_("national ID %(number)s", number=_id(signed["holder_id"])),
        body=_(
            "has completed the course “%(course)s” with %(percent)s percent attendance.",
            course=course,
            percent=signed["attendance"],
        ),
        facts=(
            Fact(_("Course code"), left_to_right(str(signed["course_code"]))),
            Fact(_("Duration"), duration(int(signed["minutes"]))),
            Fact(_("First session"), _day(signed["starts_on"])),
            Fact(_("Last session"), _day(signed["ends_on"])),
        ),
        signers=(Signer(_("Training office"), str(signed["issuer"])),),
        verification=proof_of(document),
    )


def _parent(uow: UnitOfWork, municipality_id: UUID) -> str:
    """Return the organisation that a municipality belongs to, '' for the organisation itself."""
    organisation = get_municipality(uow, municipality_id).organisation_id
    return get_municipality(uow, organisation).name_fa if organisation else ""


def _day(value: object) -> str:
    return format_date(dt.date.fromisoformat(str(value)), "fa", "day")


def _id(value: object) -> str:
    return left_to_right(localized(str(value), "fa"))
