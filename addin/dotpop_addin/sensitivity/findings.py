"""What a study found, as lines: intervals and chances, what moves a hospital, which factor weighs, what a bound costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from dotpop_addin.actions import Calculation
from dotpop_addin.hypotheses import declared
from dotpop_model.arrays import Array
from dotpop_model.errors import french
from dotpop_model.sensitivity.factors import Factor, Kind
from dotpop_model.sensitivity.study import Cliff, Joint, Outcome, Trial

MOST_NAMED = 3
"""Factors that are named for each hospital."""
Line = tuple[Any, ...]


@dataclass(frozen=True)
class Settings:
    """draws, seed, resamples: of the scenarios. confidence: share that an interval holds. sure: share from which a position
    is called sure. hair: distance from a bound."""

    draws: int
    resamples: int
    seed: int
    confidence: float
    sure: float
    hair: float


class Weight(NamedTuple):
    """A factor and what it does. first, total: means over the hospitals of its Sobol indices (indices, allocations)."""

    code: str
    label: str
    base: str
    low: str
    high: str
    unit: str
    most: float
    moved: int | None
    first: float
    total: float
    first_money: float
    total_money: float
    source: str


@dataclass(frozen=True)
class Study:
    """A region and what was found. aside: resamples of counts that were set aside. cliffs: one per bound."""

    calculation: Calculation
    settings: Settings
    factors: Sequence[Factor]
    base: Outcome
    trials: Sequence[Trial]
    joint: Joint
    aside: int
    cliffs: Sequence[Cliff]

    @property
    def hospitals(self) -> Sequence[Mapping[str, Any]]:
        """The lines of the indices."""
        return self.calculation.results.indices.records()

    @property
    def scenarios(self) -> int:
        """Scenarios that were drawn independently of each other."""
        return len(self.joint.index)

    @cached_property
    def intervals(self) -> Array:
        """Low, median and high index of each hospital (H × 3)."""
        rest = (1 - self.settings.confidence) / 2
        return np.quantile(self.joint.index, [rest, 0.5, 1 - rest], axis=0).T

    @cached_property
    def money(self) -> Array:
        """Low and high allocation of each hospital in the last year (H × 2, €)."""
        rest = (1 - self.settings.confidence) / 2
        return np.quantile(self.joint.allocation, [rest, 1 - rest], axis=0).T

    def positions(self) -> Iterator[Line]:
        """Identity, index, interval, position, chances of each position, last allocations, what alone would move it."""
        movers = self._movers()
        for row, line in enumerate(self.hospitals):
            who = (line["finess"], line["name"], line["segment"])
            chances, interval = self.joint.positions[row].tolist(), self.intervals[row].tolist()
            yield (*who, line["index"], *interval, line["position"], *chances, *self.money[row].tolist(), movers[row])

    def _movers(self) -> list[str]:
        """The factors that, alone, would move each hospital across a bound; "" for none."""
        found: list[dict[str, None]] = [{} for _ in self.hospitals]
        for trial in self.trials:
            if trial.outcome is not None:
                for row in np.flatnonzero(trial.outcome.position != self.base.position).tolist():
                    found[row][trial.factor.code] = None
        return [", ".join(codes) for codes in found]

    def crossings(self) -> Iterator[Line]:
        """Each hospital that a factor alone moves across a bound: from what to what."""
        for trial in self.trials:
            if trial.outcome is None:
                continue
            for row in np.flatnonzero(trial.outcome.position != self.base.position).tolist():
                line, index = self.hospitals[row], float(trial.outcome.index[row])
                told = (trial.factor.code, trial.factor.label, self.told(trial.factor, trial.value))
                moved = (line["index"], index, self.base.position[row], trial.outcome.position[row])
                yield (*told, line["finess"], line["name"], line["segment"], *moved)

    def swings(self, most: int) -> list[Line]:
        """By hospital, the widest first and so many at most: factor, index at each end of its range (of choices, the least
        and the most)."""
        ends: dict[Factor, list[Array]] = {}
        for trial in self.trials:
            if trial.outcome is not None:
                ends.setdefault(trial.factor, []).append(trial.outcome.index)
        factors, base = list(ends), self.base.index
        low = np.array([_first(one, ends[one], base) for one in factors])
        high = np.array([_second(one, ends[one], base) for one in factors])
        wide = np.maximum(np.maximum(low, high), base) - np.minimum(np.minimum(low, high), base)
        lines: list[Line] = []
        for row, line in enumerate(self.hospitals):
            order = np.argsort(-wide[:, row], kind="stable").tolist()
            for rank, place in enumerate((one for one in order[:most] if wide[one, row] > 0), start=1):
                one = factors[place]
                values = float(low[place, row]), float(high[place, row])
                gaps = [value - float(base[row]) for value in values]
                key = f"{line['finess']} {rank}"
                lines.append(
                    (key, line["finess"], line["name"], rank, one.code, one.label, *values, *gaps, wide[place, row])
                )
        return lines

    def weights(self) -> list["Weight"]:
        """Each factor: its range, and what it does, alone at both ends, and in the variance of indices and allocations."""
        drawn = {one.code: place for place, one in enumerate(self.joint.drawn)}
        lines = []
        for one in self.factors:
            own = [trial.outcome for trial in self.trials if trial.factor == one and trial.outcome is not None]
            most = max((float(np.abs(found.index - self.base.index).max()) for found in own), default=np.nan)
            moved = {int(row) for found in own for row in np.flatnonzero(found.position != self.base.position)}
            tried = len(moved) if own else None
            shares = self._shares(drawn.get(one.code))
            lines.append(Weight(one.code, one.label, *self._ends(one), one.unit, most, tried, *shares, one.source))
        return lines

    def _shares(self, place: int | None) -> tuple[float, float, float, float]:
        """Means of the Sobol indices of a drawn factor; missing for one that is not."""
        if place is None:
            return np.nan, np.nan, np.nan, np.nan
        index, money = self.joint.of_index, self.joint.of_allocation
        first, total, first_money, total_money = (
            _mean(array[:, place]) for found in (index, money) for array in (found.first, found.total)
        )
        return first, total, first_money, total_money

    def _ends(self, factor: Factor) -> tuple[str, str, str]:
        """What the region has, and the range or the other choices."""
        if factor.kind == Kind.COUNTS:
            return "ceux de la région", "tirés de nouveau", ""
        base = self.told(factor, factor.base)
        if factor.kind == Kind.CHOICE:
            return base, ", ".join(self.told(factor, value) for value in factor.others), ""
        return base, self.told(factor, factor.low), self.told(factor, factor.high)

    def leading(self) -> Iterator[Line]:
        """The factors that weigh most in the variance of each hospital's index, with their first and total indices."""
        found = self.joint.of_index
        for row, line in enumerate(self.hospitals):
            total = np.nan_to_num(found.total[row])
            cells: list[Any] = []
            for place in np.argsort(-total, kind="stable")[:MOST_NAMED].tolist():
                cells += [self.joint.drawn[place].label, found.first[row, place], found.total[row, place]]
            cells += [None] * (3 * MOST_NAMED - len(cells))
            yield (line["finess"], line["name"], line["segment"], *cells, float(np.nansum(found.first[row])))

    def edges(self) -> Iterator[Line]:
        """The hospitals near a bound, within a hair or whose interval holds it, and what crossing it does to their money."""
        for one in self.cliffs:
            for row, line in enumerate(self.hospitals):
                low, _, high = self.intervals[row].tolist()
                near = abs(line["index"] - one.bound) < self.settings.hair
                if near or low <= one.bound <= high:
                    who = (
                        line["finess"],
                        line["name"],
                        line["segment"],
                        line["index"],
                        one.bound,
                        line["index"] - one.bound,
                    )
                    money = (line["allocation"], *(float(values[row]) for values in (one.allocation, one.below, one.above)))
                    yield (*who, "OUI" if near else "non", low, high, *money, float(one.jump[row]))

    def refused(self) -> Iterator[Line]:
        """What could not be computed, and why."""
        for trial in self.trials:
            if trial.outcome is None:
                why = " ".join(fault.message for fault in trial.faults)
                yield (trial.factor.code, trial.factor.label, self.told(trial.factor, trial.value), why)

    def told(self, factor: Factor, value: Any) -> str:
        """A value as users write it."""
        one = declared(self.calculation.region.field.hypotheses_file).get(factor.code)
        if one is not None and one.labels:
            return next(label for label in one.labels if one.parse(label) == value)
        if one is not None and one.kind == "share":
            return f"{french(100 * value)} %"
        return french(value)


def _first(factor: Factor, found: Sequence[Array], base: Array) -> Array:
    return np.minimum(base, np.min(found, axis=0)) if factor.kind == Kind.CHOICE else found[0]


def _second(factor: Factor, found: Sequence[Array], base: Array) -> Array:
    return np.maximum(base, np.max(found, axis=0)) if factor.kind == Kind.CHOICE else found[-1]


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan
