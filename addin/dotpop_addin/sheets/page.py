"""A sheet as cells, independent of any writer: each with its role, its value and, where it is computed, its formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import wrap
from typing import NamedTuple

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.levels import MARK
from dotpop_addin.rendering import FORMATS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOTAL = "D"
"""The column of what is neither of adults nor of minors."""
SHOWN = FORMATS | {
    Kind.RATE: "0.0000",
    Kind.SIGNED: "+0.0000;-0.0000;0.0000",
    Kind.INTEGER: "+0;-0",
    Kind.NUMBER: "#,##0.00",
}
"""Number formats: indices with the decimals that tell positions apart, directions with their sign."""
CHART_ROWS = 15
"""How high a chart is."""

ROW_HEIGHT, PRINTED_HEIGHT, PRINTED_WIDTH = 15.0, 480.0, 130.0
"""Points of a row and of a printed page in landscape; characters across it at full size."""


FITTING = 1.1
"""Letters that surely fit in a unit of width."""
LINE_HEIGHT, AROUND_LINES = 13.5, 4.0
"""Points of a line of words, and around the lines of a row."""


def lines_of(text: str, width: float) -> int:
    """How many lines a text needs in a width: it goes on between words, and cuts those that are longer than a line.

    >>> lines_of("", 10), lines_of("douze lettres", 10), lines_of("douze lettres", 20), lines_of("une\\nautre", 20)
    (1, 2, 1, 2)
    """
    letters = max(1, int(FITTING * width))
    return sum(1 if len(line) <= letters else len(wrap(line, letters)) for line in text.split("\n"))


def height_of(lines: int) -> float:
    """Points of a row of so many lines of words."""
    return AROUND_LINES + LINE_HEIGHT * lines


class Role(StrEnum):
    """What a cell is for its reader; the writer gives each role one look."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    SECTION = "section"  # the whole row has its look
    HEAD = "head"
    LABEL = "label"
    GROUP = "group"  # of lines that go together
    TEXT = "text"  # words beside figures, over the cells at their right
    WORDS = "words"  # words within their column
    BOXED = "boxed"  # the same in a table
    SENTENCE = "sentence"  # words over the whole width
    RECEIVED = "received"  # a value that comes from elsewhere
    COMPUTED = "computed"  # a formula over the cells of the sheet
    RESULT = "result"  # a formula whose value is what one looks for
    WITHHELD = "withheld"  # the mark of a figure that may not leave
    FIGURE = "figure"  # a value, in a table where none is computed
    UNDER = "under"  # the position of a hospital
    NEUTRAL = "neutral"
    OVER = "over"


class Cell(NamedTuple):
    """value: what any reader sees. formula: how a spreadsheet finds it again ("" for none), in English with commas."""

    role: Role
    value: str | float
    shown: str = "General"
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart. letter: column of its values; under: row of its header, above them. colour: as in the look, ""
    for what only lifts the others: it is not seen."""

    letter: str
    under: int
    colour: str
    dashed: bool = False
    told: bool = False  # its values are written on the chart
    line: bool = False  # drawn as a line over columns


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a sheet. kind: "line", "column" (each category has one series), "stacked", or "bar" (lying, from the first
    category down; values may be negative). categories, under: their column and the row of their header; count: how many
    there are. row: where its top stands. height: in rows. most: where its axis ends. signed: its bars go below nil too.
    source: the sheet that its figures stand in ("": its own)."""

    kind: str
    title: str
    shown: str
    categories: str
    under: int
    count: int
    series: Sequence[Series]
    row: int
    height: int = CHART_ROWS
    most: float | None = None
    signed: bool = False
    source: str = ""


@dataclass
class Page:
    """A sheet being filled from top to bottom; rows are counted from 1."""

    name: str
    widths: Sequence[float]
    last: str  # the last column that is printed
    frozen: int  # rows at the top that stay in view, and stand at the head of each printed page
    row: int = 1
    sections: int = 0
    cells: dict[tuple[int, str], Cell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    filtered: str = ""  # area with a filter on each of its headers
    choices: dict[str, str] = field(default_factory=dict)  # cells with a list, and the area that it is made of

    @classmethod
    def titled(cls, name: str, widths: Sequence[float], title: str, told: str, frozen: int = 3) -> "Page":
        """A sheet as wide as its columns, with its title and what it is about; filled from under the frozen rows."""
        page = cls(name, widths, LETTERS[len(widths) - 1], frozen)
        page.head(title, told)
        page.row = frozen + 1
        return page

    def head(self, title: str, told: str) -> None:
        """The title of the sheet, and under it what it is about."""
        self.put("A", Cell(Role.TITLE, title))
        self.heights[self.skip()] = 26
        self.put("A", Cell(Role.SUBTITLE, told))
        self.skip()

    def put(self, letter: str, cell: Cell, row: int | None = None) -> str:
        """Sets a cell (of the current row); returns its address."""
        place = row or self.row
        self.cells[place, letter] = cell
        return f"{letter}{place}"

    def line(self, label: str, cells: Mapping[str, Cell], unit: str = "", note: str = "") -> int:
        """A line of the calculation: label, cells by column, unit and where it comes from; returns its row."""
        self.put("A", Cell(Role.LABEL, label))
        for letter, cell in cells.items():
            self.put(letter, cell)
        for letter, text in (("E", unit), ("F", note)):
            if text:
                self.put(letter, Cell(Role.TEXT, text))
        return self.skip()

    def heads(self, *heads: str, height: float = 40) -> int:
        """The headers of a table; returns their row."""
        for letter, text in zip(LETTERS, heads, strict=False):
            self.put(letter, Cell(Role.HEAD, text))
        self.heights[self.row] = height
        return self.skip()

    def keep(self, rows: int) -> None:
        """Goes to another printed page where so many rows would not stand on this one."""
        scale = min(1.0, PRINTED_WIDTH / sum(self.widths))
        start = self.breaks[-1] if self.breaks else 0
        head = sum(self.heights.get(row, ROW_HEIGHT) for row in range(1, self.frozen + 1)) if self.breaks else 0.0
        used = sum(self.heights.get(row, ROW_HEIGHT) for row in range(start + 1, self.row))
        if (head + used + rows * ROW_HEIGHT) * scale > PRINTED_HEIGHT:
            self.breaks.append(self.row)

    def section(self, title: str, *, over: bool = False) -> None:
        """The title of a part, numbered, after an empty row. over: on another page."""
        if over:
            self.breaks.append(self.row)
        self.sections += 1
        self.row += 1
        self.put("A", Cell(Role.SECTION, f"{self.sections}. {title}"))
        self.heights[self.row] = 20
        self.skip()

    def sentence(self, text: str) -> None:
        """Words over the whole width that is printed, on as many lines as they need."""
        self.put("A", Cell(Role.SENTENCE, text))
        self.heights[self.row] = height_of(lines_of(text, sum(self._printed)))
        self.skip()

    def beside(self, label: Cell, text: str) -> None:
        """Words over the width that a label in the first column leaves."""
        self.put("A", label)
        self.put("B", Cell(Role.SENTENCE, text))
        first, *others = self._printed
        self.heights[self.row] = height_of(max(lines_of(str(label.value), first), lines_of(text, sum(others))))
        self.skip()

    def across(self, cells: Sequence[Cell | None]) -> int:
        """A line from column A (None: no cell), as high as the words within their columns need; returns its row."""
        lines = 1
        for letter, width, cell in zip(LETTERS, self.widths, cells, strict=False):
            if cell is not None:
                self.put(letter, cell)
                if cell.role in (Role.WORDS, Role.BOXED):
                    lines = max(lines, lines_of(str(cell.value), width))
        if lines > 1:
            self.heights[self.row] = height_of(lines)
        return self.skip()

    @property
    def _printed(self) -> Sequence[float]:
        """The widths of the columns that are printed."""
        return self.widths[: LETTERS.index(self.last) + 1]

    def skip(self, rows: int = 1) -> int:
        """Goes down; returns the row that was left."""
        left = self.row
        self.row += rows
        return left


def received(value: str | float, kind: Kind) -> Cell:
    """A value that comes from outside the sheet."""
    return Cell(Role.RECEIVED, value, SHOWN[kind])


def computed(value: str | float, kind: Kind, formula: str) -> Cell:
    """A step: its formula and the value that the model found."""
    return Cell(Role.COMPUTED, value, SHOWN[kind], f"={formula}")


def result(value: str | float, kind: Kind, formula: str) -> Cell:
    """A step that gives what one looks for."""
    return Cell(Role.RESULT, value, SHOWN[kind], f"={formula}")


def withheld() -> Cell:
    """A figure that is not in the file."""
    return Cell(Role.WITHHELD, MARK, SHOWN[Kind.TEXT])
