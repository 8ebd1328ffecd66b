"""Filling a sheet of a returned workbook from its part."""

from dotpop_addin.books.protocol import LITERAL, Uncomputed
from dotpop_addin.returns import ordinary
from dotpop_addin.returns.characters import Elaborate
from dotpop_addin.returns.leftover import Written, leftover
from dotpop_addin.returns.sheets import Sheet, too_many_cells
from dotpop_addin.returns.values import Values
from dotpop_addin.returns.walking import Clock, Damaged


def fill(sheet: Sheet, data: bytes, values: Values, room: int, clock: Clock) -> int:
    """Fills a sheet; gives how many cells it has, with or without a value. room: how many it may have.

    The cells written as spreadsheets write them are taken out first; a parser reads what is left, hence all of a sheet that
    is written in another way. Raises Damaged, OverLimit.
    """
    if len(data) > room and data.count(b"<c ") > room:
        raise too_many_cells()  # before anything is made of them
    try:
        try:
            rest, count = ordinary.take(data, sheet, values)
        except Elaborate:
            rest, count = data, 0
        left = leftover(rest, clock)
        if count and left.unplaced:
            raise Damaged  # after which cell, which row? it may be one that was taken out
        if count + len(left.cells) > room:
            raise too_many_cells()
        for cell in left.cells:
            _keep(sheet, cell, values)
    except (ValueError, LookupError) as error:  # bytes that are no UTF-8, a number that is none, a text that is not there
        raise Damaged from error
    sheet.hidden_rows = sorted(sheet.hidden_rows + left.hidden_rows)
    sheet.hidden_columns, sheet.merged, sheet.further = [*left.hidden_columns], [*left.merged], [*left.further]
    sheet.protected, sheet.filtered = left.protected, left.filtered
    return count + len(left.cells)


def _keep(sheet: Sheet, cell: Written, values: Values) -> None:
    value = values.read(cell.text, cell.kind, cell.style) if cell.text else None
    if cell.formula is not None:
        if not LITERAL.fullmatch(cell.formula):
            sheet.formulas[cell.address] = cell.formula
        if value is None and cell.kind != "str":
            value = Uncomputed(f"={cell.formula}")
    if value is None:
        return
    if cell.address in sheet.cells:
        raise Damaged  # two cells in one place: each program would show its own
    sheet.cells[cell.address] = value
