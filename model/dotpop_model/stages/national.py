"""National step over tables: the theoretical allocation of each region, and growth that moves it there."""

import numpy as np

from dotpop_model import national
from dotpop_model.arrays import Array
from dotpop_model.criteria import criterion_share
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables
from dotpop_model.weighting import WEIGHTS_TOLERANCE

INHABITANTS = "inhabitants"
ALLOCATIONS = ("region", "name", "allocation", "theoretical", "gap", "gap_rate", "growth", "growth_rate", "after")
SHARES = ("region", "name", "part", "weight", "share", "amount")
PLACES = {"dotations": ("regions", "allocation"), "populations": ("regions", "adults")}


def theoretical(tables: Tables, hypotheses: Hypotheses) -> tuple[Frame, Frame]:
    """Each region's theoretical allocation, gap and growth; and its share of each part (empty tables: empty frames).

    T_r = Σ D · Σ_p w_p Σ_k v_kp s_rk: w_p the parts' economic volumes over their sum, v_kp the weight of criterion k in its
    part, s_rk the region's share of it (`criterion_share`). Growth as `modulated_growth` (nil when none is given).
    Source: PACA 2024, « construction des dotations théoriques régionales »; arrêté of 31 December 2022 (domain, 3 and 7).
    """
    regions, parts = tables.regions, tables.national_parts
    if not len(regions):
        return Frame.from_rows(ALLOCATIONS, []), Frame.from_rows(SHARES, [])
    _check(tables)
    volumes = parts.floats("volume")
    weights = volumes / volumes.sum()
    shares = _part_shares(tables, hypotheses)
    have = regions.floats("allocation")
    with located(PLACES):
        want = national.theoretical_allocations(float(have.sum()), weights, shares)
        gap = national.gaps(have, want)
        growth = _growth(hypotheses, have, want, regions.texts("region"))
    allocations = Frame(
        {
            "region": regions.texts("region"),
            "name": regions.texts("name"),
            "allocation": have,
            "theoretical": want,
            "gap": want - have,
            "gap_rate": gap,
            "growth": growth,
            "growth_rate": growth / have,
            "after": have + growth,
        }
    )
    rows = [
        (
            code,
            name,
            part,
            float(weights[place]),
            float(shares[row, place]),
            float(have.sum() * weights[place] * shares[row, place]),
        )
        for row, (code, name) in enumerate(zip(regions.texts("region"), regions.texts("name"), strict=True))
        for place, part in enumerate(parts.texts("part"))
    ]
    return allocations, Frame.from_rows(SHARES, rows)


def _growth(hypotheses: Hypotheses, have: Array, want: Array, codes: list[str]) -> Array:
    if not hypotheses.national_growth:
        return np.zeros(len(have))
    shared = national.modulated_growth(
        have,
        want,
        hypotheses.national_growth,
        strength=hypotheses.national_strength,
        guaranteed=hypotheses.national_guaranteed,
        ids=codes,
    )
    return np.array([float(share) for share in shared])


def _part_shares(tables: Tables, hypotheses: Hypotheses) -> Array:
    """Regions × parts: the share of each region in each part."""
    regions, criteria = tables.regions, tables.national_criteria
    people = regions.floats("adults") + hypotheses.national_minors * regions.floats("minors")
    inhabitants = regions.floats("adults") + regions.floats("minors")
    parts = tables.national_parts.texts("part")
    shares = np.zeros((len(regions), len(parts)))
    for row in criteria.records():
        code, own = row["criterion"], row["measure"] == INHABITANTS
        values = people if own else regions.floats(code)
        with located({"critère": ("regions", "adults" if own else code), "populations": ("regions", "adults")}):
            found = criterion_share(
                values, inhabitants, direction=int(row["direction"]), measure="count" if own else row["measure"], name=code
            )
        shares[:, parts.index(row["part"])] += row["weight"] * found
    return shares


def _check(tables: Tables) -> None:
    faults = []
    parts, criteria = tables.national_parts, tables.national_criteria
    blank = (
        [part for part, volume in zip(parts.texts("part"), parts.floats("volume"), strict=True) if np.isnan(volume)]
        if len(parts)
        else []
    )
    if blank:
        message = (
            f"Étape nationale : volets sans volume : {named(blank)}. Renseigner leur volume économique (0 s'il est nul)."
        )
        faults.append(Fault(message, "national_parts", "volume", tuple(blank)))
    elif not len(parts) or not parts.floats("volume").sum() > 0:
        message = (
            "Étape nationale : aucun volet de volume positif. Compléter le tableau des volets, ou vider celui des régions."
        )
        faults.append(Fault(message, "national_parts", "volume"))
    sums = dict.fromkeys(parts.texts("part"), 0.0)
    if len(criteria):
        for part, weight in zip(criteria.texts("part"), criteria.floats("weight").tolist(), strict=True):
            sums[part] = sums.get(part, 0.0) + weight
    wrong = [part for part, weight in sums.items() if abs(weight - 1) > WEIGHTS_TOLERANCE]
    if wrong:
        message = f"Étape nationale : les poids des critères ne font pas 100 % dans {named(wrong)}. Corriger les poids."
        faults.append(Fault(message, "national_criteria" if len(criteria) else "national_parts", "part", tuple(wrong)))
    if faults:
        raise ModelError(faults)
