"""Flows over tables: weights, attraction, leakage and the population each hospital serves."""

from dataclasses import dataclass

import numpy as np

from dotpop_model import flows
from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria, reshaped_activity
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.activity import Care, at_level, places_in, weighted_care
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame, Tables, rows_of
from dotpop_model.vocabulary import FlowMethod, Segment

COMPLETE = "Compléter la feuille Activité, ou choisir la métrique (ACT_METRIQUE) des formes qui y sont."
RESIDUALS = ("segment", "method", "weighted_population", "population", "residual", "rate")
AGED = ("weight", "attraction", "leakage", "flow")


def correct_flows(
    tables: Tables, hypotheses: Hypotheses, weighted: Frame, criteria: Criteria | None = None
) -> tuple[Frame, Frame]:
    """Flow-corrected populations (a row per hospital) and what each segment's method leaves over (a row per segment).

    criteria: what, with the contribution, shares a territory among its hospitals (all of them, in their order).
    """
    territories = Territories(tables)
    everywhere = weighted_care(tables, hypotheses)
    care_at: dict[str, Care] = {}
    parts, residuals, faults = [], [], []
    for segment in hypotheses.segments:
        level = hypotheses.level(segment)
        rows = rows_of(tables, segment)
        if not rows:
            continue
        try:
            care = care_at.get(level) or at_level(everywhere, territories, level)
            care_at[level] = care
            zones = weighted.where(weighted["level"] == level)
            part = _segment_flows(_Segment(tables, hypotheses, segment, rows, care, zones, criteria), territories)
        except ModelError as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        parts.append(part)
        before, after = float(zones["weighted_population"].sum()), float(part["population"].sum())
        method = hypotheses.flow_method(segment)
        residuals.append((str(segment), method, before, after, after - before, after / before - 1))
    if faults:
        raise ModelError(faults)
    stacked = Frame.stacked(parts)
    order = np.argsort(places_in(tables.finess, stacked.texts("finess")), kind="stable")
    return Frame({name: stacked[name][order] for name in stacked.names}), Frame.from_rows(RESIDUALS, residuals)


@dataclass(frozen=True, slots=True)
class _Segment:
    tables: Tables
    hypotheses: Hypotheses
    segment: Segment
    rows: list[int]
    care: Care
    zones: Frame
    criteria: Criteria | None

    @property
    def finess(self) -> list[str]:
        return [self.tables.finess[row] for row in self.rows]


def _segment_flows(part: _Segment, territories: Territories) -> Frame:
    method = part.hypotheses.flow_method(part.segment)
    own = [part.tables.hospitals.texts("territory")[row] for row in part.rows]
    mapping, faults = territories.mapping(own, part.hypotheses.level(part.segment))
    if faults:
        raise ModelError(faults)
    places = [mapping[code] for code in own]
    columns = weights_and_flows(part.care, part.rows, places)
    if method == FlowMethod.CONTRIBUTION:
        own_population = np.full(len(places), np.nan)
        rates: dict[str, Array] = {name: np.full(len(places), np.nan) for name in _RATES}
        population = _contribution(part)
    else:
        crowded = _crowded(part.finess, places)
        if crowded:
            raise ModelError(crowded)
        own_population = part.zones["weighted_population"][places_in(part.zones.texts("territory"), places)]
        _inhabited(part, places, own_population)
        rates = _rates(part, columns) if method == FlowMethod.NET_FLOW else {name: np.zeros(len(places)) for name in _RATES}
        population = flows.flow_corrected_population(own_population, rates["rate"])
    hospitals = part.tables.hospitals.where(np.isin(np.arange(len(part.tables.hospitals)), part.rows))
    count = len(part.rows)
    return Frame(
        {
            "finess": part.finess,
            "name": hospitals.texts("name"),
            "segment": hospitals.texts("segment"),
            "territory": places,
            "method": [method] * count,
            "territory_population": own_population,
            **columns,
            **rates,
            "population": population,
        }
    )


_RATES = ("rate_adults", "rate_minors", "rate")


def weights_and_flows(care: Care, rows: list[int], places: list[str]) -> dict[str, Array]:
    """Weight, attraction, leakage and net flow of each hospital, by age class and in total (weighted activity).

    weight = Σ_z W_ez; attraction = weight − W_e at home; leakage = what all other hospitals give to its residents.
    """
    zone = places_in(care.territories, places)
    weight = care.values[rows].sum(axis=1)
    home = care.values[rows, zone]
    consumed = care.values.sum(axis=0)[zone]
    aged = {"weight": weight, "attraction": weight - home, "leakage": consumed - home}
    aged["flow"] = aged["attraction"] - aged["leakage"]
    columns: dict[str, Array] = {}
    for name in AGED:
        columns |= {f"{name}_adults": aged[name][:, 0], f"{name}_minors": aged[name][:, 1], name: aged[name].sum(axis=1)}
    return columns


def _rates(part: _Segment, columns: dict[str, Array]) -> dict[str, Array]:
    """Net flow rates; by age class for information (NaN where the class has no weight), in total for the correction."""
    base = {suffix: columns[f"weight{suffix}"] for suffix in ("_adults", "_minors", "")}
    if part.hypotheses.flow_base == "residents":
        base = {suffix: values - columns[f"flow{suffix}"] for suffix, values in base.items()}
    empty = [code for code, total in zip(part.finess, base[""], strict=True) if total <= 0]
    if empty:
        message = f"Établissements sans activité pondérée : {named(empty)}. {COMPLETE}"
        raise ModelError([Fault(message, "hospitals", "finess", tuple(empty))])
    total = flows.net_flow_rate(base[""], columns["attraction"], columns["leakage"])
    low = [code for code, rate in zip(part.finess, total, strict=True) if rate <= -1]
    if low:
        message = (
            f"Taux de flux de −100 % ou moins : {named(low)}. "
            "Vérifier leur activité, ou choisir la contribution dans Hypothèses."
        )
        raise ModelError([Fault(message, "hospitals", "finess", tuple(low))])
    rates = {"rate": total}
    for suffix in ("_adults", "_minors"):
        known = base[suffix] > 0
        nothing = np.full(len(total), np.nan)
        rates[f"rate{suffix}"] = np.divide(columns[f"flow{suffix}"], base[suffix], out=nothing, where=known)
    return rates


def _contribution(part: _Segment) -> Array:
    """P_e by contribution; the territories without activity are named, or left unassigned if the region chose so."""
    hypotheses = part.hypotheses
    inhabited = part.zones.texts("territory")
    zone = places_in(part.care.territories, inhabited)
    everyone = hypotheses.contribution_scope == "all"
    columns = list(range(len(part.care.hospitals))) if everyone else part.rows
    activity = as_seen(part.care, part.criteria, part.rows).values[columns][:, zone].swapaxes(0, 1)
    by_age = np.column_stack([part.zones.floats("weighted_adults"), part.zones.floats("weighted_minors")])
    people = by_age
    if not hypotheses.contribution_by_age:
        activity, people = activity.sum(axis=2), by_age.sum(axis=1)
    lost = [code for code, empty in zip(inhabited, flows.unserved_zones(people, activity), strict=True) if empty]
    if lost and hypotheses.unserved == "error":
        message = (
            f"Territoires peuplés sans activité : {named(lost)}. Compléter la feuille Activité, "
            "ou choisir « population non affectée » dans Hypothèses."
        )
        raise ModelError([Fault(message, "territories", "territory", tuple(lost))])
    served = flows.contribution_population(people, activity, unserved=hypotheses.unserved)
    population = served[part.rows] if everyone else served
    idle = [code for code, count in zip(part.finess, population, strict=True) if count <= 0]
    if idle:
        message = f"Établissements sans population desservie : {named(idle)}. {COMPLETE}"
        raise ModelError([Fault(message, "hospitals", "finess", tuple(idle))])
    return population


def as_seen(care: Care, criteria: Criteria | None, rows: list[int]) -> Care:
    """The same care, where the activity of the hospitals of some rows is seen by their criteria (that of others unchanged).

    Each territory keeps its total, each age class on its own; care given to residents of elsewhere stays as it is. None:
    the care itself. Raises ModelError with the faults of `reshaped_activity`, those of both age classes.
    """
    if criteria is None:
        return care
    values, of_rows, faults = care.values.copy(), criteria.of(rows), list[Fault]()
    for age in range(values.shape[2]):
        try:
            seen = reshaped_activity(care.values[rows, :-1, age].T, of_rows, zones=care.territories[:-1])
        except ModelError as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        values[rows, :-1, age] = seen.T
    if faults:
        raise ModelError(faults)
    return Care(care.hospitals, care.territories, values)


def _inhabited(part: _Segment, places: list[str], population: Array) -> None:
    empty = [code for code, people in zip(part.finess, population.tolist(), strict=True) if people <= 0]
    if empty:
        told = [place for place, people in zip(places, population.tolist(), strict=True) if people <= 0]
        message = (
            f"Territoires sans population, pour les établissements {named(empty)} : {named(told)}. Corriger Territoires."
        )
        raise ModelError([Fault(message, "territories", "territory", tuple(told))])


def check_places(tables: Tables, hypotheses: Hypotheses) -> None:
    """Where a method admits one hospital per territory: every fault of place, before any activity is read."""
    territories, faults = Territories(tables), []
    for segment in hypotheses.segments:
        rows = rows_of(tables, segment)
        if hypotheses.flow_method(segment) == FlowMethod.CONTRIBUTION or not rows:
            continue
        own = [tables.hospitals.texts("territory")[row] for row in rows]
        mapping, lost = territories.mapping(own, hypotheses.level(segment))
        finess = [code for code, place in zip((tables.finess[row] for row in rows), own, strict=True) if place in mapping]
        faults += lost + _crowded(finess, [mapping[place] for place in own if place in mapping])
    if faults:
        raise ModelError(faults)


def _crowded(finess: list[str], places: list[str]) -> list[Fault]:
    """A fault that names the territories with several hospitals."""
    shared: dict[str, list[str]] = {}
    for code, place in zip(finess, places, strict=True):
        shared.setdefault(place, []).append(code)
    crowded = {place: codes for place, codes in shared.items() if len(codes) > 1}
    if not crowded:
        return []
    told = " ; ".join(f"{place} ({named(codes)})" for place, codes in crowded.items())
    message = (
        f"Plusieurs établissements dans un même territoire : {told}. "
        "Cette méthode n'en admet qu'un : choisir « contribution » dans Hypothèses."
    )
    return [Fault(message, "hospitals", "territory", tuple(code for codes in crowded.values() for code in codes))]
