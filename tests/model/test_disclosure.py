"""Small counts: what is hidden, by hand; and readers who try to find it again from what is printed alone."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from cases.recovering import Attack
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model.disclosure import MISSING, SECRET, SHOWN, STATE, Protected, Weighted, evidently_safe, protect
from dotpop_model.errors import ModelError
from dotpop_model.tables import Frame

NAN = float("nan")
THRESHOLD = 11
CROSSED = [("zone", "age"), ("zone",), ("age",), ()]


def row(*counts: float) -> Frame:
    """Counts by form."""
    return Frame({"form": [f"F{place}" for place in range(len(counts))], "patients": list(counts)})


def grid(*rows: Sequence[float]) -> Frame:
    """Counts by zone (rows) and age (columns)."""
    lines = [(f"Z{zone}", f"A{age}", float(count)) for zone, counts in enumerate(rows) for age, count in enumerate(counts)]
    return Frame.from_rows(["zone", "age", "patients"], lines)


def hidden(shown: Protected) -> list[str]:
    """The states of every table as letters: s(ecret), . (shown), m(issing)."""
    letters = {SECRET: "s", SHOWN: ".", MISSING: "m"}
    return ["".join(letters[state] for state in table[STATE]) for table in shown.tables]


@pytest.mark.parametrize(
    ("counts", "options", "expected"),
    [
        pytest.param([20, 30, 11], {}, ["...", "."], id="nothing is hidden when no count is small"),
        pytest.param([3, 20, 30], {}, ["ss.", "."], id="the smallest of the others is hidden with a small count"),
        pytest.param([10, 11, 12], {}, ["ss.", "."], id="the threshold itself is not small"),
        pytest.param([3, 4, 30], {}, ["sss", "."], id="two small counts that cannot reach the threshold need a third"),
        pytest.param([6, 6, 30], {}, ["ss.", "."], id="two small counts may protect each other"),
        pytest.param([5], {}, ["s", "s"], id="the total of one small count is as small"),
        pytest.param([4, 5], {}, ["ss", "s"], id="the total is hidden when its lines are not enough"),
        pytest.param([5, 7], {}, ["ss", "."], id="five and seven of twelve may each be one to eleven"),
        pytest.param([5, 6], {}, ["ss", "s"], id="five and six of eleven cannot reach eleven, one being left to the other"),
        pytest.param([0, 5, 50], {}, [".ss", "."], id="a zero is printed"),
        pytest.param(
            [0, 5, 50], {"zeros_published": False}, ["sss", "."], id="a zero is hidden when zeros are small counts"
        ),
        pytest.param([0, 50], {"zeros_published": False}, ["ss", "."], id="a lone zero is protected like a small count"),
        pytest.param([NAN, 5, 50], {}, ["ms.", "m"], id="without its total a small count needs no other"),
        pytest.param([3, 20, 30], {"threshold": 3}, ["...", "."], id="the threshold is a parameter"),
        pytest.param([3, 20, 30], {"known": [()]}, ["ss.", "."], id="a total known from elsewhere is never hidden"),
        pytest.param([2, 1, 4], {"threshold": 3}, ["sss", "."], id="two and one of three leave neither of them three"),
    ],
)
def test_one_row_by_hand(counts: list[float], options: dict[str, Any], expected: list[str]) -> None:
    assert hidden(protect(row(*counts), "patients", [("form",), ()], **{"threshold": THRESHOLD, **options})) == expected


@pytest.mark.parametrize(
    ("rows", "groupings", "expected"),
    [
        pytest.param([(4, 40), (30, 20)], CROSSED, ["ssss", "..", "..", "."], id="in a square the whole square is hidden"),
        pytest.param(
            [(4, 40, 60), (30, 20, 70), (80, 90, 95)],
            CROSSED,
            ["ss.ss....", "...", "...", "."],
            id="the cheapest rectangle is hidden",
        ),
        pytest.param([(4, 40), (30, 20)], [("zone", "age")], ["s..."], id="without totals only the small count is hidden"),
        pytest.param([(4, 40), (30, 20)], [("zone", "age"), ("zone",)], ["ss..", ".."], id="totals of rows only"),
        pytest.param([(4, 0), (0, 50)], CROSSED, ["s..s", "ss", "ss", "."], id="a total of one line is hidden like a line"),
        pytest.param([(4, 4), (40, 50)], [("zone",), ("age",)], ["s.", "s."], id="a small total is a small count"),
        pytest.param(
            [(4, 40), (30, 20)], [("zone",), ("age",)], ["..", ".."], id="cells that are not printed are safe here"
        ),
        pytest.param([(1, 40), (40, 0)], [("zone",), ("age",), ()], ["..", "..", "."], id="large margins leave room"),
    ],
)
def test_tables_by_hand(rows: list[tuple[float, ...]], groupings: list[tuple[str, ...]], expected: list[str]) -> None:
    assert hidden(protect(grid(*rows), "patients", groupings, threshold=THRESHOLD)) == expected


def test_the_interval_of_a_square_is_the_one_found_by_hand() -> None:
    # A + B = 44, A + C = 34, and the fourth is A + 16: A goes from 1 to 33
    shown = protect(grid((4, 40), (30, 20)), "patients", CROSSED, threshold=THRESHOLD)
    (low, high), *totals = shown.intervals()
    assert low.tolist() == pytest.approx([1, 11, 1, 17])
    assert high.tolist() == pytest.approx([33, 43, 33, 49])
    assert [one.tolist() for pair in totals for one in pair] == [[44, 50]] * 2 + [[34, 60]] * 2 + [[94]] * 2


def test_what_is_hidden_is_not_in_the_tables() -> None:
    (cells, *_) = protect(row(3, 20, 30), "patients", [("form",), ()], threshold=THRESHOLD).tables
    assert np.isnan(cells["patients"]).tolist() == [True, True, False]


def test_primary_and_secondary_have_one_mark() -> None:
    (cells, *_) = protect(row(3, 20, 30), "patients", [("form",), ()], threshold=THRESHOLD).tables
    assert cells[STATE].tolist() == [SECRET, SECRET, SHOWN]


def test_a_reader_who_knows_a_hidden_line_does_not_find_the_other() -> None:
    lines = row(8, 9, 40)
    alone = protect(lines, "patients", [("form",), ()], threshold=THRESHOLD)
    known = protect(lines, "patients", [("form",), ()], threshold=THRESHOLD, readers=[np.array([True, False, False])])
    assert hidden(alone) == ["ss.", "."]
    assert hidden(known) == ["sss", "."]  # 17 − 8 = 9


def test_a_reader_does_not_find_what_is_not_even_printed() -> None:
    # the zone has two hospitals: the first takes its 20 patients off the printed 23
    lines = Frame({"finess": ["1", "2", "1"], "zone": ["A", "A", "B"], "patients": [20.0, 3.0, 50.0]})
    groupings = [("zone",), ("finess",)]
    own = [np.array([True, False, True])]
    alone = protect(lines, "patients", groupings, threshold=THRESHOLD)
    known = protect(lines, "patients", groupings, threshold=THRESHOLD, readers=own)
    assert [hidden(one)[0][0] for one in (alone, known)] == [".", "s"]


def test_weighted_sums_do_not_give_counts_away() -> None:
    # two counts, their sum and their weighted sum: two equations for two unknowns
    lines = Frame({"form": ["TP", "CMP"], "weight": [10.0, 1.0], "patients": [5.0, 30.0]})
    shown = protect(lines, "patients", [("form",), (), Weighted((), "weight")], threshold=THRESHOLD)
    cells, total, weighted = hidden(shown)
    assert cells == "ss"
    assert "s" in total + weighted


counts = st.one_of(st.just(0), st.integers(1, 14), st.integers(1, 200))
weighted = st.tuples(counts, st.sampled_from([0.0, 0.5, 1.0, 3.0, 20.0]), st.integers(0, 2), st.integers(0, 2))
"""A count, its weight, and which sums it stands in."""


def plainly(lines: Frame, sums: Sequence[str], *, zeros_published: bool = True) -> bool:
    same = np.array([int("0" + "".join(line)) for line in zip(*(lines.texts(name) for name in sums), strict=True)])
    standing = same if sums else np.zeros(len(lines), dtype=np.intp)
    volumes, weights = lines.floats("patients"), lines.floats("weight")
    return evidently_safe(volumes, weights, standing, threshold=THRESHOLD, zeros_published=zeros_published)


@settings(max_examples=150, deadline=None)
@given(st.lists(weighted, min_size=1, max_size=8), st.booleans())
def test_one_weighted_sum_is_safe_exactly_where_it_plainly_is(drawn: list[tuple[Any, ...]], zeros_published: bool) -> None:
    lines = Frame.from_rows(["patients", "weight"], [(float(count), weight) for count, weight, *_ in drawn])
    (table,) = protect(
        lines, "patients", [Weighted((), "weight")], threshold=THRESHOLD, zeros_published=zeros_published
    ).tables
    assert plainly(lines, [], zeros_published=zeros_published) == (table[STATE].tolist() == [SHOWN])


@settings(max_examples=150, deadline=None)
@given(st.lists(weighted, min_size=1, max_size=12))
def test_weighted_sums_that_are_plainly_safe_hide_nothing(drawn: list[tuple[Any, ...]]) -> None:
    rows = [(float(count), weight, str(cell), str(leak)) for count, weight, cell, leak in drawn]
    lines = Frame.from_rows(["patients", "weight", "cell", "leak"], rows)
    tables = protect(
        lines, "patients", [Weighted((name,), "weight") for name in ("cell", "leak")], threshold=THRESHOLD
    ).tables
    if plainly(lines, ["cell", "leak"]):
        assert {state for table in tables for state in table[STATE]} == {SHOWN}


def test_a_count_that_known_totals_give_away_is_refused() -> None:
    with pytest.raises(ModelError, match="totaux déjà connus feraient deviner : F0, F1"):
        protect(row(5, 4), "patients", [("form",), ()], threshold=THRESHOLD, known=[()])


def test_negative_counts_are_refused_with_their_lines() -> None:
    with pytest.raises(ModelError, match="négatifs aux lignes 2") as refused:
        protect(row(5, -4), "patients", [("form",)], threshold=THRESHOLD)
    assert refused.value.faults[0].rows == ("2",)


def test_a_total_is_at_least_its_printed_lines() -> None:
    # ten patients one by one: printed zeros tell that each of the ten lines is 1 or more
    shown = protect(row(*[1.0] * 10, 0.0), "patients", [("form",), ()], threshold=THRESHOLD)
    assert hidden(shown) == ["s" * 10 + ".", "s"]


@st.composite
def crossed(draw: st.DrawFn) -> tuple[Frame, list[tuple[str, ...]]]:
    """Counts by two or three columns, and some of the tables that can be made of them."""
    names = ["zone", "age", "form"][: draw(st.integers(2, 3))]
    sizes = [draw(st.integers(1, 4)) for _ in names]
    lines = [(*(str(place) for place in key), float(draw(counts))) for key in product(*(range(size) for size in sizes))]
    margins = [(), *((name,) for name in names), *((one, other) for one in names for other in names if one < other)]
    chosen = draw(st.lists(st.sampled_from(margins), unique=True, max_size=len(margins)))
    return Frame.from_rows([*names, "patients"], lines), [tuple(names), *(one for one in chosen if len(one) < len(names))]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(crossed())
def test_no_printed_table_narrows_a_small_count(drawn: tuple[Frame, list[tuple[str, ...]]]) -> None:
    lines, groupings = drawn
    tables = protect(lines, "patients", groupings, threshold=THRESHOLD).tables
    attack = Attack(tables, groupings)
    patients = lines["patients"]
    for columns, table, sums in zip(groupings, tables, attack.sums, strict=True):
        own = list(zip(*(lines.texts(name) for name in columns), strict=True)) or [()] * len(lines)
        figures = list(zip(*(table.texts(name) for name in columns), strict=True)) or [()]
        for key, figure in zip(figures, sums, strict=True):
            inside = np.array([code == key for code in own])
            true, filled = patients[inside].sum(), (patients[inside] > 0).sum()
            if 0 < true < THRESHOLD:
                low, high = attack.interval(figure)
                assert low <= filled + 1e-6
                assert high >= THRESHOLD - 1e-6


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(crossed())
def test_the_audit_finds_the_intervals_that_a_reader_finds(drawn: tuple[Frame, list[tuple[str, ...]]]) -> None:
    lines, groupings = drawn
    shown = protect(lines, "patients", groupings, threshold=THRESHOLD)
    attack = Attack(shown.tables, groupings)
    for (low, high), sums in zip(shown.intervals(), attack.sums, strict=True):
        found = [attack.interval(figure) for figure in sums]
        assert low.tolist() == pytest.approx([one for one, _ in found], abs=1e-5)
        assert high.tolist() == pytest.approx([one for _, one in found], abs=1e-5)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=2), st.booleans())
def test_every_whole_value_up_to_the_threshold_is_left(rows: list[list[int]], zeros_published: bool) -> None:
    # brute force: every table of whole numbers that agrees with what is printed
    threshold, most = 3, 10
    shown = protect(grid(*rows), "patients", CROSSED, threshold=threshold, zeros_published=zeros_published)
    cells, by_zone, by_age, total = shown.tables
    states = cells[STATE].reshape(2, 3)
    candidates = np.stack(np.meshgrid(*_possible(cells, most, zeros_published), indexing="ij"), -1).reshape(-1, 2, 3)
    agree = np.ones(len(candidates), dtype=bool)
    for table, sums in ((by_zone, candidates.sum(2)), (by_age, candidates.sum(1)), (total, candidates.sum((1, 2))[:, None])):
        for place, (value, state) in enumerate(zip(table["patients"], table[STATE], strict=True)):
            agree &= sums[:, place] == value if state == SHOWN else sums[:, place] >= int(zeros_published)
    left = candidates[agree]
    for zone, age in product(range(2), range(3)):
        if int(zeros_published) <= rows[zone][age] < threshold:
            assert states[zone, age] == SECRET
            assert set(range(int(zeros_published), threshold + 1)) <= set(left[:, zone, age].tolist())


def _possible(cells: Frame, most: int, zeros_published: bool) -> list[list[int]]:
    printed = zip(cells["patients"].tolist(), cells[STATE].tolist(), strict=True)
    return [list(range(int(zeros_published), most)) if state == SECRET else [int(value)] for value, state in printed]


@settings(max_examples=25, deadline=None)
@given(crossed(), st.integers(0, 10**6))
def test_no_more_is_hidden_than_needed_where_nothing_is_small(drawn: tuple[Frame, list[tuple[str, ...]]], seed: int) -> None:
    lines, groupings = drawn
    large = Frame({**{name: lines[name] for name in lines.names}, "patients": lines["patients"] + THRESHOLD})
    assert set("".join(hidden(protect(large, "patients", groupings, threshold=THRESHOLD)))) == {"."}


@settings(max_examples=25, deadline=None)
@given(crossed())
def test_the_same_counts_hide_the_same_figures(drawn: tuple[Frame, list[tuple[str, ...]]]) -> None:
    lines, groupings = drawn
    once, again = (hidden(protect(lines, "patients", groupings, threshold=THRESHOLD)) for _ in range(2))
    assert once == again


def test_a_hospital_of_ordinary_size_keeps_its_large_counts() -> None:
    # 6 territories × 2 ages × 8 forms, most of the patients in the first territory
    random = np.random.default_rng(2023)
    keys = [key for key in product(range(6), range(2), range(8)) if random.random() < 0.7]
    lines = Frame.from_rows(
        ["zone", "age", "form", "patients"],
        [(str(z), str(a), str(f), float(1 + random.lognormal(5 if z == 0 else 2) // 1)) for z, a, f in keys],
    )
    groupings = [("zone", "age", "form"), ("zone", "age"), ("zone",), ("age",), ("form",), ()]
    tables = protect(lines, "patients", groupings, threshold=THRESHOLD).tables
    assert np.nansum(tables[0]["patients"]) > 0.8 * lines["patients"].sum()
    assert [set(table[STATE].tolist()) for table in tables[2:]] == [{SHOWN}] * 4
