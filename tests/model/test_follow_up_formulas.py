"""What follow-up measures: does an index come nearer to 1, what moves it, is the objective on its way; sums by reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.follow_up.formulas import crossed, linear_path, movement, nearer, owed, verdict
from dotpop_model.follow_up.totals import COLUMNS, WHOLE, by_segment

NAN = float("nan")


@pytest.mark.parametrize(
    ("before", "after", "gain", "word", "over"),
    [
        pytest.param(0.8, 0.9, 0.1, "nearer", False, id="under-funded, closer"),
        pytest.param(1.2, 1.1, 0.1, "nearer", False, id="over-funded, closer"),
        pytest.param(0.9, 0.8, -0.1, "away", False, id="farther"),
        pytest.param(1.0, 1.1, -0.1, "away", False, id="leaves the mean"),
        pytest.param(0.8, 1.1, 0.1, "nearer", True, id="crosses 1 and is closer"),
        pytest.param(0.9, 1.1, 0.0, "same", True, id="crosses 1, as far as before"),
        pytest.param(0.9, 1.0, 0.1, "nearer", False, id="at the mean is not across it"),
        pytest.param(0.9, 0.9, 0.0, "same", False, id="stays"),
        pytest.param(0.9, NAN, NAN, None, False, id="what is missing has not moved"),
    ],
)
def test_an_index_comes_nearer_to_1_when_its_distance_falls(
    before: float, after: float, gain: float, word: str | None, over: bool
) -> None:
    assert float(nearer(before, after)) == pytest.approx(gain, nan_ok=True)
    assert (movement(before, after), crossed(before, after)) == (word, over)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        pytest.param([80, 1, 100], [90, 1, 100], [0.1, 0, 0], id="the allocation alone"),
        pytest.param([90, 1, 100], [90, 1, 90], [0, 0, 0.1], id="a mean that falls raises the index"),
        pytest.param([80, 1, 100], [80, 1, 100], [0, 0, 0], id="nothing moves"),
        pytest.param(
            [80, 1, 100], [160, 2, 100], [0.8 * np.log(2), -0.8 * np.log(2), 0], id="what one gives the other takes"
        ),
    ],
)
def test_a_change_of_index_is_owed_to_allocation_population_and_mean(
    before: list[float], after: list[float], parts: list[float]
) -> None:
    assert owed([before], [after])[0].tolist() == pytest.approx(parts, abs=1e-12)


amounts = st.floats(0.5, 2)


@given(*([st.tuples(amounts, amounts, amounts)] * 2))
def test_what_is_owed_adds_up_to_the_change(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    change = other[0] / other[1] / other[2] - one[0] / one[1] / one[2]
    assert owed([one], [other]).sum() == pytest.approx(change, abs=1e-12)


def test_what_is_owed_needs_positive_numbers() -> None:
    with pytest.raises(ModelError, match="avant : valeur nulle ou négative à la ligne 1"):
        owed([[0, 1, 1]], [[1, 1, 1]])


def test_the_path_is_straight_up_to_the_horizon_and_flat_after() -> None:
    assert linear_path(0.5, 5, [0, 1, 2, 5, 8]).tolist() == pytest.approx([0, 0.1, 0.2, 0.5, 0.5])
    with pytest.raises(ModelError, match="horizon"):
        linear_path(0.5, 0, [1])


@pytest.mark.parametrize(
    ("closed", "word"),
    [(9.99, "late"), (9.996, "on_way"), (10.0, "on_way"), (49.9, "on_way"), (49.996, "reached"), (60.0, "reached")],
)
def test_the_objective_is_late_on_its_way_or_reached_to_half_a_cent(closed: float, word: str) -> None:
    assert verdict(closed, 10, 50) == word


BEFORE = {"a": ("s", 100.0), "b": ("s", 50.0), "c": ("o", 30.0), "d": ("o", 20.0), "f": ("s", 7.0)}
AFTER = {"a": ("s", 110.0), "c": ("o", 25.0), "d": ("s", 21.0), "e": ("o", 5.0), "f": ("s", 7.0)}


@pytest.mark.parametrize(
    ("segment", "line"),
    [
        # hospitals, before, after, gap, followed, appeared, vanished, moved, up, down, same
        ("s", (3, 157.0, 138.0, -19.0, 10.0, 0.0, -50.0, 21.0, 2, 0, 1)),
        ("o", (2, 50.0, 30.0, -20.0, -5.0, 5.0, 0.0, -20.0, 0, 1, 0)),
        (WHOLE, (5, 207.0, 168.0, -39.0, 5.0, 5.0, -50.0, 1.0, 2, 1, 1)),
    ],
)
def test_every_euro_of_a_difference_has_one_reason(segment: str, line: tuple[float, ...]) -> None:
    found = {row[0]: row[1:] for row in by_segment(BEFORE, AFTER, ["s", "o"])}
    assert found[segment] == line


cents = st.integers(0, 10**11).map(lambda value: value / 100)
lists = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.sampled_from("so"), cents))


@given(lists, lists)
def test_reasons_add_up_to_the_gap_and_segments_to_the_region(
    before: dict[str, tuple[str, float]], after: dict[str, tuple[str, float]]
) -> None:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in by_segment(before, after, ["s", "o"])]
    for row in rows:
        reasons = row["followed"] + row["appeared"] + row["vanished"] + row["moved"]
        assert row["gap"] == pytest.approx(reasons, abs=1e-4)
        assert row["gap"] == pytest.approx(row["after"] - row["before"], abs=1e-4)
    for name in COLUMNS[1:]:
        assert rows[-1][name] == pytest.approx(rows[0][name] + rows[1][name], abs=1e-4)


@given(lists)
def test_what_is_as_planned_has_no_gap(amounts: dict[str, tuple[str, float]]) -> None:
    for row in by_segment(amounts, amounts, ["s", "o"]):
        assert row[4:11] == (0, 0, 0, 0, 0, 0, 0)
