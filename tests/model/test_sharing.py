"""Sharing an amount out: exact sums, largest remainder, water-filling under caps."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.errors import ModelError
from dotpop_model.sharing import fill, share_out

CENT = Decimal("0.01")
INF = float("inf")


def decimals(amounts: list[str]) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


@pytest.mark.parametrize(
    ("amount", "key", "options", "shares", "remainder"),
    [
        pytest.param(90, [1, 1, 1], {}, ["30.00", "30.00", "30.00"], "0.00", id="equal keys get equal shares"),
        pytest.param(100, [1, 4, 5], {}, ["10.00", "40.00", "50.00"], "0.00", id="shares are pro rata to the keys"),
        pytest.param(1, [1, 2, 3], {}, ["0.17", "0.33", "0.50"], "0.00", id="the odd cent goes to the largest remainder"),
        pytest.param(100, [1, 1, 1], {}, ["33.34", "33.33", "33.33"], "0.00", id="without ids the first row wins a tie"),
        pytest.param(
            100,
            [1, 1, 1],
            {"ids": ["690000001", "2A0000001", "010000001"]},
            ["33.33", "33.33", "33.34"],
            "0.00",
            id="the smallest id wins a tie",
        ),
        pytest.param(
            20,
            [1, 1, 1],
            {"ids": ["2B0000001", "690000001", "2A0000001"], "step": 1},
            ["7", "6", "7"],
            "0",
            id="two odd euros go to the two smallest ids, letters included",
        ),
        pytest.param(10, [1, 1, 1], {"step": 1}, ["4", "3", "3"], "0", id="shares are whole euros when the step is 1"),
        pytest.param(
            "10.57", [1, 1], {"step": 1}, ["5", "5"], "0.57", id="what is smaller than a step stays in the remainder"
        ),
        pytest.param("0.005", [1], {}, ["0.00"], "0.005", id="an amount under a cent is all remainder"),
        pytest.param(1000, [1, 2], {"step": 100}, ["300", "700"], "0", id="the step may be a hundred euros"),
        pytest.param(
            9, [1, 1, 1], {"caps": [1, 9, 9]}, ["1.00", "4.00", "4.00"], "0.00", id="excess over a cap is reshared"
        ),
        pytest.param(
            12,
            [1, 1, 1],
            {"caps": [1, 5, 12]},
            ["1.00", "5.00", "6.00"],
            "0.00",
            id="resharing an excess may fill another cap",
        ),
        pytest.param(
            12,
            [3, 2, 1],
            {"caps": [3, INF, INF]},
            ["3.00", "6.00", "3.00"],
            "0.00",
            id="the excess is reshared pro rata to the keys of the others",
        ),
        pytest.param(10, [1, 1], {"caps": [2, 3]}, ["2.00", "3.00"], "5.00", id="what passes all caps is remainder"),
        pytest.param(10, [1, 1], {"caps": [5, 5]}, ["5.00", "5.00"], "0.00", id="caps may be reached exactly"),
        pytest.param(10, [1, 1], {"caps": [2.999, INF]}, ["2.99", "7.01"], "0.00", id="a cap is cut down to whole steps"),
        pytest.param(10, [1, 1], {"caps": [0, 4]}, ["0.00", "4.00"], "6.00", id="a cap of nothing gets nothing"),
        pytest.param(10, [0, 1], {}, ["0.00", "10.00"], "0.00", id="a key of nothing gets nothing"),
        pytest.param(10, [0, 0], {}, ["0.00", "0.00"], "10.00", id="without any key everything is remainder"),
        pytest.param(10, [0, 1], {"caps": [9, 4]}, ["0.00", "4.00"], "6.00", id="an excess never goes to a key of nothing"),
        pytest.param(0, [1, 2], {}, ["0.00", "0.00"], "0.00", id="nothing is shared as nothing"),
        pytest.param(
            -100, [1, 1, 1], {}, ["-33.34", "-33.33", "-33.33"], "0.00", id="a taking-back is shared by the same rule"
        ),
        pytest.param(-10, [1, 1], {"caps": [2, 3]}, ["-2.00", "-3.00"], "-5.00", id="caps hold for a taking-back"),
        pytest.param(0.3, [0.1, 0.2], {}, ["0.10", "0.20"], "0.00", id="floats are read as they are written"),
        pytest.param(
            Decimal("123456789012.35"),
            [1, 1],
            {},
            ["61728394506.18", "61728394506.17"],
            "0.00",
            id="a hundred billion euros keep their cents",
        ),
        pytest.param(np.int64(10), np.array([1, 1]), {}, ["5.00", "5.00"], "0.00", id="numpy integers are amounts too"),
        pytest.param(np.float64(0.3), [1, 2], {}, ["0.10", "0.20"], "0.00", id="numpy floats are amounts too"),
        pytest.param(10, [], {}, [], "10.00", id="without any row everything is remainder"),
    ],
)
def test_share_out_by_hand(amount: Any, key: Any, options: dict[str, Any], shares: list[str], remainder: str) -> None:
    result = share_out(amount, key, **options)
    assert result.shares == decimals(shares)
    assert result.remainder == Decimal(remainder)


def test_ten_million_euros_to_the_74_creditors_of_paca_option_2_are_135_k_each() -> None:
    # 1 000 000 000 cents = 74 × 13 513 513 + 38
    shares = share_out(10_000_000, [1] * 74).shares
    assert shares == (Decimal("135135.14"),) * 38 + (Decimal("135135.13"),) * 36


@pytest.mark.parametrize(
    ("amount", "key", "caps", "shares"),
    [
        pytest.param(10.0, [1.0, 4.0], [INF, INF], [2.0, 8.0], id="without caps it is pro rata"),
        pytest.param(9.0, [1.0, 1.0, 1.0], [1.0, INF, INF], [1.0, 4.0, 4.0], id="excess over a cap is reshared"),
        pytest.param(12.0, [1.0, 1.0, 1.0], [1.0, 5.0, INF], [1.0, 5.0, 6.0], id="caps fill one after the other"),
        pytest.param(12.0, [1.0, 1.0], [2.0, 3.0], [2.0, 3.0], id="no share passes its cap when money is left"),
        pytest.param(5.0, [0.0, 0.0], [INF, INF], [0.0, 0.0], id="without any key nothing is given"),
        pytest.param(0.0, [1.0, 2.0], [3.0, INF], [0.0, 0.0], id="nothing is shared as nothing"),
        pytest.param(1.0, [1.0, 3.0], [INF, INF], [0.25, 0.75], id="shares are not rounded"),
    ],
)
def test_fill_by_hand(amount: float, key: list[float], caps: list[float], shares: list[float]) -> None:
    assert fill(amount, np.array(key), np.array(caps)).tolist() == pytest.approx(shares)


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(lambda: share_out(1, [1, -2]), ["clés", "négative", "-2"], ("2",), id="a negative key names its row"),
        pytest.param(
            lambda: share_out(1, [1, -2], ids=["010000001", "2A0000001"]),
            ["clés", "négative", "2A0000001"],
            ("2A0000001",),
            id="a negative key names its id",
        ),
        pytest.param(lambda: share_out(1, [None, 1]), ["clés", "manquante"], ("1",), id="a missing key names its row"),
        pytest.param(lambda: share_out(1, [1, INF]), ["clés", "manquante"], ("2",), id="an infinite key is refused"),
        pytest.param(lambda: share_out(1, ["a", 1]), ["clés", "nombres"], (), id="a text is not a key"),
        pytest.param(lambda: share_out(1, [[1, 1]]), ["clés", "dimension"], (), id="a table is not a key"),
        pytest.param(
            lambda: share_out(1, [1, 1], caps=[1, -1]), ["plafonds", "négative"], ("2",), id="a negative cap names its row"
        ),
        pytest.param(
            lambda: share_out(1, [1, 1], caps=[float("nan"), 1]),
            ["plafonds", "manquante"],
            ("1",),
            id="a missing cap names its row",
        ),
        pytest.param(lambda: share_out(1, [1, 1], caps=[1]), ["plafonds", "2", "1"], (), id="caps are as many as keys"),
        pytest.param(lambda: share_out(1, [1, 1], caps=["a", 1]), ["plafonds", "nombres"], (), id="a text is not a cap"),
        pytest.param(lambda: share_out(1, [1, 1], ids=["a"]), ["identifiants", "2", "1"], (), id="ids are as many as keys"),
        pytest.param(lambda: share_out(1, [1], step=0), ["pas", "positif", "0"], (), id="a step of nothing is refused"),
        pytest.param(lambda: share_out(1, [1], step=-1), ["pas", "positif", "-1"], (), id="a negative step is refused"),
        pytest.param(lambda: share_out(float("nan"), [1]), ["montant", "manquante"], (), id="a missing amount is refused"),
        pytest.param(
            lambda: share_out(1, [-1] * 10),
            ["négative", "1, 2, 3, 4, 5, 6, 7, 8 et 2 de plus"],
            tuple(str(row) for row in range(1, 11)),
            id="ten wrong rows are all kept, eight are told",
        ),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []
    assert caught.value.faults[0].rows == rows


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        share_out(float("nan"), [1, -1], caps=[-1, 1], step=0, ids=["a", "b", "c"])
    assert {fault.column for fault in caught.value.faults} == {"clés", "plafonds", "identifiants", "pas", "montant"}


amounts = st.integers(-(10**11), 10**11).map(lambda cents: cents * CENT)
keys = st.lists(st.one_of(st.integers(0, 1000), st.floats(0, 1e6)), min_size=1, max_size=7)
whole_keys = st.lists(st.integers(0, 1000), min_size=1, max_size=7)
steps = st.sampled_from([Decimal("0.01"), Decimal("0.05"), Decimal("1"), Decimal("100")])


@st.composite
def capped(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    key = draw(keys)
    cap = st.one_of(st.just(INF), st.integers(0, 10**8).map(lambda cents: cents / 100))
    return key, draw(st.lists(cap, min_size=len(key), max_size=len(key)))


@settings(max_examples=80, deadline=None)
@given(amounts, capped(), steps)
def test_shares_and_remainder_add_up_to_the_amount_in_whole_steps(
    amount: Decimal, rows: tuple[list[float], list[float]], step: Decimal
) -> None:
    key, caps = rows
    result = share_out(amount, key, caps=caps, step=step)
    assert sum(result.shares) + result.remainder == amount
    assert [share for share in result.shares if share % step != 0] == []
    sign = -1 if amount < 0 else 1
    assert [share for share in (*result.shares, result.remainder) if sign * share < 0] == []


@settings(max_examples=80, deadline=None)
@given(amounts, capped())
def test_no_share_passes_its_cap_and_money_is_left_only_when_all_caps_are_full(
    amount: Decimal, rows: tuple[list[float], list[float]]
) -> None:
    key, caps = rows
    result = share_out(amount, key, caps=caps)
    over = [share for share, cap in zip(result.shares, caps, strict=True) if abs(share) > Decimal(repr(cap))]
    assert over == []
    if result.remainder:
        room = [cap for cap, value in zip(caps, key, strict=True) if value > 0]
        assert INF not in room
        assert sum(map(abs, result.shares)) == sum((Decimal(repr(cap)) for cap in room), Decimal(0))


@settings(max_examples=60, deadline=None)
@given(amounts, keys, steps)
def test_without_caps_each_share_is_within_one_step_of_the_exact_one(
    amount: Decimal, key: list[float], step: Decimal
) -> None:
    result = share_out(amount, key, step=step)
    total = sum(Fraction(value) for value in key)
    if total == 0:
        assert result.remainder == amount
        return
    assert abs(result.remainder) < step
    shared = Fraction(amount - result.remainder)
    far = [
        share
        for share, value in zip(result.shares, key, strict=True)
        if abs(Fraction(share) - shared * Fraction(value) / total) >= Fraction(step)
    ]
    assert far == []


@settings(max_examples=60, deadline=None)
@given(amounts, capped(), steps)
def test_a_negative_amount_mirrors_the_positive_one(
    amount: Decimal, rows: tuple[list[float], list[float]], step: Decimal
) -> None:
    key, caps = rows
    there, back = share_out(amount, key, caps=caps, step=step), share_out(-amount, key, caps=caps, step=step)
    assert back.shares == tuple(-share for share in there.shares)
    assert back.remainder == -there.remainder


@settings(max_examples=60, deadline=None)
@given(amounts.map(abs), keys)
def test_a_larger_key_never_gets_less(amount: Decimal, key: list[float]) -> None:
    shares = share_out(amount, key).shares
    by_key = [shares[row] for row in sorted(range(len(key)), key=lambda row: (key[row], shares[row]))]
    assert by_key == sorted(by_key)


@settings(max_examples=60, deadline=None)
@given(st.data(), amounts, capped())
def test_with_ids_the_order_of_the_rows_does_not_matter(
    data: st.DataObject, amount: Decimal, rows: tuple[list[float], list[float]]
) -> None:
    key, caps = rows
    ids = [f"{row:09d}" for row in range(len(key))]
    order = data.draw(st.permutations(range(len(key))))
    plain = share_out(amount, key, caps=caps, ids=ids).shares
    mixed = share_out(
        amount, [key[row] for row in order], caps=[caps[row] for row in order], ids=[ids[row] for row in order]
    ).shares
    assert mixed == tuple(plain[row] for row in order)


@settings(max_examples=40, deadline=None)
@given(amounts.map(abs), st.lists(st.text("0123456789AB", min_size=1, max_size=3), min_size=1, max_size=7, unique=True))
def test_equal_keys_differ_by_one_step_at_most_in_favour_of_the_smallest_ids(amount: Decimal, ids: list[str]) -> None:
    shares = share_out(amount, [1] * len(ids), ids=ids).shares
    by_id = [shares[row] for row in sorted(range(len(ids)), key=lambda row: ids[row])]
    assert by_id == sorted(by_id, reverse=True)
    assert by_id[0] - by_id[-1] <= CENT


@settings(max_examples=40, deadline=None)
@given(amounts, whole_keys, st.integers(2, 1000))
def test_the_unit_of_the_key_does_not_matter(amount: Decimal, key: list[int], unit: int) -> None:
    assert share_out(amount, [unit * value for value in key]) == share_out(amount, key)


@settings(max_examples=80, deadline=None)
@given(st.floats(0, 1e9), capped())
def test_fill_gives_all_that_the_caps_allow_and_no_more(amount: float, rows: tuple[list[float], list[float]]) -> None:
    key, caps = np.array(rows[0]), np.array(rows[1])
    key = np.where(key < 1e-6, 0, key)
    shares = fill(amount, key, caps)
    room = float(caps[key > 0].sum())
    assert float(shares.sum()) == pytest.approx(min(amount, room), abs=1e-6)
    assert (shares <= caps + 1e-6).all()
    assert shares.min() >= -1e-6
    assert (shares[key == 0] == 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**8), capped())
def test_fill_and_share_out_agree_within_a_cent_per_row(cents: int, rows: tuple[list[float], list[float]]) -> None:
    key, caps = np.array(rows[0]), np.array(rows[1])
    key = np.where(key < 1e-6, 0, key)
    exact = fill(cents / 100, key, caps)
    rounded = [float(share) for share in share_out(cents * CENT, key, caps=caps).shares]
    assert rounded == pytest.approx(exact.tolist(), abs=0.01 * len(key) + 1e-6)
