"""Areas of cells: where they stand, what they hold, how they look."""
# ruff: noqa: N802, N803 (names that Excel has)

from collections.abc import Callable, Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

from cases.excel_fake.looks import Comment, FormatConditions, Hyperlinks, Interior, Line, RangeFont
from cases.excel_fake.members import Bounds, Member, refused
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment as OpenpyxlComment
from openpyxl.styles import Alignment, Protection
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.datetime import to_excel

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import column_letters

if TYPE_CHECKING:
    from cases.excel_fake.sheets import Worksheet

CODES = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#REF!": -2146826265, "#VALUE!": -2146826273, "#NAME?": -2146826259}


class Range(Member):
    def __init__(self, worksheet: "Worksheet", areas: list[Bounds]) -> None:
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
    def Worksheet(self) -> "Worksheet":
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
        return float(to_excel(value, self.worksheet.workbook.book.epoch))

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
    def Font(self) -> RangeFont:
        return RangeFont(self)

    def Borders(self, index: int) -> Line:
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


def inside(one: Bounds, whole: Bounds) -> bool:
    return whole[0] <= one[0] and whole[1] <= one[1] and one[2] <= whole[2] and one[3] <= whole[3]


def overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
