"""Index over tables: each hospital against the mean of its segment, and the same for groups of hospitals."""

import numpy as np
import pandas as pd

from dotpop_model import index, trajectory
from dotpop_model.arrays import Array
from dotpop_model.envelope import Envelope
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.envelope import hospital_targets
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Tables, floats, texts
from dotpop_model.vocabulary import Position


def rate_hospitals(tables: Tables, hypotheses: Hypotheses, split: Envelope, flows: pd.DataFrame) -> pd.DataFrame:
    """Allocation per head, mean, index, position, gap, need and theoretical allocation: a row per hospital."""
    allocation, population = floats(tables.hospitals, "allocation"), floats(flows, "population")
    mean = _means(hypotheses, flows, allocation, population)
    indices = index.funding_index(allocation, population, mean)
    territories = Territories(tables)
    return pd.DataFrame(
        {
            "finess": texts(flows, "finess"),
            "name": texts(flows, "name"),
            "segment": texts(flows, "segment"),
            "federation": texts(tables.hospitals, "federation"),
            "status": texts(tables.hospitals, "status"),
            "departement": [territories.departement(code) for code in texts(tables.hospitals, "territory")],
            "territory": texts(flows, "territory"),
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


def _means(hypotheses: Hypotheses, flows: pd.DataFrame, allocation: Array, population: Array) -> Array:
    means = np.empty(len(flows))
    compared_in = flows["compared_in"].to_numpy()
    for segment in hypotheses.segments:
        inside = compared_in == str(segment)
        if inside.any():
            given = hypotheses.given_mean(segment)
            means[inside] = index.regional_mean(allocation[inside], population[inside]) if given is None else given
    return means


def group_indices(tables: Tables, indices: pd.DataFrame) -> pd.DataFrame:
    """Index of each département, segment, status and federation, all their hospitals together (slide 17)."""
    names = Territories(tables).name
    rows = []
    for kind in ("departement", "segment", "status", "federation"):
        for code, group in indices.groupby(kind, sort=True):
            if code == "":
                continue
            rows.append(
                {
                    "kind": kind,
                    "group": code,
                    "name": names.get(str(code), "") if kind == "departement" else "",
                    "hospitals": len(group),
                    "allocation": group["allocation"].sum(),
                    "expected": float(floats(group, "mean") @ floats(group, "population")),
                    "index": index.group_index(group["allocation"], group["population"], group["mean"]),
                    "need": group["need"].sum(),
                }
            )
    return pd.DataFrame(rows)


def ranking(indices: pd.DataFrame, hypotheses: Hypotheses) -> pd.DataFrame:
    """Hospitals from the least to the best funded, a column per position for the chart, with the bounds."""
    ordered = indices.sort_values(["index", "finess"], ignore_index=True)
    columns = {
        str(position): np.where(ordered["position"] == str(position), ordered["index"], np.nan) for position in Position
    }
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(ordered) + 1),
            "name": ordered["name"],
            **columns,
            "low": hypotheses.low,
            "high": hypotheses.high,
        }
    )
