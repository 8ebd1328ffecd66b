"""Paediatrics: hospitals that have their own pot stand outside the sharing."""

from dataclasses import replace

import numpy as np

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.tables import Frame

KIND = "paediatrics"


def inside_sharing(tables: SmrTables, hypotheses: SmrHypotheses) -> SmrTables:
    """The inputs without the paediatric hospitals (kept as `set_aside`) and their activity; all when the region shares them.

    Source: PACA 2024, « la logique de rattrapage est difficilement applicable » to paediatrics (domain, section 7).
    """
    if not hypotheses.paediatrics_apart:
        return tables
    apart = np.array([kind == KIND for kind in tables.hospitals.texts("kind")], dtype=bool)
    if not apart.any():
        return tables
    codes = {code for code, out in zip(tables.finess, apart.tolist(), strict=True) if out}
    return replace(
        tables,
        hospitals=tables.hospitals.where(~apart),
        set_aside=tables.hospitals.where(apart),
        activity=_without(tables.activity, codes),
    )


def everyone(tables: SmrTables) -> Frame:
    """The hospitals, those outside the sharing included."""
    if not len(tables.set_aside):
        return tables.hospitals
    return Frame.stacked([tables.hospitals, tables.set_aside])


def _without(frame: Frame, codes: set[str]) -> Frame:
    if "finess" not in frame:
        return frame
    return frame.where(np.array([code not in codes for code in frame.texts("finess")], dtype=bool))


def check_set_aside(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the paediatric hospitals that have a part of the pot, or that an exemption or a circular names."""
    if not len(tables.set_aside):
        return
    codes, amounts = tables.set_aside.texts("finess"), tables.set_aside.floats("allocation").tolist()
    paid = [code for code, amount in zip(codes, amounts, strict=True) if amount]
    faults = []
    if paid:
        message = (
            f"Établissements de pédiatrie avec une dotation populationnelle : {named(paid)}. "
            "Mettre 0 (leur dotation va dans Financements), ou PED_HORS_PARTAGE à NON."
        )
        faults.append(Fault(message, "hospitals", "allocation", tuple(paid)))
    for table, frame in (("exemptions", tables.exemptions), ("delegations", tables.delegations)):
        named_there = sorted(set(codes) & set(frame.texts("finess"))) if "finess" in frame else []
        if named_there:
            message = f"Établissements de pédiatrie, hors du partage : {named(named_there)}. Retirer ces lignes."
            faults.append(Fault(message, table, "finess", tuple(named_there)))
    if faults:
        raise ModelError(faults)
