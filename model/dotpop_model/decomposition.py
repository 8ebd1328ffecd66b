"""Decomposition: what an index owes to each of its factors, exactly."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Arguments, Array, same_length
from dotpop_model.errors import named

NEAR = 1e-6  # relative: under this, the logarithmic mean is taken by its series, where (a − b)/(ln a − ln b) loses digits


def logarithmic_mean(one: ArrayLike, other: ArrayLike) -> Array:
    """L(a, b) = (a − b) / (ln a − ln b), and a where a = b: what turns a difference of logarithms into a difference.

    one, other: n positive numbers. Returns n numbers. Raises ModelError on missing or non-positive numbers.
    Source: additive decomposition by the logarithmic mean Divisia index (LMDI); the slides give no method: a hypothesis.

    >>> logarithmic_mean([2.0, 1.0], [1.0, 1.0]).round(4).tolist()
    [1.4427, 1.0]
    """
    with Arguments() as arguments:
        a = arguments.array("valeurs", one, positive=True)
        b = arguments.array("références", other, positive=True)
        same_length(arguments, valeurs=a, références=b)
    gap = np.log(a) - np.log(b)
    near = np.abs(gap) < NEAR
    series = np.sqrt(a * b) * (1 + gap**2 / 24)  # √(ab) · sinh(u/2) / (u/2), u = ln a − ln b
    return np.where(near, series, np.divide(a - b, gap, out=np.ones_like(a), where=~near))


def shared_logarithm(parts: ArrayLike) -> Array:
    """ln(1 + Σ_k u_k) shared among the terms of the sum: u_k / L(1 + Σu, 1) (n × K).

    parts: n × K numbers u_k (an indicator's part of a composite index, an age class's part of a flow rate), 1 + Σ u > 0.
    Returns n × K numbers; their sum over k is ln(1 + Σ u). Raises ModelError on missing values or 1 + Σ u ≤ 0.

    >>> shared_logarithm([[0.2, -0.1]]).round(4).tolist()
    [[0.1906, -0.0953]]
    """
    with Arguments() as arguments:
        terms = arguments.array("parts", parts, ndim=2)
        low = [row + 1 for row in np.flatnonzero(1 + terms.sum(axis=1) <= 0).tolist()] if terms.ndim == 2 else []
        if low:
            arguments.fault("parts", f"parts : leur somme est de −100 % ou moins à la ligne {named(low)}.", low)
    whole = 1 + terms.sum(axis=1)
    return np.asarray(terms / logarithmic_mean(whole, np.ones_like(whole))[:, None])


def factors(
    allocation: ArrayLike, residents: ArrayLike, weighted: ArrayLike, served: ArrayLike, mean: float
) -> tuple[Array, Array, Array]:
    """ln I as three parts (n each): endowment ln(D / (P μ)), needs ln(P / P'), flows ln(P' / P_e).

    allocation: D_e (€), > 0. residents: P, inhabitants of the hospital's territory. weighted: P', need-weighted. served:
    P_e, flow-corrected; all > 0. mean: μ (€ per inhabitant), > 0. Raises ModelError on missing or non-positive numbers.
    Source: I = (D / P_e) / μ (slide 16) as a product of three ratios.

    >>> [round(float(part[0]), 4) for part in factors([55e6], [650_000], [640_331], [506_714], 132.55)]
    [-0.4488, 0.015, 0.234]
    """
    with Arguments() as arguments:
        named_arrays = {
            name: arguments.array(name, values, positive=True)
            for name, values in (
                ("dotations", allocation),
                ("habitants", residents),
                ("populations pondérées", weighted),
                ("populations desservies", served),
            )
        }
        same_length(arguments, **named_arrays)
        if not mean > 0:
            arguments.fault("moyenne", "moyenne : un montant positif est attendu.")
    money, people, need, given = named_arrays.values()
    return np.log(money / people / mean), np.log(people / need), np.log(need / given)


def decompose(index: ArrayLike, logarithms: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Contributions that add up to I − 1: c_k = L(I, 1) · l_k, where Σ_k l_k = ln I.

    index: n indices, > 0. logarithms: factor → its part l_k of ln I (n each). Returns factor → n contributions to I − 1.
    Raises ModelError on missing values, or logarithms that do not add up to that of the index (1e-9).
    Source: additive LMDI. Worked example, CH PSY: −0.4488 + 0.0150 + 0.2340 = −0.1998 = ln 0.8189 (domain, section 8).

    >>> found = decompose([0.8189], {"dotation": [-0.4488], "besoins": [0.0150], "flux": [np.log(0.8189) + 0.4338]})
    >>> [round(float(part[0]), 4) for part in found.values()]
    [-0.4068, 0.0136, 0.2121]
    """
    with Arguments() as arguments:
        found = arguments.array("indices", index, positive=True)
        parts = {name: arguments.array(name, values, length=len(found)) for name, values in logarithms.items()}
        if not arguments.faults:
            gap = np.sum(list(parts.values()), axis=0) - np.log(found)
            wrong = [str(row + 1) for row in np.flatnonzero(np.abs(gap) > 1e-9)]
            if wrong:
                arguments.fault("logarithmes", f"les facteurs ne redonnent pas l'indice à la ligne {', '.join(wrong)}.")
    mean = logarithmic_mean(found, np.ones_like(found))
    return {name: np.asarray(mean * values) for name, values in parts.items()}
