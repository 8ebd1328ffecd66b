"""What every fiche of a region draws on, computed once: territories against each other, activity, trajectory, places."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from dotpop_addin import disclosure, levels
from dotpop_addin.actions import Calculation
from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.levels import rounded
from dotpop_addin.names import Names
from dotpop_addin.region import Region
from dotpop_model.arrays import Array
from dotpop_model.criteria import Criteria, Form
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.smr import SmrResults, SmrTables
from dotpop_model.stages.activity import Care, at_level, counted_forms, counted_lines, hospital_weights, weighted_care
from dotpop_model.stages.flows import as_seen
from dotpop_model.stages.territories import Territories
from dotpop_model.stages.trajectory import LEVERS, Projection, project
from dotpop_model.stages.weighting import counted_population, index_parts, indicator_values, levels_used
from dotpop_model.tables import Frame, rows_of
from dotpop_model.weighting import moments


@dataclass(frozen=True)
class Level:
    """The territories of one level. by_code: inhabitants and need-weighted population of each. values, parts: territories
    × indicators, and what each adds to their composite index. people: inhabitants as counted, territories × ages. counted,
    uncentred: inhabitants of all of them, as counted, and once multiplied by 1 + index. given: the care as it was given;
    care: as the criteria of the hospitals see it (the same without any); rates: by each of them alone, what a unit of care
    given is seen as."""

    by_code: dict[str, dict[str, Any]]
    values: Array
    parts: Array
    mean: Array
    deviation: Array
    intensity: float
    people: Array
    counted: float
    uncentred: float
    given: Care
    care: Care
    rates: Sequence[Array]

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each territory in `values`; its column in the care."""
        return {code: row for row, code in enumerate(self.by_code)}

    @property
    def alone(self) -> bool:
        """Whether one territory is the whole region: it is its own mean."""
        return len(self.by_code) == 1

    def contributions(self, code: str) -> list[float]:
        """What each indicator adds to the composite index of a territory."""
        found: list[float] = self.parts[self.place[code]].tolist()
        return found


@dataclass(frozen=True)
class Smr:
    """The inputs and results of a region of SMR."""

    tables: SmrTables
    results: SmrResults


class Common:
    """A calculation as the fiches read it, and what may leave of it."""

    def __init__(self, calculation: Calculation, level: levels.Level) -> None:
        self.disclosure = disclosure.of(calculation, level)
        self.region: Region = calculation.region
        self.results = calculation.results
        self.hypotheses: Hypotheses = self.region.hypotheses
        tables = self.region.tables
        self.smr: Smr | None = None
        if isinstance(tables, SmrTables) and isinstance(self.results, SmrResults):
            self.smr = Smr(tables, self.results)
        self.finess: Sequence[str] = tables.finess
        self.flows = self.results.flows.records()
        self.indices = self.results.indices.records()
        self.reasons = self.results.reasons.records()
        self.indicators = tables.indicators.records()
        self.forms = counted_forms(tables, self.hypotheses)
        self.compared = self.hypotheses.compared_in(tables.hospitals.texts("segment")).tolist()
        self.projection: Projection = project(tables, self.hypotheses, self.results.indices)
        shape = (len(self.finess), self.hypotheses.horizon + 1)
        frame = self.results.trajectory
        self.notified = {name: frame.floats(name).reshape(shape) for name in (*LEVERS, "allocation", "closed")}
        self.positions = frame["position"].reshape(shape)
        self.statuses = frame["status"].reshape(shape)[0].tolist()
        self._territories = Territories(tables)
        self._care = weighted_care(tables, self.hypotheses)
        self.criteria = self.region.field.chain.criteria(tables, self.hypotheses)
        self.levels = {level: self._level(level) for level in levels_used(tables, self.hypotheses)}
        self.lines = {level: self._lines(level) for level in self.levels}
        self.identity = {one: self.region.identity.get(one, "") for one in (REGION, NATURE)}
        self._names = Names(tables)
        self._own: dict[str, dict[str, dict[str, Any]]] = {}

    def _level(self, level: str) -> Level:
        tables = self.region.tables
        rows = tables.territories.where(tables.territories["level"] == level)
        weighted = self.results.weighted_population
        weighted = weighted.where(weighted["level"] == level)
        by_age = counted_population(self.hypotheses, rows)
        people = by_age.sum(axis=1)
        codes, parts, intensity = index_parts(tables, self.hypotheses, level)
        values = indicator_values(tables, codes)
        mean, deviation = moments(values, people)
        given = at_level(self._care, self._territories, level)
        lines = zip(weighted.records(), rows.floats("adults").tolist(), rows.floats("minors").tolist(), strict=True)
        return Level(
            by_code={line["territory"]: line | {"adults": adults, "minors": minors} for line, adults, minors in lines},
            values=values,
            parts=parts,
            mean=mean,
            deviation=deviation * (len(rows) > 1),  # exactly 0 alone, as the formula beside it asks
            intensity=intensity,
            people=by_age,
            counted=float(people.sum()),
            uncentred=float((people * (1 + weighted.floats("index"))).sum()),
            given=given,
            care=self._seen(given, level, self.criteria),
            rates=[_rates(given, self._seen(given, level, one)) for one in _alone(self.criteria)],
        )

    def _seen(self, care: Care, level: str, criteria: Criteria | None) -> Care:
        """The care of a level as the criteria of the hospitals that share it see it."""
        for segment in dict.fromkeys(self.compared):
            if self.hypotheses.level(segment) == level and self.hypotheses.flow_method(segment) == "contribution":
                care = as_seen(care, criteria, rows_of(self.region.tables, segment))
        return care

    def _lines(self, level: str) -> Frame:
        """The activity that the metric counts, at a level of territories. weight: of one patient (day, act) of the line."""
        tables = self.region.tables
        activity = tables.activity.where(counted_lines(tables, self.forms))
        zones, _ = self._territories.mapping(activity.texts("territory"), level)
        coefficients = dict(zip(self.finess, hospital_weights(tables, self.hypotheses).tolist(), strict=True))
        rates = [coefficients.get(finess, 1.0) for finess in activity.texts("finess")]
        weights = [self.forms[form] * rate for form, rate in zip(activity.texts("form"), rates, strict=True)]
        columns = {name: activity[name] for name in ("finess", "age", "volume")}
        return Frame(columns | {"territory": [zones[code] for code in activity.texts("territory")], "weight": weights})

    def level_of(self, hospital: int) -> Level:
        """The level at which a hospital's population is read."""
        return self.levels[self.hypotheses.level(self.compared[hospital])]

    def method_of(self, hospital: int) -> str:
        """The flow method of a hospital's segment."""
        return self.hypotheses.flow_method(self.compared[hospital])

    def served(self, hospital: int) -> list[str]:
        """The territories whose population counts for a hospital: those that it has care in, or its own."""
        if self.method_of(hospital) != "contribution":
            return [self.flows[hospital]["territory"]]
        level = self.level_of(hospital)
        cared = level.given.values[hospital].sum(axis=1)
        return [code for code, row in level.place.items() if cared[row] > 0]

    @cached_property
    def care_given(self) -> dict[str, Array]:
        """For each segment compared, the weighted activity that its territories share out: territories × ages."""
        everyone = self.hypotheses.contribution_scope == "all"
        given = {}
        for segment in set(self.compared):
            care = self.levels[self.hypotheses.level(segment)].given
            rows = list(range(len(care.hospitals))) if everyone else rows_of(self.region.tables, segment)
            given[segment] = care.values[rows].sum(axis=0)
        return given

    @cached_property
    def ranked(self) -> dict[str, list[float]]:
        """The rounded indices of those compared together, from the least to the best funded."""
        found: dict[str, list[float]] = {}
        for segment, line in zip(self.compared, self.indices, strict=True):
            found.setdefault(segment, []).append(rounded(line["index"]))
        return {segment: sorted(values) for segment, values in found.items()}

    def imposed(self, hospital: int) -> bool:
        """Whether the region imposes the mean that a hospital is compared with."""
        return self.hypotheses.given_mean(self.compared[hospital]) is not None

    def unweighted(self, hospital: int) -> float:
        """The inhabitants that contribution alone would give a hospital if needs were not weighted."""
        level, given = self.level_of(hospital), self.care_given[self.compared[hospital]]
        zones = range(len(level.by_code))
        own, everyone = level.given.values[hospital][zones], given[zones]
        people = level.people
        if not self.hypotheses.contribution_by_age:
            own, everyone, people = (one.sum(axis=1, keepdims=True) for one in (own, everyone, people))
        return float((people * np.divide(own, everyone, out=np.zeros_like(own), where=everyone > 0)).sum())

    @cached_property
    def chosen(self) -> list[dict[str, Any]]:
        """The hypotheses as they stand in the workbook."""
        read = self.region.reads["hypotheses"].columns
        lines = [dict(zip(read, line, strict=True)) for line in zip(*read.values(), strict=True)]
        return [line for line in lines if line["code"]]

    def own(self, frame: Frame, name: str, hospital: int) -> dict[str, Any] | None:
        """The line of a hospital in a table, which is called so; None when it has none."""
        if name not in self._own:
            self._own[name] = {row["finess"]: row for row in (frame.records() if len(frame) else [])}
        return self._own[name].get(self.finess[hospital])

    def anonymous(self, text: object, hospital: int) -> str:
        """A text that someone typed, without the name or FINESS of any other hospital."""
        return self._names.without(text, (self.finess[hospital],))


def _alone(criteria: Criteria | None) -> list[Criteria]:
    """Each criterion as if it were the only one; the composite index is one by itself."""
    if criteria is None or criteria.form == Form.INDEX:
        return [criteria] if criteria is not None else []
    weights = np.eye(len(criteria.names))
    return [replace(criteria, weights=weights[place]) for place in np.flatnonzero(criteria.weights).tolist()]


def _rates(given: Care, seen: Care) -> Array:
    """What a unit of the care given is seen as; 1 where there is none."""
    return np.divide(seen.values, given.values, out=np.ones_like(given.values), where=given.values > 0)
