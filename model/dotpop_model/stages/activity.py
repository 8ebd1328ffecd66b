"""Weighted activity by hospital, territory of residence and age class, from the table of activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Mask, Tables
from dotpop_model.vocabulary import AGES, LEVELS, OUTSIDE, Segment

MEASURE_OF_METRIC = {"weighted_patients": "patients", "patients": "patients", "days_and_acts": "days_and_acts"}


@dataclass(frozen=True, slots=True)
class Care:
    """Weighted activity W: values[hospital, territory, age]. "HORS" is the last hospital and the last territory."""

    hospitals: list[str]
    territories: list[str]
    values: Array


def counted_forms(tables: Tables, hypotheses: Hypotheses) -> dict[str, float]:
    """The forms of care that the metric counts, with their weights ω_f (see `Hypotheses.metric` and `granularity`)."""
    measure = MEASURE_OF_METRIC[hypotheses.metric]
    column = "weight" if hypotheses.granularity == "form" else "nature_weight"
    forms = tables.forms.where(tables.forms["measure"] == measure)
    codes, weights = forms.texts("form"), forms.floats(column)
    if hypotheses.metric == "patients":
        weights = np.ones(len(codes))
    missing = [code for code, weight in zip(codes, weights, strict=True) if not np.isfinite(weight)]
    if missing:
        message = f"Formes d'activité sans poids : {named(missing)}. Renseigner la colonne des poids."
        raise ModelError([Fault(message, "forms", column, tuple(missing))])
    return dict(zip(codes, weights.tolist(), strict=True))


def hospital_weights(tables: Tables, hypotheses: Hypotheses) -> Array:
    """Coefficient of each hospital's activity: ex-OQN divided by their lower costs; compartment shares if not segmented."""
    segments = tables.hospitals.texts("segment")
    divided = hypotheses.oqn_divided == "always" or (hypotheses.oqn_divided == "segmented" and hypotheses.segmented)
    divisor = hypotheses.oqn_divisor if divided else 1.0
    daf, oqn = 1.0, 1.0 / divisor
    if not hypotheses.segmented and hypotheses.compartment_weights:
        daf, oqn = daf * hypotheses.daf_weight, oqn * hypotheses.oqn_weight
    return np.array([oqn if segment == Segment.OQN else daf for segment in segments])


def weighted_care(tables: Tables, hypotheses: Hypotheses) -> Care:
    """W_eza over the territories as the table writes them: Σ over forms of ω_f × volume × the hospital's coefficient."""
    hospitals = [*tables.finess, OUTSIDE]
    territories = [*tables.territories.texts("territory"), OUTSIDE]
    forms = counted_forms(tables, hypotheses)
    activity = tables.activity.where(counted_lines(tables, forms))
    places = {
        "finess": (hospitals, "Établissements"),
        "territory": (territories, "Territoires"),
        "age": (AGES, ""),
    }
    found, faults = [], []
    for column, (known, sheet) in places.items():
        codes, rows = activity.coded(column)
        position = places_in(known, codes)
        unknown = sorted(code for code, place in zip(codes, position.tolist(), strict=True) if place < 0)
        if unknown:
            message = f"Activité : codes inconnus : {named(unknown)}. Les ajouter à la feuille {sheet} ou les corriger."
            faults.append(Fault(message, "activity", column, tuple(unknown)))
        found.append(position[rows])
    outside = (found[0] == len(hospitals) - 1) & (found[1] == len(territories) - 1)
    if outside.any():
        message = f"Activité {OUTSIDE} vers {OUTSIDE} : elle ne concerne pas la région. Retirer ces lignes."
        faults.append(Fault(message, "activity", "finess", (OUTSIDE,)))
    if OUTSIDE in tables.territories.texts("territory"):
        message = f"Le code « {OUTSIDE} » est réservé au hors région. Le retirer de la feuille Territoires."
        faults.append(Fault(message, "territories", "territory", (OUTSIDE,)))
    if faults:
        raise ModelError(faults)
    codes, rows = activity.coded("form")
    weight = np.array([forms[form] for form in codes])[rows] * activity.floats("volume")
    coefficients = np.append(hospital_weights(tables, hypotheses), 1.0)
    shape = (len(hospitals), len(territories), len(AGES))
    flat = np.ravel_multi_index(tuple(found), shape)
    values = np.bincount(flat, weights=weight * coefficients[found[0]], minlength=int(np.prod(shape)))
    return Care(hospitals, territories, np.asarray(values, dtype=np.float64).reshape(shape))


def at_level(care: Care, territories: Territories, level: str) -> Care:
    """The same care by territories of one level; a place with care that belongs to none is a fault that names it."""
    cared_for = np.flatnonzero(care.values.sum(axis=(0, 2)))
    written = [care.territories[place] for place in cared_for.tolist()]
    mapping, faults = territories.mapping(written, level)
    coarse = [code for code in written if code not in mapping and _coarser(territories.level[code], level)]
    if coarse:
        message = (
            f"Activité dont la résidence n'est pas connue à la maille choisie : {named(coarse)}. "
            "La saisir à cette maille, ou choisir une maille plus large dans Hypothèses."
        )
        faults = [Fault(message, "activity", "territory", tuple(coarse))]
    if faults:
        raise ModelError(faults)
    zones = [*territories.at(level), OUTSIDE]
    values = np.zeros((len(care.hospitals), len(zones), len(AGES)))
    places = places_in(zones, [mapping[code] for code in written])
    np.add.at(values.swapaxes(0, 1), places, care.values[:, cared_for].swapaxes(0, 1))
    return Care(care.hospitals, zones, values)


def _coarser(level: str, wanted: str) -> bool:
    return LEVELS.index(level) > LEVELS.index(wanted)


def counted_lines(tables: Tables, forms: Mapping[str, float]) -> Mask:
    """The lines of the table of activity whose form is counted."""
    codes, rows = tables.activity.coded("form")
    return np.array([form in forms for form in codes], dtype=bool)[rows]


def places_in(known: Sequence[str], codes: Sequence[str]) -> NDArray[np.intp]:
    """The place of each code among the known ones, −1 where it is unknown."""
    place = {code: position for position, code in enumerate(known)}
    return np.array([place.get(code, -1) for code in codes], dtype=np.intp)
