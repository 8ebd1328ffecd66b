"""Payments over tables: what circulars delegate, hospital by hospital, and the twelve payments of the year."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from dotpop_model.errors import Fault, ModelError, euros, located, named
from dotpop_model.payments import MONTHS, Adjustment, Circular, payments
from dotpop_model.sharing import exact
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.options import Option
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import SEGMENT_NAMES

NATURES = ("base", "growth", "rebasing", "earmarked", "option")
PLACES = {"circulaires": ("circulars", "month")}
ZERO = Decimal(0)
POTS = ("circular", "label", "month", "before", *NATURES, "after", "recurring", "once")

Moves = list[dict[str, object]]
"""What is delegated: circular, finess, nature, recurring, amount (exact)."""


def moves(tables: SmrTables, options: list[Option]) -> Moves:
    """The lines of the delegations, and the options that a circular pays."""
    found: Moves = [
        {**row, "amount": exact(float(row["amount"]))}
        for row in (tables.delegations.records() if len(tables.delegations) else [])
    ]
    for one in options:
        if one.row["circular"]:
            given = {"circular": one.row["circular"], "nature": "option", "recurring": one.row["recurring"]}
            found += [
                {**given, "finess": code, "amount": amount}
                for code, amount in zip(tables.finess, one.outcome.amounts, strict=True)
                if amount
            ]
    return found


def check_circulars(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the circulars: months that do not follow each other, or that a delay pushes out of the year."""
    faults = []
    codes, months = _months(tables)
    late = [code for before, after, code in zip(months, months[1:], codes[1:], strict=False) if after <= before]
    if late:
        shown = ", ".join(f"{code} : mois {month}" for code, month in zip(codes, months, strict=True))
        message = (
            f"Circulaires dans le désordre ({shown}). Les ranger dans l'ordre des mois, un mois différent pour chacune."
        )
        faults.append(Fault(message, "circulars", "month", tuple(late)))
    for segment in sorted({*tables.hospitals.texts("segment")}):
        delay = hypotheses.delay(segment)
        beyond = [code for code, month in zip(codes, months, strict=True) if month + delay > MONTHS]
        if beyond:
            message = (
                f"Circulaires dont le premier versement sort de l'année, décalage compris : {named(beyond)}. "
                "Réduire le décalage."
            )
            faults.append(Fault(message, "circulars", "month", tuple(beyond)))
    if len(tables.delegations) and not codes:
        faults.append(Fault("Délégations sans circulaire. Compléter le tableau des circulaires.", "delegations", "circular"))
    if faults:
        raise ModelError(faults)


def _months(tables: SmrTables) -> tuple[list[str], list[int]]:
    if not len(tables.circulars):
        return [], []
    return tables.circulars.texts("circular"), [int(month) for month in tables.circulars["month"].tolist()]


def payment_frames(tables: SmrTables, hypotheses: SmrHypotheses, options: list[Option]) -> dict[str, Frame]:
    """The region's pots by circular, what each hospital receives, its twelve payments, and the region's by month."""
    check_circulars(tables, hypotheses)
    moved = moves(tables, options)
    served = _served(tables, moved)
    paid = _payments(tables, hypotheses, moved, served)
    return {
        "payment_months": _by_month(tables, paid),
        "circular_pots": Frame.from_rows(POTS, list(_pots(tables, moved))),
        "delegated": _delegated(tables, moved, served),
        "payments": _payment_frame(tables, paid, served),
    }


def _served(tables: SmrTables, moved: Moves) -> list[int]:
    """The rows of the hospitals that a circular names."""
    named_there = {str(move["finess"]) for move in moved}
    return [row for row, code in enumerate(tables.finess) if code in named_there]


def _pots(tables: SmrTables, moved: Moves) -> Iterator[tuple[object, ...]]:
    before = ZERO
    for row in tables.circulars.records() if len(tables.circulars) else []:
        own = [move for move in moved if move["circular"] == row["circular"]]
        parts = [_sum(move for move in own if move["nature"] == nature) for nature in NATURES]
        recurring, whole = _sum(move for move in own if move["recurring"] == "yes"), _sum(own)
        after = before + whole
        amounts = (before, *parts, after, recurring, whole - recurring)
        yield (row["circular"], row["label"], int(row["month"]), *(float(amount) for amount in amounts))
        before = after


def _sum(moved: object) -> Decimal:
    return sum((move["amount"] for move in moved), ZERO)  # type: ignore[attr-defined]


def _payments(
    tables: SmrTables, hypotheses: SmrHypotheses, moved: Moves, served: list[int]
) -> dict[int, tuple[Decimal, ...]]:
    """The twelve payments of each hospital that a circular names, by its row. Raises ModelError with all the faults."""
    codes, months = _months(tables)
    by_hospital: dict[str, dict[str, Decimal]] = {}
    for move in moved:
        own = by_hospital.setdefault(str(move["finess"]), {})
        own[str(move["circular"])] = own.get(str(move["circular"]), ZERO) + move["amount"]  # type: ignore[operator]
    found, faults, segments = {}, [], tables.hospitals.texts("segment")
    for row in served:
        finess, segment = tables.finess[row], segments[row]
        cumulated, circulars = ZERO, []
        for code, month in zip(codes, months, strict=True):
            cumulated += by_hospital[finess].get(code, ZERO)
            circulars.append(Circular(month + hypotheses.delay(segment), cumulated))
        low = [code for code, one in zip(codes, circulars, strict=True) if exact(one.amount) < 0]
        if low:
            least = min(exact(one.amount) for one in circulars)
            message = f"Établissement {finess} : montant de l'année négatif ({euros(least)}). Corriger ses délégations."
            faults.append(Fault(message, "delegations", "finess", (finess,)))
            continue
        with located(PLACES):
            found[row] = payments(
                circulars, adjustment=Adjustment(hypotheses.adjustment(segment)), step=hypotheses.notified_step
            )
    if faults:
        raise ModelError(faults)
    return found


def _who(tables: SmrTables, rows: list[int]) -> dict[str, list[str]]:
    names = ("finess", "name", "kind", "federation", "segment")
    return {name: [tables.hospitals.texts(name)[row] for row in rows] for name in names}


def _delegated(tables: SmrTables, moved: Moves, served: list[int]) -> Frame:
    by_hospital: dict[str, Moves] = {}
    for move in moved:
        by_hospital.setdefault(str(move["finess"]), []).append(move)
    own = [by_hospital[tables.finess[row]] for row in served]
    natures = {
        nature: [float(_sum(move for move in lines if move["nature"] == nature)) for lines in own] for nature in NATURES
    }
    total = [float(_sum(lines)) for lines in own]
    recurring = [float(_sum(move for move in lines if move["recurring"] == "yes")) for lines in own]
    return Frame({**_who(tables, served), **natures, "total": total, "recurring": recurring})


def _payment_frame(tables: SmrTables, paid: Mapping[int, tuple[Decimal, ...]], served: list[int]) -> Frame:
    months = {f"month_{month}": [float(paid[row][month - 1]) for row in served] for month in range(1, MONTHS + 1)}
    return Frame({**_who(tables, served), **months, "total": [float(sum(paid[row], ZERO)) for row in served]})


def _by_month(tables: SmrTables, paid: Mapping[int, tuple[Decimal, ...]]) -> Frame:
    if not paid:
        return Frame.from_rows(("month", "non_sectorised", "oqn", "total", "cumulated"), [])
    segments = tables.hospitals.texts("segment")
    columns = {
        segment: [
            sum((amounts[month] for row, amounts in paid.items() if segments[row] == segment), ZERO)
            for month in range(MONTHS)
        ]
        for segment in SEGMENT_NAMES
    }
    total = [sum((columns[segment][month] for segment in columns), ZERO) for month in range(MONTHS)]
    cumulated = np.cumsum(np.array(total, dtype=object)).tolist()
    return Frame(
        {
            "month": np.arange(1, MONTHS + 1),
            **{str(name): np.array(amounts, dtype=float) for name, amounts in columns.items() if name != "sectorised"},
            "total": np.array(total, dtype=float),
            "cumulated": np.array(cumulated, dtype=float),
        }
    )
