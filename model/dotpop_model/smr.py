"""What SMR adds to the tables, the hypotheses and the results of every field."""

from dataclasses import dataclass, field

from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Results, Tables


def _empty() -> Frame:
    return Frame({})


@dataclass(frozen=True)
class SmrTables(Tables):
    """The inputs of a region; those of `Tables`, where hospitals have a kind too, and those of SMR (each may be empty).

    criteria: criterion, label, weight, direction, measure, unit, source. criterion_values: finess, a column per criterion.
    options: option, label, amount, payer, key, recurring, circular, comment. exemptions: option, finess, reason.
    published: topic, figure, option, group, value, rounding, reason. revenues: finess, before, after.
    transition_rates: year, rate, taken_back, source. circulars: circular, label, month.
    delegations: circular, finess, measure, nature, recurring, amount. financing: finess, compartment, amount.
    set_aside: the hospitals outside the sharing (not read: see `stages.paediatrics`).
    """

    criteria: Frame = field(default_factory=_empty)
    criterion_values: Frame = field(default_factory=_empty)
    options: Frame = field(default_factory=_empty)
    exemptions: Frame = field(default_factory=_empty)
    published: Frame = field(default_factory=_empty)
    revenues: Frame = field(default_factory=_empty)
    transition_rates: Frame = field(default_factory=_empty)
    circulars: Frame = field(default_factory=_empty)
    delegations: Frame = field(default_factory=_empty)
    financing: Frame = field(default_factory=_empty)
    set_aside: Frame = field(default_factory=_empty)

    @property
    def outside(self) -> Frame:
        """Those of paediatrics, where the region keeps them apart."""
        return self.set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class SmrHypotheses(Hypotheses):
    """The hypotheses of every field, and those of SMR."""

    paediatrics_apart: bool
    criteria_form: str  # "shares" or "index"
    adjustment_non_sectorised: str  # "at_once" or "spread"
    adjustment_oqn: str
    delay_non_sectorised: int  # months
    delay_oqn: int

    def adjustment(self, segment: str) -> str:
        """How payments are adjusted after a circular, for hospitals of a segment."""
        return str(getattr(self, f"adjustment_{segment}"))

    def delay(self, segment: str) -> int:
        """Months between a circular's month and its first payment, for hospitals of a segment."""
        delay: int = getattr(self, f"delay_{segment}")
        return delay


@dataclass(frozen=True)
class SmrResults(Results):
    """The results of every field, and those of SMR."""

    contributions: Frame
    option_summary: Frame
    option_amounts: Frame
    option_groups: Frame
    ballot: Frame
    ballot_exemptions: Frame
    transition_years: Frame
    transition_amounts: Frame
    transition_options: Frame
    payment_months: Frame
    circular_pots: Frame
    delegated: Frame
    payments: Frame
    compartment_groups: Frame
    paediatrics: Frame
    compartment_revenues: Frame
    compared: Frame
