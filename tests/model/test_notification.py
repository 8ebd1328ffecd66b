"""Notification: movements in whole cents or euros, and the account of every measure."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.notification import accounts, notify
from dotpop_model.trajectory import Measures, Movement, Rules, Trajectory, simulate

CENT = Decimal("0.01")


def trajectory(lever: str, offered: float, shares: list[float]) -> Trajectory:
    """A trajectory of one movement: `notify` reads nothing else."""
    nothing = np.zeros((1, len(shares)))
    movement = Movement(1, 0 if lever != "convergence" else -1, lever, offered, np.array(shares))
    return Trajectory(nothing, nothing, nothing, nothing, nothing, nothing[0], 0.0, (movement,))


@pytest.mark.parametrize(
    ("lever", "offered", "shares", "options", "expected"),
    [
        pytest.param("core_growth", 30, [10, 20], {}, ["10.00", "20.00"], id="whole euros stay what they are"),
        pytest.param(
            "core_growth", 10, [10 / 3] * 3, {}, ["3.34", "3.33", "3.33"], id="the odd cent of a tie goes to the first row"
        ),
        pytest.param(
            "core_growth",
            10,
            [10 / 3] * 3,
            {"ids": ["690000001", "2A0000001", "010000001"]},
            ["3.33", "3.33", "3.34"],
            id="the odd cent of a tie goes to the smallest id",
        ),
        pytest.param(
            "core_growth",
            1,
            [1 / 6, 2 / 6, 3 / 6],
            {},
            ["0.17", "0.33", "0.50"],
            id="the odd cent goes to the largest remainder",
        ),
        pytest.param(
            "earmarked",
            10,
            [3.4, 3.3, 3.3],
            {"step": Decimal(1)},
            ["4", "3", "3"],
            id="whole euros add up to the whole euros",
        ),
        pytest.param(
            "earmarked", 10, [1.5, 2.25], {"step": Decimal(1)}, ["1", "2"], id="a total of 3.75 € makes 3 whole euros"
        ),
        pytest.param("core_growth", 10, [0, 0], {}, ["0.00", "0.00"], id="nothing is notified as nothing"),
        pytest.param("core_growth", 10, [0, 4], {}, ["0.00", "4.00"], id="money without a taker is not notified"),
        pytest.param("convergence", 0, [6, -6], {}, ["6.00", "-6.00"], id="convergence gives what it takes"),
        pytest.param(
            "convergence",
            0,
            [10, -10 / 3, -10 / 3, -10 / 3],
            {},
            ["10.00", "-3.34", "-3.33", "-3.33"],
            id="losses are rounded to the total of the gains",
        ),
    ],
)
def test_notify_by_hand(
    lever: str, offered: float, shares: list[float], options: dict[str, Any], expected: list[str]
) -> None:
    (notified,) = notify(trajectory(lever, offered, shares), **options)
    assert (notified.year, notified.lever) == (1, lever)
    assert notified.shares == tuple(Decimal(share) for share in expected)


def test_convergence_takes_exactly_what_it_gives_when_the_total_ends_on_half_a_cent() -> None:
    # 3 % of 15.50 € is 0.465 €, taken from one and given to the other
    result = simulate([3, 15.5], [5, 2], [Measures(1, 0, 0, 0)], horizon=1, rules=Rules(logic="convergence", floor=0.03))
    convergence = notify(result)[-1]
    assert convergence.lever == "convergence"
    assert sum(convergence.shares) == 0


def told(trajectory: Trajectory, campaign: list[Measures], step: Decimal = CENT) -> list[tuple[Any, ...]]:
    return [
        (one.year, one.pot, one.measure, str(one.offered), str(one.distributed), str(one.unallocated))
        for one in accounts(notify(trajectory, step=step), campaign)
        if one.offered
    ]


@pytest.mark.parametrize(
    ("campaign", "rules", "expected"),
    [
        pytest.param(
            [Measures(1, 0, 15, 0)],
            Rules(),
            [(1, 0, "core_growth", "15", "15.00", "0.00")],
            id="all that is offered is taken",
        ),
        pytest.param(
            [Measures(1, 0, 25, 0)],
            Rules(),
            [(1, 0, "core_growth", "25", "20.00", "5.00")],
            id="what finds no taker is told",
        ),
        pytest.param(
            [Measures(1, 20, 0, 0)],
            Rules(modulation=0.5),
            [(1, 0, "carry_forward", "20", "20.00", "0.00")],
            id="withheld money is accounted for with its carry-forward",
        ),
        pytest.param(
            [Measures(1, 20, 0, 7)],
            Rules(modulation=0.5),
            [(1, 0, "carry_forward", "20", "20.00", "0.00"), (1, 0, "earmarked", "7", "6.00", "1.00")],
            id="each measure has its account",
        ),
        pytest.param(
            [Measures(1, 0, 4, 0), Measures(2, 0, 9, 0)],
            Rules(),
            [(1, 0, "core_growth", "4", "4.00", "0.00")],
            id="a year beyond the horizon is not played",
        ),
        pytest.param(
            [Measures(1, 0, 4, 0, (True, False)), Measures(1, 0, 3, 0, (False, True))],
            Rules(),
            [(1, 0, "core_growth", "4", "4.00", "0.00"), (1, 1, "core_growth", "3", "0.00", "3.00")],
            id="each pot has its account",
        ),
        pytest.param(
            [Measures(1, 0, 0, 0)], Rules(logic="convergence", floor=0.05), [], id="convergence offers nothing: it moves"
        ),
    ],
)
def test_accounts_by_hand(campaign: list[Measures], rules: Rules, expected: list[tuple[Any, ...]]) -> None:
    result = simulate([80, 120], [1, 1], campaign, horizon=1, rules=rules)
    assert told(result, campaign) == expected


def test_no_more_is_distributed_than_offered_when_both_halves_end_on_half_a_cent() -> None:
    # 10.03 € of carry-forward: 5.015 € kept by the first, 5.015 € withheld from the second for the first
    campaign = [Measures(1, 10.03, 0, 0)]
    result = simulate([100, 100], [3, 1], campaign, horizon=1, rules=Rules(modulation=1))
    assert told(result, campaign) == [(1, 0, "carry_forward", "10.03", "10.03", "0.00")]


def test_whole_euros_leave_less_than_an_euro_when_everything_finds_a_taker() -> None:
    # 10 € of carry-forward: 5.50 € kept, 4.50 € withheld and given
    campaign = [Measures(1, 10, 0, 0)]
    result = simulate([55, 45], [4, 1], campaign, horizon=1, rules=Rules(modulation=1))
    assert float(result.allocation[1].sum()) == pytest.approx(110)
    (account,) = [one for one in accounts(notify(result, step=Decimal(1)), campaign) if one.offered]
    assert account.unallocated < 1


@st.composite
def regions(draw: st.DrawFn) -> tuple[Trajectory, list[Measures], list[str]]:
    size = draw(st.integers(1, 5))
    many: dict[str, Any] = {"min_size": size, "max_size": size}
    money = st.integers(0, 20000).map(lambda cents: cents / 100)
    campaign = [Measures(year, draw(money), draw(money), draw(money)) for year in (1, 2)]
    rules = Rules(
        modulation=draw(st.sampled_from([0, 0.3])),
        ceiling=draw(st.sampled_from([None, 0.03])),
        logic=draw(st.sampled_from(["catch_up", "convergence"])),
        floor=0.015,
    )
    result = simulate(
        draw(st.lists(st.integers(1, 1000), **many)),
        draw(st.lists(st.integers(1, 9), **many)),
        campaign,
        horizon=2,
        rules=rules,
    )
    return result, campaign, [f"{row:09d}" for row in range(size)]


@settings(max_examples=50, deadline=None)
@given(regions(), st.sampled_from([CENT, Decimal(1)]))
def test_each_amount_is_whole_and_within_two_steps_of_the_exact_one(
    region: tuple[Trajectory, list[Measures], list[str]], step: Decimal
) -> None:
    result, _, ids = region
    for move, notified in zip(result.movements, notify(result, step=step, ids=ids), strict=True):
        assert [share for share in notified.shares if share % step] == []
        # less than a step when the total is cut to whole steps, less than a step by largest remainder
        assert [float(share) for share in notified.shares] == pytest.approx(move.shares.tolist(), abs=2 * float(step) + 0.01)


@settings(max_examples=50, deadline=None)
@given(regions())
def test_each_movement_is_notified_for_its_total_to_the_cent(region: tuple[Trajectory, list[Measures], list[str]]) -> None:
    result, _, ids = region
    for move, notified in zip(result.movements, notify(result, ids=ids), strict=True):
        assert float(sum(notified.shares)) == pytest.approx(
            float(move.shares.sum()), abs=0.0051 if move.pot >= 0 else 0.0101
        )


@settings(max_examples=50, deadline=None)
@given(regions())
def test_accounts_tell_all_that_was_offered_and_all_that_was_notified(
    region: tuple[Trajectory, list[Measures], list[str]],
) -> None:
    result, campaign, ids = region
    notified = notify(result, ids=ids)
    told = accounts(notified, campaign)
    offered = sum(Decimal(repr(one.carry_forward + 0.0)) for one in campaign)
    assert sum(one.offered for one in told if one.measure == "carry_forward") == offered
    moved = sum((sum(one.shares, Decimal(0)) for one in notified if one.lever != "convergence"), Decimal(0))
    assert sum(one.distributed for one in told) == moved
    assert min(one.unallocated for one in told) >= 0


@settings(max_examples=50, deadline=None)
@given(regions(), st.integers(0, 10**6))
def test_with_ids_the_order_of_hospitals_does_not_matter(
    region: tuple[Trajectory, list[Measures], list[str]], seed: int
) -> None:
    result, _, ids = region
    order = np.random.default_rng(seed).permutation(len(ids))
    moved = tuple(Movement(move.year, move.pot, move.lever, move.offered, move.shares[order]) for move in result.movements)
    mixed = replace(result, movements=moved)
    # the totals must be the same floats: only movements whose sum does not depend on the order are compared
    for move, one, other in zip(
        result.movements, notify(result, ids=ids), notify(mixed, ids=[ids[row] for row in order]), strict=True
    ):
        if float(move.shares.sum()) == float(move.shares[order].sum()) and move.pot >= 0:
            assert other.shares == tuple(one.shares[row] for row in order)
