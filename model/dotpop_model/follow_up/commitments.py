"""Commitments: what was promised, what was done, and the money granted for it that was not spent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dotpop_model.follow_up.compartments import named_hospitals
from dotpop_model.follow_up.history import NAN, History, Year, rate, total
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame

COMMITMENTS = (
    "finess",
    "name",
    "segment",
    "commitment",
    "year",
    "deadline",
    "state",
    "due",
    "done",
    "granted",
    "used",
    "unspent",
    "beyond",
    "unspent_rate",
    "comment",
)
TOTALS = (
    "year",
    "segment",
    "lines",
    "kept",
    "ongoing",
    "missed",
    "untold",
    "due",
    "granted",
    "unknown",
    "used",
    "unspent",
    "beyond",
    "unspent_rate",
)
STATES = ("kept", "ongoing", "missed", None)


def commitments(history: History) -> Frame:
    """A line per commitment and year. granted, used (€). unspent = max(0, granted − used), beyond = max(0, used − granted):
    granted = used + unspent − beyond; missing where the use is not known. unspent_rate = unspent / granted. due: "yes" when
    its deadline is past at the end of the year and it is not kept.

    A commitment stays with the hospital that made it, merged or not.
    """
    rows = [tuple(line[name] for name in COMMITMENTS) for year in history.years for line in _lines(history.year(year))]
    rows.sort(key=lambda row: (row[0], row[3], row[4]))
    return Frame.from_rows(COMMITMENTS, rows)


def commitment_totals(history: History) -> Frame:
    """A line per year, segment and region: how many commitments, by state (untold: none given), due; sums (€). unknown: what
    was granted of the lines whose use is not known; unspent_rate = unspent / (granted − unknown)."""
    rows = []
    for year in history.years:
        lines = _lines(history.year(year))
        for segment in (*history.segments, WHOLE):
            own = [line for line in lines if segment in (WHOLE, line["segment"])]
            if own or segment == WHOLE:
                rows.append((year, segment, *_totals(own)))
    return Frame.from_rows(TOTALS, rows)


def dropped(history: History) -> Frame:
    """The commitments of a year, not kept then, that the year after no longer has: finess, name, commitment, year, last."""
    rows = []
    for before, year in history.pairs:
        still = {(line["finess"], line["commitment"]) for line in _lines(history.year(year))}
        for line in _lines(history.year(before)):
            if line["state"] != "kept" and (line["finess"], line["commitment"]) not in still:
                rows.append((line["finess"], line["name"], line["commitment"], year, before))
    return Frame.from_rows(("finess", "name", "commitment", "year", "last"), rows)


def _lines(one: Year) -> list[dict[str, Any]]:
    names, found = named_hospitals(one), []
    for line in one.commitments.records():
        granted, used = float(line["granted"]), _number(line["used"])
        name, segment = names.get(line["finess"], ("", ""))
        unspent, beyond = (max(0.0, gap) if gap == gap else NAN for gap in (granted - used, used - granted))
        due = line["deadline"] is not None and line["deadline"] <= date(one.year, 12, 31) and line["state"] != "kept"
        own = {"name": name, "segment": segment, "year": one.year, "used": used, "done": _number(line["done"])}
        own |= {"unspent": unspent, "beyond": beyond, "unspent_rate": rate(unspent, granted), "due": "yes" if due else "no"}
        found.append({**line, "granted": granted, **own})
    return found


def _totals(lines: Sequence[dict[str, Any]]) -> tuple[float, ...]:
    known = [line for line in lines if line["used"] == line["used"]]
    granted = total(line["granted"] for line in lines)
    sums = {name: total(line[name] for line in known) for name in ("granted", "used", "unspent", "beyond")}
    counts = [sum(line["state"] == state for line in lines) for state in STATES]
    due = sum(line["due"] == "yes" for line in lines)
    amounts = (granted, granted - sums["granted"], sums["used"], sums["unspent"], sums["beyond"])
    return (len(lines), *counts, due, *amounts, rate(sums["unspent"], sums["granted"]))


def _number(value: float | None) -> float:
    return NAN if value is None else float(value)
