"""National step over tables: the theoretical allocation of each region, and growth that moves it there."""

import numpy as np

from dotpop_model import national
from dotpop_model.arrays import Array
from dotpop_model.criteria import Measure, criterion_share
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables
from dotpop_model.weighting import WEIGHTS_TOLERANCE

STEP = "Étape nationale"
INHABITANTS = "inhabitants"
ALLOCATIONS = ("region", "name", "allocation", "theoretical", "gap", "gap_rate", "growth", "growth_rate", "after")
SHARES = ("region", "name", "part", "weight", "share", "amount")
PLACES = {"dotations": ("regions", "allocation"), "populations": ("regions", "adults")}


def theoretical(tables: Tables, hypotheses: Hypotheses) -> tuple[Frame, Frame]:
    """Each region's theoretical allocation, gap and growth; and its share of each part (no region: empty frames).

    T_r = Σ D · Σ_p w_p Σ_k v_kp s_rk: w_p the parts' economic volumes over their sum, v_kp the weight of criterion k in its
    part, s_rk the region's share of it (`criterion_share`). Growth as `modulated_growth` (nil when none is given).
    Raises ModelError with every fault of the parts, the weights and the values.
    Source: PACA 2024, « construction des dotations théoriques régionales »; arrêté of 31 December 2022 (domain, 3 and 7).
    """
    regions = tables.regions
    if not len(regions):
        return Frame.from_rows(ALLOCATIONS, []), Frame.from_rows(SHARES, [])
    _check(tables)
    volumes = tables.national_parts.floats("volume")
    weights, shares = volumes / volumes.sum(), _part_shares(tables, hypotheses)
    have = regions.floats("allocation")
    with located(PLACES):
        want = national.theoretical_allocations(float(have.sum()), weights, shares)
        gap = national.gaps(have, want, ids=regions.texts("region"))
        growth = _growth(hypotheses, have, want, regions.texts("region"))
    columns = (want, want - have, gap, growth, growth / have, have + growth)
    named_columns = zip(ALLOCATIONS[3:], columns, strict=True)
    identity = {"region": regions.texts("region"), "name": regions.texts("name"), "allocation": have}
    return Frame({**identity, **dict(named_columns)}), _share_frame(tables, weights, shares)


def _share_frame(tables: Tables, weights: Array, shares: Array) -> Frame:
    """A line per region and part: its weight, the region's share of it, and what that makes (€)."""
    regions = tables.regions
    total = regions.floats("allocation").sum()
    rows = [
        (code, name, part, float(weights[place]), float(share[place]), float(total * weights[place] * share[place]))
        for code, name, share in zip(regions.texts("region"), regions.texts("name"), shares, strict=True)
        for place, part in enumerate(tables.national_parts.texts("part"))
    ]
    return Frame.from_rows(SHARES, rows)


def _growth(hypotheses: Hypotheses, have: Array, want: Array, codes: list[str]) -> Array:
    shared = national.modulated_growth(
        have,
        want,
        hypotheses.national_growth or 0,
        strength=hypotheses.national_strength,
        guaranteed=hypotheses.national_guaranteed,
        ids=codes,
    )
    return np.array([float(share) for share in shared])


def _part_shares(tables: Tables, hypotheses: Hypotheses) -> Array:
    """Regions × parts: the share of each region in each part. A criterion without weight is not looked at."""
    regions, parts = tables.regions, tables.national_parts.texts("part")
    adults, minors = regions.floats("adults"), regions.floats("minors")
    shares, faults = np.zeros((len(regions), len(parts))), list[Fault]()
    for row in tables.national_criteria.records():
        if not row["weight"]:
            continue
        code, own = row["criterion"], row["measure"] == INHABITANTS
        try:
            with located({code: ("regions", "adults" if own else code), "populations": ("regions", "adults")}):
                found = criterion_share(
                    adults + hypotheses.national_minors * minors if own else regions.floats(code),
                    adults + minors,
                    direction=int(row["direction"]),
                    measure=Measure.COUNT if own else row["measure"],
                    name=code,
                    ids=regions.texts("region"),
                )
        except ModelError as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        shares[:, parts.index(row["part"])] += row["weight"] * found
    if faults:
        raise ModelError(faults)
    return shares


def _check(tables: Tables) -> None:
    """The parts have a volume, and the weights of the criteria make 100 % of each part."""
    parts, criteria = tables.national_parts, tables.national_criteria
    volumes = dict(zip(parts.texts("part"), parts.floats("volume").tolist(), strict=True))
    blank = [part for part, volume in volumes.items() if np.isnan(volume)]
    faults = []
    if blank:
        told = f"volets sans volume : {named(blank)}. Renseigner leur volume économique (0 s'il est nul)."
        faults.append(Fault(f"{STEP} : {told}", "national_parts", "volume", tuple(blank)))
    elif not sum(volumes.values()) > 0:
        told = "aucun volet de volume positif. Compléter le tableau des volets, ou vider celui des régions."
        faults.append(Fault(f"{STEP} : {told}", "national_parts", "volume"))
    sums = dict.fromkeys(volumes, 0.0)
    for part, weight in zip(criteria.texts("part"), criteria.floats("weight").tolist(), strict=True):
        sums[part] = sums.get(part, 0.0) + weight
    unknown = [part for part in sums if part not in volumes]
    if unknown:
        told = f"critères de volets inconnus : {named(unknown)}. Corriger le volet, ou l'ajouter au tableau des volets."
        faults.append(Fault(f"{STEP} : {told}", "national_criteria", "part", tuple(unknown)))
    wrong = [part for part in volumes if abs(sums[part] - 1) > WEIGHTS_TOLERANCE]
    if wrong:
        told = f"les poids des critères ne font pas 100 % dans {named(wrong)}. Corriger les poids."
        place = ("national_criteria", "part") if len(criteria) else ("national_parts", "part")
        faults.append(Fault(f"{STEP} : {told}", *place, tuple(wrong)))
    if faults:
        raise ModelError(faults)
