"""Comparator: the same region under NHS England's pace of change, beside its own catch-up.

From the allocations of the first year, with the money of each year of its campaign and the targets that its own trajectory
aims at (μ of the year × population), so that the two ways of sharing differ in nothing else.
"""

from dataclasses import dataclass

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.follow_up.cliffs import curve, steps
from dotpop_model.follow_up.history import NAN, Year, total
from dotpop_model.follow_up.sharing import Account, check, pots, share
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.sharing import HALF_CENT
from dotpop_model.stages.trajectory import POT_ORDER
from dotpop_model.tables import Frame

HOSPITALS = (
    "finess",
    "name",
    "segment",
    "start",
    "start_index",
    "catch_up",
    "pace",
    "gap",
    "gap_rate",
    "catch_up_index",
    "pace_index",
    "winner",
)
SEGMENTS = ("segment", "start", "catch_up", "pace", "gap", "more", "gains", "less", "losses", "same")
YEARS = (
    "year",
    "offered",
    "floors",
    "coverage",
    "catch_up_left",
    "pace_left",
    "distance",
    "pace_distance",
)


@dataclass(frozen=True)
class Pace:
    """The frames of the comparator.

    hospitals: a line per hospital, from the lowest index: allocation at the start, at the end of each way (€), gap = pace −
    catch_up, indices at the end, winner ("more", "less", "same" under pace).
    by_year: hospital and year: allocation and index of each. segments: sums and who has more or less, by segment and region.
    years: money offered, floors asked for and the part of them that the money covers (coverage, 1: whole), money that found
    no taker in each way, mean distance |I − 1| of each. curve, steps: see `cliffs`.
    """

    hospitals: Frame
    by_year: Frame
    segments: Frame
    years: Frame
    curve: Frame
    steps: Frame


def compare(one: Year) -> Pace:
    """The region of a year under pace of change over its horizon. Raises ModelError when the bounds are in the wrong order.

    A year whose money does not pay the floors: they are all cut by the same part, which coverage tells.
    """
    check(one.hypotheses)
    run = _Run(one)
    return Pace(run.hospitals(), run.by_year(), run.segments(), run.years(), curve(one), steps(one))


class _Run:
    def __init__(self, one: Year) -> None:
        self._one, self._given = one, one.hypotheses
        indices, trajectory = one.results.indices, one.results.trajectory
        self._people, self._order = indices.floats("population"), np.argsort(indices.floats("index"), kind="stable")
        self._mean, count = one.projection.simulated.mean, len(indices)
        self._catch_up = trajectory.floats("allocation").reshape(count, -1).T  # years × hospitals, as notified
        self._pace = self._catch_up.copy()
        self._accounts = [self._share(year) for year in range(1, len(self._pace))]

    def _share(self, year: int) -> Account:
        before, target = self._pace[year - 1], self._mean[year] * self._people
        growth, account = share(before, target, pots(self._one.projection.campaign, year, len(before)), self._given)
        self._pace[year] = before + growth
        return account

    def _indices(self, allocations: Array) -> Array:
        return np.asarray(allocations / self._people / self._mean)

    def hospitals(self) -> Frame:
        indices = self._one.results.indices
        gap = self._pace[-1] - self._catch_up[-1]
        words = np.where(gap >= HALF_CENT, "more", np.where(gap <= -HALF_CENT, "less", "same"))
        columns = {
            **{name: indices[name] for name in ("finess", "name", "segment")},
            "start": self._catch_up[0],
            "start_index": indices.floats("index"),
            "catch_up": self._catch_up[-1],
            "pace": self._pace[-1],
            "gap": gap,
            "gap_rate": _ratio(gap, self._catch_up[-1]),
            "catch_up_index": self._indices(self._catch_up)[-1],
            "pace_index": self._indices(self._pace)[-1],
            "winner": words,
        }
        return Frame({name: columns[name][self._order] for name in HOSPITALS})

    def by_year(self) -> Frame:
        indices, years = self._one.results.indices, range(1, len(self._pace))
        both = [self._catch_up, self._pace, self._pace - self._catch_up]
        both += [self._indices(self._catch_up), self._indices(self._pace)]
        names = ("catch_up", "pace", "gap", "catch_up_index", "pace_index")
        return Frame(
            {
                **{name: np.repeat(indices[name], len(years)) for name in ("finess", "name", "segment")},
                "year": np.tile([self._one.year + year for year in years], len(indices)),
                **{name: values[1:].T.ravel() for name, values in zip(names, both, strict=True)},
            }
        )

    def segments(self) -> Frame:
        found, rows = self.hospitals(), []
        held = found.texts("segment")
        for segment in [*(one for one in POT_ORDER if one in held), WHOLE]:
            inside = np.array([segment in (WHOLE, own) for own in held])
            sums = [total(found.floats(name)[inside].tolist()) for name in ("start", "catch_up", "pace", "gap")]
            gaps, words = found.floats("gap")[inside], found["winner"][inside]
            counts = {word: int((words == word).sum()) for word in ("more", "less", "same")}
            gains, losses = (total(gaps[words == word].tolist()) for word in ("more", "less"))
            rows.append((segment, *sums, counts["more"], gains, counts["less"], losses, counts["same"]))
        return Frame.from_rows(SEGMENTS, rows)

    def years(self) -> Frame:
        accounts = self._one.results.accounts
        distances = [np.abs(self._indices(money) - 1).mean(axis=1) for money in (self._catch_up, self._pace)]
        rows = [(self._one.year, *[NAN] * 5, *(float(one[0]) for one in distances))]
        for year, account in enumerate(self._accounts, start=1):
            of_year = accounts["year"] == self._one.year + year
            unallocated = total(accounts.floats("unallocated")[of_year].tolist())
            covered = account.paid / account.asked if account.asked else 1.0
            spans = (float(one[year]) for one in distances)
            told = (account.offered, account.asked, covered, unallocated, account.left, *spans)
            rows.append((self._one.year + year, *told))
        return Frame.from_rows(YEARS, rows)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
