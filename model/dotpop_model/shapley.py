"""Shapley value: what a change owes to each of several groups of causes, exactly, whatever the order they are changed in."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from dotpop_model.arrays import Array


def shapley(groups: Sequence[str], value: Callable[[frozenset[str]], ArrayLike]) -> dict[str, Array]:
    """φ_k = Σ over S not holding k of |S|! (n − |S| − 1)! / n! · (v(S ∪ {k}) − v(S)): the mean, over the n! orders in which
    the groups can be changed one after the other, of what changing k then does.

    groups: n different names. value: v(S), the quantities (an array, the same shape for every S) where the groups of S are
    changed and the others are not; asked once for each of the 2^n sets. Returns group → its part, of that shape; the parts
    add up to v(all) − v(none), but for the last bits of floats. A quantity that is missing (NaN) in one set is missing in
    every part. What `value` raises goes through.
    Source: L. S. Shapley, "A Value for n-Person Games" (1953); the slides give no method: a hypothesis.

    A product of two numbers, 2 × 3 becoming 4 × 5: both changes together bring 14.

    >>> found = shapley(["a", "b"], lambda changed: (4 if "a" in changed else 2) * (5 if "b" in changed else 3))
    >>> {name: float(part) for name, part in found.items()}
    {'a': 8.0, 'b': 6.0}
    """
    known = {subset: np.asarray(value(subset), dtype=np.float64) for subset in _subsets(groups)}
    count = len(groups)
    parts = {}
    for group in groups:
        others = [one for one in groups if one != group]
        terms = [
            factorial(len(subset)) * factorial(count - len(subset) - 1) * (known[subset | {group}] - known[subset])
            for subset in _subsets(others)
        ]
        parts[group] = np.asarray(np.sum(terms, axis=0) / factorial(count))
    return parts


def _subsets(groups: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(chosen) for size in range(len(groups) + 1) for chosen in combinations(groups, size)]


def mean_absolute_parts(parts: Mapping[str, ArrayLike]) -> dict[str, float]:
    """m_k = mean over e of sign(Σ_k φ_ke) · φ_ke: what each group brings to the mean absolute change.

    parts: group → n changes φ_k, n ≥ 1, none missing. Returns group → m_k in the same unit: below nil for a group that holds
    the changes back. They add up to the mean of |Σ_k φ_k|.

    Two hospitals change by 3 − 1 = 2 and by −4: the mean absolute change is 3.

    >>> mean_absolute_parts({"data": [3.0, -4.0], "money": [-1.0, 0.0]})
    {'data': 3.5, 'money': -0.5}
    """
    arrays = {name: np.asarray(part, dtype=np.float64) for name, part in parts.items()}
    sign = np.sign(np.sum(list(arrays.values()), axis=0))
    return {name: float(np.mean(sign * part)) for name, part in arrays.items()}
