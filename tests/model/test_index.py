"""Funding index: allocation per head against the mean, bands, groups, and the worked example from end to end."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.flows import flow_corrected_population, net_flow_rate
from dotpop_model.index import funding_index, group_index, position, regional_mean
from dotpop_model.weighting import weighted_population

NAN = float("nan")


@pytest.mark.parametrize(
    ("allocation", "population", "mean"),
    [
        pytest.param([100, 300], [1, 3], 100, id="equal allocations per head"),
        pytest.param([100, 300], [1, 1], 200, id="the mean is the sum over the sum"),
        pytest.param([100, 0], [1, 3], 25, id="a hospital without allocation counts for its inhabitants"),
        pytest.param([100, 60], [2, 0], 80, id="a hospital without inhabitants counts for its allocation"),
    ],
)
def test_regional_mean_by_hand(allocation: Any, population: Any, mean: float) -> None:
    assert regional_mean(allocation, population) == pytest.approx(mean)


@pytest.mark.parametrize(
    ("allocation", "population", "mean", "index"),
    [
        pytest.param([80, 120], [1, 1], None, [0.8, 1.2], id="against the mean of the rows"),
        pytest.param([80, 360], [1, 3], None, [8 / 11, 12 / 11], id="the mean of the rows is weighted by inhabitants"),
        pytest.param([80, 120], [1, 1], 200, [0.4, 0.6], id="against a given mean"),
        pytest.param([80, 120], [1, 1], [80, 60], [1, 2], id="against the mean of each one's segment"),
        pytest.param([0, 200], [1, 1], None, [0, 2], id="no allocation is an index of 0"),
    ],
)
def test_funding_index_by_hand(allocation: Any, population: Any, mean: Any, index: list[float]) -> None:
    assert funding_index(allocation, population, mean).tolist() == pytest.approx(index)


@pytest.mark.parametrize(
    ("index", "bounds", "word"),
    [
        pytest.param(0.9499999, (), "under", id="just under 0.95, not rounded: under-funded"),
        pytest.param(0.95, (), "neutral", id="0.95 itself is neutral"),
        pytest.param(1.0, (), "neutral", id="the mean is neutral"),
        pytest.param(1.05, (), "neutral", id="1.05 itself is neutral"),
        pytest.param(1.0500001, (), "over", id="just over 1.05, not rounded: over-funded"),
        pytest.param(0.96, (0.97, 1.03), "under", id="the lower bound is a parameter"),
        pytest.param(1.04, (0.97, 1.03), "over", id="the upper bound is a parameter"),
        pytest.param(1.0, (1.0, 1.0), "neutral", id="the band may be a single point"),
    ],
)
def test_position_by_hand(index: float, bounds: tuple[float, ...], word: str) -> None:
    assert position([index], *bounds).tolist() == [word]


@pytest.mark.parametrize(
    ("allocation", "population", "mean", "index"),
    [
        pytest.param([100, 300], [1, 2], [100, 100], 4 / 3, id="one segment: the sum over the sum"),
        pytest.param([100, 300], [1, 2], [50, 175], 1.0, id="two segments: each one at its own mean"),
        pytest.param([100, 300], [1, 2], 200, 2 / 3, id="one mean for all"),
        pytest.param([80], [1], [100], 0.8, id="a single hospital has its own index"),
    ],
)
def test_group_index_by_hand(allocation: Any, population: Any, mean: Any, index: float) -> None:
    assert group_index(allocation, population, mean) == pytest.approx(index)


@pytest.mark.parametrize(
    ("base", "served", "per_head", "index"),
    [
        pytest.param([[94087, 22374]], 506714, 108.54, 0.82, id="base: the weight of the hospital"),
        # residents' consumption = weight of the hospital − attraction + leakage, the net flow being −24 302
        pytest.param([[94087 + 18409, 22374 + 5893]], 529781, 103.82, 0.78, id="base: the residents' consumption"),
    ],
)
def test_ch_psy_from_end_to_end(base: Any, served: float, per_head: float, index: float) -> None:
    weighted = weighted_population([650000], [-0.014875], recentre=False)
    assert round(float(weighted[0])) == 640331
    people = flow_corrected_population(weighted, net_flow_rate(base, [[0, 0]], [[18409, 5893]]))
    assert float(people[0]) == pytest.approx(served, abs=2)
    assert round(regional_mean([55e6], people), 2) == per_head
    assert round(float(funding_index([55e6], people, 132.55)[0]), 2) == index
    assert position(funding_index([55e6], people, 132.55)).tolist() == ["under"]


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(
            lambda: regional_mean([1, -1], [1, 1]), ["dotations", "négative"], ("2",), id="a negative allocation is named"
        ),
        pytest.param(
            lambda: regional_mean([1, 1], [1, NAN]), ["populations", "manquante"], ("2",), id="a missing one is named"
        ),
        pytest.param(lambda: regional_mean([1, 1], [0, 0]), ["populations", "nulle"], (), id="a mean needs inhabitants"),
        pytest.param(lambda: regional_mean([1, 1], [1]), ["lignes", "2", "1"], (), id="as many allocations as populations"),
        pytest.param(
            lambda: funding_index([1, 1, 1], [1, 0, -1]),
            ["populations", "2, 3"],
            ("2", "3"),
            id="hospitals serving nobody are named",
        ),
        pytest.param(
            lambda: funding_index([1, 1], [1, 1], 0), ["moyenne", "nulle"], ("1",), id="a given mean of 0 is refused"
        ),
        pytest.param(lambda: funding_index([0, 0], [1, 1]), ["nulle"], (), id="a mean of 0 of the rows is refused"),
        pytest.param(
            lambda: funding_index([1, 1], [1, 1], [1, 0]), ["moyenne", "nulle"], ("2",), id="the segment mean of 0 is named"
        ),
        pytest.param(
            lambda: funding_index([1, 1], [1, 1], [1, 1, 1]), ["moyenne", "2", "3"], (), id="one mean, or one per hospital"
        ),
        pytest.param(
            lambda: funding_index([1, NAN], [1, 1], 1), ["dotations", "manquante"], ("2",), id="no allocation is told"
        ),
        pytest.param(lambda: group_index([1, 1], [1, 0], 1), ["populations"], ("2",), id="a group names its empty hospital"),
        pytest.param(lambda: group_index([1], [1, 1], 1), ["populations", "1", "2"], (), id="a group has equal ranges"),
        pytest.param(lambda: position([1, NAN]), ["indices", "manquante"], ("2",), id="a missing index is named"),
        pytest.param(lambda: position([1], 1.1, 0.9), ["bornes", "1,1", "0,9"], (), id="bounds in the wrong order are told"),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        funding_index([-1, NAN], [0, 1], -5)
    assert {(fault.column, fault.rows) for fault in caught.value.faults} == {
        ("dotations", ("1",)),
        ("dotations", ("2",)),
        ("populations", ("1",)),
        ("moyenne", ("1",)),
    }


hospitals = st.lists(st.tuples(st.integers(1, 10**8), st.integers(1, 10**6)), min_size=1, max_size=6).map(
    lambda pairs: np.array(pairs, dtype=float).T
)


@settings(max_examples=40, deadline=None)
@given(hospitals)
def test_indices_weighted_by_inhabitants_average_to_1(case: Any) -> None:
    money, people = case
    index = funding_index(money, people)
    assert float(index @ people / people.sum()) == pytest.approx(1)
    assert group_index(money, people, regional_mean(money, people)) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(hospitals, st.sampled_from([0.01, 3, 1e6]))
def test_the_units_of_money_and_population_do_not_matter(case: Any, unit: float) -> None:
    money, people = case
    index = funding_index(money, people).tolist()
    assert funding_index(money * unit, people).tolist() == pytest.approx(index)
    assert funding_index(money, people * unit).tolist() == pytest.approx(index)
    assert regional_mean(money * unit, people) == pytest.approx(unit * regional_mean(money, people))


@settings(max_examples=40, deadline=None)
@given(hospitals, st.integers(0, 10**6))
def test_the_order_of_hospitals_does_not_matter(case: Any, seed: int) -> None:
    money, people = case
    order = np.random.default_rng(seed).permutation(len(money))
    assert funding_index(money[order], people[order]).tolist() == pytest.approx(funding_index(money, people)[order].tolist())


@settings(max_examples=40, deadline=None)
@given(hospitals)
def test_a_group_lies_between_its_lowest_and_its_highest_hospital(case: Any) -> None:
    money, people = case
    index = funding_index(money, people, 100)
    group = group_index(money, people, 100)
    assert index.min() * (1 - 1e-9) <= group <= index.max() * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 3), min_size=2, max_size=8))
def test_a_higher_index_is_never_a_lower_position(index: list[float]) -> None:
    rank = {"under": 0, "neutral": 1, "over": 2}
    ranks = [rank[word] for word in position(sorted(index)).tolist()]
    assert ranks == sorted(ranks)
