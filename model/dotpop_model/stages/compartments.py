"""Compartments over tables: what the revenue of hospitals is made of, paediatrics apart."""

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.paediatrics import KIND, everyone
from dotpop_model.tables import Frame, groups
from dotpop_model.vocabulary import COMPARTMENTS, POPULATION

GROUPED_BY = ("kind", "federation", "segment")


def revenues(tables: SmrTables) -> tuple[Frame, Array]:
    """The hospitals, those outside the sharing included, and their revenue by compartment (hospitals × compartments, €).

    The population compartment is the allocation of the table of hospitals; what was not entered is missing (NaN).
    """
    hospitals = everyone(tables)
    place = {code: row for row, code in enumerate(hospitals.texts("finess"))}
    names = list(COMPARTMENTS)
    amounts = np.full((len(hospitals), len(names)), np.nan)
    amounts[:, names.index(POPULATION)] = hospitals.floats("allocation")
    for row in tables.financing.records():
        amounts[place[row["finess"]], names.index(row["compartment"])] = row["amount"]
    return hospitals, amounts


def check_financing(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """The population compartment is not entered twice."""
    doubled = sorted({row["finess"] for row in tables.financing.records() if row["compartment"] == POPULATION})
    if doubled:
        message = (
            f"Dotation populationnelle saisie dans Financements : {named(doubled)}. "
            "La retirer : elle est déjà dans la feuille Établissements."
        )
        raise ModelError([Fault(message, "financing", "finess", tuple(doubled))])


def compartment_frames(tables: SmrTables, hypotheses: SmrHypotheses) -> dict[str, Frame]:
    """Revenue by hospital and compartment, the structure of revenue by group, and paediatrics."""
    check_financing(tables, hypotheses)
    hospitals, amounts = revenues(tables)
    known = np.nan_to_num(amounts)
    total = known.sum(axis=1)
    codes = list(COMPARTMENTS.values())
    population = known[:, list(COMPARTMENTS).index(POPULATION)]
    share = np.divide(population, total, out=np.full(len(total), np.nan), where=total > 0)
    by_hospital = Frame(
        {
            **{name: hospitals.texts(name) for name in ("finess", "name", "kind", "federation")},
            **{code: amounts[:, place] for place, code in enumerate(codes)},
            "total": total,
            "population_share": share,
        }
    )
    return {
        "compartment_groups": _groups(hospitals, known),
        "paediatrics": _paediatrics(hospitals, amounts),
        "compartment_revenues": by_hospital,
    }


def _groups(hospitals: Frame, known: Array) -> Frame:
    codes = list(COMPARTMENTS.values())
    lines = [("all", "Région", np.ones(len(hospitals), dtype=bool))]
    for kind in GROUPED_BY:
        lines += [(kind, group or "Non renseigné", rows) for group, rows in groups(hospitals.texts(kind)).items()]
    rows = []
    for kind, group, inside in lines:
        sums = known[inside].sum(axis=0)
        total = float(sums.sum())
        shares = (sums / total).tolist() if total > 0 else [float("nan")] * len(codes)
        rows.append((kind, group, int(inside.sum()), total, *shares))
    return Frame.from_rows(("kind", "group", "hospitals", "total", *codes), rows)


def _paediatrics(hospitals: Frame, amounts: Array) -> Frame:
    """The hospitals that have a part of the paediatric pot, or are paediatric."""
    own = amounts[:, list(COMPARTMENTS.values()).index(KIND)]
    inside = np.isfinite(own) | np.array([kind == KIND for kind in hospitals.texts("kind")], dtype=bool)
    found, given = hospitals.where(inside), own[inside]
    total = float(np.nansum(given))
    return Frame(
        {
            **{name: found.texts(name) for name in ("finess", "name", "federation")},
            "amount": given,
            "share": given / total if total > 0 else np.full(len(given), np.nan),
        }
    )
