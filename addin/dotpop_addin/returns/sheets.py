"""The sheets of a returned workbook: values, formulas and what was done to the sheet."""

import re
from dataclasses import dataclass, field

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import Block, Cell, column_letters
from dotpop_addin.returns.walking import Damaged, OverLimit

MAX_CELLS = 500_000
"""Cells of all sheets, with or without a value; a return has some five thousand."""
MAX_BLOCK = 1_000_000
"""Cells of one table, empty ones included."""
ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
AREA = re.compile(rf"{ADDRESS.pattern}(:{ADDRESS.pattern})?")


def too_many_cells() -> OverLimit:
    return OverLimit(f"plus de {MAX_CELLS} cellules")


@dataclass(slots=True)
class Sheet:
    """One sheet. cells: those that hold something, by address; formulas: as stored, by address too.

    visibility: "visible", "hidden" or "veryHidden". hidden_columns: first and last of each run. further: formulas of
    validations and conditional formats. tables: reference by name.
    """

    name: str
    visibility: str = "visible"
    cells: dict[str, Cell] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    protected: bool = False
    filtered: bool = False
    tables: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)

    def add_table(self, name: str, reference: str) -> None:
        if not AREA.fullmatch(reference):
            raise Damaged
        left, top, right, bottom = bounds_of(reference)
        if (right - left + 1) * (bottom - top + 1) > MAX_BLOCK:
            raise OverLimit(f"tableau {name} de plus de {MAX_BLOCK} cellules")
        self.tables[name] = reference

    def block(self, reference: str) -> Block:
        """The cells of an area whose first line holds the headers."""
        left, top, right, bottom = bounds_of(reference)
        letters = [column_letters(column) for column in range(left, right + 1)]
        lines = [[self.cells.get(f"{letter}{row}") for letter in letters] for row in range(top, bottom + 1)]
        headers = [str("" if value is None else value).strip() for value in lines[0]]
        return Block(self.name, top, left, headers, lines[1:])
