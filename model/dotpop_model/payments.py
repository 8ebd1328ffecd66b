"""Payments: a yearly amount paid in twelfths, adjusted after each circular (SMR)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from itertools import pairwise

from dotpop_model.arrays import Arguments
from dotpop_model.errors import euros
from dotpop_model.sharing import Amount, exact

MONTHS = 12


class Adjustment(StrEnum):
    """How what should have been paid before a circular is made up for."""

    AT_ONCE = "at_once"  # with the first payment after it
    SPREAD = "spread"  # over the payments that are left


@dataclass(frozen=True, slots=True)
class Circular:
    """A circular. month: of its first payment, 1 to 12. amount: for the whole year (€), those before it included."""

    month: int
    amount: Amount


def payments(
    circulars: Sequence[Circular], *, adjustment: Adjustment = Adjustment.AT_ONCE, step: Amount = 0.01
) -> tuple[Decimal, ...]:
    """The twelve payments of a year (€, exact): their sum is the amount of the last circular.

    AT_ONCE: after k months, A·k/12 has been paid, A the amount of the circular in force (rounded down to the step, the
    rest later). SPREAD: what is left of A over the months that are left. No payment before the first circular's month.

    circulars: in order of their months; the first one may be the previous year's recurring base, in month 1.
    step: € (0.01 or 1). Returns 12 amounts; one is negative when a circular lowers the year below what was paid.
    Raises ModelError without circular, on months outside 1 to 12, or not in order.
    Source: PACA 2024, « cadencement des versements » (domain, section 7); the way of adjusting is not in the source.

    >>> payments([Circular(1, 1200), Circular(7, 1800)])[5:8]
    (Decimal('100.00'), Decimal('450.00'), Decimal('150.00'))
    >>> payments([Circular(1, 1200), Circular(7, 1800)], adjustment=Adjustment.SPREAD)[5:8]
    (Decimal('100.00'), Decimal('200.00'), Decimal('200.00'))
    """
    with Arguments() as arguments:
        _check(arguments, circulars)
    unit = exact(step)
    paid: list[Decimal] = []
    for month in range(1, MONTHS + 1):
        in_force = [one for one in circulars if one.month <= month]
        paid.append(_payment(in_force, month, sum(paid, Decimal(0)), adjustment, unit) if in_force else Decimal(0) * unit)
    return tuple(paid)


def _payment(in_force: Sequence[Circular], month: int, before: Decimal, adjustment: Adjustment, unit: Decimal) -> Decimal:
    """The payment of a month. before: what has been paid so far."""
    amount = exact(in_force[-1].amount)
    if month == MONTHS:
        return amount - before  # whatever is left, parts of a step included
    if adjustment == Adjustment.AT_ONCE:
        return _floor(amount * month / MONTHS, unit) - before
    return _floor((amount - before) / (MONTHS + 1 - month), unit)


def _check(arguments: Arguments, circulars: Sequence[Circular]) -> None:
    if not circulars:
        arguments.fault("circulaires", "Aucune circulaire. En donner une au moins, avec son mois et son montant.")
    for place, one in enumerate(circulars, start=1):
        if not 1 <= one.month <= MONTHS:
            arguments.fault("circulaires", f"circulaire {place} : mois {one.month}, un mois de 1 à 12 est attendu.", [place])
        if not exact(one.amount).is_finite() or exact(one.amount) < 0:
            arguments.fault(
                "circulaires", f"circulaire {place} : {euros(exact(one.amount))}, un montant positif est attendu.", [place]
            )
    months = [one.month for one in circulars]
    if any(after <= before for before, after in pairwise(months)):
        shown = ", ".join(map(str, months))
        arguments.fault("circulaires", f"circulaires dans le désordre (mois {shown}). Les donner dans l'ordre des mois.")


def _floor(amount: Decimal, step: Decimal) -> Decimal:
    return int((amount / step).to_integral_value(ROUND_FLOOR)) * step
