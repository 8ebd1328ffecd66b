"""When a table of an open Calc document takes another size, the charts and print areas that ended with it follow it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import uno  # type: ignore[import-not-found]

from dotpop_addin.books.calc_changes import Changes, charts
from dotpop_addin.books.following import Bounds, SourceRange, area_after

FILE_NAME = "_xlnm.Print_Area"


def bounds(area: Any) -> Bounds:
    """Bounds, counted from 1, of an area of Calc, counted from 0."""
    return area.StartColumn + 1, area.StartRow + 1, area.EndColumn + 1, area.EndRow + 1


def resize(document: Any, sheet: str, table: Any, new: Bounds, changes: Changes) -> None:
    """Gives a database range new bounds, without a totals row; print areas and chart ranges that ended with it follow."""
    old, totals = table.DataArea, table.TotalsRow
    changes.make(partial(_resize, table, _moved(old, new), False), partial(_resize, table, old, totals))
    if bounds(old) != new:
        _print(document, document.Sheets.getByName(sheet), bounds(old), new, changes)
        _redraw(document, SourceRange(sheet, bounds(old), new), changes)


def _resize(table: Any, area: Any, totals: bool) -> None:
    filtered = table.AutoFilter
    table.AutoFilter = False  # set again, so that each column has its button
    table.setDataArea(area)
    table.TotalsRow, table.AutoFilter = totals, filtered


def _moved(area: Any, new: Bounds) -> Any:
    left, top, right, bottom = new
    return uno.createUnoStruct("com.sun.star.table.CellRangeAddress", area.Sheet, left - 1, top - 1, right - 1, bottom - 1)


def _print(document: Any, sheet: Any, old: Bounds, new: Bounds, changes: Changes) -> None:
    before, ranges = sheet.getPrintAreas(), document.DatabaseRanges
    tables = [ranges.getByName(name).DataArea for name in ranges.getElementNames()]
    here = [bounds(area) for area in tables if area.Sheet == sheet.RangeAddress.Sheet]
    sizes = [(old, new), *((one, one) for one in here if one != new)]
    after = tuple(_moved(area, area_after(bounds(area), sizes)) for area in before)
    if after != before:
        changes.make(partial(_forget_name, sheet), lambda: None)
        changes.make(partial(sheet.setPrintAreas, after), partial(sheet.setPrintAreas, before))


def _forget_name(sheet: Any) -> None:
    if sheet.NamedRanges.hasByName(FILE_NAME):  # what an Excel file called them: it would be saved too, and win
        sheet.NamedRanges.removeByName(FILE_NAME)


def _redraw(document: Any, source: SourceRange, changes: Changes) -> None:
    for chart in charts(document):
        for sequence in _sequences(chart):
            before = sequence.getValues().getSourceRangeRepresentation()
            after = source.after(before)
            if after != before:
                changes.make(partial(_refer, chart, sequence, after), partial(_refer, chart, sequence, before))


def _sequences(chart: Any) -> Iterator[Any]:
    """The series of a chart and the labels of its axis, each a labelled sequence."""
    for system in chart.getFirstDiagram().getCoordinateSystems():
        categories = system.getAxisByDimension(0, 0).getScaleData().Categories
        if categories is not None and categories.getValues() is not None:
            yield categories
        for kind in system.getChartTypes():
            for series in kind.getDataSeries():
                yield from (one for one in series.getDataSequences() if one.getValues() is not None)


def _refer(chart: Any, sequence: Any, reference: str) -> None:
    role = sequence.getValues().Role
    found = chart.getDataProvider().createDataSequenceByRangeRepresentation(reference)
    found.Role = role
    sequence.setValues(found)
