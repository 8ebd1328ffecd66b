"""The objective: what is closed of the need of the first year, which stays fixed, against the straight path to it."""

from collections.abc import Mapping

from dotpop_model.follow_up.formulas import linear_path, verdict
from dotpop_model.follow_up.history import NAN, Announcements, History, rate, total
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame

OBJECTIVE = (
    "finess",
    "name",
    "segment",
    "year",
    "need",
    "received",
    "counted",
    "beyond",
    "closed",
    "announced",
    "announced_closed",
)
SEGMENTS = (
    "year",
    "segment",
    "need",
    "lost_need",
    "objective",
    "path",
    "counted",
    "gap",
    "path_share",
    "closed",
    "closed_followed",
    "announced_closed",
    "verdict",
    "projected",
    "per_year",
)


def received(history: History) -> dict[int, dict[str, float]]:
    """Catch-up money that each hospital received since the first year (€), by year: Σ (D_u − D_s − carry-forward, s to u).

    s, u: years that follow each other in the files. The carry-forward is what the trajectory of s announced, which covers
    prices and is no catch-up: a hospital that gets what is planned has received what was announced (`caught_up`). Negative
    where an allocation grows by less than the carry-forward. A hospital away in a year has no figure from then on.
    """
    so_far = dict.fromkeys(history.found[history.years[0]], 0.0)
    found = {history.years[0]: dict(so_far)}
    for before, year in history.pairs:
        carried = [history.announcements(before, between) for between in range(before + 1, year + 1)]
        now = history.found[year]
        followed = [code for code in so_far if code in now and all(code in one for one in carried)]
        grown = {code: now[code].allocation - history.found[before][code].allocation for code in followed}
        so_far = {code: so_far[code] + grown[code] - _sum(carried, code) for code in followed}
        found[year] = dict(so_far)
    return found


def objective(history: History) -> Frame:
    """A line per hospital with a need at the start, and year followed. received: see above. counted: at most the need, what
    is over is beyond. closed = counted / need. announced: what the first trajectory said of it by then, announced_closed the
    same over the need, at most 1."""
    start, money = history.found[history.years[0]], received(history)
    rows = []
    for finess, one in start.items():
        for year in history.years[1:]:
            if one.need <= 0:
                continue
            got, said = money[year].get(finess, NAN), history.announcements(history.years[0], year).get(finess)
            announced = NAN if said is None else said.caught_up
            who, counted = history.who(finess, year), _at_most(got, one.need)
            told = (got, counted, got - counted, counted / one.need, announced, _at_most(announced, one.need) / one.need)
            rows.append((finess, who.name, who.segment, year, one.need, *told))
    return Frame.from_rows(OBJECTIVE, rows)


def objective_segments(history: History) -> Frame:
    """A line per year (the first one too), segment of the start, and region. need: of the start, fixed. lost_need: the part
    of hospitals that are no longer followed. path: € that should be closed by then; gap = counted − path. closed: over the
    whole need; closed_followed: over the need less lost_need. projected: what would be closed at the horizon at the same
    yearly rhythm. per_year: € a year that are left to bring until the horizon."""
    start, money, given = history.found[history.years[0]], received(history), history.first.hypotheses
    rows: list[tuple[object, ...]] = []
    for year in history.years:
        elapsed = year - history.years[0]
        share = float(linear_path(given.target_share, given.horizon, elapsed))
        for segment in (*history.segments, WHOLE):
            needs = {code: one.need for code, one in start.items() if one.need > 0 and segment in (WHOLE, one.segment)}
            counted = total(_at_most(money[year][code], need) for code, need in needs.items() if code in money[year])
            lost, need = total(own for code, own in needs.items() if code not in money[year]), total(needs.values())
            aim, path = given.target_share * need, share * need
            word = str(verdict(counted, path, aim)) if elapsed and need else None
            closed, years_left = rate(counted, need), given.horizon - elapsed
            projected = closed / elapsed * given.horizon if elapsed else NAN
            per_year = max(0.0, aim - counted) / years_left if years_left > 0 and need else NAN
            announced = _announced(history, year, needs)
            amounts = (need, lost, aim, path, counted, counted - path, share if need else NAN, closed)
            told = (rate(counted, need - lost), announced, word, projected, per_year)
            rows.append((year, segment, *amounts, *told))
    return Frame.from_rows(SEGMENTS, rows)


def objective_path(history: History) -> Frame:
    """A line per year from the first one to the horizon, or to the last year followed, for the region: path_share,
    announced_closed (the first trajectory) and closed, which the years to come do not have yet."""
    start, given = history.years[0], history.first.hypotheses
    whole = {row["year"]: row["closed"] for row in objective_segments(history).records() if row["segment"] == WHOLE}
    needs = {code: one.need for code, one in history.found[start].items() if one.need > 0}
    rows = []
    for year in range(start, max(start + given.horizon, history.years[-1]) + 1):
        share = float(linear_path(given.target_share, given.horizon, year - start))
        rows.append((year, share, _announced(history, year, needs), whole.get(year, NAN)))
    return Frame.from_rows(("year", "path_share", "announced_closed", "closed"), rows)


def _announced(history: History, year: int, needs: Mapping[str, float]) -> float:
    """Share of the need that the first trajectory said would be closed by a year, counted in the same way."""
    if year == history.years[0]:
        return 0.0 if needs else NAN
    said = history.announcements(history.years[0], year)
    if not said:
        return NAN
    return rate(total(_at_most(said[code].caught_up, need) for code, need in needs.items()), total(needs.values()))


def _at_most(amount: float, need: float) -> float:
    """The amount, at most the need; missing stays missing."""
    return need if amount > need else amount


def _sum(announcements: list[Announcements], finess: str) -> float:
    return total(one[finess].carry_forward for one in announcements)
