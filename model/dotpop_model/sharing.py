"""Sharing an amount out: water-filling under caps, and the only place where money is rounded."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array

Amount = int | float | str | Decimal
CENT = Decimal("0.01")
HALF_CENT = 0.005
"""€: two amounts nearer than this are the same one. Sums of cents, read as floats, are exact to far less."""


class Sharing(NamedTuple):
    """shares: one exact amount per row (€). remainder: what found no taker (€). Their sum is the amount."""

    shares: tuple[Decimal, ...]
    remainder: Decimal


def share_out(
    amount: Amount,
    key: ArrayLike,
    *,
    caps: ArrayLike | None = None,
    step: Amount = 0.01,
    ids: Sequence[str] | None = None,
) -> Sharing:
    """Shares `amount` pro rata to `key` in whole steps, exactly, by the largest-remainder method.

    share_i ≈ amount · key_i / Σ key, never above cap_i: the excess is shared again among the others
    (water-filling). Each share is a multiple of `step`; Σ shares + remainder = amount, in exact decimals.

    amount: €, may be negative (a taking-back: shared by the same rule, signs reversed).
    key: n non-negative numbers, any unit. caps: n amounts (€) or None. step: € (0.01 a cent, 1 an euro).
    ids: n identifiers that settle ties, smallest first (rows in their order when None).
    Returns `Sharing`. Raises ModelError on missing or negative keys or caps, unequal lengths, a step that is not positive.
    Source: notified amounts are whole cents or euros by largest remainder, ties by FINESS (domain, section 6).

    >>> share_out(100, [1, 1, 1]).shares
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    >>> share_out(10, [1, 1], caps=[2, 3])
    Sharing(shares=(Decimal('2.00'), Decimal('3.00')), remainder=Decimal('5.00'))
    """
    with Arguments(ids) as arguments:
        whole, unit = exact(amount), exact(step)
        keys = arguments.array("clés", key, minimum=0)
        limits = None if caps is None else _caps(arguments, caps, len(keys))
        if ids is not None and len(ids) != len(keys):
            arguments.fault("identifiants", f"identifiants : {len(keys)} attendus, {len(ids)} trouvés.")
        if not unit.is_finite() or unit <= 0:
            arguments.fault("pas", f"pas : un montant positif est attendu, {step} trouvé.")
        if not whole.is_finite():
            arguments.fault("montant", "montant : valeur manquante. Renseigner la valeur.")
    sign = -1 if whole < 0 else 1
    units = int((abs(whole) / unit).to_integral_value(ROUND_FLOOR))
    caps_in_units = [units] * len(keys) if limits is None else [_units(limit, unit, units) for limit in limits.tolist()]
    counts = _largest_remainder(units, _integers(keys), caps_in_units, ids)
    shares = tuple(sign * count * unit for count in counts)
    return Sharing(shares, whole - sign * sum(counts) * unit)


def fill(amount: float | Array, key: Array, caps: Array) -> Array:
    """Water-filling in floats, for use inside a recursion: shares (€) pro rata to `key`, at most `caps`, unrounded.

    The rule of `_saturate`, for many scenarios at once: share_i = min(cap_i, λ key_i), where λ grows by what is left over
    the keys under their cap until no other cap is reached. amount: € ≥ 0, one number, or … × 1. key, caps: … × n, ≥ 0
    (caps may be infinite). Returns … × n shares; Σ shares ≤ amount.

    >>> fill(9.0, np.array([1.0, 1.0, 1.0]), np.array([1.0, np.inf, np.inf])).tolist()
    [1.0, 4.0, 4.0]
    """
    key = np.asarray(key, dtype=np.float64)
    total = key.sum(axis=-1, keepdims=True)
    rate = np.divide(amount, total, out=np.zeros_like(total), where=total > 0)
    under = key.size
    while True:
        wanted = rate * key
        open_ = wanted < caps
        before, under = under, int(np.count_nonzero(open_))
        shares = np.minimum(wanted, caps)
        if under == before or not under:
            return np.asarray(shares)
        total = (key * open_).sum(axis=-1, keepdims=True)
        left = np.maximum(0.0, amount - shares.sum(axis=-1, keepdims=True))
        rate = rate + np.divide(left, total, out=np.zeros_like(total), where=total > 0)


def _saturate(amount: int, key: Sequence[int], caps: Sequence[int]) -> tuple[list[int], list[int], int]:
    """The water-filling rule itself, in integers: rows whose proportional share passes their cap get the cap.

    Returns the shares (caps where reached, 0 elsewhere), the rows still to be served, and what is left for them.
    Comparisons multiply crosswise so that nothing is divided.
    """
    shares = [0] * len(key)
    rest = [row for row, weight in enumerate(key) if weight > 0]
    left = amount
    while rest:
        total = sum(key[row] for row in rest)
        full = {row for row in rest if left * key[row] >= caps[row] * total}
        if not full:
            break
        for row in full:
            shares[row] = caps[row]
        left -= sum(caps[row] for row in full)
        rest = [row for row in rest if row not in full]
    return shares, rest, left


def _largest_remainder(units: int, key: list[int], caps: list[int], ids: Sequence[str] | None) -> list[int]:
    counts, rest, left = _saturate(units, key, caps)
    total = sum(key[row] for row in rest)
    for row in rest:
        counts[row] = left * key[row] // total
    rank = rest if ids is None else sorted(rest, key=lambda row: ids[row])
    rank = sorted(rank, key=lambda row: -(left * key[row] % total))
    for row in rank[: left - sum(counts[row] for row in rest) if rest else 0]:
        counts[row] += 1
    return counts


def _integers(keys: Array) -> list[int]:
    """The keys as integers in exact proportion: floats are ratios whose denominators are powers of two."""
    ratios = [value.as_integer_ratio() for value in keys.tolist()]
    common = max((denominator for _, denominator in ratios), default=1)
    return [numerator * (common // denominator) for numerator, denominator in ratios]


def exact(amount: Amount) -> Decimal:
    """An amount as the decimal number its user wrote: 0.1 is one tenth. Raises ModelError when it is not a number."""
    try:
        if isinstance(amount, Decimal | str):
            return Decimal(amount)
        return Decimal(int(amount)) if isinstance(amount, Integral) else Decimal(repr(float(amount)))
    except InvalidOperation:
        Arguments.refuse("montant", f"montant : « {amount} » n'est pas un nombre. Saisir un nombre.")


def _units(limit: float, unit: Decimal, most: int) -> int:
    if limit == float("inf"):
        return most
    return min(most, int((exact(limit) / unit).to_integral_value(ROUND_FLOOR)))


def _caps(arguments: Arguments, caps: ArrayLike, length: int) -> Array:
    """Caps as floats; an infinite one is no cap."""
    try:
        limits = np.asarray(caps, dtype=np.float64)
    except (TypeError, ValueError):
        arguments.array("plafonds", caps)  # records that numbers are expected
        return np.zeros(length)
    arguments.array("plafonds", np.where(np.isposinf(limits), 0.0, limits), length=length, minimum=0)
    return limits
