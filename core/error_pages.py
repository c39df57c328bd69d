"""From an error to an answer: ``errors/error.html`` for people, problem+json for programs."""

from __future__ import annotations

import json
import re
import uuid

from flask import Flask, Response, current_app, g, has_request_context, render_template, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from core.errors import DomainError, Invalid, NotFound, problem, title
from core.localization import _, current_locale, lazy_gettext, text_direction

PROGRAMS = ("application/json", "application/problem+json")
_FOREIGN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

_DETAILS = {
    400: lazy_gettext("Go back, reload the page and try again."),
    401: lazy_gettext("Sign in and open the page again."),
    405: lazy_gettext("This address does not take this kind of request."),
    408: lazy_gettext("Check the connection and send it again."),
    413: lazy_gettext("What was sent is larger than we accept. Choose a smaller file."),
    415: lazy_gettext("Send the data in a form that the documentation names."),
    429: lazy_gettext("Wait a while and try again."),
    500: lazy_gettext(
        "Nothing of your last step was saved. Try again; if it happens once more, "
        "tell the support the number below."
    ),
    503: lazy_gettext("Try again in a while."),
}


def register(app: Flask) -> None:
    """Install the handlers.

    Flask hands unexpected exceptions to the handler of HTTPException as error 500, after
    logging them; in tests and in debug mode it lets them through.
    """
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.after_request(_name_request)


def request_id() -> str:
    """Return the id of this request: the one of the proxy before us if it is plain, or ours."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        foreign = request.headers.get("X-Request-ID", "")
        g.request_id = foreign if _FOREIGN_ID.fullmatch(foreign) else uuid.uuid4().hex
    return str(g.request_id)


def _name_request(response: Response) -> Response:
    response.headers.setdefault("X-Request-ID", request_id())
    return response


def answer(error: DomainError) -> Response:
    """Return the answer to a domain error, in the shape that the asker reads."""
    response = _for_program(error) if wants_json() else _for_person(error)
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def wants_json() -> bool:
    """Tell whether a program asks: below ``/api/``, or JSON is preferred to HTML."""
    if request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best_match(("text/html", *PROGRAMS)) in PROGRAMS


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return _unchanged(error)
    if status >= 500:
        current_app.logger.error("request %s was answered with %s", request_id(), status)
    response = answer(NotFound() if status == 404 else _http_error(status))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.setdefault(name, value)
    return response


def _http_error(status: int) -> DomainError:
    """Of 404 there is only one kind: an absent page must look like one that is switched off."""
    error = DomainError(_DETAILS.get(status), code=f"http_{status}")
    # The instance's status, since werkzeug's errors have no classes of ours.
    error.status = status  # type: ignore[misc] # a ClassVar for all other errors
    return error


def _unchanged(error: HTTPException) -> Response:
    """A redirect of the router (a missing slash) is an HTTPException too."""
    response = error.get_response(request.environ)
    return Response(response.response, response.status, response.headers)


def _for_program(error: DomainError) -> Response:
    body = json.dumps(problem(error, request_id()), ensure_ascii=False)
    return Response(body, error.status, content_type="application/problem+json")


def _for_person(error: DomainError) -> Response:
    """Render the page; if that fails as well (no database), a bare page with the same words.

    The template has its own advice for each status; ``message`` is what the rule said.
    """
    facts = problem(error, request_id())
    messages = [item["detail"] for item in facts["errors"]] if isinstance(error, Invalid) else []
    try:
        body = render_template(
            "errors/error.html",
            status=error.status,
            message=None if type(error) is DomainError else facts["detail"],
            messages=messages,
            request_id=facts["request_id"],
            retry_after=getattr(error, "retry_after", None),
        )
    except Exception:
        current_app.logger.exception("the error page of request %s failed", request_id())
        body = _bare_page(error.status, facts["detail"])
    return Response(body, error.status, content_type="text/html; charset=utf-8")


def _bare_page(status: int, detail: str) -> str:
    heading = escape(title(status))
    return (
        f'<!doctype html><html lang="{current_locale()}" dir="{text_direction()}">'
        f'<meta charset="utf-8"><title>{heading}</title><h1>{heading}</h1>'
        f"<p>{escape(detail)}</p><p>{escape(_('Number for the support:'))} "
        f'<bdi dir="ltr">{escape(request_id())}</bdi></p></html>'
    )
