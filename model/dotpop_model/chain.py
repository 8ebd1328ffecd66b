"""The chain: from the tables of a region to its results, one line per stage."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields

from dotpop_model.errors import Fault, ModelError
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages import summary
from dotpop_model.stages.controls import Context, controls
from dotpop_model.stages.envelope import split_envelope, split_frame, territory_envelopes
from dotpop_model.stages.flows import check_places, correct_flows
from dotpop_model.stages.index import check_bounds, group_indices, ranking, rate_hospitals
from dotpop_model.stages.trajectory import accounts_frame, campaign_measures, project, segment_frame, trajectory_frame
from dotpop_model.stages.weighting import check_indicators, weigh
from dotpop_model.tables import Results, Tables

ALL_TABLES = frozenset(field.name for field in fields(Tables))


def run(tables: Tables, hypotheses: Hypotheses) -> Results:
    """Envelope, weighting, flows, index, trajectory; then the summary and the controls.

    tables: the inputs of the region, checked (see `Tables`). hypotheses: the choices of the region.
    Returns one frame per result table. Raises ModelError with every fault of the stage that cannot be computed.
    Source: "Séquençage des travaux sur la DOT. POP." (domain, sections 2 to 6).
    """
    split = split_envelope(tables, hypotheses)

    weighted, impacts = weigh(tables, hypotheses)
    in_territories = territory_envelopes(tables, split, weighted, hypotheses)

    flows, residuals = correct_flows(tables, hypotheses, weighted)

    indices = rate_hospitals(tables, hypotheses, split, flows)

    projection = project(tables, hypotheses, indices)
    trajectory = trajectory_frame(projection, hypotheses, indices)
    by_segment = segment_frame(projection, hypotheses, indices)
    accounts = accounts_frame(projection)

    seen = Context(
        tables=tables,
        hypotheses=hypotheses,
        split=split,
        weighted=weighted,
        impacts=impacts,
        territory_envelopes=in_territories,
        residuals=residuals,
        indices=indices,
        trajectory=trajectory,
        accounts=accounts,
        projection=projection,
    )
    return Results(
        split=split_frame(tables, split),
        weighted_population=weighted,
        impacts=impacts,
        territory_envelopes=in_territories,
        flows=flows,
        residuals=residuals,
        indices=indices,
        group_indices=group_indices(tables, indices),
        ranking=ranking(indices, hypotheses),
        trajectory=trajectory,
        segment_trajectory=by_segment,
        accounts=accounts,
        positions=summary.positions(indices, hypotheses),
        years=summary.years(by_segment, accounts, trajectory),
        controls=controls(seen),
    )


PRECONDITIONS: Sequence[tuple[frozenset[str], Callable[[Tables, Hypotheses], object]]] = (
    (frozenset({"envelope", "specific", "hospitals", "history"}), split_envelope),
    (frozenset({"campaign", "hospitals"}), campaign_measures),
    (frozenset({"hospitals"}), check_bounds),
    (frozenset({"indicators"}), check_indicators),
    (frozenset({"hospitals", "territories"}), check_places),
    (frozenset({"hospitals", "territories", "indicators", "indicator_values"}), weigh),
    (ALL_TABLES, lambda tables, hypotheses: correct_flows(tables, hypotheses, weigh(tables, hypotheses)[0])),
)
"""What must hold before the chain can run, each with the tables that it reads."""


def faults(tables: Tables, hypotheses: Hypotheses, sound: Collection[str] = ALL_TABLES) -> list[Fault]:
    """Every fault that prevents the chain from running, of all the preconditions whose tables are sound."""
    found: list[Fault] = []
    for needed, precondition in PRECONDITIONS:
        if needed <= set(sound):
            try:
                precondition(tables, hypotheses)
            except ModelError as error:
                found += [fault for fault in error.faults if fault not in found]
    return found
