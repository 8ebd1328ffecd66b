"""Transition over tables: each hospital's amount by year, the region's, and its effect on the options."""

import numpy as np

from dotpop_model import transition
from dotpop_model.arrays import Array
from dotpop_model.errors import located
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.activity import places_in
from dotpop_model.stages.options import Option
from dotpop_model.stages.paediatrics import everyone
from dotpop_model.tables import Frame, groups
from dotpop_model.vocabulary import Position

PLACES = {
    "recettes avant": ("revenues", "before"),
    "recettes après": ("revenues", "after"),
    "taux": ("transition_rates", "rate"),
}
YEARS = ("year", "rate", "receivers", "paid", "givers", "taken", "net")
OPTIONS = ("label", "position", "hospitals", "transition", "option", "together", "losers", "losers_after")


def by_year(tables: SmrTables, hypotheses: SmrHypotheses) -> tuple[Array, dict[int, Array]]:
    """T_e of the lines of the revenues (€), and what they receive or give back each year of the rates."""
    revenues, rates = tables.revenues, tables.transition_rates
    back = dict(zip(rates.floats("year").astype(int).tolist(), rates.texts("taken_back"), strict=True))
    with located(PLACES):
        differences = transition.transition_amounts(revenues.floats("before"), revenues.floats("after"))
        found = transition.transition_by_year(
            differences,
            _rates(tables),
            taken_back={year: word == "yes" for year, word in back.items()},
            step=hypotheses.notified_step,
        )
    return differences, {year: np.array([float(amount) for amount in amounts]) for year, amounts in found.items()}


def _rates(tables: SmrTables) -> dict[int, float]:
    rates = tables.transition_rates
    return dict(zip(rates.floats("year").astype(int).tolist(), rates.floats("rate").tolist(), strict=True))


def transition_frames(
    tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame, options: list[Option]
) -> dict[str, Frame]:
    """The transition by hospital and by year, and with each option in the base year, by position."""
    differences, years = by_year(tables, hypotheses)
    return {
        "transition_years": _years(tables, years),
        "transition_amounts": _amounts(tables, differences, years),
        "transition_options": _with_options(tables, hypotheses, indices, options, years),
    }


def _amounts(tables: SmrTables, differences: Array, years: dict[int, Array]) -> Frame:
    revenues, hospitals = tables.revenues, everyone(tables)
    rows = places_in(hospitals.texts("finess"), revenues.texts("finess"))
    columns = {name: hospitals[name][rows] for name in ("finess", "name", "kind", "federation")}
    money = {"before": revenues.floats("before"), "after": revenues.floats("after"), "difference": differences}
    return Frame({**columns, **money, **{str(year): amounts for year, amounts in years.items()}})


def _years(tables: SmrTables, years: dict[int, Array]) -> Frame:
    rates, rows = _rates(tables), []
    for year, amounts in years.items():
        paid, taken = _cents(amounts[amounts > 0]), _cents(amounts[amounts < 0])
        rows.append((year, rates[year], int((amounts > 0).sum()), paid, int((amounts < 0).sum()), taken, _cents(amounts)))
    return Frame.from_rows(YEARS, rows)


def _with_options(
    tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame, options: list[Option], years: dict[int, Array]
) -> Frame:
    """Transition and option added up where both are known, by position: who loses by one and by both."""
    place = {code: row for row, code in enumerate(tables.finess)}
    codes = tables.revenues.texts("finess")
    inside = [row for row, code in enumerate(codes) if code in place]
    if hypotheses.base_year not in years or not inside:
        return Frame.from_rows(OPTIONS, [])
    rows = [place[codes[row]] for row in inside]
    moved = years[hypotheses.base_year][inside]
    positions = np.array(indices.texts("position"), dtype=object)[rows]
    lines = []
    for one in options:
        given = one.amounts[rows]
        for position, held in groups(positions).items():
            together = moved[held] + given[held]
            lines.append(
                (
                    one.label,
                    position,
                    int(held.sum()),
                    _cents(moved[held]),
                    _cents(given[held]),
                    _cents(together),
                    int((moved[held] < 0).sum()),
                    int((np.round(together, 2) < 0).sum()),
                )
            )
    order = [str(position) for position in Position]
    labels = [one.label for one in options]
    return Frame.from_rows(OPTIONS, sorted(lines, key=lambda line: (labels.index(line[0]), order.index(line[1]))))


def _cents(amounts: Array) -> float:
    """A sum of amounts in cents, to the cent."""
    return round(float(amounts.sum()), 2)
