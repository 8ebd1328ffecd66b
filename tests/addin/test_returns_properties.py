"""Whatever stands in the cells of an answer: it is read without failing, left as it is, and never taken for another."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.filling import ACTIVITY, ALLOCATIONS, IDENTIFICATION, MEANS, SIGNATURE, SPECIFIC, TOTALS
from cases.plain import place_of
from cases.small_region import H1
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from dotpop_addin.declarations.kinds import NUMERIC
from dotpop_addin.problems import CONFIRM, ERROR, WARNING
from dotpop_addin.returns.answers import Answer, read_answer
from dotpop_addin.returns.changes import given
from dotpop_addin.returns.folder import answers

TABLES = (IDENTIFICATION, SIGNATURE, ALLOCATIONS, SPECIFIC, ACTIVITY, MEANS, TOTALS)
LINES = 8
"""Of each table, those that are touched."""
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
WRITTEN = st.text("0123456789 .,-'()€%MkmEe/+\u00a0\u202f\u2212\n", max_size=10)
NUMBERS = (
    st.integers(-10, 10**6) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0, 50, 200, 1e15, 1e300])
)
CELLS = st.one_of(
    st.none(), st.booleans(), NUMBERS, TEXTS, WRITTEN, st.dates(date(1900, 3, 1)), st.datetimes(datetime(1901, 1, 1))
)
pytestmark = pytest.mark.filterwarnings("ignore:Cell .* is marked as a date:UserWarning")
few = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def sound(sound_returns: dict[str, Path]) -> Path:
    return sound_returns[H1]


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each damaged file is written over the one before."""
    return tmp_path_factory.mktemp("damaged") / "retour.xlsx"


def checked(path: Path) -> Answer:
    before, moment = path.read_bytes(), path.stat().st_mtime_ns
    (answer,) = answers([path])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, moment)
    return answer


def assert_read_as_it_stands(answer: Answer) -> None:
    """What a plain reader sees as a number is read as that number, or refused there; what is read from a text is told."""
    book = openpyxl.load_workbook(answer.path, data_only=True)
    told: dict[tuple[str, str], set[str]] = {}
    for one in answer.problems:
        told.setdefault((one.sheet, one.cell), set()).add(one.severity)
    for read in answer.tables.values():
        sheet, (left, top, right, bottom) = place_of(book, read.table.excel)
        headers = [sheet.cell(top, column).value for column in range(left, right + 1)]
        lines = {line.cells[read.table.columns[0].name].lstrip("ABCDEFGHIJK"): line for line in read.lines}
        for column in (one for one in read.table.columns if one.kind in NUMERIC and one.entry):
            for row in range(top + 1, bottom + 1):
                cell = sheet.cell(row, left + headers.index(column.header))
                value = lines[str(row)].values[column.name] if str(row) in lines else None
                here, line = (told.get((sheet.title, f"{letter}{row}"), set()) for letter in (cell.column_letter, "A"))
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    assert value == cell.value or (value is None and (here & {ERROR, CONFIRM} or ERROR in line))
                else:
                    assert value is None or WARNING in here


@st.composite
def touches(draw: Any, contents: st.SearchStrategy[Any]) -> list[tuple[str, int, int, Any]]:
    """Table, line, place among the cells to fill in, and what is put there."""
    one = st.tuples(st.sampled_from(TABLES), st.integers(0, LINES - 1), st.integers(0, 6), contents)
    return draw(st.lists(one, max_size=6))


def put(source: Path, target: Path, changes: list[tuple[str, int, int, Any]]) -> Path:
    book = openpyxl.load_workbook(source)
    for table, line, place, value in changes:
        sheet, (left, top, right, bottom) = place_of(book, table)
        cells = [sheet.cell(min(top + 1 + line, bottom), column) for column in range(left, right + 1)]
        free = [cell for cell in cells if not cell.protection.locked]
        cell = free[place % len(free)]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    book.save(target)
    return target


@few
@for_all(changes=touches(CELLS))
def test_any_content_of_the_cells_to_fill_in(changes: list[tuple[str, int, int, Any]], sound: Path, damaged: Path) -> None:
    assert_read_as_it_stands(checked(put(sound, damaged, changes)))


@few
@for_all(changes=touches(st.none()))
def test_any_cells_to_fill_in_blanked(changes: list[tuple[str, int, int, Any]], sound: Path, damaged: Path) -> None:
    assert_read_as_it_stands(checked(put(sound, damaged, changes)))


@few
@for_all(places=st.lists(st.tuples(st.integers(1, 7), st.integers(1, 30), st.integers(1, 9)), max_size=8))
def test_any_cells_of_any_sheet_blanked(places: list[tuple[int, int, int]], sound: Path, damaged: Path) -> None:
    book = openpyxl.load_workbook(sound)
    for sheet, row, column in places:
        cell = book.worksheets[sheet].cell(row, column)
        if type(cell).__name__ == "Cell":
            cell.value = None
    book.save(damaged)
    answer = checked(damaged)
    if not answer.count(ERROR):  # what is blank and may be so is the one thing that may differ
        was = {(one.table, one.key, one.column): one.value for one in given(read_answer(sound))}
        now = {(one.table, one.key, one.column): one.value for one in given(answer)}
        assert {key: value for key, value in now.items() if value is not None}.items() <= was.items()
        assert {key[:2] for key in was} == {key[:2] for key in now}


@few
@for_all(order=st.permutations(range(64)))
def test_the_order_of_the_lines_changes_nothing(order: list[int], sound: Path, damaged: Path) -> None:
    book = openpyxl.load_workbook(sound)
    sheet, (left, top, right, _) = place_of(book, ACTIVITY)
    entries = [column for column in range(left, right + 1) if sheet.cell(top + 1, column).data_type != "f"]
    rows = [[sheet.cell(top + 1 + line, column).value for column in entries] for line in range(64)]
    for line, source in enumerate(order):
        for column, value in zip(entries, rows[source], strict=True):
            sheet.cell(top + 1 + line, column).value = value
    book.save(damaged)
    answer = checked(damaged)
    assert answer.problems == []
    assert {(one.key, one.value) for one in given(answer)} == {(one.key, one.value) for one in given(read_answer(sound))}
