"""National step: what each region should have by its needs, and growth that moves it there without any loser."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french
from dotpop_model.sharing import Amount, exact, share_out
from dotpop_model.weighting import WEIGHTS_TOLERANCE


def theoretical_allocations(total: float, weights: ArrayLike, shares: ArrayLike) -> Array:
    """T_r = total · Σ_p w_p s_rp (€, n regions): what each region would have by its needs.

    total: € to share. weights: w_p ≥ 0 of the parts (proximity, recourse by specialty: their economic volume; or the
    criteria of an arrêté), adding up to 1. shares: regions × parts, each column adding up to 1.
    Returns n amounts; Σ = total.
    Raises ModelError on missing or negative numbers, weights or shares that do not add up to 1.
    Source: PACA 2024, « construction des dotations théoriques régionales » (domain, section 7).

    >>> theoretical_allocations(1000, [0.6, 0.4], [[0.5, 0.25], [0.5, 0.75]]).tolist()
    [400.0, 600.0]
    """
    with Arguments() as arguments:
        arguments.number("total", total, 0)
        weight = arguments.array("poids", weights, minimum=0)
        share = arguments.array("parts", shares, ndim=2, minimum=0)
        if share.ndim == 2 and share.shape[1] != len(weight):
            arguments.fault("parts", f"parts : {len(weight)} volets attendus, {share.shape[1]} colonnes trouvées.")
        elif share.ndim == 2:
            _check_sums(arguments, weight, share)
    return np.asarray(total * share @ weight)


def gaps(actual: ArrayLike, theoretical: ArrayLike, *, ids: Sequence[str] | None = None) -> Array:
    """(T_r − D_r) / D_r (n numbers): how far each region is under (+) or over (−) what its needs give.

    actual: D_r > 0 (€). theoretical: T_r ≥ 0 (€). ids: of the regions, for messages (positions from 1 when None).
    Raises ModelError on missing, negative or (actual) nil amounts. Source: PACA 2024, as `theoretical_allocations`.

    >>> gaps([100, 100], [110, 90]).tolist()
    [0.1, -0.1]
    """
    with Arguments(ids) as arguments:
        have = arguments.array("dotations", actual, positive=True)
        want = arguments.array("théoriques", theoretical, minimum=0)
        same_length(arguments, dotations=have, théoriques=want)
    return np.asarray((want - have) / have)


def modulated_growth(
    actual: ArrayLike,
    theoretical: ArrayLike,
    growth: Amount,
    *,
    strength: float = 1.0,
    guaranteed: float = 0.5,
    ids: Sequence[str] | None = None,
    step: Amount = 0.01,
) -> tuple[Decimal, ...]:
    """The growth of each region (€, exact, all ≥ 0): the gap to the theoretical allocation only changes its pace.

    Key of a region: D_r · (f + (1 − f) · max(0, 1 + β · gap_r) / m), m the D-weighted mean of max(0, 1 + β · gap): a share f
    of the growth is the same rate for all, so that every region's allocation rises; the rest follows the gaps.

    actual: D_r > 0 (€). theoretical: T_r ≥ 0 (€). growth: € ≥ 0. strength: β ≥ 0. guaranteed: f in [0, 1].
    ids: of the regions, for messages; they settle ties of cents. step: €. Returns n amounts; Σ = growth, in whole steps.
    Raises ModelError on missing or negative amounts, on parameters out of bounds.
    Source: PACA 2024, « pas de région perdante », the gap modulates rates of growth; β and f are hypotheses.

    >>> modulated_growth([100, 100], [110, 90], 10, strength=5, guaranteed=0)
    (Decimal('7.50'), Decimal('2.50'))
    """
    with Arguments() as arguments:
        arguments.number("intensité", strength, 0)
        arguments.number("part garantie", guaranteed, 0, 1)
        if not exact(growth).is_finite() or exact(growth) < 0:
            arguments.fault("croissance", "croissance : un montant positif ou nul est attendu.")
        found = gaps(actual, theoretical, ids=ids)
    have = np.asarray(actual, dtype=np.float64)
    pace = np.maximum(0.0, 1 + strength * found)
    mean = float(have @ pace / have.sum())
    relative = pace / mean if mean > 0 else np.ones_like(pace)
    return share_out(growth, have * (guaranteed + (1 - guaranteed) * relative), step=step, ids=ids).shares


def _check_sums(arguments: Arguments, weights: Array, shares: Array) -> None:
    if abs(weights.sum() - 1) > WEIGHTS_TOLERANCE:
        arguments.fault("poids", f"poids : leur somme est {french(weights.sum())}, 1 est attendu. Corriger les poids.")
    sums = shares.sum(axis=0)
    wrong = [place + 1 for place in np.flatnonzero(np.abs(sums - 1) > WEIGHTS_TOLERANCE).tolist()]
    if wrong:
        shown = ", ".join(f"colonne {place} : {french(sums[place - 1])}" for place in wrong)
        arguments.fault("parts", f"parts : chaque volet fait 1 en tout ({shown}). Corriger les parts.", wrong)
