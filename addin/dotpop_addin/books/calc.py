"""A workbook open in LibreOffice Calc, seen through UNO: from within the program, or over a bridge.

Calc has no tables as Excel has: those of a workbook are database ranges of the same name. Whole ranges are read and written
at a time, since each call may cross to another process. UNO objects have no types in Python: hence Any.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from urllib.parse import unquote

import uno  # type: ignore[import-not-found]  # noqa: F401  (lets Python import com.sun.star)
from com.sun.star.sheet.AddressConvention import XL_OOX  # type: ignore[import-not-found]
from com.sun.star.sheet.CellFlags import FORMULA  # type: ignore[import-not-found]

from dotpop_addin.books import calc_filters, calc_following, calc_looks, calc_marks, calc_writing
from dotpop_addin.books.calc_changes import Changes
from dotpop_addin.books.calc_contents import CONTENT
from dotpop_addin.books.calc_values import values
from dotpop_addin.books.following import Bounds, bounds_of
from dotpop_addin.books.protocol import LITERAL, Block, Cell, Value, column_letters
from dotpop_addin.problems import Problem, merged_table, protected_sheet


class CalcBook:
    """An open document. What is changed within `changing` is one step to undo, and nothing at all when it fails."""

    def __init__(self, document: Any) -> None:
        self._document, self._changes = document, Changes(document)
        self._sheets: dict[str, Any] = {}
        if not document.isAutomaticCalculationEnabled():
            document.calculate()  # else the last values of changed formulas would be read

    @property
    def name(self) -> str:
        return unquote(self._document.getURL().rpartition("/")[2]) or str(self._document.getTitle())

    def sheet_names(self) -> list[str]:
        return list(self._document.Sheets.getElementNames())

    def closed(self, sheets: Sequence[str]) -> list[Problem]:
        if self._document.isReadonly():
            action = "L'enregistrer sous un autre nom (Fichier > Enregistrer sous), puis relancer. Rien n'a été modifié."
            return [Problem(self.name, "classeur ouvert en lecture seule", "un classeur que l'on peut écrire", action)]
        names = [name for name in sheets if name in self.sheet_names()]
        problems = [protected_sheet(self.name, name) for name in names if self._sheet(name).isProtected()]
        return problems + [merged_table(self.name, sheet, table) for sheet, table in self._merged(names)]

    def changing(self) -> AbstractContextManager[None]:
        return self._changes

    def has(self, sheet: str, table: str) -> bool:
        return self._find(sheet, table) is not None

    def read(self, sheet: str, table: str, *, below: bool = False) -> Block | None:
        found = self._find(sheet, table)
        if found is None:
            return None
        left, top, right, bottom = self._body_bounds(sheet, found, below)
        lines = values(self._document, self._cells(sheet, (left, top, right, bottom)))
        headers = [str("" if value is None else value).strip() for value in lines[0]]
        return Block(sheet, top, left, headers, lines[1:])

    def write(
        self,
        sheet: str,
        table: str,
        headers: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        formats: Mapping[int, Sequence[str]] | None = None,
        *,
        below: bool = False,
    ) -> None:
        found = self._find(sheet, table)
        if found is None:
            raise KeyError(table)
        left, top, right, bottom = self._body_bounds(sheet, found, below)
        new = left, top, left + len(headers) - 1, top + max(1, len(rows))
        body = [*map(list, rows)] or [[None] * len(headers)]
        looks = self._looks(sheet, (left, top, right, bottom), new)

        def fill() -> None:
            cells = self._cells(sheet, new)
            for area, look in looks:
                calc_looks.give(self._cells(sheet, area), look)
            for place, codes in (formats or {}).items():
                column = cells.getCellRangeByPosition(place, 1, place, len(body))
                calc_looks.format_lines(self._document, column, codes)
            self._fill(cells, [headers, *body])

        with self._changes, calc_filters.SetAside(self._document, found, self._changes):
            self._replace(self._cells(sheet, new), fill)
            if found.TotalsRow:  # no longer the totals of these rows: it goes with the old ones
                bottom += 1
            if bottom > new[3]:
                beyond = self._cells(sheet, (left, new[3] + 1, max(right, new[2]), bottom))
                self._replace(beyond, partial(calc_looks.reset, beyond))
            if right > new[2]:
                aside = self._cells(sheet, (new[2] + 1, top, right, max(new[3], bottom)))
                self._replace(aside, partial(calc_looks.reset, aside))
            calc_following.resize(self._document, sheet, found, new, self._changes)

    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        places = [bounds_of(address)[:2] for address in addresses]
        if not places:
            return []
        left, top = (min(numbers) for numbers in zip(*places, strict=True))
        right, bottom = (max(numbers) for numbers in zip(*places, strict=True))
        lines = values(self._document, self._cells(sheet, (left, top, right, bottom)))
        return [lines[row - top][column - left] for column, row in places]

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        places = {(row, column): value for value, (column, row, *_) in ((cells[one], bounds_of(one)) for one in cells)}
        with self._changes:
            for row, column, lines in calc_writing.blocks(places):
                area = self._cells(sheet, (column, row, column + len(lines[0]) - 1, row + len(lines) - 1))
                self._replace(area, partial(self._fill, area, lines))

    def formulas(self, sheet: str) -> set[str]:
        used = self._cells(sheet, (1, 1, *self._end(sheet)))
        areas = (self._cells(sheet, area) for area in _bounds(used.queryContentCells(FORMULA)))
        return {address for area in areas for address in _addresses_of_formulas(area)}

    def write_formulas(self, sheet: str, formulas: Mapping[str, str]) -> None:
        parser = self._document.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish, parser.FormulaConvention = True, XL_OOX
        places = {area: bounds_of(area) for area in formulas}
        plain = {(row, column): formulas[area] for area, (column, row, *_) in places.items() if ":" not in area}
        with self._changes:
            for row, column, lines in calc_writing.blocks(plain):
                cells = self._cells(sheet, (column, row, column + len(lines[0]) - 1, row + len(lines) - 1))
                self._replace(cells, partial(calc_writing.put_formulas, parser, cells, lines))
            for area, formula in formulas.items():
                if ":" in area:
                    cells = self._cells(sheet, places[area])
                    self._replace(cells, partial(calc_writing.put_array, parser, cells, formula))

    def clear(self, sheet: str, area: str) -> None:
        left, top, right, bottom = bounds_of(area)
        last_column, last_row = self._end(sheet)
        right, bottom = min(right, last_column), min(bottom, last_row)
        if left <= right and top <= bottom:
            self._replace(self._cells(sheet, (left, top, right, bottom)), lambda: None)

    def mark(self, notes: Mapping[tuple[str, str], str]) -> None:
        for name in self.sheet_names():
            sheet = self._sheet(name)
            calc_marks.unmark(self._document, sheet, self._changes)
            here = {cell: note for (place, cell), note in notes.items() if place == name}
            calc_marks.mark(self._document, sheet, here, self._changes)

    def _sheet(self, name: str) -> Any:
        """A sheet, asked for once: each object that crosses to Python takes milliseconds."""
        if name not in self._sheets:
            self._sheets[name] = self._document.Sheets.getByName(name)
        return self._sheets[name]

    def _merged(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The tables of these sheets that have merged cells."""
        order = self.sheet_names()
        for table in self._document.DatabaseRanges:
            sheet = order[table.DataArea.Sheet]
            if sheet in names and self._cells(sheet, calc_following.bounds(table.DataArea)).getIsMerged():
                yield sheet, table.Name

    def _cells(self, sheet: str, bounds: Bounds) -> Any:
        left, top, right, bottom = bounds
        return self._sheet(sheet).getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)

    def _find(self, sheet: str, table: str) -> Any:
        """The database range of a table; None when it is not in this sheet."""
        ranges = self._document.DatabaseRanges
        if sheet not in self.sheet_names() or not ranges.hasByName(table):
            return None
        found = ranges.getByName(table)
        return found if self.sheet_names()[found.DataArea.Sheet] == sheet else None

    def _end(self, sheet: str) -> tuple[int, int]:
        """The last column and row in use."""
        cursor = self._sheet(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return cursor.RangeAddress.EndColumn + 1, cursor.RangeAddress.EndRow + 1

    def _body_bounds(self, sheet: str, found: Any, below: bool) -> Bounds:
        """Bounds of a table without its totals row; if asked, with the columns and lines typed against it."""
        left, top, right, bottom = calc_following.bounds(found.DataArea)
        last_column, last_row = self._end(sheet)
        if below and last_column > right:
            beside = self._cells(sheet, (right + 1, top, last_column, top)).getDataArray()[0]
            right += next((place for place, value in enumerate(beside) if value == ""), len(beside))
        if found.TotalsRow:
            return left, top, right, bottom - 1
        if below and last_row > bottom:
            filled = self._cells(sheet, (left, bottom + 1, right, last_row)).queryContentCells(CONTENT)
            bottom = max((area[3] for area in _bounds(filled)), default=bottom)
        return left, top, right, bottom

    def _looks(self, sheet: str, old: Bounds, new: Bounds) -> list[tuple[Bounds, tuple[Any, ...]]]:
        """How a table must look in its new size: like its header, and column by column like its first line."""
        left, top, right, _ = old
        header = calc_looks.of(self._cells(sheet, (right, top, right, top)))
        looks = [((right + 1, top, new[2], top), header)] if new[2] > right else []
        for column in range(left, new[2] + 1):
            first = self._cells(sheet, (column, top + 1, column, top + 1))
            if column > right and not calc_looks.prepared(first):
                first = self._cells(sheet, (right, top + 1, right, top + 1))
            looks.append(((column, top + 1, column, new[3]), calc_looks.of(first)))
        return looks

    def _fill(self, cells: Any, lines: Sequence[Sequence[Cell]]) -> None:
        calc_writing.put(self._document, cells, lines)
        calc_writing.finish(self._document, cells, lines)

    def _replace(self, cells: Any, fill: Callable[[], None]) -> None:
        calc_writing.replace(self._document, cells, fill, self._changes)


def _bounds(areas: Any) -> Iterator[Bounds]:
    return (calc_following.bounds(area) for area in areas.getRangeAddresses())


def _addresses_of_formulas(cells: Any) -> Iterator[str]:
    left, top, *_ = calc_following.bounds(cells.getRangeAddress())
    for row, line in enumerate(cells.getFormulaArray()):
        for column, formula in enumerate(line):
            if not LITERAL.fullmatch(formula):
                yield f"{column_letters(left + column)}{top + row}"
