"""The tables of a region as lines that answers change, each change kept with what stood before."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from dotpop_addin.books.protocol import Book
from dotpop_addin.declarations.kinds import Column, Field, Kind, Table
from dotpop_addin.reading import bare, shown
from dotpop_addin.returns.changes import Given
from dotpop_addin.rewriting import existing_lines, refuse_losses

CHANGED = ("hospitals", "financing", "specific", "activity", "commitments")
"""The tables of a region that answers change."""
KEYS: Mapping[str, tuple[str, ...]] = {"specific": ("activity", "finess")}
"""What identifies a line of a table that declares no key."""
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of the region changed by an answer, as users read it."""

    table: str
    line: str
    column: str
    before: str
    after: str
    cell: str


class RegionTable:
    """One table: its lines as cells, found by their keys."""

    def __init__(self, table: Table, lines: list[list[Any]]) -> None:
        self.table, self.lines, self.changed = table, lines, False
        self._keys = KEYS.get(table.name, tuple(column.name for column in table.keys))
        self._at = {column.name: place for place, column in enumerate(table.columns)}
        self._row = {self._key(line): line for line in lines}

    def take(self, given: Given) -> Change | None:
        """Writes a value; None when it is what stood there."""
        column = self.table.column(given.column)
        after = column.label_of.get(given.value, given.value) if given.value is not None else None
        line = self._row.get(given.key)
        before = bare(line[self._at[given.column]]) if line is not None else None
        if _same(before, after):
            return None
        if line is None:
            line = self._new(given.key)
        line[self._at[given.column]] = after
        self.changed = True
        told = " / ".join(self._label(name, part) for name, part in zip(self._keys, given.key, strict=True))
        return Change(self.table.excel, told, column.header, _told(column, before), _told(column, after), given.cell)

    def value(self, key: Key, column: str) -> Any:
        """What stands in a cell; None where there is no such line."""
        line = self._row.get(key)
        return None if line is None else bare(line[self._at[column]])

    def total(self, name: str, part: Any, column: str) -> float:
        """The sum of a column over the lines that have the same part of the key."""
        lines = [line for line in self.lines if line[self._at[name]] == part]
        return fsum(line[self._at[column]] or 0 for line in lines)

    def _new(self, key: Key) -> list[Any]:
        line: list[Any] = [None] * len(self.table.columns)
        for name, part in zip(self._keys, key, strict=True):
            line[self._at[name]] = self.table.column(name).label_of.get(part, part)
        self.lines.append(line)
        self._row[key] = line
        return line

    def _key(self, line: list[Any]) -> Key:
        cells = (bare(line[self._at[name]]) for name in self._keys)
        columns = (self.table.column(name) for name in self._keys)
        return tuple(
            (column.choices or {}).get(str(cell), cell) if isinstance(cell, str) else cell
            for column, cell in zip(
                columns, (cell.strip() if isinstance(cell, str) else cell for cell in cells), strict=True
            )
        )

    def _label(self, name: str, part: Any) -> str:
        return shown(self.table.column(name).label_of.get(part, part))


def region_tables(book: Book, field: Field) -> dict[str, RegionTable]:
    """The tables that answers change. Raises ProblemsFound when one holds what writing it again would lose."""
    tables = {}
    for name in CHANGED:
        table = field.tables[name]
        refuse_losses(book, field, table, kept=True)
        tables[name] = RegionTable(table, existing_lines(book, field, table))
    return tables


def _same(before: Any, after: Any) -> bool:
    """A number counts by its value, a moment by its day."""
    if before is None or after is None:
        return before is None and after is None
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return before == after if numbers else shown(before) == shown(after)


def _told(column: Column, value: Any) -> str:
    """A cell as the region's workbook shows it."""
    if column.kind == Kind.SHARE and isinstance(value, int | float):
        return f"{shown(round(100 * value, 10))} %"
    return "" if value is None else shown(value)
