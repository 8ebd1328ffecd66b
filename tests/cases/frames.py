"""Lines of the model's tables, found by some of their values."""

from collections.abc import Mapping
from typing import Any

from dotpop_model.tables import Frame

Row = dict[str, Any]


def rows(frame: Frame, **where: Any) -> list[Row]:
    """The lines that have these values."""
    return [row for row in frame.records() if all(row[name] == value for name, value in where.items())]


def line(frame: Frame, **where: Any) -> Row:
    """The one line that has these values."""
    (only,) = rows(frame, **where)
    return only


def cells(frames: Mapping[str, Frame]) -> dict[tuple[str, int, str], Any]:
    """Every cell by its table, line and column; a missing number as None."""
    return {
        (name, place, column): None if value != value else value
        for name, frame in frames.items()
        for place, row in enumerate(frame.records())
        for column, value in row.items()
    }
