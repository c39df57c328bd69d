"""One tree of errors, one shape for programs (problem+json) and one for people (a page).

Services raise these; the edge turns them into an answer. This module knows no Flask, so that
jobs, commands and plugins can use it; `register` loads the handlers when the app is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from core.localization import lazy_gettext

if TYPE_CHECKING:
    from flask import Flask

    from core.sdk.text import Text

    Messages: TypeAlias = Sequence[Text] | Mapping[Any, "Messages"]

WHOLE = "_schema"
"""The key of messages about the input as a whole; marshmallow's own name for it."""


class DomainError(Exception):
    """Something that the rules forbid; ``message`` says in the reader's language what and why.

    ``code`` is a stable word for programs; each class has its own default.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "refused"
    default_message: ClassVar[Text] = lazy_gettext("This could not be done.")

    def __init__(self, message: Text | None = None, *, code: str = "") -> None:
        self.message: Text = self.default_message if message is None else message
        self.code = code or self.default_code
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message in the language in force."""
        return str(self.message)


class NotFound(DomainError):
    """It isn't there, or the viewer may not know that it is."""

    status = 404
    default_code = "not_found"
    default_message = lazy_gettext("There is no such page, or it is not open to you.")


class Forbidden(DomainError):
    """It is there, but the viewer may not do this."""

    status = 403
    default_code = "forbidden"
    default_message = lazy_gettext("You do not have permission for this.")


class Conflict(DomainError):
    """It was changed by somebody else, or its state doesn't allow this any more."""

    status = 409
    default_code = "conflict"
    default_message = lazy_gettext(
        "This was changed meanwhile. Open it again and repeat your change."
    )


class Invalid(DomainError):
    """The input is wrong; ``fields`` maps names of fields to their messages (may be nested)."""

    status = 422
    default_code = "invalid"
    default_message = lazy_gettext("Some answers need to be corrected.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        fields: Mapping[str, Messages] | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.fields: Mapping[str, Messages] = fields or {}


class TooMany(DomainError):
    """Too many tries; ``retry_after`` is the number of seconds to wait."""

    status = 429
    default_code = "too_many"
    default_message = lazy_gettext("Too many attempts. Wait a while and try again.")

    def __init__(self, retry_after: int, message: Text | None = None, *, code: str = "") -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that we need isn't reachable now."""

    status = 503
    default_code = "unavailable"
    default_message = lazy_gettext("This is not available at the moment. Try again in a while.")


TITLES: Mapping[int, Text] = {
    400: lazy_gettext("The request was not understood"),
    401: lazy_gettext("Sign in first"),
    403: lazy_gettext("No permission"),
    404: lazy_gettext("Page not found"),
    405: lazy_gettext("This is not possible here"),
    408: lazy_gettext("The transmission took too long"),
    409: lazy_gettext("Changed meanwhile"),
    410: lazy_gettext("No longer available"),
    413: lazy_gettext("Too large"),
    415: lazy_gettext("This kind of data is not accepted"),
    422: lazy_gettext("Please correct your input"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("Not available at the moment"),
}
"""Short titles by HTTP status, of pages and of problems."""


def title(status: int) -> str:
    """Return the translated title of a status; an unlisted one has its English phrase."""
    known = TITLES.get(status)
    if known is not None:
        return str(known)
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(TITLES[500 if status >= 500 else 400])


def problem(error: DomainError, request_id: str = "") -> dict[str, Any]:
    """Return ``error`` as an RFC 9457 object, all texts in the language in force.

    Keys: type, title, status, detail, errors (``{pointer, detail, code}`` each), request_id.
    """
    fields = error.fields if isinstance(error, Invalid) else {}
    return {
        "type": f"urn:hamyar:problem:{error.code}",
        "title": title(error.status),
        "status": error.status,
        "detail": str(error.message),
        "errors": [
            {"pointer": pointer, "detail": str(message), "code": code_of(message)}
            for pointer, message in flattened(fields)
        ],
        "request_id": request_id,
    }


def flattened(messages: Messages, pointer: str = "#") -> Iterator[tuple[str, Text]]:
    """Yield each message with its JSON pointer (RFC 6901, as URI fragment without escapes)."""
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            part = str(key).replace("~", "~0").replace("/", "~1")
            yield from flattened(below, pointer if key == WHOLE else f"{pointer}/{part}")
    elif isinstance(messages, (list, tuple)):
        for item in messages:
            yield from flattened(item, pointer)
    else:
        yield pointer, messages  # type: ignore[misc] # one text; str is a Sequence to mypy


def code_of(message: Text) -> str:
    """Return the code that a message of `core.forms` carries, else ``invalid``."""
    return str(getattr(message, "code", "")) or Invalid.default_code


def register(app: Flask) -> None:
    """Answer errors of every kind: a page for people, problem+json for programs."""
    from core import error_pages

    error_pages.register(app)
