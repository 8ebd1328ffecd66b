"""Index over tables: each hospital against the mean of its segment, and the same for groups of hospitals."""

import numpy as np

from dotpop_model import index, trajectory
from dotpop_model.arrays import Array
from dotpop_model.envelope import Envelope
from dotpop_model.errors import Fault, ModelError, french, located, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.envelope import hospital_targets
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame, Tables, groups, rows_of
from dotpop_model.vocabulary import Position

PLACES = {  # where the arguments of the formulas stand
    "dotations": ("hospitals", "allocation"),
    "moyenne": ("hospitals", "allocation"),
    "populations": ("flows", "population"),
}
GROUPS = ("kind", "group", "name", "hospitals", "allocation", "expected", "index", "need")


def rate_hospitals(tables: Tables, hypotheses: Hypotheses, split: Envelope, flows: Frame) -> Frame:
    """Allocation per head, mean, index, position, gap, need and theoretical allocation: a row per hospital."""
    allocation, population = tables.hospitals.floats("allocation"), flows.floats("population")
    check_bounds(tables, hypotheses)
    with located(PLACES):
        mean = _means(hypotheses, flows, allocation, population)
        indices = index.funding_index(allocation, population, mean)
    territories = Territories(tables)
    return Frame(
        {
            "finess": flows.texts("finess"),
            "name": flows.texts("name"),
            "segment": flows.texts("segment"),
            **({"kind": tables.hospitals.texts("kind")} if "kind" in tables.hospitals else {}),
            "federation": tables.hospitals.texts("federation"),
            "status": tables.hospitals.texts("status"),
            "departement": [territories.departement(code) for code in tables.hospitals.texts("territory")],
            "territory": flows.texts("territory"),
            "allocation": allocation,
            "population": population,
            "per_head": allocation / population,
            "mean": mean,
            "index": indices,
            "position": index.position(indices, hypotheses.low, hypotheses.high),
            "gap": allocation - mean * population,
            "need": trajectory.need(allocation, population, mean, threshold=hypotheses.need_threshold),
            "target": hospital_targets(split, flows, hypotheses),
        }
    )


MEAN_CODES = {
    "sectorised": "IDX_MOYENNE_SECT",
    "non_sectorised": "IDX_MOYENNE_NON_SECT",
    "oqn": "IDX_MOYENNE_OQN",
    "all": "IDX_MOYENNE_ENSEMBLE",
}


def check_bounds(tables: Tables, hypotheses: Hypotheses) -> None:
    """Faults of the bounds, the threshold and the means given; and segments whose allocations are all nil."""
    faults = []
    if hypotheses.low > hypotheses.high:
        message = (
            f"Borne basse de la position neutre ({french(hypotheses.low)}) au-dessus de la borne haute "
            f"({french(hypotheses.high)}). Corriger IDX_BORNE_BASSE ou IDX_BORNE_HAUTE."
        )
        faults.append(Fault(message, "hypotheses", "value", ("IDX_BORNE_BASSE",)))
    if hypotheses.need_threshold > hypotheses.high:
        message = f"Seuil du besoin au-dessus de la borne haute ({french(hypotheses.high)}). Corriger TRJ_SEUIL."
        faults.append(Fault(message, "hypotheses", "value", ("TRJ_SEUIL",)))
    allocation = tables.hospitals.floats("allocation")
    for segment in hypotheses.segments:
        given, rows = hypotheses.given_mean(segment), rows_of(tables, segment)
        if given is not None and given <= 0:
            message = "Moyenne imposée nulle. La vider (moyenne calculée) ou donner un montant par habitant."
            faults.append(Fault(message, "hypotheses", "value", (MEAN_CODES[segment],)))
        if rows and given is None and allocation[rows].sum() <= 0:
            finess = [tables.finess[row] for row in rows]
            message = f"Dotations toutes nulles dans un segment : {named(finess)}. Renseigner les dotations."
            faults.append(Fault(message, "hospitals", "allocation", tuple(finess)))
    if faults:
        raise ModelError(faults)


def _means(hypotheses: Hypotheses, flows: Frame, allocation: Array, population: Array) -> Array:
    means = np.empty(len(flows))
    compared_in = hypotheses.compared_in(flows.texts("segment"))
    for segment in hypotheses.segments:
        inside = compared_in == str(segment)
        if inside.any():
            given = hypotheses.given_mean(segment)
            means[inside] = index.regional_mean(allocation[inside], population[inside]) if given is None else given
    return means


def group_indices(tables: Tables, indices: Frame) -> Frame:
    """Index of each département, segment, status and federation, all their hospitals together (slide 17)."""
    names = Territories(tables).name
    allocation, population, mean = (indices.floats(name) for name in ("allocation", "population", "mean"))
    expected, need = mean * population, indices.floats("need")
    rows = []
    for kind in ("departement", "segment", "status", "federation", "kind"):
        if kind not in indices:
            continue
        for code, inside in groups(indices.texts(kind)).items():
            if code == "":
                continue
            name = names.get(code, "") if kind == "departement" else ""
            found = index.group_index(allocation[inside], population[inside], mean[inside])
            sums = (float(allocation[inside].sum()), float(expected[inside].sum()), found, float(need[inside].sum()))
            rows.append((kind, code, name, int(inside.sum()), *sums))
    return Frame.from_rows(GROUPS, rows)


def ranking(indices: Frame, hypotheses: Hypotheses) -> Frame:
    """Hospitals from the least to the best funded, a column per position for the chart, with the bounds."""
    order = np.lexsort((np.array(indices.texts("finess")), indices["index"]))
    ordered = Frame({name: indices[name][order] for name in ("name", "index", "position")})
    columns = {
        str(position): np.where(ordered["position"] == str(position), ordered["index"], np.nan) for position in Position
    }
    return Frame(
        {
            "rank": np.arange(1, len(ordered) + 1),
            "name": ordered["name"],
            **columns,
            "low": np.full(len(order), hypotheses.low),
            "high": np.full(len(order), hypotheses.high),
        }
    )
