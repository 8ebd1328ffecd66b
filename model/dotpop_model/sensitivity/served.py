"""The population that each hospital serves, as a matrix over those of territories: what activity says, computed once.

P_e = Σ_za M[e, z, a] P'_za, whatever the needs are: shares of care (contribution), 1 + rate at home (flow rates).
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria
from dotpop_model.errors import ModelError
from dotpop_model.flows import contribution_shares
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.activity import Care, counted_forms, counted_lines, hospital_weights, places_in
from dotpop_model.stages.flows import as_seen, weights_and_flows
from dotpop_model.stages.territories import Territories
from dotpop_model.stages.weighting import levels_used
from dotpop_model.tables import Tables, rows_of
from dotpop_model.vocabulary import AGES, OUTSIDE, FlowMethod


class Served:
    """The activity of a region, ready to be weighted again and again. The region is one that its chain can compute."""

    def __init__(self, tables: Tables, hypotheses: Hypotheses, criteria: Criteria | None) -> None:
        self._tables, self._criteria = tables, criteria
        forms = counted_forms(tables, hypotheses)
        self.forms, self._weights = list(forms), np.array(list(forms.values()))
        self.criteria = [] if criteria is None else list(criteria.names)
        activity = tables.activity.where(counted_lines(tables, forms))
        self.volumes: Array = activity.floats("volume")
        self._form = places_in(self.forms, activity.texts("form"))
        self._hospitals = [*tables.finess, OUTSIDE]
        self._hospital = places_in(self._hospitals, activity.texts("finess"))
        age = places_in(AGES, activity.texts("age"))
        self._territories = Territories(tables)
        self.levels = {level: self._territories.at(level) for level in levels_used(tables, hypotheses)}
        written, self._flat = activity.texts("territory"), {}
        for level, zones in self.levels.items():
            mapping, _ = self._territories.mapping(written, level)
            zone = places_in([*zones, OUTSIDE], [mapping[code] for code in written])
            self._flat[level] = np.ravel_multi_index((self._hospital, zone, age), self._shape(level))

    def _shape(self, level: str) -> tuple[int, int, int]:
        return len(self._hospitals), len(self.levels[level]) + 1, len(AGES)

    def matrices(
        self,
        hypotheses: Hypotheses,
        forms: Array | None = None,
        criteria: Array | None = None,
        volumes: Array | None = None,
    ) -> Mapping[str, Array]:
        """M by segment (its hospitals × zones of its level × ages).

        hypotheses: as those of the region, but for costs (ACT_). forms, criteria: multiples of their weights (F, K).
        volumes: other ones of the lines of activity. NaN for a hospital that would serve nobody: no activity, a flow rate
        of −100 % or lower.
        """
        weights = self._weights if forms is None else self._weights * forms
        coefficients = np.append(hospital_weights(self._tables, hypotheses), 1.0)
        care = weights[self._form] * (self.volumes if volumes is None else volumes) * coefficients[self._hospital]
        seen = self._criteria
        if seen is not None and criteria is not None:
            seen = replace(seen, weights=seen.weights * criteria)
        found, at = {}, {}
        for segment in hypotheses.segments:
            rows, level = rows_of(self._tables, segment), hypotheses.level(segment)
            if not rows:
                continue
            if level not in at:
                shape = self._shape(level)
                values = np.bincount(self._flat[level], weights=care, minlength=int(np.prod(shape))).reshape(shape)
                at[level] = Care(self._hospitals, [*self.levels[level], OUTSIDE], np.asarray(values, dtype=np.float64))
            if hypotheses.flow_method(segment) == FlowMethod.CONTRIBUTION:
                found[str(segment)] = self._contribution(at[level], rows, hypotheses, seen)
            else:
                found[str(segment)] = self._own_zone(at[level], rows, hypotheses, segment)
        return found

    def _contribution(self, care: Care, rows: list[int], hypotheses: Hypotheses, criteria: Criteria | None) -> Array:
        """Shares of care; a zone without activity is nobody's."""
        try:
            seen = as_seen(care, criteria, rows).values
        except ModelError:  # a criterion that is nil for all who still care somewhere
            return np.full((len(rows), len(care.territories) - 1, len(AGES)), np.nan)
        columns = list(range(len(care.hospitals))) if hypotheses.contribution_scope == "all" else rows
        activity = seen[columns][:, :-1].swapaxes(0, 1)
        if not hypotheses.contribution_by_age:
            activity = np.repeat(activity.sum(axis=2, keepdims=True), len(AGES), axis=2)
        shares = contribution_shares(activity).swapaxes(0, 1)
        own = shares[rows] if hypotheses.contribution_scope == "all" else shares
        idle = own.sum(axis=(1, 2), keepdims=True) <= 0
        return np.where(idle, np.nan, own)

    def _own_zone(self, care: Care, rows: list[int], hypotheses: Hypotheses, segment: str) -> Array:
        """1 + flow rate in the hospital's own zone, where rates apply."""
        own = [self._tables.hospitals.texts("territory")[row] for row in rows]
        mapping, _ = self._territories.mapping(own, hypotheses.level(segment))
        places = [mapping[code] for code in own]
        kept = np.ones(len(rows))
        if hypotheses.flow_method(segment) == FlowMethod.NET_FLOW:
            columns = weights_and_flows(care, rows, places)
            base = columns["weight"] - (columns["flow"] if hypotheses.flow_base == "residents" else 0.0)
            kept = 1 + np.divide(columns["flow"], base, out=np.full(len(rows), np.nan), where=base > 0)
        found = np.zeros((len(rows), len(care.territories) - 1, len(AGES)))
        found[np.arange(len(rows)), places_in(care.territories, places)] = np.where(kept > 0, kept, np.nan)[:, None]
        return found
