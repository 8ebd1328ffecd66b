"""A small workbook with what adapters stumble on, and all that a saved workbook shows, to compare two of them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

SHEET, OTHER, TOTALS = "Feuille d'essai", "Autre", "Totaux"
TABLE, BELOW, PLAIN, SUMMED = "T_Essai", "T_Dessous", "T_Simple", "T_Somme"
HEADERS = [
    "texte",
    "nombre",
    "date",
    "heure",
    "durée",
    "logique",
    "erreur",
    "formule",
    "jour calculé",
    "vrai",
    "faute",
    "vide",
]
ROWS: list[list[Any]] = [
    ["007", 600, datetime(2026, 3, 14), time(13, 45), timedelta(hours=26), True, "#N/A", "=1+1", "=DATE(2026,3,14)", "=1>0"],
    [
        "=x",
        600.5,
        datetime(2026, 3, 14, 12, 30),
        time(0, 0, 1),
        timedelta(minutes=3),
        False,
        "#DIV/0!",
        '="a"&"b"',
        None,
        None,
    ],
    ["1/2", -1e-12, date(2024, 2, 29), time(23, 59, 59), timedelta(days=3, seconds=1), True, "#REF!", None, None, "=2<1"],
    ["1 234,56", 1e15, None, None, None, None, "#NAME?", "=C4*2", None, None],
]
FAULTS = ["=1/0", "=NA()", '=VALUE("x")', "=XXX()"]


def workbook(path: Path) -> None:
    """Tables with a totals row, lines and columns typed against them, merged and hidden cells, notes, a chart."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = SHEET
    _essai(first)
    other = book.create_sheet(OTHER)
    for row, line in enumerate([["a", "b"], [1, "x"], [2, "y"]], start=5):
        for column, value in enumerate(line, start=1):
            other.cell(row, column, value).fill = PatternFill("solid", fgColor="FFF8E1" if row > 5 else "264653")
    other["A6"].number_format, other["B6"].font = "0.00", Font(bold=True, color="1F2937")
    other["B6"].border = Border(bottom=Side(style="thin", color="B8C0CC"))
    other.add_table(Table(displayName=BELOW, ref="A5:B7", autoFilter=AutoFilter(ref="A5:B7")))
    other["C5"], other["C6"], other["A8"], other["B10"] = "c", 3, 9, "loin"  # typed beside and below
    other["A6"].comment = Comment("à revoir", "moi")
    for row, line in enumerate([["clé", "valeur"], *([f"k{i}", i] for i in range(1, 7))], start=5):
        for column, value in enumerate(line, start=6):
            other.cell(row, column, value)
    other.add_table(Table(displayName=PLAIN, ref="F5:G11", autoFilter=AutoFilter(ref="F5:G11")))
    other.print_area = "F3:G11"
    choices = DataValidation("list", formula1='"x,y"')
    choices.add("B6:B40")
    other.add_data_validation(choices)
    other.conditional_formatting.add("A6:A40", FormulaRule(formula=["A6>8"], fill=PatternFill(bgColor="FFE66101")))
    chart = BarChart()
    chart.add_data(Reference(other, min_col=7, min_row=5, max_row=11), titles_from_data=True)
    chart.set_categories(Reference(other, min_col=6, min_row=6, max_row=11))
    other.add_chart(chart, "J2")
    other["I30"] = ArrayFormula("I30:I32", "=G6:G8*2")
    _totals(book.create_sheet(TOTALS))
    book.save(path)


def _totals(sheet: Any) -> None:
    for line in (["nom", "somme"], ["x", 1], ["y", 2], ["Total", "=SUBTOTAL(109,B2:B3)"]):
        sheet.append(line)
    table = Table(displayName=SUMMED, ref="A1:B4", autoFilter=AutoFilter(ref="A1:B3"))
    table.totalsRowCount = 1
    sheet.add_table(table)


def _essai(sheet: Any) -> None:
    for column, header in enumerate(HEADERS, start=2):
        sheet.cell(3, column, header)
    for row, (line, fault) in enumerate(zip(ROWS, FAULTS, strict=True), start=4):
        for column, value in enumerate([*line, fault], start=2):
            cell = sheet.cell(row, column, value)
            if column == 2:
                cell.data_type = "s"
    sheet["J4"].number_format = "yyyy-mm-dd"
    sheet["B8"], sheet["C8"] = "Total", "=SUBTOTAL(109,C4:C7)"
    table = Table(displayName=TABLE, ref="B3:M8", autoFilter=AutoFilter(ref="B3:M7"))
    table.totalsRowCount = 1
    sheet.add_table(table)
    sheet.merge_cells("D6:E7")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True


def everything(path: Path) -> dict[str, dict[str, Any]]:
    """What each sheet of a saved workbook holds and shows."""
    return {sheet.title: _sheet(sheet) for sheet in openpyxl.load_workbook(path).worksheets}


def _sheet(sheet: Any) -> dict[str, Any]:
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None or cell.has_style]
    rules = [
        (str(entry.sqref), rule.type, list(rule.formula)) for entry in sheet.conditional_formatting for rule in entry.rules
    ]
    return {
        "values": {cell.coordinate: _value(cell.value) for cell in cells if cell.value is not None},
        "looks": {cell.coordinate: looks for cell in cells if (looks := _looks(cell)) != _looks(sheet["XX1000"])},
        "notes": {cell.coordinate: cell.comment.text for cell in cells if cell.comment},
        "links": {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink},
        "tables": {one.displayName: _table(one) for one in sheet.tables.values()},
        "print areas": str(sheet.print_area),
        "rules": sorted(map(str, rules)),
        "lists": sorted((str(one.sqref), str(one.formula1)) for one in sheet.data_validations.dataValidation),
        "hidden rows": sorted(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden),
        "charts": [_series(one) for chart in sheet._charts for part in chart._charts for one in part.ser],
    }


def _value(value: Any) -> Any:
    if isinstance(value, ArrayFormula):
        return value.ref, value.text
    if value in ("=TRUE()", "=FALSE()"):  # what Calc makes of a logical value that a file held
        return value == "=TRUE()"
    return float(f"{value:.14g}") if isinstance(value, float) else value


def _looks(cell: Any) -> tuple[Any, ...]:
    font, edges = cell.font, cell.border
    sides = [
        (side.style, side.color.rgb if side.color else None) for side in (edges.left, edges.right, edges.top, edges.bottom)
    ]
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
    shown = "General" if cell.number_format == '"TRUE";"TRUE";"FALSE"' else cell.number_format  # Calc's logical values
    return shown, font.b, font.i, font.sz, font.name, font.color and font.color.rgb, fill, tuple(sides)


def _table(table: Any) -> tuple[Any, ...]:
    columns = table.autoFilter.filterColumn if table.autoFilter else []
    return (
        table.ref,
        table.totalsRowCount or None,
        [(one.colId, one.filters and list(one.filters.filter)) for one in columns],
    )


def _series(series: Any) -> list[str]:
    sources = (getattr(data, kind, None) for data in (series.cat, series.val) for kind in ("numRef", "strRef"))
    return [source.f.replace("'", "") for source in sources if source is not None]
