"""Paediatrics: hospitals that have their own pot stand outside the sharing."""

from dataclasses import replace

import numpy as np

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.tables import Frame

KIND = "paediatrics"


def inside_sharing(tables: SmrTables, hypotheses: SmrHypotheses) -> SmrTables:
    """The inputs without the paediatric hospitals (kept as `set_aside`) and their activity; all when the region shares them.

    Raises ModelError when no hospital is left.
    Source: PACA 2024, « la logique de rattrapage est difficilement applicable » to paediatrics (domain, section 7).
    """
    apart = np.array([kind == KIND for kind in tables.hospitals.texts("kind")], dtype=bool)
    if not hypotheses.paediatrics_apart or not apart.any():
        return tables
    codes = set(tables.hospitals.where(apart).texts("finess"))
    if apart.all():
        told = "Aucun établissement dans le partage : tous sont de pédiatrie"
        message = f"{told}. En ajouter d'autres, ou mettre PED_HORS_PARTAGE à NON."
        raise ModelError([Fault(message, "hospitals", "kind", tuple(tables.finess))])
    kept = np.array([code not in codes for code in tables.activity.texts("finess")], dtype=bool)
    return replace(
        tables,
        hospitals=tables.hospitals.where(~apart),
        set_aside=tables.hospitals.where(apart),
        activity=tables.activity.where(kept),
    )


def everyone(tables: SmrTables) -> Frame:
    """The hospitals, then those outside the sharing."""
    return Frame.stacked([tables.hospitals, tables.set_aside]) if len(tables.set_aside) else tables.hospitals


def check_set_aside(tables: SmrTables, hypotheses: SmrHypotheses) -> None:
    """Faults of the paediatric hospitals that have a part of the pot, or that an exemption or a circular names."""
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
        named_there = sorted(set(codes) & set(frame.texts("finess")))
        if named_there:
            message = f"Établissements de pédiatrie, hors du partage : {named(named_there)}. Retirer ces lignes."
            faults.append(Fault(message, table, "finess", tuple(named_there)))
    if faults:
        raise ModelError(faults)
