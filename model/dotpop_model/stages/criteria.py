"""Criteria over tables: what, with their contribution, shares a territory among its hospitals."""

import numpy as np

from dotpop_model import criteria
from dotpop_model.arrays import Arguments, Array
from dotpop_model.criteria import Criteria
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.activity import places_in
from dotpop_model.stages.flows import correct_flows
from dotpop_model.tables import Frame


def hospital_criteria(tables: SmrTables, hypotheses: SmrHypotheses) -> Criteria | None:
    """The criteria of the region, their values in the order of the hospitals; None when there is none.

    Raises ModelError on hospitals without values. Their weights: `check_weights`.
    """
    if not len(tables.criteria):
        return None
    names, line = tables.criteria.texts("criterion"), places_in(tables.criterion_values.texts("finess"), tables.finess)
    lost = [code for code, row in zip(tables.finess, line.tolist(), strict=True) if row < 0]
    if lost:
        message = f"Critères absents pour les établissements {named(lost)}. Compléter les valeurs des critères."
        raise ModelError([Fault(message, "criterion_values", "finess", tuple(lost))])
    return Criteria(
        names=names,
        values=np.column_stack([tables.criterion_values.floats(name)[line] for name in names]),
        weights=tables.criteria.floats("weight"),
        directions=tables.criteria.floats("direction"),
        measures=tables.criteria.texts("measure"),
        form=hypotheses.criteria_form,
        method=hypotheses.index_method,
        ids=tables.finess,
    )


def check_weights(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the weights, whatever the values of the criteria."""
    names = tables.criteria.texts("criterion")
    with located({"poids": ("criteria", "weight")}), Arguments(names) as arguments:
        criteria.check_weights(arguments, tables.criteria.floats("weight"), names)


def serve(tables: SmrTables, hypotheses: SmrHypotheses, weighted: Frame) -> tuple[Frame, Frame, Frame]:
    """The flows with the criteria, their residuals, and what the criteria change for each hospital."""
    found = hospital_criteria(tables, hypotheses)
    places = {name: ("criterion_values", name) for name in (found.names if found else ())}
    with located({**places, "poids": ("criteria", "weight")}):
        flows, residuals = correct_flows(tables, hypotheses, weighted, found)
    alone = flows if found is None else correct_flows(tables, hypotheses, weighted)[0]
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
