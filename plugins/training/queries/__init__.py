"""What pages read; every function takes the unit of work first and sends few statements."""

from __future__ import annotations

from plugins.training.queries.detail import (
    Participant,
    Roster,
    attended_meetings,
    marked_meetings,
    meetings,
    offering,
    roster,
    visible,
)
from plugins.training.queries.duty import Line, of_person, of_staff
from plugins.training.queries.figures import Standing, in_period, standings, under_way
from plugins.training.queries.lists import (
    catalogue,
    certificate_ids,
    completions,
    courses,
    offerings,
    open_courses,
)
from plugins.training.queries.person import (
    NextSession,
    OwnCourses,
    certificate_of,
    completion_of,
    minutes_by_year,
    next_sessions,
    own_courses,
    own_states,
    passport,
    queue_place,
    seats_of,
)

__all__ = [
    "Line",
    "NextSession",
    "OwnCourses",
    "Participant",
    "Roster",
    "Standing",
    "attended_meetings",
    "catalogue",
    "certificate_ids",
    "certificate_of",
    "completion_of",
    "completions",
    "courses",
    "in_period",
    "marked_meetings",
    "meetings",
    "minutes_by_year",
    "next_sessions",
    "of_person",
    "of_staff",
    "offering",
    "offerings",
    "open_courses",
    "own_courses",
    "own_states",
    "passport",
    "queue_place",
    "roster",
    "seats_of",
    "standings",
    "under_way",
    "visible",
]
