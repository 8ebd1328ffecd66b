"""Variance: which factor makes a result uncertain, alone and with the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dotpop_model.arrays import Array

Function = Callable[[Array], Array]
"""Scenarios in columns (d × n) → results in lines (s × n), finite."""


@dataclass(frozen=True, slots=True)
class Variance:
    """first, total: Sobol indices (s × d), NaN where a result does not vary. drawn: the results of the scenarios that were
    drawn independently (s × 2n)."""

    first: Array
    total: Array
    drawn: Array


def sobol(function: Function, ranges: Sequence[tuple[float, float]], *, draws: int, seed: int) -> Variance:
    """First-order and total Sobol indices of results, each factor uniform over its range, independent of the others.

    S_i = Var(E(Y | X_i)) / Var(Y), the share of the variance that factor i has alone; T_i = 1 − Var(E(Y | X_~i)) / Var(Y),
    alone or with others. function: called with n, n and n × d scenarios. ranges: d pairs (low, high). draws: n, 2^k.
    seed: the same gives the same. Estimator: Saltelli 2010, on a scrambled Sobol sequence (scipy).
    Source: Saltelli et al., Variance based sensitivity analysis of model output, 2010.
    """
    from scipy import stats

    seen: list[Array] = []

    def kept(scenarios: Array) -> Array:
        found = function(scenarios)
        seen.append(found.copy())  # scipy centres what it is given, in place
        return found

    uniform = [stats.uniform(low, high - low) for low, high in ranges]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = stats.sobol_indices(func=kept, n=draws, dists=uniform, rng=np.random.default_rng(seed))
    drawn = np.concatenate(seen[:2], axis=1)
    still = np.ptp(drawn, axis=1, keepdims=True) <= 1e-12 * np.abs(drawn).max(axis=1, keepdims=True)
    first, total = (np.where(still, np.nan, np.atleast_2d(one)) for one in (found.first_order, found.total_order))
    return Variance(first, total, drawn)
