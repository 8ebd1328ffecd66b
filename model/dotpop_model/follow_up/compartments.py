"""Compartments: what each one brings, year after year. Only the population one is announced by a trajectory."""

from collections.abc import Mapping

from dotpop_model.follow_up.history import NAN, History, Year, difference, rate, total
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import POPULATION

COMPARTMENTS = (
    "finess",
    "name",
    "segment",
    "compartment",
    "year",
    "announced",
    "amount",
    "gap",
    "before",
    "change",
    "change_rate",
    "state",
)
TOTALS = ("compartment", "year", "hospitals", "announced", "amount", "gap", "before", "change", "change_rate")
Money = dict[tuple[str, str], float]
"""FINESS, compartment → amount (€)."""


def money(history: History, year: int) -> Money:
    """What the hospitals of a year have, by compartment; what was not entered is not there."""
    found: Money = {(finess, POPULATION): one.allocation for finess, one in history.found[year].items()}
    lines = history.year(year).financing
    for finess, compartment, amount in zip(
        lines.texts("finess"), lines.texts("compartment"), lines.floats("amount").tolist(), strict=True
    ):
        key = history.successors.get(finess, finess), compartment
        if compartment != POPULATION:  # it is that of the table of hospitals, never counted twice
            found[key] = found.get(key, 0.0) + amount
    return found


def compartments(history: History) -> Frame:
    """A line per hospital, compartment and year followed. announced: by the year before, for the population compartment
    alone. before: amount of the year before; change = amount − before. state: "appeared" or "vanished" for a line that only
    one of the two years has: it is missing in the other, not nil."""
    names, order = _names(history), {code: place for place, code in enumerate(_everyone(history))}
    rows = []
    for before, year in history.pairs:
        one, other = money(history, before), money(history, year)
        for key in sorted({*one, *other}, key=lambda key: (order[key[0]], key[1] != POPULATION, key[1])):
            name, segment = names[key[0]]
            said = history.announcements(before, year).get(key[0]) if key[1] == POPULATION else None
            announced = NAN if said is None else said.allocation
            state = None if key in one and key in other else "appeared" if key in other else "vanished"
            figures = _figures(announced, other.get(key, NAN), one.get(key, NAN))
            rows.append((key[0], name, segment, key[1], year, *figures, state))
    return Frame.from_rows(COMPARTMENTS, rows)


def compartment_totals(history: History) -> Frame:
    """A line per compartment and year, sums of the region (€): as above, lines that appear and vanish included."""
    found = {year: money(history, year) for year in history.years}
    names = dict.fromkeys([POPULATION, *sorted({key[1] for lines in found.values() for key in lines})])
    rows: list[tuple[object, ...]] = []
    for name in names:
        for before, year in [(None, history.years[0]), *history.pairs]:
            own = [amount for key, amount in found[year].items() if key[1] == name]
            past = NAN if before is None else _sum(found[before], name)
            said = {} if before is None or name != POPULATION else history.announcements(before, year)
            announced = total(one.allocation for one in said.values()) if said else NAN
            rows.append((name, year, len(own), *_figures(announced, _sum(found[year], name), past)))
    return Frame.from_rows(TOTALS, rows)


def _figures(announced: float, amount: float, before: float) -> tuple[float, ...]:
    change = difference(amount, before)
    return announced, amount, difference(amount, announced), before, change, rate(change, before)


def _sum(lines: Mapping[tuple[str, str], float], name: str) -> float:
    """Sum of a compartment; missing where no hospital has it."""
    own = [amount for key, amount in lines.items() if key[1] == name]
    return total(own) if own else NAN


def _everyone(history: History) -> list[str]:
    """The hospitals, then those that only other compartments know (set aside from the sharing)."""
    known = [code for year in history.years for code in history.year(year).financing.texts("finess")]
    return list(dict.fromkeys([*history.finess, *(history.successors.get(code, code) for code in known)]))


def _names(history: History) -> dict[str, tuple[str, str]]:
    """Name and segment of each hospital, those of the last year first."""
    found: dict[str, tuple[str, str]] = {}
    for year in history.years:
        found |= named_hospitals(history.year(year))
    followed = {code: history.who(code, history.years[-1]) for code in history.finess}
    return found | {code: (one.name, one.segment) for code, one in followed.items()}


def named_hospitals(one: Year) -> dict[str, tuple[str, str]]:
    """Name and segment of the hospitals of a year, those set aside from the sharing included."""
    return {
        finess: (name, segment)
        for frame in (one.tables.hospitals, one.tables.outside)
        for finess, name, segment in zip(frame.texts("finess"), frame.texts("name"), frame.texts("segment"), strict=True)
    }
