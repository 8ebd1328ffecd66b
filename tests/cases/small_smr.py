"""A tiny invented region of SMR with round numbers. Every value can be checked by hand.

Two départements of 1 000 adults each. Residents of 01 have 600 days at A and 400 at B; those of 02 have 700 at C, 200 at D
and 100 at B. Without criteria A serves 600 inhabitants, B 500, C 700 and D 200, of 2 000; the pot is 2 400 000 €, 1 200 €
each. P is paediatric: outside the sharing.

                A         B         C         D
  theoretical   720 000   600 000   840 000   240 000
  allocation    600 000   672 000   780 000   348 000
  lacks         120 000             60 000
  has beyond              72 000              108 000
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dotpop_addin import hypotheses
from dotpop_addin.declarations.smr import SMR
from dotpop_model import chain_smr
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.tables import Frame

A, B, C, D, P = "010000001", "010000002", "020000003", "020000004", "010000005"

Rows = Sequence[Sequence[Any]]
OPTION = ("option", "label", "amount", "payer", "key", "recurring", "circular", "comment")
EXEMPTION = ("option", "finess", "reason")
PUBLISHED = ("topic", "figure", "option", "group", "value", "rounding", "reason")
CRITERION = ("criterion", "label", "weight", "direction", "measure", "unit", "source")
CIRCULAR = ("circular", "label", "month")
DELEGATION = ("circular", "finess", "measure", "nature", "recurring", "amount")
REVENUE = ("finess", "before", "after")
RATE = ("year", "rate", "taken_back", "source")
FINANCING = ("finess", "compartment", "amount")


def frame(names: Sequence[str], *rows: Sequence[Any]) -> Frame:
    """A table from its lines."""
    return Frame.from_rows(names, rows)


def option(code: str, amount: float, payer: str = "over_funded", key: str = "under_funding", **changes: Any) -> list[Any]:
    """A line of the options, labelled "Option <code>"; neither recurring nor paid by a circular unless said otherwise."""
    line = {"option": code, "label": f"Option {code}", "amount": amount, "payer": payer, "key": key}
    line |= {"recurring": "no", "circular": None, "comment": None, **changes}
    return [line[name] for name in OPTION]


def base(circular: str, amounts: dict[str, float], nature: str = "base") -> list[list[Any]]:
    """Lines of delegations, recurring."""
    return [[circular, finess, nature, nature, "yes", amount] for finess, amount in amounts.items()]


BASE = base("BASE", {A: 480_000.0, B: 600_000.0, C: 660_000.0, D: 240_000.0})
C1 = base("C1", {A: 120_000.0, B: 72_000.0, C: 120_000.0, D: 108_000.0}, "growth")
CIRCULARS = frame(CIRCULAR, ["BASE", "Base", 1.0], ["C1", "Première circulaire", 7.0])
RATES = frame(
    RATE, [2023.0, 1.0, "no", None], [2024.0, 1.0, "yes", None], [2025.0, 0.5, "yes", None], [2026.0, 0.0, "yes", None]
)
REVENUES = frame(REVENUE, [A, 1_000_000.0, 900_000.0], [B, 800_000.0, 850_000.0], [P, 300_000.0, 280_000.0])


def tables(**changes: Frame) -> SmrTables:
    """The inputs of the region, without criteria, option, revenue or circular unless they are given."""
    hospitals = [
        [A, "Clinique A", "oqn", "01", "FHP", "Privé", "general", 600_000.0],
        [B, "Hôpital B", "non_sectorised", "01", "FHF", "CH", "geriatrics", 672_000.0],
        [C, "Centre C", "non_sectorised", "02", "FEHAP", "EBNL", "general", 780_000.0],
        [D, "Clinique D", "oqn", "02", "FHP", "Privé", "specialised", 348_000.0],
        [P, "Enfants P", "non_sectorised", "01", "FEHAP", "EBNL", "paediatrics", 0.0],
    ]
    days = [
        [A, "01", "adults", "JOURS", 600.0],
        [B, "01", "adults", "JOURS", 400.0],
        [B, "02", "adults", "JOURS", 100.0],
        [C, "02", "adults", "JOURS", 700.0],
        [D, "02", "adults", "JOURS", 200.0],
        [P, "01", "minors", "JOURS", 300.0],
    ]
    places = [["01", "Premier", "departement", None, 1000.0, 200.0], ["02", "Second", "departement", None, 1000.0, 100.0]]
    found = SmrTables(
        envelope=frame(["item", "amount"], ["Notification", 2_400_000.0]),
        specific=frame(["activity", "finess", "amount"]),
        history=frame(["segment", "amount"]),
        compartments=frame(["label", "share"], ["Recettes d'activité", 0.5], ["Dotation populationnelle", 0.5]),
        hospitals=frame(
            ["finess", "name", "segment", "territory", "federation", "status", "kind", "allocation"], *hospitals
        ),
        territories=frame(["territory", "name", "level", "parent", "adults", "minors"], *places),
        indicators=frame(["indicator", "label", "weight", "direction", "unit", "source"]),
        indicator_values=frame(["territory"], ["01"], ["02"]),
        forms=frame(
            ["form", "label", "nature", "measure", "weight", "nature_weight"],
            ["JOURS", "Journées", "full", "days_and_acts", 1.0, 1.0],
        ),
        activity=frame(["finess", "territory", "age", "form", "volume"], *days),
        campaign=frame(
            ["year", "segment", "carry_forward", "core_growth", "earmarked"],
            *([float(year), "all", 24_000.0, 12_000.0, 0.0] for year in range(2025, 2030)),
        ),
    )
    return replace(found, **changes)


def with_circulars(*further: Rows, **changes: Frame) -> SmrTables:
    """The region with its base and first circular, which give the allocations back, and further delegations."""
    lines = [*BASE, *C1, *(line for rows in further for line in rows)]
    return tables(**{"circulars": CIRCULARS, "delegations": frame(DELEGATION, *lines), **changes})


def changed(found: SmrTables, table: str, finess: str, **values: Any) -> SmrTables:
    """The tables with some values of the line of a hospital changed."""
    rows = [{**row, **values} if row["finess"] == finess else row for row in getattr(found, table).records()]
    names = getattr(found, table).names
    return replace(found, **{table: frame(names, *([row[name] for name in names] for row in rows))})


def assumptions(**changes: Any) -> SmrHypotheses:
    """The default hypotheses of SMR, with changes."""
    found: SmrHypotheses = replace(hypotheses.defaults(SMR), **changes)  # type: ignore[assignment]
    return found


def frames(inputs: SmrTables, **changes: Any) -> dict[str, Frame]:
    """The results of a region under the default hypotheses with changes, table by table."""
    return chain_smr.SMR.run(inputs, assumptions(**changes)).frames()
