"""Inequality of the allocations per head: how far hospitals stand from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length


@dataclass(frozen=True, slots=True)
class Theil:
    """The Theil index and its two parts: total = within + between."""

    total: float
    within: float
    between: float


def variation(values: ArrayLike, population: ArrayLike) -> float:
    """Coefficient of variation: σ / x̄, both weighted by population (a number, 0: all alike).

    values: n allocations per head (€ per inhabitant), > 0. population: n, > 0. Raises ModelError on missing or
    non-positive numbers. Source: definition; the slides ask for no measure.

    >>> round(variation([80, 120], [100, 100]), 4)
    0.2
    """
    found, people = _both(values, population)
    mean = found @ people / people.sum()
    return float(np.sqrt(people @ (found - mean) ** 2 / people.sum()) / mean)


def gini(values: ArrayLike, population: ArrayLike) -> float:
    """Gini coefficient: twice the area between the Lorenz curve and equality (0: all alike, towards 1: all to one).

    Hospitals in the order of their allocation per head; G = 1 − Σ_i p_i (q_i + q_{i−1}), p_i the share of population, q_i
    the cumulated share of money. Arguments and errors as `variation`.

    >>> round(gini([80, 120], [100, 100]), 4)
    0.1
    """
    found, people = _both(values, population)
    order = np.argsort(found, kind="stable")
    share = people[order] / people.sum()
    money = np.cumsum(found[order] * people[order])
    money = money / money[-1]
    return float(max(0.0, 1 - share @ (money + np.concatenate([[0.0], money[:-1]]))))


def quarter_ratio(values: ArrayLike, population: ArrayLike) -> float:
    """Mean allocation per head of the best-funded quarter of the population over that of the least-funded quarter.

    A hospital across a quarter counts for the part of its population that is in it. Arguments and errors as `variation`.

    >>> quarter_ratio([50, 100, 100, 150], [10, 10, 10, 10])
    3.0
    """
    found, people = _both(values, population)
    order = np.argsort(found, kind="stable")
    value, share = found[order], people[order] / people.sum()
    return _quarter_mean(value[::-1], share[::-1]) / _quarter_mean(value, share)


def theil(values: ArrayLike, population: ArrayLike, groups: Sequence[str]) -> Theil:
    """Theil index T = Σ_i s_i ln(x_i / x̄), s_i the share of money, split within and between groups (segments).

    between = Σ_g s_g ln(x̄_g / x̄); within = Σ_g s_g T_g; total = within + between.
    groups: n labels. Other arguments and errors as `variation`.

    >>> found = theil([80, 120], [100, 100], ["a", "b"])
    >>> round(found.total, 4), round(found.within, 4)
    (0.0201, 0.0)
    """
    found, people = _both(values, population)
    money = found * people
    mean = money.sum() / people.sum()
    share = money / money.sum()
    between = 0.0
    labels = np.asarray(list(groups), dtype=object)
    for label in sorted(set(labels.tolist())):
        inside = labels == label
        own = money[inside].sum() / people[inside].sum()
        between += float(share[inside].sum() * np.log(own / mean))
    total = float(share @ np.log(found / mean))
    return Theil(total, total - between, between)


def _quarter_mean(values: Array, shares: Array) -> float:
    """Mean of the first quarter of the population, in the order given."""
    before = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    counted = np.clip(0.25 - before, 0.0, shares)
    return float(values @ counted / counted.sum())


def _both(values: ArrayLike, population: ArrayLike) -> tuple[Array, Array]:
    with Arguments() as arguments:
        found = arguments.array("dotations par habitant", values, positive=True)
        people = arguments.array("populations", population, positive=True)
        same_length(arguments, dotations_par_habitant=found, populations=people)
        if not len(found):
            arguments.fault("dotations par habitant", "Aucun établissement. Donner au moins une ligne.")
    return found, people
