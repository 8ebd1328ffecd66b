"""Flow correction: weighted activity, net flow, contribution."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.flows import (
    contribution_population,
    flow_corrected_population,
    net_flow_rate,
    unserved_zones,
    weighted_activity,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("volumes", "weights", "activity"),
    [
        pytest.param([[10, 2], [0, 1]], [1, 5], [20, 5], id="each form counts for its weight"),
        pytest.param([[10, 2]], [0, 5], [10], id="a form may weigh nothing"),
        pytest.param([[[1, 2], [3, 4]]], [10, 1], [[12, 34]], id="age classes stay apart"),
        pytest.param([3, 4], [1, 0.5], 5, id="one row alone gives one number"),
        pytest.param([[6, 3]], [1 / 3, 1 / 3], [3], id="ex-OQN activity may be divided by 3"),
    ],
)
def test_weighted_activity_by_hand(volumes: Any, weights: list[float], activity: Any) -> None:
    np.testing.assert_allclose(weighted_activity(volumes, weights), activity)


@pytest.mark.parametrize(
    ("weight", "attraction", "leakage", "rate"),
    [
        pytest.param([100], [30], [10], [0.2], id="more patients come than leave"),
        pytest.param([100], [10], [30], [-0.2], id="more patients leave than come"),
        pytest.param([100, 50], [0, 5], [0, 0], [0, 0.1], id="each hospital has its rate"),
        pytest.param([100], [0], [150], [-1.5], id="a rate under −100 % is told later, with the population"),
        pytest.param([[300, 100]], [[0, 0]], [[0, 50]], [-0.125], id="ages are added before dividing, not averaged"),
        pytest.param([400], [[0, 20]], [[10, 60]], [-0.125], id="flows by age may face a weight of all ages"),
        pytest.param([[94087]], [[0]], [[18409]], [-0.195659], id="CH PSY: −20 % for adults"),
        pytest.param([[22374]], [[0]], [[5893]], [-0.263386], id="CH PSY: −26 % for minors"),
        pytest.param([[94087, 22374]], [[0, 0]], [[18409, 5893]], [-0.208671], id="CH PSY: −20.87 % in all"),
        # the residents' consumption is the hospital's weight − attraction + leakage = 116 461 + 24 302
        pytest.param([140763], [0], [24302], [-0.172645], id="CH PSY: −17.26 % on the residents' consumption"),
    ],
)
def test_net_flow_rate_by_hand(weight: Any, attraction: Any, leakage: Any, rate: list[float]) -> None:
    assert net_flow_rate(weight, attraction, leakage).tolist() == pytest.approx(rate, abs=1e-6)


@pytest.mark.parametrize(
    ("population", "rate", "corrected"),
    [
        pytest.param([1000, 1000], [-0.2, 0.1], [800, 1100], id="a rate takes away or adds inhabitants"),
        pytest.param([1000], [0], [1000], id="no flow changes nothing"),
        pytest.param([0], [0.5], [0], id="nobody stays nobody"),
        pytest.param([1000], [2], [3000], id="attraction has no bound"),
    ],
)
def test_flow_corrected_population_by_hand(population: Any, rate: Any, corrected: list[float]) -> None:
    assert flow_corrected_population(population, rate).tolist() == pytest.approx(corrected)


def test_ch_psy_serves_506_714_inhabitants_within_2() -> None:
    rate = net_flow_rate([[94087, 22374]], [[0, 0]], [[18409, 5893]])
    assert float(flow_corrected_population([640331.25], rate)[0]) == pytest.approx(506714, abs=2)


@pytest.mark.parametrize(
    ("population", "activity", "options", "served"),
    [
        pytest.param([100, 50], [[3, 1], [0, 2]], {}, [75, 75], id="each territory is shared by activity"),
        pytest.param([100], [[5]], {}, [100], id="the only hospital serves everyone"),
        pytest.param([100, 60], [[1, 0], [1, 2]], {}, [120, 40], id="a hospital serves several territories"),
        pytest.param([100], [[1, 0]], {}, [100, 0], id="a hospital without activity serves nobody"),
        pytest.param([[100, 60]], [[[1, 0], [1, 3]]], {}, [50, 110], id="ages are shared apart, then added"),
        pytest.param([0, 50], [[0, 0], [1, 1]], {}, [25, 25], id="an empty territory needs no activity"),
        pytest.param(
            [100, 50], [[0, 0], [1, 4]], {"unserved": "unassigned"}, [10, 40], id="unserved inhabitants may be left out"
        ),
        pytest.param(
            [[100, 60]],
            [[[1, 0], [3, 0]]],
            {"unserved": "unassigned"},
            [25, 75],
            id="unserved minors may be left out, adults kept",
        ),
    ],
)
def test_contribution_by_hand(population: Any, activity: Any, options: dict[str, Any], served: list[float]) -> None:
    assert contribution_population(population, activity, **options).tolist() == pytest.approx(served)


@pytest.mark.parametrize(
    ("population", "activity", "unserved"),
    [
        pytest.param([10, 10, 0], [[1, 0], [0, 0], [0, 0]], [False, True, False], id="inhabitants without any activity"),
        pytest.param([[10, 5], [10, 0]], [[[1, 0]], [[1, 0]]], [True, False], id="minors without activity for minors"),
    ],
)
def test_unserved_zones_by_hand(population: Any, activity: Any, unserved: list[bool]) -> None:
    assert unserved_zones(np.array(population, dtype=float), np.array(activity, dtype=float)).tolist() == unserved


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(
            lambda: weighted_activity([[1, 2], [3, NAN]], [1, 1]),
            ["volumes", "manquante"],
            ("2",),
            id="a missing volume is named",
        ),
        pytest.param(
            lambda: weighted_activity([[1, -2]], [1, 1]),
            ["volumes", "négative", "-2"],
            ("1",),
            id="a negative volume is named",
        ),
        pytest.param(
            lambda: weighted_activity([[1, 2]], [1, -1]), ["poids", "négative"], ("2",), id="a negative weight is named"
        ),
        pytest.param(lambda: weighted_activity([[1, 2]], [1]), ["poids", "2", "1"], (), id="one weight per form of care"),
        pytest.param(
            lambda: net_flow_rate([10, 0], [1, 1], [1, 1]),
            ["poids", "nul"],
            ("2",),
            id="a hospital without activity is named",
        ),
        pytest.param(
            lambda: net_flow_rate([[10, 5], [0, 0]], [[1, 1]] * 2, [[1, 1]] * 2),
            ["poids", "nul"],
            ("2",),
            id="a hospital without activity at any age is named",
        ),
        pytest.param(
            lambda: net_flow_rate([10], [-1], [1]), ["attractivité", "négative"], ("1",), id="a negative attraction is named"
        ),
        pytest.param(lambda: net_flow_rate([10, 10], [1, 1], [1, NAN]), ["fuites"], ("2",), id="a missing leakage is named"),
        pytest.param(
            lambda: net_flow_rate([10, 10], [1], [1, 1]), ["lignes", "poids 2"], (), id="rows are as many on each side"
        ),
        pytest.param(
            lambda: net_flow_rate([[1, 2]], [[1, 2, 3]], [[1, 2]]),
            ["attractivité"],
            (),
            id="age classes are as many on each side",
        ),
        pytest.param(
            lambda: flow_corrected_population([10, 10, 10], [-1, 0, -1.2]),
            ["taux", "−100 %", "1, 3"],
            ("1", "3"),
            id="rates of −100 % or lower are named",
        ),
        pytest.param(
            lambda: flow_corrected_population([10, -1], [0, 0]),
            ["populations", "négative"],
            ("2",),
            id="nobody is less than nobody",
        ),
        pytest.param(lambda: flow_corrected_population([10, 10], [0]), ["taux", "2", "1"], (), id="one rate per hospital"),
        pytest.param(
            lambda: contribution_population([10, 10, 0], [[1, 1], [0, 0], [0, 0]]),
            ["activité", "aucune", "2"],
            ("2",),
            id="an inhabited territory without activity is named",
        ),
        pytest.param(
            lambda: contribution_population([[10, 5]], [[[1, 0]]]),
            ["activité", "aucune"],
            ("1",),
            id="a territory with minors and no activity for them is named",
        ),
        pytest.param(
            lambda: contribution_population([10], [[1]], unserved="ignore"),
            ["error", "unassigned", "ignore"],
            (),
            id="an unknown rule is told",
        ),
        pytest.param(
            lambda: contribution_population([10], [[1, -1]]),
            ["activité", "négative"],
            ("1",),
            id="negative activity is named",
        ),
        pytest.param(
            lambda: contribution_population([[10, 5]], [[1, 1]]),
            ["activité", "territoires × établissements × âges"],
            (),
            id="populations by age need activity by age",
        ),
        pytest.param(
            lambda: contribution_population([[10, 5]], [[[1, 1, 1]]]), ["activité", "âges"], (), id="the ages are as many"
        ),
        pytest.param(
            lambda: contribution_population([10, 10], [[1], [1], [1]]),
            ["activité", "2", "3"],
            (),
            id="activity has one row per territory",
        ),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        net_flow_rate([0, 10], [-1, 1], [1, NAN])
    assert {(fault.column, fault.rows) for fault in caught.value.faults} == {
        ("poids", ("1",)),
        ("attractivité", ("1",)),
        ("fuites", ("2",)),
    }


@st.composite
def flows(draw: st.DrawFn) -> tuple[Any, Any]:
    """Populations (zones, or zones × ages) and activity where every zone and age has some."""
    zones, hospitals, ages = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.sampled_from([0, 2, 3]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shape = (ages,) if ages else ()
    activity = rng.integers(0, 6, (zones, hospitals, *shape)).astype(float)
    activity[:, draw(st.integers(0, hospitals - 1))] += 1
    return rng.integers(0, 10**6, (zones, *shape)).astype(float), activity


@settings(max_examples=40, deadline=None)
@given(flows())
def test_contribution_conserves_the_population(case: tuple[Any, Any]) -> None:
    population, activity = case
    served = contribution_population(population, activity)
    assert float(served.sum()) == pytest.approx(float(population.sum()))
    assert served.min() >= 0


@settings(max_examples=40, deadline=None)
@given(flows(), st.integers(0, 4))
def test_unassigned_leaves_out_the_unserved_and_nobody_else(case: tuple[Any, Any], zone: int) -> None:
    population, activity = case
    activity[zone % len(activity)] = 0
    served = contribution_population(population, activity, unserved="unassigned")
    left = float(population.sum() - population[zone % len(activity)].sum())
    assert float(served.sum()) == pytest.approx(left)


@settings(max_examples=40, deadline=None)
@given(flows(), st.integers(0, 10**6))
def test_the_order_of_territories_and_hospitals_does_not_matter(case: tuple[Any, Any], seed: int) -> None:
    population, activity = case
    rng = np.random.default_rng(seed)
    zones, hospitals = rng.permutation(activity.shape[0]), rng.permutation(activity.shape[1])
    mixed = contribution_population(population[zones], activity[zones][:, hospitals])
    assert mixed.tolist() == pytest.approx(contribution_population(population, activity)[hospitals].tolist())


@settings(max_examples=40, deadline=None)
@given(flows(), st.sampled_from([1 / 3, 0.01, 12]))
def test_the_unit_of_activity_does_not_matter(case: tuple[Any, Any], unit: float) -> None:
    population, activity = case
    plain = contribution_population(population, activity)
    assert contribution_population(population, activity * unit).tolist() == pytest.approx(plain.tolist())


@settings(max_examples=40, deadline=None)
@given(flows())
def test_a_hospital_with_more_activity_everywhere_serves_more(case: tuple[Any, Any]) -> None:
    population, activity = case
    more = activity.copy()
    more[:, 0] *= 2
    assert contribution_population(population, more)[0] >= contribution_population(population, activity)[0] * (1 - 1e-12)


rows = st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=5).map(
    lambda triples: np.array(triples, dtype=float).T
)


@settings(max_examples=40, deadline=None)
@given(rows, st.sampled_from([0.5, 3, 100]))
def test_the_rate_has_no_unit_and_opposite_flows_give_opposite_rates(case: Any, unit: float) -> None:
    weight, attraction, leakage = case
    rate = net_flow_rate(weight, attraction, leakage)
    assert net_flow_rate(weight * unit, attraction * unit, leakage * unit).tolist() == pytest.approx(rate.tolist())
    assert net_flow_rate(weight, leakage, attraction).tolist() == pytest.approx((-rate).tolist())
