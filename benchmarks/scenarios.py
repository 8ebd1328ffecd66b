"""Scenarios in thousands: the sensitivity's way, the same by ordinary pandas, and one pass of numpy over as many numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dotpop_addin.region import Region
from dotpop_model.arrays import Array
from dotpop_model.campaign import NOISE
from dotpop_model.sensitivity.factors import Factor, Kind
from dotpop_model.sensitivity.scenarios import Draws, Scenarios
from dotpop_model.stages.trajectory import campaign_measures
from dotpop_model.tables import rows_of
from dotpop_model.vocabulary import AGES

DRAWN = {"intensity": (0.5, 1.0), "modulation": (0.0, 0.5), "exponent": (0.0, 2.0)}


def scenarios_of(region: Region, count: int) -> tuple[Scenarios, Draws]:
    """`count` scenarios that differ by an intensity, a modulation and an exponent, as a trajectory with indexed means."""
    rules = {"logic": "catch_up", "mean_rule": "indexed", "eligibility": "initial", "intensity_mode": "given"}
    chosen: dict[str, Any] = {**rules, "recentre": True, "minors_weighted": False, "horizon": 5}
    hypotheses = replace(region.hypotheses, **chosen)
    factors = [Factor(name, name, Kind.NUMBER, name, 0, low, high) for name, (low, high) in DRAWN.items()]
    random = np.random.default_rng(1)
    draws = {name: random.uniform(low, high, count) for name, (low, high) in DRAWN.items()}
    chain = region.field.chain
    return Scenarios(region.tables, hypotheses, factors, chain.criteria(region.tables, hypotheses)), draws


def one_pass(hospitals: int, years: int, count: int) -> Array:
    """What cannot be avoided: each allocation of each year written once, from the one before."""
    found = np.ones((count, hospitals))
    for _ in range(years):
        found = found * 1.01
    return found


class Pandas:
    """The same scenarios as an ordinary notebook computes them, one at a time: merge, group, sum."""

    def __init__(self, scenarios: Scenarios) -> None:
        tables, self.hypotheses = scenarios.tables, scenarios.hypotheses
        self.zones = {level: self._zones(scenarios, level) for level in scenarios.served.levels}
        self.served = {segment: self._long(scenarios, segment) for segment in scenarios.served.matrices(self.hypotheses)}
        self.hospitals = pd.DataFrame({"allocation": scenarios.allocation, "segment": scenarios.segments})
        self.campaign = campaign_measures(tables, self.hypotheses)[0]

    def _zones(self, scenarios: Scenarios, level: str) -> pd.DataFrame:
        """Inhabitants of each zone and its composite index of intensity 1."""
        needs = scenarios._levels[level]
        weights = scenarios.tables.indicators.floats("weight") * scenarios.tables.indicators.floats("direction")
        people = needs.adults + needs.minors
        index = needs.index(people[None], weights[None], self.hypotheses.index_method)[0]
        return pd.DataFrame(dict(zip(AGES, (needs.adults, needs.minors), strict=True))).assign(people=people, index_0=index)

    def _long(self, scenarios: Scenarios, segment: str) -> pd.DataFrame:
        matrix = scenarios.served.matrices(self.hypotheses)[segment]
        rows = np.array(rows_of(scenarios.tables, segment))
        place = np.argwhere(matrix != 0)
        columns = {"hospital": rows[place[:, 0]], "zone": place[:, 1], "age": place[:, 2]}
        return pd.DataFrame({**columns, "share": matrix[matrix != 0]})

    def last_allocations(self, intensity: float, modulation: float, exponent: float) -> pd.Series:
        """The allocation of each hospital in the last year (€)."""
        frame = self.hospitals.assign(population=self._populations(intensity))
        sums = frame.groupby("segment")[["allocation", "population"]].transform("sum")
        frame["mean"] = sums["allocation"] / sums["population"]
        index = frame["allocation"] / frame["population"] / frame["mean"]
        frame["needs"] = index < self.hypotheses.need_threshold
        for year in range(1, self.hypotheses.horizon + 1):
            frame = self._year(frame, year, modulation, exponent)
        return frame["allocation"]

    def _populations(self, intensity: float) -> pd.Series:
        weighted = {}
        for level, zones in self.zones.items():
            growth = 1 + intensity * zones["index_0"]
            growth *= zones["people"].sum() / (zones["people"] * growth).sum()
            weighted[level] = pd.concat(
                [
                    pd.DataFrame({"zone": zones.index, "age": place, "weighted": zones[age] * growth})
                    for place, age in enumerate(AGES)
                ]
            )
        parts = [
            served.merge(weighted[self.hypotheses.level(segment)], on=["zone", "age"])
            for segment, served in self.served.items()
        ]
        lines = pd.concat(parts)
        return (lines["share"] * lines["weighted"]).groupby(lines["hospital"]).sum()

    def _year(self, before: pd.DataFrame, year: int, modulation: float, exponent: float) -> pd.DataFrame:
        """Carry-forward, what is withheld of it, core growth, earmarked measures: pot by pot."""
        pots = [(one, self._members(one.members)) for one in self.campaign if one.year == year]
        carried = pd.Series(0.0, index=before.index)
        for measures, members in pots:
            base = before["allocation"][members]
            carried[members] += measures.carry_forward * base / base.sum()
        sums = (
            pd.DataFrame({"carried": carried, "allocation": before["allocation"]})
            .groupby(before["segment"])
            .transform("sum")
        )
        mean = before["mean"] * (1 + sums["carried"] / sums["allocation"])
        target = mean * before["population"]
        over = before["allocation"] / before["population"] / before["mean"] > self.hypotheses.high * (1 + NOISE)
        above = (before["allocation"] + carried - target).clip(lower=0)
        rate = (above / carried).clip(upper=modulation).where(over & (carried > 0), 0.0)
        kept = (1 - rate) * carried
        short = target - before["allocation"] - kept
        missing = short.where(before["needs"] & (short > NOISE * target), 0.0)
        ceiling = self.hypotheses.ceiling
        ceilings = pd.Series(np.inf, index=before.index) if ceiling is None else ceiling * before["allocation"]
        room, key = np.minimum(missing, ceilings), missing * (short / target).clip(lower=0) ** exponent
        after = before["allocation"] + kept
        neutral = (missing == 0) & ~over & (before["allocation"] + kept <= self.hypotheses.high * target * (1 + NOISE))
        neutral_key, neutral_room = before["allocation"].where(neutral, 0.0), ceilings.where(neutral, 0.0)
        for lever in ("withheld", "core_growth", "earmarked"):
            for measures, members in pots:
                offered = (rate * carried)[members].sum() if lever == "withheld" else getattr(measures, lever)
                shares = filled(offered, key[members], room[members])
                after[members] += shares
                room[members] -= shares
                if lever == "earmarked":
                    after[members] += filled(offered - shares.sum(), neutral_key[members], neutral_room[members])
        return before.assign(allocation=after, mean=mean)

    def _members(self, members: tuple[bool, ...] | None) -> pd.Series:
        return pd.Series(True if members is None else list(members), index=self.hospitals.index)


def filled(amount: float, key: pd.Series, room: pd.Series) -> pd.Series:
    """Pro rata to the key, at most the room, the excess shared out again."""
    shares, open_ = pd.Series(0.0, index=key.index), key > 0
    while open_.any():
        part = (amount - shares.sum()) * key[open_] / key[open_].sum()
        full = part >= room[open_]
        if not full.any():
            shares[open_] = part
            break
        shares[full.index[full]] = room[full.index[full]]
        open_ &= ~full.reindex(open_.index, fill_value=False)
    return shares
