"""Flow correction: from the need-weighted population of territories to the population each hospital really serves."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array, same_length


def weighted_activity(volumes: ArrayLike, form_weights: ArrayLike) -> Array:
    """Weighted activity W = Σ_f ω_f n_f.

    volumes: any shape whose last axis is the forms of care (patients, days or acts).
    form_weights: ω_f ≥ 0, one per form (weight per patient, day or act). Returns the shape of volumes without its last axis.
    Raises ModelError on missing or negative values, or when the last axis and the weights differ in length.
    Source: weighted active patients, survey annex and ARA slide 16 (domain, section 4).

    >>> weighted_activity([[10, 2], [0, 1]], [1, 5]).tolist()
    [20.0, 5.0]
    """
    with Arguments() as arguments:
        amounts = arguments.array("volumes", volumes, ndim=(1, 2, 3, 4), minimum=0)
        weights = arguments.array("poids des formes", form_weights, minimum=0)
        if amounts.ndim and amounts.shape[-1] != len(weights):
            arguments.fault("poids des formes", f"poids des formes : {amounts.shape[-1]} attendus, {len(weights)} trouvés.")
    return np.asarray(amounts @ weights)


def net_flow_rate(weight: ArrayLike, attraction: ArrayLike, leakage: ArrayLike) -> Array:
    """Net flow rate r_e = (attraction − leakage) / weight; age classes are added up before dividing.

    weight, attraction, leakage: weighted activity, one per hospital, or hospitals × age classes.
    weight is the hospital's own weighted activity, or the residents' consumption where the region chose that base.
    Returns one share per hospital (−0.2087 = −20.87 %).
    Raises ModelError on unequal shapes, missing or negative values, a weight of 0.
    Source: ARA slides 15 and 16 (domain, section 4).

    >>> net_flow_rate([[94087, 22374]], [[0, 0]], [[18409, 5893]]).round(4).tolist()
    [-0.2087]
    """
    with Arguments() as arguments:
        base = _by_hospital(arguments, "poids", weight)
        come = _by_hospital(arguments, "attractivité", attraction)
        gone = _by_hospital(arguments, "fuites", leakage)
        same_length(arguments, poids=base, attractivité=come, fuites=gone)
        ages = {np.shape(values)[1] for values in (weight, attraction, leakage) if np.ndim(values) == 2}
        if len(ages) > 1:
            arguments.fault("poids", "poids, attractivité et fuites : nombres de classes d'âge différents.")
        empty = [str(row + 1) for row in np.flatnonzero(base == 0)]
        if empty:
            arguments.fault("poids", f"poids : nul à la ligne {', '.join(empty)}. Renseigner l'activité.", empty)
    return np.asarray((come - gone) / base)


def _by_hospital(arguments: Arguments, name: str, values: ArrayLike) -> Array:
    array = arguments.array(name, values, ndim=(1, 2), minimum=0)
    return array.sum(axis=1) if array.ndim == 2 else array


def flow_corrected_population(population: ArrayLike, rate: ArrayLike) -> Array:
    """Flow-corrected population P_e = P'_z (1 + r_e).

    population: need-weighted inhabitants of each hospital's territory. rate: net flow rate (−0.2087 = −20.87 %).
    Returns inhabitants per hospital.
    Raises ModelError on unequal lengths, missing or negative populations, a rate of −100 % or lower (rows named).
    Source: ARA slide 16 (domain, section 4).

    >>> flow_corrected_population([1000], [-0.2]).tolist()
    [800.0]
    """
    with Arguments() as arguments:
        people = arguments.array("populations", population, minimum=0)
        rates = arguments.array("taux", rate, length=len(people))
        low = [str(row + 1) for row in np.flatnonzero(rates <= -1)]
        if low:
            arguments.fault("taux", f"taux de flux : −100 % ou moins à la ligne {', '.join(low)}. Vérifier l'activité.", low)
    return people * (1 + rates)


def contribution_population(population: ArrayLike, activity: ArrayLike, *, unserved: str = "error") -> Array:
    """Population served by contribution: c_ez = W_ez / Σ_e' W_e'z, P_e = Σ_z P'_z c_ez. It conserves Σ P.

    population: need-weighted inhabitants per zone; or zones × ages.
    activity: weighted activity, zones × hospitals; or zones × hospitals × ages.
    unserved: what to do with an inhabited zone (and age) without activity: "error" names it, "unassigned" leaves
    its population out (the caller reports the difference).
    Returns inhabitants per hospital. Raises ModelError on shapes that do not match, missing or negative values.
    Source: survey annex, "contributions à la prise en charge" (domain, section 4).

    >>> contribution_population([100, 50], [[3, 1], [0, 2]]).tolist()
    [75.0, 75.0]
    """
    with Arguments() as arguments:
        people = arguments.array("populations", population, ndim=(1, 2), minimum=0)
        care = arguments.array("activité", activity, ndim=(2, 3), length=len(people), minimum=0)
        by_age = care.ndim == 3
        if care.ndim != people.ndim + 1 or len(care) != len(people) or (by_age and care.shape[2] != people.shape[1]):
            arguments.fault(
                "activité",
                "activité : territoires × établissements attendus (ou territoires × établissements × âges "
                "avec des populations territoires × âges).",
            )
        else:
            _check_served(arguments, people, care, unserved)
    share = contribution_shares(care).reshape(*care.shape[:2], -1)
    return np.asarray(np.einsum("za,zea->e", people.reshape(len(people), -1), share))


def contribution_shares(activity: Array) -> Array:
    """c_ez = W_ez / Σ_e' W_e'z, 0 where a zone has no activity. activity: zones × hospitals, and × ages; same shape back.

    >>> contribution_shares(np.array([[3.0, 1.0], [0.0, 0.0]])).tolist()
    [[0.75, 0.25], [0.0, 0.0]]
    """
    total = activity.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(activity, total, out=np.zeros_like(activity), where=total > 0))


def unserved_zones(population: Array, activity: Array) -> NDArray[np.bool_]:
    """True for each zone with inhabitants (of some age) and no activity for them; shapes as `contribution_population`."""
    empty = (activity.sum(axis=1) == 0) & (population > 0)
    return np.asarray(empty.any(axis=1) if empty.ndim == 2 else empty)


def _check_served(arguments: Arguments, people: Array, care: Array, unserved: str) -> None:
    if unserved not in ("error", "unassigned"):
        arguments.fault("sans activité", f"sans activité : « error » ou « unassigned » attendu, « {unserved} » trouvé.")
    rows = [str(row + 1) for row in np.flatnonzero(unserved_zones(people, care))]
    if rows and unserved == "error":
        arguments.fault("activité", f"activité : aucune à la ligne {', '.join(rows)}, pourtant peuplée.", rows)
