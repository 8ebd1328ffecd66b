"""Notification: the movements of a trajectory rounded to whole cents or euros, each sum exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.sharing import CENT, HALF_CENT, exact, share_out
from dotpop_model.trajectory import Measures, Movement, Trajectory

NOISE_DIGITS = 6  # decimals of a euro beyond which a difference is float noise
MEASURES = ("carry_forward", "core_growth", "earmarked")
MEASURE_OF = {  # the measure whose money each lever hands out
    "carry_forward": "carry_forward",
    "withheld": "carry_forward",
    "core_growth": "core_growth",
    "earmarked": "earmarked",
    "convergence": "convergence",
}


@dataclass(frozen=True, slots=True)
class Notified:
    """One movement in exact amounts: € per hospital."""

    year: int
    pot: int
    lever: str
    shares: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one measure of one pot in one year (€): offered = distributed + unallocated, exactly."""

    year: int
    pot: int
    measure: str
    offered: Decimal
    distributed: Decimal

    @property
    def unallocated(self) -> Decimal:
        return self.offered - self.distributed


def notify(trajectory: Trajectory, *, step: Decimal = CENT, ids: Sequence[str] | None = None) -> list[Notified]:
    """Each movement of `trajectory` in multiples of `step`, by largest remainder, ties by id.

    The float recursion is not touched: rounding happens once, here. The movements of one measure never add up to more
    than the measure; where all of it found takers, they add up to it (less a part of a step). The gains and losses of a
    convergence are equal. Source: notified amounts are whole cents or euros (domain, section 6).
    """
    left = _offered(trajectory)
    notified = []
    for move in trajectory.movements:
        if move.lever == "convergence":
            shares = _balanced(move, step, ids)
        else:
            pot_and_measure = (move.pot, MEASURE_OF[move.lever])
            shares = _shared(_total(move, left[pot_and_measure]), move.shares, step, ids)
            left[pot_and_measure] -= sum(shares, Decimal(0))
        notified.append(Notified(move.year, move.pot, move.lever, shares))
    return notified


def _offered(trajectory: Trajectory) -> dict[tuple[int, str], Decimal]:
    """What each pot puts up for each measure, without the float noise of having been cut in two."""
    totals: dict[tuple[int, str], float] = {}
    for move in trajectory.movements:
        key = (move.pot, MEASURE_OF[move.lever])
        totals[key] = totals.get(key, 0.0) + move.offered
    return {key: exact(round(total, NOISE_DIGITS)) for key, total in totals.items()}


def _total(move: Movement, left: Decimal) -> Decimal:
    """What the movement hands out of what is left of its measure: all of it for the last lever, if all found takers."""
    placed = float(move.shares.sum())
    last, everything = move.lever != "carry_forward", move.offered - placed < HALF_CENT
    return left if last and everything and placed > 0 else min(left, exact(placed).quantize(CENT))


def _balanced(move: Movement, step: Decimal, ids: Sequence[str] | None) -> tuple[Decimal, ...]:
    total = exact(float(np.maximum(0, move.shares).sum())).quantize(CENT)
    gains = _shared(total, np.maximum(0, move.shares), step, ids)
    losses = _shared(total, np.maximum(0, -move.shares), step, ids)
    return tuple(gain - loss for gain, loss in zip(gains, losses, strict=True))


def _shared(total: Decimal, key: Array, step: Decimal, ids: Sequence[str] | None) -> tuple[Decimal, ...]:
    return share_out(total, key, step=step, ids=ids).shares


def accounts(notified: Sequence[Notified], campaign: Sequence[Measures]) -> list[Account]:
    """For each year, pot and measure: offered, distributed and unallocated (€). Convergence offers nothing: it moves."""
    result = []
    for pot, measures in enumerate(campaign):
        for measure in MEASURES:
            moved = [move for move in notified if move.pot == pot and MEASURE_OF[move.lever] == measure]
            if not moved:  # a year beyond the horizon is not played
                continue
            offered = exact(getattr(measures, measure))
            distributed = sum((sum(move.shares, Decimal(0)) for move in moved), Decimal(0))
            result.append(Account(measures.year, pot, measure, offered, distributed))
    return result
