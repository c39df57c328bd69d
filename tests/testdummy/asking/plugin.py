"""A service that takes requests: one with a form and two steps, one that only it creates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.sdk import Permission, RequestDetail, RequestFacts, RequestType, Step, hookimpl
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.database.unit_of_work import UnitOfWork

MANIFEST = manifest(
    "asking",
    title="Asking",
    permissions=(
        Permission("asking.view", "View"),
        Permission("asking.review", "Review"),
        Permission("asking.approve", "Approve"),
    ),
)
applied: list[str] = []
broken: set[str] = set()


@hookimpl
def hamyar_request_types() -> list[RequestType]:
    from tests.testdummy.asking.schemas import BookSchema, SeatSchema

    first = Step(name="review", title="Look at it", permission="asking.review", days=2)
    second = Step(name="approval", title="Approve it", permission="asking.approve", days=3)
    return [
        RequestType(
            name="asking.book",
            title="A book",
            schema=BookSchema,
            apply=_apply,
            steps=(first, second),
            amount=lambda data: data["price"] or 0,
            describe=lambda data: data["title"],
            next_step="The library looks at it first.",
        ),
        RequestType(
            name="asking.seat",
            title="A seat",
            schema=SeatSchema,
            apply=_apply,
            steps=(first,),
            self_service=False,
        ),
    ]


@hookimpl
def hamyar_request_details(requests: Sequence[RequestFacts]) -> list[RequestDetail]:
    """Say how many copies are left, of books only."""
    if "details" in broken:
        raise LookupError("nobody counted the books")
    return [
        RequestDetail(one.id, (("Copies left", "7"), ("Readers waiting", "2")))
        for one in requests
        if one.type == "asking.book"
    ]


def _apply(uow: UnitOfWork, request: RequestFacts) -> None:
    if "apply" in broken:
        raise LookupError("the shelf fell down")
    applied.append(request.reference)
