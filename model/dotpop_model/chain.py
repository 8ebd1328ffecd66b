"""The chain: from the tables of a region to its results, one line per stage."""

from collections.abc import Callable
from typing import TypeVar

from dotpop_model.errors import Fault, ModelError
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages import summary
from dotpop_model.stages.controls import Context, controls
from dotpop_model.stages.envelope import split_envelope, split_frame, territory_envelopes
from dotpop_model.stages.flows import correct_flows
from dotpop_model.stages.index import group_indices, ranking, rate_hospitals
from dotpop_model.stages.trajectory import accounts_frame, campaign_measures, project, segment_frame, trajectory_frame
from dotpop_model.stages.weighting import weigh
from dotpop_model.tables import Results, Tables

T = TypeVar("T")


def run(tables: Tables, hypotheses: Hypotheses) -> Results:
    """Envelope, weighting, flows, index, trajectory; then the summary and the controls.

    tables: the inputs of the region, checked (see `Tables`). hypotheses: the choices of the region.
    Returns one frame per result table. Raises ModelError with every fault of the stage that cannot be computed.
    Source: "Séquençage des travaux sur la DOT. POP." (domain, sections 2 to 6).
    """
    split = split_envelope(tables, hypotheses)

    weighted, impacts = weigh(tables, hypotheses)
    in_territories = territory_envelopes(split, weighted, hypotheses)

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


def faults(tables: Tables, hypotheses: Hypotheses) -> list[Fault]:
    """Every fault that prevents the chain from running: those of stages that do not depend on each other, all at once."""
    found: list[Fault] = []

    def attempt(stage: Callable[[], T]) -> T | None:
        try:
            return stage()
        except ModelError as error:
            found.extend(error.faults)
            return None

    attempt(lambda: split_envelope(tables, hypotheses))
    attempt(lambda: campaign_measures(tables, hypotheses))
    weighting = attempt(lambda: weigh(tables, hypotheses))
    if weighting is not None:
        attempt(lambda: correct_flows(tables, hypotheses, weighting[0]))
    return found
