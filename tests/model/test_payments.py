"""Payments in twelfths: always twelve, always the year's amount to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.payments import Adjustment, Circular, payments


def amounts(*numbers: float) -> tuple[Decimal, ...]:
    return tuple(Decimal(f"{number:.2f}") for number in numbers)


@pytest.mark.parametrize(
    ("circulars", "adjustment", "wanted"),
    [
        pytest.param([(1, 1200)], "at_once", [100] * 12, id="one amount in twelve equal parts"),
        pytest.param(
            [(1, 1200), (7, 1800)],
            "at_once",
            [100] * 6 + [450] + [150] * 5,
            id="a rise is made up for at once, then paid by twelfths",
        ),
        pytest.param([(1, 1200), (7, 1800)], "spread", [100] * 6 + [200] * 6, id="a rise is spread over the months left"),
        pytest.param([(1, 1200), (7, 600)], "at_once", [100] * 6 + [-250] + [50] * 5, id="a fall is taken back at once"),
        pytest.param([(7, 1200)], "at_once", [0] * 6 + [700] + [100] * 5, id="nothing before the first circular"),
        pytest.param([(7, 1200)], "spread", [0] * 6 + [200] * 6, id="the whole year over the months left"),
        pytest.param([(12, 1200)], "at_once", [0] * 11 + [1200], id="a circular of December is paid at once"),
        pytest.param([(1, 1200), (7, 1800), (11, 2400)], "spread", [100] * 6 + [200] * 4 + [500] * 2, id="three circulars"),
        pytest.param([(1, 100)], "at_once", [8.33, 8.33, 8.34] * 4, id="odd cents are paid as soon as they are whole"),
        pytest.param([(1, 0)], "at_once", [0] * 12, id="nothing all year"),
    ],
)
def test_a_year_of_payments(circulars: list[tuple[int, float]], adjustment: str, wanted: list[float]) -> None:
    given_circulars = [Circular(month, amount) for month, amount in circulars]
    assert payments(given_circulars, adjustment=Adjustment(adjustment)) == amounts(*wanted)


@pytest.mark.parametrize(
    ("circulars", "words"),
    [
        pytest.param([], "Aucune circulaire", id="no circular"),
        pytest.param([(7, 1), (6, 2)], r"dans le désordre \(mois 7, 6\)", id="circulars out of order"),
        pytest.param([(7, 1), (7, 2)], "dans le désordre", id="two circulars in one month"),
        pytest.param([(0, 1)], "mois 0, un mois de 1 à 12", id="a month before January"),
        pytest.param([(13, 1)], "mois 13", id="a month after December"),
        pytest.param([(1, -1)], "un montant positif est attendu", id="a negative amount"),
        pytest.param([(1, float("nan"))], "un montant positif est attendu", id="a missing amount"),
    ],
)
def test_circulars_that_cannot_be_are_refused(circulars: list[tuple[int, float]], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        payments([Circular(month, amount) for month, amount in circulars])


cents = st.integers(0, 10**12).map(lambda one: Decimal(one) / 100)


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=5, unique=True).map(sorted),
    st.lists(cents, min_size=5, max_size=5),
    st.sampled_from(list(Adjustment)),
    st.sampled_from(["0.01", "1"]),
)
def test_twelve_payments_make_the_amount_of_the_last_circular(
    months: list[int], values: list[Decimal], adjustment: Adjustment, step: str
) -> None:
    circulars = [Circular(month, value) for month, value in zip(months, values, strict=False)]
    found = payments(circulars, adjustment=adjustment, step=step)
    assert len(found) == 12
    assert sum(found) == circulars[-1].amount
    assert all(one % Decimal(step) == 0 for one in found[:-1])
