"""The national step: theoretical allocations by parts, and growth without any loser."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.criteria import criterion_share
from dotpop_model.errors import ModelError
from dotpop_model.national import gaps, modulated_growth, theoretical_allocations


def test_the_five_criteria_of_the_decree_give_back_the_total() -> None:
    people, minors = np.array([8e6, 5e6, 2e6]), np.array([1.8e6, 1.0e6, 0.4e6])
    shares = [
        criterion_share(people - minors + 2.35 * minors, people),
        criterion_share([22, 30, 12], people, direction=-1, measure="rate"),
        criterion_share([0.12, 0.17, 0.14], people, measure="rate"),
        criterion_share([2.2, 2.1, 2.2], people, measure="rate"),
        criterion_share([9_000, 7_000, 1_500], people, direction=-1),
    ]
    found = theoretical_allocations(1e9, [0.80, 0.05, 0.09, 0.01, 0.05], np.column_stack(shares))
    assert found.sum() == pytest.approx(1e9, abs=1e-3)
    assert found[0] > found[1] > found[2]


def test_parts_weigh_by_their_economic_volume() -> None:
    assert theoretical_allocations(1000, [0.6, 0.4], [[0.5, 0.25], [0.5, 0.75]]).tolist() == [400, 600]
    assert theoretical_allocations(1000, [1.0, 0.0], [[0.5, 0.25], [0.5, 0.75]]).tolist() == [500, 500]


@pytest.mark.parametrize(
    ("strength", "guaranteed", "wanted"),
    [
        pytest.param(0, 0, ["5.00", "5.00"], id="without modulation, the same rate for all"),
        pytest.param(5, 0, ["7.50", "2.50"], id="the one under its needs grows faster"),
        pytest.param(5, 0.5, ["6.25", "3.75"], id="half of the growth is the same rate for all"),
        pytest.param(5, 1, ["5.00", "5.00"], id="all of it"),
        pytest.param(20, 0, ["10.00", "0.00"], id="so strong that the other does not grow: it does not fall either"),
        pytest.param(20, 0.2, ["9.00", "1.00"], id="but what is guaranteed"),
    ],
)
def test_growth_follows_the_gaps(strength: float, guaranteed: float, wanted: list[str]) -> None:
    found = modulated_growth([100, 100], [110, 90], 10, strength=strength, guaranteed=guaranteed)
    assert found == tuple(Decimal(text) for text in wanted)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: theoretical_allocations(1, [0.5, 0.4], [[1, 1]]), r"poids : leur somme est 0,9", id="weights"),
        pytest.param(lambda: theoretical_allocations(1, [1.0], [[0.5], [0.4]]), r"colonne 1 : 0,9", id="shares"),
        pytest.param(lambda: theoretical_allocations(1, [1.0], [[0.5, 0.5]]), "1 volets attendus, 2 colonnes", id="shapes"),
        pytest.param(
            lambda: theoretical_allocations(1, [1.0], [0.5, 0.5]), r"parts : 2 dimension\(s\) attendue", id="no columns"
        ),
        pytest.param(lambda: theoretical_allocations(1, [], [[], []]), "poids : leur somme est 0,", id="no part"),
        pytest.param(
            lambda: gaps([0, 1], [1, 1]), "dotations : valeur nulle ou négative à la ligne 1", id="a region without anything"
        ),
        pytest.param(lambda: gaps([0, 1], [1, 1], ids=["93", "84"]), "à la ligne 93", id="a region by its code"),
        pytest.param(lambda: modulated_growth([1], [1], -1), "croissance", id="a fall"),
        pytest.param(lambda: modulated_growth([1], [1], 1, guaranteed=1.5), "part garantie", id="more than all guaranteed"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call: object, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        call()  # type: ignore[operator]


regions = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), min_size=1, max_size=18)


@given(regions, st.integers(0, 10**9), st.floats(0, 50), st.floats(0, 1))
def test_no_region_loses_and_the_growth_is_spent_to_the_cent(
    amounts: list[tuple[int, int]], growth: int, strength: float, guaranteed: float
) -> None:
    have, want = zip(*amounts, strict=True)
    found = modulated_growth(have, want, growth, strength=strength, guaranteed=guaranteed)
    assert sum(found) == growth
    assert all(one >= 0 for one in found)


def test_every_fault_of_a_growth_is_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        modulated_growth([0, 100], [100, 100], -1, strength=-1, guaranteed=2, ids=["93", "84"])
    assert [fault.column for fault in caught.value.faults] == ["intensité", "part garantie", "croissance", "dotations"]
