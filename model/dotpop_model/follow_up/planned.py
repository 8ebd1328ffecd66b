"""Planned against actual: what the years before announced of a year, and the allocations that it found."""

from enum import StrEnum

from dotpop_model.follow_up.history import NAN, History, difference, rate
from dotpop_model.follow_up.totals import COLUMNS, by_segment
from dotpop_model.tables import Frame

PLANNED = (
    "finess",
    "name",
    "segment",
    "year",
    "state",
    "notice_year",
    "notice",
    "announced_by",
    "announced",
    "actual",
    "gap",
    "gap_rate",
    "notice_gap",
)


class State(StrEnum):
    """What became of a hospital between two years."""

    FOLLOWED = "followed"
    MOVED = "moved"  # to another segment
    APPEARED = "appeared"
    VANISHED = "vanished"


def state(history: History, finess: str, before: int, year: int) -> State:
    """What became of a hospital from one year to another; it is in one of them at least."""
    one, other = history.found[before].get(finess), history.found[year].get(finess)
    if other is None:
        return State.VANISHED
    if one is None:
        return State.APPEARED
    return State.FOLLOWED if one.segment == other.segment else State.MOVED


def both(history: History, before: int, year: int) -> list[str]:
    """The hospitals of either year, in order."""
    return [code for code in history.finess if code in history.found[before] or code in history.found[year]]


def planned(history: History) -> Frame:
    """A line per hospital and year followed. notice: what the first trajectory that notified the year said (€), of
    notice_year. announced: what the year before said. actual: the allocation found. gap = actual − announced, gap_rate the
    same over announced; notice_gap = actual − notice. What is not there is missing."""
    rows = [_line(history, finess, before, year) for before, year in history.pairs for finess in both(history, before, year)]
    return Frame.from_rows(PLANNED, rows)


def planned_segments(history: History) -> Frame:
    """A line per year, segment and region: the sums, and the gap by reason (see `totals`); before: announced, after: actual.

    Where no trajectory reaches the year, only the actual sum is there.
    """
    rows = []
    for before, year in history.pairs:
        said = {
            finess: (history.found[before][finess].segment, one.allocation)
            for finess, one in history.announcements(before, year).items()
        }
        found = {finess: (one.segment, one.allocation) for finess, one in history.found[year].items()}
        for line in by_segment(said, found, history.segments):
            if said:
                rows.append((year, *line, rate(line[4], line[2])))
            else:
                rows.append((year, *line[:2], NAN, line[3], *[NAN] * 9))
    return Frame.from_rows(("year", *COLUMNS, "gap_rate"), rows)


def _line(history: History, finess: str, before: int, year: int) -> tuple[object, ...]:
    who = history.who(finess, year)
    notice_year, notice = _notice(history, finess, year)
    said = history.announcements(before, year).get(finess)
    announced = NAN if said is None else said.allocation
    actual = history.found[year][finess].allocation if finess in history.found[year] else NAN
    gap = difference(actual, announced)
    return (
        finess,
        who.name,
        who.segment,
        year,
        str(state(history, finess, before, year)),
        notice_year,
        notice,
        before if said else NAN,
        announced,
        actual,
        gap,
        rate(gap, announced),
        difference(actual, notice),
    )


def _notice(history: History, finess: str, year: int) -> tuple[float, float]:
    """The first year that notified this one to the hospital, and the amount."""
    for by in history.years:
        if history.notified(by, year) and finess in history.announcements(by, year):
            return by, history.announcements(by, year)[finess].allocation
    return NAN, NAN
