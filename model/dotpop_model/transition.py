"""Transition: what softens a hospital's passage to the new model of funding, year after year (SMR)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import french
from dotpop_model.sharing import Amount, exact


def transition_amounts(before: ArrayLike, after: ArrayLike) -> Array:
    """T_e = old revenue − new revenue, on the 2022 perimeter, computed once per hospital (€, n; negative: a gain).

    before, after: n revenues in €, ≥ 0, before and after the new model, all else equal. Returns n amounts.
    Raises ModelError on missing or negative revenues. Source: PACA 2024, « calculé une fois pour toute » (section 7).

    >>> transition_amounts([100, 80], [90, 95]).tolist()
    [10.0, -15.0]
    """
    with Arguments() as arguments:
        old = arguments.array("recettes avant", before, minimum=0)
        new = arguments.array("recettes après", after, minimum=0)
        same_length(arguments, **{"recettes avant": old, "recettes après": new})
    pairs = zip(old.tolist(), new.tolist(), strict=True)
    return np.array([float(exact(had) - exact(has)) for had, has in pairs])  # in decimals: half a cent stays half a cent


def transition_by_year(
    amounts: ArrayLike, rates: Mapping[int, float], *, taken_back: Mapping[int, bool] | None = None, step: Amount = 0.01
) -> dict[int, tuple[Decimal, ...]]:
    """What each hospital receives (+) or gives back (−) each year: T_e × rate of the year, in whole steps.

    A negative T_e is taken back only in the years that say so (2023: no claw-back). Each amount is rounded to the nearest
    step, half a step to the even one.

    amounts: n amounts T_e (€). rates: year → share in [0, 1]; they never rise. taken_back: year → whether a negative T_e is
    taken back (no year when None). step: € (0.01 or 1). Returns year → n exact amounts.
    Raises ModelError on missing amounts, rates outside [0, 1] or that rise.
    Source: PACA 2024: 2023 without claw-back, 100 % in 2024, degressive to the end of 2027, nil in 2028 (domain, section 7).

    >>> transition_by_year([10.0, -15.0], {2024: 1.0, 2025: 0.5}, taken_back={2025: True})[2025]
    (Decimal('5.00'), Decimal('-7.50'))
    """
    years = sorted(rates)
    with Arguments() as arguments:
        differences = arguments.array("montants", amounts)
        _check_rates(arguments, years, rates)
    unit = exact(step)
    back = taken_back or {}
    return {
        year: tuple(
            _rounded(exact(value) * exact(rates[year]), unit) if value > 0 or back.get(year, False) else Decimal(0) * unit
            for value in differences.tolist()
        )
        for year in years
    }


def _check_rates(arguments: Arguments, years: Sequence[int], rates: Mapping[int, float]) -> None:
    for year in years:
        if not 0 <= rates[year] <= 1:  # also what is missing
            arguments.fault(
                "taux", f"taux de l'année {year} : {french(rates[year])}, un taux entre 0 et 1 est attendu.", [year]
            )
    for before, after in pairwise(years):
        if rates[after] > rates[before]:
            rising = f"taux de l'année {after} ({french(rates[after])})"
            told = f"{rising} au-dessus de celui de l'année {before} ({french(rates[before])})"
            arguments.fault("taux", f"{told} : ils ne peuvent que baisser. Corriger les taux.", [after])


def _rounded(amount: Decimal, step: Decimal) -> Decimal:
    """Each hospital's own amount to the nearest step: nothing is shared here, so nothing has to add up."""
    return int((amount / step).to_integral_value(ROUND_HALF_EVEN)) * step
