"""Shapley value: each group's part of a change by hand, and what holds whatever the quantities."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.shapley import mean_absolute_parts, shapley

GROUPS = ("data", "hypotheses", "money")
SETS = [frozenset(name for place, name in enumerate(GROUPS) if number >> place & 1) for number in range(8)]


def product(changed: frozenset[str], factors: Mapping[str, float]) -> float:
    return float(np.prod([factors[name] for name in changed]))


BY_HAND = [
    # what each group multiplies 1 by, and its part
    pytest.param((1, 1, 4), (0, 0, 3), id="one group alone has the whole change"),
    pytest.param((2, 1, 3), (2, 0, 3), id="two groups share what they do together"),  # 1, 2, 3, 6: 1 + 1 and 2 + 1
    pytest.param((2, 3, 4), (5.5, 8, 9.5), id="three groups: 1/3, 1/6, 1/6 and 1/3 of what each does"),
    pytest.param((2, 0.5, 1), (0.75, -0.75, 0), id="two that undo each other"),  # 1, 2, 1/2, 1
    pytest.param((1, 1, 1), (0, 0, 0), id="nothing changes"),
]


@pytest.mark.parametrize(("factors", "parts"), BY_HAND)
def test_the_parts_of_a_product_by_hand(factors: tuple[float, ...], parts: tuple[float, ...]) -> None:
    known = dict(zip(GROUPS, factors, strict=True))
    found = shapley(GROUPS, lambda changed: product(changed, known))
    assert [float(found[name]) for name in GROUPS] == pytest.approx(parts, abs=1e-12)


def test_each_set_is_asked_for_once() -> None:
    asked: list[frozenset[str]] = []
    shapley(GROUPS, lambda changed: asked.append(changed) or 0.0)  # type: ignore[func-returns-value]
    assert sorted(map(sorted, asked)) == sorted(map(sorted, SETS))


QUANTITIES = st.lists(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2), min_size=8, max_size=8)


@given(QUANTITIES)
def test_the_parts_add_up_to_the_change(values: list[list[float]]) -> None:
    known = dict(zip(SETS, map(np.array, values), strict=True))
    found = shapley(GROUPS, known.__getitem__)
    assert np.sum(list(found.values()), axis=0) == pytest.approx(known[SETS[-1]] - known[SETS[0]], abs=1e-12 * 1e3)


@given(QUANTITIES, st.permutations(GROUPS))
def test_the_order_of_the_groups_does_not_matter(values: list[list[float]], order: list[str]) -> None:
    known = dict(zip(SETS, map(np.array, values), strict=True))
    one, other = shapley(GROUPS, known.__getitem__), shapley(order, known.__getitem__)
    assert all(one[name] == pytest.approx(other[name], abs=1e-9) for name in GROUPS)


@given(QUANTITIES)
def test_a_group_that_changes_nothing_has_no_part(values: list[list[float]]) -> None:
    known = {changed: np.array(values[SETS.index(changed - {"money"})]) for changed in SETS}
    assert (shapley(GROUPS, known.__getitem__)["money"] == 0).all()


def test_what_is_missing_in_one_set_is_missing_in_every_part_and_nowhere_else() -> None:
    known = {changed: np.array([float(len(changed)), 1.0]) for changed in SETS}
    known[SETS[3]] = np.array([np.nan, 1.0])
    found = shapley(GROUPS, known.__getitem__)
    assert all(np.isnan(part[0]) and part[1] == 0 for part in found.values())


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=6))
def test_the_parts_of_the_mean_absolute_change_add_up_to_it(values: list[tuple[float, float]]) -> None:
    array = np.array(values)
    found = mean_absolute_parts({"data": array[:, 0], "money": array[:, 1]})
    assert sum(found.values()) == pytest.approx(np.abs(array.sum(axis=1)).mean(), abs=1e-9)
