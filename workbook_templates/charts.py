"""The charts: those of Synthèse, drawn from whole columns of result tables so that they follow them, and Atelier's."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RichTextProperties
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.look import AMBER, BAR_FILL, DARK, GRID_LINE, INK, ORANGE, PALE, PINK, PURPLE, TEAL, WHITE

DASHED = "dash"


def index_chart(source: Worksheet, left: int, first: int, last: int, area: str) -> BarChart:
    """Bars of the indices from the least to the best funded, a colour per position, between the two bounds.

    Bars stand on the mean. source: the sheet of the ranking table; left: its first column; first, last: its body rows;
    area: the cells that the chart covers.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "clustered", 100, 25
    chart.title = "Indice de financement par établissement, du moins au mieux doté"
    for place, colour in enumerate(BAR_FILL.values()):
        column = left + 2 + place
        chart.add_data(Reference(source, min_col=column, min_row=first - 1, max_row=last), titles_from_data=True)
        chart.series[-1].graphicalProperties = GraphicalProperties(solidFill=colour)
    names = Reference(source, min_col=left + 1, min_row=first, max_row=last)
    chart.set_categories(names)
    bounds = LineChart()
    for column in (left + 5, left + 6):
        bounds.add_data(Reference(source, min_col=column, min_row=first - 1, max_row=last), titles_from_data=True)
        _line(bounds, INK, DASHED)
    bounds.set_categories(names)
    chart += bounds
    _axes(chart, "Indice (1 = moyenne du segment)", "0.00")
    chart.x_axis.crossesAt, chart.x_axis.crosses, chart.x_axis.tickLblPos = 1, None, "low"
    chart.x_axis.txPr = _small_upright()
    chart.legend.position = "b"
    chart.anchor = _anchor(area)
    return chart


def trajectory_chart(source: Worksheet, left: int, first: int, last: int, area: str) -> BarChart:
    """Bars of the cumulated capacity against the objective, by year. Arguments as `index_chart`, for the table of years."""
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 60
    chart.title = "Rattrapage : capacité cumulée et objectif (€)"
    chart.add_data(Reference(source, min_col=left + 4, min_row=first - 1, max_row=last), titles_from_data=True)
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=DARK)
    years = Reference(source, min_col=left, min_row=first, max_row=last)
    chart.set_categories(years)
    goal = LineChart()
    goal.add_data(Reference(source, min_col=left + 5, min_row=first - 1, max_row=last), titles_from_data=True)
    _line(goal, ORANGE, DASHED)
    goal.set_categories(years)
    chart += goal
    _axes(chart, "€", "#,##0")
    chart.legend.position = "b"
    chart.anchor = _anchor(area)
    return chart


def tried_chart(source: Worksheet, first: int, last: int, area: str) -> LineChart:
    """Lines of the allocations by year of the hospital chosen in Atelier: the region's, and tried."""
    chart = LineChart()
    chart.title = "Dotation de l'établissement choisi (€)"
    for column, colour, dash in ((7, DARK, "solid"), (8, ORANGE, DASHED)):
        chart.add_data(Reference(source, min_col=column, min_row=first - 1, max_row=last), titles_from_data=True)
        _line(chart, colour, dash)
    chart.set_categories(Reference(source, min_col=6, min_row=first, max_row=last))
    _axes(chart, "€", "#,##0")
    chart.legend.position = "b"
    chart.anchor = _anchor(area)
    return chart


@dataclass(frozen=True)
class Bars:
    """A bar chart drawn from a table of results. series: columns, with their colours; along: column of the names.

    stacked: one on the other. lying: bars lie, for long names. area: the cells that it covers. most: where the axis ends.
    """

    title: str
    unit: str
    along: str
    series: Mapping[str, str]
    area: str
    number_format: str = "#,##0"
    stacked: bool = False
    lying: bool = False
    most: float | None = None


OF_TABLES = {
    "region_allocations": Bars(
        "Écart à la dotation théorique et croissance, par région",
        "%",
        "name",
        {"gap_rate": ORANGE, "growth_rate": DARK},
        "K6:S32",
        "0.0%",
    ),
    "option_summary": Bars(
        "Solde de chaque fédération, par option (€)",
        "€",
        "label",
        {"FHF": DARK, "FEHAP": AMBER, "FHP": ORANGE, "UGECAM": PURPLE, "Autre": PALE},
        "A20:K46",
    ),
    "transition_years": Bars(
        "Transition de la région (€)", "€", "year", {"paid": DARK, "taken": ORANGE}, "I6:P28", stacked=True
    ),
    "payment_months": Bars(
        "Versements de l'année, par mois (€)",
        "€",
        "month",
        {"non_sectorised": DARK, "oqn": AMBER},
        "G6:N28",
        stacked=True,
    ),
    "compartment_groups": Bars(
        "De quoi sont faites les recettes",
        "% des recettes",
        "group",
        {
            "activity": PALE,
            "population": DARK,
            "paediatrics": AMBER,
            "expertise": PURPLE,
            "platforms": ORANGE,
            "quality": TEAL,
            "drugs": PINK,
        },
        "M6:U34",
        "0%",
        stacked=True,
        lying=True,
        most=1.0,
    ),
}
"""The charts that stand beside a table (or under it), by the name of the table."""


def bars(worksheet: Worksheet, drawn: Bars, places: Mapping[str, int], header: int, last: int) -> BarChart:
    """A bar chart of a table. places: the columns by name; header, last: rows of its header and of its last line."""
    chart = BarChart()
    chart.type, chart.gapWidth = "bar" if drawn.lying else "col", 60
    chart.grouping = "stacked" if drawn.stacked else "clustered"
    chart.overlap = 100 if drawn.stacked else 0
    chart.title = drawn.title
    for name, colour in drawn.series.items():
        chart.add_data(Reference(worksheet, min_col=places[name], min_row=header, max_row=last), titles_from_data=True)
        edge = LineProperties(solidFill=WHITE, w=6350)
        chart.series[-1].graphicalProperties = GraphicalProperties(solidFill=colour, ln=edge)
        chart.series[-1].invertIfNegative = False
    chart.set_categories(Reference(worksheet, min_col=places[drawn.along], min_row=header + 1, max_row=last))
    _axes(chart, drawn.unit, drawn.number_format)
    chart.x_axis.tickLblPos = "low"
    if drawn.most is not None:
        chart.y_axis.scaling.max = drawn.most
    if drawn.lying:
        chart.x_axis.scaling.orientation = "maxMin"
    chart.legend.position = "b"
    chart.anchor = _anchor(drawn.area)
    return chart


def _anchor(area: str) -> TwoCellAnchor:
    left, top, right, bottom = range_boundaries(area)
    corners = AnchorMarker(col=left - 1, row=top - 1), AnchorMarker(col=right - 1, row=bottom - 1)
    return TwoCellAnchor(_from=corners[0], to=corners[1])


def _line(chart: LineChart, colour: str, dash: str) -> None:
    series = chart.series[-1]
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, prstDash=dash, w=15875))
    series.marker.symbol = "none"
    series.smooth = False


def _axes(chart: BarChart | LineChart, title: str, number_format: str) -> None:
    chart.y_axis.title = title
    chart.y_axis.number_format = number_format
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID_LINE))


def _small_upright() -> RichText:
    small = CharacterProperties(sz=700)
    paragraph = Paragraph(r=[], pPr=ParagraphProperties(defRPr=small), endParaRPr=small)
    return RichText(bodyPr=RichTextProperties(rot=-5400000, vert="horz"), p=[paragraph])
