"""Indices: announced against found, and whether each one moves towards 1."""

import numpy as np

from dotpop_model.follow_up.formulas import Movement, crossed, movement, nearer, owed
from dotpop_model.follow_up.history import NAN, Found, History
from dotpop_model.follow_up.planned import both
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame

INDICES = (
    "finess",
    "name",
    "segment",
    "year",
    "announced",
    "index",
    "gap",
    "before",
    "nearer",
    "movement",
    "crossed",
    "by_allocation",
    "by_population",
    "by_mean",
)
SINCE_START = ("finess", "name", "segment", "first", "last", "one", "nearer", "movement", "crossed")
COUNTS = ("hospitals", "nearer", "away", "same", "crossed", "distance_before", "distance", "change")


def indices(history: History) -> Frame:
    """A line per hospital and year followed: index announced the year before, index found, gap = found − announced; then
    against the index found the year before (before): nearer = |before − 1| − |index − 1|, movement, crossed, and what the
    change owes to the allocation, the population and the mean (their sum is index − before)."""
    rows = []
    for before, year in history.pairs:
        for finess in both(history, before, year):
            who, said = history.who(finess, year), history.announcements(before, year).get(finess)
            one, other = history.found[before].get(finess), history.found[year].get(finess)
            announced = NAN if said is None else said.index
            index = NAN if other is None else other.index
            moved = _moved(one, other)
            rows.append((finess, who.name, who.segment, year, announced, index, index - announced, *moved))
    return Frame.from_rows(INDICES, rows)


def since_start(history: History) -> Frame:
    """A line per hospital of the first or the last year, from the lowest first index: first and last index, nearer,
    movement, crossed. one: 1, which they are compared with."""
    first, last = history.years[0], history.years[-1]
    rows = []
    for finess in both(history, first, last):
        one, other = history.found[first].get(finess), history.found[last].get(finess)
        who = history.who(finess, last)
        before, gain, word, over, *_ = _moved(one, other)
        rows.append((finess, who.name, who.segment, before, NAN if other is None else other.index, 1.0, gain, word, over))
    rows.sort(key=lambda row: (np.isnan(row[3]), row[3], row[0]))
    return Frame.from_rows(SINCE_START, rows)


def index_segments(history: History) -> Frame:
    """A line per year, segment and region, then the same from the first year to the last (from_year says which): hospitals
    in both years, how many came nearer, went away, stayed, crossed 1; mean distance |I − 1| before and after, change of it.

    A hospital counts in the segment that it is in after.
    """
    spans = history.pairs if len(history.years) == 2 else [*history.pairs, (history.years[0], history.years[-1])]
    rows = []
    for before, year in spans:
        for segment in (*history.segments, WHOLE):
            pairs = [
                (history.found[before][finess].index, one.index)
                for finess, one in history.found[year].items()
                if finess in history.found[before] and segment in (WHOLE, one.segment)
            ]
            rows.append((before, year, segment, *_counted(pairs)))
    return Frame.from_rows(("from_year", "year", "segment", *COUNTS), rows)


def _counted(pairs: list[tuple[float, float]]) -> tuple[float, ...]:
    words = [movement(*pair) for pair in pairs]
    counts = [words.count(word) for word in (Movement.NEARER, Movement.AWAY, Movement.SAME)]
    over = sum(crossed(*pair) for pair in pairs)
    if not pairs:
        return (0, *counts, over, NAN, NAN, NAN)
    before, after = (float(np.mean([abs(pair[place] - 1) for pair in pairs])) for place in (0, 1))
    return (len(pairs), *counts, over, before, after, before - after)


def _moved(one: Found | None, other: Found | None) -> tuple[float, float, str | None, str | None, float, float, float]:
    """Index before, how much nearer, movement, crossed, and the three parts of the change."""
    before, after = (NAN if found is None else found.index for found in (one, other))
    gain, word = float(nearer(before, after)), movement(before, after)
    over = None if word is None else "yes" if crossed(before, after) else "no"
    parts = [NAN, NAN, NAN]
    if one is not None and other is not None and one.allocation > 0 and other.allocation > 0:
        parts = owed([one.factors], [other.factors])[0].tolist()
    return before, gain, None if word is None else str(word), over, parts[0], parts[1], parts[2]
