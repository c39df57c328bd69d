"""Certificates: the officers' list, and the PDF for holder and officers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from core.sdk.documents import IssuedDocument, document_by_code, documents, normalise
from core.sdk.web import Form, NotFound, current, employee
from plugins.training import queries
from plugins.training.certificates import KIND, download, file_name, of_offering, parts, pdf
from plugins.training.schemas import CoursesSchema
from plugins.training.views.blueprint import blueprint, file_of, whole


@blueprint.get("/manage/certificates")
@whole("training.view")
def certificates() -> ResponseReturnValue:
    """List the certificates that the municipality has issued."""
    state = current()
    filters = Form(CoursesSchema()).read_filters(request.args)
    offering_id = request.args.get("offering", type=UUID)
    page = queries.completions(
        state.uow,
        state.place.id,
        text=filters.data["q"],
        offering_id=offering_id,
        cursor=request.args.get("after"),
    )
    issued = documents(state.uow, state.place.id, [row.document_id for row in page.items])
    return render_template(
        "training/certificates.html",
        filters=filters,
        page=page,
        issued=issued,
        offering_id=offering_id,
        files=_files(offering_id) if offering_id else [],
    )


def _files(offering_id: UUID) -> list[tuple[int, int]]:
    """Return the files in which the certificates of an offering can be taken away."""
    state = current()
    return parts(len(of_offering(state.uow, state.place.id, offering_id)))


@blueprint.post("/manage/offerings/<uuid:offering_id>/certificates.pdf")
@whole("training.view")
def certificates_of_offering(offering_id: UUID) -> ResponseReturnValue:
    """Give an officer the certificates of an offering as one file, a sheet each."""
    state = current()
    offering = queries.offering(state.uow, state.place.id, offering_id)
    first = request.form.get("first", 1, type=int)
    return file_of(
        download(state.uow, offering, first), f"certificates-{offering.ends_on}-{first}.pdf"
    )


@blueprint.get("/manage/certificates/<code>.pdf")
@whole("training.view")
def certificate_of_anyone(code: str) -> ResponseReturnValue:
    """Give an officer the PDF of a certificate that his municipality has issued."""
    document = _find(code)
    if document.municipality_id != current().place.id:
        raise NotFound()
    return _file(document)


@blueprint.get("/certificates/<code>.pdf")
@employee
def certificate(code: str) -> ResponseReturnValue:
    """Give an employee the PDF of his own certificate, whoever issued it."""
    document = _find(code)
    if document.person_id is None or document.person_id != current().viewer.person_id:
        raise NotFound()
    return _file(document)


def _find(code: str) -> IssuedDocument:
    normal = normalise(code)
    found = document_by_code(current().uow, normal, KIND) if normal else None
    if found is None or found.revoked_at is not None:
        raise NotFound()
    return found


def _file(document: IssuedDocument) -> Response:
    return file_of(pdf(current().uow, document), file_name(document))
