"""Options put to the vote: who receives, who pays, exact to the cent, debits equal to credits."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.options import GROWTH, SPRINKLING, TRANSFER, Key, Payer, Rule, option, over_funding, under_funding

IDS = ["130000001", "130000002", "130000003", "2A0000004"]
HAVE, WANT = [80.0, 90.0, 130.0, 120.0], [100.0, 100.0, 100.0, 100.0]


def amounts(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


@pytest.mark.parametrize(
    ("amount", "rule", "options", "wanted"),
    [
        pytest.param(42, SPRINKLING, {}, ["8.00", "9.00", "13.00", "12.00"], id="sprinkling follows the allocations"),
        pytest.param(
            15, GROWTH, {}, ["10.00", "5.00", "0.00", "0.00"], id="growth goes to the under-funded, by what they lack"
        ),
        pytest.param(
            60,
            GROWTH,
            {},
            ["40.00", "20.00", "0.00", "0.00"],
            id="growth may pass what is lacking: the option says how much",
        ),
        pytest.param(
            15,
            TRANSFER,
            {},
            ["10.00", "5.00", "-9.00", "-6.00"],
            id="a transfer is paid by the over-funded, by what they have beyond",
        ),
        pytest.param(
            15,
            TRANSFER,
            {"exempt": [IDS[3]]},
            ["10.00", "5.00", "-15.00", "0.00"],
            id="the exempted pay nothing, the others pay for them",
        ),
        pytest.param(
            15,
            TRANSFER,
            {"exempt": [IDS[0]]},
            ["10.00", "5.00", "-9.00", "-6.00"],
            id="an exemption of who receives changes nothing",
        ),
        pytest.param(
            50,
            TRANSFER,
            {},
            ["33.33", "16.67", "-30.00", "-20.00"],
            id="all that the over-funded have beyond may be asked",
        ),
        pytest.param(1, TRANSFER, {"step": 1}, ["1", "0", "-1", "0"], id="whole euros when the step is 1"),
    ],
)
def test_an_option_gives_and_takes(amount: float, rule: Rule, options: dict[str, Any], wanted: list[str]) -> None:
    assert option(HAVE, WANT, amount, rule, ids=IDS, **options).amounts == amounts(*wanted)


@pytest.mark.parametrize(
    ("amount", "rule", "options", "words"),
    [
        pytest.param(
            50.01,
            TRANSFER,
            {},
            "50,01 € demandés aux sur-dotés, qui n'ont que 50,00 €",
            id="more than they have beyond",
        ),
        pytest.param(
            40, TRANSFER, {"exempt": [IDS[2]]}, "qui n'ont que 20,00 €", id="more than is left once some are exempted"
        ),
        pytest.param(
            10,
            TRANSFER,
            {"exempt": ["990000009"]},
            r"établissements inconnus \(990000009\)",
            id="an exemption of nobody",
        ),
        pytest.param(0, GROWTH, {}, "un montant positif est attendu", id="nothing to give"),
        pytest.param(-5, GROWTH, {}, "un montant positif est attendu", id="a negative amount"),
    ],
)
def test_an_option_that_cannot_be_is_refused_in_words(
    amount: float, rule: Rule, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        option(HAVE, WANT, amount, rule, ids=IDS, **options)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        option(HAVE, WANT, 60, TRANSFER, ids=IDS, exempt=["990000009"])
    assert len(caught.value.faults) == 2


def test_when_nobody_lacks_anything_nobody_can_receive() -> None:
    with pytest.raises(ModelError, match="Aucun établissement ne peut recevoir"):
        option([100, 120], [100, 100], 10, GROWTH)


def test_missing_and_negative_amounts_are_named() -> None:
    with pytest.raises(
        ModelError, match=r"dotations : valeur manquante à la ligne 2.*\n?.*théoriques : valeur négative à la ligne 1"
    ):
        under_funding([1, np.nan], [-1, 2])


def test_what_is_lacking_and_what_is_beyond_make_the_difference() -> None:
    assert (under_funding(HAVE, WANT) - over_funding(HAVE, WANT)).tolist() == [20, 10, -30, -20]


RULES = [Rule(payer, key) for payer in Payer for key in Key]
money = st.integers(0, 10**9).map(lambda cents: cents / 100)


@given(st.lists(st.tuples(money, money), min_size=2, max_size=30), st.integers(1, 10**8), st.sampled_from(RULES))
def test_money_is_neither_made_nor_lost(hospitals: list[tuple[float, float]], cents: int, rule: Rule) -> None:
    have, want = zip(*hospitals, strict=True)
    amount = Decimal(cents) / 100
    try:
        found = option(have, want, amount, rule)
    except ModelError:
        return
    assert sum(found.credits) == amount
    assert found.new_money == (0 if rule.payer == Payer.OVER_FUNDED else amount)
    assert all(credit >= 0 for credit in found.credits)
    assert all(debit <= 0 for debit in found.debits)
    assert all(not debit or have > want for debit, (have, want) in zip(found.debits, hospitals, strict=True))


@given(st.permutations(range(4)))
def test_the_order_of_the_hospitals_does_not_matter(order: list[int]) -> None:
    usual = dict(zip(IDS, option(HAVE, WANT, 17, TRANSFER, ids=IDS).amounts, strict=True))
    moved = [[values[place] for place in order] for values in (HAVE, WANT, IDS)]
    have, want, ids = moved
    assert dict(zip(ids, option(have, want, 17, TRANSFER, ids=ids).amounts, strict=True)) == usual  # type: ignore[arg-type]
