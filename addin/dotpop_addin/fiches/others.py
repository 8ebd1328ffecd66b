"""What a fiche shows of other hospitals: their places, and the care that they give together where the reader cares.

Each figure drawn from others, and what keeps its reader from deducing more than the level admits:

- leakage: what all others give to the residents of one territory. In total, the net-flow population of the reader tells it
  already; by age, or where nothing else tells it, it must be of enough hospitals. Never where it gives a small count away.
- the care that shares are of (contribution): one sum for each territory and age, a cell. The cells that cannot be shown are
  put together: the population that they bring is one figure, and what it leaves possible is checked (see `_protects`).
  Where hospitals have criteria, the shares are those of contribution alone: what criteria change is one figure for all
  cells, given by the region. A reader who knows the values of others has that equation too: one more hospital is asked.
- population, index, need, trajectory: the reader's own at any level. But where small counts could be computed back from
  the population, all that holds it is withheld.
- the mean: the reader's own index tells it. Regional populations and indicators: public.

A reader knows its own lines; only those of others are protected. Small counts: see `dotpop_model.disclosure`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from dotpop_addin.disclosure import Disclosure
from dotpop_addin.fiches.others_lines import Cell, Lines, coded, lines_of, summed
from dotpop_addin.levels import CARE, COUNTS, PLACES
from dotpop_model.arrays import Array
from dotpop_model.disclosure import SECRET, STATE, Places, Weighted, evidently_safe, protect
from dotpop_model.vocabulary import AGES, FlowMethod

if TYPE_CHECKING:
    from dotpop_addin.fiches.common import Common, Level

SLACK = 1e-9


class Leakage(IntEnum):
    """How much of the leakage is shown."""

    NONE = 0
    TOTAL = 1
    BY_AGE = 2


@dataclass(frozen=True)
class Shown:
    """places: those of the others. together: the cells whose care is not shown. population: whether the reader's own is."""

    places: bool
    leakage: Leakage
    together: frozenset[Cell] = frozenset()
    population: bool = True

    @property
    def whole(self) -> bool:
        """Whether nothing is withheld."""
        return self.places and self.leakage == Leakage.BY_AGE and not self.together and self.population


@dataclass(frozen=True)
class _Share:
    """One cell of a contribution: inhabitants, the reader's care, that of the others, their small counts with weights.

    seen: the reader's care as the criteria see it; least, most: what it may weigh against that of others.
    """

    people: float
    own: float
    care: float
    lines: Sequence[tuple[float, float]]  # weight, count
    seen: float
    least: float
    most: float

    @property
    def served(self) -> float:
        return self.people * self.seen / (self.own + self.care)

    def care_for(self, served: float, own: float) -> float:
        """The care of others that leaves the reader so many inhabitants (inf: none), if its own weighs so much."""
        return own * (self.people / served - 1) if served > SLACK * self.people else np.inf


def shown(common: "Common", hospital: int) -> Shown:
    """What the fiche of a hospital shows of the others at the level of its region's disclosure."""
    given = common.disclosure
    method = common.method_of(hospital)
    contribution = method == FlowMethod.CONTRIBUTION
    cells = _served(common, hospital) if contribution else []
    lines = lines_of(common, hospital, cells)
    if contribution:
        return _contribution(common, hospital, cells, lines)
    told = method == FlowMethod.NET_FLOW
    leakage = _leakage(given, lines, told=told)
    return Shown(given.admits(PLACES), leakage, population=leakage > Leakage.NONE or not told)


def _contribution(common: "Common", hospital: int, cells: Sequence[Cell], others: Lines) -> Shown:
    given, shares, together = common.disclosure, dict[Cell, _Share](), set[Cell]()
    for number, cell in enumerate(cells):
        lines = others.where(others.cell == number)
        share = _share(common, hospital, cell, lines)
        if share.own > 0:
            shares[cell] = share
        sums = 1 if common.criteria is None else 2
        if not (given.admits(CARE) and _enough(given, lines, sums) and _safe(given, lines, {})):
            together.add(cell)
    while not _protects([shares[one] for one in together & shares.keys()], given.threshold):
        left = sorted(shares.keys() - together, key=lambda one: (shares[one].served, one))
        if not left:
            break
        together.add(left[0])
    leakage = Leakage.NONE
    if not any(code == common.flows[hospital]["territory"] for code, _ in together):
        counted = np.array([-1 if cell in together else number for number, cell in enumerate(cells)] + [-1])
        leakage = _leakage(given, replace(others, cell=counted[others.cell]), told=False)
    alone = [shares[one] for one in together & shares.keys()]
    return Shown(given.admits(PLACES), leakage, frozenset(together), _protects(alone, given.threshold, last=True))


def _served(common: "Common", hospital: int) -> list[Cell]:
    ages = AGES if common.hypotheses.contribution_by_age else ("",)
    return [(code, age) for code in common.served(hospital) for age in ages]


def _share(common: "Common", hospital: int, cell: Cell, lines: Lines) -> _Share:
    level, (code, age) = common.level_of(hospital), cell
    ages = [AGES.index(age)] if age else list(range(len(AGES)))
    weights, volumes = lines.weights, lines.volumes
    own, seen = (float(one.values[hospital, level.place[code], ages].sum()) for one in (level.given, level.care))
    ratios = [1.0, *_ratios(level, hospital, (level.place[code], ages), lines)]
    return _Share(
        people=float(level.by_code[code][f"weighted_{age or 'population'}"]),
        own=own,
        care=float((weights * volumes).sum()),
        lines=[(weight, float(volumes[weights == weight].sum())) for weight in set(weights.tolist()) if weight > 0],
        seen=seen,
        least=own * min(ratios),
        most=own * max(ratios),
    )


def _ratios(level: "Level", hospital: int, cell: tuple[int, list[int]], lines: Lines) -> Iterator[float]:
    """What a unit of the reader's care weighs against one of others, by each criterion: least and most in a cell."""
    codes = set(lines.hospitals())
    rows = [row for row, code in enumerate(level.given.hospitals) if code in codes]
    for rates in level.rates:
        own, others = (_there(level, rates, among, cell) for among in ([hospital], rows))
        if len(own) and len(others):
            yield float(own.min() / max(others.max(), SLACK))
            yield float(own.max() / max(others.min(), SLACK))


def _there(level: "Level", rates: Array, rows: list[int], cell: tuple[int, list[int]]) -> Array:
    """The rates of the hospitals of some rows that give care in a cell."""
    place, ages = cell
    given, own = (values[rows, place][:, ages] for values in (level.given.values, rates))
    return np.asarray(own[given > 0])


def _protects(shares: Sequence[_Share], threshold: int, *, last: bool = False) -> bool:
    """Whether the population that these cells bring together leaves every small count of theirs free up to the threshold.

    Population: Σ people × own / (own + care). The care of one cell may be all that the others can make up for, from none
    (each then brings all its people) to any. One cell alone is told by its own population; last: nothing more can be added,
    and then it may be, if no small count is.
    """
    total, people = sum(one.served for one in shares), sum(one.people for one in shares)
    for one in shares:
        most = one.care_for(total - (people - one.people), one.least)  # the others bring all their people
        least = one.care_for(min(total, one.people), one.most)
        for weight, count in one.lines:
            if 0 < count < threshold:
                enough = most >= weight * threshold * (1 - SLACK)
                if not enough or (len(one.lines) == 1 and least > weight * (1 + SLACK)):
                    return False
    return last or len(shares) != 1


def _leakage(given: Disclosure, others: Lines, *, told: bool) -> Leakage:
    """What may be shown of the care of others at home. Their cells: those that are shown already.

    told: the reader's own population tells the total.
    """
    at_home = others.where(others.home)
    ages = [at_home.where(at_home.age == place) for place in range(len(others.ages))]
    if given.admits(CARE) and all(_enough(given, one) for one in ages) and _joined(given, others, by_age=True):
        return Leakage.BY_AGE
    enough = given.admits(CARE) and _enough(given, at_home)
    return Leakage((told or enough) and _joined(given, others, by_age=False))


def _joined(given: Disclosure, others: Lines, *, by_age: bool) -> bool:
    """Whether the leakage may be shown beside the cells: a line that is in one only is a sum of its own in the other."""
    used = others.where(others.home | (others.cell >= 0))
    leak = np.where(used.home, used.age if by_age else 0, -1)
    kinds = len(used.ages)
    apart = {"cell": np.where(used.cell >= 0, used.cell, -1 - leak), "leak": np.where(leak >= 0, leak, kinds + used.cell)}
    return _safe(given, used, apart)


def _enough(given: Disclosure, lines: Lines, sums: int = 1) -> bool:
    """Whether a sum may be shown with regard to how many hospitals it holds, the reader being one; none is no secret.

    sums: how many of them are shown, of which each one tells what one hospital gives when all the others are known.
    """
    count = len(np.unique(lines.hospital[lines.volumes > 0]))
    return given.admits(COUNTS) or count == 0 or count + 2 - sums >= given.minimum


def _safe(given: Disclosure, lines: Lines, columns: Mapping[str, Places]) -> bool:
    """Whether no small count can be deduced from the weighted sums of lines by each column (one sum of all without any)."""
    threshold, zeros = given.threshold, given.zeros_published
    same = coded(lines, columns.values())
    if evidently_safe(lines.volumes, lines.weights, same, threshold=threshold, zeros_published=zeros):
        return True
    groupings = [Weighted((column,), "weight") for column in columns] or [Weighted((), "weight")]
    sums = summed(lines, columns)
    tables = protect(sums, "volume", groupings, threshold=threshold, zeros_published=zeros).tables
    return not any(SECRET in table[STATE] for table in tables)
