"""A fiche as a workbook: XlsxWriter puts each formula with its value. Same fiche, same bytes."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dotpop_addin.books import saving
from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.content import calculation
from dotpop_addin.fiches.page import LETTERS, SHOWN, Chart, Page, Role
from dotpop_addin.fiches.words import explanations
from workbook_templates import look

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT: dict[str, Any] = {"font_name": look.FONT, "font_size": 10, "font_color": f"#{look.INK}", "valign": "vcenter"}
BOX: dict[str, Any] = {"border": 7, "border_color": "#B8C0CC"}
LOOKS: dict[Role, dict[str, Any]] = {
    Role.TITLE: {"font_size": 16, "bold": True},
    Role.SUBTITLE: {"font_color": f"#{look.GREY}"},
    Role.SECTION: {"font_size": 12, "bold": True, "bottom": 2, "bottom_color": f"#{look.RESULT_HEADER}"},
    Role.HEAD: BOX
    | {
        "bold": True,
        "font_size": 9,
        "font_color": "#FFFFFF",
        "bg_color": f"#{look.RESULT_HEADER}",
        "align": "center",
        "text_wrap": True,
    },
    Role.LABEL: {},
    Role.TEXT: {"font_size": 9, "indent": 1, "font_color": f"#{look.GREY}"},
    Role.WORDS: {"font_size": 9, "text_wrap": True, "indent": 1},
    Role.SENTENCE: {"text_wrap": True, "valign": "top"},
    Role.RECEIVED: BOX | {"bg_color": f"#{look.INPUT_FILL}", "italic": True},
    Role.COMPUTED: BOX,
    Role.RESULT: BOX | {"bg_color": f"#{look.RESULT_FILL}", "bold": True, "border": 1},
}
PIXELS = 20  # of a row that has no height of its own
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.7}  # inches
CHART_WIDTH = 1110  # pixels: the printed columns


def fiche(common: Common, hospital: int) -> bytes:
    """The workbook of a hospital."""
    line = common.indices[hospital]
    pages = (calculation(common, hospital), explanations(common, hospital))
    return workbook(pages, f"Fiche {line['finess']} {line['name']}", saving.now())


def workbook(pages: Sequence[Page], title: str, created: datetime) -> bytes:
    """The workbook of these sheets. created: written into its properties, so that nothing depends on the clock."""
    from xlsxwriter import Workbook

    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.set_properties({"title": title, "author": "dotpop", "created": created.replace(tzinfo=None)})
    formats = _Formats(book)
    for page in pages:
        _sheet(book, page, formats)
    book.close()
    return content.getvalue()


class _Formats(dict[tuple[Role, str], "Format"]):
    """The formats of a workbook by role and number format, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book

    def __missing__(self, key: tuple[Role, str]) -> "Format":
        role, shown = key
        words = {"align": "center"} if shown == SHOWN[Kind.TEXT] else {}
        made = self[key] = self._book.add_format({**FONT, **LOOKS[role], **words, "num_format": shown})
        return made


def _sheet(book: "Workbook", page: Page, formats: _Formats) -> None:
    from dotpop_addin.fiches.worksheet import FicheSheet  # not before XlsxWriter is needed

    sheet = book.add_worksheet(page.name, FicheSheet)
    place = {letter: column for column, letter in enumerate(LETTERS)}
    rows, letters = zip(*page.cells, strict=True)
    sheet.size(max(rows), place[max(letters)] + 1)
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    for row, height in page.heights.items():
        sheet.set_row(row - 1, height)
    for (row, letter), cell in page.cells.items():
        role, value, shown, formula = cell
        look_of = formats[role, shown]
        column = place[letter]
        if role is Role.SECTION:
            sheet.set_row(row - 1, page.heights[row], look_of)
        elif role is Role.SENTENCE:
            sheet.merge_range(row - 1, column, row - 1, place[page.last], "", look_of)
        sheet.put(row - 1, column, value, formula, look_of)
    for chart in page.charts:
        _chart(book, sheet, chart)
    _page(sheet, page)


def _page(sheet: "Worksheet", page: Page) -> None:
    sheet.hide_gridlines(2)
    sheet.freeze_panes(page.frozen, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**MARGINS)
    sheet.repeat_rows(0, page.frozen - 1)
    sheet.print_area(f"A1:{page.last}{page.row}")
    sheet.set_footer("&L&9&A&R&9&P / &N")
    sheet.set_h_pagebreaks([row - 1 for row in page.breaks])


def _chart(book: "Workbook", sheet: "Worksheet", chart: Chart) -> None:
    drawn = book.add_chart({"type": chart.kind})
    categories = LETTERS.index(chart.categories)
    for one in chart.series:
        column = LETTERS.index(one.letter)
        line: dict[str, Any] = {"color": f"#{one.colour}", "width": 2.25} | ({"dash_type": "dash"} if one.dashed else {})
        drawn.add_series(
            {
                "name": [sheet.name, one.under - 1, column],
                "categories": [sheet.name, chart.under, categories, chart.under + chart.count - 1, categories],
                "values": [sheet.name, one.under, column, one.under + chart.count - 1, column],
            }
            | (
                {"line": line, "marker": {"type": "circle", "size": 5, "fill": {"color": f"#{one.colour}"}}}
                if chart.kind == "line"
                else {
                    "data_labels": {"value": one.told, "num_format": chart.shown},
                    "fill": {"color": f"#{one.colour}"},
                    "gap": 40,
                    "overlap": 100,
                }
            )
        )
    font = {"name": look.FONT, "size": 9}
    drawn.set_title({"name": chart.title, "name_font": {"name": look.FONT, "size": 11}, "overlay": False})
    drawn.set_x_axis({"num_font": font})
    drawn.set_y_axis(
        {"num_font": font, "num_format": chart.shown, "major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}}}
    )
    drawn.set_legend({"position": "bottom", "font": font})
    drawn.set_size({"width": CHART_WIDTH, "height": PIXELS * (chart.height - 1)})
    sheet.insert_chart(chart.row - 1, 0, drawn, {"object_position": 1})
