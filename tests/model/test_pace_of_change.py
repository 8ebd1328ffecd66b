"""Pace of change: floors, phasing out above target, the rest to those under target."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.pace_of_change import pace_of_change

NAN = float("nan")


@pytest.mark.parametrize(
    ("allocation", "amount", "options", "growth", "remainder"),
    [
        pytest.param([80, 90, 120], 15, {"floor": 0}, [10, 5, 0], 0, id="without floor the distance is the key"),
        pytest.param([80, 90, 120], 45, {"floor": 0}, [20, 10, 0], 15, id="nobody passes the target, the rest is left over"),
        pytest.param([100, 104], 5, {"floor": 0.01}, [1, 1.04], 2.96, id="on target and a little above: the floor, no more"),
        pytest.param([105], 2.1, {"floor": 0.02}, [2.1], 0, id="at +5 % the floor is whole"),
        pytest.param([107.5], 5, {"floor": 0.02}, [1.075], 3.925, id="half-way to +10 % half of the floor is left"),
        pytest.param([110], 5, {"floor": 0.02}, [0], 5, id="at +10 % there is no floor"),
        pytest.param([150], 5, {"floor": 0.02}, [0], 5, id="far above there is nothing, and no loss"),
        pytest.param(
            [80, 100, 107.5, 110],
            10,
            {"floor": 0.02},
            [6.925, 2, 1.075, 0],
            0,
            id="floors first, the rest to the one under target",
        ),
        pytest.param(
            [80, 100, 107.5, 110],
            30,
            {"floor": 0.02},
            [20, 2, 1.075, 0],
            6.925,
            id="the one under target stops at the target",
        ),
        pytest.param(
            [102], 5, {"floor": 0.02, "full_until": 0.0, "none_from": 0.04}, [1.02], 3.98, id="the bounds are parameters"
        ),
        pytest.param([0, 100], 50, {"floor": 0.01}, [49, 1], 0, id="who has nothing has no floor but a distance"),
        pytest.param(
            [10, 10, 10], 0.3, {"floor": 0.01}, [0.1, 0.1, 0.1], 0, id="an amount that just pays the floors is enough"
        ),
    ],
)
def test_growth_by_hand(
    allocation: list[float], amount: float, options: dict[str, Any], growth: list[float], remainder: float
) -> None:
    target = 10 if allocation == [10, 10, 10] else 100
    result = pace_of_change(allocation, [target] * len(allocation), amount, **options)
    assert result.growth.tolist() == pytest.approx(growth)
    assert result.remainder == pytest.approx(remainder, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(
            lambda: pace_of_change([1, -1], [1, 1], 1, floor=0), ["dotations", "négative"], ("2",), id="negative allocation"
        ),
        pytest.param(
            lambda: pace_of_change([1, 1], [1, 0], 1, floor=0), ["cibles", "nulle"], ("2",), id="a target of 0 is named"
        ),
        pytest.param(
            lambda: pace_of_change([1, 1], [NAN, 1], 1, floor=0), ["cibles", "manquante"], ("1",), id="a missing target"
        ),
        pytest.param(
            lambda: pace_of_change([1, 1], [1], 1, floor=0), ["cibles", "2", "1"], (), id="one target per hospital"
        ),
        pytest.param(lambda: pace_of_change([1], [1], -1, floor=0), ["montant", "négative"], (), id="a negative amount"),
        pytest.param(
            lambda: pace_of_change([100, 100], [100, 100], 1, floor=0.01),
            ["montant", "1,00 €", "planchers", "2,00 €"],
            (),
            id="an amount that does not pay the floors",
        ),
        pytest.param(
            lambda: pace_of_change([1], [1], 1, floor=0, full_until=0.1, none_from=0.1),
            ["plancher", "0,1"],
            (),
            id="the floor cannot stop at once: that would be a cliff",
        ),
        pytest.param(lambda: pace_of_change([1], [1], 1, floor=NAN), ["plancher"], (), id="a missing floor"),
        pytest.param(lambda: pace_of_change([1], [1], 1, floor=-0.01), ["plancher"], (), id="a negative floor"),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        pace_of_change([-1, 1], [1, 0], -1, floor=0, full_until=0.2)
    assert {fault.column for fault in caught.value.faults} == {"dotations", "cibles", "montant", "plancher"}


@pytest.mark.parametrize("bound", [pytest.param(bound, id=f"at a distance of {bound:+.0%}") for bound in (0.0, 0.05, 0.10)])
def test_no_cliff_edge_at_the_bounds(bound: float) -> None:
    def growth(distance: float) -> float:
        return float(pace_of_change([100 * (1 + distance), 80], [100, 100], 10, floor=0.02).growth[0])

    assert growth(bound - 1e-7) == pytest.approx(growth(bound + 1e-7), abs=1e-4)


@st.composite
def regions(draw: st.DrawFn) -> dict[str, Any]:
    rows = draw(st.lists(st.tuples(st.integers(50, 150), st.integers(1, 9)), min_size=1, max_size=6))
    target = np.array([100.0 * size for _, size in rows])
    allocation = np.array([float(percent * size) for percent, size in rows])
    floor = draw(st.sampled_from([0.0, 0.01, 0.05]))
    amount = float(1.1 * floor * allocation.sum() + draw(st.integers(0, 500)))
    return {"allocation": allocation, "target": target, "amount": amount, "floor": floor}


@settings(max_examples=80, deadline=None)
@given(regions())
def test_every_euro_is_shared_or_reported_and_left_only_when_all_are_on_target(region: dict[str, Any]) -> None:
    growth, remainder = pace_of_change(**region)
    assert float(growth.sum()) + remainder == pytest.approx(region["amount"])
    assert remainder >= -1e-9
    if remainder > 1e-6:
        assert (region["allocation"] + growth >= region["target"] - 1e-6).all()


@settings(max_examples=80, deadline=None)
@given(regions())
def test_the_floor_is_paid_and_nobody_is_brought_above_the_target_by_more_than_it(region: dict[str, Any]) -> None:
    growth, _ = pace_of_change(**region)
    money, target, floor = region["allocation"], region["target"], region["floor"]
    assert (growth >= -1e-9).all()
    near = money <= 1.05 * target
    assert (growth[near] >= floor * money[near] - 1e-9).all()
    assert (money + growth <= np.maximum(target, money * (1 + floor)) + 1e-6).all()
    assert (growth[money >= 1.10 * target] <= 1e-9).all()


@settings(max_examples=80, deadline=None)
@given(regions(), st.integers(0, 5), st.sampled_from([1e-6, 1e-3, 0.1]))
def test_growth_is_a_continuous_function_of_the_allocation(region: dict[str, Any], row: int, change: float) -> None:
    # with floors of 5 % at most, no growth moves by more than 5 times the change (slopes of the formula)
    other = region | {"allocation": region["allocation"].copy()}
    other["allocation"][row % len(other["allocation"])] += change
    region["amount"] = other["amount"] = region["amount"] + 1
    moved = np.abs(pace_of_change(**other).growth - pace_of_change(**region).growth)
    assert moved.max() <= 5 * change + 1e-8


@settings(max_examples=40, deadline=None)
@given(regions(), st.integers(0, 10**6))
def test_the_order_of_hospitals_does_not_matter(region: dict[str, Any], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(region["target"]))
    mixed = region | {"allocation": region["allocation"][order], "target": region["target"][order]}
    plain, other = pace_of_change(**region), pace_of_change(**mixed)
    assert other.growth.tolist() == pytest.approx(plain.growth[order].tolist(), abs=1e-6)
    assert other.remainder == pytest.approx(plain.remainder, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(regions(), st.sampled_from([0.001, 3, 1e6]))
def test_the_scale_of_money_does_not_matter(region: dict[str, Any], scale: float) -> None:
    scaled = region | {name: region[name] * scale for name in ("allocation", "target", "amount")}
    plain, other = pace_of_change(**region), pace_of_change(**scaled)
    assert other.growth.tolist() == pytest.approx((plain.growth * scale).tolist(), abs=1e-6 * scale)
