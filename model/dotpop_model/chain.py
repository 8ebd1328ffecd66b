"""The chain: from the tables of a region to its results, step by step.

Each step takes the inputs and what the step before left: in memory (`run`), or as it stands in the workbook (`run_step`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages import summary
from dotpop_model.stages.controls import Context, controls
from dotpop_model.stages.envelope import split_envelope, split_frame, territory_envelopes
from dotpop_model.stages.flows import check_places, correct_flows
from dotpop_model.stages.index import check_bounds, group_indices, ranking, rate_hospitals
from dotpop_model.stages.territories import Territories
from dotpop_model.stages.trajectory import accounts_frame, campaign_measures, project, segment_frame, trajectory_frame
from dotpop_model.stages.weighting import check_indicators, levels_used, weigh
from dotpop_model.tables import Frame, Results, Tables

Frames = dict[str, Frame]
ALL_TABLES = frozenset(field.name for field in fields(Tables))


def _weighting(tables: Tables, hypotheses: Hypotheses, before: Frame) -> Frames:
    split = split_envelope(tables, hypotheses)
    weighted, impacts = weigh(tables, hypotheses)
    return {
        "split": split_frame(tables, split),
        "weighted_population": weighted,
        "impacts": impacts,
        "territory_envelopes": territory_envelopes(tables, split, weighted, hypotheses),
    }


def _flows(tables: Tables, hypotheses: Hypotheses, weighted: Frame) -> Frames:
    flows, residuals = correct_flows(tables, hypotheses, weighted)
    return {"flows": flows, "residuals": residuals}


def _index(tables: Tables, hypotheses: Hypotheses, flows: Frame) -> Frames:
    indices = rate_hospitals(tables, hypotheses, split_envelope(tables, hypotheses), flows)
    return {
        "indices": indices,
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


@dataclass(frozen=True)
class Step:
    """One step. reads: the result table that it starts from ("" for none). needs: the columns of it that it needs;
    positive: those among them that cannot be nil."""

    compute: Callable[[Tables, Hypotheses, Frame], Frames]
    reads: str = ""
    needs: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = {
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


def run(tables: Tables, hypotheses: Hypotheses) -> Results:
    """Envelope and weighting, flows, index, trajectory; then the summary and the controls.

    tables: the inputs of the region, checked (see `Tables`). hypotheses: the choices of the region.
    Returns one frame per result table. Raises ModelError with every fault of the stage that cannot be computed.
    Source: "Séquençage des travaux sur la DOT. POP." (domain, sections 2 to 6).
    """
    found: Frames = {}
    for step in STEPS.values():
        found |= step.compute(tables, hypotheses, found.get(step.reads, Frame({})))
    seen = Context(
        tables=tables,
        hypotheses=hypotheses,
        split=split_envelope(tables, hypotheses),
        weighted=found["weighted_population"],
        impacts=found["impacts"],
        territory_envelopes=found["territory_envelopes"],
        residuals=found["residuals"],
        indices=found["indices"],
        trajectory=found["trajectory"],
        segment_trajectory=found["segment_trajectory"],
        accounts=found["accounts"],
    )
    return Results(**found, controls=controls(seen))


def run_step(name: str, tables: Tables, hypotheses: Hypotheses, standing: Frame) -> Frames:
    """One step from what stands in the workbook.

    name: key of STEPS. standing: the table that the step reads, with the columns it needs, in any order of lines.
    Returns the result tables of the step by name. Raises ModelError when what stands is not of these hospitals or
    territories (lines missing, in double, unknown, in another segment), or cannot be computed.
    """
    step = STEPS[name]
    if step.reads:
        standing = _in_order(step.reads, standing, tables, hypotheses)
        _check_positive(step, standing)
    return step.compute(tables, hypotheses, standing)


def _in_order(table: str, standing: Frame, tables: Tables, hypotheses: Hypotheses) -> Frame:
    """The lines that stand, in the order of the inputs that they are about."""
    key, sheet = ("territory", "Territoires") if table == "weighted_population" else ("finess", "Établissements")
    if key == "territory":
        territories = Territories(tables)
        wanted = [(level, code) for level in levels_used(tables, hypotheses) for code in territories.at(level)]
        found = list(zip(standing.texts("level"), standing.texts("territory"), strict=True))
    else:
        wanted = list(zip(tables.hospitals.texts("segment"), tables.finess, strict=True))
        found = list(zip(standing.texts("segment"), standing.texts("finess"), strict=True))
    wrong = {
        "en trop, ou changés": [line[1] for line in found if line not in wanted],
        "en double": [line[1] for place, line in enumerate(found) if line in found[:place]],
        "absents": [line[1] for line in wanted if line not in found],
    }
    if any(wrong.values()):
        told = " ; ".join(f"{what} : {named(codes)}" for what, codes in wrong.items() if codes)
        message = f"Ce tableau ne suit plus la feuille {sheet} ({told}). Relancer l'étape qui l'écrit, ou Calculer."
        raise ModelError([Fault(message, table, key, tuple(code for codes in wrong.values() for code in codes))])
    lines = [found.index(line) for line in wanted]
    return Frame({column: standing[column][lines] for column in standing.names})


def _check_positive(step: Step, standing: Frame) -> None:
    faults = []
    for column in step.positive:
        nil = [code for code, value in zip(standing.texts("finess"), standing[column].tolist(), strict=True) if value <= 0]
        if nil:
            message = f"Valeur nulle ou négative : {named(nil)}. Corriger la valeur, ou relancer l'étape qui l'écrit."
            faults.append(Fault(message, step.reads, column, tuple(nil)))
    if faults:
        raise ModelError(faults)


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
