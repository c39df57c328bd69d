"""The page of a background job: its progress, and the button that stops it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.jobs import progress, registry
from core.jobs.kinds import JobKind
from core.jobs.models import ACTIVE, BackgroundJob, JobState
from core.localization import _
from core.policy.access import member
from core.policy.enforcement import not_found

blueprint = Blueprint("jobs", __name__, url_prefix="/m/<municipality>/jobs")


@dataclass(frozen=True, slots=True)
class JobView:
    """What the macro ``feedback.progress`` shows of a job."""

    row: BackgroundJob
    kind: JobKind

    @property
    def title(self) -> str:
        """The kind's title with the job's values."""
        return self.kind.titled(self.row.params)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.row.state in ACTIVE

    @property
    def failed(self) -> bool:
        """Whether it ended without its result."""
        return self.row.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def done(self) -> int:
        """Items done."""
        return self.row.done

    @property
    def total(self) -> int | None:
        """Items in all, None while unknown."""
        return self.row.total

    @property
    def errors(self) -> int:
        """Items refused."""
        return self.row.errors

    @property
    def message(self) -> str:
        """What to say about its state; empty while it runs."""
        if self.row.state == JobState.FAILED:
            return self.kind.explained(self.row.code)
        words = {
            JobState.QUEUED: _("It starts as soon as a worker is free."),
            JobState.DONE: _("The work is done."),
            JobState.CANCELLED: _("It was stopped. What was done up to here is kept."),
        }
        return words.get(JobState(self.row.state), "")

    @property
    def url(self) -> str:
        """The address of this page."""
        return url_for("jobs.show", job_id=self.row.id)

    @property
    def cancel_url(self) -> str:
        """Where the button Stop posts to."""
        return url_for("jobs.cancel", job_id=self.row.id)

    @property
    def result_url(self) -> str:
        """Where the result is; empty when there is none."""
        return self.row.result_url

    @property
    def result_label(self) -> str:
        """What the link to the result says."""
        return str(self.kind.result_label)


def _visible(job_id: UUID) -> JobView:
    """Return the job if its kind lets the viewer see it."""
    state = current()
    row = state.uow.session.get(BackgroundJob, (state.place.id, job_id))
    kind = registry.kinds().get(row.kind) if row else None
    if row is None or kind is None or not any(map(state.can, kind.permissions)):
        raise not_found()
    return JobView(row, kind)


@blueprint.get("/<uuid:job_id>")
@member
def show(job_id: UUID) -> ResponseReturnValue:
    """Show how far the job is; the page asks again by itself while it runs."""
    return render_template("jobs/job.html", job=_visible(job_id))


@blueprint.post("/<uuid:job_id>/cancel")
@member
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Stop the job, and show what became of it."""
    job = _visible(job_id)
    progress.cancel(current().uow, job.row.municipality_id, job_id)
    return redirect(job.url, 303)
