"""Follow-up: is it working? Years of one region side by side.

Planned against actual, indices towards 1, the objective, compartments, commitments, inequality, notices and their reviews,
and the same region under another country's pace. Source: the regional committee has « à vérifier que les positionnements des
établissements se rapprochent d'année en année, et que les engagements pris sont tenus » (ARA slide 22; domain, section 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dotpop_model.follow_up.changes import changes
from dotpop_model.follow_up.commitments import commitment_totals, commitments, dropped
from dotpop_model.follow_up.compartments import compartment_totals, compartments
from dotpop_model.follow_up.history import History, Year
from dotpop_model.follow_up.indices import index_segments, indices, since_start
from dotpop_model.follow_up.inequalities import inequalities
from dotpop_model.follow_up.notices import announced_totals, notice_segments, notices
from dotpop_model.follow_up.objective import objective, objective_path, objective_segments
from dotpop_model.follow_up.pace import Pace, compare
from dotpop_model.follow_up.planned import planned, planned_segments
from dotpop_model.tables import Frame

__all__ = ["FollowUp", "History", "Year", "follow"]


@dataclass(frozen=True)
class FollowUp:
    """What follow-up finds, a frame per table; each is told in the function of its name."""

    history: History
    planned: Frame
    planned_segments: Frame
    indices: Frame
    since_start: Frame
    index_segments: Frame
    objective: Frame
    objective_segments: Frame
    objective_path: Frame
    compartments: Frame
    compartment_totals: Frame
    commitments: Frame
    commitment_totals: Frame
    dropped: Frame
    inequalities: Frame
    announced_totals: Frame
    notices: Frame
    notice_segments: Frame
    pace: Pace
    changes: Frame


def follow(years: Sequence[Year], successors: Mapping[str, str] | None = None) -> FollowUp:
    """Follows a region over its years, in whatever order they are given.

    successors: FINESS of each hospital merged → FINESS of the one that took it over (see `History`). Years may be lacking
    between two: what they alone would tell is missing. Raises ModelError with every fault.
    """
    history = History(years, successors)
    return FollowUp(
        history=history,
        planned=planned(history),
        planned_segments=planned_segments(history),
        indices=indices(history),
        since_start=since_start(history),
        index_segments=index_segments(history),
        objective=objective(history),
        objective_segments=objective_segments(history),
        objective_path=objective_path(history),
        compartments=compartments(history),
        compartment_totals=compartment_totals(history),
        commitments=commitments(history),
        commitment_totals=commitment_totals(history),
        dropped=dropped(history),
        inequalities=inequalities(history),
        announced_totals=announced_totals(history),
        notices=notices(history),
        notice_segments=notice_segments(history),
        pace=compare(history.first),
        changes=changes(history),
    )
