"""Funding index: each hospital's allocation per head against the regional mean, and its position."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french


def regional_mean(allocation: ArrayLike, population: ArrayLike) -> float:
    """Regional allocation per head μ = Σ D / Σ P (€ per inhabitant).

    allocation: D_e, € without regional specific activities. population: P_e, flow-corrected inhabitants.
    Raises ModelError on unequal lengths, missing or negative values, a total population of 0.
    Source: ARA slide 16, "dotation retraitée par habitant, donnée régionale".

    >>> regional_mean([100, 300], [1, 3])
    100.0
    """
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, minimum=0)
        people = arguments.array("populations", population, minimum=0)
        same_length(arguments, dotations=money, populations=people)
        if people.sum() <= 0:
            arguments.fault("populations", "populations : la somme est nulle. Renseigner les populations.")
    return float(money.sum() / people.sum())


def funding_index(allocation: ArrayLike, population: ArrayLike, mean: ArrayLike | None = None) -> Array:
    """Funding index I_e = (D_e / P_e) / μ (1 = the regional mean).

    allocation: €. population: flow-corrected inhabitants, > 0. mean: μ in € per head, one number or one per
    hospital; the mean of the rows given when None. Returns one number per hospital.
    Raises ModelError on unequal lengths, missing or negative values, a population or mean of 0 (rows named).
    Source: ARA slide 16, "indice pondéré de l'établissement".

    >>> funding_index([55e6], [506714], 132.55).round(2).tolist()
    [0.82]
    """
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, minimum=0)
        people = arguments.array("populations", population, length=len(money), positive=True)
        reference = reference_mean(arguments, money, people, mean)
    return np.asarray(money / people / reference)


def position(index: ArrayLike, low: float = 0.95, high: float = 1.05) -> NDArray[np.str_]:
    """Position of each hospital: "under" (I < low), "neutral" (bounds included), "over" (I > high).

    index: funding indices, unrounded. low, high: bounds, low ≤ high. Returns one word per hospital.
    Raises ModelError on missing indices or bounds in the wrong order.
    Source: annex "Indices de financement par ES" and "Principes retenus" (bounds 0.95 and 1.05).

    >>> position([0.94, 0.95, 1.05, 1.06]).tolist()
    ['under', 'neutral', 'neutral', 'over']
    """
    with Arguments() as arguments:
        values = arguments.array("indices", index)
        if not low <= high:
            arguments.fault("bornes", f"bornes : la borne basse ({french(low)}) dépasse la borne haute ({french(high)}).")
    return np.where(values < low, "under", np.where(values > high, "over", "neutral"))


def group_index(allocation: ArrayLike, population: ArrayLike, mean: ArrayLike) -> float:
    """Index of a group of hospitals (département, category, federation): Σ D_e / Σ μ_s P_e.

    allocation: €. population: flow-corrected inhabitants. mean: μ_s of each hospital's segment, € per head.
    Raises ModelError as `funding_index`. Source: ARA slide 17, all hospitals together (domain, section 5).

    >>> group_index([100, 300], [1, 2], [100, 100]).__round__(4)
    1.3333
    """
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, minimum=0)
        people = arguments.array("populations", population, length=len(money), positive=True)
        reference = reference_mean(arguments, money, people, mean)
    return float(money.sum() / (people * reference).sum())


def reference_mean(arguments: Arguments, money: Array, people: Array, mean: ArrayLike | None) -> Array:
    """The mean to compare with: as given (one, or one per hospital), else Σ D / Σ P of the rows."""
    if mean is None:
        if money.sum() <= 0:
            arguments.fault("dotations", "dotations : la somme est nulle. Renseigner les dotations.")
        return np.full(len(money), money.sum() / people.sum() if people.sum() > 0 else np.nan)
    values = arguments.array("moyenne", np.atleast_1d(mean), positive=True)
    if len(values) not in (1, len(money)):
        arguments.fault("moyenne", f"moyenne : une valeur ou {len(money)} attendues, {len(values)} trouvées.")
    return values
