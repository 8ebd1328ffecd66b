"""The chain of SMR: that of psychiatry with hospital criteria, then options, transition, payments, compartments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

from dotpop_model import chain
from dotpop_model.smr import SmrHypotheses, SmrResults, SmrTables
from dotpop_model.stages import summary
from dotpop_model.stages.ballot import ballot_frames
from dotpop_model.stages.compartments import check_financing, compartment_frames
from dotpop_model.stages.controls_smr import smr_controls
from dotpop_model.stages.criteria import check_weights, hospital_criteria, serve
from dotpop_model.stages.envelope import split_envelope
from dotpop_model.stages.index import rate_hospitals
from dotpop_model.stages.options import check_options, option_frames, weigh_options
from dotpop_model.stages.paediatrics import check_set_aside, inside_sharing
from dotpop_model.stages.payments import check_circulars, payment_frames
from dotpop_model.stages.published import check_published, compared
from dotpop_model.stages.transition import by_year, transition_frames
from dotpop_model.stages.weighting import weigh
from dotpop_model.steps import Chain, Frames, Precondition, Step
from dotpop_model.tables import Frame

NEEDED = ("finess", "segment", "target", "position")
"""What options, transition and payments need of the indices."""


def _flows(tables: SmrTables, hypotheses: SmrHypotheses, weighted: Frame) -> Frames:
    flows, residuals, contributions = serve(tables, hypotheses, weighted)
    return {"flows": flows, "residuals": residuals, "contributions": contributions}


def _options(tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame) -> Frames:
    options = weigh_options(tables, hypotheses, indices)
    return {**option_frames(tables, indices, options), **ballot_frames(tables, options)}


def _transition(tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame) -> Frames:
    return transition_frames(tables, hypotheses, indices, weigh_options(tables, hypotheses, indices))


def _payments(tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame) -> Frames:
    return payment_frames(tables, hypotheses, weigh_options(tables, hypotheses, indices))


def _compartments(tables: SmrTables, hypotheses: SmrHypotheses, before: Frame) -> Frames:
    return compartment_frames(tables, hypotheses)


def _index(tables: SmrTables, hypotheses: SmrHypotheses, flows: Frame) -> Frames:
    found = chain.index_frames(tables, hypotheses, flows, hospital_criteria(tables, hypotheses))
    return {**found, "positions": summary.positions(found["indices"], hypotheses, summary.SMR_LINES)}


def _controls(tables: SmrTables, hypotheses: SmrHypotheses, found: Frames) -> Frames:
    options = weigh_options(tables, hypotheses, found["indices"])
    return {
        "controls": smr_controls(tables, hypotheses, found),
        "compared": compared(tables, options, found["indices"], found["circular_pots"]),
    }


def _like(name: str, compute: Callable[[SmrTables, SmrHypotheses, Frame], Frames]) -> Step[SmrTables, SmrHypotheses]:
    """A step that starts from what the one of that name in psychiatry starts from."""
    shared = chain.STEPS[name]
    return Step(compute, shared.reads, shared.needs, shared.positive)


STEPS: Mapping[str, Step[SmrTables, SmrHypotheses]] = {
    "national": chain.STEPS["national"],
    "weighting": chain.STEPS["weighting"],
    "flows": _like("flows", _flows),
    "index": _like("index", _index),
    "trajectory": chain.STEPS["trajectory"],
    "options": Step(_options, "indices", NEEDED),
    "transition": Step(_transition, "indices", NEEDED),
    "payments": Step(_payments, "indices", NEEDED),
    "compartments": Step(_compartments),
}
"""The steps in order, by the name of their stage."""


def _served(tables: SmrTables, hypotheses: SmrHypotheses) -> Frame:
    return serve(tables, hypotheses, weigh(tables, hypotheses)[0])[0]


def _check_everything(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """What only the computed indices show: options that ask too much, amounts of the year that fall under nil."""
    flows = _served(tables, hypotheses)
    indices = rate_hospitals(tables, hypotheses, split_envelope(tables, hypotheses), flows)
    payment_frames(tables, hypotheses, weigh_options(tables, hypotheses, indices))


OPTIONS = frozenset({"options", "exemptions"})
PAYMENTS = frozenset({"hospitals", "circulars", "delegations"})
OWN = frozenset(field.name for field in fields(SmrTables)) - chain.NATIONAL - {"set_aside"}
SHARING = frozenset(
    {"hospitals", "territories", "indicators", "indicator_values", "forms", "activity", "criteria", "criterion_values"}
)
PRECONDITIONS: Sequence[Precondition[SmrTables, SmrHypotheses]] = (
    *chain.PRECONDITIONS[:-1],
    (frozenset({"hospitals", "exemptions", "delegations"}), check_set_aside),
    (frozenset({"criteria"}), check_weights),
    (frozenset({"hospitals", "criteria", "criterion_values"}), hospital_criteria),
    (SHARING, _served),
    (OPTIONS, check_options),
    (frozenset({"published"}), check_published),
    (frozenset({"hospitals", "revenues", "transition_rates"}), by_year),
    (PAYMENTS, check_circulars),
    (frozenset({"financing"}), check_financing),
    (OWN, _check_everything),
)
"""What must hold before the chain can run, each with the tables that it reads."""

SMR = Chain(
    tables=SmrTables,
    hypotheses=SmrHypotheses,
    results=SmrResults,
    steps=STEPS,
    preconditions=PRECONDITIONS,
    controls=_controls,
    scope=inside_sharing,
    criteria=hospital_criteria,
)
