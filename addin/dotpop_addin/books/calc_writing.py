"""Writing into the cells of an open Calc document: what is written is written as it is, and there is a way back."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from dotpop_addin.books import calc_contents, calc_looks
from dotpop_addin.books.calc_changes import Changes
from dotpop_addin.books.calc_contents import CONTENT
from dotpop_addin.books.calc_values import datum, epoch
from dotpop_addin.books.protocol import Cell, Link


def replace(document: Any, cells: Any, fill: Callable[[], None], changes: Changes) -> None:
    """Empties cells, then fills them; array formulas that lie in them go whole."""
    arrays = _arrays(cells)
    kept: list[Callable[[], None]] = [calc_contents.kept(document, cells)]
    kept += [partial(one.setArrayTokens, one.getArrayTokens()) for one in arrays]
    looks = calc_looks.kept(cells)

    def change() -> None:
        for one in (*arrays, cells):
            one.clearContents(CONTENT)
        fill()

    def back() -> None:
        cells.clearContents(CONTENT)
        for contents in kept:
            contents()
        looks()

    changes.make(change, back)


def put(document: Any, cells: Any, rows: Sequence[Sequence[Cell]]) -> None:
    """Writes values into empty cells. A text stays a text, whatever it looks like; looks and notes stay."""
    start = epoch(document)
    calc_contents.put(cells, [[datum(value, start) for value in line] for line in rows])


def put_formulas(parser: Any, cells: Any, lines: Sequence[Sequence[Any]]) -> None:
    """Writes a formula in each cell."""
    for row, line in enumerate(lines):
        for column, formula in enumerate(line):
            cell = cells.getCellByPosition(column, row)
            cell.setTokens(_tokens(parser, cell, formula))


def put_array(parser: Any, cells: Any, formula: str) -> None:
    """Writes one array formula over the cells."""
    cells.setArrayTokens(_tokens(parser, cells.getCellByPosition(0, 0), formula))


def finish(document: Any, cells: Any, rows: Sequence[Sequence[Cell]]) -> None:
    """Makes links and logical values of the texts and numbers that stand for them."""
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            if isinstance(value, Link):
                _lead(document, cells.getCellByPosition(column, row), value)
            elif isinstance(value, bool):
                calc_looks.show_as_logical(document, cells.getCellByPosition(column, row))


def blocks(cells: Mapping[tuple[int, int], Cell]) -> list[tuple[int, int, list[list[Cell]]]]:
    """Single cells (row, column) in as few rectangles as lie open: row and column of the first cell, lines.

    >>> blocks({(1, 1): "a", (1, 2): "b", (2, 1): "c", (2, 2): "d", (2, 4): "e"})
    [(1, 1, [['a', 'b'], ['c', 'd']]), (2, 4, [['e']])]
    """
    runs: list[tuple[int, int, list[Cell]]] = []
    for (row, column), value in sorted(cells.items(), key=lambda one: one[0]):
        if runs and runs[-1][0] == row and runs[-1][1] + len(runs[-1][2]) == column:
            runs[-1][2].append(value)
        else:
            runs.append((row, column, [value]))
    found: list[tuple[int, int, list[list[Cell]]]] = []
    last: dict[tuple[int, int], int] = {}  # the block that ends with a run, by its columns
    for row, column, line in runs:
        place = last.get((column, len(line)))
        if place is not None and found[place][0] + len(found[place][2]) == row:
            found[place][2].append(line)
        else:
            last[column, len(line)] = len(found)
            found.append((row, column, [line]))
    return found


def _tokens(parser: Any, cell: Any, formula: str) -> Any:
    return parser.parseFormula(formula.removeprefix("="), cell.getCellAddress())


def _arrays(cells: Any) -> list[Any]:
    """The array formulas that lie in a range, wholly or in part: Calc empties none of them in part."""
    sheet, found = cells.getSpreadsheet(), {}
    for row, line in enumerate(cells.getFormulaArray()):
        for column, formula in enumerate(line):
            if formula.startswith("{="):
                array = sheet.createCursorByRange(cells.getCellByPosition(column, row))
                array.collapseToCurrentArray()
                found[array.AbsoluteName] = array
    return list(found.values())


def _lead(document: Any, cell: Any, link: Link) -> None:
    quoted = link.sheet.replace("'", "''")
    calc_contents.link(document, cell, f"#'{quoted}'.{link.cell}", link.text)
