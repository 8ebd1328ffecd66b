"""Tables of results as cells of a page: headers, labels, number formats, positions, the mark of secrets; their charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dotpop_addin.declarations.common import POSITIONS
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind, Table, column
from dotpop_addin.rendering import FORMATS, formats, rows
from dotpop_addin.sheets.page import CHART_ROWS, LETTERS, Cell, Chart, Page, Role, Series, withheld
from dotpop_model.tables import Frame, Mask

HEIGHT = 44  # of headers
DAY_ZERO = date(1899, 12, 30)
"""What spreadsheets count days from."""
EMPTY = Cell(Role.FIGURE, "")
"""Of a missing value: the table stays whole, its cell is blank."""


@dataclass(frozen=True)
class Placed:
    """Where a table stands. head: row of its headers. count: lines. letters: of its columns, by code name."""

    head: int
    count: int
    letters: Mapping[str, str]

    @property
    def area(self) -> str:
        """Headers and lines."""
        return f"A{self.head}:{list(self.letters.values())[-1]}{self.head + self.count}"

    def keep_in_view(self, page: Page) -> None:
        """The headers stay in view, with a filter on each: for the one long table of a page."""
        page.frozen, page.filtered = self.head, self.area


def who(segments: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns that say which hospital a line is about."""
    return (
        column("FINESS", "finess", Kind.FINESS, 12),
        column("Raison sociale", "name", Kind.TEXT, 36),
        column("Segment", "segment", Kind.CHOICE, 21, choices=segments),
    )


def put_table(
    page: Page,
    table: Table,
    frame: Frame,
    secret: Mapping[str, Mask] | None = None,
    without: Sequence[str] = (),
    looks: Mapping[str, str] | None = None,
) -> Placed:
    """Writes a table of results from column A down. secret: the lines of a column that are withheld. without: columns.
    looks: number formats by column, where that of the kind does not do."""
    shown = [(place, one) for place, one in enumerate(table.columns) if one.name not in without]
    by_line, secret = formats(table, frame), secret or {}
    page.heads(*(one.header for _, one in shown), height=HEIGHT)
    head = page.row - 1
    for number, line in enumerate(rows(table, frame)):
        for letter, (place, one) in zip(LETTERS, shown, strict=False):
            told = by_line[place][number] if place in by_line else (looks or {}).get(one.name, FORMATS[one.kind])
            if one.name in secret and secret[one.name][number]:
                page.put(letter, withheld())
            else:
                page.put(letter, EMPTY if line[place] is None else figure(line[place], one, told))
        page.skip()
    letters = {one.name: letter for letter, (_, one) in zip(LETTERS, shown, strict=False)}
    return Placed(head, len(frame), letters)


def figure(value: Any, column: Column, shown: str) -> Cell:
    """A cell of a table."""
    if column.choices is POSITIONS:
        return Cell(Role(POSITIONS[value]), value, FORMATS[Kind.TEXT])
    if isinstance(value, str):
        return Cell(Role.BOXED, value)
    if isinstance(value, date):
        return Cell(Role.FIGURE, (value - DAY_ZERO).days, shown)
    return Cell(Role.FIGURE, value, shown if column.kind in NUMERIC else "General")


def draw(
    page: Page,
    title: str,
    placed: Placed,
    categories: str,
    series: Mapping[str, str],
    *,
    kind: str = "line",
    shown: str = "#,##0",
    signed: bool = False,
    told: bool = False,
    dashed: Sequence[str] = (),
    lines: Sequence[str] = (),
    source: str = "",
    count: int | None = None,
    height: int = CHART_ROWS,
    most: float | None = None,
    apart: int = 1,
    row: int = 0,
) -> None:
    """A chart of a table, under what stands on the page, on one printed page; none of an empty table.

    categories: column of the names. series: column → colour. told: values are written on their bars. dashed, lines: series
    with dashes, and those drawn over the bars. count: lines drawn (None: all). apart: empty rows above. row: where room was
    left for it (0: none was). Others as `Chart`.
    """
    if not placed.count:
        return
    if not row:
        page.keep(apart + height)
        row = page.skip(apart + height) + apart
    drawn = [
        Series(placed.letters[name], placed.head, colour, name in dashed, told, name in lines)
        for name, colour in series.items()
    ]
    letter, number = placed.letters[categories], placed.count if count is None else count
    page.charts.append(Chart(kind, title, shown, letter, placed.head, number, drawn, row, height, most, signed, source))
