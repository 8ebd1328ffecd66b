"""The filter of a table, in an open Calc document: set aside while the table is written, then applied to what it holds."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import uno  # type: ignore[import-not-found]  # noqa: F401  (lets Python import com.sun.star)
from com.sun.star.sheet.FilterFieldType import NUMERIC, STRING  # type: ignore[import-not-found]

from dotpop_addin.books.calc_changes import Changes


class SetAside:
    """Shows every line of a database range within; its filter is applied again at the end."""

    def __init__(self, document: Any, table: Any, changes: Changes) -> None:
        self._document, self._table, self._changes = document, table, changes
        self._fields = tuple(_typed(field) for field in table.getFilterDescriptor().getFilterFields3())

    def __enter__(self) -> None:
        if self._fields:
            cells = _cells(self._document, self._table)
            self._changes.make(self._show, partial(_hide, self._table, self._fields, cells, _hidden(cells)))

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if self._fields and failure is None:
            self._changes.make(partial(_filter, self._document, self._table, self._fields), self._show)

    def _show(self) -> None:
        _filter(self._document, self._table, ())


def _typed(field: Any) -> Any:
    """A field whose texts say that they are texts: Calc gives them as numbers, and would look for 0."""
    wanted = list(field.Values)
    for value in wanted:
        if not value.IsNumeric and value.FilterType == NUMERIC:
            value.FilterType = STRING
    field.Values = tuple(wanted)
    return field


def _cells(document: Any, table: Any) -> Any:
    area = table.DataArea
    sheet = document.Sheets.getByIndex(area.Sheet)
    return sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)


def _filter(document: Any, table: Any, fields: Sequence[Any]) -> None:
    cells = _cells(document, table)
    descriptor = cells.createFilterDescriptor(False)
    descriptor.setFilterFields3(fields)
    cells.filter(descriptor)


def _hidden(cells: Any) -> list[int]:
    """The rows that are hidden, from 0 in the range."""
    top = cells.RangeAddress.StartRow
    shown = {
        row - top for one in cells.queryVisibleCells().getRangeAddresses() for row in range(one.StartRow, one.EndRow + 1)
    }
    return [row for row in range(cells.Rows.getCount()) if row not in shown]


def _hide(table: Any, fields: Sequence[Any], cells: Any, rows: Sequence[int]) -> None:
    """The filter as it was, and the lines that it hid then."""
    table.getFilterDescriptor().setFilterFields3(fields)
    for row in rows:
        line = cells.Rows.getByIndex(row)
        line.IsVisible, line.IsFiltered = False, True
