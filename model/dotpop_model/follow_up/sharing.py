"""A year's money shared out at the pace of change, whether it pays the floors or not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, french
from dotpop_model.follow_up.history import total
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.pace_of_change import floors, pace_of_change
from dotpop_model.tables import Mask
from dotpop_model.trajectory import Measures


class Account(NamedTuple):
    """A year's money (€). asked: floors; paid: what the money covers of them; left: no taker."""

    offered: float
    asked: float
    paid: float
    left: float


def check(hypotheses: Hypotheses) -> None:
    """Raises ModelError where the floor is nil before it begins to fall."""
    full, none = hypotheses.pace_full_until, hypotheses.pace_none_from
    if full >= none:
        message = f"Plancher entier jusqu'à {french(full)}, nul dès {french(none)}. Corriger RYT_PLEIN ou RYT_NUL."
        raise ModelError([Fault(message, "hypotheses", "value", ("RYT_PLEIN",))])


def pots(campaign: Iterable[Measures], year: int, count: int) -> Iterator[tuple[Mask, float]]:
    """The money of a year (€) and who shares it: by pot, or all together where one of the pots is everyone's."""
    found = [one for one in campaign if one.year == year]
    amounts = [float(one.carry_forward + one.core_growth + one.earmarked) for one in found]
    if any(one.members is None for one in found):
        yield np.ones(count, dtype=bool), total(amounts)
        return
    for one, amount in zip(found, amounts, strict=True):
        yield np.array(one.members, dtype=bool), amount


def share(
    money: Array, target: Array, shared: Iterable[tuple[Mask, float]], hypotheses: Hypotheses
) -> tuple[Array, Account]:
    """Growth of each hospital (n, €) at the pace of change, and where the money went.

    money, target: € (n). Where the money of a pot does not pay its floors, they are all cut by the same part.
    """
    floor = hypotheses.pace_floor
    bounds = {"full_until": hypotheses.pace_full_until, "none_from": hypotheses.pace_none_from}
    growth, accounts = np.zeros_like(money), list[Sequence[float]]()
    for members, amount in shared:
        own, goal = money[members], target[members]
        asked = float(floors(own, goal, floor=floor, **bounds).sum())
        covered = min(1.0, amount / asked) if asked else 1.0
        found = pace_of_change(own, goal, amount, floor=floor * covered, **bounds)
        growth[members] += found.growth
        accounts.append((amount, asked, asked * covered, found.remainder))
    return growth, Account(*(total(amounts) for amounts in zip(*accounts, strict=True)))
