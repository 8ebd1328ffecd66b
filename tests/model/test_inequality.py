"""Inequality of allocations per head: cases by hand, invariants, faults."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.inequality import gini, quarter_ratio, theil, variation

CASES = [
    # values, populations, variation, gini, quarter ratio, theil
    pytest.param([100, 100], [50, 70], 0, 0, 1, 0, id="all alike"),
    pytest.param([80, 120], [100, 100], 0.2, 0.1, 1.5, 0.4 * np.log(0.8) + 0.6 * np.log(1.2), id="two of the same size"),
    pytest.param(
        [50, 150], [300, 100], np.sqrt(3) / 3, 0.25, 3, 0.5 * np.log(2 / 3) + 0.5 * np.log(2), id="one small and rich"
    ),
]


@pytest.mark.parametrize(("values", "people", "cv", "g", "ratio", "t"), CASES)
def test_measures(values: list[float], people: list[float], cv: float, g: float, ratio: float, t: float) -> None:
    assert variation(values, people) == pytest.approx(cv, abs=1e-12)
    assert gini(values, people) == pytest.approx(g, abs=1e-12)
    assert quarter_ratio(values, people) == pytest.approx(ratio)
    assert theil(values, people, ["a"] * len(values)).total == pytest.approx(t, abs=1e-12)


def test_theil_is_between_where_groups_are_of_one_mind_and_within_where_they_are_alike() -> None:
    apart = theil([80, 80, 120, 120], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert (apart.within, apart.between) == (pytest.approx(0, abs=1e-12), pytest.approx(apart.total))
    alike = theil([80, 120, 80, 120], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert (alike.between, alike.within) == (pytest.approx(0, abs=1e-12), pytest.approx(alike.total))


hospitals = st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e6), st.sampled_from("abc")), min_size=1, max_size=25)


@given(hospitals, st.floats(0.1, 10))
def test_measures_depend_on_proportions_only_and_within_and_between_add_up(
    rows: list[tuple[float, float, str]], scale: float
) -> None:
    values, people, groups = (list(column) for column in zip(*rows, strict=True))
    larger = [value * scale for value in values]
    for measure in (variation, gini, quarter_ratio):
        assert measure(larger, people) == pytest.approx(measure(values, people), rel=1e-9, abs=1e-12)
    found = theil(values, people, groups)
    assert found.within + found.between == pytest.approx(found.total, abs=1e-12)
    assert min(found.within, found.between) >= -1e-12
    assert 0 <= gini(values, people) < 1
    assert quarter_ratio(values, people) >= 1 - 1e-12


@given(hospitals)
def test_a_hospital_cut_in_two_changes_nothing(rows: list[tuple[float, float, str]]) -> None:
    values, people, _ = (list(column) for column in zip(*rows, strict=True))
    cut_values, cut_people = [*values, values[0]], [people[0] / 2, *people[1:], people[0] / 2]
    for measure in (variation, gini, quarter_ratio):
        assert measure(cut_values, cut_people) == pytest.approx(measure(values, people), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", [variation, gini, quarter_ratio])
def test_nothing_is_measured_of_a_nil_or_missing_amount(measure: object) -> None:
    with pytest.raises(ModelError, match=r"(?s)nulle ou négative à la ligne 1.*valeur manquante à la ligne 2"):
        measure([0, 10], [1, np.nan])  # type: ignore[operator]
    with pytest.raises(ModelError, match="Aucun établissement"):
        measure([], [])  # type: ignore[operator]
