"""The cells that a worksheet really has: one stray cell at the bottom of a sheet must not cost a million others.

openpyxl makes every cell that it is asked for; areas are therefore gone through by what they hold, not by their addresses.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dotpop_addin.books.following import LAST_COLUMN, LAST_ROW, Bounds, bounds_of
from dotpop_addin.books.protocol import column_letters
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model.errors import number

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

MOST = 20_000_000
"""Cells of a table: twenty columns down to the last row of a sheet."""


def cells(worksheet: "Worksheet") -> "Iterator[Cell]":
    """Every cell, row after row."""
    return (cell for _, cell in sorted(worksheet._cells.items(), key=lambda one: one[0]))


def within(worksheet: "Worksheet", bounds: Bounds) -> "Iterator[Cell]":
    """The cells of an area: looked for one by one in a small one, among all of the sheet in a large one."""
    left, top, right, bottom = bounds
    there = worksheet._cells
    if (right - left + 1) * (bottom - top + 1) <= len(there):
        area = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        places = [place for place in area if place in there]
    else:
        places = sorted((row, column) for row, column in there if top <= row <= bottom and left <= column <= right)
    yield from (there[place] for place in places)


def last_filled(worksheet: "Worksheet", left: int, right: int, after: int) -> int:
    """The last row under `after` where one of the columns holds something (typed under a table that did not grow)."""
    area = (left, after + 1, right, worksheet.max_row)
    return max((cell.row for cell in within(worksheet, area) if cell.value is not None), default=after)


def clear(worksheet: "Worksheet", bounds: Bounds) -> None:
    """Empties the cells of an area, looks included."""
    from openpyxl.styles.cell_style import StyleArray

    for cell in within(worksheet, bounds):
        cell.value = cell.hyperlink = None
        cell._style = StyleArray()


def misplaced(file: str, worksheet: "Worksheet") -> Iterator[Problem]:
    """The tables of a sheet whose place is none: spreadsheets refuse or repair such a file."""
    for table in worksheet.tables.values():
        try:
            left, top, right, bottom = bounds_of(str(table.ref))
        except ValueError:
            left = top = right = bottom = 0
        if not (1 <= left <= right <= LAST_COLUMN and 1 <= top <= bottom <= LAST_ROW):
            found = f"la place du tableau {table.displayName} n'existe pas (« {table.ref or ''} »)"
            action = "Rouvrir le fichier dans le tableur, le laisser réparer et l'enregistrer, ou reprendre une copie saine."
            yield Problem(file, found, "des cellules de la feuille", action, worksheet.title)


def refuse_endless(file: str, worksheet: "Worksheet", table: "Table", bounds: Bounds) -> None:
    """Raises ProblemsFound when a table has more cells than a computer can go through."""
    left, top, right, bottom = bounds
    count = (right - left + 1) * (bottom - top + 1)
    if count > MOST:
        found = f"le tableau {table.displayName} couvre {number(count)} cellules ({table.ref})"
        action = "Le ramener à ses lignes (Création de tableau > Redimensionner le tableau)."
        place = f"{column_letters(left)}{top}"
        raise ProblemsFound([Problem(file, found, "un tableau de taille normale", action, worksheet.title, place)])
