"""Certificates as PDF, set anew from what was signed at each download: one, or a course's all."""

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
    certificates_pdf,
    documents,
    grouped,
    left_to_right,
    proof_of,
)
from core.sdk.localization import duration, format_date, localized, sort_key, use_locale
from core.sdk.services import NotFound, UnitOfWork, get_municipality, record
from core.sdk.web import _, lazy_gettext
from plugins.training import queries
from plugins.training.messages import title_of
from plugins.training.models import Offering
from plugins.training.services.finalising import CERTIFICATE

KIND: Final = CERTIFICATE
MOST: Final = 200
"""Sheets of one file: more would keep the officer waiting for more than a few seconds."""


def pdf(uow: UnitOfWork, document: IssuedDocument) -> bytes:
    """Return the certificate in Persian; the same document gives the same bytes."""
    with use_locale("fa"):
        return certificate_pdf(layout(uow, document), document.issued_at)


def of_offering(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> list[IssuedDocument]:
    """Return the valid certificates of an offering in the order of the holders' names."""
    ids = queries.certificate_ids(uow, municipality_id, offering_id)
    found = documents(uow, municipality_id, ids).values()
    valid = [document for document in found if document.revoked_at is None]
    return sorted(valid, key=lambda one: (sort_key(str(one.payload["holder"])), one.code))


def parts(count: int) -> list[tuple[int, int]]:
    """Return the first and last number of each file for ``count`` certificates."""
    return [(first, min(first + MOST - 1, count)) for first in range(1, count + 1, MOST)]


def download(uow: UnitOfWork, offering: Offering, first: int) -> bytes:
    """Return at most `MOST` certificates of an offering from number ``first`` on; it is audited.

    Raises:
        NotFound: there are fewer.
    """
    chosen = of_offering(uow, offering.municipality_id, offering.id)[max(first, 1) - 1 :][:MOST]
    if not chosen:
        raise NotFound()
    record(
        uow,
        "training.certificates.download",
        municipality_id=offering.municipality_id,
        subject_type="training_offering",
        subject_id=offering.id,
        kind="export",
        detail={"people": len(chosen)},
        words=lazy_gettext("certificates of “%(course)s”", course=title_of(offering.course)),
    )
    with use_locale("fa"):
        title = f"{_('Certificates')} – {offering.course.title_fa}"
        return certificates_pdf(title, [layout(uow, one) for one in chosen], uow.now)


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
