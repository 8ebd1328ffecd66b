"""The controls of SMR: options that balance, payments that add up, compartments."""

from collections.abc import Iterator, Mapping

import numpy as np

from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.controls import Context, Control, controls, equal
from dotpop_model.stages.paediatrics import everyone
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import COMPARTMENTS


def smr_controls(tables: SmrTables, hypotheses: SmrHypotheses, found: Mapping[str, Frame]) -> Frame:
    """The controls of every field, then those of SMR."""

    def further(context: Context) -> Iterator[Control]:
        yield from _sharing(tables)
        yield from _options(tables, found)
        yield from _transition(tables, found)
        yield from _payments(tables, found)
        yield from _compartments(tables, found)

    return controls(tables, hypotheses, found, [further])


def _sharing(tables: SmrTables) -> Iterator[Control]:
    yield Control("set_aside", "all", float("nan"), float(len(tables.set_aside)), "ES", "info")


def _options(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    summary = found["option_summary"].records() if len(found["option_summary"]) else []
    asked = {row["label"]: row for row in tables.options.records()} if len(tables.options) else {}
    for row in summary:
        declared = asked[row["label"]]
        yield equal("option_credits", row["label"], float(declared["amount"]), row["credit_total"], "€")
        new_money = row["credit_total"] if declared["payer"] == "growth" else 0.0
        yield equal("option_balance", row["label"], new_money, row["net"], "€")
    lines = found["option_amounts"]
    for label in asked:
        falls = int((lines.floats(label) + lines.floats("allocation") < 0).sum())
        if falls:
            yield Control("option_falls", label, 0.0, float(falls), "ES", "alert")


def _transition(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    if not len(tables.revenues):
        return
    silent = len(everyone(tables)) - len(tables.revenues)
    yield Control("revenues_missing", "all", 0.0, float(silent), "ES", "ok" if not silent else "warning")
    years = found["transition_years"]
    if len(years):
        last = float(years.floats("rate")[-1])
        yield Control("transition_ends", str(int(years["year"][-1])), 0.0, last, "%", "ok" if not last else "warning")


def _payments(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    pots, payments = found["circular_pots"], found["payments"]
    if not len(pots):
        return
    whole = float(pots["after"][-1])
    yield equal("payments_add_up", "all", whole, float(payments["total"].sum()) if len(payments) else 0.0, "€")
    months = np.sum([payments.floats(f"month_{month}") for month in range(1, 13)], axis=0) if len(payments) else np.zeros(0)
    delegated = found["delegated"].floats("total") if len(found["delegated"]) else np.zeros(0)
    wrong = int((np.abs(months - delegated) > 0.005).sum())
    yield Control("payments_by_hospital", "all", 0.0, float(wrong), "ES", "ok" if not wrong else "alert")
    silent = len(tables.hospitals) - len(payments)
    every = np.array([payments.floats(f"month_{month}") for month in range(1, 13)])
    negative = int((every < 0).any(axis=0).sum()) if len(payments) else 0
    yield Control("negative_payments", "all", 0.0, float(negative), "ES", "ok" if not negative else "warning")
    yield Control("hospitals_not_paid", "all", 0.0, float(silent), "ES", "ok" if not silent else "info")
    allocations = float(tables.hospitals.floats("allocation").sum())
    last_recurring = float(found["delegated"]["recurring"].sum()) if len(found["delegated"]) else 0.0
    yield equal("recurring_allocations", "all", allocations, last_recurring, "€", "info")


def _compartments(tables: SmrTables, found: Mapping[str, Frame]) -> Iterator[Control]:
    if not len(tables.financing):
        return
    whole = found["compartment_groups"].records()[0]
    expected = dict(zip(tables.compartments.texts("label"), tables.compartments.floats("share").tolist(), strict=True))
    for label, code in COMPARTMENTS.items():
        if label in expected:
            yield Control("compartment_share", label, expected[label], whole[code], "%", "info")
