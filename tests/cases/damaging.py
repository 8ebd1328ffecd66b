"""Ways in which people damage their workbooks and the files that they send back, and what must be told of each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from cases.plain import place_of
from cases.returned import Change as PartsChange
from cases.returned import parts_of, zipped
from cases.small_region import H1
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table, TableColumn

from dotpop_addin.books.opening import OLE_SIGNATURE
from dotpop_addin.problems import CONFIRM, ERROR, WARNING
from dotpop_addin.sending.digests import whole_digest

BookChange = Callable[[Any], object]
"""Of an openpyxl workbook."""
FILE = ""
"""Where a problem of the whole file stands: in no sheet."""
SHEETS = {
    H1: ("Accueil", "Identification", "Dotations", "ASR", "Activité", "Engagements", "Totaux", "Ce fichier"),
    "FHF": ("Accueil", "Établissements", "Contestations", "Réponse", "Ce fichier"),
}


@dataclass(frozen=True)
class Told:
    """A problem that must be told. action: words of what is to be done."""

    severity: str
    sheet: str
    cell: str
    found: str
    action: str = ""


@dataclass(frozen=True)
class Case:
    """A damaged return. sender: whose sound file is damaged. told: every problem that must be told, in order."""

    name: str
    damage: Callable[[Path], None]
    told: Sequence[Told] = ()
    sender: str = H1


def error(place: str, found: str, action: str = "") -> Told:
    return _told(ERROR, place, found, action)


def confirm(place: str, found: str, action: str = "") -> Told:
    return _told(CONFIRM, place, found, action)


def warning(place: str, found: str, action: str = "") -> Told:
    return _told(WARNING, place, found, action)


def _told(severity: str, place: str, found: str, action: str) -> Told:
    sheet, _, cell = place.partition("!")
    return Told(severity, sheet, cell, found, action)


def changed(path: Path, *changes: BookChange) -> Path:
    """Changes a workbook in place, as a user does in a program that keeps no drop-down lists (it halves the reading)."""
    book = openpyxl.load_workbook(path)
    for worksheet in book.worksheets:
        worksheet.data_validations.dataValidation = []
    for change in changes:
        change(book)
    book.save(path)
    return path


def in_hand(*changes: BookChange) -> Callable[[Path], None]:
    """Changes made in a spreadsheet."""

    def damage(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        for change in changes:
            change(book)
        book.save(path)

    return damage


def in_parts(*changes: PartsChange) -> Callable[[Path], None]:
    """Changes of the parts of the file."""

    def damage(path: Path) -> None:
        parts = parts_of(path)
        for change in changes:
            change(parts)
        path.write_bytes(zipped(parts))

    return damage


def put(sheet: str, cell: str, value: Any) -> BookChange:
    """A cell of a sheet given a value, or a formula."""
    return lambda book: book[sheet].__setitem__(cell, value)


def typed(sheet: str, **cells: Any) -> BookChange:
    """Cells of a sheet typed over; a text stays a text."""

    def change(book: Any) -> None:
        for address, value in cells.items():
            cell = book[sheet][address]
            cell.value = value
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"

    return change


def formula(sheet: str, cell: str, text: str, value: str = "", kind: str = "") -> PartsChange:
    """A formula in place of a value, with the value that the spreadsheet last computed ("" for none)."""
    content = f"<f>{text}</f>" + (f"<v>{value}</v>" if value else "")
    return written(sheet, cell, f'<c r="{cell}"{kind and f" t={chr(34)}{kind}{chr(34)}"}>{content}</c>')


def written(sheet: str, cell: str, xml: str, sender: str = H1) -> PartsChange:
    """A cell as a part holds it."""
    part = f"xl/worksheets/sheet{SHEETS[sender].index(sheet) + 1}.xml"

    def change(parts: dict[str, bytes]) -> None:
        text, count = re.subn(rf'<c r="{cell}"(?:[^>]*/>|.*?</c>)', lambda found: xml, parts[part].decode(), count=1)
        assert count == 1
        parts[part] = text.encode()

    return change


def resized(book: Any, table: str, left: int, top: int, right: int, bottom: int) -> None:
    sheet, _ = place_of(book, table)
    sheet.tables[table].ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"


def line_deleted(table: str, line: int) -> BookChange:
    """A line (from 0) of a table taken away, those below move up."""

    def change(book: Any) -> None:
        sheet, (left, top, right, bottom) = place_of(book, table)
        for row in range(top + 1 + line, bottom + 1):
            for column in range(left, right + 1):
                sheet.cell(row, column).value = sheet.cell(row + 1, column).value if row < bottom else None
        resized(book, table, left, top, right, bottom - 1)

    return change


def lines_reordered(table: str, order: Sequence[int]) -> BookChange:
    """The first lines of a table in another order."""

    def change(book: Any) -> None:
        sheet, (left, top, right, _) = place_of(book, table)
        for column in range(left, right + 1):
            values = [sheet.cell(top + 1 + line, column).value for line in order]
            for line, value in enumerate(values):
                sheet.cell(top + 1 + line, column).value = value

    return change


def column_inserted(table: str, at: int, header: str, values: Sequence[Any] = ()) -> BookChange:
    """A column more in a table, at a place from 0."""

    def change(book: Any) -> None:
        sheet, (left, top, right, bottom) = place_of(book, table)
        for row in range(top, bottom + 1):
            for column in range(right + 1, left + at, -1):
                sheet.cell(row, column).value = sheet.cell(row, column - 1).value
            sheet.cell(row, left + at).value = None
        for row, value in enumerate([header, *values], start=top):
            sheet.cell(row, left + at).value = value
        columns = sheet.tables[table].tableColumns
        columns.insert(at, TableColumn(id=100, name=header))
        resized(book, table, left, top, right + 1, bottom)

    return change


def column_deleted(table: str, at: int) -> BookChange:
    """A column less in a table."""

    def change(book: Any) -> None:
        sheet, (left, top, right, bottom) = place_of(book, table)
        for row in range(top, bottom + 1):
            for column in range(left + at, right + 1):
                sheet.cell(row, column).value = sheet.cell(row, column + 1).value if column < right else None
        del sheet.tables[table].tableColumns[at]
        resized(book, table, left, top, right - 1, bottom)

    return change


def columns_swapped(table: str, one: int, other: int) -> BookChange:
    def change(book: Any) -> None:
        sheet, (left, top, _, bottom) = place_of(book, table)
        columns = sheet.tables[table].tableColumns
        columns[one].name, columns[other].name = columns[other].name, columns[one].name
        for row in range(top, bottom + 1):
            first, second = sheet.cell(row, left + one), sheet.cell(row, left + other)
            first.value, second.value = second.value, first.value

    return change


def sheet_renamed(old: str, new: str) -> BookChange:
    def change(book: Any) -> None:
        book[old].title = new

    return change


def sheet_deleted(*names: str) -> BookChange:
    def change(book: Any) -> None:
        for name in names:
            del book[name]

    return change


def sheet_copied(name: str, copy: str, **cells: Any) -> BookChange:
    """A sheet copied as a spreadsheet does: its tables take other names."""

    def change(book: Any) -> None:
        source, target = book[name], book.copy_worksheet(book[name])
        target.title = copy
        for table in source.tables.values():
            twin = Table(displayName=f"{table.displayName}2", ref=table.ref)
            target.add_table(twin)
        typed(copy, **cells)(book)

    return change


def tables_lost(*names: str) -> BookChange:
    """Tables turned into plain cells; all of them when none is named, as some programs do on saving."""

    def change(book: Any) -> None:
        for sheet in book.worksheets:
            for name in [one for one in sheet.tables if not names or one in names]:
                del sheet.tables[name]

    return change


def merged(sheet: str, area: str) -> BookChange:
    return lambda book: book[sheet].merge_cells(area)


def rows_hidden(sheet: str, *rows: int, filtered: str = "") -> BookChange:
    def change(book: Any) -> None:
        for row in rows:
            book[sheet].row_dimensions[row].hidden = True
        if filtered:
            book[sheet].auto_filter.ref = filtered
            book[sheet].auto_filter.add_filter_column(0, ["Z1"])

    return change


def column_hidden(sheet: str, letter: str) -> BookChange:
    def change(book: Any) -> None:
        book[sheet].column_dimensions[letter].hidden = True

    return change


def sheet_hidden(name: str) -> BookChange:
    def change(book: Any) -> None:
        book[name].sheet_state = "hidden"

    return change


def sheet_added(name: str, *values: Any) -> BookChange:
    def change(book: Any) -> None:
        sheet = book.create_sheet(name)
        if values:
            sheet.append(values)

    return change


def table_renamed(old: str, new: str) -> BookChange:
    def change(book: Any) -> None:
        sheet, _ = place_of(book, old)
        table = sheet.tables.pop(old)
        table.name = table.displayName = new
        sheet.add_table(table)

    return change


def table_moved(table: str, rows: int = 0, columns: int = 0) -> BookChange:
    """A table further down or right, with its title: rows or columns were inserted before it."""

    def change(book: Any) -> None:
        sheet, (left, top, right, bottom) = place_of(book, table)
        area = f"{get_column_letter(left)}{top - 1}:{get_column_letter(right)}{bottom}"
        sheet.move_range(area, rows=rows, cols=columns)
        resized(book, table, left + columns, top + rows, right + columns, bottom + rows)

    return change


def table_longer(table: str, **cells: Any) -> BookChange:
    """A line more in a table, with what is typed in it."""

    def change(book: Any) -> None:
        sheet, (left, top, right, bottom) = place_of(book, table)
        resized(book, table, left, top, right, bottom + 1)
        typed(sheet.title, **cells)(book)

    return change


def unprotected(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.protection.sheet = False


def linked(sheet: str, cell: str, target: str) -> BookChange:
    """A link that a spreadsheet makes of what is typed."""

    def change(book: Any) -> None:
        value = book[sheet][cell].value
        book[sheet][cell].hyperlink = target
        book[sheet][cell].value = value

    return change


def noted(sheet: str, cell: str, text: str) -> BookChange:
    def change(book: Any) -> None:
        book[sheet][cell].comment = Comment(text, "moi")

    return change


def from_1904(book: Any) -> None:
    """The calendar of old Macs."""
    book.epoch = CALENDAR_MAC_1904


def strict(parts: dict[str, bytes]) -> None:
    """The names that the strict variety of the format gives."""
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    cells = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    for name, data in parts.items():
        changed = data.replace(office, b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        parts[name] = changed.replace(cells, b"http://purl.oclc.org/ooxml/spreadsheetml/main")


def content(data: bytes) -> Callable[[Path], None]:
    """Something else under the name of the file."""

    def damage(path: Path) -> None:
        path.write_bytes(data)

    return damage


def old_office(stream: str) -> bytes:
    """The beginning of a container of old Office files that has one stream of that name."""
    return OLE_SIGNATURE + bytes(504) + f"{stream}\0".encode("utf-16-le") + bytes(500)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def put_in_an_archive(path: Path) -> None:
    path.write_bytes(zipped({path.name: path.read_bytes()}))


def other_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["FINESS", "Volume"])
    book.save(path)


def says(**items: Any) -> BookChange:
    """What the file says of itself written otherwise, with the digest that goes with it."""

    def change(book: Any) -> None:
        sheet, (left, top, _, bottom) = place_of(book, "T_Envoi")
        wanted = {name.replace("_", " "): value for name, value in items.items()}
        rows = {sheet.cell(row, left).value: sheet.cell(row, left + 1) for row in range(top + 1, bottom + 1)}
        for item, value in wanted.items():
            rows[item].value = value
        rows["Empreinte"].value = whole_digest({item: cell.value for item, cell in rows.items()})

    return change
