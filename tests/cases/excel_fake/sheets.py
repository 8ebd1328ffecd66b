"""Workbooks and their worksheets: what is written in a cell is made into what Excel makes of it."""
# ruff: noqa: N802 (names that Excel has)

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from cases.excel_fake.application import Application
from cases.excel_fake.charts import Chart
from cases.excel_fake.looks import Comment, Hyperlinks, Rule, link_of, look
from cases.excel_fake.members import Bounds, Collection, ComError, Member, Settings, refused
from cases.excel_fake.ranges import CODES, Range
from cases.excel_fake.tables import ListObject
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet as OpenpyxlWorksheet

from dotpop_addin.books.following import bounds_of, reference_to
from dotpop_addin.books.protocol import CellError

LIKE_A_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?%?|\d+[/-]\d+([/-]\d+)?")


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

    def over(self, areas: list[Bounds]) -> Range:
        return Range(self, areas)

    def Range(self, address: str) -> "Range":
        if len(address) > 255:
            raise refused()
        return self.over([bounds_of(one) for one in address.split(",")])

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
