"""Inequality of the allocations per head, year after year: as they are, and against the mean of each one's segment."""

from collections.abc import Collection, Sequence

from dotpop_model.follow_up.history import NAN, Found, History, rate
from dotpop_model.inequality import gini, quarter_ratio, theil, variation
from dotpop_model.tables import Frame

MEASURES = ("variation", "theil", "within", "between", "gini", "quarters")
INDEXED = ("variation", "theil", "gini", "quarters")
BASES = ("index", "per_head")
PERIMETERS = ("constant", "year")


def inequalities(history: History) -> Frame:
    """A line per basis, perimeter and year: hospitals compared, left out, `MEASURES`, and four of them from 100.

    basis "per_head": € per inhabitant served, each hospital weighing as its population; the means of the segments differ,
    and Theil says how much of it is between them. basis "index": the same over the mean of the hospital's segment, each
    weighing as its expected allocation μ P: what is left between comparable hospitals. perimeter "year": the hospitals of
    the year; "constant": those that are there every year. left_out: those with no allocation, which no measure can take.
    `*_100`: the measure with the first year as 100.
    """
    constant = {code for code in history.finess if all(code in lines for lines in history.found.values())}
    rows: list[tuple[object, ...]] = []
    for basis in BASES:
        for perimeter in PERIMETERS:
            start: Sequence[float] = ()
            for year, lines in history.found.items():
                held = [one for code, one in lines.items() if perimeter == "year" or code in constant]
                counted = [one for one in held if one.allocation > 0]
                found = dict(zip(MEASURES, _measures(counted, basis), strict=True))
                own = [found[name] for name in INDEXED]
                start = start or own
                indexed = [100 * rate(value, first) for value, first in zip(own, start, strict=True)]
                counts = (len(counted), len(held) - len(counted))
                rows.append((basis, perimeter, year, *counts, *found.values(), *indexed))
    names = ("basis", "perimeter", "year", "hospitals", "left_out", *MEASURES, *(f"{name}_100" for name in INDEXED))
    return Frame.from_rows(names, rows)


def _measures(hospitals: Collection[Found], basis: str) -> list[float]:
    if not hospitals:
        return [NAN] * len(MEASURES)
    values = [one.index if basis == "index" else one.per_head for one in hospitals]
    weights = [one.expected if basis == "index" else one.population for one in hospitals]
    parts = theil(values, weights, [one.segment for one in hospitals])
    whole = (variation(values, weights), parts.total, parts.within, parts.between)
    return [*whole, gini(values, weights), quarter_ratio(values, weights)]
