"""Trajectory: need, levers of a campaign, convergence, capacity against the objective."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.campaign import CATCH_UP_LEVERS
from dotpop_model.errors import ModelError
from dotpop_model.trajectory import Measures, Rules, Trajectory, need, simulate, simulate_many

NAN = float("nan")


@pytest.mark.parametrize(
    ("allocation", "population", "options", "expected"),
    [
        pytest.param([80, 120], [1, 1], {}, [20, 0], id="what is lacking to reach the mean"),
        pytest.param([160, 40, 100], [2, 0.5, 0.5], {}, [40, 10, 0], id="the mean is per head"),
        pytest.param([95, 105], [1, 1], {}, [0, 0], id="at 0.95 there is no need"),
        pytest.param([94, 106], [1, 1], {}, [6, 0], id="under 0.95 the need goes up to the mean, not to 0.95"),
        pytest.param([96, 104], [1, 1], {"threshold": 1}, [4, 0], id="with a threshold of 1 all that is below the mean"),
        pytest.param([80, 120], [1, 1], {"mean": 150}, [70, 30], id="against a given mean"),
        pytest.param([80, 120], [1, 1], {"mean": [100, 200]}, [20, 80], id="against the mean of each one's segment"),
        pytest.param([0, 200], [1, 1], {}, [100, 0], id="without allocation everything is needed"),
        pytest.param([55e6], [506714], {"mean": 132.55}, [12164940.7], id="CH PSY: 12.2 M€ to the regional mean"),
    ],
)
def test_need_by_hand(allocation: Any, population: Any, options: dict[str, Any], expected: list[float]) -> None:
    assert need(allocation, population, **options).tolist() == pytest.approx(expected)


ONE_YEAR: list[Any] = [
    # carry-forward
    pytest.param([80, 120], [1, 1], (20, 0, 0), Rules(), [88, 132], 0, id="carry-forward is pro rata to allocations"),
    pytest.param(
        [80, 100, 120],
        [1, 1, 1],
        (30, 0, 0),
        Rules(modulation=0.5),
        [94, 110, 126],
        0,
        id="half of the carry-forward of the over-funded goes to the under-funded, not to the neutral",
    ),
    pytest.param(
        [80, 100, 120], [1, 1, 1], (30, 0, 0), Rules(modulation=1), [100, 110, 120], 0, id="all of it may be withheld"
    ),
    pytest.param(
        [95, 105, 130],
        [1, 1, 1.3],
        (33, 0, 0),
        Rules(modulation=1, high=1.04),
        [104.5, 105, 143],
        10.5,
        id="withheld money that finds no taker is left over",
    ),
    # core growth and its key
    pytest.param([60, 80, 160], [1, 1, 1], (0, 30, 0), Rules(), [80, 90, 160], 0, id="core growth is pro rata to the need"),
    pytest.param(
        [60, 80, 160],
        [1, 1, 1],
        (0, 30, 0),
        Rules(exponent=1),
        [84, 86, 160],
        0,
        id="exponent 1 favours the farthest: 16 to 4",
    ),
    pytest.param(
        [60, 80, 160],
        [1, 1, 1],
        (0, 27, 0),
        Rules(exponent=2),
        [84, 83, 160],
        0,
        id="exponent 2 favours it more: 6.4 to 0.8",
    ),
    pytest.param([60, 80, 160], [1, 1, 1], (0, 70, 0), Rules(), [100, 100, 160], 10, id="nobody gets more than the need"),
    pytest.param(
        [60, 80, 160],
        [1, 1, 1],
        (0, 55, 0),
        Rules(exponent=1),
        [100, 95, 160],
        0,
        id="what passes the need of one goes to the other",
    ),
    pytest.param([96, 104], [1, 1], (0, 10, 0), Rules(), [96, 104], 10, id="without any need core growth is left over"),
    pytest.param([96, 104], [1, 1], (0, 10, 0), Rules(threshold=1), [100, 104], 6, id="a threshold of 1 makes a need of 4"),
    # ceiling
    pytest.param(
        [60, 80, 160], [1, 1, 1], (0, 10, 0), Rules(ceiling=0.1), [66, 84, 160], 0, id="excess over a ceiling is reshared"
    ),
    pytest.param(
        [60, 80, 160], [1, 1, 1], (0, 30, 0), Rules(ceiling=0.1), [66, 88, 160], 16, id="ceilings leave money over"
    ),
    pytest.param(
        [80, 120], [1, 1], (20, 10, 0), Rules(ceiling=0.1), [96, 132], 2, id="carry-forward does not count under the ceiling"
    ),
    pytest.param([80, 120], [1, 1], (0, 5, 5), Rules(ceiling=0.1), [88, 120], 2, id="all levers share one ceiling"),
    pytest.param([80, 120], [1, 1], (0, 5, 5), Rules(ceiling=0), [80, 120], 10, id="a ceiling of 0 forbids any gain"),
    # earmarked
    pytest.param(
        [70, 100, 200, 130],
        [1, 1, 2, 1],
        (0, 0, 60),
        Rules(),
        [100, 110, 220, 130],
        0,
        id="earmarked: the under-funded first, then the neutral pro rata to allocations, never the over-funded",
    ),
    pytest.param(
        [80, 100, 120], [1, 1, 1], (0, 0, 15), Rules(), [95, 100, 120], 0, id="earmarked: only the under-funded if short"
    ),
    pytest.param(
        [96, 104], [1, 1], (0, 0, 10), Rules(), [100.8, 109.2], 0, id="earmarked: all to the neutral without any need"
    ),
    pytest.param(
        [70, 100, 130],
        [1, 1, 1],
        (0, 0, 60),
        Rules(ceiling=0.2),
        [84, 120, 130],
        26,
        id="earmarked: the ceiling holds for the neutral too",
    ),
    # means
    pytest.param([80, 120], [1, 1], (20, 30, 0), Rules(), [100, 132], 18, id="fixed mean: carry-forward closes the gap"),
    pytest.param(
        [80, 120],
        [1, 1],
        (20, 30, 0),
        Rules(mean_rule="indexed"),
        [110, 132],
        8,
        id="indexed mean: the gap grows with carry-forward",
    ),
    pytest.param(
        [80, 120],
        [1, 1],
        (20, 30, 0),
        Rules(mean_rule="recomputed"),
        [110, 132],
        8,
        id="recomputed mean: likewise in the year",
    ),
    # convergence
    pytest.param(
        [80, 120], [1, 1], (0, 0, 0), Rules(floor=0.05), [80, 120], 0, id="catch-up: nothing is taken, whatever the floor"
    ),
    pytest.param(
        [80, 120],
        [1, 1],
        (0, 0, 0),
        Rules(logic="convergence", floor=0.05),
        [86, 114],
        0,
        id="convergence takes up to the floor",
    ),
    pytest.param(
        [80, 120],
        [1, 1],
        (0, 0, 0),
        Rules(logic="convergence", floor=0.5),
        [100, 100],
        0,
        id="convergence takes nobody under the mean",
    ),
    pytest.param(
        [60, 110, 130],
        [1, 1, 1],
        (0, 0, 0),
        Rules(logic="convergence", floor=0.5),
        [100, 100, 100],
        0,
        id="convergence takes from each no more than its own surplus",
    ),
    pytest.param(
        [94, 96, 110],
        [1, 1, 1],
        (0, 0, 0),
        Rules(logic="convergence", floor=0.1),
        [100, 96, 104],
        0,
        id="convergence takes no more than the under-funded can use",
    ),
    pytest.param(
        [80, 100, 120],
        [1, 1, 1],
        (0, 15, 0),
        Rules(logic="convergence", floor=0.1),
        [100, 100, 115],
        0,
        id="convergence comes last, for what new money leaves open",
    ),
    pytest.param(
        [70, 110, 120],
        [1, 1, 1],
        (0, 0, 0),
        Rules(logic="convergence", floor=0.01, high=1.15),
        [71.2, 110, 118.8],
        0,
        id="convergence takes from the over-funded only",
    ),
]


@pytest.mark.parametrize(("allocation", "population", "money", "rules", "after", "left"), ONE_YEAR)
def test_one_year_by_hand(
    allocation: Any, population: Any, money: tuple[float, float, float], rules: Rules, after: list[float], left: float
) -> None:
    result = simulate(allocation, population, [Measures(1, *money)], horizon=1, rules=rules)
    assert result.allocation[0].tolist() == allocation
    assert result.allocation[1].tolist() == pytest.approx(after)
    assert sum(unallocated(result).values()) == pytest.approx(left)


def unallocated(result: Trajectory) -> dict[tuple[int, int, str], float]:
    return {
        (move.year, move.pot, move.lever): move.offered - float(move.shares.sum())
        for move in result.movements
        if move.lever != "convergence"
    }


@pytest.mark.parametrize(
    ("mean_rule", "mean", "index"),
    [
        pytest.param("fixed", 100, [1, 1.32], id="the mean of the start"),
        pytest.param("indexed", 110, [1, 1.2], id="the mean raised by carry-forward"),
        pytest.param("recomputed", 121, [110 / 121, 132 / 121], id="the mean of what everybody got"),
    ],
)
def test_the_mean_of_the_next_year_follows_its_rule(mean_rule: str, mean: float, index: list[float]) -> None:
    result = simulate([80, 120], [1, 1], [Measures(1, 20, 30, 0)], horizon=1, rules=Rules(mean_rule=mean_rule))
    assert result.mean.tolist() == [[100, 100], [pytest.approx(mean)] * 2]
    assert result.index[0].tolist() == pytest.approx([0.8, 1.2])
    assert result.index[1].tolist() == pytest.approx(index)


@pytest.mark.parametrize(
    ("eligibility", "after"),
    [
        pytest.param("initial", 100, id="initial: helped until the mean is reached"),
        pytest.param("yearly", 96, id="yearly: no more help once above 0.95"),
    ],
)
def test_eligibility_in_the_second_year(eligibility: str, after: float) -> None:
    campaign = [Measures(1, 0, 16, 0), Measures(2, 0, 10, 0)]
    result = simulate([80, 120], [1, 1], campaign, horizon=2, rules=Rules(eligibility=eligibility))
    assert result.allocation[:, 0].tolist() == pytest.approx([80, 96, after])


def test_a_hospital_brought_to_the_mean_is_neutral_the_next_year() -> None:
    # core growth brings the first to the mean; the earmarked measures of year 2 are then for the two neutral ones
    campaign = [Measures(1, 0, 20, 0), Measures(2, 0, 0, 10)]
    result = simulate([80, 100, 120], [1, 1, 1], campaign, horizon=2)
    assert result.allocation[1].tolist() == pytest.approx([100, 100, 120])
    assert result.allocation[2].tolist() == pytest.approx([105, 105, 120])


def test_each_segment_has_its_own_mean_and_convergence_stays_inside() -> None:
    result = simulate(
        [80, 1200, 120, 800],
        [1, 1, 1, 1],
        [Measures(1, 0, 0, 0)],
        horizon=1,
        segments=["b", "a", "b", "a"],
        rules=Rules(logic="convergence", floor=0.05),
    )
    assert result.mean[0].tolist() == [100, 1000, 100, 1000]
    assert result.need.tolist() == [20, 0, 0, 200]
    assert result.allocation[1].tolist() == pytest.approx([86, 1140, 114, 860])


def test_a_given_mean_replaces_that_of_the_segment() -> None:
    result = simulate([80, 120], [1, 1], [Measures(1, 0, 10, 0)], horizon=1, mean=[100, 200])
    assert result.need.tolist() == [20, 80]
    assert result.allocation[1].tolist() == pytest.approx([82, 128])


def test_a_pot_is_shared_among_its_members_only() -> None:
    campaign = [Measures(1, 7, 5, 0, (True, False, False)), Measures(1, 0, 6, 50, (False, True, True))]
    result = simulate([60, 80, 160], [1, 1, 1], campaign, horizon=1)
    assert result.allocation[1].tolist() == pytest.approx([72, 100, 160])
    assert unallocated(result)[1, 1, "earmarked"] == pytest.approx(36)


def test_withheld_money_stays_in_its_pot() -> None:
    campaign = [Measures(1, 12, 0, 0, (False, True)), Measures(1, 8, 0, 0, (True, False))]
    result = simulate([80, 120], [1, 1], campaign, horizon=1, rules=Rules(modulation=0.5))
    assert result.allocation[1].tolist() == pytest.approx([88, 126])
    assert unallocated(result)[1, 0, "withheld"] == pytest.approx(6)


def test_years_in_any_order_and_beyond_the_horizon() -> None:
    campaign = [Measures(3, 0, 100, 0), Measures(2, 0, 4, 0), Measures(1, 0, 3, 0)]
    result = simulate([80, 120], [1, 1], campaign, horizon=2)
    assert result.allocation.tolist() == pytest.approx(np.array([[80, 120], [83, 120], [87, 120]]))
    assert {move.year for move in result.movements} == {1, 2}


def test_results_follow_the_need_year_by_year() -> None:
    campaign = [Measures(year, 0, 10, 0) for year in (1, 2, 3)]
    result = simulate([60, 80, 160], [1, 1, 1], campaign, horizon=3, target_share=0.5)
    assert result.need.tolist() == [40, 20, 0]
    assert result.objective == pytest.approx(30)
    assert result.remaining.sum(axis=1).tolist() == pytest.approx([60, 50, 40, 30])
    assert result.caught_up.sum(axis=1).tolist() == pytest.approx([0, 10, 20, 30])
    assert result.capacity == pytest.approx(30)
    assert result.reached


def test_caught_up_counts_neither_carry_forward_nor_what_the_neutral_get() -> None:
    result = simulate([80, 100, 120], [1, 1, 1], [Measures(1, 3, 5, 20)], horizon=1, rules=Rules(modulation=0.5))
    # 0.8 + 0.6 withheld + 5 + 13.6 earmarked for the first; 6.4 earmarked are left for the neutral one
    assert result.allocation[1].tolist() == pytest.approx([100, 107.4, 120.6])
    assert result.caught_up[1].tolist() == pytest.approx([19.2, 0, 0])


@pytest.mark.parametrize(
    ("yearly", "capacity", "reached"),
    [
        pytest.param(8.8e6, 44e6, True, id="8.8 M€ a year bring exactly half of 88 M€ in 5 years"),
        pytest.param(9.4e6, 47e6, True, id="a capacity of 47 M€ is enough"),
        pytest.param(8.7e6, 43.5e6, False, id="8.7 M€ a year are not enough"),
    ],
)
def test_ara_closes_half_of_88_million_in_five_years(yearly: float, capacity: float, reached: bool) -> None:
    campaign = [Measures(year, 0, yearly, 0) for year in range(1, 6)]
    result = simulate([912e6, 1000e6], [10e6, 10e6], campaign, horizon=5, mean=100)
    assert result.need.tolist() == pytest.approx([88e6, 0])
    assert result.objective == pytest.approx(44e6)
    assert result.capacity == pytest.approx(capacity)
    assert result.reached is reached


def test_ara_8_5_of_the_8_8_million_a_year_are_for_the_sectorised() -> None:
    pots = [(8.5e6, (True, False)), (0.3e6, (False, True))]
    campaign = [Measures(year, 0, amount, 0, members) for year in range(1, 6) for amount, members in pots]
    result = simulate([415e6, 47e6], [5e6, 0.5e6], campaign, horizon=5, segments=["sect", "non"], mean=100)
    assert result.need.tolist() == pytest.approx([85e6, 3e6])
    assert result.caught_up[-1].tolist() == pytest.approx([42.5e6, 1.5e6])
    assert result.reached


def run(**changes: Any) -> Callable[[], object]:
    arguments: dict[str, Any] = {
        "allocation": [80, 120],
        "population": [1, 1],
        "campaign": [Measures(1, 0, 10, 0)],
        "horizon": 1,
    }
    return lambda: simulate(**(arguments | changes))


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(lambda: need([80, 120], [1, 0]), ["populations", "nulle"], ("2",), id="a need names who serves nobody"),
        pytest.param(run(allocation=[80, -1]), ["dotations", "négative"], ("2",), id="a negative allocation is named"),
        pytest.param(run(population=[1, NAN]), ["populations", "manquante"], ("2",), id="a missing population is named"),
        pytest.param(run(population=[0, 1]), ["populations"], ("1",), id="who serves nobody is named"),
        pytest.param(run(population=[1]), ["populations", "2", "1"], (), id="one population per hospital"),
        pytest.param(run(segments=["a"]), ["segments", "2", "1"], (), id="one segment per hospital"),
        pytest.param(run(mean=[100, 0]), ["moyenne"], ("2",), id="a mean of 0 is named"),
        pytest.param(run(mean=[100, 100, 100]), ["moyenne", "2", "3"], (), id="one mean, or one per hospital"),
        pytest.param(run(allocation=[0, 0]), ["nulle"], ("1", "2"), id="a region without money has no mean"),
        pytest.param(run(horizon=3), ["campagne", "année 2, 3"], (), id="years without measures are told"),
        pytest.param(run(campaign=[]), ["campagne", "année 1"], (), id="no measure at all is told"),
        pytest.param(run(campaign=[Measures(1, -5, 0, 0)]), ["campagne", "année 1", "-5"], (), id="negative money is told"),
        pytest.param(run(campaign=[Measures(1, 0, NAN, 0)]), ["année 1", "manquante"], (), id="missing money is told"),
        pytest.param(
            run(campaign=[Measures(1, 0, 1, 0, (True,))]), ["campagne", "2", "1"], (), id="members are as many as hospitals"
        ),
        pytest.param(run(horizon=0, campaign=[]), ["horizon", "0"], (), id="a horizon of no year is refused"),
        pytest.param(run(target_share=1.5), ["objectif", "1,5"], (), id="no more than the need can be aimed at"),
        pytest.param(run(rules=Rules(modulation=1.2)), ["modulation", "1,2"], (), id="no more than all can be withheld"),
        pytest.param(run(rules=Rules(floor=-0.1)), ["baisse", "-0,1"], (), id="a floor is not negative"),
        pytest.param(run(rules=Rules(exponent=-1)), ["exposant", "-1"], (), id="the exponent does not favour the nearest"),
        pytest.param(run(rules=Rules(exponent=NAN)), ["exposant"], (), id="a missing exponent is refused"),
        pytest.param(run(rules=Rules(ceiling=-0.1)), ["plafond", "-0,1"], (), id="a ceiling is not negative"),
        pytest.param(run(rules=Rules(logic="convergent")), ["logique", "convergent"], (), id="an unknown logic is told"),
        pytest.param(
            run(rules=Rules(mean_rule="moving")), ["moyenne", "moving"], (), id="an unknown rule of the mean is told"
        ),
        pytest.param(
            run(rules=Rules(eligibility="never")), ["éligibilité", "never"], (), id="an unknown eligibility is told"
        ),
        pytest.param(run(rules=Rules(threshold=NAN)), ["seuil"], (), id="a missing threshold is refused"),
        pytest.param(run(rules=Rules(threshold=1.3)), ["seuil"], (), id="a need does not begin above the over-funded"),
        pytest.param(run(rules=Rules(high=NAN)), ["borne"], (), id="a missing upper bound is refused"),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        run(
            allocation=[-1, 1],
            population=[1, 0],
            segments=["a"],
            campaign=[Measures(1, -1, 0, 0)],
            horizon=2,
            target_share=2,
            rules=Rules(modulation=2, logic="?"),
        )()
    columns = {fault.column for fault in caught.value.faults}
    assert columns == {
        "dotations",
        "populations",
        "segments",
        "modulation",
        "logique",
        "objectif",
        "campagne, année 1, reconduction",
        "campagne",
    }


def choice(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@st.composite
def regions(draw: st.DrawFn, **fixed: Any) -> dict[str, Any]:
    """Arguments of `simulate`: up to six hospitals in two segments, one to three years, one or two pots a year."""
    size, horizon = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    many: dict[str, Any] = {"min_size": size, "max_size": size}
    money = st.integers(0, 200)
    members = st.none() | st.lists(st.booleans(), **many).map(tuple)
    measures = st.tuples(money, money, money, members)
    years = draw(st.lists(st.lists(measures, min_size=1, max_size=2), min_size=horizon, max_size=horizon))
    rules: dict[str, Any] = {
        "threshold": draw(choice(0.9, 0.95, 1.0)),
        "modulation": draw(choice(0, 0.3, 1)),
        "exponent": draw(choice(0, 1, 2.5)),
        "ceiling": draw(choice(None, None, 0.02, 0.3)),
        "logic": draw(choice("catch_up", "convergence")),
        "floor": draw(choice(0, 0.015, 0.2)),
        "mean_rule": draw(choice("fixed", "indexed", "recomputed")),
        "eligibility": draw(choice("initial", "yearly")),
    }
    return {
        "allocation": np.array(draw(st.lists(st.integers(1, 1000), **many)), dtype=float),
        "population": np.array(draw(st.lists(st.integers(1, 9), **many)), dtype=float),
        "segments": np.array(draw(st.lists(choice("sect", "non"), **many))),
        "campaign": [Measures(year, *one) for year, pots in enumerate(years, 1) for one in pots],
        "horizon": horizon,
        "rules": Rules(**(rules | fixed)),
    }


@settings(max_examples=60, deadline=None)
@given(regions())
def test_every_euro_offered_is_shared_or_reported(region: dict[str, Any]) -> None:
    result = simulate(**region)
    offered: dict[tuple[int, str], float] = defaultdict(float)
    for move in result.movements:
        offered[move.year, "carry_forward" if move.lever == "withheld" else move.lever] += move.offered
    for measure in ("carry_forward", "core_growth", "earmarked"):
        for year in range(1, region["horizon"] + 1):
            wanted = sum(getattr(one, measure) for one in region["campaign"] if one.year == year)
            assert offered[year, measure] == pytest.approx(wanted, abs=1e-6)
    assert min(unallocated(result).values()) >= -1e-6


@settings(max_examples=60, deadline=None)
@given(regions())
def test_allocations_change_by_the_movements_and_by_nothing_else(region: dict[str, Any]) -> None:
    result = simulate(**region)
    for year in range(1, region["horizon"] + 1):
        moved = sum(move.shares for move in result.movements if move.year == year)
        assert (result.allocation[year] - result.allocation[year - 1]).tolist() == pytest.approx(list(moved), abs=1e-6)
    given_out = sum(move.offered for move in result.movements) - sum(unallocated(result).values())
    assert float(result.allocation[-1].sum()) == pytest.approx(float(result.allocation[0].sum()) + given_out)


@settings(max_examples=60, deadline=None)
@given(regions(logic="catch_up"))
def test_nobody_loses_under_catch_up(region: dict[str, Any]) -> None:
    result = simulate(**region)
    assert np.diff(result.allocation, axis=0).min() >= -1e-9
    assert min(float(move.shares.min()) for move in result.movements) >= -1e-9


@settings(max_examples=60, deadline=None)
@given(regions(logic="convergence"))
def test_convergence_never_takes_more_than_the_yearly_floor(region: dict[str, Any]) -> None:
    result = simulate(**region)
    lowest = (1 - region["rules"].floor) * result.allocation[:-1]
    assert (result.allocation[1:] - lowest).min() >= -1e-9
    assert min(float(move.shares.min()) for move in result.movements if move.lever != "convergence") >= -1e-9


@settings(max_examples=60, deadline=None)
@given(regions(logic="convergence", floor=0.2))
def test_convergence_moves_money_inside_segments_from_the_over_funded_only(region: dict[str, Any]) -> None:
    result = simulate(**region)
    for move in result.movements:
        if move.lever == "convergence":
            for segment in set(region["segments"]):
                assert float(move.shares[region["segments"] == segment].sum()) == pytest.approx(0, abs=1e-9)
            assert (result.index[move.year - 1][move.shares < -1e-9] > region["rules"].high).all()


@settings(max_examples=60, deadline=None)
@given(regions(ceiling=0.05))
def test_the_ceiling_is_never_passed(region: dict[str, Any]) -> None:
    result = simulate(**region)
    for year in range(1, region["horizon"] + 1):
        gains = sum(
            np.maximum(0, move.shares) for move in result.movements if move.year == year and move.lever != "carry_forward"
        )
        assert (gains <= 0.05 * result.allocation[year - 1] + 1e-9).all()


@settings(max_examples=80, deadline=None)
@given(st.one_of(regions(mean_rule="fixed"), regions(mean_rule="indexed"), regions(mean_rule="recomputed", modulation=0)))
def test_catch_up_levers_bring_nobody_with_a_need_above_the_mean(region: dict[str, Any]) -> None:
    # Earmarked money left over goes to neutral hospitals, above the mean or not: it is another rule.
    region["campaign"] = [replace(measures, earmarked=0) for measures in region["campaign"]]
    result = simulate(**region)
    for move in result.movements:
        if move.lever in CATCH_UP_LEVERS:
            before = result.index[move.year - 1]
            needy = result.need > 0 if region["rules"].eligibility == "initial" else before < region["rules"].threshold
            helped = needy & (move.shares > 1e-9)
            assert (result.index[move.year][helped] <= 1 + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(regions(eligibility="yearly"))
def test_core_growth_and_withheld_money_go_to_the_under_funded_only(region: dict[str, Any]) -> None:
    result = simulate(**region)
    for move in result.movements:
        if move.lever in ("core_growth", "withheld"):
            helped = move.shares > 1e-9
            assert (result.index[move.year - 1][helped] < region["rules"].threshold).all()


@settings(max_examples=60, deadline=None)
@given(regions(eligibility="yearly"))
def test_the_over_funded_get_carry_forward_only(region: dict[str, Any]) -> None:
    result = simulate(**region)
    for move in result.movements:
        if move.lever != "carry_forward":
            over = result.index[move.year - 1] > region["rules"].high
            assert (move.shares[over] <= 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(regions())
def test_core_growth_is_left_over_only_when_nobody_can_take_it(region: dict[str, Any]) -> None:
    first = [one for one in region["campaign"] if one.year == 1]
    region["campaign"] = [Measures(1, 0, first[0].core_growth, 0)]
    result = simulate(**region | {"horizon": 1})
    room = result.need
    if region["rules"].ceiling is not None:
        room = np.minimum(room, region["rules"].ceiling * result.allocation[0])
    left = unallocated(result)[1, 0, "core_growth"]
    assert left == pytest.approx(max(0.0, first[0].core_growth - float(room.sum())), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(regions(threshold=0.95), st.integers(0, 10**6))
def test_the_order_of_hospitals_does_not_matter(region: dict[str, Any], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(region["allocation"]))
    mixed = region | {name: region[name][order] for name in ("allocation", "population", "segments")}
    mixed["campaign"] = [
        Measures(
            one.year,
            one.carry_forward,
            one.core_growth,
            one.earmarked,
            None if one.members is None else tuple(one.members[row] for row in order),
        )
        for one in region["campaign"]
    ]
    plain, other = simulate(**region), simulate(**mixed)
    np.testing.assert_allclose(other.allocation, plain.allocation[:, order], rtol=1e-9)
    np.testing.assert_allclose(other.need, plain.need[order], rtol=1e-9, atol=1e-9)
    assert other.capacity == pytest.approx(plain.capacity)


@settings(max_examples=60, deadline=None)
@given(regions(), choice(0.25, 1024))  # powers of two: exact in floats
def test_the_scale_of_money_does_not_matter(region: dict[str, Any], scale: float) -> None:
    scaled = region | {
        "allocation": region["allocation"] * scale,
        "campaign": [
            Measures(one.year, one.carry_forward * scale, one.core_growth * scale, one.earmarked * scale, one.members)
            for one in region["campaign"]
        ],
    }
    plain, other = simulate(**region), simulate(**scaled)
    np.testing.assert_allclose(other.index, plain.index, rtol=1e-9)
    np.testing.assert_allclose(other.allocation, plain.allocation * scale, rtol=1e-9)
    assert other.objective == pytest.approx(plain.objective * scale)


@settings(max_examples=40, deadline=None)
@given(regions(mean_rule="fixed"))
def test_what_is_caught_up_never_passes_the_initial_need_and_never_falls(region: dict[str, Any]) -> None:
    region["rules"] = Rules(exponent=region["rules"].exponent, ceiling=region["rules"].ceiling)
    result = simulate(**region)
    assert (result.caught_up <= result.need + 1e-6).all()
    assert np.diff(result.caught_up, axis=0).min() >= -1e-9
    assert np.diff(result.remaining, axis=0).max() <= 1e-9


@settings(max_examples=60, deadline=None)
@given(regions(), st.integers(0, 2**32 - 1))
def test_many_scenarios_at_once_are_the_same_as_one_at_a_time(region: dict[str, Any], seed: int) -> None:
    """Populations, means, levels of measures and rules differ from one scenario to the next; so may who is served."""
    random, size = np.random.default_rng(seed), 4
    count = len(region["allocation"])
    people = region["population"] * random.uniform(0.5, 1.5, (size, count))
    mean, money = random.uniform(50, 300, (size, count)), np.tile(region["allocation"], (size, 1))
    drawn = {"modulation": random.uniform(0, 1, size), "exponent": random.uniform(0, 2, size)}
    level = random.uniform(0.5, 1.5, size)
    campaign = [replace(one, core_growth=one.core_growth * level) for one in region["campaign"]]
    rules = replace(region["rules"], **drawn)
    fixed = {"horizon": region["horizon"], "segments": region["segments"], "target_share": 0.5}
    found = simulate_many(money, people, campaign, rules=rules, mean=mean, **fixed)
    for row in range(size):
        own = [replace(one, core_growth=float(np.ravel(one.core_growth)[row])) for one in campaign]
        chosen = replace(rules, **{name: float(values[row]) for name, values in drawn.items()})
        alone = simulate(money[row], people[row], own, rules=chosen, mean=mean[row], **fixed)
        assert found.allocation[:, row] == pytest.approx(alone.allocation, rel=1e-9)
        assert found.caught_up[:, row] == pytest.approx(alone.caught_up, rel=1e-9, abs=1e-6)
        assert found.need[row] == pytest.approx(alone.need, rel=1e-9, abs=1e-9)


def test_scenarios_that_cannot_be_simulated_are_refused_in_french() -> None:
    campaign, fixed = [Measures(1, 0, 10, 0)], {"horizon": 1, "segments": [1, 1], "target_share": 0.5}
    with pytest.raises(ModelError, match="mêmes dimensions") as caught:
        simulate_many([[80, 120]], [[1, 1], [1, 1]], campaign, rules=Rules(), mean=[[100, 100]], **fixed)
    rules = Rules(modulation=np.array([0.5, 1.5]))
    with pytest.raises(ModelError, match="modulation"):
        simulate_many([[80, 120]] * 2, [[1, 1]] * 2, campaign, rules=rules, mean=[[100, 100]] * 2, **fixed)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("unit", [1, 1 / 3, 0.1, 7.3, 1e6 / 7])
def test_a_hospital_brought_just_to_the_mean_is_neutral_whatever_the_last_digits(unit: float) -> None:
    """Threshold and high bound are both 1: a float's noise must not make it over-funded, nor take its earmarked money."""
    money, people = np.array([80.0, 120.0, 100.0]) * unit, np.array([0.1, 0.1, 0.1]) * 3 / unit
    campaign = [Measures(1, 0, 30 * unit, 0), Measures(2, 0, 0, 9 * unit)]
    result = simulate(money, people, campaign, horizon=2, rules=Rules(threshold=1, high=1))
    assert (result.allocation[1] / unit).tolist() == pytest.approx([100, 120, 100])
    assert (result.allocation[2] / unit).tolist() == pytest.approx([104.5, 120, 104.5])
