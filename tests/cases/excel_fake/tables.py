"""Tables and their filters."""
# ruff: noqa: N802 (names that Excel has)

from typing import TYPE_CHECKING, Any

from cases.excel_fake.members import Bounds, Collection, Member, refused
from cases.excel_fake.ranges import overlap

from dotpop_addin.books.following import bounds_of, reference_to

if TYPE_CHECKING:
    from cases.excel_fake.ranges import Range
    from cases.excel_fake.sheets import Worksheet


class ListObject(Member):
    def __init__(self, worksheet: "Worksheet", table: Any) -> None:
        self.app, self.worksheet, self.table = worksheet.app, worksheet, table
        self.criteria: dict[int, tuple[object, int, object]] = {}
        self.start(DisplayName=table.displayName, ShowAutoFilter=True)

    @property
    def bounds(self) -> Bounds:
        return bounds_of(self.table.ref)

    @property
    def Range(self) -> "Range":
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
    def Range(self) -> "Range":
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
