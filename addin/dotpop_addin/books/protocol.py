"""What a macro body may ask of a workbook, whatever program holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

Value = str | int | float | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that stands in a cell, such as #DIV/0!."""

    text: str


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula whose value is not in the file (never recalculated and saved by a spreadsheet)."""

    formula: str


Cell = Value | CellError | Uncomputed


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


class Book(Protocol):
    """An open workbook. Nothing is visible to anyone before the adapter's own commit (saving the file, for one)."""

    @property
    def name(self) -> str:
        """Name to show to the user."""

    def sheet_names(self) -> list[str]:
        """Names of the sheets."""

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
        """Replaces the whole body of a table, which takes the size of `rows`; charts and print areas follow.

        formats: number format of each line, for the columns (from 0) whose lines do not share one.
        below: what was typed under the table is replaced too.
        """

    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        """Values of single cells by address."""

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        """Writes single cells by address."""


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
