"""The hypotheses of a region, typed. Their values, labels, units, dates and sources are data, never in code."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from dotpop_model.trajectory import Rules
from dotpop_model.vocabulary import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypotheses:
    """One attribute per hypothesis that psychiatry and SMR share; meanings, ranges and sources in their files."""

    base_year: int
    segmented: bool
    regional_margin: float
    history_source: str  # "allocations" or "entered"

    minors_weighted: bool
    minors_coefficient: float
    index_method: str  # "ratio" or "zscore"
    intensity_mode: str  # "given" or "target"
    intensity: float
    impact_target: float
    impact_limit: float | None
    recentre: bool

    metric: str  # "weighted_patients", "patients" or "days_and_acts"
    granularity: str  # "form" or "nature"
    oqn_divided: str  # "always", "segmented" (only when the region segments) or "never"
    oqn_divisor: float
    compartment_weights: bool
    daf_weight: float
    oqn_weight: float

    level_sectorised: str
    level_non_sectorised: str
    level_oqn: str
    level_all: str
    flow_sectorised: str
    flow_non_sectorised: str
    flow_oqn: str
    flow_all: str
    flow_base: str  # "hospital" or "residents"
    contribution_by_age: bool
    contribution_scope: str  # "segment" or "all"
    unserved: str  # "error" or "unassigned"

    low: float
    high: float
    mean_sectorised: float | None
    mean_non_sectorised: float | None
    mean_oqn: float | None
    mean_all: float | None
    gap_measure: str  # "absolute" or "negative"

    need_threshold: float
    target_share: float
    horizon: int
    notice_years: int
    logic: str  # "catch_up" or "convergence"
    floor: float
    modulation: float
    exponent: float
    ceiling: float | None
    mean_rule: str  # "fixed", "indexed" or "recomputed"
    eligibility: str  # "initial" or "yearly"
    step: str  # "0.01" or "1"

    national_growth: float | None
    national_strength: float
    national_guaranteed: float
    national_minors: float

    pace_floor: float
    pace_full_until: float
    pace_none_from: float

    jump: float
    jump_least: float

    smallest_count: int
    smallest_group: int
    zeros_published: bool

    def level(self, segment: str) -> str:
        """Level of the territories at which a segment's population is read."""
        return str(getattr(self, f"level_{segment}"))

    def flow_method(self, segment: str) -> str:
        """Flow method of a segment."""
        return str(getattr(self, f"flow_{segment}"))

    def given_mean(self, segment: str) -> float | None:
        """Mean imposed by the user for a segment (€ per head), None when it is computed."""
        mean: float | None = getattr(self, f"mean_{segment}")
        return mean

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments that are compared separately."""
        return (Segment.SECTORISED, Segment.NON_SECTORISED, Segment.OQN) if self.segmented else (Segment.ALL,)

    def compared_in(self, segments: Sequence[str]) -> NDArray[np.str_]:
        """For each hospital, the segment that it is compared in: its own, or "all" when the region does not segment."""
        return np.array(segments if self.segmented else [str(Segment.ALL)] * len(segments), dtype=str)

    @property
    def notified_step(self) -> Decimal:
        """Step of notified amounts, €."""
        return Decimal(self.step)

    @property
    def rules(self) -> Rules:
        """The rules of the trajectory."""
        return Rules(
            threshold=self.need_threshold,
            high=self.high,
            modulation=self.modulation,
            exponent=self.exponent,
            ceiling=self.ceiling,
            logic=self.logic,
            floor=self.floor,
            mean_rule=self.mean_rule,
            eligibility=self.eligibility,
        )
