"""Officers: who lacks how many hours of the yearly duty, and deciding on the duty."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk.localization import jalali_year
from core.sdk.services import roll
from core.sdk.web import EMPLOYMENT_KINDS, Form, FormSchema, _, current
from plugins.training import queries
from plugins.training.duty import rule_of
from plugins.training.schemas import KIND, DutySchema, StaffDutySchema
from plugins.training.services import duties as services
from plugins.training.views.blueprint import blueprint, whole

PAGE: Final = 50
EXAMPLE: Final = {"staff": 40, "managers": 60}
"""Hours of the circular of 1390 for public employees; the officer confirms or changes them."""
HOUR: Final = 60


@blueprint.get("/manage/duty")
@whole("training.view")
def duty() -> ResponseReturnValue:
    """List who lacks how many hours in a year, those who lack most first."""
    state = current()
    filters = Form(StaffDutySchema()).read_filters(request.args)
    year = filters.data["year"] or jalali_year(state.uow.today)
    lines = queries.of_staff(state.uow, state.place.id, year)
    lacking = [line for line in lines if line.standing.lacking]
    start = max(0, request.args.get("after", 0, type=int))
    shown = lacking[start : start + PAGE]
    return render_template(
        "training/duty.html",
        filters=filters,
        year=year,
        rule=rule_of(services.rules(state.uow, state.place.id), year),
        staff=len(lines),
        lacking=len(lacking),
        minutes=sum(line.standing.lacking for line in lacking),
        shown=shown,
        names=roll(state.uow, state.place.id, [line.employment_id for line in shown]),
        before=max(0, start - PAGE) if start else None,
        after=start + PAGE if start + PAGE < len(lacking) else None,
        may_manage=state.can("training.manage"),
        may_see_people=state.viewer.units_for("people.view", state.place.id) is None,
    )


@blueprint.route("/manage/duty/rule", methods=["GET", "POST"])
@whole("training.manage")
def duty_rule() -> ResponseReturnValue:
    """Show all versions of the duty and decide on a new one."""
    state = current()
    versions = services.rows(state.uow, state.place.id)
    schema: FormSchema = DutySchema()  # type: ignore[assignment] # of this class
    form = Form(schema, initial=EXAMPLE | {"from_year": jalali_year(state.uow.today)})
    if form.submitted() and form.attempt(
        services.decide, state.uow, state.place.id, **_facts(form.data)
    ):
        flash(_("The duty was saved as a new version."), "success")
        return redirect(url_for("training.duty", year=form.data["from_year"]), 303)
    return form.render("training/duty_rule.html", versions=versions, kind_words=EMPLOYMENT_KINDS)


def _facts(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the service takes: minutes, and the kinds for which a number was given."""
    kinds = {
        name.removeprefix(KIND): hours * HOUR
        for name, hours in data.items()
        if name.startswith(KIND) and hours is not None
    }
    return {
        "from_year": data["from_year"],
        "staff": data["staff"] * HOUR,
        "managers": data["managers"] * HOUR,
        "kinds": kinds,
        "basis": data["basis"],
    }
