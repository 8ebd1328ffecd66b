"""Criteria: how a criterion shares out, the country among its regions or a territory among its hospitals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french, named
from dotpop_model.weighting import WEIGHTS_TOLERANCE, composite_index


class Measure(StrEnum):
    """What a criterion counts: persons, places (COUNT), or something per inhabitant (RATE)."""

    COUNT = "count"
    RATE = "rate"


def criterion_share(
    values: ArrayLike,
    population: ArrayLike,
    *,
    direction: int = 1,
    measure: str = Measure.COUNT,
    name: str = "critère",
    ids: Sequence[str] | None = None,
) -> Array:
    """The share that each region, or each hospital, has of a criterion (n shares, Σ = 1).

    COUNT: x_r / Σ x; RATE: P_r x_r / Σ P x. With direction −1 (more of it means less need) the rate is inverted:
    P_r / (x_r / P_r) for a count, P_r / x_r for a rate, over their sum.

    values: n numbers, ≥ 0 (> 0 with direction −1). population: inhabitants (or activity), > 0. name: of the criterion, ids:
    of the n rows (their positions from 1 when None), for messages. Returns n shares.
    Raises ModelError on missing or negative values, a nil total, an unknown direction or measure.
    Source: the arrêté gives criteria and weights, not the form: a hypothesis (each criterion's share of the national total).

    >>> criterion_share([30, 10], [100, 100]).tolist(), criterion_share([0.3, 0.1], [100, 300], measure="rate").tolist()
    ([0.75, 0.25], [0.5, 0.5])
    """
    with Arguments(ids) as arguments:
        found = arguments.array(name, values, minimum=0, positive=direction == -1)
        people = arguments.array("populations", population, positive=True)
        same_length(arguments, **{name: found, "populations": people})
        if direction not in (1, -1):
            arguments.fault("sens", f"sens : {direction}, 1 ou −1 est attendu.")
        if measure not in list(Measure):
            arguments.fault("mesure", f"mesure : « {measure} », l'une de : {', '.join(Measure)} est attendue.")
    rate = found if measure == Measure.RATE else found / people
    key = people * rate if direction == 1 else people / rate
    if not key.sum() > 0:
        Arguments.refuse(name, f"{name} : le total est nul. Renseigner les valeurs.")
    return np.asarray(key / key.sum())


class Form(StrEnum):
    """How hospital criteria enter the key: each one's share, or a composite index that modulates activity."""

    SHARES = "shares"
    INDEX = "index"


@dataclass(frozen=True)
class Criteria:
    """The criteria of a region's hospitals. values: hospitals × K; weights: K, ≥ 0, Σ ≤ 1 (the rest is the contribution's);
    directions: K, ±1; measures: K; form and method (of the composite index): the region's choices. ids: of the hospitals,
    for messages (their positions from 1 when None)."""

    names: Sequence[str]
    values: Array
    weights: Array
    directions: Array
    measures: Sequence[str]
    form: str = Form.SHARES
    method: str = "ratio"
    ids: Sequence[str] | None = None

    def of(self, rows: Sequence[int]) -> "Criteria":
        """The same criteria for the hospitals of these rows."""
        ids = None if self.ids is None else [self.ids[row] for row in rows]
        return replace(self, values=self.values[list(rows)], ids=ids)

    def weighing(self) -> "Criteria":
        """Those that have a weight: what the others measure is of no consequence, missing values included."""
        kept = np.flatnonzero(self.weights).tolist()
        return replace(
            self,
            names=[self.names[place] for place in kept],
            values=self.values[:, kept],
            weights=self.weights[kept],
            directions=self.directions[kept],
            measures=[self.measures[place] for place in kept],
        )


def reshaped_activity(activity: ArrayLike, criteria: Criteria, *, zones: Sequence[str] | None = None) -> Array:
    """ã_ez: the activity of each hospital as the criteria see it, each zone's total kept (zones × hospitals).

    SHARES: ã_ez = A_z [(1 − Σ_k w_k) a_ez / A_z + Σ_k w_k s_kez], s_kez the share of criterion k among the hospitals that
    care for residents of z: a count goes to its zones pro rata to the hospital's activity, a rate counts by unit of
    activity (`criterion_share`). INDEX: ã_ez = A_z a_ez (1 + g_e) / Σ_e a_ez (1 + g_e), g the composite index of the
    criteria over the hospitals, weighted by activity, of intensity Σ_k w_k; a count is read per unit of activity.
    A zone that one hospital alone cares for, or nobody, is left as it is.

    activity: zones × hospitals (weighted activity), ≥ 0. criteria: see `Criteria`. zones: their names, for messages (their
    positions from 1 when None). Returns zones × hospitals.
    Raises ModelError on weights that are negative or pass 100 %, missing or negative values of a hospital with activity (or
    nil ones with direction −1), a criterion that is nil in a whole zone, an index of −100 % or lower. Each fault is about
    the criterion that it names.
    Source: PACA 2024, « critères d'allocation infra-régionale » (domain, section 7); the form is a hypothesis.

    >>> one = Criteria(["case-mix"], np.array([[1.0], [3.0]]), np.array([0.5]), np.array([1]), ["rate"])
    >>> reshaped_activity([[10, 10]], one).tolist()
    [[7.5, 12.5]]
    """
    with Arguments() as arguments:
        care = arguments.array("activité", activity, ndim=2, minimum=0)
        check_weights(arguments, criteria.weights, criteria.names)
        if criteria.form not in list(Form):
            arguments.fault("forme", f"forme : « {criteria.form} », l'une de : {', '.join(Form)} est attendue.")
    kept = criteria.weighing()
    _check_values(care, kept)
    if not len(kept.names):
        return care
    return _by_index(care, kept) if kept.form == Form.INDEX else _by_shares(care, kept, zones)


def check_weights(arguments: Arguments, weights: Array, names: Sequence[str]) -> None:
    """Records weights that are missing, negative, or over 100 % in all. names: of the criteria."""
    weights = arguments.array("poids", weights, minimum=0)
    total = float(weights.sum())
    if total > 1 + WEIGHTS_TOLERANCE:
        told = f"poids des critères : leur somme est {french(100 * total)} %, au plus 100 % est attendu"
        arguments.fault("poids", f"{told}. Corriger les poids (le reste va à la contribution).", names)


def _by_shares(care: Array, criteria: Criteria, zones: Sequence[str] | None) -> Array:
    _refuse_nil(care, criteria, zones)
    of_hospital = care.sum(axis=0)
    found = (1 - criteria.weights.sum()) * care
    for zone, amounts in enumerate(care):
        there = np.flatnonzero(amounts)
        for place, weight in enumerate(criteria.weights.tolist()):
            share = _shares_of(criteria, place, there, amounts[there], of_hospital[there])
            found[zone, there] += weight * amounts.sum() * share
    return np.asarray(found)


def _shares_of(criteria: Criteria, place: int, there: NDArray[np.intp], amounts: Array, of_hospital: Array) -> Array:
    """The share that the hospitals of a zone have of a criterion. amounts: their activity there; of_hospital: everywhere."""
    if len(there) < 2:
        return np.ones(len(there))
    values, measure = criteria.values[there, place], criteria.measures[place]
    if measure == Measure.COUNT:
        values = values * amounts / of_hospital
    direction = int(criteria.directions[place])
    return criterion_share(values, amounts, direction=direction, measure=measure, name=criteria.names[place])


def _refuse_nil(care: Array, criteria: Criteria, zones: Sequence[str] | None) -> None:
    """A fault for each criterion that is nil for all the hospitals of a zone, where there are several."""
    shared = (care > 0).sum(axis=1) > 1
    with Arguments() as arguments:
        for place, name in enumerate(criteria.names):
            nil = np.flatnonzero(shared & (care @ criteria.values[:, place] == 0)).tolist()
            if nil:
                places = [zones[zone] if zones else str(zone + 1) for zone in nil]
                told = f"{name} : nul pour tous les établissements qui soignent les habitants de {named(places)}"
                arguments.fault(name, f"{told}. Renseigner les valeurs, ou retirer le critère.")


def _by_index(care: Array, criteria: Criteria) -> Array:
    keys = care * (1 + _index(care, criteria))
    totals = keys.sum(axis=1, keepdims=True)
    share = np.divide(keys, totals, out=np.zeros_like(keys), where=totals > 0)
    return np.asarray(care.sum(axis=1, keepdims=True) * share)


def _index(care: Array, criteria: Criteria) -> Array:
    """g_e, 0 for the hospitals without activity."""
    total, activity = float(criteria.weights.sum()), care.sum(axis=0)
    seen = np.flatnonzero(activity)
    index = np.zeros(len(activity))
    if not len(seen):
        return index
    counts = np.array([measure == Measure.COUNT for measure in criteria.measures])
    values = np.where(counts, criteria.values[seen] / activity[seen, None], criteria.values[seen])
    index[seen] = composite_index(
        values,
        criteria.weights / total,
        criteria.directions,
        activity[seen],
        method=criteria.method,
        intensity=total,
        names=list(criteria.names),
    )
    low = [_called(criteria, row) for row in np.flatnonzero(index <= -1).tolist()]
    if low:
        Arguments.refuse("poids", f"critères : indice de −100 % ou moins pour {named(low)}. Réduire les poids.", low)
    return index


def _check_values(care: Array, criteria: Criteria) -> None:
    """Every missing, negative or (direction −1) nil value of a hospital that has some activity."""
    seen = np.flatnonzero(care.sum(axis=0)).tolist()
    with Arguments([_called(criteria, row) for row in seen]) as arguments:
        for place, name in enumerate(criteria.names):
            positive = criteria.directions[place] == -1
            arguments.array(name, criteria.values[seen, place], minimum=0, positive=positive)


def _called(criteria: Criteria, row: int) -> str:
    return str(row + 1) if criteria.ids is None else criteria.ids[row]
