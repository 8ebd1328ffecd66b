"""Need weighting: from indicators to a composite index, from the index to a need-weighted population."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french, named

NO_VARIATION = 1e-12  # relative to the values: a difference of float noise is no difference
WEIGHTS_TOLERANCE = 1e-9  # weights are typed with a few decimals: their sum is 1 up to float noise only


def composite_index(
    indicators: ArrayLike,
    weights: ArrayLike,
    directions: ArrayLike,
    population: ArrayLike,
    *,
    method: str = "ratio",
    intensity: float = 1.0,
    names: Sequence[str] | None = None,
) -> Array:
    """Composite need index of each territory, relative to the region (0 = regional mean, −0.0149 = −1.49 %).

    ratio: g_z = λ Σ_k w_k d_k (x_kz / x̄_k − 1); zscore: g_z = λ Σ_k w_k d_k (x_kz − x̄_k) / σ_k,
    x̄_k and σ_k the population-weighted regional mean and standard deviation.

    indicators: zones × indicators, each in its own unit. weights: w_k ≥ 0, adding up to 1.
    directions: d_k = +1 (higher means more need) or −1. population: inhabitants per zone. intensity: λ ≥ 0.
    names: of the indicators, for messages (their columns counted from 1 when None).
    Returns one number per zone; 0 without indicators, and for a zone that is the whole region.
    Raises ModelError on wrong shapes, missing or negative values, weights that do not add up to 1, a direction
    other than ±1, an indicator of zero mean (ratio) or without variation (zscore), an unknown method.
    Source: ARA slide 14 (indicators); the formula is a hypothesis of the region (domain, section 3).

    >>> composite_index([[10.0], [20.0]], [1.0], [1], [100, 100]).round(4).tolist()
    [-0.3333, 0.3333]
    """
    parts = index_parts(indicators, weights, directions, population, method=method, intensity=intensity, names=names)
    return np.asarray(parts.sum(axis=1))


def index_parts(
    indicators: ArrayLike,
    weights: ArrayLike,
    directions: ArrayLike,
    population: ArrayLike,
    *,
    method: str = "ratio",
    intensity: float = 1.0,
    names: Sequence[str] | None = None,
) -> Array:
    """What each indicator brings to the composite index: g_kz, with g_z = Σ_k g_kz (zones × indicators).

    Arguments, errors and source as `composite_index`.

    >>> index_parts([[10.0, 1.0], [20.0, 3.0]], [0.5, 0.5], [1, -1], [100, 100]).round(4).tolist()
    [[-0.1667, 0.25], [0.1667, -0.25]]
    """
    with Arguments() as arguments:
        values = arguments.array("indicateurs", indicators, ndim=2)
        weight = arguments.array("poids", weights, minimum=0)
        direction = arguments.array("sens", directions, length=len(weight))
        people = arguments.array("populations", population, minimum=0)
        same_length(arguments, indicateurs=values, populations=people)
        _check_composition(arguments, values, weight, direction, method, intensity)
    if not len(weight) or len(people) == 1:
        return np.zeros((len(people), len(weight)))
    if people.sum() <= 0:
        Arguments.refuse("populations", "populations : la somme est nulle. Renseigner les populations.")
    mean, deviation = moments(values, people)
    scale = mean if method == "ratio" else deviation
    flat = np.flatnonzero(np.abs(scale) <= NO_VARIATION * np.abs(values).max(axis=0))
    if len(flat):
        what = "moyenne nulle" if method == "ratio" else "aucune variation entre territoires"
        called = [names[column] if names else str(column + 1) for column in flat.tolist()]
        told = f"indicateurs : {what} : {named(called)}. Retirer l'indicateur ou changer de méthode."
        Arguments.refuse("indicateurs", told, called)
    return np.asarray(intensity * ((values - mean) / scale) * (weight * direction))


def moments(values: Array, people: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each indicator over inhabitants, in its own unit.

    μ_k = Σ_z P_z x_kz / Σ_z P_z, σ_k² = Σ_z P_z (x_kz − μ_k)² / Σ_z P_z. values: zones × indicators. people: inhabitants
    per zone, not all 0.

    >>> [found.tolist() for found in moments(np.array([[10.0], [20.0]]), np.array([100.0, 100.0]))]
    [[15.0], [5.0]]
    """
    mean = people @ values / people.sum()
    return mean, np.sqrt(people @ (values - mean) ** 2 / people.sum())


def check_weights(arguments: Arguments, weight: Array, direction: Array) -> None:
    """Records weights that do not add up to 1 and directions other than ±1."""
    if len(weight) and abs(weight.sum() - 1) > WEIGHTS_TOLERANCE:
        arguments.fault("poids", f"poids : la somme vaut {french(weight.sum())} au lieu de 1. Corriger les poids.")
    wrong = [str(row + 1) for row in np.flatnonzero(np.abs(direction) != 1)]
    if wrong:
        arguments.fault("sens", f"sens : +1 ou −1 attendu à la ligne {', '.join(wrong)}.", wrong)


def _check_composition(
    arguments: Arguments, values: Array, weight: Array, direction: Array, method: str, intensity: float
) -> None:
    if values.ndim == 2 and values.shape[1] != len(weight):
        arguments.fault("poids", f"poids : {values.shape[1]} attendus (un par indicateur), {len(weight)} trouvés.")
    check_weights(arguments, weight, direction)
    if method not in ("ratio", "zscore"):
        arguments.fault("méthode", f"méthode : « ratio » ou « zscore » attendu, « {method} » trouvé.")
    arguments.number("intensité", intensity, 0)


def weighted_population(population: ArrayLike, index: ArrayLike, *, recentre: bool = True) -> Array:
    """Need-weighted population P'_z = P_z (1 + g_z), recentred so that Σ P' = Σ P unless `recentre` is False.

    population: inhabitants per zone. index: composite index g_z (−0.0149 = −1.49 %). Returns inhabitants per zone.
    Raises ModelError on unequal lengths, missing or negative populations, an index of −100 % or lower.
    Source: ARA slide 16; recentring is a parameter of the region (domain, section 3).

    >>> weighted_population([1000, 1000], [0.1, -0.1]).tolist()
    [1100.0, 900.0]
    """
    with Arguments() as arguments:
        people = arguments.array("populations", population, minimum=0)
        need = arguments.array("indices", index, length=len(people))
        low = [str(row + 1) for row in np.flatnonzero(need <= -1)]
        if low:
            arguments.fault("indices", f"indices : −100 % ou moins à la ligne {', '.join(low)}. Réduire l'intensité.", low)
    weighted = people * (1 + need)
    return weighted * (people.sum() / weighted.sum()) if recentre and weighted.sum() > 0 else weighted


def impact(population: ArrayLike, weighted: ArrayLike) -> float:
    """Impact of the weighting: Σ_z max(0, P'_z − P_z) / Σ_z P_z (0.01 = 1 % of the population moved).

    population, weighted: inhabitants per zone, before and after weighting. Returns a share.
    Raises ModelError on unequal lengths, missing or negative values, a total population of 0.
    Source: annex table of the survey, "somme des écarts positifs sur la population totale".

    >>> impact([1000, 1000], [1100, 900])
    0.05
    """
    with Arguments() as arguments:
        people = arguments.array("populations", population, minimum=0)
        after = arguments.array("populations pondérées", weighted, length=len(people), minimum=0)
        if people.sum() <= 0:
            arguments.fault("populations", "populations : la somme est nulle. Renseigner les populations.")
    return float(np.maximum(0, after - people).sum() / people.sum())


def intensity_for_impact(
    indicators: ArrayLike,
    weights: ArrayLike,
    directions: ArrayLike,
    population: ArrayLike,
    target: float,
    *,
    method: str = "ratio",
) -> float:
    """Intensity λ for which the impact of the weighting is `target` (0.01 = 1 %).

    The index is linear in λ and its population-weighted mean is 0, so the impact is λ times that of λ = 1.

    Arguments as in `composite_index`; target ≥ 0. Returns λ (no unit).
    Raises ModelError as `composite_index`, and when the indicators are the same everywhere while target > 0.
    Source: "limited and prudent" impact, ARA slide 13 and survey annex (domain, section 3).

    >>> round(intensity_for_impact([[10.0], [20.0]], [1.0], [1], [100, 100], 0.05), 12)
    0.3
    """
    with Arguments() as arguments:
        arguments.number("cible", target, 0)
        index = composite_index(indicators, weights, directions, population, method=method)
    people = np.asarray(population, dtype=np.float64)
    unit = float(people @ np.maximum(0, index) / people.sum())
    if unit <= NO_VARIATION and target > 0:
        Arguments.refuse("indicateurs", "indicateurs : identiques partout, aucun impact possible. Revoir la cible.")
    return target / unit if target else 0.0
