"""Envelope: from the regional allocation to the segments, to the cent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from cases.faults_told import assert_told
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.envelope import Envelope, split
from dotpop_model.errors import ModelError

THREE = {"sectorised": 6, "non_sectorised": 2, "oqn": 1}


@pytest.mark.parametrize(
    ("total", "specific", "margin_rate", "history", "to_share", "segments"),
    [
        pytest.param(
            1000,
            [80],
            0.02,
            THREE,
            "900.00",
            {"sectorised": "600.00", "non_sectorised": "200.00", "oqn": "100.00"},
            id="specific activities and margin come off first, the rest goes by history",
        ),
        pytest.param(
            1000,
            [],
            0,
            {"sectorised": 85, "oqn": 15},
            "1000.00",
            {"sectorised": "850.00", "oqn": "150.00"},
            id="85 and 15 %",
        ),
        pytest.param(1000, [10, 20.5, "0.50"], 0, {"all": 1}, "969.00", {"all": "969.00"}, id="one segment gets everything"),
        pytest.param(
            1000,
            [],
            0,
            {"sectorised": 3, "non_sectorised": 1},
            "1000.00",
            {"sectorised": "750.00", "non_sectorised": "250.00"},
            id="without ex-OQN everything is ex-DAF",
        ),
        pytest.param(1000, [], 0, {"oqn": 5}, "1000.00", {"oqn": "1000.00"}, id="with ex-OQN alone everything is ex-OQN"),
        pytest.param(
            1000,
            [],
            0,
            {"sectorised": 0, "non_sectorised": 0, "oqn": 5},
            "1000.00",
            {"sectorised": "0.00", "non_sectorised": "0.00", "oqn": "1000.00"},
            id="no history is no money",
        ),
        pytest.param(
            100,
            [],
            0,
            {"sectorised": 1, "non_sectorised": 1, "oqn": 1},
            "100.00",
            # ex-DAF 66.67 and ex-OQN 33.33; the odd cent of the tie goes to the smallest name
            {"sectorised": "33.33", "non_sectorised": "33.34", "oqn": "33.33"},
            id="the odd cents are shared in two stages",
        ),
        pytest.param(
            "100.01",
            [],
            0,
            {"sectorised": 3, "non_sectorised": 3, "oqn": 4},
            "100.01",
            # 60.006 and 40.004 €: the cent is for ex-DAF; in one stage it would be for ex-OQN
            {"sectorised": "30.00", "non_sectorised": "30.01", "oqn": "40.00"},
            id="ex-DAF is rounded against ex-OQN before it is split",
        ),
        pytest.param(100.25, [], 0.02, {"all": 1}, "98.25", {"all": "98.25"}, id="a margin of 2.005 € is 2.00 €"),
        pytest.param("100.35", [], 0.1, {"all": 1}, "90.31", {"all": "90.31"}, id="a margin of 10.035 € is 10.04 €"),
        pytest.param(100, [90], 0.1, {"all": 1}, "0.00", {"all": "0.00"}, id="nothing may be left to share"),
        pytest.param(
            1000,
            [],
            0,
            {
                "population": 79.7,
                "activity": 15,
                "specific": 2,
                "transformation": 1,
                "new": 1,
                "quality": 0.6,
                "coding": 0.6,
                "research": 0.1,
            },
            "1000.00",
            {
                "population": "797.00",
                "activity": "150.00",
                "specific": "20.00",
                "transformation": "10.00",
                "new": "10.00",
                "quality": "6.00",
                "coding": "6.00",
                "research": "1.00",
            },
            id="the national psychiatry compartments",
        ),
        pytest.param(
            1000,
            [],
            0,
            {"sectorised": 0.425, "non_sectorised": 0.425, "oqn": 0.15},
            "1000.00",
            {"sectorised": "425.00", "non_sectorised": "425.00", "oqn": "150.00"},
            id="the history may be in M€ or in shares",
        ),
        pytest.param(
            np.float64(1000),
            [np.float64(80)],
            np.float64(0.02),
            {name: np.float64(amount) for name, amount in THREE.items()},
            "900.00",
            {"sectorised": "600.00", "non_sectorised": "200.00", "oqn": "100.00"},
            id="amounts may come from a table as numpy floats",
        ),
        pytest.param(
            np.int64(1000),
            [np.int64(80)],
            0.02,
            {name: np.int64(amount) for name, amount in THREE.items()},
            "900.00",
            {"sectorised": "600.00", "non_sectorised": "200.00", "oqn": "100.00"},
            id="amounts may come from a table as numpy integers",
        ),
    ],
)
def test_split_by_hand(
    total: Any, specific: Any, margin_rate: float, history: Any, to_share: str, segments: dict[str, str]
) -> None:
    envelope = split(total, specific, margin_rate, history)
    assert envelope.to_share == Decimal(to_share)
    assert envelope.segments == {name: Decimal(amount) for name, amount in segments.items()}


def test_the_parts_of_the_envelope_are_told() -> None:
    envelope = split(1000, [50, 30], 0.02, THREE)
    assert (envelope.total, envelope.specific, envelope.margin) == (Decimal(1000), Decimal(80), Decimal(20))
    assert envelope.ex_daf == Decimal(800)


@pytest.mark.parametrize(
    ("call", "words", "rows"),
    [
        pytest.param(
            lambda: split(100, [90], 0.2, THREE), ["ASR (90", "marge (20", "100"], (), id="more taken off than there is"
        ),
        pytest.param(lambda: split(100, [], 0, {}), ["historique"], (), id="no history"),
        pytest.param(
            lambda: split(100, [], 0, {"sectorised": 0, "oqn": 0}), ["historique", "nuls"], (), id="a history of nothing"
        ),
        pytest.param(
            lambda: split(100, [], 0, {"a": 5, "b": -1}), ["négative", "-1"], ("b",), id="a negative history is named"
        ),
        pytest.param(
            lambda: split(100, [], 0, {"sectorised": -5, "non_sectorised": 9, "oqn": 1}),
            ["négative", "-5"],
            ("sectorised",),
            id="a negative segment hidden in ex-DAF is named",
        ),
        pytest.param(
            lambda: split(100, [], 0, {"sectorised": -5, "non_sectorised": 2, "oqn": 9}),
            ["négative", "-5"],
            ("sectorised",),
            id="a negative segment that makes ex-DAF negative is named",
        ),
        pytest.param(
            lambda: split(100, [], -0.1, THREE), ["marge"], (), id="a negative margin would share what does not exist"
        ),
        pytest.param(lambda: split(100, [], float("nan"), THREE), ["marge"], (), id="a missing margin is refused"),
        pytest.param(lambda: split(100, [-10], 0, THREE), ["ASR"], ("1",), id="a negative specific activity is refused"),
        pytest.param(lambda: split(-100, [], 0, THREE), ["enveloppe"], (), id="a negative envelope is refused"),
    ],
)
def test_faults_are_told_in_french(call: Callable[[], object], words: list[str], rows: tuple[str, ...]) -> None:
    assert_told(call, words, rows)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        split(100, [200], 0, {})
    assert {fault.column for fault in caught.value.faults} == {"enveloppe", "historique"}


cents = st.integers(0, 10**11).map(lambda units: units * Decimal("0.01"))
histories = st.one_of(
    st.fixed_dictionaries(
        {"sectorised": st.integers(1, 10**6)},
        optional={"non_sectorised": st.integers(0, 10**6), "oqn": st.integers(0, 10**6)},
    ),
    st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 10**6), min_size=1),
)
cases = st.tuples(
    cents, st.lists(st.sampled_from([Decimal(0), Decimal("0.07")]), max_size=3), st.sampled_from([0, 0.01, 0.02])
)


def taken(case: tuple[Decimal, list[Decimal], float], history: dict[str, int]) -> Envelope:
    total, specific, margin_rate = case
    return split(total + 1, specific, margin_rate, history)


@settings(max_examples=60, deadline=None)
@given(cases, histories)
def test_every_split_adds_up_to_the_cent(case: tuple[Decimal, list[Decimal], float], history: dict[str, int]) -> None:
    envelope = taken(case, history)
    assert envelope.specific == sum(case[1])
    assert envelope.specific + envelope.margin + envelope.to_share == envelope.total == case[0] + 1
    assert abs(envelope.margin - envelope.total * Decimal(str(case[2]))) <= Decimal("0.005")
    assert sum(envelope.segments.values()) == envelope.to_share
    assert set(envelope.segments) == set(history)
    assert min(envelope.segments.values()) >= 0


@settings(max_examples=40, deadline=None)
@given(cases, histories)
def test_each_segment_is_within_two_cents_of_its_exact_part(
    case: tuple[Decimal, list[Decimal], float], history: dict[str, int]
) -> None:
    envelope = taken(case, history)
    for name, amount in envelope.segments.items():
        exact = envelope.to_share * history[name] / sum(history.values())
        assert abs(amount - exact) < Decimal("0.02")


@settings(max_examples=40, deadline=None)
@given(st.data(), cases, histories)
def test_neither_the_order_nor_the_unit_of_the_history_matters(
    data: st.DataObject, case: tuple[Decimal, list[Decimal], float], history: dict[str, int]
) -> None:
    order = data.draw(st.permutations(list(history)))
    mixed = {name: 1000 * history[name] for name in order}
    assert taken(case, mixed).segments == taken(case, history).segments
