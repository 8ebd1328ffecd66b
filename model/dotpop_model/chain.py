"""The chain of psychiatry: from the tables of a region to its results, step by step.

Each step takes the inputs and what the step before left: in memory (`run`), or as it stands in the workbook (`run_step`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from dotpop_model.criteria import Criteria
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages import national, summary
from dotpop_model.stages.controls import controls
from dotpop_model.stages.envelope import split_envelope, split_frame, territory_envelopes
from dotpop_model.stages.flows import check_places, correct_flows
from dotpop_model.stages.index import check_bounds, group_indices, ranking, rate_hospitals
from dotpop_model.stages.reasons import in_short, reasons
from dotpop_model.stages.trajectory import accounts_frame, campaign_measures, project, segment_frame, trajectory_frame
from dotpop_model.stages.weighting import check_indicators, weigh
from dotpop_model.steps import Chain, Frames, Precondition, Step
from dotpop_model.tables import Frame, Results, Tables

ALL_TABLES = frozenset(field.name for field in fields(Tables))
NATIONAL = frozenset({"national_parts", "national_criteria", "regions"})
"""The tables of the national step: they say nothing of the region's own sharing."""


def _national(tables: Tables, hypotheses: Hypotheses, before: Frame) -> Frames:
    allocations, shares = national.theoretical(tables, hypotheses)
    return {"region_allocations": allocations, "region_shares": shares}


def _weighting(tables: Tables, hypotheses: Hypotheses, before: Frame) -> Frames:
    split = split_envelope(tables, hypotheses)
    weighted, impacts = weigh(tables, hypotheses)
    return {
        "split": split_frame(split),
        "weighted_population": weighted,
        "impacts": impacts,
        "territory_envelopes": territory_envelopes(tables, split, weighted, hypotheses),
    }


def _flows(tables: Tables, hypotheses: Hypotheses, weighted: Frame) -> Frames:
    flows, residuals = correct_flows(tables, hypotheses, weighted)
    return {"flows": flows, "residuals": residuals}


def _index(tables: Tables, hypotheses: Hypotheses, flows: Frame) -> Frames:
    return index_frames(tables, hypotheses, flows)


def index_frames(tables: Tables, hypotheses: Hypotheses, flows: Frame, criteria: Criteria | None = None) -> Frames:
    """The results of the step, with the criteria of the hospitals where the field has some."""
    indices = rate_hospitals(tables, hypotheses, split_envelope(tables, hypotheses), flows)
    why = reasons(tables, hypotheses, indices, criteria)
    return {
        "indices": Frame({name: indices[name] for name in indices.names} | in_short(why)),
        "reasons": why,
        "group_indices": group_indices(tables, indices),
        "ranking": ranking(indices, hypotheses),
        "positions": summary.positions(indices, hypotheses),
    }


def _trajectory(tables: Tables, hypotheses: Hypotheses, indices: Frame) -> Frames:
    projection = project(tables, hypotheses, indices)
    trajectory = trajectory_frame(projection, hypotheses, indices)
    by_segment, accounts = segment_frame(projection, hypotheses, indices), accounts_frame(projection)
    return {
        "trajectory": trajectory,
        "segment_trajectory": by_segment,
        "accounts": accounts,
        "years": summary.years(by_segment, accounts, trajectory),
    }


STEPS: Mapping[str, Step[Tables, Hypotheses]] = {
    "national": Step(_national),
    "weighting": Step(_weighting),
    "flows": Step(
        _flows,
        "weighted_population",
        ("level", "territory", "weighted_population", "weighted_adults", "weighted_minors"),
    ),
    "index": Step(_index, "flows", ("finess", "name", "segment", "territory", "population"), ("population",)),
    "trajectory": Step(
        _trajectory, "indices", ("finess", "name", "segment", "allocation", "population", "mean"), ("population", "mean")
    ),
}
"""The steps in order, by the name of their stage."""


PRECONDITIONS: Sequence[Precondition[Tables, Hypotheses]] = (
    (NATIONAL, national.theoretical),
    (frozenset({"envelope", "specific", "hospitals", "history"}), split_envelope),
    (frozenset({"campaign", "hospitals"}), campaign_measures),
    (frozenset({"hospitals"}), check_bounds),
    (frozenset({"indicators"}), check_indicators),
    (frozenset({"hospitals", "territories"}), check_places),
    (frozenset({"hospitals", "territories", "indicators", "indicator_values"}), weigh),
    (ALL_TABLES - NATIONAL, lambda tables, hypotheses: correct_flows(tables, hypotheses, weigh(tables, hypotheses)[0])),
)
"""What must hold before the chain can run, each with the tables that it reads."""

PSYCHIATRY = Chain(
    tables=Tables,
    hypotheses=Hypotheses,
    results=Results,
    steps=STEPS,
    preconditions=PRECONDITIONS,
    controls=lambda tables, hypotheses, found: {"controls": controls(tables, hypotheses, found)},
    scope=lambda tables, hypotheses: tables,
    criteria=lambda tables, hypotheses: None,
)


def run(tables: Tables, hypotheses: Hypotheses) -> Results:
    """Envelope and weighting, flows, index, trajectory; then the summary and the controls (see `Chain.run`).

    Source: "Séquençage des travaux sur la DOT. POP." (domain, sections 2 to 6).
    """
    return PSYCHIATRY.run(tables, hypotheses)
