"""Options over tables: what each option put to the vote gives and takes, by hospital and by group."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.options import Key, Outcome, Payer, Rule, option, over_funding, under_funding
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame, Mask, groups
from dotpop_model.vocabulary import Position

PLACES = {"montant": ("options", "amount"), "dotations": ("options", "amount"), "exemptions": ("exemptions", "finess")}
FEDERATIONS = ("FHF", "FEHAP", "FHP", "UGECAM", "Autre")
GROUPED_BY = ("federation", "kind", "departement")


@dataclass(frozen=True, slots=True)
class Option:
    """An option as the region declares it, and what it gives. row: of the table of options. exempt: FINESS → reason."""

    row: dict[str, Any]
    exempt: dict[str, str]
    outcome: Outcome

    @property
    def label(self) -> str:
        """What the committee calls it."""
        return str(self.row["label"])

    @property
    def amounts(self) -> Array:
        """What each hospital receives or gives, € (sums of cents: exact once written)."""
        return np.array([float(amount) for amount in self.outcome.amounts])


def weigh_options(tables: SmrTables, hypotheses: SmrHypotheses, indices: Frame) -> list[Option]:
    """Every option of the table, in its order. indices: target and position of each hospital, in the order of hospitals.

    Raises ModelError with the faults of all options.
    """
    found, faults = [], _faults(tables)
    targets, apart = indices.floats("target"), set(tables.set_aside.texts("finess"))
    for row in tables.options.records():
        exempt = exemptions(tables, str(row["option"]))
        try:
            with located(PLACES):
                outcome = option(
                    tables.hospitals.floats("allocation"),
                    targets,
                    float(row["amount"]),
                    Rule(Payer(row["payer"]), Key(row["key"])),
                    exempt=[code for code in exempt if code not in apart],  # told by `check_set_aside`
                    neutral=_neutral(indices),
                    ids=tables.finess,
                    step=hypotheses.notified_step,
                )
        except ModelError as error:
            faults += [_of_option(fault, str(row["option"])) for fault in error.faults]
            continue
        found.append(Option(row, exempt, outcome))
    if faults:
        raise ModelError(faults)
    return found


def _neutral(indices: Frame) -> list[bool]:
    return [position == Position.NEUTRAL for position in indices.texts("position")]


def exemptions(tables: SmrTables, code: str) -> dict[str, str]:
    """The hospitals exempted of an option, with the reason ("" when none is given)."""
    options, finess, reasons = (tables.exemptions.texts(name) for name in ("option", "finess", "reason"))
    return {who: why for option, who, why in zip(options, finess, reasons, strict=True) if option == code}


def check_options(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the options that can be seen before anything is computed."""
    faults = _faults(tables)
    if faults:
        raise ModelError(faults)


def _faults(tables: SmrTables) -> list[Fault]:
    faults = []
    labels = tables.options.texts("label")
    alike = [label.casefold() for label in labels]  # a spreadsheet does not tell apart capitals in the headers of a table
    doubled = [label for label, one in zip(labels, alike, strict=True) if alike.count(one) > 1]
    if doubled:
        told = f"Options de même libellé : {named(dict.fromkeys(doubled))}"
        message = f"{told}. Donner à chacune son libellé (il est en tête de colonne)."
        faults.append(Fault(message, "options", "label", tuple(doubled)))
    payers = dict(zip(tables.options.texts("option"), tables.options.texts("payer"), strict=True))
    useless = sorted({code for code in tables.exemptions.texts("option") if payers.get(code) == Payer.GROWTH})
    if useless:
        message = f"Exemptions d'options où personne ne paie : {named(useless)}. Les retirer, ou changer « Qui paie »."
        faults.append(Fault(message, "exemptions", "option", tuple(useless)))
    return faults


def _of_option(fault: Fault, code: str) -> Fault:
    rows = (code,) if fault.table == "options" else fault.rows
    return Fault(f"Option {code} : {fault.message}", fault.table, fault.column, rows)


def option_frames(tables: SmrTables, indices: Frame, options: list[Option]) -> dict[str, Frame]:
    """The options side by side, by hospital and by group; and the comparison that the committee reads."""
    hospitals = _hospitals(tables, indices)
    amounts = Frame({**{name: hospitals[name] for name in hospitals.names}, **{one.label: one.amounts for one in options}})
    summary = [_summary(one, hospitals) for one in options]
    lines = [line for one in options for line in _groups(one, hospitals)]
    return {
        "option_summary": Frame.from_rows(SUMMARY, [[line[name] for name in SUMMARY] for line in summary]),
        "option_amounts": amounts,
        "option_groups": Frame.from_rows(GROUPS, [[line[name] for name in GROUPS] for line in lines]),
    }


COUNTED = ("hospitals", "total", "mean", "least", "most")
GROUPS = (
    "label",
    "kind",
    "group",
    "hospitals",
    *(f"credit_{name}" for name in COUNTED),
    *(f"debit_{name}" for name in COUNTED),
    "net",
)
SUMMARY = (
    "label",
    "recurring",
    *(f"credit_{name}" for name in COUNTED[:3]),
    *(f"debit_{name}" for name in COUNTED[:3]),
    "exempted",
    "net",
    *FEDERATIONS,
)


def _hospitals(tables: SmrTables, indices: Frame) -> Frame:
    """Who the amounts are about: identity, allocation, theoretical allocation, under- and over-funding."""
    territories = Territories(tables)
    allocation, target = tables.hospitals.floats("allocation"), indices.floats("target")
    neutral = _neutral(indices)
    return Frame(
        {
            "finess": tables.finess,
            "name": tables.hospitals.texts("name"),
            "kind": tables.hospitals.texts("kind"),
            "federation": tables.hospitals.texts("federation"),
            "departement": [territories.departement(code) for code in tables.hospitals.texts("territory")],
            "allocation": allocation,
            "target": target,
            "under": under_funding(allocation, target, neutral=neutral),
            "over": over_funding(allocation, target, neutral=neutral),
        }
    )


def _summary(one: Option, hospitals: Frame) -> dict[str, object]:
    everyone = np.ones(len(hospitals), dtype=bool)
    federations = np.array([name if name in FEDERATIONS else FEDERATIONS[-1] for name in hospitals.texts("federation")])
    return {
        "label": one.label,
        "recurring": one.row["recurring"],
        "exempted": len(one.exempt),
        **_counts(one, everyone),
        **{name: _total(one.outcome.amounts, federations == name) for name in FEDERATIONS},
    }


def _groups(one: Option, hospitals: Frame) -> Iterator[dict[str, object]]:
    yield {"label": one.label, "kind": "all", "group": "Région", **_counts(one, np.ones(len(hospitals), dtype=bool))}
    for kind in GROUPED_BY:
        for group, rows in groups(hospitals.texts(kind)).items():
            yield {"label": one.label, "kind": kind, "group": group or "Non renseigné", **_counts(one, rows)}


def _counts(one: Option, rows: Mask) -> dict[str, object]:
    """Number, total, mean, smallest and largest amount of those who receive and of those who pay."""
    found: dict[str, object] = {"hospitals": int(rows.sum()), "net": _total(one.outcome.amounts, rows)}
    for name, amounts in (("credit", one.outcome.credits), ("debit", one.outcome.debits)):
        moved = [amount for amount, inside in zip(amounts, rows.tolist(), strict=True) if inside and amount]
        total = sum(moved, Decimal(0))
        found[f"{name}_hospitals"] = len(moved)
        found[f"{name}_total"] = float(total)
        found[f"{name}_mean"] = float(total / len(moved)) if moved else float("nan")
        found[f"{name}_least"] = float(min(moved, key=abs)) if moved else float("nan")
        found[f"{name}_most"] = float(max(moved, key=abs)) if moved else float("nan")
    return found


def _total(amounts: tuple[Decimal, ...], rows: Mask) -> float:
    return float(sum((amount for amount, inside in zip(amounts, rows.tolist(), strict=True) if inside), Decimal(0)))
