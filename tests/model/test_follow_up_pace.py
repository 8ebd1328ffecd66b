"""The comparator of the follow-up: the region of `cases.followed` under pace of change, worked by hand; its cliff edges.

2024: 8 600 €. Floors of 1 %: A 800, B 800, N 400, E 100, O 100; C and D, at +20 %, have none. The 6 400 € left go to A and
B, which lack as much: 3 200 each. 2025: 4 000 €. Floors: A 840, B 840, N 404, E 101, O 101; 1 714 € left, 857 each.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases.followed import A, B, C, D, E, N, O, assumptions, computed, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.follow_up.cliffs import growths
from dotpop_model.follow_up.pace import Pace, compare
from dotpop_model.pace_of_change import floors
from dotpop_model.tables import Frame


def region(campaign: list[tuple[Any, ...]] | None = None, **changes: Any) -> Any:
    """The first year, with other measures or hypotheses when they are given."""
    found = tables(2023)
    if campaign is not None:
        found = replace(found, campaign=Frame.from_rows(found.campaign.names, campaign))
    return computed(2023, found, assumptions(2023, **changes))


def measures(carry: float, growth: float = 0.0, segment: str = "all") -> list[tuple[Any, ...]]:
    return [(float(year), segment, carry, growth, 0.0) for year in range(2024, 2029)]


@pytest.fixture(scope="module")
def found() -> Pace:
    return compare(region())


BY_YEAR = [
    # year, hospital, by the region's rules, at the pace of change
    (2024, A, 82_800, 84_000),
    (2024, C, 121_200, 120_000),
    (2024, N, 40_400, 40_400),
    (2025, A, 84_800, 85_697),
    (2025, D, 121_200, 120_000),
    (2025, O, 10_100, 10_201),
]


@pytest.mark.parametrize(("year", "finess", "own", "pace"), BY_YEAR)
def test_floors_first_then_the_rest_to_those_under_their_target(
    year: int, finess: str, own: float, pace: float, found: Pace
) -> None:
    (row,) = [row for row in found.by_year.records() if (row["year"], row["finess"]) == (year, finess)]
    assert (row["catch_up"], row["pace"], row["gap"]) == pytest.approx((own, pace, pace - own))


def test_both_ways_place_the_same_money_and_the_region_adds_up(found: Pace) -> None:
    *segments, whole = found.segments.records()
    for name in ("start", "catch_up", "pace", "gap", "gains", "losses", "more", "less", "same"):
        assert whole[name] == pytest.approx(sum(row[name] for row in segments))
    assert whole["catch_up"] == whole["pace"] == 484_600
    assert (whole["more"], whole["less"], whole["same"]) == (3, 4, 0)


def test_each_year_tells_its_money_its_floors_and_what_found_no_taker(found: Pace) -> None:
    years = {row["year"]: row for row in found.years.records()}
    names = ("offered", "floors", "coverage", "catch_up_left", "pace_left")
    assert [years[2024][name] for name in names] == pytest.approx([8_600, 2_200, 1, 0, 0])
    assert years[2025]["floors"] == pytest.approx(2_286)
    assert years[2023]["distance"] == years[2023]["pace_distance"] == pytest.approx(0.8 / 7)


def test_money_beyond_what_lacks_finds_no_taker_and_is_told() -> None:
    row = compare(region(measures(0, 100_000))).years.records()[1]
    assert row["pace_left"] == pytest.approx(100_000 - 40_000 - 600)  # A and B to their target, floors of N, E and O
    assert row["catch_up_left"] == pytest.approx(60_000)


def test_floors_that_the_money_does_not_cover_are_cut_by_the_same_part_and_told() -> None:
    found = compare(region(measures(1_100)))  # half of 2 200
    row = found.years.records()[1]
    assert (row["coverage"], row["pace_left"]) == (pytest.approx(0.5), 0)
    growth = {row["finess"]: row["pace"] for row in found.by_year.records() if row["year"] == 2024}
    assert growth[A] - 80_000 == pytest.approx(400)
    assert growth[N] - 40_000 == pytest.approx(200)
    assert growth[C] == 120_000


def test_a_year_without_money_moves_nothing() -> None:
    found = compare(region(measures(0)))
    assert found.years.records()[1]["coverage"] == 0
    assert found.by_year.floats("gap").tolist() == [0] * 35


def test_the_money_of_a_segment_stays_in_it() -> None:
    pots = [*measures(100, segment="sectorised"), *measures(0, segment="non_sectorised"), *measures(0, segment="oqn")]
    found = compare(region(pots))
    last = {row["segment"]: row for row in found.segments.records()}
    assert (last["sectorised"]["pace"], last["oqn"]["pace"]) == (pytest.approx(400_500), 20_000)


def test_bounds_in_the_wrong_order_are_told_at_their_hypothesis() -> None:
    with pytest.raises(ModelError, match="RYT_PLEIN") as told:
        compare(region(pace_full_until=0.1, pace_none_from=0.1))
    assert told.value.faults[0].rows == ("RYT_PLEIN",)


def test_hospitals_come_from_the_lowest_index(found: Pace) -> None:
    assert found.hospitals.texts("finess") == [A, B, N, E, O, C, D]


# Cliff edges


def test_a_hospital_that_is_asked_grows_as_those_that_are_there(found: Pace) -> None:
    catch_up, pace = growths(region(), "sectorised", np.array([0.8, 1.0, 1.2]))
    assert catch_up.tolist() == pytest.approx([2_800 / 80_000, 0.01, 0.01], rel=1e-4)
    assert pace.tolist() == pytest.approx([4_000 / 80_000, 0.01, 0], abs=1e-5)


def test_the_regions_rules_have_a_step_at_their_bounds_and_the_pace_of_change_has_none() -> None:
    one = region(modulation=0.5)
    rows = {(row["bound"], row["segment"]): row for row in compare(one).steps.records()}
    under, over = rows[0.95, "sectorised"], rows[1.05, "sectorised"]
    # half of the carry-forward of C and D, 1 200 €, is withheld for A and B: at 0.95 a hospital has core growth and that,
    # 5 200 € pro rata to 38 400 € lacking, of what it lacks itself: 1 / 0.95 − 1.01
    assert under["step"] == pytest.approx(-(1 / 0.95 - 1.01) * 5_200 / 38_400, abs=1e-5)
    assert over["step"] == pytest.approx(-0.005, abs=1e-6)
    assert [row["pace_step"] for row in rows.values()] == [0] * 6


def test_the_curve_goes_from_the_lowest_index_to_the_highest(found: Pace) -> None:
    assert found.curve.floats("index").tolist()[0] == pytest.approx(0.8)
    assert found.curve.floats("index").tolist()[-1] == pytest.approx(1.2)
    assert set(found.curve.texts("segment")) == {"sectorised"}


money = st.integers(0, 2_000_000).map(lambda cents: cents / 100)


@settings(max_examples=20)
@given(money, money, st.floats(0, 0.05))
def test_every_euro_is_placed_or_told_and_nobody_falls(carry: float, growth: float, floor: float) -> None:
    found = compare(region(measures(carry, growth), pace_floor=floor))
    given_out = 0.0
    for row in found.years.records()[1:]:
        given_out += row["offered"] - row["pace_left"]
    whole = found.segments.records()[-1]
    assert whole["pace"] - whole["start"] == pytest.approx(given_out, abs=1e-3)
    paces = found.by_year.floats("pace").reshape(7, 5)
    assert (np.diff(paces, axis=1) >= -1e-6).all()


def test_floors_alone_are_those_of_the_pace_of_change() -> None:
    found = floors([100, 104, 107.5, 110, 150], [100] * 5, floor=0.02, full_until=0.05, none_from=0.10)
    assert found.tolist() == pytest.approx([2, 2.08, 1.075, 0, 0])
    with pytest.raises(ModelError, match="doit être inférieur"):
        floors([1], [1], floor=0.01, full_until=0.1, none_from=0.1)


def test_the_hospitals_of_the_region_are_all_compared(found: Pace) -> None:
    assert {*found.hospitals.texts("finess")} == {A, B, C, D, N, E, O}
