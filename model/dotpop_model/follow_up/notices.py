"""Notice: the trajectory that each year announces, and what the review of the year after changes in it."""

from dotpop_model.follow_up.history import NAN, History, difference, rate, total
from dotpop_model.follow_up.totals import COLUMNS, Amounts, by_segment
from dotpop_model.tables import Frame

NOTICES = (
    "finess",
    "name",
    "segment",
    "year",
    "announced_by",
    "announced",
    "reviewed_by",
    "reviewed",
    "change",
    "change_rate",
)


def notice_segments(history: History) -> Frame:
    """A line per year that announces (announced_by), year of its notice, segment and region: the sum announced (before), the
    sum that followed (after), the difference by reason (see `totals`). followed_by: the next year of the files, whose review
    of a year still to come, or whose allocations (outcome "actual"), are what followed; missing for the last one."""
    rows: list[tuple[object, ...]] = []
    for by, after in [*history.pairs, (history.years[-1], None)]:
        for year in _notified(history, by):
            said = _announced(history, by, year)
            followed = {} if after is None or after > year else _followed(history, after, year)
            outcome = None if not followed else "actual" if after == year else "reviewed"
            for line in by_segment(said, followed, history.segments):
                if outcome:
                    rows.append((by, year, after, outcome, *line, rate(line[4], line[2])))
                else:
                    rows.append((by, year, NAN if after is None else after, None, line[0], NAN, line[2], *[NAN] * 10))
    return Frame.from_rows(("announced_by", "year", "followed_by", "outcome", *COLUMNS, "gap_rate"), rows)


def notices(history: History) -> Frame:
    """A line per hospital and notified year that a review spoke of again: what was announced (€), what the review says of
    it, the change. A hospital that only one of the two has has a missing amount."""
    rows = []
    for by, after in history.pairs:
        for year in [one for one in _notified(history, by) if one > after]:
            said, again = history.announcements(by, year), history.announcements(after, year)
            for finess in [code for code in history.finess if again and (code in said or code in again)]:
                one, other = (lines[finess].allocation if finess in lines else NAN for lines in (said, again))
                who, change = history.who(finess, after), difference(other, one)
                rows.append((finess, who.name, who.segment, year, by, one, after, other, change, rate(change, one)))
    return Frame.from_rows(NOTICES, rows)


def announced_totals(history: History) -> Frame:
    """A line per year from the first one: what each year of the files announced of it ("by_2023"…), and what it found
    (actual), sums of the region (€); then what each of these changes in the first announcement ("change_2024"…,
    "change_actual")."""
    years = history.years
    last = max([*years, *(year for lines in history.announced.values() for year in lines)])
    rows = []
    for year in range(years[0], last + 1):
        said = [_sum(_announced(history, by, year)) for by in years]
        actual = _sum(_actual(history, year)) if year in history.found else NAN
        known = [place for place, amount in enumerate(said) if amount == amount]
        later = [NAN if [place] == known[:1] else amount for place, amount in enumerate(said)]
        first = said[known[0]] if known else NAN
        rows.append((year, *said, actual, *(difference(amount, first) for amount in (*later[1:], actual))))
    names, changed = [f"by_{by}" for by in years], [f"change_{by}" for by in years[1:]]
    return Frame.from_rows(("year", *names, "actual", *changed, "change_actual"), rows)


def _notified(history: History, by: int) -> list[int]:
    return [year for year in sorted(history.announced[by]) if history.notified(by, year)]


def _announced(history: History, by: int, year: int) -> Amounts:
    lines = history.announcements(by, year)
    return {finess: (history.found[by][finess].segment, one.allocation) for finess, one in lines.items()}


def _actual(history: History, year: int) -> Amounts:
    return {finess: (one.segment, one.allocation) for finess, one in history.found[year].items()}


def _followed(history: History, after: int, year: int) -> Amounts:
    """What the next year of the files says of a year: its allocations when it is that one, else its own trajectory."""
    return _actual(history, year) if after == year else _announced(history, after, year)


def _sum(amounts: Amounts) -> float:
    return total(amount for _, amount in amounts.values()) if amounts else NAN
