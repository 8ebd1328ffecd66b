"""Payments over tables: what circulars delegate, hospital by hospital, and the twelve payments of the year."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

from dotpop_model.errors import Fault, ModelError, euros, named
from dotpop_model.payments import MONTHS, Adjustment, Circular, payments
from dotpop_model.sharing import exact
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.options import Option
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import Segment

NATURES = ("base", "growth", "rebasing", "earmarked", "option")
DELAYS = {Segment.NON_SECTORISED: "VER_DECALAGE_DG", Segment.OQN: "VER_DECALAGE_OQN"}
"""The segments that are paid, with the hypothesis that delays their payments."""
ZERO = Decimal(0)
POTS = ("circular", "label", "month", "before", *NATURES, "after", "recurring", "once")
BY_MONTH = ("month", *(str(segment) for segment in DELAYS), "total", "cumulated")


@dataclass(frozen=True, slots=True)
class Move:
    """What a circular gives a hospital, or takes from it (€, exact)."""

    circular: str
    finess: str
    nature: str
    recurring: bool
    amount: Decimal


def moves(tables: SmrTables, options: list[Option]) -> list[Move]:
    """The lines of the delegations, and the options that a circular pays."""
    found = [
        Move(row["circular"], row["finess"], row["nature"], row["recurring"] == "yes", exact(float(row["amount"])))
        for row in tables.delegations.records()
    ]
    for one in options:
        if one.row["circular"]:
            found += [
                Move(one.row["circular"], code, "option", one.row["recurring"] == "yes", amount)
                for code, amount in zip(tables.finess, one.outcome.amounts, strict=True)
                if amount
            ]
    return found


def check_circulars(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the circulars: months that do not follow each other, or that a delay pushes out of the year; delegations or
    options of a circular that is not there; hospitals for which nothing says how they are paid."""
    codes, months = _months(tables)
    faults = []
    late = [code for (before, after), code in zip(pairwise(months), codes[1:], strict=False) if after <= before]
    if late:
        shown = ", ".join(f"{code} : mois {month}" for code, month in zip(codes, months, strict=True))
        told = f"Circulaires dans le désordre ({shown})"
        message = f"{told}. Les ranger dans l'ordre des mois, un mois différent pour chacune."
        faults.append(Fault(message, "circulars", "month", tuple(late)))
    for segment, hypothesis in DELAYS.items():
        latest = MONTHS - hypotheses.delay(segment)
        beyond = [code for code, month in zip(codes, months, strict=True) if month > latest]
        if beyond and segment in tables.hospitals.texts("segment"):
            told = f"Circulaires dont le premier versement sort de l'année, décalage compris : {named(beyond)}"
            faults.append(Fault(f"{told}. Réduire {hypothesis}.", "circulars", "month", tuple(beyond)))
    for table, frame in (("delegations", tables.delegations), ("options", tables.options)):
        unknown = sorted(set(frame.texts("circular")) - {*codes, ""})
        if unknown:
            message = f"Circulaires inconnues : {named(unknown)}. Compléter le tableau des circulaires."
            faults.append(Fault(message, table, "circular", tuple(unknown)))
    segments = tables.hospitals.texts("segment")
    lost = [code for code, segment in zip(tables.finess, segments, strict=True) if segment not in DELAYS]
    if lost:
        message = f"Établissements ni ex-DG ni ex-OQN : {named(lost)}. Choisir leur segment dans la feuille Établissements."
        faults.append(Fault(message, "hospitals", "segment", tuple(lost)))
    if faults:
        raise ModelError(faults)


def _months(tables: SmrTables) -> tuple[list[str], list[int]]:
    return tables.circulars.texts("circular"), tables.circulars.floats("month").astype(int).tolist()


def payment_frames(tables: SmrTables, hypotheses: SmrHypotheses, options: list[Option]) -> dict[str, Frame]:
    """The region's pots by circular, what each hospital receives, its twelve payments, and the region's by month."""
    check_circulars(tables, hypotheses)
    moved = moves(tables, options)
    own: dict[str, list[Move]] = {}
    for move in moved:
        own.setdefault(move.finess, []).append(move)
    served = [row for row, code in enumerate(tables.finess) if code in own]
    paid = _payments(tables, hypotheses, own, served)
    return {
        "payment_months": _by_month(tables, paid),
        "circular_pots": Frame.from_rows(POTS, list(_pots(tables, moved))),
        "delegated": _delegated(tables, own, served),
        "payments": _payment_frame(tables, paid, served),
    }


def _pots(tables: SmrTables, moved: list[Move]) -> Iterator[tuple[object, ...]]:
    before = ZERO
    for row, month in zip(tables.circulars.records(), _months(tables)[1], strict=True):
        own = [move for move in moved if move.circular == row["circular"]]
        parts = [_sum(move for move in own if move.nature == nature) for nature in NATURES]
        recurring, whole = _sum(move for move in own if move.recurring), _sum(own)
        amounts = (before, *parts, before + whole, recurring, whole - recurring)
        yield (row["circular"], row["label"], month, *(float(amount) for amount in amounts))
        before += whole


def _sum(moved: Iterable[Move]) -> Decimal:
    return sum((move.amount for move in moved), ZERO)


def _payments(
    tables: SmrTables, hypotheses: SmrHypotheses, own: Mapping[str, list[Move]], served: list[int]
) -> dict[int, tuple[Decimal, ...]]:
    """The twelve payments of each hospital that a circular names, by its row. Raises ModelError with all the faults."""
    codes, months = _months(tables)
    found, faults, segments = {}, [], tables.hospitals.texts("segment")
    for row in served:
        finess, segment = tables.finess[row], segments[row]
        yearly = list(accumulate(_sum(move for move in own[finess] if move.circular == code) for code in codes))
        low = next((place for place, amount in enumerate(yearly) if amount < 0), None)
        if low is not None:
            told = f"Établissement {finess} : montant de l'année négatif ({euros(yearly[low])}) après {codes[low]}"
            message = f"{told}. Corriger ses délégations, ou la circulaire de l'option qui le débite."
            faults.append(Fault(message, "delegations", "finess", (finess,)))
            continue
        delay, adjustment = hypotheses.delay(segment), Adjustment(hypotheses.adjustment(segment))
        circulars = [Circular(month + delay, amount) for month, amount in zip(months, yearly, strict=True)]
        found[row] = payments(circulars, adjustment=adjustment, step=hypotheses.notified_step)
    if faults:
        raise ModelError(faults)
    return found


def _who(tables: SmrTables, rows: list[int]) -> dict[str, list[str]]:
    names = ("finess", "name", "kind", "federation", "segment")
    return {name: [tables.hospitals.texts(name)[row] for row in rows] for name in names}


def _delegated(tables: SmrTables, own: Mapping[str, list[Move]], served: list[int]) -> Frame:
    lines = [own[tables.finess[row]] for row in served]
    natures = {nature: [float(_sum(move for move in line if move.nature == nature)) for line in lines] for nature in NATURES}
    total = [float(_sum(line)) for line in lines]
    recurring = [float(_sum(move for move in line if move.recurring)) for line in lines]
    return Frame({**_who(tables, served), **natures, "total": total, "recurring": recurring})


def _payment_frame(tables: SmrTables, paid: Mapping[int, tuple[Decimal, ...]], served: list[int]) -> Frame:
    months = {f"month_{month}": [float(paid[row][month - 1]) for row in served] for month in range(1, MONTHS + 1)}
    return Frame({**_who(tables, served), **months, "total": [float(sum(paid[row], ZERO)) for row in served]})


def _by_month(tables: SmrTables, paid: Mapping[int, tuple[Decimal, ...]]) -> Frame:
    segments, cumulated, rows = tables.hospitals.texts("segment"), ZERO, []
    for month in range(MONTHS if paid else 0):
        parts = [sum((amounts[month] for row, amounts in paid.items() if segments[row] == one), ZERO) for one in DELAYS]
        cumulated += sum(parts, ZERO)
        rows.append((month + 1, *map(float, parts), float(sum(parts, ZERO)), float(cumulated)))
    return Frame.from_rows(BY_MONTH, rows)
