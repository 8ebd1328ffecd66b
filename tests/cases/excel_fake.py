"""A small stand-in for Excel's object model, over openpyxl. It is not Excel: it proves that the adapter does what the
documentation of Excel asks, and that a failure anywhere leaves the workbook as it was, never that Excel itself obeys.

Only what the adapter uses is there. Where Excel is known to surprise, the stand-in does the worst: it takes texts for
numbers and formulas, numbers for texts in the format Text, skips the rows that a filter hides, refuses long texts in arrays,
changes of a part of an array and of protected sheets, lets a table swallow what is written under it, and gives links a look
of their own.
"""
# ruff: noqa: N802, N803 (names that Excel has)

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment as OpenpyxlComment
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet as OpenpyxlWorksheet

from dotpop_addin.books.following import bounds_of, reference_to
from dotpop_addin.books.protocol import CellError, column_letters

NONE, REFUSED, REJECTED, EDITING = -4142, -2146827284, -2147418111, -2146777998
CODES = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#REF!": -2146826265, "#VALUE!": -2146826273, "#NAME?": -2146826259}
LIKE_A_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?%?|\d+[/-]\d+([/-]\d+)?")
EDGES = {7: "left", 8: "top", 9: "bottom", 10: "right"}
Bounds = tuple[int, int, int, int]


class ComError(Exception):
    """As pywintypes.com_error."""

    def __init__(self, hresult: int, scode: int | None = None) -> None:
        super().__init__(hresult)
        self.hresult, self.excepinfo = hresult, (0, "Microsoft Excel", "", None, 0, scode)


def refused() -> ComError:
    return ComError(-2147352567, REFUSED)


class Member:
    """An object of Excel: a public name set is a call that changes something."""

    app: "Application"

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            if not hasattr(type(self), name) and name not in self.__dict__:
                raise ComError(-2147352573)
            self.app.changed()
        object.__setattr__(self, name, value)

    def start(self, **values: object) -> None:
        self.__dict__.update(values)


class Collection:
    def __init__(self, items: Sequence[Any], key: str = "Name") -> None:
        self._items, self._key = list(items), key

    @property
    def Count(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __call__(self, index: int | str) -> Any:
        if isinstance(index, int):
            return self._items[index - 1]
        return next(one for one in self._items if getattr(one, self._key) == index)


class Settings(Member):
    def __init__(self, app: "Application", **values: object) -> None:
        self.app = app
        self.start(**values)


class Application(Member):
    """Excel. fails_at: the change (from 1) that is refused. busy: everything is. full: no copy can be written."""

    def __init__(self) -> None:
        self.start(
            app=self,
            calls=0,
            changes=0,
            fails_at=0,
            error=refused(),
            busy=False,
            full=False,
            opened=[],
            gone_to="",
            answers=[],
        )
        self.start(Interactive=True, ScreenUpdating=True, EnableEvents=True, DisplayAlerts=True, Calculation=-4105)
        self.start(StatusBar=False, CalculationState=0, front=None)
        self.start(AutoCorrect=Settings(self, AutoExpandListRange=True, AutoFillFormulasInLists=True))
        self.ProtectedViewWindows = Collection([])
        self.Workbooks = self

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("ProtectedViewWindows", "Workbooks", "CalculationState"):
            self.__dict__[name] = value
        elif name == "ActiveWorkbook":
            self.front = value
        elif name == "StatusBar":
            self.called()
            self.__dict__[name] = value
        else:
            super().__setattr__(name, value)

    @property
    def ActiveWorkbook(self) -> "Workbook | None":
        self.called()
        return self.front

    def called(self) -> None:
        self.calls += 1
        if self.busy:
            raise ComError(REJECTED)

    def changed(self) -> None:
        self.called()
        self.changes += 1
        if self.changes == self.fails_at:
            raise self.error

    def settings(self) -> dict[str, object]:
        names = ("Interactive", "ScreenUpdating", "EnableEvents", "DisplayAlerts", "Calculation")
        correct = {f"AutoCorrect.{name}": value for name, value in vars(self.AutoCorrect).items() if name != "app"}
        return {**{name: self.__dict__[name] for name in names}, **correct}

    def Add(self, template: str) -> None:
        self.opened.append(template)

    def Goto(self, place: "Range") -> None:
        self.gone_to = f"{place.Worksheet.Name}!{place.Address}"

    def Calculate(self) -> None:
        self.CalculationState = 0

    def GetOpenFilename(
        self, FileFilter: str, FilterIndex: int, Title: str, MultiSelect: bool = False
    ) -> str | bool | tuple[str, ...]:
        answer: str | bool | tuple[str, ...] = self.answers.pop(0)
        assert MultiSelect == isinstance(answer, tuple) or answer is False
        return answer

    def GetSaveAsFilename(self, InitialFilename: str, FileFilter: str, FilterIndex: int, Title: str) -> str | bool:
        answer: str | bool = self.answers.pop(0)
        return answer

    def FileDialog(self, kind: int) -> "FolderDialog":
        assert kind == 4
        return FolderDialog(self.answers.pop(0))

    def InputBox(self, Prompt: str, Title: str, Default: int | str, Type: int) -> float | str | bool:
        answer: float | str | bool = self.answers.pop(0)
        assert answer is False or isinstance(answer, str if Type == 2 else float)
        return answer


class FolderDialog:
    """The window in which one picks a folder; False is what a user who gives up answers."""

    def __init__(self, answer: str | bool) -> None:
        self._answer = answer
        self.Title, self.AllowMultiSelect = "", True

    def Show(self) -> int:
        assert self.Title
        assert not self.AllowMultiSelect
        return -1 if self._answer else 0

    def SelectedItems(self, place: int) -> str | bool:
        assert place == 1
        return self._answer


class XlwingsApp:
    """What the host uses of xlwings' App. said: the texts shown; answers: the buttons to press."""

    def __init__(self, api: Application) -> None:
        self.api = api
        self.said: list[tuple[str | None, str]] = []
        self.answers: list[str] = []

    def alert(self, prompt: str, title: str | None = None, buttons: str = "ok", mode: str | None = None) -> str:
        self.said.append((mode, prompt))
        return self.answers.pop(0) if self.answers else "ok"


class Workbook(Member):
    """A file as Excel would hold it open."""

    def __init__(self, path: Path, app: Application | None = None) -> None:
        self.app = app or Application()
        self.book = openpyxl.load_workbook(path)
        shown = openpyxl.load_workbook(path, data_only=True)
        self.start(
            Name=path.name,
            FullName=str(path),
            Path=str(path.parent),
            ReadOnly=False,
            MultiUserEditing=False,
            IsAddin=False,
            Charts=Collection([]),
        )
        self.start(Date1904=self.book.epoch.year == 1904, Application=self.app)
        self.sheets = [Worksheet(self, one, shown[one.title]) for one in self.book.worksheets]
        self.app.ActiveWorkbook = self

    def SaveCopyAs(self, path: str) -> None:
        self.app.called()
        if self.app.full:
            raise refused()
        self.book.save(path)

    @property
    def Worksheets(self) -> Collection:
        self.app.called()
        return Collection(self.sheets)

    def snapshot(self) -> dict[str, object]:
        """Everything that a failure must leave as it was."""
        return {"settings": self.app.settings(), **{one.Name: one.snapshot() for one in self.sheets}}


class Worksheet(Member):
    def __init__(self, workbook: Workbook, worksheet: OpenpyxlWorksheet, shown: OpenpyxlWorksheet) -> None:
        self.app, self.workbook, self.cells = workbook.app, workbook, worksheet
        self.single: dict[str, str] = {}
        self.arrays: dict[str, str] = {}
        self.known_arrays: list[str] = []
        self.places: dict[tuple[int, int], str] = {}
        self.hidden: set[int] = set()
        for line in worksheet.iter_rows():
            for cell in line:
                self._take(cell, shown)
        self.rules = [
            Rule(self, [bounds_of(one) for one in str(entry.sqref).split()], rule.type == "expression", rule.formula)
            for entry in worksheet.conditional_formatting
            for rule in entry.rules
        ]
        self.listed = [ListObject(self, one) for one in worksheet.tables.values()]
        self.charts = [Chart(self, one) for one in worksheet._charts]
        printed = ",".join(one.rpartition("!")[2] for one in str(worksheet.print_area or "").split(","))
        self.start(Name=worksheet.title, ProtectContents=bool(worksheet.protection.sheet), ProtectionMode=False)
        self.start(PageSetup=Settings(self.app, PrintArea=printed), AutoFilter=None)

    def _take(self, cell: Cell, shown: OpenpyxlWorksheet) -> None:
        if cell.data_type == "f":
            if isinstance(cell.value, ArrayFormula):
                self.arrays[cell.value.ref] = f"={cell.value.text.removeprefix('=')}"
            else:
                self.single[cell.coordinate] = str(cell.value)
            known = shown[cell.coordinate]
            cell.value = 0.0 if known.value is None else known.value
            cell.data_type = "n" if known.value is None else known.data_type

    @property
    def ListObjects(self) -> Collection:
        self.app.called()
        return Collection(self.listed, "DisplayName")

    @property
    def UsedRange(self) -> "Range":
        used = [cell for cell in self.cells._cells.values() if cell.value is not None or cell.has_style or cell.comment]
        rows, columns = [cell.row for cell in used] or [1], [cell.column for cell in used] or [1]
        return self.Range(reference_to((min(columns), min(rows), max(columns), max(rows))))

    @property
    def Cells(self) -> "Range":
        return self.Range("A1:XFD1048576")

    @property
    def Comments(self) -> Collection:
        self.app.called()
        return Collection([Comment(self, cell) for cell in list(self.cells._cells.values()) if cell.comment])

    @property
    def CommentsThreaded(self) -> Collection:
        raise ComError(-2147352570)  # as an Excel before 365

    @property
    def Hyperlinks(self) -> "Hyperlinks":
        return Hyperlinks(self, (1, 1, 16384, 1048576))

    def Range(self, address: str) -> "Range":
        if len(address) > 255:
            raise refused()
        return Range(self, [bounds_of(one) for one in address.split(",")])

    def ChartObjects(self) -> Collection:
        self.app.called()
        return Collection(self.charts)

    def changed(self) -> None:
        self.app.changed()
        if self.ProtectContents:
            raise refused()

    def within(self, bounds: Bounds) -> Iterator[Cell]:
        left, top, right, bottom = bounds
        if bottom < 100_000:
            yield from (cell for line in self.cells.iter_rows(top, bottom, left, right) for cell in line)
        else:
            yield from list(self.cells._cells.values())

    def array_at(self, cell: Cell) -> str | None:
        if list(self.arrays) != self.known_arrays:
            self.known_arrays, self.places = list(self.arrays), {}
            for array in self.arrays:
                left, top, right, bottom = bounds_of(array)
                self.places |= {(row, column): array for row in range(top, bottom + 1) for column in range(left, right + 1)}
        return self.places.get((cell.row, cell.column))

    def formula(self, cell: Cell) -> str | None:
        array = self.array_at(cell) if self.arrays else None
        return self.arrays[array] if array else self.single.get(cell.coordinate)

    def enter(self, cell: Cell, value: object) -> None:
        """What Excel makes of a value that is given to a cell."""
        self.single.pop(cell.coordinate, None)
        if isinstance(value, str):
            value = self._entered(cell, value)
        elif cell.number_format == "@" and value is not None:
            value = f"{value:g}" if isinstance(value, float) else str(value)
        cell.value = None
        cell.data_type = "n"
        if value is None or value == "":
            self._name_header(cell)
            return
        cell._value = value.text if isinstance(value, CellError) else value
        cell.data_type = (
            "e"
            if isinstance(value, CellError)
            else "b"
            if isinstance(value, bool)
            else "s"
            if isinstance(value, str)
            else "n"
        )
        self._expand(cell)

    def _entered(self, cell: Cell, text: str) -> object:
        if text.startswith("'"):
            return text[1:]
        if cell.number_format == "@" or not text:
            return text
        if text.startswith(("=", "+", "-", "@")) and not LIKE_A_NUMBER.fullmatch(text):
            if not text.startswith("=") or text.count("(") != text.count(")"):
                raise refused()
            self.single[cell.coordinate] = text
            return 0.0
        if text in CODES:
            return CellError(text)
        if text.upper() in ("TRUE", "FALSE"):
            return text.upper() == "TRUE"
        return 12345.0 if LIKE_A_NUMBER.fullmatch(text) else text

    def _name_header(self, cell: Cell) -> None:
        for table in self.listed:
            left, top, right, _ = table.bounds
            if cell.row == top and left <= cell.column <= right:
                cell.value = f"Colonne{cell.column - left + 1}"

    def _expand(self, cell: Cell) -> None:
        if not self.app.AutoCorrect.AutoExpandListRange:
            return
        for table in self.listed:
            left, top, right, bottom = table.bounds
            if left <= cell.column <= right and cell.row == bottom + 1 and not table.table.totalsRowCount:
                table.take((left, top, right, bottom + 1))

    def snapshot(self) -> dict[str, object]:
        return {
            "cells": {
                cell.coordinate: (cell.value, cell.data_type, look(cell), cell.comment.text if cell.comment else None)
                for cell in list(self.cells._cells.values())
                if cell.value is not None or cell.has_style or cell.comment
            },
            "formulas": dict(self.single),
            "arrays": dict(self.arrays),
            "links": {cell.coordinate: link_of(cell) for cell in self.within((1, 1, 60, 99_999_9)) if cell.hyperlink},
            "tables": [(one.DisplayName, one.bounds, one.table.totalsRowCount, dict(one.criteria)) for one in self.listed],
            "hidden": set(self.hidden),
            "printed": self.PageSetup.PrintArea,
            "charts": [series.Formula for chart in self.charts for series in chart.series],
            "rules": [(rule.bounds, rule.formula) for rule in self.rules],
        }


class Range(Member):
    def __init__(self, worksheet: Worksheet, areas: list[Bounds]) -> None:
        self.app, self.worksheet, self.areas = worksheet.app, worksheet, areas

    # --- where it stands -----------------------------------------------------------------------------------------------

    @property
    def Address(self) -> str:
        self.app.called()
        found = []
        for left, top, right, bottom in self.areas:
            first, last = f"${column_letters(left)}${top}", f"${column_letters(right)}${bottom}"
            found.append(first if first == last else f"{first}:{last}")
        return ",".join(found)

    @property
    def Worksheet(self) -> Worksheet:
        return self.worksheet

    @property
    def bounds(self) -> Bounds:
        return self.areas[0]

    def cells(self) -> Iterator[Cell]:
        for bounds in self.areas:
            yield from self.worksheet.within(bounds)

    def rows(self) -> list[list[Cell]]:
        left, top, right, bottom = self.bounds
        return [list(line) for line in self.worksheet.cells.iter_rows(top, bottom, left, right)]

    def shown(self, give: Callable[[Cell], object]) -> object:
        """One value bare, else rows of them."""
        self.app.called()
        rows = tuple(tuple(give(cell) for cell in line) for line in self.rows())
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    def shared(self, give: Callable[[Cell], object]) -> Any:
        """What all cells have, None where they differ."""
        self.app.called()
        found = {give(cell) for cell in self.cells()}
        return found.pop() if len(found) == 1 else None

    @property
    def MergeCells(self) -> bool | None:
        """None where some are and some are not."""
        merged = self.worksheet.cells.merged_cells
        return self.shared(lambda cell: cell.coordinate in merged)

    # --- what it holds -------------------------------------------------------------------------------------------------

    @property
    def Value2(self) -> object:
        return self.shown(self._value)

    @Value2.setter
    def Value2(self, value: object) -> None:
        self._refuse_parts_of_arrays()
        if not isinstance(value, tuple):
            for cell in self.cells():
                self.worksheet.enter(cell, value)
            return
        rows = self.rows()
        assert [len(line) for line in value] == [len(line) for line in rows], "an array of another size"
        if any(isinstance(one, str) and len(one) > 255 for line in value for one in line):
            raise refused()
        for cells, line in zip(rows, value, strict=True):
            if cells[0].row not in self.worksheet.hidden:
                for cell, one in zip(cells, line, strict=True):
                    assert one is not None, "an empty cell is given as an empty text"
                    assert not isinstance(one, int) or isinstance(one, bool), "numbers are given as floats"
                    self.worksheet.enter(cell, one)

    @property
    def Formula(self) -> object:
        return self.shown(lambda cell: self.worksheet.formula(cell) or self._written(cell))

    @Formula.setter
    def Formula(self, value: object) -> None:
        self._refuse_parts_of_arrays()
        lines = value if isinstance(value, tuple) else ((value,),)
        for cells, line in zip(self.rows(), lines, strict=True):
            for cell, formula in zip(cells, line, strict=True):
                self.worksheet.enter(cell, formula)

    @property
    def FormulaArray(self) -> object:
        return self.shared(self.worksheet.formula)

    @FormulaArray.setter
    def FormulaArray(self, value: str) -> None:
        self._refuse_parts_of_arrays()
        if len(value) > 255:
            raise refused()
        for cell in self.cells():
            self.worksheet.enter(cell, 0.0)
        self.worksheet.arrays[self.Address.replace("$", "")] = value

    @property
    def HasArray(self) -> bool | None:
        self.app.called()
        if not any(overlap(bounds_of(array), bounds) for array in self.worksheet.arrays for bounds in self.areas):
            return False
        answer: bool | None = self.shared(lambda cell: self.worksheet.array_at(cell) is not None)
        return answer

    @property
    def CurrentArray(self) -> "Range":
        array = self.worksheet.array_at(next(self.cells()))
        if array is None:
            raise refused()
        return self.worksheet.Range(array)

    def ClearContents(self) -> None:
        self.worksheet.changed()
        self._refuse_parts_of_arrays()
        for array in [one for one in self.worksheet.arrays if inside(bounds_of(one), self.bounds)]:
            del self.worksheet.arrays[array]
        for cell in self.cells():
            self.worksheet.enter(cell, None)

    def _refuse_parts_of_arrays(self) -> None:
        if self.worksheet.ProtectContents:
            raise refused()
        for array in map(bounds_of, self.worksheet.arrays):
            if any(overlap(array, bounds) and not inside(array, bounds) for bounds in self.areas):
                raise refused()

    def _value(self, cell: Cell) -> object:
        value = cell.value
        if cell.data_type == "e":
            return CODES.get(str(value), -2146826273)
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return float(value)
        return float(openpyxl.utils.datetime.to_excel(value, self.worksheet.workbook.book.epoch))

    def _written(self, cell: Cell) -> object:
        value = self._value(cell)
        return "" if value is None else str(cell.value) if isinstance(value, int) else str(value)

    # --- how it looks --------------------------------------------------------------------------------------------------

    @property
    def NumberFormat(self) -> str | None:
        found: str | None = self.shared(lambda cell: cell.number_format)
        return found

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:
        for cell in self._to_change():
            cell.number_format = value

    @property
    def Style(self) -> str:
        return "Normal"

    @Style.setter
    def Style(self, value: str) -> None:
        for cell in self._to_change():
            cell._style = StyleArray()

    HorizontalAlignment = property(
        lambda self: self._aligned("horizontal"), lambda self, value: self._align("horizontal", value)
    )
    VerticalAlignment = property(lambda self: self._aligned("vertical"), lambda self, value: self._align("vertical", value))
    WrapText = property(lambda self: self._aligned("wrap_text"), lambda self, value: self._align("wrap_text", value))
    IndentLevel = property(lambda self: self._aligned("indent"), lambda self, value: self._align("indent", value))

    def _aligned(self, name: str) -> object:
        return self.shared(lambda cell: getattr(cell.alignment, name) or 0)

    def _align(self, name: str, value: object) -> None:
        for cell in self._to_change():
            alignment: Alignment = copy(cell.alignment)
            setattr(alignment, name, value if name == "indent" else value or None)
            cell.alignment = alignment

    @property
    def Locked(self) -> object:
        return self.shared(lambda cell: bool(cell.protection.locked))

    @Locked.setter
    def Locked(self, value: bool) -> None:
        for cell in self._to_change():
            cell.protection = Protection(locked=value)

    @property
    def Interior(self) -> "Interior":
        return Interior(self)

    @property
    def Font(self) -> "RangeFont":
        return RangeFont(self)

    def Borders(self, index: int) -> "Line":
        return Line(self, index)

    def _to_change(self) -> list[Cell]:
        if self.worksheet.ProtectContents:
            raise refused()
        return list(self.cells())

    def AutoFill(self, Destination: "Range", Type: int) -> None:
        self.worksheet.changed()
        assert Type == 3
        assert inside(self.bounds, Destination.bounds)
        left, top, right, bottom = self.bounds
        for cell in Destination.cells():
            row, column = top + (cell.row - top) % (bottom - top + 1), left + (cell.column - left) % (right - left + 1)
            cell._style = copy(self.worksheet.cells.cell(row, column)._style)

    # --- what hangs on it ----------------------------------------------------------------------------------------------

    @property
    def Hyperlinks(self) -> "Hyperlinks":
        return Hyperlinks(self.worksheet, self.bounds)

    def ClearHyperlinks(self) -> None:
        self.worksheet.changed()
        for cell in self.cells():
            cell.hyperlink = None

    @property
    def Comment(self) -> "Comment | None":
        self.app.called()
        cell = next(self.cells())
        return Comment(self.worksheet, cell) if cell.comment else None

    def AddComment(self, text: str) -> "Comment":
        self.worksheet.changed()
        cell = next(self.cells())
        if cell.comment:
            raise refused()
        cell.comment = OpenpyxlComment(text, "")
        return Comment(self.worksheet, cell)

    @property
    def FormatConditions(self) -> "FormatConditions":
        return FormatConditions(self)

    def AutoFilter(self, Field: int, Criteria1: object, Operator: int = 0, Criteria2: object = None) -> None:
        self.worksheet.changed()
        table = next(one for one in self.worksheet.listed if one.bounds == self.bounds)
        table.criteria[Field] = (Criteria1, Operator, Criteria2)
        table.hide()


class Interior(Member):
    def __init__(self, cells: Range) -> None:
        self.app, self.cells = cells.app, cells

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


class RangeFont(Member):
    NAMES: ClassVar = {"Name": "name", "Size": "sz", "Bold": "b", "Italic": "i", "Underline": "u", "Color": "color"}

    def __init__(self, cells: Range) -> None:
        self.app, self.cells = cells.app, cells

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


class Line(Member):
    """The border of an area at one of its edges, or between its columns (11) or rows (12)."""

    def __init__(self, cells: Range, index: int) -> None:
        self.app, self.cells, self.index = cells.app, cells, index

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
    def __init__(self, worksheet: Worksheet, bounds: Bounds) -> None:
        self.worksheet, self.bounds = worksheet, bounds

    @property
    def Count(self) -> int:
        self.worksheet.app.called()
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator["Link"]:
        return iter([Link(self.worksheet, cell) for cell in self.worksheet.within(self.bounds) if cell.hyperlink])

    def Add(self, Anchor: Range, Address: str, SubAddress: str) -> None:
        self.worksheet.changed()
        for cell in Anchor.cells():
            value, kind = cell.value, cell.data_type
            cell.hyperlink = openpyxl.worksheet.hyperlink.Hyperlink(
                ref=cell.coordinate, target=Address or None, location=SubAddress or None
            )
            cell.value, cell.data_type = value, kind
            cell.font = Font(name=cell.font.name, sz=cell.font.sz, u="single", color="0563C1")


class Link:
    def __init__(self, worksheet: Worksheet, cell: Cell) -> None:
        self.Range = worksheet.Range(cell.coordinate)
        self.Address, self.SubAddress = link_of(cell)


class Comment(Member):
    def __init__(self, worksheet: Worksheet, cell: Cell) -> None:
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
    def __init__(self, cells: Range) -> None:
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
    def __init__(self, worksheet: Worksheet, bounds: list[Bounds], by_formula: bool, formula: Sequence[str]) -> None:
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
    def AppliesTo(self) -> Range:
        return Range(self.worksheet, self.bounds)

    def SetFirstPriority(self) -> None:
        self.worksheet.changed()
        self.worksheet.rules.remove(self)
        self.worksheet.rules.insert(0, self)

    def Delete(self) -> None:
        self.worksheet.changed()
        self.worksheet.rules.remove(self)


class ListObject(Member):
    def __init__(self, worksheet: Worksheet, table: Any) -> None:
        self.app, self.worksheet, self.table = worksheet.app, worksheet, table
        self.criteria: dict[int, tuple[object, int, object]] = {}
        self.start(DisplayName=table.displayName, ShowAutoFilter=True)

    @property
    def bounds(self) -> Bounds:
        return bounds_of(self.table.ref)

    @property
    def Range(self) -> Range:
        return self.worksheet.Range(self.table.ref)

    @property
    def ListColumns(self) -> Collection:
        return Collection(range(self.bounds[0], self.bounds[2] + 1))

    @property
    def ShowTotals(self) -> bool:
        self.app.called()
        return bool(self.table.totalsRowCount)

    @ShowTotals.setter
    def ShowTotals(self, value: bool) -> None:
        left, top, right, bottom = self.bounds
        if value != bool(self.table.totalsRowCount):
            self.table.totalsRowCount = 1 if value else None
            self.table.ref = reference_to((left, top, right, bottom + (1 if value else -1)))
            for cell in self.worksheet.within((left, bottom, right, bottom)) if not value else ():
                self.worksheet.single.pop(cell.coordinate, None)
                cell.value = None

    @property
    def AutoFilter(self) -> "AutoFilter | None":
        return AutoFilter(self) if self.ShowAutoFilter else None

    def Resize(self, cells: "Range") -> None:
        self.worksheet.changed()
        left, top, _, bottom = new = cells.bounds
        if self.worksheet.ProtectContents or self.criteria or (left, top) != self.bounds[:2] or bottom == top:
            raise refused()
        if any(overlap(new, one.bounds) for one in self.worksheet.listed if one is not self):
            raise refused()
        self.take(new)

    def take(self, new: Bounds) -> None:
        self.table.ref = reference_to(new)
        left, top, right, _ = new
        for cell in self.worksheet.within((left, top, right, top)):
            if cell.value is None:
                cell.value = f"Colonne{cell.column - left + 1}"

    def hide(self) -> None:
        left, top, _, bottom = self.bounds
        self.worksheet.hidden -= set(range(top, bottom + 2))
        for row in range(top + 1, bottom + 1):
            for column, (first, operator, _) in self.criteria.items():
                shown = f"={self.worksheet.cells.cell(row, left + column - 1).value}"
                if shown not in (first if operator == 7 and isinstance(first, tuple) else (first,)):
                    self.worksheet.hidden.add(row)


class AutoFilter:
    def __init__(self, table: ListObject) -> None:
        self.table = table

    @property
    def FilterMode(self) -> bool:
        self.table.app.called()
        return bool(self.table.criteria)

    def ShowAllData(self) -> None:
        self.table.worksheet.changed()
        if not self.table.criteria:
            raise refused()
        self.table.criteria.clear()
        self.table.hide()

    @property
    def Filters(self) -> Collection:
        return Collection([Filter(self.table.criteria.get(column)) for column in range(1, self.table.ListColumns.Count + 1)])

    @property
    def Range(self) -> Range:
        return self.table.Range


class Filter:
    def __init__(self, criterion: tuple[object, int, object] | None) -> None:
        self.On, self._criterion = criterion is not None, criterion or (None, 0, None)
        self.Operator = self._criterion[1]

    @property
    def Criteria1(self) -> object:
        return self._criterion[0]

    @property
    def Criteria2(self) -> object:
        return self._criterion[2]


class Chart:
    def __init__(self, worksheet: Worksheet, chart: Any) -> None:
        self.series = [Series(worksheet.app, one) for part in chart._charts for one in part.ser]
        self.Chart = self

    def SeriesCollection(self) -> Collection:
        return Collection(self.series)


class Series(Member):
    def __init__(self, app: Application, series: Any) -> None:
        self.app = app
        parts = [
            getattr(series.tx, "strRef", None),
            *(_reference(one) for one in (series.cat, series.xVal, series.val, series.yVal)),
        ]
        self.start(Formula=f"=SERIES({','.join(one.f for one in parts if one is not None)},1)")


def _reference(data: Any) -> Any:
    return getattr(data, "numRef", None) or getattr(data, "strRef", None)


def inside(one: Bounds, whole: Bounds) -> bool:
    return whole[0] <= one[0] and whole[1] <= one[1] and one[2] <= whole[2] and one[3] <= whole[3]


def overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


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
