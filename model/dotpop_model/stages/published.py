"""Published figures, set against what the workbook computes: where they cannot agree, both are shown."""

import numpy as np

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.smr import SmrTables
from dotpop_model.stages.options import Option
from dotpop_model.stages.paediatrics import everyone
from dotpop_model.tables import Frame, Mask

OF_OPTIONS = ("credits", "creditors", "mean_credit", "debtors", "mean_debit")
UNITS = {
    "hospitals": "ES",
    "under_funded": "ES",
    "growth": "€",
    "growth_rate": "%",
    "credits": "€",
    "creditors": "ES",
    "mean_credit": "€",
    "debtors": "ES",
    "mean_debit": "€",
}
COLUMNS = ("topic", "published", "found", "difference", "unit", "verdict", "reason")


def check_published(tables: SmrTables, hypotheses: object) -> None:
    """A figure of an option needs to say which."""
    rows = tables.published.records()
    lacking = [str(row["topic"]) for row in rows if row["figure"] in OF_OPTIONS and not row["option"]]
    if lacking:
        message = f"Chiffres publiés sans option : {named(lacking)}. Dire de quelle option il s'agit."
        raise ModelError([Fault(message, "published", "option", tuple(lacking))])


def compared(tables: SmrTables, options: list[Option], indices: Frame, pots: Frame) -> Frame:
    """A line per published figure: found here, difference, verdict (same once rounded as published), and why they differ."""
    lines = []
    for row in tables.published.records():
        found = _found(row, tables, options, indices, pots)
        scale = 100 if UNITS[row["figure"]] == "%" else 1  # a percentage is typed as it is printed: 1.6
        rounding, published = float(row["rounding"]) / scale, float(row["value"]) / scale
        same = np.isfinite(found) and abs(found - published) <= rounding / 2 + 1e-9 * max(1.0, abs(published))
        difference = 0.0 if same and found == published else found - published
        verdict = "ok" if same else "warning"
        lines.append((row["topic"], published, found, difference, UNITS[row["figure"]], verdict, row["reason"]))
    return Frame.from_rows(COLUMNS, lines)


def _found(row: dict[str, object], tables: SmrTables, options: list[Option], indices: Frame, pots: Frame) -> float:
    figure = row["figure"]
    if figure == "hospitals":
        return float(_inside(everyone(tables), row["group"]).sum())
    inside = _inside(tables.hospitals, row["group"])
    if figure == "under_funded":
        return float((inside & (indices["position"] == "under")).sum())
    if figure in ("growth", "growth_rate"):  # of the region: that of a group is not known
        return float("nan") if row["group"] else _growth(pots, rate=figure == "growth_rate")
    one = next((one for one in options if one.row["option"] == row["option"]), None)
    if one is None:
        return float("nan")
    amounts = one.outcome.credits if figure in ("credits", "creditors", "mean_credit") else one.outcome.debits
    moved = [amount for amount, own in zip(amounts, inside.tolist(), strict=True) if own and amount]
    if figure in ("creditors", "debtors"):
        return float(len(moved))
    total = float(sum(moved))
    if figure == "credits":
        return total
    return total / len(moved) if moved else float("nan")


def _growth(pots: Frame, *, rate: bool) -> float:
    """What the first circular after the base adds to it (€, or a share of it); NaN without a base and a circular."""
    if len(pots) < 2 or not pots["base"][0]:
        return float("nan")
    base, after = float(pots["after"][0]), float(pots["after"][1])
    return (after - base) / base if rate else after - base


def _inside(hospitals: Frame, group: object) -> Mask:
    """The hospitals of a federation or a kind; all of them without a group."""
    if not group:
        return np.ones(len(hospitals), dtype=bool)
    return np.array(
        [group in pair for pair in zip(hospitals.texts("federation"), hospitals.texts("kind"), strict=True)], dtype=bool
    )
