"""The training passport (شناسنامهٔ آموزشی) as a signed PDF in Persian.

Signed are the totals: number of courses, minutes, hours by year. Each line of the list names the
code of its certificate, which is a signed document itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from core.sdk.documents import (
    Draft,
    Fact,
    IssuedDocument,
    Letter,
    Letterhead,
    Listing,
    Signer,
    grouped,
    issue_many,
    left_to_right,
    letter_pdf,
    proof_of,
)
from core.sdk.localization import duration, format_date, localized, use_locale
from core.sdk.services import NotFound, UnitOfWork
from core.sdk.web import _, lazy_gettext
from plugins.training import queries, wording
from plugins.training.models import HoursEntry
from plugins.training.policies import total_by_year

KIND: Final = "training.passport"
SIGNED_YEARS: Final = 25
"""So many years fit into a signed text; earlier ones stand in the total."""


def passport_of(uow: UnitOfWork, municipality_id: UUID, person_id: UUID) -> bytes:
    """Issue somebody's passport as of today and return the PDF.

    On one day the same entries make one document, however often it is asked for.

    Raises:
        NotFound: the passport is empty.
    """
    entries = queries.passport(uow, person_id)[::-1]
    if not entries:
        raise NotFound()
    fields = signed_fields(entries)
    subject = uuid5(person_id, f"{municipality_id} {uow.today} {sorted(fields.items())}")
    draft = Draft(
        subject=subject,
        person_id=person_id,
        fields=fields,
        words=lazy_gettext("training passport as a PDF"),
    )
    issued = issue_many(uow, kind=KIND, municipality_id=municipality_id, drafts=[draft])
    document = issued[subject]
    with use_locale("fa"):
        return letter_pdf(layout(document, entries), document.issued_at)


def signed_fields(entries: Sequence[HoursEntry]) -> dict[str, str | int | dt.date]:
    """Return what is signed; ``years`` as in ``1404 = 12:30, 1405 = 8:00`` (hours:minutes)."""
    years = total_by_year([(entry.year, entry.minutes) for entry in entries])
    latest = list(years.items())[-SIGNED_YEARS:]
    return {
        "courses": sum(1 if entry.minutes > 0 else -1 for entry in entries),
        "minutes": sum(years.values()),
        "years": ", ".join(f"{year} = {_clock(minutes)}" for year, minutes in latest),
    }


def _clock(minutes: int) -> str:
    sign = "-" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def layout(document: IssuedDocument, entries: Sequence[HoursEntry]) -> Letter:
    """Return what stands on the paper, in the language in force."""
    signed = document.payload
    issuer = str(signed["issuer"])
    return Letter(
        letterhead=Letterhead(issuer),
        number=left_to_right(grouped(document.code)),
        date=_day(dt.date.fromisoformat(str(signed["issued_on"]))),
        subject=_("Training passport of %(name)s", name=signed["holder"]),
        body=(_("All courses completed until the date above, at all employers."),),
        facts=_facts(signed, entries),
        listing=Listing(
            (
                _("Course"),
                _("Kind of course"),
                _("Issued by"),
                _("Ended"),
                _("Duration"),
                _("Code of the certificate"),
            ),
            tuple(_row(entry) for entry in entries),
        ),
        closing=_("Each certificate can be checked by its code, as this document can."),
        signers=(Signer(_("Training office"), issuer),),
        verification=proof_of(document),
    )


def _facts(signed: dict[str, Any], entries: Sequence[HoursEntry]) -> tuple[Fact, ...]:
    years = total_by_year([(entry.year, entry.minutes) for entry in entries])
    return (
        Fact(_("National ID (partly hidden)"), _digits(signed["holder_id"])),
        Fact(_("Completed courses"), _digits(signed["courses"])),
        Fact(_("Hours of all years"), duration(int(signed["minutes"]))),
        *(Fact(_("Year %(year)s", year=year), duration(years[year])) for year in years),
    )


def _row(entry: HoursEntry) -> tuple[str, ...]:
    return (
        f"{entry.title_fa} ({left_to_right(entry.course_code)})",
        wording.kind(entry.kind),
        entry.issuer_name,
        _day(entry.ended_on),
        duration(entry.minutes),
        left_to_right(grouped(entry.document_code)),
    )


def _day(day: dt.date) -> str:
    return left_to_right(format_date(day, "fa", "short"))


def _digits(value: object) -> str:
    return left_to_right(localized(str(value), "fa"))
