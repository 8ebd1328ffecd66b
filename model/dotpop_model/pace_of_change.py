"""Comparator: NHS England's pace of change, a continuous function of the distance from target."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array
from dotpop_model.errors import euros, french
from dotpop_model.sharing import fill

FLOAT_NOISE = 1e-12  # relative: an amount that pays the floors exactly does pay them


class Pace(NamedTuple):
    """growth: € per hospital. remainder: € of the pot that found no taker."""

    growth: Array
    remainder: float


def floors(allocation: ArrayLike, target: ArrayLike, *, floor: float, full_until: float, none_from: float) -> Array:
    """Growth guaranteed to each hospital φ(d) D (€), d = D / T − 1: φ = floor up to full_until, then down to 0 at none_from.

    Arguments and errors as `pace_of_change`.

    >>> floors([100, 107.5, 110], [100, 100, 100], floor=0.02, full_until=0.05, none_from=0.10).round(4).tolist()
    [2.0, 1.075, 0.0]
    """
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, minimum=0)
        goal = arguments.array("cibles", target, length=len(money), positive=True)
        arguments.number("plancher", floor, 0)
        if not full_until < none_from:
            arguments.fault("plancher", f"plancher : {french(full_until)} doit être inférieur à {french(none_from)}.")
    return np.asarray(floor * np.clip((none_from - (money / goal - 1)) / (none_from - full_until), 0, 1) * money)


def pace_of_change(
    allocation: ArrayLike,
    target: ArrayLike,
    amount: float,
    *,
    floor: float,
    full_until: float = 0.05,
    none_from: float = 0.10,
) -> Pace:
    """Growth of each hospital under a pace-of-change policy: a floor for all, the rest to those under target.

    Distance from target d = D / T − 1. Floor growth φ(d) D with φ = floor up to d = full_until, then linearly down to
    0 at d = none_from. What is left of the amount goes pro rata to max(0, T − D − φ D), capped by it. Both parts are
    continuous in D: no cliff edge.

    allocation D, target T: €, T > 0. amount: € of growth to share. floor: yearly growth guaranteed (0.01 = 1 %).
    Returns `Pace`. Raises ModelError on missing or negative values, an amount that does not pay the floors,
    full_until ≥ none_from.
    Source: NHS England allocations, pace-of-change policy (domain, section 6); bounds are parameters.

    >>> pace_of_change([90, 100, 120], [100, 100, 100], 8, floor=0.01).growth.round(2).tolist()
    [7.0, 1.0, 0.0]
    """
    with Arguments() as arguments:
        arguments.number("montant", amount, 0)
        guaranteed = floors(allocation, target, floor=floor, full_until=full_until, none_from=none_from)
    money, goal = np.asarray(allocation, dtype=np.float64), np.asarray(target, dtype=np.float64)
    left = amount - float(guaranteed.sum())
    if left < -FLOAT_NOISE * amount:
        needed = euros(guaranteed.sum())
        Arguments.refuse("montant", f"montant : {euros(amount)} ne couvre pas les planchers ({needed}). L'augmenter.")
    gap = np.maximum(0, goal - money - guaranteed)
    extra = fill(max(0.0, left), gap, gap)
    return Pace(guaranteed + extra, max(0.0, left - float(extra.sum())))
