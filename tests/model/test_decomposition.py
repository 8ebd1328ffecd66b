"""Decomposition of an index: the published example, sums that are exact, faults."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.decomposition import decompose, logarithmic_mean, shared_logarithm
from dotpop_model.errors import ModelError

positive = st.floats(1e-3, 1e3)


def test_ch_psy_owes_its_index_to_its_endowment_its_needs_and_its_flows() -> None:
    raw, weighted, served = 650_000, 650_000 * (1 - 0.014875), 506_714
    allocation, mean = 55_000_000, 132.55
    logarithms = {
        "dotation": [np.log(allocation / raw / mean)],
        "besoins": [np.log(raw / weighted)],
        "flux": [np.log(weighted / served)],
    }
    assert [round(float(value[0]), 4) for value in logarithms.values()] == [-0.4488, 0.0150, 0.2340]
    index = allocation / served / mean
    assert round(float(np.log(index)), 4) == -0.1998
    found = decompose([index], logarithms)
    assert sum(float(part[0]) for part in found.values()) == pytest.approx(index - 1, abs=1e-12)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [(1, 1, 1), (np.e, 1, np.e - 1), (1, np.e, np.e - 1), (1 + 1e-9, 1, 1 + 5e-10)],
    ids=["of one number", "of e and 1", "in the other order", "of two numbers that nearly meet"],
)
def test_the_logarithmic_mean(one: float, other: float, wanted: float) -> None:
    assert float(logarithmic_mean([one], [other])[0]) == pytest.approx(wanted, rel=1e-12)


@given(positive, positive)
def test_it_lies_between_the_geometric_and_the_arithmetic_mean(one: float, other: float) -> None:
    mean = float(logarithmic_mean([one], [other])[0])
    assert np.sqrt(one * other) * (1 - 1e-9) <= mean <= (one + other) / 2 * (1 + 1e-9)


@given(st.lists(positive, min_size=1, max_size=6))
def test_contributions_add_up_to_the_index_less_one(factors: list[float]) -> None:
    index = float(np.prod(factors))
    found = decompose([index], {str(place): [np.log(factor)] for place, factor in enumerate(factors)})
    whole = sum(float(part[0]) for part in found.values())
    assert whole == pytest.approx(index - 1, rel=1e-12, abs=1e-12 * max(1.0, max(abs(float(p[0])) for p in found.values())))


@given(st.lists(st.floats(-0.1, 0.3), min_size=1, max_size=8))
def test_a_sum_s_logarithm_is_shared_without_remainder(parts: list[float]) -> None:
    found = shared_logarithm([parts])
    assert float(found.sum()) == pytest.approx(float(np.log1p(sum(parts))), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: logarithmic_mean([0], [1]), "valeurs : valeur nulle ou négative à la ligne 1"),
        (lambda: shared_logarithm([[-0.5, -0.6]]), "−100 % ou moins à la ligne 1"),
        (lambda: decompose([2.0], {"dotation": [0.1]}), "ne redonnent pas l'indice à la ligne 1"),
        (lambda: decompose([1.0, 1.0], {"dotation": [0.0]}), "2 lignes attendues, 1 trouvées"),
    ],
    ids=["a number that is nil", "a sum of −100 %", "factors that do not give the index", "ranges that differ"],
)
def test_what_cannot_be_is_refused_in_words(call: object, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        call()  # type: ignore[operator]
