"""Lines of the model's tables, found by some of their values."""

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
