"""A plain reader, independent of the program: tables and sheets of a workbook, by openpyxl alone."""

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries


def table(path: Path, sheet: str, name: str) -> list[dict[str, Any]]:
    """The lines of a table by its name; values as any reader sees them (no recalculation)."""
    worksheet = openpyxl.load_workbook(path, data_only=True)[sheet]
    reference = next(one.ref for one in worksheet.tables.values() if one.displayName == name)
    lines = [[cell.value for cell in line] for line in worksheet[reference]]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def column(path: Path, sheet: str, name: str, header: str) -> list[Any]:
    """One column of a table."""
    return [line[header] for line in table(path, sheet, name)]


def activity(path: Path) -> list[tuple[Any, ...]]:
    """The lines of the sheet Activité."""
    return [tuple(line.values()) for line in table(path, "Activité", "T_Activite")]


def place_of(book: Any, name: str) -> tuple[Any, list[int]]:
    """The sheet of a table, and its left, top, right and bottom."""
    for sheet in book.worksheets:
        if name in sheet.tables:
            return sheet, list(range_boundaries(sheet.tables[name].ref))
    raise KeyError(name)


def lines_of(book: openpyxl.Workbook, name: str) -> list[dict[str, Any]]:
    """The lines of a table that hold something, whatever its sheet."""
    sheet, (left, top, right, bottom) = place_of(book, name)
    headers, *cells = sheet.iter_rows(top, bottom, left, right, values_only=True)
    return [dict(zip(headers, line, strict=True)) for line in cells if any(value is not None for value in line)]


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    """The lines of a table that hold something, whatever its sheet; a formula as its text."""
    return lines_of(openpyxl.load_workbook(path), name)


def filled(path: Path, sheet: str) -> list[list[Any]]:
    """The filled cells of a sheet, line by line; a formula as its text."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[cell for cell in row if cell is not None] for row in rows if any(cell is not None for cell in row)]
