"""Envelope: from the regional population-based allocation down to each segment, to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from dotpop_model.arrays import Arguments
from dotpop_model.errors import euros
from dotpop_model.sharing import CENT, Amount, exact, share_out

EX_DAF = ("sectorised", "non_sectorised")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The split, in € to the cent: total = specific + margin + to_share; to_share = Σ segments."""

    total: Decimal
    specific: Decimal
    margin: Decimal
    to_share: Decimal
    segments: Mapping[str, Decimal]

    @property
    def ex_daf(self) -> Decimal:
        return sum((self.segments.get(segment, Decimal(0)) for segment in EX_DAF), Decimal(0))


def split(total: Amount, specific: Sequence[Amount], margin_rate: float, history: Mapping[str, Amount]) -> Envelope:
    """Splits the regional envelope: total − specific activities − margin, then by history among segments.

    to_share = total − Σ specific − margin, margin = margin_rate × total rounded to the cent. With history over
    "sectorised", "non_sectorised" and "oqn": first ex-DAF against ex-OQN, then ex-DAF into its two parts, each by
    largest remainder. With one single segment ("all"), it gets everything.

    total: €. specific: € per regional specific activity. margin_rate: share of the total (0.02 = 2 %).
    history: € per segment, the historical amounts that serve as key.
    Raises ModelError when specific activities and margin exceed the total, or the history is empty or negative.
    Source: "Séquençage des travaux sur la DOT. POP." (domain, section 2).

    >>> split(1000, [80], 0.02, {"sectorised": 6, "non_sectorised": 2, "oqn": 1}).segments["oqn"]
    Decimal('100.00')
    """
    pot = _cents(total)
    with Arguments() as arguments:
        arguments.number("enveloppe", float(pot), 0)
        arguments.number("marge", margin_rate, 0, 1)
        arguments.array("ASR", [float(exact(amount)) for amount in specific], minimum=0)
        keys = {segment: float(exact(amount)) for segment, amount in history.items()}
        if sum(keys.values()) <= 0:
            arguments.fault("historique", "historique : montants nuls ou absents. Renseigner les montants par segment.")
        taken = sum((_cents(amount) for amount in specific), Decimal(0))
        margin = _cents(pot * exact(margin_rate)) if np.isfinite(margin_rate) else Decimal(0)
        to_share = pot - taken - margin
        if to_share < 0:
            told = f"ASR ({euros(taken)}) et marge ({euros(margin)}) dépassent la dotation ({euros(pot)})"
            arguments.fault("enveloppe", f"enveloppe : {told}. Vérifier la feuille Enveloppe.")
        with Arguments(list(keys)) as by_segment:
            by_segment.array("historique", list(keys.values()), minimum=0)
    return Envelope(pot, taken, margin, to_share, _by_history(to_share, keys))


def _by_history(to_share: Decimal, keys: Mapping[str, float]) -> dict[str, Decimal]:
    """First ex-DAF against ex-OQN, then ex-DAF into its two parts; a single segment gets everything."""
    daf = {segment: key for segment, key in keys.items() if segment in EX_DAF}
    others = {segment: key for segment, key in keys.items() if segment not in EX_DAF}
    first = {"ex_daf": sum(daf.values()), **others} if daf else others
    shares = dict(zip(first, share_out(to_share, list(first.values()), ids=list(first)).shares, strict=True))
    inside = share_out(shares.pop("ex_daf", 0), list(daf.values()), ids=list(daf)).shares
    return dict(zip(daf, inside, strict=True)) | shares


def _cents(amount: Amount) -> Decimal:
    return exact(amount).quantize(CENT, ROUND_HALF_EVEN)
