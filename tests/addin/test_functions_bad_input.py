"""The cell functions under bad arguments: never an exception, always rows of numbers and French texts."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import pytest
from cases.cell_calls import DIV0, alike, column, through_excel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dotpop_addin.functions.ranges import EXCEL_ERRORS, OMITTED
from dotpop_addin.functions.registry import BY_NAME, FUNCTIONS

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers too large overflow: that is told
WHOLE = 1_048_576  # rows of a sheet


GOOD: dict[str, list[Any]] = {
    "DOTPOP_INDICE_COMPOSE": [column(10, 20), 1, 1, column(100, 100), "rapport", 1],
    "DOTPOP_POP_PONDEREE": [column(1000, 1000), column(0.2, 0), True],
    "DOTPOP_IMPACT": [column(1000, 1000), column(1100, 900)],
    "DOTPOP_ACTIVITE_PONDEREE": [[[10, 2], [0, 1]], [[1, 5]]],
    "DOTPOP_TAUX_FLUX": [[[94087, 22374]], [[0, 0]], [[18409, 5893]]],
    "DOTPOP_POP_CORRIGEE": [column(1000, 10), column(-0.2, 0.1)],
    "DOTPOP_POP_CONTRIBUTION": [column(100, 50), [[3, 1], [0, 2]]],
    "DOTPOP_MOYENNE": [column(100, 300), column(1, 3)],
    "DOTPOP_INDICE": [column(80, 120), column(1, 1), 100],
    "DOTPOP_POSITION": [column(0.94, 0.95), 0.95, 1.05],
    "DOTPOP_BESOIN": [column(80, 120), column(1, 1), 100, 0.95],
    "DOTPOP_REPARTIR": [100, column(1, 1), column(60, 60), 0.01],
    "DOTPOP_TRAJECTOIRE": [
        [["ex-OQN", 80], ["ex-OQN", 120]],
        column(1, 1),
        [[2024, "Tous segments", 0, 1, 0]],
        [["TRJ_GAMMA", 1]],
    ],
    "DOTPOP_SOUS_DOTATION": [column(80, 120), column(100, 100)],
    "DOTPOP_OPTION": [column(80, 120), column(100, 100), 10, "option 2", column("NON", "")],
    "DOTPOP_TRANSITION": [column(100, 100), column(90, 120), [[1, 0.5]], "OUI"],
    "DOTPOP_VERSEMENTS": [[[1200, 1800], [0, 600]], [[1, 7]], "étalé"],
    "DOTPOP_DECOMPOSITION": [column(80, 120), column(1, 1), column(1, 1), column(1, 1), 100],
    "DOTPOP_INEGALITE": [column(80, 120), column(1, 1), column("a", "b")],
}
BAD: dict[str, Any] = {
    "nothing": None,
    "an empty text": "",
    "an argument left out": OMITTED,
    "a text": "n.d.",
    "a number as a text": "1 234,56",
    "a number as a text with a narrow space": "1\u202f234,56",
    "a date and time": datetime(2026, 3, 14, 12),
    "a day": date(2026, 3, 14),
    "a duration": timedelta(hours=26),
    "true": True,
    "false": False,
    "not a number": float("nan"),
    "infinite": float("inf"),
    "infinite below": float("-inf"),
    "a very large number": 1e308,
    "a very small number": 1e-308,
    "nought": 0,
    "a negative number": -5,
    "an amount in a currency format": Decimal("1234.56"),
    **{f"error {told}": code for code, told in EXCEL_ERRORS.items()},
    "an empty range": [],
    "a range without a column": [[]],
    "one cell": [[7]],
    "an empty cell": [[None]],
    "one row": [[1, 2, 3]],
    "cells without rows": [1, 2, 3],
    "one row, as tuples": ((1.0, 2.0, 3.0),),
    "a column of another height": column(1, 2, 3, 4, 5),
    "unequal rows": [[1, 2], [3]],
    "rows that are missing": [None, None],
    "merged cells": column(5, None, None),
    "empty cells": column(None, "", None),
    "texts": column("a", "b"),
    "dates": column(datetime(2026, 1, 1), datetime(2026, 2, 1)),
    "logical values among numbers": column(1.0, True),
    "an error among texts": column("n.d.", DIV0),
    "negative populations": column(-1, 5),
    "noughts": column(0, 0),
    "very large numbers": column(1e308, 1e308),
    "a campaign by segment": [[2024, "ex-OQN", 0, 1, 0]],
    "a campaign without its years": [[None, "ex-OQN", 0, 1, 0]],
    "a campaign in the middle of a year": [[2024.5, "Tous segments", 0, 1, 0]],
    "a campaign of two centuries": [[2024, "Tous segments", 0, 1, 0], [2224, "Tous segments", 0, 1, 0]],
    "a parameter unknown": [["TRJ_TOUT", 1]],
    "a parameter that is a text": [["TRJ_GAMMA", "n.d."]],
    "a parameter without its value": [["TRJ_GAMMA"]],
    "a parameter with two values": [["TRJ_GAMMA", 1, 2]],
}
TRACE = re.compile(r"Traceback|Error\b|\b(None|nan|True|False|datetime|Decimal|numpy)\b|\[\[|object at")
LONGEST = 32_767  # characters of a cell


def check(rows: list[list[Any]]) -> None:
    """Rows of one length, of numbers that a spreadsheet knows and texts that a cell holds, none of them a trace."""
    assert isinstance(rows, list)
    assert rows
    assert len({len(row) for row in rows}) == 1
    assert rows[0]
    for cell in (cell for row in rows for cell in row):
        if isinstance(cell, str):
            assert len(cell) <= LONGEST
            assert not TRACE.search(cell), cell
        else:
            assert isinstance(cell, int | float)
            assert not isinstance(cell, bool)
            assert isfinite(cell)


def test_every_function_has_its_good_arguments_here() -> None:
    assert {name: len(arguments) for name, arguments in GOOD.items()} == {one.name: len(one.arguments) for one in FUNCTIONS}
    for name, arguments in GOOD.items():
        rows = BY_NAME[name](*arguments)
        check(rows)
        assert not any(str(cell).endswith(".") for row in rows for cell in row), name


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_argument_in_each_place_of_each_function_gives_numbers_or_french_words(bad: str) -> None:
    for name, arguments in GOOD.items():
        for place in range(len(arguments)):
            check(BY_NAME[name](*arguments[:place], BAD[bad], *arguments[place + 1 :]))
        check(BY_NAME[name](*[BAD[bad]] * len(arguments)))


CELLS = st.one_of(
    st.none(),
    st.floats(),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.sampled_from(["", " ", "n.d.", "1 234,56", "ex-OQN", "Tous segments", "TRJ_GAMMA", "rapport", DIV0, OMITTED]),
    st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9),
)
RANGES = st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
GIVEN = st.one_of(CELLS, RANGES, st.lists(CELLS, max_size=3))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("name", BY_NAME)
def test_whatever_is_given_numbers_or_french_words_are_shown(name: str, data: st.DataObject) -> None:
    arguments = [data.draw(st.one_of(st.just(good), GIVEN)) for good in GOOD[name]]
    check(BY_NAME[name](*arguments))


TOLD: list[tuple[str, str, list[Any], list[list[Any]]]] = [
    (
        "a date",
        "DOTPOP_INDICE",
        [column(80, datetime(2026, 3, 14)), column(1, 1), 100],
        column(0.8, "dotations : date ou heure 14/03/2026"),
    ),
    (
        "amounts in a currency format",
        "DOTPOP_INDICE",
        [column(Decimal("80.5"), 120), column(1, 1), Decimal(100)],
        column(0.805, 1.2),
    ),
    (
        "a parameter in a currency format",
        "DOTPOP_TRAJECTOIRE",
        [
            column(80, 120),
            column(1, 1),
            [[0, 10, 0]],
            [["IDX_MOYENNE_ENSEMBLE", Decimal(90)], ["ENV_SEGMENTATION", "NON"], ["TRJ_PLAFOND", None]],
        ],
        [[80, 90], [120, 120]],
    ),
    (
        "a logical value among numbers",
        "DOTPOP_INDICE",
        [column(80.0, True), column(1, 1), 100],
        column(0.8, "dotations : valeur logique"),
    ),
    (
        "an error beside a text",
        "DOTPOP_INDICE",
        [column("n.d.", DIV0), column(1, 1), 100],
        column("dotations : « n.d. » n'est pas un nombre", "dotations : erreur #DIV/0!"),
    ),
    ("merged cells", "DOTPOP_INDICE", [column(80, None, 120), column(1, None, 1), 100], column(0.8, "", 1.2)),
    (
        "a result too large",
        "DOTPOP_POP_CORRIGEE",
        [column(1000, 1000), column(1e308, 0)],
        column("nombre trop grand", 1000),
    ),
    (
        "an empty range",
        "DOTPOP_MOYENNE",
        [[[]], column(1)],
        column("dotations : plage vide. Donner une plage d'au moins une cellule."),
    ),
    ("a flag in a range of one cell", "DOTPOP_POP_PONDEREE", [column(10, 10), column(0.5, 0), [[False]]], column(15, 10)),
    (
        "an error for a flag",
        "DOTPOP_POP_PONDEREE",
        [column(10, 10), column(0.5, 0), DIV0],
        column("recentrer : VRAI ou FAUX est attendu, « erreur #DIV/0! » trouvé."),
    ),
    (
        "half a year",
        "DOTPOP_TRAJECTOIRE",
        [80, 1, [[2024.5, "Tous segments", 0, 1, 0]]],
        column("campagne, ligne 1 : année entière attendue, 2024,5 trouvé."),
    ),
    (
        "two centuries",
        "DOTPOP_TRAJECTOIRE",
        [80, 1, [[2024, "Tous segments", 0, 1, 0], [2224, "Tous segments", 0, 1, 0]]],
        column("campagne : de 2024 à 2224, plus de 15 années. Corriger l'année."),
    ),
    (
        "unequal heights",
        "DOTPOP_BESOIN",
        [column(1, 2, 3), column(1, 2)],
        column("Plages de hauteurs différentes (dotations 3, populations 2). Donner autant de lignes à chacune."),
    ),
]


@pytest.mark.parametrize(("name", "arguments", "cells"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_what_is_wrong_is_told_in_french(name: str, arguments: list[Any], cells: list[list[Any]]) -> None:
    assert BY_NAME[name](*arguments) == alike(cells)


def whole(*cells: Any) -> tuple[tuple[Any, ...], ...]:
    """A whole column, as Excel sends it: these cells, then empty ones."""
    width = len(cells[0]) if isinstance(cells[0], tuple) else 1
    lines = tuple(cell if isinstance(cell, tuple) else (cell,) for cell in cells)
    return (*lines, *(((None,) * width,) * (WHOLE - len(lines))))


WHOLE_COLUMNS: list[tuple[str, list[Any], list[list[Any]]]] = [
    ("DOTPOP_INDICE", [whole(80.0, None, 120.0), whole(1.0, None, 1.0), 100], column(0.8, "", 1.2)),
    ("DOTPOP_MOYENNE", [whole(100.0, 300.0), whole(1.0, 3.0)], column(100)),
    ("DOTPOP_REPARTIR", [100, whole(1.0, 1.0)], column(50, 50)),
    (
        "DOTPOP_TRAJECTOIRE",
        [
            whole(("ex-OQN", 80.0), ("ex-OQN", 120.0)),
            whole(1.0, 1.0),
            whole((2024, "Tous segments", 0, 10, 0)),
            [["TRJ_PLAFOND", None]],
        ],
        [[80, 90], [120, 120]],
    ),
    ("DOTPOP_POSITION", [whole(None)], column("")),
]


@pytest.mark.parametrize(("name", "arguments", "cells"), WHOLE_COLUMNS, ids=[case[0] for case in WHOLE_COLUMNS])
def test_whole_columns_give_what_their_filled_rows_give(name: str, arguments: list[Any], cells: list[list[Any]]) -> None:
    assert BY_NAME[name](*arguments) == alike(cells)


def test_bad_arguments_come_through_excel_as_through_the_registry() -> None:
    """What JSON can carry of the bad arguments, through xlwings' own COM layer, in a process of its own."""
    kinds = [kind for kind, value in BAD.items() if carried(value)]
    assert len(kinds) > 25
    calls = [
        (name, [*arguments[:place], BAD[kind], *arguments[place + 1 :]])
        for name, arguments in GOOD.items()
        for place in range(len(arguments))
        for kind in kinds
    ]
    for (name, arguments), rows in zip(calls, through_excel(calls), strict=True):
        assert rows == alike(BY_NAME[name](*arguments)), (name, arguments)


def carried(value: Any) -> bool:
    """Whether JSON carries a value as it is, and Excel could send it."""
    if isinstance(value, list):
        return value not in ([], [[]]) and all(carried(one) for one in value)
    return value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value))
