"""The tables of a sheet, each an Excel table with its title: where they stand, how they look and are printed."""

from typing import Any

from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin.declarations.kinds import NUMERIC, Column, Sheet, Table
from dotpop_addin.rendering import FORMATS
from workbook_templates import look

HEADER_ROW = 5
OPEN_COLUMNS = 12  # further columns that an empty template prepares
FITTING = 12  # columns that can be read side by side on a page
WRAPPED = ("reason", "proposal", "told")  # sentences: their lines take the height that they need


def anchors(sheet: Sheet) -> list[tuple[Table, tuple[int, int]]]:
    """Where each table's header starts: as declared, else side by side with an empty column between."""
    if sheet.anchors:
        return [(table, coordinate_to_tuple(place)) for table, place in zip(sheet.tables, sheet.anchors, strict=True)]
    found, column = [], 1
    for table in sheet.tables:
        found.append((table, (HEADER_ROW, column)))
        column += len(table.columns) + 1
    return found


def heading(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.sheet_properties.tabColor = look.TAB[sheet.role]
    worksheet.sheet_view.showGridLines = False
    worksheet["A1"], worksheet["A2"] = sheet.title, sheet.purpose
    worksheet["A1"].font, worksheet["A2"].font = look.TITLE, look.PURPOSE
    worksheet.row_dimensions[1].height = 24
    if sheet.role in ("welcome", "workshop"):
        return
    told, colour = (
        ("✎ À saisir", look.INPUT_FILL) if sheet.role == "input" else ("Σ Calculé, ne pas modifier", look.RESULT_FILL)
    )
    worksheet["A3"] = told
    if sheet.tables[0].columns[0].width < len(told):
        worksheet.merge_cells("A3:B3")
    worksheet["A3"].fill, worksheet["A3"].font, worksheet["A3"].border = look.fill(colour), look.STRONG, look.BORDER


def table_body(worksheet: Worksheet, sheet: Sheet, table: Table, row: int, column: int, lines: list[list[Any]]) -> str:
    """One Excel table with its title, headers and body; returns the area to print."""
    computed = sheet.role == "result"
    worksheet.cell(row - 1, column, table.title).font = look.TABLE_TITLE
    for place, declared in enumerate(table.columns):
        _header(worksheet, row, column + place, declared, computed)
    worksheet.row_dimensions[row - 1].height, worksheet.row_dimensions[row].height = 22, 44
    count = max(len(lines), table.rows if sheet.role == "input" or table.rows > 1 else 1)
    for i in range(count):
        for place, declared in enumerate(table.columns):
            cell = worksheet.cell(row + 1 + i, column + place)
            _body(cell, declared, computed, table)
            cell.value = lines[i][place] if i < len(lines) else None
    if table.open_column is not None:
        _open_columns(worksheet, table, table.open_column, row, column + len(table.columns), count, computed)
    last = row + count
    reference = f"{get_column_letter(column)}{row}:{get_column_letter(column + len(table.columns) - 1)}{last}"
    worksheet.add_table(ExcelTable(displayName=table.excel, ref=reference))
    return (
        reference.replace(str(row), str(row - 1), 1) if column > 1 or row > HEADER_ROW else f"A1:{reference.split(':')[1]}"
    )


def _open_columns(
    worksheet: Worksheet, table: Table, declared: Column, row: int, first: int, count: int, computed: bool
) -> None:
    """Cells ready for the further columns: their headers are typed by the user, against the table."""
    for place in range(first, first + OPEN_COLUMNS):
        worksheet.column_dimensions[get_column_letter(place)].width = declared.width
        for i in range(1, count + 1):
            _body(worksheet.cell(row + i, place), declared, computed, table)


def _header(worksheet: Worksheet, row: int, column: int, declared: Column, computed: bool) -> None:
    cell = worksheet.cell(row, column, declared.header)
    cell.font, cell.alignment, cell.border = look.HEADER, look.HEADER_ALIGN, look.BORDER
    cell.fill = look.fill(look.RESULT_HEADER if computed else look.INPUT_HEADER)
    letter = get_column_letter(column)
    width = worksheet.column_dimensions[letter].width if letter in worksheet.column_dimensions else 0
    worksheet.column_dimensions[letter].width = max(declared.width, width)
    tip = DataValidation(
        allow_blank=True, showInputMessage=True, promptTitle=declared.header[:32], prompt=declared.help[:255]
    )
    tip.add(cell.coordinate)
    worksheet.add_data_validation(tip)


def _body(cell: Any, declared: Column, computed: bool, table: Table) -> None:
    typed = not computed and not (table.name == "hypotheses" and declared.name not in ("value", "valid_from", "source"))
    typed = typed and table.name != "identity"
    cell.font = look.STRONG if declared.name in ("index", "value") else look.BODY
    cell.border = look.BORDER
    cell.fill = look.fill(look.INPUT_FILL if typed else look.RESULT_FILL)
    cell.number_format = FORMATS[declared.kind]
    cell.alignment = look.NUMBER_ALIGN if declared.kind in NUMERIC else look.TEXT_ALIGN
    if declared.name in WRAPPED or (table.name == "hypotheses" and declared.name in ("help", "source")):
        cell.alignment = look.WRAP_ALIGN


def page(worksheet: Worksheet, sheet: Sheet, areas: list[str]) -> None:
    worksheet.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top, worksheet.page_margins.bottom, worksheet.page_margins.footer = 0.5, 0.8, 0.4
    worksheet.oddFooter.left.text, worksheet.oddFooter.right.text = "&A", "&P / &N"
    apart = any(row != HEADER_ROW for _, (row, _) in anchors(sheet))
    if apart or not sheet.tables or sheet.role == "welcome":
        return
    wide = sum(len(table.columns) for table in sheet.tables) > FITTING
    worksheet.print_area = areas if sheet.role == "result" or wide else union(areas)
    worksheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    wide = len(sheet.tables[0].columns) > 8
    worksheet.freeze_panes = f"{'C' if wide else 'A'}{HEADER_ROW + 1}"


def union(areas: list[str]) -> str:
    """The smallest area that holds them all: input tables are printed side by side."""
    bounds = [range_boundaries(area) for area in areas]
    right, bottom = max(one[2] for one in bounds), max(one[3] for one in bounds)
    return f"A1:{get_column_letter(right)}{bottom}"
