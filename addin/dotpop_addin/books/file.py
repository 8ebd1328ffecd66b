"""A workbook as a file: openpyxl reads it, keeps what it knows, and saves it whole or not at all."""

import zipfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotpop_addin.books import existing, following, marking, saving
from dotpop_addin.books.following import Bounds, bounds_of, reference_to
from dotpop_addin.books.opening import load, refuse_what_is_not_a_workbook
from dotpop_addin.books.protocol import Block, Cell, CellError, Link, Uncomputed, Value
from dotpop_addin.problems import Problem, ProblemsFound, merged_table, protected_sheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as OpenpyxlCell
    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

LOSABLE = {
    "xl/slicers/": "segments (slicers)",
    "xl/ctrlProps/": "cases à cocher et boutons",
    "xl/activeX/": "contrôles ActiveX",
    "xl/pivotTables/": "tableaux croisés dynamiques",
    "xl/embeddings/": "objets incorporés",
    "customUI/": "ruban personnalisé",
}
SHAPE = b"<xdr:sp "


class FileBook:
    """A workbook file. Reading never changes it; `save` replaces the target only when the whole new file is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        refuse_what_is_not_a_workbook(path)
        self._book = load(path, values=False)
        misplaced = [problem for one in self._book.worksheets for problem in existing.misplaced(self.name, one)]
        if misplaced:
            raise ProblemsFound(misplaced)
        self._fresh: dict[str, set[str]] = {}  # formulas written here, whose values are not known yet
        self._before: dict[tuple[str, str], Bounds] = {}  # tables resized, with the bounds they had

    @property
    def name(self) -> str:
        return self.path.name

    def sheet_names(self) -> list[str]:
        return list(self._book.sheetnames)

    def has(self, sheet: str, table: str) -> bool:
        return self._find(sheet, table) is not None

    def read(self, sheet: str, table: str, *, below: bool = False) -> Block | None:
        found = self._find(sheet, table)
        if found is None:
            return None
        worksheet, excel_table = found
        left, top, right, bottom = bounds = _body_bounds(worksheet, excel_table, below)
        existing.refuse_endless(self.name, worksheet, excel_table, bounds)
        headers = [str(cell.value or "").strip() for cell in next(worksheet.iter_rows(top, top, left, right))]
        blank: list[Cell] = [None] * len(headers)
        rows = [blank] * (bottom - top)  # one for all: a table may go down to the last row of its sheet
        for cell in existing.within(worksheet, (left, top + 1, right, bottom)):
            row = cell.row - top - 1
            if rows[row] is blank:
                rows[row] = blank.copy()
            rows[row][cell.column - left] = self._value(sheet, cell)
        return Block(sheet, top, left, headers, rows)

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
        worksheet, excel_table = found
        left, top, right, bottom = _body_bounds(worksheet, excel_table, below)
        formats = formats or {}
        header_style = copy(worksheet.cell(top, right)._style)
        styles = [copy(_like(worksheet, top + 1, left + j, right)._style) for j in range(len(headers))]
        for j, header in enumerate(headers):
            cell = worksheet.cell(top, left + j, header)
            if left + j > right:
                cell._style = copy(header_style)
        for i, line in enumerate(rows):
            for j, value in enumerate(line):
                cell = worksheet.cell(top + 1 + i, left + j)
                cell.hyperlink = None
                cell.value = _stored(value)
                cell._style = copy(styles[j])
                if isinstance(value, Link):
                    _lead(cell, value)
                if j in formats:
                    cell.number_format = formats[j][i]
                if isinstance(value, str) and value[:1] in ("=", "#"):
                    cell.data_type = "s"  # a text that looks like a formula or an error stays a text
        last = top + max(1, len(rows))
        if excel_table.totalsRowCount:  # no longer the totals of these rows: it goes with the old ones
            excel_table.totalsRowCount, excel_table.tableColumns, bottom = None, [], bottom + 1
        if not rows:
            for j in range(len(headers)):
                worksheet.cell(last, left + j).value = worksheet.cell(last, left + j).hyperlink = None
        width = left + len(headers) - 1
        existing.clear(worksheet, (left, last + 1, max(right, width), bottom))
        if right > width:
            existing.clear(worksheet, (width + 1, top, right, max(bottom, last)))
        self._resize(worksheet, excel_table, (left, top, width, last))

    def closed(self, sheets: Sequence[str]) -> list[Problem]:
        there = [self._book[name] for name in sheets if name in self._book.sheetnames]
        protected = [protected_sheet(self.name, one.title) for one in there if one.protection.sheet]
        return protected + [merged_table(self.name, one.title, name) for one in there for name in _merged_tables(one)]

    def changing(self) -> AbstractContextManager[None]:
        return nullcontext()  # nothing is in the file before `save`

    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        return [self._value(sheet, self._book[sheet][address]) for address in addresses]

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        for address, value in cells.items():
            _styled(self._book[sheet], address).value = _stored(value)

    def formulas(self, sheet: str) -> set[str]:
        return {cell.coordinate for cell in existing.cells(self._book[sheet]) if cell.data_type == "f"}

    def write_formulas(self, sheet: str, formulas: Mapping[str, str]) -> None:
        from openpyxl.worksheet.formula import ArrayFormula

        worksheet = self._book[sheet]
        for area, formula in formulas.items():
            first = area.partition(":")[0]
            self._fresh.setdefault(sheet, set()).add(first)
            for line in worksheet[area] if first != area else ():
                for cell in line:
                    _styled(worksheet, cell.coordinate)
            _styled(worksheet, first).value = formula if first == area else ArrayFormula(area, formula)

    def clear(self, sheet: str, area: str) -> None:
        for cell in existing.within(self._book[sheet], bounds_of(area)):
            cell.value = None

    def mark(self, notes: Mapping[tuple[str, str], str]) -> None:
        for worksheet in self._book.worksheets:
            marking.unmark(worksheet)
            marking.mark(worksheet, {cell: note for (sheet, cell), note in notes.items() if sheet == worksheet.title})

    def losses(self) -> list[str]:
        """What the file holds that cannot be carried over into the saved workbook (French words)."""
        with zipfile.ZipFile(self.path) as archive:
            names = archive.namelist()
            found = [what for part, what in LOSABLE.items() if any(name.startswith(part) for name in names)]
            if any(name.startswith("xl/media/") for name in names) and find_spec("PIL") is None:
                found.append("images")  # openpyxl keeps them where Pillow is installed
            drawings = [name for name in names if name.startswith("xl/drawings/drawing")]
            if any(SHAPE in archive.read(name) for name in drawings):
                found.append("formes dessinées")
        return found

    def save(self, target: Path) -> None:
        """Writes the workbook beside `target`, then replaces it; formulas keep the values they had."""
        refuse_target(target)
        losses = self.losses() if target.resolve() == self.path.resolve() else []
        if losses:
            found = f"le classeur contient ce que dotpop ne sait pas conserver : {', '.join(losses)}"
            action = "Écrire le résultat dans une copie avec --out : l'original restera intact."
            raise ProblemsFound([Problem(str(target), found, "", action)])
        following.follow(self._book, self._before)
        self._before.clear()
        known = {
            name: [one for one in cells if one not in self._fresh.get(name, ())] for name, cells in self._formulas.items()
        }
        saving.save(self._book, target, known, self._values if any(known.values()) else None)

    def _find(self, sheet: str, table: str) -> "tuple[Worksheet, Table] | None":
        if sheet not in self._book.sheetnames:
            return None
        worksheet = self._book[sheet]
        found = next((one for one in worksheet.tables.values() if one.displayName == table), None)
        return None if found is None else (worksheet, found)

    @cached_property
    def _values(self) -> "Workbook":
        """The same workbook with the values of its formulas; read only when there is a formula."""
        return load(self.path, values=True)

    @cached_property
    def _formulas(self) -> dict[str, list[str]]:
        """Addresses of the cells that hold a formula, by sheet."""
        found = {
            worksheet.title: [cell.coordinate for cell in existing.cells(worksheet) if cell.data_type == "f"]
            for worksheet in self._book.worksheets
        }
        return {name: addresses for name, addresses in found.items() if addresses}

    def _value(self, sheet: str, cell: "OpenpyxlCell") -> Cell:
        value: Any = cell.value
        if cell.data_type == "f":
            known = self._values[sheet][cell.coordinate]
            if known.value is None or cell.coordinate in self._fresh.get(sheet, ()):
                return Uncomputed(str(getattr(value, "text", value)))
            value, cell = known.value, known
        if cell.data_type == "e":
            return CellError(str(value))
        checked: Cell = value
        return checked

    def _resize(self, worksheet: "Worksheet", table: "Table", new: Bounds) -> None:
        old = bounds_of(table.ref)
        self._before.setdefault((worksheet.title, table.displayName), old)
        table.ref = reference_to(new)
        if table.autoFilter is not None:
            table.autoFilter.ref = table.ref
        headers = [worksheet.cell(new[1], column).value for column in range(new[0], new[2] + 1)]
        if [column.name for column in table.tableColumns] != headers:
            table.tableColumns = []  # written anew from the header cells


def _merged_tables(worksheet: "Worksheet") -> list[str]:
    """The tables that have merged cells."""
    from openpyxl.worksheet.cell_range import CellRange

    return [
        table.displayName
        for table in worksheet.tables.values()
        if any(not CellRange(table.ref).isdisjoint(area) for area in worksheet.merged_cells.ranges)
    ]


def _stored(value: Cell) -> Any:
    """What the cell will hold: floats as the file will give them back, errors and formulas that are kept as they were."""
    if isinstance(value, Link | CellError):
        return value.text
    if isinstance(value, Uncomputed):
        return value.formula
    return float(f"{value:.16g}") if type(value) is float else value


def _lead(cell: "OpenpyxlCell", link: Link) -> None:
    from openpyxl.utils import quote_sheetname
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(link.sheet)}!{link.cell}")


def refuse_target(target: Path) -> None:
    """Only a workbook is written, and only over a workbook."""
    if target.suffix.lower() != ".xlsx" and not target.is_dir():
        raise ProblemsFound([Problem(str(target), "extension inconnue", "un nom en .xlsx", "Nommer le classeur en .xlsx.")])
    if target.is_file() and not zipfile.is_zipfile(target):
        action = "Choisir un autre nom : rien n'est écrasé."
        raise ProblemsFound([Problem(str(target), "ce fichier existe et n'est pas un classeur", "un autre nom", action)])


def _body_bounds(worksheet: "Worksheet", table: "Table", below: bool) -> Bounds:
    """Bounds of a table without its totals row; if asked, with the columns and lines typed against it (LibreOffice)."""
    left, top, right, bottom = bounds_of(table.ref)
    while below and worksheet.cell(top, right + 1).value is not None:
        right += 1
    if table.totalsRowCount:
        return left, top, right, bottom - 1
    return left, top, right, existing.last_filled(worksheet, left, right, bottom) if below else bottom


def _like(worksheet: "Worksheet", row: int, column: int, last: int) -> "OpenpyxlCell":
    """The cell that shows how a column looks: its own, or the table's last column where the sheet prepared nothing."""
    cell = worksheet.cell(row, column)
    return cell if column <= last or cell.has_style else worksheet.cell(row, last)


def _styled(worksheet: "Worksheet", address: str) -> "OpenpyxlCell":
    """A cell that looks like its column where it has no look of its own, as in a spreadsheet (openpyxl leaves it bare)."""
    cell = worksheet[address]
    if not cell.has_style:
        for dimension in worksheet.column_dimensions.values():
            if dimension.has_style and (dimension.min or 0) <= cell.column <= (dimension.max or 0):
                cell._style = copy(dimension._style)
    return cell
