"""Between the cells of Calc (numbers and texts; the rest is a matter of formats) and values."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import uno  # type: ignore[import-not-found]  # noqa: F401  (lets Python import com.sun.star)
from com.sun.star.sheet.FormulaResult import ERROR  # type: ignore[import-not-found]
from com.sun.star.util.NumberFormat import DATE, LOGICAL, TIME  # type: ignore[import-not-found]

from dotpop_addin.books import calc_looks
from dotpop_addin.books.protocol import Cell, CellError, Link

DAY = 86_400_000  # milliseconds: dates and times are read to the millisecond
ELAPSED = re.compile(r"\[[HMS]+\]")
# Calc's number of an error, in the words of an Excel workbook.
ERRORS = {
    502: "#VALUE!",
    503: "#NUM!",
    504: "#VALUE!",
    519: "#VALUE!",
    521: "#NULL!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}


def values(document: Any, cells: Any) -> list[list[Cell]]:
    """The values of a range; whole areas at a time, since each call may cross to another process."""
    lines: list[list[Cell]] = [[None if value == "" else value for value in line] for line in cells.getDataArray()]
    for kind, row, column in _formatted(document, cells):
        number = lines[row][column]
        if isinstance(number, float):
            lines[row][column] = _value(number, kind, epoch(document))
    for row, column in _places(cells, cells.queryFormulaCells(ERROR)):
        number = cells.getCellByPosition(column, row).getError()
        lines[row][column] = CellError(ERRORS.get(number, f"Err:{number}"))
    return lines


def datum(value: Cell, start: datetime) -> float | str:
    """What the cell must hold: a number, a text ("" empties it). start: the day that the document counts from."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Link):
        return value.text
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return (value - start) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - start.date()).days)
    if isinstance(value, time):
        return (datetime.combine(date.min, value) - datetime.min) / timedelta(days=1)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    raise TypeError(value)


def epoch(document: Any) -> datetime:
    """The day that a document counts from."""
    day = document.NullDate
    return datetime(day.Year, day.Month, day.Day)


def _formatted(document: Any, cells: Any) -> Iterator[tuple[str, int, int]]:
    """The cells whose number is shown as something else: its kind, and their places."""
    formats, kinds = document.getNumberFormats(), dict[int, str]()
    for group in calc_looks.groups(cells):
        key = group.getPropertyValue("NumberFormat")
        if key not in kinds:
            kinds[key] = _kind(formats.getByKey(key))
        if kinds[key]:
            for row, column in _places(cells, group):
                yield kinds[key], row, column


def _kind(number_format: Any) -> str:
    kinds = number_format.Type
    if kinds & LOGICAL:
        return "logical"
    if kinds & TIME and ELAPSED.search(number_format.FormatString.upper()):
        return "elapsed"
    return "date" if kinds & (DATE | TIME) else ""


def _value(number: float, kind: str, start: datetime) -> Cell:
    if kind == "logical":
        return bool(number)
    try:
        days, part = divmod(number, 1)
        span = timedelta(days=days, milliseconds=round(part * DAY))
        if kind == "elapsed":
            return span
        return (datetime.min + span).time() if timedelta() <= span < timedelta(days=1) else start + span
    except OverflowError:  # no such date
        return number


def _places(cells: Any, areas: Any) -> Iterator[tuple[int, int]]:
    """Rows and columns, counted from 0 in the range, of the cells of some of its areas."""
    left, top = cells.RangeAddress.StartColumn, cells.RangeAddress.StartRow
    for area in areas.getRangeAddresses():
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                yield row - top, column - left
