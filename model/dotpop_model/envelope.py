"""Envelope: from the regional population-based allocation down to each segment, to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from dotpop_model.arrays import Arguments
from dotpop_model.sharing import Amount, share_out

CENT = Decimal("0.01")
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
    pot, taken = _cents(total), sum((_cents(amount) for amount in specific), Decimal(0))
    margin = _cents(pot * Decimal(repr(float(margin_rate))))
    to_share = pot - taken - margin
    if to_share < 0:
        Arguments.refuse("enveloppe", f"enveloppe : ASR ({taken} €) et marge ({margin} €) dépassent la dotation ({pot} €).")
    if not history or sum(Decimal(str(amount)) for amount in history.values()) <= 0:
        Arguments.refuse("historique", "historique : montants nuls ou absents. Renseigner les montants par segment.")
    if set(history) <= {*EX_DAF, "oqn"}:
        daf = {segment: _cents(amount) for segment, amount in history.items() if segment in EX_DAF}
        oqn = _cents(history.get("oqn", 0))
        two = share_out(to_share, [float(sum(daf.values(), Decimal(0))), float(oqn)], ids=["daf", "oqn"]).shares
        segments = dict(zip(daf, _shared(two[0], daf), strict=True))
        if "oqn" in history:
            segments["oqn"] = two[1]
    else:
        segments = dict(zip(history, _shared(to_share, history), strict=True))
    return Envelope(pot, taken, margin, to_share, segments)


def _shared(amount: Decimal, history: Mapping[str, Amount]) -> tuple[Decimal, ...]:
    return share_out(amount, [float(value) for value in history.values()], ids=list(history)).shares


def _cents(amount: Amount) -> Decimal:
    exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    return exact.quantize(CENT, ROUND_HALF_EVEN)
