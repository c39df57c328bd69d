"""The states of a request and the moves between them: pure rules, no database.

``draft → submitted → in_review → approved → applied``; a request may also end as returned (to be
corrected), rejected, withdrawn, expired or in conflict, and an effect that failed later may be
tried again. `submitted` waits for its first decision, `in_review` for a further one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Final


class RequestState(enum.StrEnum):
    """Where a request stands; the words people read are in `core.requests.wording`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    APPLIED = "applied"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    FAILED = "failed"


class Act(enum.StrEnum):
    """What can happen to a request."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    FIND_CONFLICT = "find_conflict"
    APPLY = "apply"
    FAIL = "fail"
    REOPEN = "reopen"


S = RequestState

OPEN: Final = frozenset({S.SUBMITTED, S.IN_REVIEW})
"""Somebody must decide."""

FINAL: Final = frozenset({S.APPLIED, S.REJECTED, S.WITHDRAWN, S.EXPIRED, S.CONFLICT})
"""Nothing happens to it any more, unless an objection to a refusal is upheld."""

FROM: Final[dict[Act, frozenset[RequestState]]] = {
    Act.SUBMIT: frozenset({S.DRAFT, S.RETURNED}),
    Act.APPROVE: OPEN,
    Act.REJECT: OPEN,
    Act.RETURN: OPEN,
    Act.WITHDRAW: OPEN | {S.DRAFT, S.RETURNED},
    Act.EXPIRE: OPEN | {S.DRAFT, S.RETURNED},
    Act.FIND_CONFLICT: OPEN | {S.APPROVED, S.FAILED},
    Act.APPLY: frozenset({S.APPROVED, S.FAILED}),
    Act.FAIL: frozenset({S.APPROVED, S.FAILED}),
    Act.REOPEN: frozenset({S.REJECTED}),
}
"""From which states each act is possible."""

TO: Final[dict[Act, RequestState]] = {
    Act.REJECT: S.REJECTED,
    Act.RETURN: S.RETURNED,
    Act.WITHDRAW: S.WITHDRAWN,
    Act.EXPIRE: S.EXPIRED,
    Act.FIND_CONFLICT: S.CONFLICT,
    Act.APPLY: S.APPLIED,
    Act.FAIL: S.FAILED,
}
"""Where an act leads when that doesn't depend on the steps."""


class IllegalMoveError(Exception):
    """The act isn't possible from the state that the request is in."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: ``step`` (from 1; 0 before any) of ``steps``, in a ``round``.

    A request that was returned and sent again starts a new round, so that each step of it is
    decided once more; so does one that is taken up again, at the step that was refused.
    """

    state: RequestState
    steps: int
    step: int = 0
    round: int = 1


def advance(progress: Progress, act: Act) -> Progress:
    """Return the progress after ``act``; raise `IllegalMoveError` where it isn't possible."""
    if progress.state not in FROM[act]:
        raise IllegalMoveError(f"{act} from {progress.state}")
    if act is Act.SUBMIT:
        return _submitted(progress)
    if act is Act.APPROVE:
        return _step_approved(progress)
    if act is Act.REOPEN:
        return _taken_up(progress)
    return replace(progress, state=TO[act])


def _submitted(progress: Progress) -> Progress:
    again = progress.state is S.RETURNED
    return replace(
        progress,
        state=S.SUBMITTED if progress.steps else S.APPROVED,
        step=1 if progress.steps else 0,
        round=progress.round + 1 if again else progress.round,
    )


def _step_approved(progress: Progress) -> Progress:
    if progress.step < progress.steps:
        return replace(progress, state=S.IN_REVIEW, step=progress.step + 1)
    return replace(progress, state=S.APPROVED)


def _taken_up(progress: Progress) -> Progress:
    state = S.SUBMITTED if progress.step == 1 else S.IN_REVIEW
    return replace(progress, state=state, round=progress.round + 1)
