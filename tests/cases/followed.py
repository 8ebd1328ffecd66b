"""A tiny region over three years, with a story that is known: every figure can be worked by hand.

Sectorised A, B, C, D serve 1 000 inhabitants each, against an imposed mean of 100 €. N alone serves the 4 000 inhabitants
without catchment duty; E and O, ex-OQN, serve 2 000 each. Carry-forward: 1 % in 2024, nothing after. Core growth: 4 000 € a
year to those under 0.95, pro rata to what they lack.

               A         B         C         D         N        E        O
  2023       80 000    80 000   120 000   120 000   40 000   10 000   10 000
  planned    82 800    82 800   121 200   121 200   40 400   10 100   10 100
  2024       82 800    80 800   121 200      –      40 400   10 100   10 100    B only has the carry-forward; D is gone
  planned    84 520    82 720   121 200             40 400   10 100   10 100    core growth reviewed: 3 640 €
  2025       84 520    82 720   121 200             40 400   10 100   10 100    as planned; E has changed segment

A keeps its commitment; C spends 30 000 € of 50 000 in 2024, 45 000 in 2025; that of B is due in 2024, and gone in 2025.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cases import region_book

from dotpop_addin import hypotheses as files
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.scenarios import choose
from dotpop_model import chain
from dotpop_model.follow_up import Year
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables

A, B, C, D, N, E, O = (f"01000000{place}" for place in range(1, 8))  # noqa: E741
YEARS = (2023, 2024, 2025)
SEGMENT = {A: "sectorised", B: "sectorised", C: "sectorised", D: "sectorised", N: "non_sectorised", E: "oqn", O: "oqn"}
NAMES = {A: "CH A", B: "CH B", C: "CH C", D: "CH D", N: "Institut N", E: "Clinique E", O: "Clinique O"}
ALLOCATIONS: Mapping[int, Mapping[str, float]] = {
    2023: {A: 80_000, B: 80_000, C: 120_000, D: 120_000, N: 40_000, E: 10_000, O: 10_000},
    2024: {A: 82_800, B: 80_800, C: 121_200, N: 40_400, E: 10_100, O: 10_100},
    2025: {A: 84_520, B: 82_720, C: 121_200, N: 40_400, E: 10_100, O: 10_100},
}
CARRY, GROWTH = {2024: 4_600.0}, {2023: 4_000.0, 2024: 3_640.0, 2025: 3_640.0}
CHOICES = {
    "ENV_MARGE": ("regional_margin", 0.0, "0"),
    "FLUX_METHODE_SECT": ("flow_sectorised", "none", "aucune"),
    "IDX_MOYENNE_SECT": ("mean_sectorised", 100.0, "100"),
    "TRJ_MODULATION": ("modulation", 0.0, "0"),
    "TRJ_GAMMA": ("exponent", 0.0, "0"),
    "TRJ_PLAFOND": ("ceiling", None, ""),
    "TRJ_MOYENNE": ("mean_rule", "fixed", "fixe"),
}
"""Hypotheses of the region: code → name in the model, value, what is typed."""
COMMITMENT = ("finess", "commitment", "deadline", "granted", "used", "done", "state", "comment")
COMMITMENTS: Mapping[int, Sequence[Sequence[Any]]] = {
    2023: [],
    2024: [
        (A, "Ouvrir un CMP", date(2024, 12, 31), 2_000.0, 2_000.0, 1.0, "kept", None),
        (B, "Créer des places", date(2024, 12, 31), 2_000.0, 0.0, 0.0, "ongoing", None),
        (C, "Recruter", date(2025, 12, 31), 50_000.0, 30_000.0, 0.6, "ongoing", None),
    ],
    2025: [
        (A, "Ouvrir un CMP", date(2024, 12, 31), 2_000.0, 2_000.0, 1.0, "kept", None),
        (C, "Recruter", date(2025, 12, 31), 50_000.0, 45_000.0, 0.9, "kept", None),
    ],
}
FINANCING: Mapping[int, Sequence[Sequence[Any]]] = {
    2023: [(A, "Activité", 1_000.0), (B, "Activité", 500.0)],
    2024: [(A, "Activité", 1_100.0), (B, "Activité", 500.0)],
    2025: [(A, "Activité", 1_210.0)],
}


def tables(year: int, allocations: Mapping[str, float] | None = None, **segments: str) -> Tables:
    """The inputs of a year; with other allocations, or other segments, when they are given."""
    money = ALLOCATIONS[year] if allocations is None else allocations
    segment = SEGMENT | ({E: "non_sectorised"} if year == 2025 else {}) | segments
    zones = dict(zip((A, B, C, D), ("Z1", "Z2", "Z3", "Z4"), strict=True))
    places = [("01", "Département", "departement", None, 4000.0, 0.0)]
    places += [(zone, f"Zone {zone}", "zis", "01", 1000.0, 0.0) for zone in zones.values()]
    care = [(finess, zones.get(finess, "Z1"), "adults", "CMP", 100.0) for finess in money]
    return Tables(
        envelope=Frame({"item": ["Notification"], "amount": [float(sum(money.values()))]}),
        specific=Frame.from_rows(("activity", "finess", "amount"), []),
        history=Frame.from_rows(("segment", "amount"), []),
        compartments=Frame({"label": ["Dotation populationnelle", "Activité"], "share": [0.8, 0.2]}),
        hospitals=Frame.from_rows(
            ("finess", "name", "segment", "territory", "federation", "status", "allocation"),
            [
                (one, NAMES.get(one, one), segment.get(one, "oqn"), zones.get(one, "01"), None, None, float(amount))
                for one, amount in money.items()
            ],
        ),
        territories=Frame.from_rows(("territory", "name", "level", "parent", "adults", "minors"), places),
        indicators=Frame.from_rows(("indicator", "label", "weight", "direction", "unit", "source"), []),
        indicator_values=Frame({"territory": [place[0] for place in places]}),
        forms=Frame.from_rows(
            ("form", "label", "nature", "measure", "weight", "nature_weight"),
            [("CMP", "Ambulatoire", "ambulatory", "patients", 1.0, 1.0)],
        ),
        activity=Frame.from_rows(("finess", "territory", "age", "form", "volume"), care),
        campaign=Frame.from_rows(
            ("year", "segment", "carry_forward", "core_growth", "earmarked"),
            [(float(one), "all", CARRY.get(one, 0.0), GROWTH[year], 0.0) for one in range(year + 1, year + 6)],
        ),
    )


def assumptions(year: int, **changes: Any) -> Hypotheses:
    """The hypotheses of a year, with changes."""
    own = {name: value for name, value, _ in CHOICES.values()}
    return replace(files.defaults(PSYCHIATRIE), base_year=year, **{**own, **changes})


def lines(year: int) -> dict[str, Frame]:
    """Other compartments and commitments of a year."""
    return {
        "financing": Frame.from_rows(("finess", "compartment", "amount"), FINANCING[year]),
        "commitments": Frame.from_rows(COMMITMENT, COMMITMENTS[year]),
    }


def computed(year: int, found: Tables, hypotheses: Hypotheses | None = None, **others: Frame) -> Year:
    """A year of the region, computed."""
    given = hypotheses or assumptions(year)
    return Year(found, given, chain.run(found, given), **{**lines(year), **others})


def story() -> list[Year]:
    """The three years."""
    return [computed(year, tables(year)) for year in YEARS]


def write(
    year: int, path: Path, found: Tables | None = None, region: tuple[str, str] = ("Région A", "00"), **typed: str
) -> Path:
    """The workbook of a year, filled in; typed: further hypotheses, code → what is typed."""
    own = tables(year) if found is None else found
    book = region_book.filled("psychiatrie", own, (*region, "Simulées"), lines(year))
    given = {code: text for code, (_, _, text) in CHOICES.items()} | {"ANNEE_BASE": str(year)} | typed
    choose(book, [f"{code}={text}" for code, text in given.items()])
    book.save(path)
    return path
