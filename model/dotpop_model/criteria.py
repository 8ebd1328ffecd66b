"""Criteria: how a criterion shares out, the country among its regions or a territory among its hospitals."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french, located, named
from dotpop_model.weighting import WEIGHTS_TOLERANCE, composite_index


class Measure(StrEnum):
    """What a criterion counts: persons, places (COUNT), or something per inhabitant (RATE)."""

    COUNT = "count"
    RATE = "rate"


def criterion_share(
    values: ArrayLike, population: ArrayLike, *, direction: int = 1, measure: str = Measure.COUNT, name: str = "critère"
) -> Array:
    """The share that each region, or each hospital, has of a criterion (n shares, Σ = 1).

    COUNT: x_r / Σ x; RATE: P_r x_r / Σ P x. With direction −1 (more of it means less need) the rate is inverted:
    P_r / (x_r / P_r) for a count, P_r / x_r for a rate, over their sum.

    values: n numbers, ≥ 0 (> 0 with direction −1). population: inhabitants (or activity), > 0. name: of the criterion, for
    messages. Returns n shares.
    Raises ModelError on missing or negative values, a nil total, an unknown direction or measure.
    Source: the arrêté gives criteria and weights, not the form: a hypothesis (each criterion's share of the national total).

    >>> criterion_share([30, 10], [100, 100]).tolist(), criterion_share([0.3, 0.1], [100, 300], measure="rate").tolist()
    ([0.75, 0.25], [0.5, 0.5])
    """
    with Arguments() as arguments:
        found = arguments.array("critère", values, minimum=0, positive=direction == -1)
        people = arguments.array("populations", population, positive=True)
        same_length(arguments, critère=found, populations=people)
        if direction not in (1, -1):
            arguments.fault("sens", f"sens : {direction}, 1 ou −1 est attendu.")
        if measure not in list(Measure):
            arguments.fault("mesure", f"mesure : « {measure} », l'une de : {', '.join(Measure)} est attendue.")
    rate = found if measure == Measure.RATE else found / people
    key = people * rate if direction == 1 else people / rate
    if not key.sum() > 0:
        Arguments.refuse("critère", f"{name} : le total est nul. Renseigner les valeurs.")
    return np.asarray(key / key.sum())


class Form(StrEnum):
    """How hospital criteria enter the key: each one's share, or a composite index that modulates activity."""

    SHARES = "shares"
    INDEX = "index"


@dataclass(frozen=True)
class Criteria:
    """The criteria of a region's hospitals. values: hospitals × K; weights: K, ≥ 0, Σ ≤ 1 (the rest is the contribution's);
    directions: K, ±1; measures: K; form and method (of the composite index): the region's choices."""

    names: Sequence[str]
    values: Array
    weights: Array
    directions: Array
    measures: Sequence[str]
    form: str = Form.SHARES
    method: str = "ratio"


def reshaped_activity(activity: ArrayLike, criteria: Criteria) -> Array:
    """ã_ez: the activity of each hospital as the criteria see it, each zone's total kept (zones × hospitals).

    SHARES: ã_ez = A_z [(1 − Σ_k w_k) a_ez / A_z + Σ_k w_k s_kez], s_kez the share of criterion k among the hospitals that
    care for residents of z: a count goes to its zones pro rata to the hospital's activity, a rate counts by unit of
    activity (`criterion_share`). INDEX: ã_ez = A_z a_ez (1 + g_e) / Σ_e a_ez (1 + g_e), g the composite index of the
    criteria over the hospitals, weighted by activity, of intensity Σ_k w_k.

    activity: zones × hospitals (weighted activity), ≥ 0. criteria: see `Criteria`. Returns zones × hospitals.
    Raises ModelError on weights that pass 100 %, missing or negative values, a criterion that is nil in a whole zone, an
    index of −100 % or lower. Source: PACA 2024, « critères d'allocation infra-régionale » (domain, section 7); the form is a
    hypothesis.

    >>> one = Criteria(["case-mix"], np.array([[1.0], [3.0]]), np.array([0.5]), np.array([1]), ["rate"])
    >>> reshaped_activity([[10, 10]], one).tolist()
    [[7.5, 12.5]]
    """
    with Arguments() as arguments:
        care = arguments.array("activité", activity, ndim=2, minimum=0)
        _check_criteria(arguments, criteria)
    if criteria.form == Form.INDEX:
        keys = care * (1 + _index(care, criteria))
        totals = keys.sum(axis=1, keepdims=True)
        share = np.divide(keys, totals, out=np.zeros_like(keys), where=totals > 0)
        return np.asarray(care.sum(axis=1, keepdims=True) * share)
    of_hospital = care.sum(axis=0)
    found = (1 - criteria.weights.sum()) * care
    for zone, amounts in enumerate(care):
        there = amounts > 0
        for place, name in enumerate(criteria.names):
            if not criteria.weights[place] or not there.any():
                continue
            values = criteria.values[there, place]
            if criteria.measures[place] == Measure.COUNT:
                values = values * amounts[there] / of_hospital[there]
            with located({"critère": ("criterion_values", name)}):
                share = criterion_share(
                    values,
                    amounts[there],
                    direction=int(criteria.directions[place]),
                    measure=criteria.measures[place],
                    name=name,
                )
            found[zone, there] += criteria.weights[place] * amounts.sum() * share
    return np.asarray(found)


def _index(care: Array, criteria: Criteria) -> Array:
    total = float(criteria.weights.sum())
    activity = care.sum(axis=0)
    seen = activity > 0
    index = np.zeros(len(activity))
    if not total or not seen.any():
        return index
    index[seen] = composite_index(
        criteria.values[seen],
        criteria.weights / total,
        criteria.directions,
        activity[seen],
        method=criteria.method,
        intensity=total,
        names=list(criteria.names),
    )
    low = [str(row + 1) for row in np.flatnonzero(index <= -1)]
    if low:
        Arguments.refuse("critère", f"critères : indice de −100 % ou moins à la ligne {named(low)}. Réduire les poids.", low)
    return index


def _check_criteria(arguments: Arguments, criteria: Criteria) -> None:
    total = float(criteria.weights.sum())
    if not (criteria.weights >= 0).all() or total > 1 + WEIGHTS_TOLERANCE:
        told = f"poids des critères : leur somme est {french(100 * total)} %, au plus 100 % est attendu"
        arguments.fault("poids", f"{told}. Corriger les poids (le reste va à la contribution).")
    if criteria.form not in list(Form):
        arguments.fault("forme", f"forme : « {criteria.form} », l'une de : {', '.join(Form)} est attendue.")
