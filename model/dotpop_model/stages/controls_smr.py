"""The controls of SMR: options that balance, payments that add up, compartments."""

from collections.abc import Iterator, Mapping

import numpy as np

from dotpop_model.options import Key, Payer
from dotpop_model.payments import MONTHS
from dotpop_model.sharing import HALF_CENT
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.controls import Context, Control, controls, equal
from dotpop_model.stages.paediatrics import everyone
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import COMPARTMENTS


def smr_controls(tables: SmrTables, hypotheses: SmrHypotheses, found: Mapping[str, Frame]) -> Frame:
    """The controls of every field, then those of SMR."""

    def further(context: Context) -> Iterator[Control]:
        yield from _sharing(tables)
        yield from _options(tables, hypotheses, found)
        yield from _transition(tables, found)
        yield from _payments(tables, found)
        yield from _compartments(tables, found)

    return controls(tables, hypotheses, found, [further])


def _sharing(tables: SmrTables) -> Iterator[Control]:
    yield Control("set_aside", "all", float("nan"), float(len(tables.set_aside)), "ES", "info")


def _options(tables: SmrTables, hypotheses: SmrHypotheses, found: Mapping[str, Frame]) -> Iterator[Control]:
    lines = found["option_amounts"]
    for row, declared in zip(found["option_summary"].records(), tables.options.records(), strict=True):
        label, amount = row["label"], float(declared["amount"])
        part_of_step = abs(amount - row["credit_total"]) < float(hypotheses.notified_step)  # cents, when euros are notified
        yield equal("option_credits", label, amount, row["credit_total"], "€", "info" if part_of_step else "alert")
        new_money = row["credit_total"] if declared["payer"] == Payer.GROWTH else 0.0
        yield equal("option_balance", label, new_money, row["net"], "€")
        falls = int((lines.floats(label) + lines.floats("allocation") < -HALF_CENT).sum())
        if falls:
            yield Control("option_falls", label, 0.0, float(falls), "ES", "alert")
        beyond = int((lines.floats(label) > lines.floats("under") + HALF_CENT).sum())
        if beyond and declared["key"] == Key.UNDER_FUNDING:
            yield Control("option_beyond", label, 0.0, float(beyond), "ES", "warning")


def _transition(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    if not len(tables.revenues):
        return
    silent = len(everyone(tables)) - len(tables.revenues)
    yield _none("revenues_missing", silent, "ES", "warning")
    years = found["transition_years"]
    if len(years):
        last = float(years.floats("rate")[-1])
        yield Control("transition_ends", str(int(years["year"][-1])), 0.0, last, "%", "ok" if not last else "warning")


def _payments(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    pots, payments, delegated = found["circular_pots"], found["payments"], found["delegated"]
    if not len(pots):
        return
    by_month = np.array([payments.floats(f"month_{month}") for month in range(1, MONTHS + 1)])
    yield equal("payments_add_up", "all", float(pots["after"][-1]), float(payments.floats("total").sum()), "€")
    wrong = int((np.abs(by_month.sum(axis=0) - delegated.floats("total")) > HALF_CENT).sum())
    yield _none("payments_by_hospital", wrong, "ES", "alert")
    yield _none("negative_payments", int((by_month < 0).any(axis=0).sum()), "ES", "warning")
    yield _none("hospitals_not_paid", len(tables.hospitals) - len(payments), "ES", "info")
    allocations = float(tables.hospitals.floats("allocation").sum())
    yield equal("recurring_allocations", "all", allocations, float(delegated.floats("recurring").sum()), "€", "info")


def _none(code: str, number: int, unit: str, otherwise: str) -> Control:
    """OK when there is none."""
    return Control(code, "all", 0.0, float(number), unit, otherwise if number else "ok")


def _compartments(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    if not len(tables.financing):
        return
    whole = found["compartment_groups"].records()[0]
    expected = dict(zip(tables.compartments.texts("label"), tables.compartments.floats("share").tolist(), strict=True))
    for label, code in COMPARTMENTS.items():
        if label in expected:
            yield Control("compartment_share", label, expected[label], whole[code], "%", "info")
