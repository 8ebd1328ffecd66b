"""Transition: one amount per hospital, then rates that only fall."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.transition import transition_amounts, transition_by_year

RATES = {2023: 1.0, 2024: 1.0, 2025: 0.75, 2026: 0.5, 2027: 0.25, 2028: 0.0}
AFTER_2023 = dict.fromkeys(range(2024, 2029), True)


def test_the_amount_is_the_old_revenue_less_the_new_one() -> None:
    assert transition_amounts([1000, 1000, 500], [900, 1200, 500]).tolist() == [100, -200, 0]


def test_who_loses_receives_less_each_year_and_nothing_at_the_end() -> None:
    years = transition_by_year([100.0], RATES)
    assert [years[year][0] for year in sorted(years)] == [
        Decimal(x) for x in ("100.00", "100.00", "75.00", "50.00", "25.00", "0.00")
    ]


def test_in_2023_nothing_is_taken_back_from_who_gains() -> None:
    years = transition_by_year([-200.0], RATES, taken_back=AFTER_2023)
    assert [years[year][0] for year in (2023, 2024, 2025)] == [Decimal("0.00"), Decimal("-200.00"), Decimal("-150.00")]


def test_a_region_may_take_nothing_back_at_all() -> None:
    assert {amount for shares in transition_by_year([-200.0], RATES).values() for amount in shares} == {Decimal("0.00")}


@pytest.mark.parametrize(
    ("amount", "rate", "wanted"),
    [
        pytest.param(0.10, 0.5, "0.05", id="exact cents"),
        pytest.param(0.03, 0.5, "0.02", id="half a cent to the even cent"),
        pytest.param(0.05, 0.5, "0.02", id="half a cent to the even cent, down"),
        pytest.param(100.01, 0.75, "75.01", id="to the nearest cent"),
    ],
)
def test_amounts_are_whole_cents(amount: float, rate: float, wanted: str) -> None:
    assert transition_by_year([amount], {2025: rate})[2025] == (Decimal(wanted),)


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        pytest.param(
            {2024: 0.5, 2025: 0.75},
            r"année 2025 \(0,75\) au-dessus de celui de l'année 2024 \(0,5\)",
            id="a rate that rises",
        ),
        pytest.param(
            {2025: 0.75, 2024: 0.5}, "au-dessus de celui de l'année 2024", id="whatever the order in which rates are given"
        ),
        pytest.param({2024: 1.2}, "taux de l'année 2024 : 1,2, un taux entre 0 et 1 est attendu", id="a rate over 1"),
        pytest.param({2024: -0.1}, "taux de l'année 2024 : -0,1", id="a rate under 0"),
        pytest.param({2024: float("nan")}, "taux de l'année 2024 : nan", id="a rate that is missing"),
    ],
)
def test_rates_that_cannot_be_are_refused(rates: dict[int, float], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        transition_by_year([100.0], rates)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        transition_by_year([float("nan")], {2024: 1.2, 2025: 1.3})
    assert len(caught.value.faults) == 4  # the amount, two rates out of bounds, one that rises


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda cents: cents / 100), max_size=20))
def test_nobody_is_given_more_than_the_full_amount_nor_asked_more(values: list[float]) -> None:
    for shares in transition_by_year(values, RATES, taken_back=AFTER_2023).values():
        assert all(abs(share) <= abs(Decimal(repr(value))) for share, value in zip(shares, values, strict=True))
