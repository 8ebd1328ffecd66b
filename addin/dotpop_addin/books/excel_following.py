"""When a table takes another size in Excel, the charts and print areas that ended with it end with it still."""

import re
from functools import cached_property

from dotpop_addin.books.excel_busy import is_busy
from dotpop_addin.books.excel_cells import Com, area, bounds_in
from dotpop_addin.books.excel_undo import Undo
from dotpop_addin.books.following import Bounds, SourceRange, area_after, bounds_of, reference_to

REFERENCE = re.compile(r"(?:'(?:[^']|'')+'|[^\s'(),!]+)!\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?")
SEPARATORS = re.compile("[,;]")  # of the areas of a print area, as the user's Windows has it


class Following:
    """What follows the tables of a workbook."""

    def __init__(self, workbook: Com) -> None:
        self._workbook = workbook

    def follow(self, worksheet: Com, listed: Com, new: Bounds, undo: Undo) -> None:
        """Resizes a table, and all that ended with it."""
        old = bounds_in(listed.Range)
        others = [bounds_in(one.Range) for one in worksheet.ListObjects if one.DisplayName != listed.DisplayName]
        formulas = [(series, formula) for series in self._series if (formula := _formula(series))]
        undo.by(lambda: _draw(formulas))  # Excel itself may have moved them with the table
        undo.by(lambda: listed.Resize(area(worksheet, old)))
        listed.Resize(area(worksheet, new))
        source = SourceRange(str(worksheet.Name), old, new)
        _draw([(series, REFERENCE.sub(lambda one: source.after(one[0]), formula)) for series, formula in formulas])
        _print(worksheet, [(old, new), *((one, one) for one in others)], undo)

    @cached_property
    def _series(self) -> list[Com]:
        charts = [one.Chart for worksheet in self._workbook.Worksheets for one in worksheet.ChartObjects()]
        return [series for chart in [*charts, *self._workbook.Charts] for series in _series(chart)]


def _series(chart: Com) -> list[Com]:
    try:
        return list(chart.SeriesCollection())
    except Exception as error:  # some kinds of charts have none, and Excel raises
        if is_busy(error):
            raise
        return []


def _formula(series: Com) -> str:
    try:
        return str(series.Formula)
    except Exception as error:  # series without a range have none, and Excel raises
        if is_busy(error):
            raise
        return ""


def _draw(formulas: list[tuple[Com, str]]) -> None:
    for series, formula in formulas:
        if series.Formula != formula:
            series.Formula = formula


def _print(worksheet: Com, sizes: list[tuple[Bounds, Bounds]], undo: Undo) -> None:
    setup = worksheet.PageSetup
    shown = str(setup.PrintArea or "")
    if not shown:
        return
    areas = [bounds_of(one.rpartition("!")[2]) for one in SEPARATORS.split(shown)]
    after = [area_after(one, sizes) for one in areas]
    if after != areas:
        separator = ";" if ";" in shown else ","
        undo.by(lambda: setattr(setup, "PrintArea", shown))
        setup.PrintArea = separator.join(map(reference_to, after))
