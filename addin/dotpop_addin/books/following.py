"""When a table takes another size, the charts and print areas that ended with it end with it still."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from dotpop_addin.books.protocol import column_letters, column_number

if TYPE_CHECKING:
    from openpyxl import Workbook

Bounds: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom, counted from 1
_AREA = re.compile(r"\$?([A-Z]*)\$?([0-9]*)(?::\$?([A-Z]*)\$?([0-9]*))?")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576


def follow(book: "Workbook", before: Mapping[tuple[str, str], Bounds]) -> None:
    """Moves print areas and chart ranges. before: bounds that the resized tables had, by sheet and table."""
    for worksheet in book.worksheets:
        sizes = [
            (before.get((worksheet.title, table.displayName), bounds_of(table.ref)), bounds_of(table.ref))
            for table in worksheet.tables.values()
        ]
        if worksheet.print_area and any(old != new for old, new in sizes):
            areas = [bounds_of(area.rpartition("!")[2]) for area in worksheet.print_area.split(",")]
            worksheet.print_area = [reference_to(area_after(area, sizes)) for area in areas]
        for old, new in sizes:
            if old != new:
                _redraw(book, SourceRange(worksheet.title, old, new))
    for worksheet in book.worksheets:
        for chart in worksheet._charts:
            _without_texts(chart)


def bounds_of(reference: str) -> Bounds:
    """Bounds of a cell, an area, whole columns or whole rows.

    >>> bounds_of("$B$3:C9"), bounds_of("AB2"), bounds_of("$A:$C")
    ((2, 3, 3, 9), (28, 2, 28, 2), (1, 1, 3, 1048576))
    """
    found = _AREA.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    left, top, right, bottom = found.groups()
    right, bottom = right or left, bottom or top
    return column_number(left) or 1, int(top or 1), column_number(right) or LAST_COLUMN, int(bottom or LAST_ROW)


def reference_to(bounds: Bounds) -> str:
    left, top, right, bottom = bounds
    return f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"


def area_after(area: Bounds, sizes: Sequence[tuple[Bounds, Bounds]]) -> Bounds:
    """A print area after the tables of its sheet went from one size to another (old, new)."""
    left, top, right, bottom = area
    inside = [(old, new) for old, new in sizes if left <= old[0] <= right and top <= old[1] <= bottom]
    if inside and bottom == max(old[3] for old, _ in inside):
        bottom = max(new[3] for _, new in inside)
    if inside and right == max(old[2] for old, _ in inside):
        right = max(new[2] for _, new in inside)
    return left, top, right, bottom


class SourceRange:
    """References of charts to whole columns of a table's body, before and after; written as Excel or Calc writes them."""

    def __init__(self, sheet: str, old: Bounds, new: Bounds) -> None:
        quoted = re.escape(sheet.replace("'", "''"))
        first, last = old[1] + 1, old[3]
        end = rf"(?::\$\2\${last})" + ("?" if first == last else "")
        self._pattern = re.compile(rf"(\$?'?{quoted}'?[!.]\$?([A-Z]+)\$?{first}){end}$")
        self._letters = {column_letters(column) for column in range(old[0], old[2] + 1)}
        self._last = new[3]

    def after(self, formula: str) -> str:
        match = self._pattern.match(formula)
        return f"{match[1]}:${match[2]}${self._last}" if match and match[2] in self._letters else formula


def _redraw(book: "Workbook", source: SourceRange) -> None:
    for worksheet in book.worksheets:
        for chart in worksheet._charts:
            for series in (series for part in chart._charts for series in part.ser):
                for data in (series.val, series.cat, series.xVal, series.yVal):
                    for reference in (getattr(data, "numRef", None), getattr(data, "strRef", None)):
                        if reference is not None and reference.f:
                            reference.f = source.after(reference.f)


def _without_texts(chart: Any) -> None:
    """A style of axis labels has no text; openpyxl reads an empty one into it and would write it back as "None"."""
    for axis in (getattr(part, name, None) for part in chart._charts for name in ("x_axis", "y_axis")):
        for paragraph in axis.txPr.p if axis is not None and axis.txPr is not None else ():
            paragraph.r = []
