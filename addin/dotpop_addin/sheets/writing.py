"""Pages as a workbook: XlsxWriter puts each formula with its value. Same pages, same bytes."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.sheets.page import LETTERS, SHOWN, Chart, Page, Role, Series
from workbook_templates import look

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NOT_LISTED = "Choisir dans la liste."
FONT: dict[str, Any] = {"font_name": look.FONT, "font_size": 10, "font_color": f"#{look.INK}", "valign": "vcenter"}
BOX: dict[str, Any] = {"border": 7, "border_color": f"#{look.CELL_LINE}"}


def _position(word: str) -> dict[str, Any]:
    """The look of a position, the same as in the region's workbook."""
    colours = {"bg_color": f"#{look.POSITION_FILL[word]}", "font_color": f"#{look.POSITION_INK[word]}"}
    return colours | {"align": "center"}


LOOKS: dict[Role, dict[str, Any]] = {
    Role.TITLE: {"font_size": 16, "bold": True},
    Role.SUBTITLE: {"font_color": f"#{look.GREY}"},
    Role.SECTION: {"font_size": 12, "bold": True, "bottom": 2, "bottom_color": f"#{look.RESULT_HEADER}"},
    Role.HEAD: BOX
    | {
        "bold": True,
        "font_size": 9,
        "font_color": f"#{look.WHITE}",
        "bg_color": f"#{look.RESULT_HEADER}",
        "align": "center",
        "text_wrap": True,
    },
    Role.LABEL: {},
    Role.GROUP: BOX | {"bold": True, "bg_color": f"#{look.BAND}"},
    Role.TEXT: {"font_size": 9, "indent": 1, "font_color": f"#{look.GREY}"},
    Role.WORDS: {"font_size": 9, "text_wrap": True, "indent": 1},
    Role.BOXED: BOX | {"font_size": 9, "text_wrap": True, "indent": 1},
    Role.SENTENCE: {"text_wrap": True, "valign": "top"},
    Role.RECEIVED: BOX | {"bg_color": f"#{look.INPUT_FILL}", "italic": True},
    Role.COMPUTED: BOX,
    Role.RESULT: BOX | {"bg_color": f"#{look.RESULT_FILL}", "bold": True, "border": 1},
    Role.FIGURE: BOX,
    **{Role(word): BOX | _position(word) for word in look.POSITION_FILL},
    Role.WITHHELD: BOX | {"font_color": f"#{look.GREY}", "italic": True},
}
PIXELS = 20  # of a row that has no height of its own
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.7}  # inches
UNIT = 7  # pixels of a unit of width


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
    from dotpop_addin.sheets.worksheet import PageSheet  # not before XlsxWriter is needed

    sheet = book.add_worksheet(page.name, PageSheet)
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
        _chart(book, sheet, chart, UNIT * sum(page.widths[: place[page.last] + 1]))
    _page(sheet, page)


def on_paper(sheet: "Worksheet") -> None:
    """A sheet as it is printed: A4 in landscape, as wide as the page, its name and the page number under it."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**MARGINS)
    sheet.set_footer("&L&9&A&R&9&P / &N")


def _page(sheet: "Worksheet", page: Page) -> None:
    on_paper(sheet)
    sheet.freeze_panes(page.frozen, 0)
    sheet.repeat_rows(0, page.frozen - 1)
    sheet.print_area(f"A1:{page.last}{page.row}")
    sheet.set_h_pagebreaks([row - 1 for row in page.breaks])
    if page.filtered:
        sheet.autofilter(page.filtered)
    for address, source in page.choices.items():
        sheet.data_validation(address, {"validate": "list", "source": f"={source}", "error_message": NOT_LISTED})


def _chart(book: "Workbook", sheet: "Worksheet", chart: Chart, width: float) -> None:
    """A chart as wide as what is printed (pixels)."""
    types: dict[str, dict[str, str]] = {"stacked": {"type": "column", "subtype": "stacked"}}
    drawn = book.add_chart(types.get(chart.kind, {"type": chart.kind}))
    over = [one for one in chart.series if one.line]
    for one in chart.series:
        if not one.line:
            drawn.add_series(_series(sheet, chart, one, lined=chart.kind == "line"))
    if over:
        lines = book.add_chart({"type": "line"})
        for one in over:
            lines.add_series(_series(sheet, chart, one, lined=True))
        drawn.combine(lines)
    font = {"name": look.FONT, "size": 9}
    drawn.set_title({"name": chart.title, "name_font": {"name": look.FONT, "size": 11}, "overlay": False})
    lying = chart.kind == "bar"
    names: dict[str, Any] = {"num_font": font}
    if lying or chart.signed:
        names["label_position"] = "low"
    if lying:
        names["reverse"] = True
    values: dict[str, Any] = {"num_font": font, "num_format": chart.shown, "label_position": "low"}
    values["major_gridlines"] = {"visible": True, "line": {"color": f"#{look.GRID_LINE}"}}
    if chart.kind != "line" and not lying and not chart.signed:
        values["min"] = 0  # a bar that does not start at zero misleads; an axis of bars that go both ways holds zero anyway
    if chart.most is not None:
        values["max"] = chart.most
    drawn.set_x_axis(values if lying else names)  # XlsxWriter: x is what lies
    drawn.set_y_axis(names if lying else values)
    unseen = [place for place, one in enumerate(chart.series) if not one.colour]
    drawn.set_legend({"position": "bottom", "font": font, "delete_series": unseen})
    drawn.set_size({"width": round(width), "height": PIXELS * (chart.height - 1)})
    sheet.insert_chart(chart.row - 1, 0, drawn, {"object_position": 1})


def _series(sheet: "Worksheet", chart: Chart, one: Series, *, lined: bool) -> dict[str, Any]:
    column, categories = LETTERS.index(one.letter), LETTERS.index(chart.categories)
    source = chart.source or sheet.name
    places = {
        "name": [source, one.under - 1, column],
        "categories": [source, chart.under, categories, chart.under + chart.count - 1, categories],
        "values": [source, one.under, column, one.under + chart.count - 1, column],
    }
    if lined:
        line: dict[str, Any] = {"color": f"#{one.colour}", "width": 2.25} | ({"dash_type": "dash"} if one.dashed else {})
        dots = {"type": "none"} if one.line else {"type": "circle", "size": 5, "fill": {"color": f"#{one.colour}"}}
        return places | {"line": line, "marker": dots}
    return places | {
        "data_labels": {"value": one.told, "num_format": chart.shown},
        "fill": {"color": f"#{one.colour}"} if one.colour else {"none": True},
        "gap": 40,
        "overlap": 100,
    }
