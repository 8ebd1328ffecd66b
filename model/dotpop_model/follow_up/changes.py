"""What is not the same from one year to the next, or is not there: told, never dropped."""

from dotpop_model.errors import named
from dotpop_model.follow_up.history import NAN, History
from dotpop_model.follow_up.planned import State, both, state
from dotpop_model.tables import Frame

CHANGES = ("year", "finess", "name", "change", "segment_before", "segment", "amount_before", "amount", "successor", "beside")


def changes(history: History) -> Frame:
    """A line per hospital that appears, vanishes or changes segment, by year, then those merged.

    amount_before: allocation of the year before (€), amount: of the year. successor: the FINESS that it is merged into.
    beside: for one that vanishes, the hospitals of its segment and territory that are still there, where it may have gone:
    nothing is concluded from it.
    """
    rows: list[tuple[object, ...]] = []
    for before, year in history.pairs:
        for finess in both(history, before, year):
            became = state(history, finess, before, year)
            if became is State.FOLLOWED:
                continue
            one, other = history.found[before].get(finess), history.found[year].get(finess)
            segments = [None if found is None else found.segment for found in (one, other)]
            amounts = [NAN if found is None else found.allocation for found in (one, other)]
            beside = named(_beside(history, finess, before, year)) if became is State.VANISHED else None
            who = history.who(finess, year)
            rows.append((year, finess, who.name, str(became), *segments, *amounts, None, beside or None))
    return Frame.from_rows(CHANGES, [*rows, *_merged(history)])


def _beside(history: History, finess: str, before: int, year: int) -> list[str]:
    own = history.found[before][finess]
    place = (own.segment, own.territory)
    return [code for code, one in history.found[year].items() if (one.segment, one.territory) == place]


def _merged(history: History) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for finess, heir in history.successors.items():
        years = [year for year in history.years if finess in history.year(year).tables.finess]
        own = next(row for row in history.year(years[-1]).results.indices.records() if row["finess"] == finess)
        since = next(year for year in history.years if year > years[-1])
        told = (own["segment"], history.found[since][heir].segment, own["allocation"], NAN, heir, None)
        rows.append((since, finess, own["name"], "merged", *told))
    return rows
