"""What the cells of an open Calc document hold: numbers, texts, formulas and links, kept and put back as they are."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import uno  # type: ignore[import-not-found]  # noqa: F401  (lets Python import com.sun.star)
from com.sun.star.sheet.CellFlags import DATETIME, FORMATTED, FORMULA, STRING, VALUE  # type: ignore[import-not-found]

from dotpop_addin.books import calc_looks

CONTENT = VALUE | DATETIME | STRING | FORMULA


def kept(document: Any, cells: Any) -> Callable[[], None]:
    """Keeps what a range holds (but for letters of several looks in one cell); gives what puts it back once empty."""
    data = [["" if value is None else value for value in line] for line in cells.getDataArray()]
    further: list[Callable[[], None]] = [*_formulas(cells)]
    further += [partial(link, document, *one) for one in _links(cells)]

    def back() -> None:
        put(cells, data)
        for put_back in further:
            put_back()

    return back


def put(cells: Any, data: Sequence[Sequence[float | str]]) -> None:
    """Writes numbers and texts into empty cells. A text stays a text, whatever it looks like; looks and notes stay."""
    formats = [(group, group.getPropertyValue("NumberFormat")) for group in calc_looks.groups(cells)]
    holes = _noted(cells)
    for top, bottom, left, right in around(holes, len(data), len(data[0])):
        block = cells.getCellRangeByPosition(left, top, right, bottom)
        block.setDataArray(tuple(tuple(line[left : right + 1]) for line in data[top : bottom + 1]))
    for row, column in holes:
        _put_one(cells.getCellByPosition(column, row), data[row][column])
    for group, number_format in formats:  # Calc makes Text of the format of a text such as "007"
        group.setPropertyValue("NumberFormat", number_format)


def link(document: Any, cell: Any, url: str, text: str) -> None:
    """Makes a cell a text that leads somewhere."""
    field = document.createInstance("com.sun.star.text.TextField.URL")
    field.URL, field.Representation = url, text
    cell.setString("")
    cell.insertTextContent(cell.createTextCursor(), field, False)


def around(holes: Sequence[tuple[int, int]], height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    """The blocks (first row, last row, first column, last column) that fill a range but for some of its cells.

    >>> list(around([(1, 0)], 3, 2))
    [(0, 0, 0, 1), (1, 1, 1, 1), (2, 2, 0, 1)]
    """
    row = 0
    for hole_row in sorted({hole for hole, _ in holes}):
        if hole_row > row:
            yield row, hole_row - 1, 0, width - 1
        edges = [-1, *(column for hole, column in holes if hole == hole_row), width]
        yield from ((hole_row, hole_row, left + 1, right - 1) for left, right in pairwise(edges) if right - left > 1)
        row = hole_row + 1
    if row < height:
        yield row, height - 1, 0, width - 1


def _formulas(cells: Any) -> Iterator[Callable[[], None]]:
    """What puts each formula of a range back, but for those of arrays."""
    for cell in cells.queryContentCells(FORMULA).getCells():
        if not cell.getArrayFormula():
            yield partial(cell.setTokens, cell.getTokens())


def _links(cells: Any) -> Iterator[tuple[Any, str, str]]:
    """The cells of a range that lead somewhere: where, and their text."""
    for cell in cells.queryContentCells(FORMATTED).getCells():
        for field in cell.getTextFields():
            yield cell, field.URL, field.Representation


def _noted(cells: Any) -> list[tuple[int, int]]:
    """Rows and columns of the cells that have a note, which goes when a whole range is written over it."""
    area = cells.RangeAddress
    places = [one.Position for one in cells.getSpreadsheet().Annotations]
    found = [(place.Row - area.StartRow, place.Column - area.StartColumn) for place in places]
    height, width = area.EndRow - area.StartRow + 1, area.EndColumn - area.StartColumn + 1
    return sorted((row, column) for row, column in found if 0 <= row < height and 0 <= column < width)


def _put_one(cell: Any, value: float | str) -> None:
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)
