"""The sheets that are written are, to the byte, those that openpyxl would have written."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from dotpop_addin.books.sheet_xml import Writer
from dotpop_addin.files import demonstration

VALUES = {
    "texts": [
        "Établissement",
        "",
        " espaces ",
        "  ",
        "a < b & c > d",
        'dit « "oui" »',
        "deux\nlignes",
        "\ttab",
        "#N/A",
        "=1+1",
    ],
    "numbers": [0, -1, 12345678901234567, 0.1, 1 / 3, 1e-300, 1e300, 1.0, True, False, float("nan"), float("inf"), None],
    "dates": [date(2026, 1, 31), datetime(2026, 1, 31, 12, 30), time(8, 15), timedelta(hours=30)],
    "formulas": ["=SUM(A1:A3)", '=IF(A1<2,"a & b","")', ArrayFormula("C3:C4", "=A1:A2*2")],
    "rich texts": [CellRichText("un ", TextBlock(InlineFont(b=True), "mot"), " en gras")],
}


def parts(book: Workbook, ours: bool) -> dict[str, bytes]:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        (Writer(book, archive, lambda sheet, data: data) if ours else ExcelWriter(book, archive)).write_data()
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def same(book: Workbook, other: Workbook | None = None) -> None:
    """other: the same workbook, opened again where openpyxl does not write the same twice."""
    wanted = parts(book, ours=False)
    found = parts(other or book, ours=True)
    assert [name for name in wanted if found.get(name) != wanted[name]] == []
    assert list(found) == list(wanted)


def filled() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = 1
    return book, sheet


@pytest.mark.parametrize("kind", VALUES)
def test_cells_of_each_kind_are_written_as_openpyxl_writes_them(kind: str) -> None:
    book, sheet = filled()
    for row, value in enumerate(VALUES[kind], start=3):
        sheet.cell(row, 3, value)
        sheet.cell(row, 28, value).font = Font(bold=True)
    same(book)


def test_a_text_that_looks_like_a_formula_and_stays_a_text() -> None:
    book, sheet = filled()
    sheet["B2"] = "=1+1"
    sheet["B2"].data_type = "s"
    same(book)


def test_looks_without_value_heights_merged_cells_links_and_notes() -> None:
    book, sheet = filled()
    sheet["B2"].font = Font(italic=True)
    sheet["B3"].number_format = "0.0 %"
    sheet.merge_cells("D1:F2")
    sheet["A2"] = "lien"
    sheet["A2"].hyperlink = "#Feuille!A1"
    sheet["A3"].comment = Comment("à voir", "auteur")
    sheet["Z9"]  # made by looking at it, and empty
    sheet.row_dimensions[2].height = 30.5
    sheet.row_dimensions[7].hidden = True
    same(book)


def test_a_sheet_without_any_row_and_one_whose_text_holds_the_mark_of_its_rows() -> None:
    book, sheet = filled()
    sheet["A1"] = "<sheetData /> \\1 \\g<0>"
    book.create_sheet("Vide")
    same(book)


def test_a_whole_region_is_written_as_openpyxl_writes_it(tmp_path) -> None:
    path = tmp_path / "region.xlsx"
    demonstration("psychiatrie", path)
    same(openpyxl.load_workbook(path), openpyxl.load_workbook(path))
