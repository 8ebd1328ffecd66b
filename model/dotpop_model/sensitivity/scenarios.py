"""Many scenarios of one region at once: needs, populations served, indices, as the chain would find them one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.sensitivity.factors import Factor, Kind, reweighted
from dotpop_model.sensitivity.served import Served
from dotpop_model.tables import Tables, rows_of
from dotpop_model.vocabulary import AGES

Draws = Mapping[str, Array]
"""Values of the factors by their code, one per scenario."""
OF_ACTIVITY = ("oqn_divisor", "daf_weight", "oqn_weight")
"""The hypotheses that change how activity is weighted."""


class Scenarios:
    """A region whose factors are drawn. resampled: volumes of activity that counts may take (B × lines), none by default."""

    def __init__(
        self,
        tables: Tables,
        hypotheses: Hypotheses,
        factors: Sequence[Factor],
        criteria: Criteria | None = None,
        resampled: Array | None = None,
    ) -> None:
        self.tables, self.hypotheses, self.factors = tables, hypotheses, factors
        self.served = Served(tables, hypotheses, criteria)
        self.resampled = resampled
        self.allocation = tables.hospitals.floats("allocation")
        self.segments = hypotheses.compared_in(tables.hospitals.texts("segment"))
        self._levels = {level: _Needs(tables, zones) for level, zones in self.served.levels.items()}

    def number(self, draws: Draws, name: str) -> Array | float:
        """A hypothesis: one number per scenario where it is drawn, the region's where it is not."""
        found = self._drawn(draws, Kind.NUMBER, name)
        return getattr(self.hypotheses, name) if found is None else found

    def multiple(self, draws: Draws, kind: Kind, name: str) -> Array | float:
        """What a weight, or the money of a measure, is multiplied by."""
        found = self._drawn(draws, kind, name)
        return 1.0 if found is None else found

    def _drawn(self, draws: Draws, kind: Kind, name: str) -> Array | None:
        """The values of a factor (S × 1), None where it is not drawn."""
        codes = [one.code for one in self.factors if one.kind == kind and one.name == name and one.code in draws]
        return draws[codes[0]][:, None] if codes else None

    def populations(self, draws: Draws) -> Array:
        """Flow-corrected populations (S × H); NaN where a scenario leaves a hospital nobody to serve.

        A composite index of −100 % or lower makes the whole scenario NaN.
        """
        count = len(next(iter(draws.values())))
        weighted = {level: self._weighted(needs, draws, count) for level, needs in self._levels.items()}
        found = np.empty((count, len(self.allocation)))
        places = {
            str(segment): (rows_of(self.tables, segment), self.hypotheses.level(segment))
            for segment in self.hypotheses.segments
        }
        for inside, matrices in self._by_activity(draws, count):
            for segment, matrix in matrices.items():
                rows, level = places[segment]
                people = weighted[level][inside].reshape(len(inside), -1)
                found[inside[:, None], rows] = people @ matrix.reshape(len(rows), -1).T
        return found

    def _by_activity(self, draws: Draws, count: int) -> Iterator[tuple[NDArray[np.intp], Mapping[str, Array]]]:
        """The scenarios that see activity alike, with the matrices of what is served."""
        drawn = [one for one in self.factors if one.code in draws and self._weighs(one)]
        keys = np.column_stack([self._key(one, draws[one.code]) for one in drawn]) if drawn else np.zeros((count, 1))
        kinds, which = np.unique(keys, axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        ends = np.cumsum(np.bincount(which.ravel(), minlength=len(kinds)))
        for key, inside in zip(kinds.tolist(), np.split(order, ends[:-1]), strict=True):
            yield inside, self._matrices(list(zip(drawn, key, strict=False)))

    def _weighs(self, factor: Factor) -> bool:
        """Whether a factor changes how activity is weighted."""
        if factor.kind == Kind.NUMBER:
            return factor.name in OF_ACTIVITY
        return factor.kind in (Kind.FORM, Kind.CRITERION, Kind.COUNTS)

    def _key(self, factor: Factor, values: Array) -> Array:
        """What a drawn value stands for: itself; for counts (from 0 to 1), which of the resampled volumes."""
        if factor.kind != Kind.COUNTS or self.resampled is None:
            return values
        return np.minimum(np.floor(values * len(self.resampled)), len(self.resampled) - 1)

    def _matrices(self, values: Sequence[tuple[Factor, float]]) -> Mapping[str, Array]:
        named = {kind: {one.name: value for one, value in values if one.kind == kind} for kind in Kind}
        forms, criteria = (
            np.array([named[kind].get(name, 1.0) for name in names])
            for kind, names in ((Kind.FORM, self.served.forms), (Kind.CRITERION, self.served.criteria))
        )
        counts = None
        if named[Kind.COUNTS] and self.resampled is not None:
            counts = self.resampled[int(next(iter(named[Kind.COUNTS].values())))]
        numbers: dict[str, Any] = named[Kind.NUMBER]
        return self.served.matrices(replace(self.hypotheses, **numbers), forms, criteria, counts)

    def _weighted(self, needs: "_Needs", draws: Draws, count: int) -> Array:
        """Need-weighted populations of the zones of a level (S × Z × ages)."""
        hypotheses, names = self.hypotheses, self.tables.indicators.texts("indicator")
        weights = self.tables.indicators.floats("weight")
        multiples = [np.broadcast_to(self.multiple(draws, Kind.INDICATOR, name), (count, 1)) for name in names]
        weight = reweighted(weights, np.hstack(multiples)) if names else np.zeros((count, 0))
        coefficient = self.number(draws, "minors_coefficient") if hypotheses.minors_weighted else 1.0
        by_age = np.stack(
            [
                np.broadcast_to(needs.adults, (count, len(needs.adults))),
                needs.minors * np.broadcast_to(coefficient, (count, 1)),
            ],
            axis=2,
        )
        people = by_age.sum(axis=2)
        index = needs.index(people, weight * self.tables.indicators.floats("direction"), hypotheses.index_method)
        total = people.sum(axis=1, keepdims=True)
        if hypotheses.intensity_mode == "target":
            impact = (people * np.maximum(0, index)).sum(axis=1, keepdims=True) / total
            target = np.broadcast_to(self.number(draws, "impact_target"), impact.shape)
            index = index * np.divide(target, impact, out=np.zeros_like(impact), where=impact > 0)
        else:
            index = index * self.number(draws, "intensity")
        growth = 1 + index
        if hypotheses.recentre:
            growth = growth * (total / (people * growth).sum(axis=1, keepdims=True))
        growth = np.where((index <= -1).any(axis=1, keepdims=True), np.nan, growth)
        return np.asarray(by_age * growth[:, :, None])

    def means(self, populations: Array, allocation: Array | None = None) -> Array:
        """μ of each hospital's segment (S × H): given, or Σ D / Σ P. allocation: the region's, or S × H."""
        found, money = np.empty_like(populations), np.broadcast_to(self.allocation, populations.shape)
        money = money if allocation is None else allocation
        for segment in self.hypotheses.segments:
            inside, given = self.segments == str(segment), self.hypotheses.given_mean(segment)
            if inside.any():
                total = money[:, inside].sum(axis=1, keepdims=True) / populations[:, inside].sum(axis=1, keepdims=True)
                found[:, inside] = total if given is None else given
        return found

    def indices(self, populations: Array) -> Array:
        """I = (D / P) / μ (S × H)."""
        return np.asarray(self.allocation / populations / self.means(populations))


class _Needs:
    """The zones of a level: inhabitants and indicators."""

    def __init__(self, tables: Tables, zones: Sequence[str]) -> None:
        place = {code: row for row, code in enumerate(tables.territories.texts("territory"))}
        rows = [place[code] for code in zones]
        self.adults, self.minors = (tables.territories.floats(age)[rows] for age in AGES)
        names = tables.indicators.texts("indicator")
        line = {code: row for row, code in enumerate(tables.indicator_values.texts("territory"))}
        values = [tables.indicator_values.floats(name)[[line[code] for code in zones]] for name in names]
        self.values = np.column_stack(values) if names else np.zeros((len(zones), 0))

    def index(self, people: Array, directed: Array, method: str) -> Array:
        """Composite index of intensity 1 (S × Z). people: S × Z. directed: weights with their direction, S × K."""
        if len(self.values) == 1 or not self.values.shape[1]:
            return np.zeros_like(people)
        total, middle = people.sum(axis=1, keepdims=True), self.values.mean(axis=0)
        centred = self.values - middle  # sums of squares about the middle lose no digits
        mean = people @ centred / total
        scale = mean + middle if method == "ratio" else np.sqrt(people @ centred**2 / total - mean**2)
        share = directed / scale
        return np.asarray(share @ centred.T - (share * mean).sum(axis=1, keepdims=True))
