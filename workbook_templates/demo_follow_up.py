"""The next years of a demonstration region, to be followed: what its trajectory planned, but for a story that is known.

Each year is made from the year before: allocations as planned, then the events of data/demo_follow_up.toml; activity and the
other compartments vary at random, always the same way; the campaign goes one year further. All of it is invented.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from importlib import import_module
from math import ceil, fsum
from typing import Any

from dotpop_addin import data_files
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.hypotheses import defaults
from dotpop_addin.region import FIELDS
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables

Row = dict[str, Any]
Event = Mapping[str, Any]
DATA: dict[str, Any] = data_files.read("demo_follow_up.toml", "workbook_templates")
SEED = 2025
ACTIVITY, OTHERS = 0.01, 0.03  # activity and other compartments vary at random by ± 1 % and ± 3 % a year
ROUND = 50  # € of the envelope: a margin of 2 % leaves whole euros
OF_HOSPITALS = ("hospitals", "activity", "criterion_values", "revenues", "financing")
OF_THE_YEAR = ("options", "exemptions", "published", "circulars", "delegations")
"""Tables of SMR that a new year begins without."""
LAST_YEARS = "DOTATION_N1"
"""The criterion that is last year's allocation."""
COMMITMENT = ("finess", "commitment", "deadline", "granted", "used", "done", "state", "comment")


def successors(code: str) -> dict[str, str]:
    """The hospitals of the story that are merged, each with the one that takes it over."""
    return {event["finess"]: event["into"] for event in DATA[code]["events"] if event["kind"] == "merges"}


def years(code: str) -> Iterator[tuple[int, dict[str, Frame]]]:
    """Each year of a field's demonstration and its input tables by name, the base year first."""
    field, story = FIELDS[code], DATA[code]
    found = import_module(f"workbook_templates.demo_{code}").demonstration()
    tables = {one.name: getattr(found, one.name) for one in fields(found)}
    tables["financing"] = _other_money(tables, story)
    base = defaults(field)
    yield base.base_year, _written(tables, story, base.base_year)
    for year in range(base.base_year + 1, base.base_year + 1 + story["years"]):
        tables = _next(field, tables, replace(base, base_year=year - 1), story, year)
        yield year, _written(tables, story, year)


def _written(tables: Mapping[str, Frame], story: Mapping[str, Any], year: int) -> dict[str, Frame]:
    """The tables of a year's workbook, with its commitments."""
    rows = []
    for finess, what, deadline, granted, told in story["commitments"]["lines"]:
        if str(year) in told:
            used, done, state = told[str(year)]
            rows.append((finess, what, deadline, float(granted), None if used < 0 else float(used), done, state, None))
    return {**tables, "commitments": Frame.from_rows(COMMITMENT, rows)}


def _next(
    field: Field, tables: dict[str, Frame], before: Hypotheses, story: Mapping[str, Any], year: int
) -> dict[str, Frame]:
    """The tables of a year, from those of the year before and the trajectory that they give."""
    kind: type[Tables] = field.chain.tables
    held = {one.name for one in fields(kind)}
    results = field.chain.run(kind(**{name: frame for name, frame in tables.items() if name in held}), before)
    planned = results.trajectory.where(results.trajectory["year"] == year)
    amounts = dict(zip(planned.texts("finess"), planned.floats("allocation").tolist(), strict=True))
    rows = {name: frame.records() for name, frame in tables.items()}
    allocations = {row["finess"]: row["allocation"] for row in rows["hospitals"]}
    for row in rows["hospitals"]:
        row["allocation"] = amounts.get(row["finess"], row["allocation"])
    _vary(rows, random.Random(SEED + year))
    for event in story["events"]:
        if event["year"] == year:
            EVENTS[event["kind"]](rows, event, allocations)
    for row in rows.get("criterion_values", []):
        row[LAST_YEARS] = 1000.0 * round(allocations[row["finess"]] / 1000)
    rows["campaign"] = _campaign(rows["campaign"], year, story["reviews"][str(year)])
    _balance(rows, before.regional_margin, story["specific"], year)
    rows |= {name: [] for name in OF_THE_YEAR if name in rows}
    return {name: _frame(tables[name], rows[name]) for name in tables}


def _frame(before: Frame, rows: list[Row]) -> Frame:
    return Frame.from_rows(before.names, [[row[name] for name in before.names] for row in rows])


# What happens to hospitals


def _growth(rows: dict[str, list[Row]], event: Event, before: Mapping[str, float]) -> None:
    row, start = _hospital(rows, event["finess"]), before[event["finess"]]
    row["allocation"] = round(start + event["share"] * (row["allocation"] - start), 2)


def _closes(rows: dict[str, list[Row]], event: Event, before: Mapping[str, float]) -> None:
    for name in OF_HOSPITALS:
        rows[name] = [row for row in rows.get(name, []) if row["finess"] != event["finess"]]


def _merges(rows: dict[str, list[Row]], event: Event, before: Mapping[str, float]) -> None:
    heir, own = _hospital(rows, event["into"]), _hospital(rows, event["finess"])
    heir["allocation"] = round(heir["allocation"] + own["allocation"], 2)
    for name, amount, keys in (
        ("activity", "volume", ("finess", "territory", "age", "form")),
        ("financing", "amount", ("finess", "compartment")),
    ):
        for row in rows[name]:
            row["finess"] = event["into"] if row["finess"] == event["finess"] else row["finess"]
        rows[name] = _added_up(rows[name], keys, amount)
    _closes(rows, event, before)


def _segment(rows: dict[str, list[Row]], event: Event, before: Mapping[str, float]) -> None:
    _hospital(rows, event["finess"])["segment"] = event["segment"]


def _opens(rows: dict[str, list[Row]], event: Event, before: Mapping[str, float]) -> None:
    """Takes whole patients, and whole euros."""
    old = _hospital(rows, event["from"])
    amount = float(round(event["share"] * old["allocation"]))
    rows["hospitals"].append({**old, "finess": event["finess"], "name": event["name"], "allocation": amount})
    old["allocation"] = round(old["allocation"] - amount, 2)
    for row in [row for row in rows["activity"] if row["finess"] == event["from"]]:
        taken = float(int(event["share"] * row["volume"]))
        if taken:
            rows["activity"].append({**row, "finess": event["finess"], "volume": taken})
            row["volume"] -= taken


EVENTS: Mapping[str, Callable[[dict[str, list[Row]], Event, Mapping[str, float]], None]] = {
    "growth": _growth,
    "closes": _closes,
    "merges": _merges,
    "segment": _segment,
    "opens": _opens,
}


def _hospital(rows: dict[str, list[Row]], finess: str) -> Row:
    return next(row for row in rows["hospitals"] if row["finess"] == finess)


def _added_up(rows: list[Row], keys: tuple[str, ...], amount: str) -> list[Row]:
    """Lines of the same key as one."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        found[key] = {**row, amount: row[amount] + (found[key][amount] if key in found else 0.0)}
    return list(found.values())


# Money


def _other_money(tables: Mapping[str, Frame], story: Mapping[str, Any]) -> Frame:
    """The other compartments of the base year, in thousands of euros: those of the region, or a share of the allocation."""
    if len(tables.get("financing", Frame({}))):
        return tables["financing"]
    chance = random.Random(SEED)
    rows = [
        (row["finess"], name, 1000.0 * round(row["allocation"] * part * _around(chance, OTHERS) / 1000))
        for row in tables["hospitals"].records()
        for name, part in story["financing"].items()
    ]
    return Frame.from_rows(("finess", "compartment", "amount"), rows)


def _vary(rows: dict[str, list[Row]], chance: random.Random) -> None:
    for row in rows["activity"]:
        row["volume"] = float(round(row["volume"] * _around(chance, ACTIVITY)))
    for row in rows["financing"]:
        row["amount"] = 1000.0 * round(row["amount"] * _around(chance, OTHERS) / 1000)


def _around(chance: random.Random, spread: float) -> float:
    return chance.uniform(1 - spread, 1 + spread)


def _campaign(rows: list[Row], year: int, review: float) -> list[Row]:
    """The years still to come, their core growth reviewed, and one more like the last."""
    left = [row for row in rows if row["year"] > year]
    left = [{**row, "core_growth": 1000.0 * round(row["core_growth"] * review / 1000)} for row in left]
    last = max(row["year"] for row in left)
    return [*left, *({**row, "year": last + 1} for row in left if row["year"] == last)]


def _balance(rows: dict[str, list[Row]], margin: float, specific: str, year: int) -> None:
    """The envelope notified is what allocations, specific activities and margin make; one activity takes what is round."""
    before = fsum(row["amount"] for row in rows["envelope"])
    given = fsum([*(row["allocation"] for row in rows["hospitals"]), *(row["amount"] for row in rows["specific"])])
    total = round(given, 2)
    if specific:
        total = ROUND * ceil(given / (1 - margin) / ROUND)
        row = next(row for row in rows["specific"] if row["activity"] == specific)
        row["amount"] = round(row["amount"] + total * (1 - margin) - given, 2)
    rows["envelope"] = [
        {"item": f"Dotation populationnelle {year}, base", "amount": before},
        {"item": f"Dotation populationnelle {year}, mesures", "amount": round(total - before, 2)},
    ]
