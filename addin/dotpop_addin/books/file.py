"""A workbook as a file: openpyxl reads it, keeps what it knows, and saves it whole or not at all."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from dotpop_addin.books import saving
from dotpop_addin.books.protocol import Block, Cell, CellError, Uncomputed, Value, column_letters
from dotpop_addin.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as OpenpyxlCell
    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNPACKED = 500_000_000  # bytes; a regional workbook unpacks to a few tens of millions
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")  # what password-protected and .xls files begin with
LOSABLE = {
    "xl/slicers/": "segments (slicers)",
    "xl/ctrlProps/": "cases à cocher et boutons",
    "xl/activeX/": "contrôles ActiveX",
    "xl/pivotTables/": "tableaux croisés dynamiques",
    "xl/embeddings/": "objets incorporés",
    "xl/vbaProject.bin": "macros",
    "customUI/": "ruban personnalisé",
}
Bounds: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom, counted from 1
SHAPE = b"<xdr:sp "


class FileBook:
    """A workbook file. Reading never changes it; `save` replaces the target only when the whole new file is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_what_is_not_a_workbook(path)
        self._book = _load(path, values=False)
        self._before: dict[tuple[str, str], Bounds] = {}  # tables resized, with the bounds they had

    @property
    def name(self) -> str:
        return self.path.name

    def sheet_names(self) -> list[str]:
        return list(self._book.sheetnames)

    def read(self, sheet: str, table: str, *, below: bool = False) -> Block | None:
        found = self._find(sheet, table)
        if found is None:
            return None
        worksheet, excel_table = found
        left, top, right, bottom = _body_bounds(worksheet, excel_table, below)
        headers = [str(cell.value or "").strip() for cell in next(worksheet.iter_rows(top, top, left, right))]
        body = worksheet.iter_rows(top + 1, bottom, left, right) if bottom > top else iter(())
        rows = [[self._value(sheet, cell) for cell in line] for line in body]
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
        styles = [copy(worksheet.cell(top + 1, min(left + j, right))._style) for j in range(len(headers))]
        for j, header in enumerate(headers):
            cell = worksheet.cell(top, left + j, header)
            if left + j > right:
                cell._style = copy(header_style)
        for i, line in enumerate(rows):
            for j, value in enumerate(line):
                cell = worksheet.cell(top + 1 + i, left + j)
                cell.value = float(f"{value:.16g}") if type(value) is float else value  # what the file will hold
                cell._style = copy(styles[j])
                if j in formats:
                    cell.number_format = formats[j][i]
                if isinstance(value, str) and value[:1] in ("=", "#"):
                    cell.data_type = "s"  # a text that looks like a formula or an error stays a text
        last = top + max(1, len(rows))
        if excel_table.totalsRowCount:  # no longer the totals of these rows: it goes with the old ones
            excel_table.totalsRowCount, excel_table.tableColumns, bottom = None, [], bottom + 1
        if not rows:
            for j in range(len(headers)):
                worksheet.cell(last, left + j).value = None
        _clear(worksheet, last + 1, bottom, left, max(right, left + len(headers) - 1))
        self._resize(worksheet, excel_table, (left, top, left + len(headers) - 1, last))

    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        return [self._value(sheet, self._book[sheet][address]) for address in addresses]

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        for address, value in cells.items():
            self._book[sheet][address] = value

    def losses(self) -> list[str]:
        """What the file holds that cannot be carried over into the saved workbook (French words)."""
        with zipfile.ZipFile(self.path) as archive:
            names = archive.namelist()
            found = [what for part, what in LOSABLE.items() if any(name.startswith(part) for name in names)]
            drawings = [name for name in names if name.startswith("xl/drawings/drawing")]
            if any(SHAPE in archive.read(name) for name in drawings):
                found.append("formes dessinées")
        return found

    def save(self, target: Path) -> None:
        """Writes the workbook beside `target`, then replaces it; formulas keep the values they had."""
        losses = self.losses() if target.resolve() == self.path.resolve() else []
        if losses:
            found = f"le classeur contient ce que dotpop ne sait pas conserver : {', '.join(losses)}"
            action = "Écrire le résultat dans une copie avec --out : l'original restera intact."
            raise ProblemsFound([Problem(str(target), found, "", action)])
        self._follow()
        saving.save(self._book, target, self._formulas, self._values if self._formulas else None)

    def _find(self, sheet: str, table: str) -> "tuple[Worksheet, Table] | None":
        if sheet not in self._book.sheetnames:
            return None
        worksheet = self._book[sheet]
        found = next((one for one in worksheet.tables.values() if one.displayName == table), None)
        return None if found is None else (worksheet, found)

    @cached_property
    def _values(self) -> "Workbook":
        """The same workbook with the values of its formulas; read only when there is a formula."""
        return _load(self.path, values=True)

    @cached_property
    def _formulas(self) -> dict[str, list[str]]:
        """Addresses of the cells that hold a formula, by sheet."""
        found = {
            worksheet.title: [cell.coordinate for cell in _cells(worksheet) if cell.data_type == "f"]
            for worksheet in self._book.worksheets
        }
        return {name: addresses for name, addresses in found.items() if addresses}

    def _value(self, sheet: str, cell: "OpenpyxlCell") -> Cell:
        value: Any = cell.value
        if cell.data_type == "f":
            known = self._values[sheet][cell.coordinate]
            if known.value is None:
                return Uncomputed(str(getattr(value, "text", value)))
            value, cell = known.value, known
        if cell.data_type == "e":
            return CellError(str(value))
        checked: Cell = value
        return checked

    def _resize(self, worksheet: "Worksheet", table: "Table", new: Bounds) -> None:
        old = _bounds(table.ref)
        self._before.setdefault((worksheet.title, table.displayName), old)
        table.ref = _reference(new)
        if table.autoFilter is not None:
            table.autoFilter.ref = table.ref
        if new[2] - new[0] != old[2] - old[0]:
            table.tableColumns = []  # written anew from the header cells

    def _follow(self) -> None:
        """Charts and print areas that ended with a table end with it still."""
        for worksheet in self._book.worksheets:
            sizes = [
                (self._before.get((worksheet.title, table.displayName), _bounds(table.ref)), _bounds(table.ref))
                for table in worksheet.tables.values()
            ]
            if worksheet.print_area and any(old != new for old, new in sizes):
                worksheet.print_area = [_followed(area, sizes) for area in worksheet.print_area.split(",")]
            for old, new in sizes:
                if old != new:
                    _redraw(self._book, _SourceRange(worksheet.title, old, new))
        self._before.clear()


def _followed(area: str, sizes: list[tuple[Bounds, Bounds]]) -> str:
    left, top, right, bottom = _bounds(area.rpartition("!")[2].replace("$", ""))
    inside = [(old, new) for old, new in sizes if left <= old[0] <= right and top <= old[1] <= bottom]
    if inside and bottom == max(old[3] for old, _ in inside):
        bottom = max(new[3] for _, new in inside)
    if inside and right == max(old[2] for old, _ in inside):
        right = max(new[2] for _, new in inside)
    return _reference((left, top, right, bottom))


class _SourceRange:
    """References of charts to whole columns of a table's body, before and after."""

    def __init__(self, sheet: str, old: Bounds, new: Bounds) -> None:
        quoted = re.escape(sheet.replace("'", "''"))
        first, last = old[1] + 1, old[3]
        end = rf"(?::\$\2\${last})" + ("?" if first == last else "")
        self._pattern = re.compile(rf"('?{quoted}'?!\$([A-Z]+)\${first}){end}$")
        self._letters = {column_letters(column) for column in range(old[0], old[2] + 1)}
        self._last = new[3]

    def after(self, formula: str) -> str:
        match = self._pattern.match(formula)
        return f"{match[1]}:${match[2]}${self._last}" if match and match[2] in self._letters else formula


def _redraw(book: "Workbook", source: _SourceRange) -> None:
    for worksheet in book.worksheets:
        for chart in worksheet._charts:
            for series in (series for part in chart._charts for series in part.ser):
                for data in (series.val, series.cat, series.xVal, series.yVal):
                    for reference in (getattr(data, "numRef", None), getattr(data, "strRef", None)):
                        if reference is not None and reference.f:
                            reference.f = source.after(reference.f)


def _bounds(reference: str) -> Bounds:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return left, top, right, bottom


def _body_bounds(worksheet: "Worksheet", table: "Table", below: bool) -> Bounds:
    """Bounds of a table without its totals row; with what was typed under it if asked."""
    left, top, right, bottom = _bounds(table.ref)
    if table.totalsRowCount:
        return left, top, right, bottom - 1
    return left, top, right, _last_filled(worksheet, left, right, bottom) if below else bottom


def _reference(bounds: Bounds) -> str:
    left, top, right, bottom = bounds
    return f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"


def _last_filled(worksheet: "Worksheet", left: int, right: int, after: int) -> int:
    """The last row under `after` where one of the columns holds something (typed under a table that did not grow)."""
    last = after
    for line in worksheet.iter_rows(after + 1, worksheet.max_row, left, right):
        if any(cell.value is not None for cell in line):
            last = line[0].row
    return last


def _clear(worksheet: "Worksheet", first: int, last: int, left: int, right: int) -> None:
    """Empties the cells that no longer belong to a table, looks included."""
    from openpyxl.styles.cell_style import StyleArray

    for line in worksheet.iter_rows(first, last, left, right) if last >= first else ():
        for cell in line:
            cell.value = None
            cell._style = StyleArray()


def _cells(worksheet: "Worksheet") -> "Iterator[OpenpyxlCell]":
    for line in worksheet.iter_rows():
        yield from line


def _load(path: Path, *, values: bool) -> "Workbook":
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts it drops: `losses` tells the user
            return load_workbook(path, data_only=values)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise on a damaged part
        raise ProblemsFound([_unreadable(path)]) from error


def _refuse_what_is_not_a_workbook(path: Path) -> None:
    try:
        if path.is_dir():  # Windows would only say that access is denied
            raise ProblemsFound([Problem(str(path), "un dossier", "un classeur .xlsx", "Donner le fichier.")])
        with path.open("rb") as file:
            start = file.read(8)
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemsFound(
            [Problem(str(path), "fichier introuvable", "un classeur existant", "Vérifier le chemin.")]
        ) from None
    except PermissionError:
        action = "Fermer le fichier s'il est ouvert dans Excel, ou demander le droit de le lire."
        raise ProblemsFound([Problem(str(path), "accès refusé", "un fichier lisible", action)]) from None
    except OSError:
        raise ProblemsFound([_unreadable(path)]) from None
    if start == OLE_SIGNATURE:
        action = "Enlever le mot de passe, ou enregistrer au format .xlsx (Fichier > Enregistrer sous)."
        found = "fichier protégé par un mot de passe, ou ancien format .xls"
        raise ProblemsFound([Problem(str(path), found, "un classeur .xlsx sans mot de passe", action)])
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            kind = archive.read("mimetype") if size <= MAX_UNPACKED and "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):  # what zipfile raises on damaged archives
        raise ProblemsFound([_unreadable(path)]) from None
    if size > MAX_UNPACKED:
        found = f"plus de {MAX_UNPACKED // 1_000_000} Mo une fois décompressé"
        raise ProblemsFound([Problem(str(path), found, "un classeur de taille normale", "Demander un autre fichier.")])
    if b"opendocument" in kind:
        action = "Dans LibreOffice : Fichier > Enregistrer sous, type « Classeur Excel 2007-365 (.xlsx) »."
        raise ProblemsFound([Problem(str(path), "classeur au format LibreOffice (.ods)", "un classeur .xlsx", action)])


def _unreadable(path: Path) -> Problem:
    action = "Rouvrir le fichier dans le tableur et l'enregistrer en .xlsx, ou reprendre une copie saine."
    return Problem(str(path), "fichier abîmé, ou qui n'est pas un classeur", "un classeur .xlsx", action)
