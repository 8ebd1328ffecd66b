"""Small counts: what must be hidden so that nobody deduces them from what is printed (statistical disclosure control).

The rule. A count is small from 1 to threshold − 1 (French practice: « moins de 11 patients » are not shown). A reader
knows every printed figure, that each total is the sum of its lines, that no count is negative and, when zeros are
printed, that what is hidden is at least 1. For each small count, in a table or between the tables, the reader must be
left with every value from the least possible up to the threshold: neither the count, nor a narrower interval, nor even
that it is small can be proven. The least is 1 (0 when zeros are hidden too), or for a total as many as its lines that
are known not to be nil. This is the interval protection of the literature on cell suppression (as τ-ARGUS audits it);
the choice of what else to hide follows its linear-programming heuristic: the cheapest movement of the figures that
leaves every printed total as it was, a small figure costing less than a large one, any line less than a total.

One mark for all that is hidden. « < 11 » on some and another mark on others would tell a reader which figures are
under the threshold, hence narrow the intervals of both: primary and secondary come out alike, as SECRET.

Zeros printed (the default) say that a hospital has no patient there, which is an information too, and stop a hidden
count from being 0; zeros hidden protect that, for many more figures hidden.

All tables of one call are protected together, whatever groupings they use. Out of reach: what other exports, other
years or other levels give; a reader who also uses the order in which figures are chosen; whole numbers, where the
intervals are of real numbers (the same for tables of two dimensions; rarely narrower beyond), all the more so for
weighted sums, which only a few combinations of whole counts may give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.tables import Frame, Mask

if TYPE_CHECKING:
    from highspy import Highs

SHOWN, SECRET, MISSING = "shown", "secret", "missing"
STATE = "state"
"""Column that says of each figure whether it is SHOWN, SECRET, or MISSING from the inputs."""

Columns = tuple[str, ...]
Places = NDArray[np.intp]

TOTAL_COST = 100.0  # lines that may be hidden before a total is
REWARD = 1e8  # of one unit of the movement looked for: above the cost of any
BATCHES = 30  # movements looked for at once, so that large tables take few programs
NOISE = 1e-6
FAR = 1e7  # above any count: as good as unbounded


class Weighted(NamedTuple):
    """A table of weighted sums Σ coefficient × count, printed beside the counts: it helps who wants to deduce them."""

    columns: Columns
    coefficient: str


Grouping = Columns | Weighted


@dataclass(frozen=True)
class Protected:
    """tables: one per grouping: its columns, the figures (NaN when not shown) and STATE."""

    tables: list[Frame]
    figures: "_Figures" = field(repr=False)
    hidden: Mask = field(repr=False)

    def intervals(self) -> list[tuple[Array, Array]]:
        """The audit: for each table, the least and the greatest value of each figure that what is shown allows.

        Equal to the figure where it is shown, infinite where nothing bounds it, NaN where it is missing.
        """
        reader = _Reader(self.figures, self.hidden, np.zeros(len(self.figures.values), dtype=bool))
        low, high = self.figures.values.copy(), self.figures.values.copy()
        for place in np.flatnonzero(self.hidden).tolist():
            low[place], high[place] = reader.furthest(place, -1), reader.furthest(place, 1)
        return [(low[places], high[places]) for places in self.figures.places]


def protect(
    lines: Frame,
    measure: str,
    groupings: Sequence[Grouping],
    *,
    threshold: int,
    zeros_published: bool = True,
    known: Sequence[Columns] = (),
    readers: Sequence[Mask] = (),
) -> Protected:
    """The tables of a count by each grouping, with what must be hidden left out.

    lines: one row per figure, at least as fine as every grouping; a combination without line is in no table.
    measure: column of the counts (persons; NaN: missing, as is every total that holds it).
    groupings: columns of each table, () for the grand total; `Weighted` for weighted sums printed beside.
    threshold: smallest count that may be shown. zeros_published: whether 0 may be.
    known: those of the groupings that readers know from elsewhere: they are never hidden.
    readers: for each reader who has figures of its own, the lines that it knows.
    Returns `Protected`. Raises ModelError on negative counts, or on counts that what is known gives away.

    >>> care = Frame({"zone": ["A", "A", "B", "B"], "age": ["+", "-", "+", "-"], "patients": [4, 40, 30, 20]})
    >>> cells, zones = protect(care, "patients", [("zone", "age"), ("zone",), ("age",)], threshold=11).tables[:2]
    >>> cells["state"].tolist(), zones["patients"].tolist()
    (['secret', 'secret', 'secret', 'secret'], [44.0, 50.0])
    """
    figures = _Figures(lines, measure, groupings, zeros_published)
    small = figures.small(threshold)
    hidden, least = small & figures.printed, figures.least()
    for own in (np.zeros(len(lines), dtype=bool), *readers):
        held = figures.known_to(own)
        fixed = held.copy()
        for place, columns in enumerate(groupings):
            if columns in known:
                fixed[figures.places[place]] = True
                hidden[figures.places[place]] = False
        targets = np.flatnonzero(small & ~fixed)
        if not targets.size:
            continue
        reader = _Reader(figures, hidden, fixed)
        stopped = _hide(reader, targets, least, threshold)
        exposed = _exposed(figures, stopped, reader, held)
        if exposed:
            raise ModelError([figures.fault(exposed)])
    return Protected(figures.tables(hidden), figures, hidden)


def evidently_safe(counts: Array, weights: Array, sums: Places, *, threshold: int, zeros_published: bool = True) -> bool:
    """Whether printed weighted sums Σ weight × count, without any count, plainly leave each small count free.

    counts, weights: of each line. sums: number of the printed sums that it stands in, the same for lines of the very same.
    Plainly: what the lines of the same sums weigh together could be up to the threshold of this line alone,
    Σ weight × count ≥ weight × threshold; then it may also be as few as the least. Where all lines are in the same sums,
    False means that something must be hidden; elsewhere, only that `protect` must say.

    >>> few = {"threshold": 11, "sums": np.array([0, 0])}
    >>> evidently_safe(np.array([4.0, 40.0]), np.array([5.0, 1.0]), **few)  # 60 is 11 × 5 + 5 × 1
    True
    >>> evidently_safe(np.array([4.0, 30.0]), np.array([5.0, 1.0]), **few)  # 50: at most 10 × 5
    False
    """
    small = (counts < threshold) & ((counts > 0) | (not zeros_published))
    weighed = np.bincount(sums, weights=weights * counts)[sums]
    return bool(np.all(weights >= 0) and np.all(weighed[small] >= threshold * weights[small]))


class _Figures:
    """Every figure of the tables, and the finest lines that they all add up, printed or not; sums as a sparse matrix."""

    def __init__(self, lines: Frame, measure: str, groupings: Sequence[Grouping], zeros_published: bool) -> None:
        self._measure, self.zeros_published = measure, zeros_published
        columns = [_columns(grouping) for grouping in groupings]
        coefficients = [(one.coefficient,) for one in groupings if isinstance(one, Weighted)]
        finest = list(dict.fromkeys(name for names in (*columns, *coefficients) for name in names))
        self.atoms, self.atom_of_line = _combinations(lines, finest, len(lines))
        self.count = count = int(self.atom_of_line.max(initial=-1)) + 1
        volumes = _sums(self.atom_of_line, lines.floats(measure), count)
        if (volumes < 0).any():
            negative = [str(row + 1) for row in np.flatnonzero(lines.floats(measure) < 0).tolist()]
            message = f"Effectifs négatifs aux lignes {named(negative)}. Corriger les effectifs."
            raise ModelError([Fault(message, column=measure, rows=tuple(negative))])
        values: list[Array] = [volumes]
        filled = ((volumes > 0) | (not zeros_published)).astype(np.float64)
        sizes: list[Array] = [filled]
        self.keys: list[Frame] = []
        self.places: list[Places] = []
        self.sums: list[tuple[Places, Array]] = []  # of each atom: its figure in a table, and its coefficient there
        start = count
        for names, grouping in zip(columns, groupings, strict=True):
            keys, group = _combinations(self.atoms, list(names), count)
            self.keys.append(keys)
            length = int(group.max(initial=-1)) + 1
            if isinstance(grouping, Weighted) or length < count:
                coefficient = self.atoms.floats(grouping.coefficient) if isinstance(grouping, Weighted) else np.ones(count)
                values.append(_sums(group, volumes * coefficient, length))
                sizes.append(_sums(group, filled, length))
                self.places.append(np.arange(start, start + length))
                self.sums.append((start + group, coefficient))
                start += length
            else:
                self.places.append(np.argsort(group))
        self.values: Array = np.concatenate(values, dtype=np.float64)
        self.sizes: Array = np.concatenate(sizes, dtype=np.float64)
        self.missing = np.isnan(self.values)
        self.printed, self.counts = np.zeros(start, dtype=bool), np.ones(start, dtype=bool)
        for grouping, places in zip(groupings, self.places, strict=True):
            self.printed[places] = True
            self.counts[places] = not isinstance(grouping, Weighted)

    @property
    def floor(self) -> Array:
        """The least that a reader takes each figure for, whatever is printed."""
        printed = self.printed & self.counts & self.zeros_published
        return np.where(printed, np.minimum(self.values, 1.0), 0.0)

    def small(self, threshold: int) -> Mask:
        """The counts to protect: the finest lines too, even where only their totals are printed."""
        small: Mask = self.counts & (self.values < threshold) & ((self.values > 0) | (not self.zeros_published))
        return small

    def least(self) -> Array:
        """The least value that each count can have, once it is known which lines are nil."""
        if not self.zeros_published:
            return np.zeros(len(self.values))
        least = np.maximum(self.sizes, 1.0) if self.printed[: self.count].all() else np.ones(len(self.values))
        return np.minimum(least, self.values)

    def known_to(self, own: Mask) -> Mask:
        """The figures that add up only lines that a reader knows."""
        count = self.count
        known = np.ones(len(self.values), dtype=bool)
        known[self.atom_of_line[~own]] = False
        for group, _ in self.sums:
            known[group[~known[:count]]] = False
        return known if own.any() else np.zeros(len(known), dtype=bool)

    def fault(self, places: list[int]) -> Fault:
        """The fault of counts that cannot be protected, named by their combination."""
        names = [self.atoms.texts(name) for name in self.atoms.names]
        rows = tuple(" ".join(texts[place] for texts in names) if place < self.count else "un total" for place in places)
        message = (
            f"Petits effectifs que des totaux déjà connus feraient deviner : {named(rows)}. "
            "Ne pas diffuser ce tableau, ou regrouper ses lignes."
        )
        return Fault(message, column=self._measure, rows=rows)

    def tables(self, hidden: Mask) -> list[Frame]:
        """One frame per grouping, without what is hidden."""
        states = np.where(self.missing, MISSING, np.where(hidden, SECRET, SHOWN))
        shown = np.where(hidden, np.nan, self.values)
        return [
            Frame({**{name: keys[name] for name in keys.names}, self._measure: shown[places], STATE: states[places]})
            for keys, places in zip(self.keys, self.places, strict=True)
        ]


class _Reader:
    """What a reader can deduce: movements of the figures that leave every sum true, found by linear programs.

    A figure that the reader knows does not move, one that is shown moves at a cost, any other freely. `reached` keeps
    how far each figure went, down (−1) and up (1), in the movements found so far: as much is proven possible.
    """

    def __init__(self, figures: _Figures, hidden: Mask, fixed: Mask) -> None:
        self._figures, self._hidden = figures, hidden
        values = np.where(figures.missing, 0.0, figures.values)
        nil = (values == 0) & figures.printed & figures.zeros_published
        self._movable = ~fixed & ~figures.missing & ~nil
        self._room = np.where(figures.missing, 0.0, figures.values - figures.floor)
        self._price = (1 + np.sqrt(values)) * np.where(figures.sizes > 1, TOTAL_COST, 1.0)
        self.values = figures.values
        self.reached = {-1: figures.values.copy(), 1: figures.values.copy()}
        self._active = np.flatnonzero(self._movable)
        self._place = np.cumsum(self._movable) - 1  # of each figure among the active ones
        self._program = _program(figures, self._active)

    def move(self, wanted: Mapping[int, float]) -> None:
        """The cheapest movement that takes each figure as far as wanted (up when positive); what it moves is hidden."""
        if not wanted:
            return
        shown = self._figures.printed & ~self._hidden
        moved = self._solve(wanted, self._movable, np.where(shown, self._price, 0.0))
        self._hidden |= self._figures.printed & (np.abs(moved) > NOISE)
        np.fmin(self.reached[-1], self.values + moved, out=self.reached[-1])
        np.fmax(self.reached[1], self.values + moved, out=self.reached[1])

    def furthest(self, place: int, sign: int) -> float:
        """The least (−1) or greatest (+1) value of a figure, when what is shown does not move."""
        free = self._movable & (self._hidden | ~self._figures.printed)
        moved = self._solve({place: sign * np.inf}, free, np.zeros(len(free)))
        return float(self.values[place] + moved[place]) if abs(moved[place]) < FAR else sign * np.inf

    def _solve(self, wanted: Mapping[int, float], movable: Mask, cost: Array) -> Array:
        """The movement of each figure; two variables for each that may move at all, up and down."""
        free = movable[self._active]
        up, down = np.where(free, FAR, 0.0), np.where(free, self._room[self._active], 0.0)
        costs = np.tile(cost[self._active], 2)
        for place, amount in wanted.items():
            own = self._place[place]
            costs[own if amount > 0 else own + len(free)] = -REWARD
            up[own], down[own] = min(up[own], max(amount, 0.0)), min(down[own], max(-amount, 0.0))
        every = np.arange(len(costs), dtype=np.int32)
        self._program.changeColsCost(len(costs), every, costs)
        self._program.changeColsBounds(len(costs), every, np.zeros(len(costs)), np.append(up, down))
        self._program.run()
        if self._program.getModelStatus().name != "kOptimal":
            raise ArithmeticError("no movement found")  # never on finite figures: a false one would prove nothing
        found = np.array(self._program.getSolution().col_value)
        moved: Array = np.zeros(len(cost))
        moved[self._active] = found[: len(free)] - found[len(free) :]
        return moved


def _program(figures: _Figures, active: Places) -> "Highs":
    """The sums as constraints: the movements of the atoms of a figure add up to its own (unless it is missing)."""
    from highspy import Highs, HighsLp, MatrixFormat

    first, count = figures.count, len(figures.values)
    totals = np.arange(first, count)
    figure = np.concatenate([*(group for group, _ in figures.sums), totals])
    part = np.concatenate([*(np.arange(first) for _ in figures.sums), totals])
    coefficient = np.concatenate([*(coefficients for _, coefficients in figures.sums), -np.ones(len(totals))])
    order = np.argsort(part, kind="stable")
    order = order[np.isin(part, active)[order] & ~figures.missing[figure[order]]]
    starts = np.searchsorted(part[order], np.append(active, count))
    program, model = Highs(), HighsLp()  # type: ignore[no-untyped-call]
    model.num_col_, model.num_row_ = 2 * len(active), len(totals)
    model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(2 * len(active))
    model.row_lower_ = model.row_upper_ = np.zeros(len(totals))
    model.a_matrix_.format_ = MatrixFormat.kColwise
    model.a_matrix_.start_ = np.append(starts, starts[1:] + len(order)).astype(np.int32)
    model.a_matrix_.index_ = np.tile(figure[order] - first, 2).astype(np.int32)
    model.a_matrix_.value_ = np.append(coefficient[order], -coefficient[order])
    program.setOptionValue("output_flag", False)
    program.setOptionValue("threads", 1)
    program.passModel(model)
    return program


def _hide(reader: _Reader, targets: Places, least: Array, threshold: int) -> list[tuple[int, int]]:
    """Hides until each target may be anything from its least to the threshold; returns those stopped before, and where.

    Large tables in batches first, of targets far from each other, half of them up and half of them down.
    """
    goals = {-1: least, 1: np.full(len(least), float(threshold))}

    def wanted(places: Iterable[tuple[int, int]]) -> dict[int, float]:
        return {
            place: float(goals[sign][place] - reader.values[place])
            for place, sign in places
            if sign * (goals[sign][place] - reader.reached[sign][place]) > NOISE
        }

    batches = min(len(targets), BATCHES)
    for turn in (0, 1):
        for first in range(batches):
            batch = targets[first::batches].tolist()
            reader.move(wanted((place, 1 if (first + rank + turn) % 2 else -1) for rank, place in enumerate(batch)))
    each = [(place, sign) for place in targets.tolist() for sign in (-1, 1)]
    for one in each:
        reader.move(wanted([one]))
    return [one for one in each if wanted([one])]


def _exposed(figures: _Figures, stopped: list[tuple[int, int]], reader: _Reader, held: Mask) -> list[int]:
    """The counts that what is known gives away: without it, they could go further than where they were stopped.

    A total whose lines are known not to be nil cannot go under what they must be together: that is no disclosure.
    """
    if not stopped:
        return []
    unknowing = _Reader(figures, figures.printed.copy(), held)
    return [
        place for place, sign in stopped if sign * (unknowing.furthest(place, sign) - reader.reached[sign][place]) > NOISE
    ]


def _sums(group: Places, weights: Array, length: int) -> Array:
    return np.asarray(np.bincount(group, weights=weights, minlength=length), dtype=np.float64)


def _columns(grouping: Grouping) -> Columns:
    return grouping.columns if isinstance(grouping, Weighted) else grouping


def _combinations(lines: Frame, names: list[str], length: int) -> tuple[Frame, Places]:
    """The distinct combinations of columns in their order in the lines, and which of them each line has."""
    code = np.zeros(length, dtype=np.intp)
    for name in names:
        texts, rows = lines.coded(name)
        _, code = np.unique(code * max(len(texts), 1) + rows, return_inverse=True)
    _, first, group = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Frame({name: lines[name][first[order]] for name in names}), rank[group]
