"""Reasons: what each hospital's index owes to its endowment, to needs, indicator by indicator, and to flows."""

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria
from dotpop_model.decomposition import decompose, shared_logarithm
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.flows import correct_flows
from dotpop_model.stages.weighting import counted_population, index_parts, levels_used
from dotpop_model.tables import Frame, Tables
from dotpop_model.vocabulary import AGES, FlowMethod

ENDOWMENT, CRITERIA, RECENTRING, FLOW = "endowment", "criteria", "recentring", "flow_"
FLOWS = tuple(f"{FLOW}{age}" for age in AGES)
IDENTITY = ("finess", "name", "segment", "index")
NOISE = 1e-12  # of a float: where the index of needs is centred already, recentring changes nothing
Growth = dict[tuple[str, str], float]
"""By level and territory, what needs add to its population, as a share of it."""


def reasons(tables: Tables, hypotheses: Hypotheses, indices: Frame, criteria: Criteria | None = None) -> Frame:
    """A line per hospital: contributions that add up to I − 1 (`decompose`), exactly.

    I = D / (P_e μ). With P⁰ what the hospital would serve if needs were not weighted and P^k if indicator k alone weighted
    them, P_e = P⁰ (1 + Σ_k u_k) c, u_k = P^k / P⁰ − 1, c the recentring: each indicator has −u_k / L(1 + Σ u, 1) of
    ln I. Where flow rates apply, P⁰ = P_z (1 + r_e): each age class has −r_ea / L(1 + r, 1); under contribution the
    population served has no flow rate, and flows are missing. The endowment has the rest, ln of D / (P_z μ), or D / (P⁰ μ).
    indices: finess, name, segment, population, index. criteria: what they change has its own column, missing without any.
    An index of 0 has no reason: its line is missing.
    Columns: finess, name, segment, index, endowment, recentring, flow_adults, flow_minors, criteria, then one per indicator.
    Source: additive LMDI (see `decomposition`): a hypothesis; worked example of slide 16 (domain, 8).
    """
    names = tables.indicators.texts("indicator")
    index, served = indices.floats("index"), indices.floats("population")
    flows = _served(tables, hypotheses, criteria, {})
    plain = flows.floats("population")
    need = -shared_logarithm(_alone(tables, hypotheses, criteria, plain)) if names else np.zeros((len(index), 0))
    flow = _flow_parts(flows, hypotheses)
    seen = np.full(len(index), np.nan)
    if criteria is not None:
        seen = np.log(_served(tables, hypotheses, None, {}).floats("population") / plain)
    recentring = -np.log(served / plain) - need.sum(axis=1)
    logarithms = {
        RECENTRING: np.where(np.abs(recentring) < NOISE, 0.0, recentring),
        **{name: flow[:, place] for place, name in enumerate(FLOWS)},
        CRITERIA: seen,
        **{name: need[:, place] for place, name in enumerate(names)},
    }
    funded = np.where(index > 0, index, 1.0)
    known = {name: np.nan_to_num(values) for name, values in logarithms.items()}
    logarithms = {ENDOWMENT: np.log(funded) - np.sum(list(known.values()), axis=0)} | logarithms
    found = decompose(funded, logarithms | known)
    for name, values in logarithms.items():
        found[name] = np.where(np.isnan(values) | (index <= 0), np.nan, found[name])
    return Frame({name: indices[name] for name in IDENTITY} | found)


def in_short(found: Frame) -> dict[str, Array]:
    """The same in three parts that add up to I − 1: endowment, needs (recentring included), flows (criteria included).

    Flows are missing where no flow rate and no criterion applies.
    """
    others = (ENDOWMENT, *FLOWS, CRITERIA)
    needs = [found.floats(name) for name in found.names if name not in (*IDENTITY, *others)]
    flows = np.array([found.floats(name) for name in (*FLOWS, CRITERIA)])
    return {
        "by_endowment": found.floats(ENDOWMENT),
        "by_needs": np.sum(needs, axis=0),
        "by_flows": np.where(np.isnan(flows).all(axis=0), np.nan, np.nan_to_num(flows).sum(axis=0)),
    }


def _alone(tables: Tables, hypotheses: Hypotheses, criteria: Criteria | None, plain: Array) -> Array:
    """u_k = P^k / P⁰ − 1: what each indicator alone would change (hospitals × indicators)."""
    parts = {level: index_parts(tables, hypotheses, level) for level in levels_used(tables, hypotheses)}
    # Populations served are linear in those of territories: a small part of the growth tells all of it, and leaves
    # every population positive, even where one indicator alone would not.
    part = 0.5 / max(1.0, *(float(np.abs(found).max(initial=0.0)) for _, found, _ in parts.values()))
    columns = []
    for place in range(len(tables.indicators)):
        growth = {
            (level, code): part * float(found[row, place])
            for level, (codes, found, _) in parts.items()
            for row, code in enumerate(codes)
        }
        served = _served(tables, hypotheses, criteria, growth).floats("population")
        columns.append((served / plain - 1) / part)
    return np.column_stack(columns)


def _served(tables: Tables, hypotheses: Hypotheses, criteria: Criteria | None, growth: Growth) -> Frame:
    """What each hospital would serve with other needs: each territory's population × (1 + growth), not recentred."""
    rows = tables.territories.where(np.isin(tables.territories["level"], levels_used(tables, hypotheses)))
    by_age = counted_population(hypotheses, rows)
    places = zip(rows.texts("level"), rows.texts("territory"), strict=True)
    by_age = by_age * (1 + np.array([growth.get(place, 0.0) for place in places]))[:, None]
    zones = Frame(
        {
            "level": rows["level"],
            "territory": rows["territory"],
            "weighted_population": by_age.sum(axis=1),
            **{f"weighted_{age}": by_age[:, place] for place, age in enumerate(AGES)},
        }
    )
    return correct_flows(tables, hypotheses, zones, criteria)[0]


def _flow_parts(flows: Frame, hypotheses: Hypotheses) -> Array:
    """−r_ea / L(1 + r_e, 1) of each age class (hospitals × ages); NaN where no flow rate applies."""
    rate, base = flows.floats("rate"), flows.floats("weight")
    if hypotheses.flow_base == "residents":
        base = base - flows.floats("flow")
    found = np.full((len(rate), len(AGES)), np.nan)
    rated = np.isfinite(rate)
    if rated.any():
        by_age = np.column_stack([flows.floats(f"flow_{age}") for age in AGES])[rated]
        method = np.array(flows.texts("method"))[rated, None]
        corrected = (method == FlowMethod.NET_FLOW) & (base[rated, None] > 0)  # uncorrected: nothing is due to flows
        own = np.divide(by_age, base[rated, None], out=np.zeros_like(by_age), where=corrected)
        found[rated] = -shared_logarithm(own)
    return found
