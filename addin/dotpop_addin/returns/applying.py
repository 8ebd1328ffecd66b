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
from dotpop_addin.sending.digests import kept_number

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
        return Change(
            self.table.excel, self.label(given.key), column.header, _told(column, before), _told(column, after), given.cell
        )

    def differs(self, given: Given) -> bool:
        """Whether something else than a value stands in its cell."""
        column = self.table.column(given.column)
        after = column.label_of.get(given.value, given.value) if given.value is not None else None
        return not _same(self.value(given.key, given.column), after)

    def value(self, key: Key, column: str) -> Any:
        """What stands in a cell; None where there is no such line."""
        line = self._row.get(key)
        return None if line is None else bare(line[self._at[column]])

    def told(self, key: Key, column: str) -> str:
        """What stands in a cell, as the log of changes writes it."""
        return _told(self.table.column(column), self.value(key, column))

    def key_of(self, finess: str, label: str) -> Key | None:
        """The key of a hospital's line, from how users read it."""
        return next((key for key in self._row if finess in key and self.label(key) == label), None)

    def label(self, key: Key) -> str:
        """A key as users read it."""
        return " / ".join(self._label(name, part) for name, part in zip(self._keys, key, strict=True))

    def drop(self, key: Key, column: str) -> Change:
        """Takes a line away; the change tells what its column held."""
        line = self._row.pop(key)
        self.lines.remove(line)
        self.changed = True
        declared = self.table.column(column)
        before = _told(declared, bare(line[self._at[column]]))
        return Change(self.table.excel, self.label(key), declared.header, before, "", "")

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
        return tuple(_code(self.table.column(name), bare(line[self._at[name]])) for name in self._keys)

    def _label(self, name: str, part: Any) -> str:
        return "(sans établissement)" if part is None else shown(self.table.column(name).label_of.get(part, part))


def _code(column: Column, cell: Any) -> Any:
    """A cell of a key, as code word; a text that a spreadsheet took for a number is its text."""
    if column.kind == Kind.TEXT and cell is not None:
        return shown(cell).strip()
    return (column.choices or {}).get(cell.strip(), cell.strip()) if isinstance(cell, str) else cell


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
    return kept_number(before) == kept_number(after) if numbers else shown(before) == shown(after)


def _told(column: Column, value: Any) -> str:
    """A cell as the region's workbook shows it."""
    if column.kind == Kind.SHARE and isinstance(value, int | float):
        return f"{shown(round(100 * value, 10))} %"
    return "" if value is None else shown(value)
