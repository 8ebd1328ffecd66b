"""Options put to the vote of a committee: who receives, who pays, each to the cent (SMR, PACA 2024)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import euros
from dotpop_model.sharing import HALF_CENT, Amount, exact, share_out


class Payer(StrEnum):
    """Where an option's amount comes from."""

    GROWTH = "growth"  # new money
    OVER_FUNDED = "over_funded"  # taken from the over-funded pro rata to their over-funding


class Key(StrEnum):
    """What an option's amount is given pro rata to."""

    UNDER_FUNDING = "under_funding"
    ALLOCATIONS = "allocations"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who pays, and the key of those who receive: all of them for new money, the under-funded for what others pay."""

    payer: Payer
    key: Key


SPRINKLING = Rule(Payer.GROWTH, Key.ALLOCATIONS)
GROWTH = Rule(Payer.GROWTH, Key.UNDER_FUNDING)
TRANSFER = Rule(Payer.OVER_FUNDED, Key.UNDER_FUNDING)
"""The three rules of PACA in 2024: growth sprinkled, growth to the under-funded (option 1), transfer (option 2)."""


@dataclass(frozen=True)
class Outcome:
    """An option's amounts per hospital (€, exact). credits: ≥ 0. debits: ≤ 0; their sum with the credits is what is new."""

    credits: tuple[Decimal, ...]
    debits: tuple[Decimal, ...]

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """What each hospital receives or gives."""
        return tuple(credit + debit for credit, debit in zip(self.credits, self.debits, strict=True))

    @property
    def new_money(self) -> Decimal:
        """Σ credits + Σ debits: the growth spent, 0 for a transfer."""
        return sum(self.amounts, Decimal(0))


def under_funding(allocations: ArrayLike, targets: ArrayLike, *, neutral: Sequence[bool] | None = None) -> Array:
    """U_e = max(0, target_e − allocation_e) (€, n): what a hospital lacks to its theoretical allocation.

    allocations, targets: n amounts in €, ≥ 0. neutral: n booleans, true where the region sees neither under- nor
    over-funding (between its bounds): nil there. Returns n amounts.
    Raises ModelError on missing or negative amounts, unequal lengths.
    Source: PACA 2024, options « au prorata des sous-dotations » (domain, section 7).

    >>> under_funding([80, 120], [100, 100]).tolist()
    [20.0, 0.0]
    """
    have, want, apart = _checked(allocations, targets, neutral)
    return np.where(apart, 0.0, np.maximum(0.0, want - have))


def over_funding(allocations: ArrayLike, targets: ArrayLike, *, neutral: Sequence[bool] | None = None) -> Array:
    """O_e = max(0, allocation_e − target_e) (€, n): what a hospital has above its theoretical allocation.

    Arguments, errors and source as `under_funding`.

    >>> over_funding([80, 120], [100, 100]).tolist()
    [0.0, 20.0]
    """
    have, want, apart = _checked(allocations, targets, neutral)
    return np.where(apart, 0.0, np.maximum(0.0, have - want))


def option(
    allocations: ArrayLike,
    targets: ArrayLike,
    amount: Amount,
    rule: Rule,
    *,
    exempt: Sequence[str] = (),
    neutral: Sequence[bool] | None = None,
    ids: Sequence[str] | None = None,
    step: Amount = 0.01,
) -> Outcome:
    """What an option gives and takes, hospital by hospital, exact.

    credits: amount · k_e / Σ k, k the key of the rule: U_e, D_e or the target; where the over-funded pay, only hospitals
    with U_e > 0 receive. debits (OVER_FUNDED): −amount · O_e / Σ O, the exempted aside; Σ credits = Σ debits. Largest
    remainder, ties by id.

    allocations, targets: n amounts in €, ≥ 0. amount: €, > 0. exempt: ids that pay nothing. neutral: n booleans, true where
    the region sees neither under- nor over-funding (between its bounds). ids: n identifiers (positions from 1 when None).
    step: € (0.01 or 1). Returns `Outcome`.
    Raises ModelError when nobody can receive, when the over-funded have less above their target than is asked of them, when
    an exemption names nobody, on missing or negative amounts.
    Source: PACA 2024, « propositions de délégation en deuxième phase » (domain, section 7).

    >>> option([80, 90, 130], [100, 100, 100], 15, TRANSFER).amounts
    (Decimal('10.00'), Decimal('5.00'), Decimal('-15.00'))
    """
    lacking = under_funding(allocations, targets, neutral=neutral)
    beyond = over_funding(allocations, targets, neutral=neutral)
    have, want = np.asarray(allocations, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    names = list(ids) if ids is not None else [str(place + 1) for place in range(len(have))]
    key = {Key.UNDER_FUNDING: lacking, Key.ALLOCATIONS: have, Key.TARGETS: want}[rule.key]
    if rule.payer == Payer.OVER_FUNDED:
        key = np.where(lacking > 0, key, 0.0)
    whole = exact(amount)
    with Arguments(names) as arguments:
        if len(names) != len(have):
            arguments.fault("identifiants", f"identifiants : {len(have)} attendus, {len(names)} trouvés.")
            names = [""] * len(have)
        paying = np.where([name in exempt for name in names], 0.0, beyond)
        _check(arguments, whole, rule, key, paying, [one for one in exempt if one not in names])
    credits = share_out(whole, key, step=step, ids=names).shares
    if rule.payer == Payer.GROWTH:
        return Outcome(credits, (Decimal(0),) * len(credits))
    return Outcome(credits, tuple(-share for share in share_out(sum(credits), paying, step=step, ids=names).shares))


def _check(arguments: Arguments, amount: Decimal, rule: Rule, key: Array, paying: Array, unknown: Sequence[str]) -> None:
    if unknown:
        arguments.fault(
            "exemptions", f"exemptions : établissements inconnus ({', '.join(unknown)}). Corriger leur code.", unknown
        )
    if amount <= 0:
        arguments.fault("montant", f"montant : {euros(amount)}, un montant positif est attendu.")
    if not key.sum() > 0:
        told = (
            "Aucun établissement ne peut recevoir : aucun n'est sous sa dotation théorique, ceux en position neutre à part"
        )
        arguments.fault("dotations", f"{told}. Changer la clé, ou les bornes de la position neutre.")
    most = float(paying.sum())
    if rule.payer == Payer.OVER_FUNDED and float(amount) > most + HALF_CENT:
        told = f"{euros(amount)} demandés aux sur-dotés, qui n'ont que {euros(most)} au-dessus de leur dotation théorique"
        arguments.fault("montant", f"montant : {told}, exemptions ôtées. Réduire le montant ou les exemptions.")


def _checked(
    allocations: ArrayLike, targets: ArrayLike, neutral: Sequence[bool] | None
) -> tuple[Array, Array, NDArray[np.bool_]]:
    with Arguments() as arguments:
        have = arguments.array("dotations", allocations, minimum=0)
        want = arguments.array("théoriques", targets, minimum=0)
        apart = np.zeros(len(have), dtype=bool) if neutral is None else np.asarray(neutral, dtype=bool)
        same_length(arguments, dotations=have, théoriques=want, neutres=apart)
    return have, want, apart
