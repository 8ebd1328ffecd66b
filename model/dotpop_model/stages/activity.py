"""Weighted activity by hospital, territory of residence and age class, from the table of activity."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Tables, floats, texts
from dotpop_model.vocabulary import AGES, OUTSIDE, Segment

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
    forms = tables.forms[tables.forms["measure"] == measure]
    codes, weights = texts(forms, "form"), floats(forms, column)
    if hypotheses.metric == "patients":
        weights = np.ones(len(codes))
    missing = [code for code, weight in zip(codes, weights, strict=True) if not np.isfinite(weight)]
    if missing:
        message = f"Formes d'activité sans poids : {named(missing)}. Renseigner la colonne des poids."
        raise ModelError([Fault(message, "forms", column, tuple(missing))])
    return dict(zip(codes, weights.tolist(), strict=True))


def hospital_weights(tables: Tables, hypotheses: Hypotheses) -> Array:
    """Coefficient of each hospital's activity: ex-OQN divided by their lower costs; compartment shares if not segmented."""
    segments = texts(tables.hospitals, "segment")
    divisor = hypotheses.oqn_divisor if hypotheses.oqn_divided else 1.0
    daf, oqn = 1.0, 1.0 / divisor
    if not hypotheses.segmented and hypotheses.compartment_weights:
        daf, oqn = daf * hypotheses.daf_weight, oqn * hypotheses.oqn_weight
    return np.array([oqn if segment == Segment.OQN else daf for segment in segments])


def weighted_care(tables: Tables, hypotheses: Hypotheses, territories: Territories, level: str) -> Care:
    """W_eza at one level of territories: Σ over forms of ω_f × volume × the hospital's coefficient."""
    hospitals = [*tables.finess, OUTSIDE]
    zones = [*territories.at(level), OUTSIDE]
    forms = counted_forms(tables, hypotheses)
    activity = tables.activity[tables.activity["form"].isin(list(forms))]
    places = activity["territory"].astype("category")
    categories = [str(code) for code in places.cat.categories]
    mapping, faults = territories.mapping(categories, level)
    zone_of = places_in(zones, [mapping.get(code, "?") for code in categories])
    hospital = places_in(hospitals, activity["finess"])
    age = places_in(AGES, activity["age"])
    unknown = sorted(set(activity["finess"][hospital < 0]))
    if unknown:
        message = f"Activité d'établissements inconnus : {named(unknown)}. Les ajouter à la feuille Établissements."
        faults.append(Fault(message, "activity", "finess", tuple(unknown)))
    if faults or (age < 0).any():
        raise ModelError(faults or [Fault("Activité : classe d'âge inconnue.", "activity", "age")])
    weight = activity["form"].map(forms).to_numpy(dtype=np.float64) * floats(activity, "volume")
    coefficients = np.append(hospital_weights(tables, hypotheses), 1.0)
    shape = (len(hospitals), len(zones), len(AGES))
    flat = np.ravel_multi_index((hospital, zone_of[places.cat.codes.to_numpy()], age), shape)
    values = np.bincount(flat, weights=weight * coefficients[hospital], minlength=int(np.prod(shape)))
    return Care(hospitals, zones, np.asarray(values, dtype=np.float64).reshape(shape))


def places_in(known: Sequence[str], codes: Sequence[str] | "pd.Series[str]") -> NDArray[np.intp]:
    """The place of each code among the known ones, −1 where it is unknown."""
    return np.asarray(pd.Index(list(known)).get_indexer(pd.Index(codes)))
