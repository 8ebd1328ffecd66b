"""What is to be written in the sheet Atelier, cell by cell, and how its formulas refer to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dotpop_addin.actions import Calculation
from dotpop_addin.books.protocol import Value, column_letters
from dotpop_addin.declarations import workshop as at
from dotpop_model.arrays import Array

Texts = Mapping[str | int, str]


@dataclass
class Content:
    """What is to be written: values by cell, formulas by area."""

    calculation: Calculation
    cells: dict[str, Value] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)

    def labels(self, table: str, column: str) -> Texts:
        """Code word → label of a column of the field."""
        return self.calculation.region.field.labels(table, column)

    def column(self, letter: str, first: int, values: Sequence[Value]) -> None:
        """Values down a column."""
        self.cells |= {f"{letter}{first + place}": value for place, value in enumerate(values)}

    def frame_column(self, letter: str, first: int, values: Array, labels: Texts | None = None) -> None:
        """The values of a result, missing ones as blanks."""
        plain: list[Any] = [None if value is None or value != value else value for value in values.tolist()]
        self.column(letter, first, [labels.get(value, value) for value in plain] if labels else plain)

    def each(self, letter: str, rows: range, formula: str) -> None:
        """The same formula in each cell of a column; {row} stands for its row."""
        self.formulas |= {f"{letter}{row}": formula.format(row=row) for row in rows}


def area_of(letter: str, rows: range, dollar: str = "$", to: str = "") -> str:
    """The cells of some rows in one column, or up to the column `to`; with a fixed address unless dollar is ""."""
    return f"{dollar}{letter}{dollar}{rows[0]}:{dollar}{to or letter}{dollar}{rows[-1]}"


def tried_value(code: str) -> str:
    """The cell where the value of a hypothesis can be changed."""
    return f"$D${at.row_of(code)}"


def _whole(content: Content, table: str, column: str) -> str:
    """The cells of an input column, as a reference."""
    block = content.calculation.region.reads[table].block
    known = {one.name: one.header for one in content.calculation.region.field.tables[table].columns}
    letters = column_letters(block.column + block.headers.index(known.get(column, column)))
    return f"'{block.sheet}'!${letters}${block.row + 1}:${letters}${block.row + len(block.rows)}"


def looked_up(content: Content, table: str, column: str, key: str, cell: str) -> str:
    """The formula of an input found by its key, which stands in a cell."""
    return f"=INDEX({_whole(content, table, column)},MATCH({cell},{_whole(content, table, key)},0))"
