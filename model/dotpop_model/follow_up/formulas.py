"""What follow-up measures, as formulas: does an index move towards 1, what moves it, is the objective on its way."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.campaign import NOISE
from dotpop_model.decomposition import logarithmic_mean
from dotpop_model.trajectory import reached


class Movement(StrEnum):
    """Where an index goes."""

    NEARER = "nearer"
    AWAY = "away"
    SAME = "same"


class Verdict(StrEnum):
    """Where the objective stands."""

    REACHED = "reached"
    ON_WAY = "on_way"
    LATE = "late"


def nearer(before: ArrayLike, after: ArrayLike) -> Array:
    """How much closer to 1 an index came: |I_before − 1| − |I_after − 1| (n; negative: farther; missing stays missing).

    before, after: n indices. Source: « vérifier que les positionnements se rapprochent d'année en année » (ARA slide 22).

    >>> nearer([0.8, 1.1, 0.9], [0.9, 1.2, 1.05]).round(4).tolist()
    [0.1, -0.1, 0.05]
    """
    one, other = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    return np.asarray(np.abs(one - 1) - np.abs(other - 1))


def movement(before: float, after: float) -> Movement | None:
    """Whether an index came nearer to 1, went away or stayed; None where one of the two is missing.

    >>> str(movement(0.8, 0.9)), str(movement(1.0, 1.1)), str(movement(0.9, 1.1)), movement(0.9, float("nan"))
    ('nearer', 'away', 'same', None)
    """
    gain = float(nearer(before, after))
    if np.isnan(gain):
        return None
    if abs(gain) <= NOISE:
        return Movement.SAME
    return Movement.NEARER if gain > 0 else Movement.AWAY


def crossed(before: float, after: float) -> bool:
    """Whether an index went to the other side of 1 (a missing one did not).

    >>> crossed(0.9, 1.1), crossed(0.9, 1.0)
    (True, False)
    """
    return bool((before - 1) * (after - 1) < 0)


def owed(before: ArrayLike, after: ArrayLike) -> Array:
    """What an index's change owes to its allocation, its population and its mean (n × 3), exactly: their sum is the change.

    I = D / (P μ): part_k = L(I_after, I_before) × s_k ln(x_after / x_before), s = (+, −, −), L the logarithmic mean.
    before, after: n × 3 positive numbers D (€), P (inhabitants), μ (€ per inhabitant). Raises ModelError on missing or
    non-positive numbers. Source: the logarithmic mean (LMDI), as `decomposition`: a hypothesis, the slides give no method.

    >>> owed([[80, 1, 100]], [[90, 1, 100]]).round(4).tolist()
    [[0.1, 0.0, 0.0]]
    """
    with Arguments() as arguments:
        one = arguments.array("avant", before, ndim=2, positive=True)
        other = arguments.array("après", after, ndim=2, positive=True)
        same_length(arguments, avant=one, après=other)
    indices = [values[:, 0] / values[:, 1] / values[:, 2] for values in (other, one)]
    logarithms = np.log(other / one) * np.array([1.0, -1.0, -1.0])
    return np.asarray(logarithms * logarithmic_mean(*indices)[:, None] + 0.0)  # no −0.0


def linear_path(target_share: float, horizon: int, elapsed: ArrayLike) -> Array:
    """Share of the need that should be closed after some years, in equal steps: ρ min(k, H) / H.

    target_share: ρ, 0 to 1. horizon: H ≥ 1 years. elapsed: k ≥ 0 years, any shape. Raises ModelError out of range.
    Source: « combler 50 % de l'écart … 8,8 M€/an sur 5 ans » (ARA slide 19).

    >>> linear_path(0.5, 5, [0, 1, 5, 7]).tolist()
    [0.0, 0.1, 0.5, 0.5]
    """
    with Arguments() as arguments:
        arguments.number("part à combler", target_share, 0, 1)
        arguments.number("horizon", horizon, 1)
        years = np.asarray(elapsed, dtype=np.float64)
        if not (years >= 0).all():
            arguments.fault("années", "années : un nombre d'années est négatif. Donner des années depuis le départ.")
    return np.asarray(target_share * np.minimum(years, horizon) / horizon)


def verdict(closed: float, path: float, objective: float) -> Verdict:
    """Whether the objective is reached, on its way or late: what is closed against the path and the objective (all in €).

    To half a cent: what is short by less is not short.

    >>> [str(verdict(closed, 10, 50)) for closed in (9.0, 10.0, 50.0)]
    ['late', 'on_way', 'reached']
    """
    if reached(closed, objective):
        return Verdict.REACHED
    return Verdict.ON_WAY if reached(closed, path) else Verdict.LATE
