"""Rendering: from result frames (code words) to the cells that users read (French labels), and their number formats."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_model.tables import Frame

FORMATS = {
    Kind.TEXT: "@",
    Kind.CODE: "@",
    Kind.FINESS: "@",
    Kind.CHOICE: "@",
    Kind.HYPOTHESIS: "General",
    Kind.NUMBER: "#,##0.00",
    Kind.INTEGER: "0",
    Kind.AMOUNT: "#,##0.00",
    Kind.EURO: "#,##0",
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.00%",
    Kind.RATE: "0.00",
    Kind.SIGNED: "+0.000;-0.000;0.000",
    Kind.PER_HEAD: "#,##0.00",
    Kind.DATE: "dd/mm/yyyy",
}
FORMAT_OF_UNIT = {"€": "#,##0.00", "%": "0.00%", "hab.": "#,##0", "": "General"}


def rows(table: Table, frame: Frame) -> list[list[Value]]:
    """The cells of a frame: labels for code words, None for what is missing."""
    columns = [_cells(column.label_of, frame[column.name]) for column in table.columns]
    columns += [_cells({}, frame[name]) for name in _further(table, frame)]
    return [list(line) for line in zip(*columns, strict=True)]


def headers(table: Table, frame: Frame) -> list[str]:
    """The headers of a result table, those of its further columns included."""
    return [*table.headers, *(table.open_header.format(name) for name in _further(table, frame))]


def column_at(table: Table, place: int) -> Column:
    """The declaration of a column by its place; the further columns share one."""
    if place < len(table.columns) or table.open_column is None:
        return table.columns[place]
    return table.open_column


def _further(table: Table, frame: Frame) -> list[str]:
    declared = {column.name for column in table.columns}
    return [name for name in frame.names if name not in declared] if table.open_column else []


def _cells(labels: Mapping[str | int, str], values: NDArray[Any]) -> list[Value]:
    found = values.tolist()
    if labels:
        return [labels.get(value, value) for value in found]
    return [None if value != value or value is None else value for value in found]


def formats(table: Table, frame: Frame) -> dict[int, Sequence[str]]:
    """Number formats of the columns whose lines have different units (the controls)."""
    if "unit" not in frame or not any(column.kind == Kind.NUMBER for column in table.columns):
        return {}
    by_line = [FORMAT_OF_UNIT.get(unit, "#,##0") for unit in frame["unit"].tolist()]
    return {place: by_line for place, column in enumerate(table.columns) if column.kind == Kind.NUMBER}
