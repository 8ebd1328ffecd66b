"""Notification: the movements of a trajectory rounded to whole cents or euros, each sum exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.sharing import share_out
from dotpop_model.trajectory import Measures, Movement, Trajectory

CENT = Decimal("0.01")
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

    The float recursion is not touched: rounding happens once, here. Gains and losses of a convergence are rounded
    separately to the same total. Source: notified amounts (domain, section 6).
    """
    return [_notified(movement, step, ids) for movement in trajectory.movements]


def accounts(notified: Sequence[Notified], campaign: Sequence[Measures]) -> list[Account]:
    """For each year, pot and measure: offered, distributed and unallocated (€). Convergence offers nothing: it moves."""
    result = []
    for pot, measures in enumerate(campaign):
        for measure in ("carry_forward", "core_growth", "earmarked"):
            moved = [move for move in notified if move.pot == pot and MEASURE_OF[move.lever] == measure]
            if not moved:  # a year beyond the horizon is not played
                continue
            offered = Decimal(repr(float(getattr(measures, measure))))
            distributed = sum((sum(move.shares, Decimal(0)) for move in moved), Decimal(0))
            result.append(Account(measures.year, pot, measure, offered, distributed))
    return result


def _notified(movement: Movement, step: Decimal, ids: Sequence[str] | None) -> Notified:
    gains = _rounded(np.maximum(0, movement.shares), step, ids)
    losses = _rounded(np.maximum(0, -movement.shares), step, ids)
    shares = tuple(gain - loss for gain, loss in zip(gains, losses, strict=True))
    return Notified(movement.year, movement.pot, movement.lever, shares)


def _rounded(shares: Array, step: Decimal, ids: Sequence[str] | None) -> tuple[Decimal, ...]:
    total = Decimal(repr(float(shares.sum()))).quantize(CENT)
    return share_out(total, shares, step=step, ids=ids).shares
