"""What a macro body may ask of a workbook, whatever program holds it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from dotpop_addin.problems import Problem

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that XML, hence a workbook, cannot hold."""
LITERAL = re.compile(r"=?(?:(?:TRUE|FALSE)\(\)|#[A-Z0-9/]+[!?]?)")
"""What LibreOffice makes of a logical value or an error that was typed: no formula of the user's."""
Value = str | int | float | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that stands in a cell, such as #DIV/0!."""

    text: str


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula whose value is not in the file (never recalculated and saved by a spreadsheet)."""

    formula: str


@dataclass(frozen=True, slots=True)
class Link:
    """A text to write in a cell, that leads to another cell of the same workbook. It is read back as its text."""

    text: str
    sheet: str
    cell: str


Cell = Value | CellError | Uncomputed | Link


@dataclass(frozen=True, slots=True)
class Block:
    """A table as it stands in a sheet. row, column: of the first header, counted from 1. rows: as wide as headers."""

    sheet: str
    row: int
    column: int
    headers: list[str]
    rows: list[list[Cell]]

    def address(self, row: int, column: int) -> str:
        """Address of a cell of the body (row 0 is the first line of data; row −1 the header)."""
        return f"{column_letters(self.column + column)}{self.row + 1 + row}"


NOTE = "dotpop : "
"""How the note of a mark begins: marks are found again by it, wherever the user has moved their cells."""
SIGNATURE = '"dotpop"="dotpop"'
"""Formula of the conditional format of a mark: always true, and nobody else's."""
MARK_FILL, MARK_INK = "FFC7CE", "9C0006"


class Book(Protocol):
    """An open workbook. Nothing is visible to anyone before the adapter's own commit (saving the file, for one)."""

    @property
    def name(self) -> str:
        """Name to show to the user."""

    def sheet_names(self) -> list[str]:
        """Names of the sheets."""

    def closed(self, sheets: Sequence[str]) -> list[Problem]:
        """What prevents these sheets from being written: a protected sheet, a workbook open for reading only, a table
        with merged cells."""

    def changing(self) -> AbstractContextManager[None]:
        """What is written within is written whole: when the block fails, the workbook is as it was before it."""

    def has(self, sheet: str, table: str) -> bool:
        """Whether a table is there, in its sheet."""

    def read(self, sheet: str, table: str, *, below: bool = False) -> Block | None:
        """A table by its name; None when the sheet or the table is missing.

        below: with the lines typed under it (LibreOffice does not grow a table as Excel does).
        """

    def write(
        self,
        sheet: str,
        table: str,
        headers: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        formats: Mapping[int, Sequence[str]] | None = None,
        *,
        below: bool = False,
    ) -> None:
        """Replaces the whole of a table, which takes the size of `headers` and `rows`; charts and print areas follow.

        formats: number format of each line, for the columns (from 0) whose lines do not share one.
        below: what was typed under the table is replaced too.
        """

    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        """Values of single cells by address."""

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        """Writes single cells by address."""

    def formulas(self, sheet: str) -> set[str]:
        """Addresses of the cells of a sheet that hold a formula."""

    def write_formulas(self, sheet: str, formulas: Mapping[str, str]) -> None:
        """Writes formulas by area: a cell takes a plain formula, several cells one array formula of that size.

        Formulas are written as Excel stores them: English names, commas, 'Sheet'!A1; never a text that holds a comma.
        """

    def clear(self, sheet: str, area: str) -> None:
        """Empties the cells of an area (array formulas included); their looks stay."""

    def mark(self, notes: Mapping[tuple[str, str], str]) -> None:
        """Marks cells (sheet, address) in colour, each with a note (NOTE and this text); first takes away all former marks.

        A note that the user wrote stays, the mark's text under it.
        """


def with_mark(kept: str, note: str) -> str:
    """The text of a note: what the user wrote, and under it the mark's."""
    return f"{kept}\n\n{NOTE}{note}" if kept else f"{NOTE}{note}"


def without_mark(text: str) -> str:
    """What the user wrote in a note, above or under the mark's line ("" when there was nothing else).

    >>> without_mark(with_mark("à revoir", "cellule vide")), without_mark(with_mark("", "cellule vide") + "\\nvu")
    ('à revoir', 'vu')
    """
    above, _, rest = text.partition(NOTE)
    return "\n".join(part for part in (above.rstrip("\n"), rest.partition("\n")[2]) if part)


def column_letters(column: int) -> str:
    """Letters of a column counted from 1.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number of a column, counted from 1.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
