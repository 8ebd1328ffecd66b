"""Need weighting: composite index, need-weighted population, impact."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.weighting import composite_index, impact, intensity_for_impact, weighted_population

NAN = float("nan")


@pytest.mark.parametrize(
    ("indicators", "weights", "directions", "population", "options", "index"),
    [
        pytest.param([[10], [30]], [1], [1], [1, 1], {}, [-0.5, 0.5], id="ratio: the distance to the mean, over the mean"),
        pytest.param([[10], [20]], [1], [1], [300, 100], {}, [-0.2, 0.6], id="ratio: the mean is weighted by inhabitants"),
        pytest.param([[10], [30]], [1], [-1], [1, 1], {}, [0.5, -0.5], id="a direction of −1 reverses the need"),
        pytest.param(
            [[10], [30]], [1], [1], [1, 1], {"intensity": 0.1}, [-0.05, 0.05], id="the intensity multiplies the index"
        ),
        pytest.param([[10], [30]], [1], [1], [1, 1], {"intensity": 0}, [0, 0], id="an intensity of 0 weights nothing"),
        pytest.param(
            [[10, 40], [30, 60]], [0.75, 0.25], [1, -1], [1, 1], {}, [-0.325, 0.325], id="two indicators add up by weight"
        ),
        pytest.param([[7], [7]], [1], [1], [1, 3], {}, [0, 0], id="ratio: the same value everywhere is no need"),
        pytest.param(
            [[10], [20]], [1], [1], [1, 1], {"method": "zscore"}, [-1, 1], id="zscore: the distance in standard deviations"
        ),
        pytest.param(
            [[0], [5]], [1], [1], [400, 100], {"method": "zscore"}, [-0.5, 2], id="zscore: the deviation is weighted too"
        ),
        pytest.param(
            [[0, 3], [5, 8]],
            [0.5, 0.5],
            [1, -1],
            [400, 100],
            {"method": "zscore"},
            [0, 0],
            id="zscore: opposite directions of the same shape cancel",
        ),
        pytest.param(
            [[10], [30], [99]],
            [1],
            [1],
            [1, 1, 0],
            {},
            [-0.5, 0.5, 3.95],
            id="a territory without inhabitants weighs nothing",
        ),
        pytest.param([[], []], [], [], [1, 2], {}, [0, 0], id="without any indicator there is no need"),
    ],
)
def test_composite_index_by_hand(
    indicators: Any, weights: Any, directions: Any, population: Any, options: dict[str, Any], index: list[float]
) -> None:
    result = composite_index(indicators, weights, directions, population, **options)
    assert result.tolist() == pytest.approx(index)


@pytest.mark.parametrize(
    ("population", "index", "recentre", "weighted"),
    [
        pytest.param([1000, 1000], [0.1, -0.1], True, [1100, 900], id="a balanced index moves inhabitants"),
        pytest.param([1000, 1000], [0.1, 0.1], False, [1100, 1100], id="without recentring the total may change"),
        pytest.param([1000, 1000], [0.1, 0.1], True, [1000, 1000], id="recentred, an index shared by all changes nothing"),
        pytest.param([100, 300], [1, 0], True, [160, 240], id="recentring brings the total back pro rata"),
        pytest.param([650000], [-0.014875], False, [640331.25], id="CH PSY: 640 331 need-weighted inhabitants"),
        pytest.param([0, 0], [0.5, -0.5], True, [0, 0], id="nobody stays nobody"),
    ],
)
def test_weighted_population_by_hand(
    population: list[float], index: list[float], recentre: bool, weighted: list[float]
) -> None:
    assert weighted_population(population, index, recentre=recentre).tolist() == pytest.approx(weighted)


@pytest.mark.parametrize(
    ("population", "weighted", "share"),
    [
        pytest.param([1000, 1000], [1100, 900], 0.05, id="only the gains count, over the whole population"),
        pytest.param([10, 20], [10, 20], 0, id="nothing moved is no impact"),
        pytest.param([100, 100, 200], [110, 110, 180], 0.05, id="gains of several territories add up"),
        pytest.param([100, 100], [90, 80], 0, id="losses alone are no impact"),
    ],
)
def test_impact_by_hand(population: list[float], weighted: list[float], share: float) -> None:
    assert impact(population, weighted) == pytest.approx(share)


@pytest.mark.parametrize(
    ("indicators", "directions", "population", "target", "intensity"),
    [
        pytest.param([[10], [30]], [1], [100, 100], 0.01, 0.04, id="a quarter moved at full intensity: 4 % for 1 %"),
        pytest.param(
            [[10], [20]], [1], [300, 100], 0.015, 0.1, id="0.6 of a quarter of the inhabitants moved: 10 % for 1.5 %"
        ),
        pytest.param([[10], [30]], [-1], [100, 100], 0.01, 0.04, id="the direction does not change the intensity"),
        pytest.param([[10], [30]], [1], [100, 100], 0, 0, id="no impact wanted is no intensity"),
        pytest.param([[5], [5]], [1], [100, 100], 0, 0, id="no impact wanted is always possible"),
    ],
)
def test_intensity_for_impact_by_hand(
    indicators: Any, directions: Any, population: Any, target: float, intensity: float
) -> None:
    assert intensity_for_impact(indicators, [1], directions, population, target) == pytest.approx(intensity)


def index_of(**changes: Any) -> Callable[[], object]:
    arguments: dict[str, Any] = {
        "indicators": [[1.0, 2.0], [3.0, 4.0]],
        "weights": [0.5, 0.5],
        "directions": [1, -1],
        "population": [10, 10],
    }
    return lambda: composite_index(**(arguments | changes))


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(
            index_of(indicators=[[1, 2], [NAN, 4]]),
            ["indicateurs", "manquante"],
            ("2",),
            id="a missing indicator names its row",
        ),
        pytest.param(
            index_of(indicators=[["a", 2], [3, 4]]), ["indicateurs", "nombres"], (), id="a text is not an indicator"
        ),
        pytest.param(index_of(weights=[0.5, 0.6]), ["poids", "1,1", "au lieu de 1"], (), id="weights add up to 1"),
        pytest.param(index_of(weights=[1.5, -0.5]), ["poids", "négative"], ("2",), id="a negative weight names its row"),
        pytest.param(index_of(weights=[1], directions=[1]), ["poids", "2", "1"], (), id="weights are as many as indicators"),
        pytest.param(index_of(directions=[1]), ["sens", "2", "1"], (), id="directions are as many as weights"),
        pytest.param(index_of(directions=[1, 0]), ["sens", "+1", "−1"], ("2",), id="a direction is +1 or −1"),
        pytest.param(
            index_of(population=[10, -1]), ["populations", "négative"], ("2",), id="a negative population names its row"
        ),
        pytest.param(index_of(population=[10]), ["lignes"], (), id="populations are as many as territories"),
        pytest.param(index_of(population=[0, 0]), ["populations", "somme", "nulle"], (), id="a region has inhabitants"),
        pytest.param(
            index_of(method="median"), ["méthode", "ratio", "zscore", "median"], (), id="an unknown method is told"
        ),
        pytest.param(index_of(intensity=-1), ["intensité", "-1"], (), id="a negative intensity is refused"),
        pytest.param(index_of(intensity=NAN), ["intensité"], (), id="a missing intensity is refused"),
        pytest.param(
            index_of(indicators=[[1, 2], [3, -2]]),
            ["indicateurs", "moyenne nulle"],
            ("2",),
            id="ratio: a mean of 0 is named",
        ),
        pytest.param(
            index_of(indicators=[[0.1, 1], [0.1, 2]], method="zscore"),
            ["indicateurs", "aucune variation"],
            ("1",),
            id="zscore: an indicator that does not vary is named",
        ),
        pytest.param(
            lambda: weighted_population([10, 10], [0.5, -1]), ["indices", "−100 %"], ("2",), id="an index of −100 % is named"
        ),
        pytest.param(
            lambda: weighted_population([10, -1], [0, 0]),
            ["populations", "négative"],
            ("2",),
            id="nobody is less than nobody",
        ),
        pytest.param(lambda: weighted_population([10], [0, 0]), ["indices", "1", "2"], (), id="one index per territory"),
        pytest.param(lambda: impact([0, 0], [1, 1]), ["populations", "nulle"], (), id="an impact needs inhabitants"),
        pytest.param(
            lambda: impact([1, 1], [1, NAN]), ["pondérées", "manquante"], ("2",), id="a missing population is named"
        ),
        pytest.param(
            lambda: intensity_for_impact([[1], [3]], [1], [1], [1, 1], -0.01),
            ["cible", "-0,01"],
            (),
            id="a target is not negative",
        ),
        pytest.param(
            lambda: intensity_for_impact([[5], [5]], [1], [1], [1, 1], 0.01),
            ["indicateurs", "identiques"],
            (),
            id="indicators that are the same everywhere cannot have an impact",
        ),
        pytest.param(
            lambda: intensity_for_impact([[0.7], [0.7], [0.7]], [1], [1], [1, 1, 1], 0.01),
            ["indicateurs", "identiques"],
            (),
            id="the same everywhere up to float noise is still the same",
        ),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_of_the_index_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        index_of(
            indicators=[[NAN, 2], [3, 4]], weights=[1, 1], directions=[1, 3], population=[-1, 1], method="?", intensity=-1
        )()
    columns = {fault.column for fault in caught.value.faults}
    assert columns == {"indicateurs", "poids", "sens", "populations", "méthode", "intensité"}


def test_all_faults_of_the_intensity_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        intensity_for_impact([[1], [3]], [2], [1], [1, 1], -0.01)
    assert {fault.column for fault in caught.value.faults} == {"poids", "cible"}


@st.composite
def regions(draw: st.DrawFn) -> dict[str, Any]:
    zones, kinds = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    values = st.lists(st.integers(1, 1000), min_size=kinds, max_size=kinds)
    parts = draw(st.lists(st.integers(1, 9), min_size=kinds, max_size=kinds))
    region = {
        "indicators": np.array(draw(st.lists(values, min_size=zones, max_size=zones)), dtype=float),
        "weights": [part / sum(parts) for part in parts],
        "directions": draw(st.lists(st.sampled_from([1, -1]), min_size=kinds, max_size=kinds)),
        "population": np.array(draw(st.lists(st.integers(1, 10**6), min_size=zones, max_size=zones)), dtype=float),
        "method": draw(st.sampled_from(["ratio", "zscore"])),
    }
    assume((np.ptp(region["indicators"], axis=0) > 0).all())
    return region


@settings(max_examples=40, deadline=None)
@given(regions())
def test_the_index_is_zero_on_average_over_the_inhabitants(region: dict[str, Any]) -> None:
    index = composite_index(**region)
    assert float(region["population"] @ index / region["population"].sum()) == pytest.approx(0, abs=1e-9)
    assert np.abs(index).max() < 1e6


@settings(max_examples=40, deadline=None)
@given(regions(), st.integers(0, 10**6))
def test_the_order_of_territories_does_not_matter(region: dict[str, Any], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(region["population"]))
    mixed = region | {"indicators": region["indicators"][order], "population": region["population"][order]}
    assert composite_index(**mixed).tolist() == pytest.approx(composite_index(**region)[order].tolist(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(regions(), st.sampled_from([0.001, 7, 1000]), st.sampled_from([0.01, 3]))
def test_the_units_of_indicators_and_populations_do_not_matter(region: dict[str, Any], unit: float, heads: float) -> None:
    other = region | {"indicators": region["indicators"] * unit, "population": region["population"] * heads}
    assert composite_index(**other).tolist() == pytest.approx(composite_index(**region).tolist(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(regions(), st.floats(0, 0.1))
def test_recentring_conserves_the_population(region: dict[str, Any], intensity: float) -> None:
    index = composite_index(**region, intensity=intensity) + 0.05
    assume((index > -0.9).all())
    weighted = weighted_population(region["population"], index)
    assert float(weighted.sum()) == pytest.approx(float(region["population"].sum()))
    assert (weighted > 0).all()
    raw = weighted_population(region["population"], index, recentre=False)
    assert float(raw.sum()) == pytest.approx(1.05 * float(region["population"].sum()))


@settings(max_examples=40, deadline=None)
@given(regions(), st.sampled_from([0.001, 0.01, 0.02]))
def test_the_solved_intensity_gives_the_impact_asked_for(region: dict[str, Any], target: float) -> None:
    assume(np.abs(composite_index(**region)).max() > 1e-6)
    intensity = intensity_for_impact(**region, target=target)
    index = composite_index(**region, intensity=intensity)
    assume((index > -1).all())
    after = weighted_population(region["population"], index)
    assert impact(region["population"], after) == pytest.approx(target, rel=1e-6)
