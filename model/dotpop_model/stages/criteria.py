"""Criteria over tables: what, with their contribution, shares a territory among its hospitals."""

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.flows import correct_flows
from dotpop_model.tables import Frame
from dotpop_model.weighting import WEIGHTS_TOLERANCE


def hospital_criteria(tables: SmrTables, hypotheses: SmrHypotheses) -> Criteria | None:
    """The criteria of the region, their values in the order of the hospitals; None when there is none."""
    if not len(tables.criteria):
        return None
    check_weights(tables, hypotheses)
    names = tables.criteria.texts("criterion")
    line = (
        {code: row for row, code in enumerate(tables.criterion_values.texts("finess"))}
        if len(tables.criterion_values)
        else {}
    )
    lost = [code for code in tables.finess if code not in line]
    if lost:
        message = f"Critères absents pour les établissements {named(lost)}. Compléter les valeurs des critères."
        raise ModelError([Fault(message, "criterion_values", "finess", tuple(lost))])
    rows = [line[code] for code in tables.finess]
    return Criteria(
        names=names,
        values=np.column_stack([tables.criterion_values.floats(name)[rows] for name in names]),
        weights=tables.criteria.floats("weight"),
        directions=tables.criteria.floats("direction"),
        measures=tables.criteria.texts("measure"),
        form=hypotheses.criteria_form,
        method=hypotheses.index_method,
    )


def check_weights(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the weights, whatever the values of the criteria."""
    if not len(tables.criteria):
        return
    total = float(tables.criteria.floats("weight").sum())
    if total > 1 + WEIGHTS_TOLERANCE:
        told = f"{100 * total:.2f}".replace(".", ",")
        message = (
            f"Critères : leurs poids font {told} %, au plus 100 % est attendu. Réduire les poids (le reste : contribution)."
        )
        raise ModelError([Fault(message, "criteria", "weight", tuple(tables.criteria.texts("criterion")[:1]))])


def serve(tables: SmrTables, hypotheses: SmrHypotheses, weighted: Frame) -> tuple[Frame, Frame, Frame]:
    """The flows with the criteria, their residuals, and what the criteria change for each hospital."""
    criteria = hospital_criteria(tables, hypotheses)
    flows, residuals = correct_flows(tables, hypotheses, weighted, criteria)
    alone = flows if criteria is None else correct_flows(tables, hypotheses, weighted)[0]
    contributed, population = alone.floats("population"), flows.floats("population")
    effect: Array = population - contributed
    frame = Frame(
        {
            "finess": flows.texts("finess"),
            "name": flows.texts("name"),
            "kind": tables.hospitals.texts("kind"),
            "federation": tables.hospitals.texts("federation"),
            "contributed": contributed,
            "population": population,
            "effect": effect,
            "effect_rate": effect / contributed,
        }
    )
    return flows, residuals, frame
