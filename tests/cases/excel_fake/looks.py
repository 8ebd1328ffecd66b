"""How cells look and what hangs on them: fills, fonts, borders, links, notes, conditional formats."""
# ruff: noqa: N802, N803 (names that Excel has)

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

from cases.excel_fake.members import Bounds, Member, Settings, refused
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment as OpenpyxlComment
from openpyxl.styles import Border, Color, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink

if TYPE_CHECKING:
    from cases.excel_fake.ranges import Range
    from cases.excel_fake.sheets import Worksheet

NONE = -4142
EDGES = {7: "left", 8: "top", 9: "bottom", 10: "right"}


class Look(Member):
    """One side of how the cells of an area look."""

    def __init__(self, cells: "Range") -> None:
        self.app, self.cells = cells.app, cells


class Interior(Look):
    @property
    def Pattern(self) -> object:
        return self.cells.shared(lambda cell: 1 if cell.fill.fill_type else NONE)

    @Pattern.setter
    def Pattern(self, value: int) -> None:
        for cell in self.cells._to_change():
            cell.fill = PatternFill() if value == NONE else PatternFill("solid", fgColor=copy(cell.fill.fgColor))

    @property
    def Color(self) -> object:
        return self.cells.shared(lambda cell: colour(cell.fill.fgColor))

    @Color.setter
    def Color(self, value: object) -> None:
        for cell in self.cells._to_change():
            cell.fill = PatternFill("solid", fgColor=coloured(value))


class RangeFont(Look):
    NAMES: ClassVar = {"Name": "name", "Size": "sz", "Bold": "b", "Italic": "i", "Underline": "u", "Color": "color"}

    def _get(self, name: str) -> object:
        if name == "Color":
            return self.cells.shared(lambda cell: colour(cell.font.color))
        return self.cells.shared(lambda cell: getattr(cell.font, self.NAMES[name]) or False)

    def _set(self, name: str, value: object) -> None:
        for cell in self.cells._to_change():
            font: Font = copy(cell.font)
            setattr(font, self.NAMES[name], coloured(value) if name == "Color" else value or None)
            cell.font = font

    Name = property(lambda self: self._get("Name"), lambda self, value: self._set("Name", value))
    Size = property(lambda self: self._get("Size"), lambda self, value: self._set("Size", value))
    Bold = property(lambda self: self._get("Bold"), lambda self, value: self._set("Bold", value))
    Italic = property(lambda self: self._get("Italic"), lambda self, value: self._set("Italic", value))
    Underline = property(lambda self: self._get("Underline"), lambda self, value: self._set("Underline", value))
    Color = property(lambda self: self._get("Color"), lambda self, value: self._set("Color", value))


class Line(Look):
    """The border of an area at one of its edges, or between its columns (11) or rows (12)."""

    def __init__(self, cells: "Range", index: int) -> None:
        super().__init__(cells)
        self.index = index

    def _sides(self) -> Iterator[tuple[Cell, str]]:
        left, top, right, bottom = self.cells.bounds
        for cell in self.cells.cells():
            here = {7: cell.column == left, 8: cell.row == top, 9: cell.row == bottom, 10: cell.column == right}
            if self.index in EDGES and here[self.index]:
                yield cell, EDGES[self.index]
            if self.index == 11 and cell.column < right:
                yield cell, "right"
            if self.index == 11 and cell.column > left:
                yield cell, "left"
            if self.index == 12 and cell.row < bottom:
                yield cell, "bottom"
            if self.index == 12 and cell.row > top:
                yield cell, "top"

    def _get(self, give: Callable[[Side], object]) -> object:
        self.app.called()
        found = {give(getattr(cell.border, side) or Side()) for cell, side in self._sides()}
        return found.pop() if len(found) == 1 else None

    def _set(self, change: Callable[[Side], Side]) -> None:
        for cell, side in list(self._sides()):
            border: Border = copy(cell.border)
            setattr(border, side, change(copy(getattr(border, side) or Side())))
            cell.border = border

    @property
    def LineStyle(self) -> object:
        return self._get(lambda side: side.style or NONE)

    @LineStyle.setter
    def LineStyle(self, value: object) -> None:
        self._set(lambda side: Side() if value == NONE else Side(style=value, color=side.color))

    @property
    def Weight(self) -> object:
        return self._get(lambda side: 2)

    @Weight.setter
    def Weight(self, value: object) -> None: ...

    @property
    def Color(self) -> object:
        return self._get(lambda side: colour(side.color))

    @Color.setter
    def Color(self, value: object) -> None:
        self._set(lambda side: Side(style=side.style or "thin", color=coloured(value)))


class Hyperlinks:
    def __init__(self, worksheet: "Worksheet", bounds: Bounds) -> None:
        self.worksheet, self.bounds = worksheet, bounds

    @property
    def Count(self) -> int:
        self.worksheet.app.called()
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator["Link"]:
        return iter([Link(self.worksheet, cell) for cell in self.worksheet.within(self.bounds) if cell.hyperlink])

    def Add(self, Anchor: "Range", Address: str, SubAddress: str) -> None:
        self.worksheet.changed()
        for cell in Anchor.cells():
            value, kind = cell.value, cell.data_type
            cell.hyperlink = Hyperlink(ref=cell.coordinate, target=Address or None, location=SubAddress or None)
            cell.value, cell.data_type = value, kind
            cell.font = Font(name=cell.font.name, sz=cell.font.sz, u="single", color="0563C1")


class Link:
    def __init__(self, worksheet: "Worksheet", cell: Cell) -> None:
        self.Range = worksheet.Range(cell.coordinate)
        self.Address, self.SubAddress = link_of(cell)


class Comment(Member):
    def __init__(self, worksheet: "Worksheet", cell: Cell) -> None:
        self.app, self.worksheet, self.cell = worksheet.app, worksheet, cell
        self.Parent = worksheet.Range(cell.coordinate)
        self.Shape = Settings(worksheet.app, Width=108, Height=59)

    def __setattr__(self, name: str, value: object) -> None:
        self.__dict__[name] = value

    def Text(self, text: str | None = None) -> str:
        if text is not None:
            self.worksheet.changed()
            self.cell.comment = OpenpyxlComment(text, "")
        return str(self.cell.comment.text)

    def Delete(self) -> None:
        self.worksheet.changed()
        self.cell.comment = None


class FormatConditions:
    def __init__(self, cells: "Range") -> None:
        self.cells = cells

    def __iter__(self) -> Iterator["Rule"]:
        self.cells.app.called()
        return iter(list(self.cells.worksheet.rules))

    def Add(self, Type: int, Formula1: str) -> "Rule":
        self.cells.worksheet.changed()
        rule = Rule(self.cells.worksheet, self.cells.areas, Type == 2, [Formula1.removeprefix("=")])
        self.cells.worksheet.rules.append(rule)
        return rule


class Rule(Member):
    def __init__(self, worksheet: "Worksheet", bounds: list[Bounds], by_formula: bool, formula: Sequence[str]) -> None:
        self.app, self.worksheet, self.bounds, self.formula = worksheet.app, worksheet, bounds, list(formula)
        self.start(Type=2 if by_formula else 4, StopIfTrue=True)
        self.start(Interior=Settings(self.app, Color=None), Font=Settings(self.app, Color=None, Bold=False))
        self.start(Borders=Settings(self.app, Color=None, LineStyle=NONE))

    @property
    def Formula1(self) -> str:
        if self.Type != 2:
            raise refused()
        return f"={self.formula[0]}"

    @property
    def AppliesTo(self) -> "Range":
        return self.worksheet.over(self.bounds)

    def SetFirstPriority(self) -> None:
        self.worksheet.changed()
        self.worksheet.rules.remove(self)
        self.worksheet.rules.insert(0, self)

    def Delete(self) -> None:
        self.worksheet.changed()
        self.worksheet.rules.remove(self)


def colour(found: Any) -> object:
    """A colour as something that can be given back: a number, or openpyxl's words for a colour of a theme."""
    if found is None:
        return 0
    return int(found.rgb, 16) if found.type == "rgb" else f"{found.type} {getattr(found, found.type)} {found.tint}"


def coloured(value: object) -> Color | None:
    if value == 0 and not isinstance(value, bool):
        return Color(rgb="00000000")
    if isinstance(value, int):
        return Color(rgb=f"{value:08X}")
    kind, number, tint = str(value).split()
    return Color(**{kind: int(number), "tint": float(tint)})


def look(cell: Cell) -> tuple[object, ...]:
    font, sides = cell.font, [getattr(cell.border, name) or Side() for name in EDGES.values()]
    return (
        cell.number_format,
        colour(cell.fill.fgColor) if cell.fill.fill_type else None,
        (font.name, font.sz, bool(font.b), bool(font.i), font.u, colour(font.color)),
        tuple((side.style, colour(side.color) if side.style else None) for side in sides),
        (cell.alignment.horizontal, cell.alignment.vertical, bool(cell.alignment.wrap_text), cell.alignment.indent or 0),
        bool(cell.protection.locked),
    )


def link_of(cell: Cell) -> tuple[str, str]:
    return (cell.hyperlink.target or "", cell.hyperlink.location or "") if cell.hyperlink else ("", "")
