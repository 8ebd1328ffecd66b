"""Repairs what Excel makes of the cell functions: it saves [1]!DOTPOP_X(…), a link to its add-in, which Calc cannot call.

LibreOffice keeps such a formula as it stands and shows #NAME?. Without the link, the function is the extension's own.
It runs on every document that is opened: only the standard library is imported, and formulas are read area by area.
"""

import re
from typing import Any

CALL = re.compile(
    r"""
    "(?:[^"]|"")*"                                     # a text is left alone, whatever it says
    | (?: \[\d+\]                                      # a workbook by its number,
        | \#REF!\d*                                    # by what is left of the number in an .ods file,
        | '(?:[^']|'')*' | [\w.-]+\.xlam )!            # by its path or its name
      (?P<name> (?:FR\.DOTPOP\.ADDIN\.)? DOTPOP\w+ )   # as the workbook says it, or as Calc does once it knows the function
      (?=\()
    | '(?:[^']|'')*'                                   # the name of a sheet
    """,
    re.VERBOSE | re.IGNORECASE,
)
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA


def repaired(formula: str) -> str:
    """A formula whose calls of the cell functions are the extension's own.

    >>> repaired("=SUM([1]!DOTPOP_INDICE(A1:A3;B1:B3))+[2]Autre!A1")
    '=SUM(DOTPOP_INDICE(A1:A3;B1:B3))+[2]Autre!A1'
    """
    return CALL.sub(lambda found: found["name"].upper() if found["name"] else found[0], formula)


def repair_document(document: Any) -> int:
    """Repairs an open Calc document; returns how many formulas were. The rest of the document is untouched.

    Named expressions stay as they are: when one is written, LibreOffice damages the formulas of other add-ins.
    """
    if not document.supportsService(SPREADSHEET) or document.isReadonly():
        return 0
    cells = [cell for sheet in _indexed(document.Sheets) for cell in _to_repair(sheet)]
    if not cells:
        return 0
    modified, automatic = document.isModified(), document.isAutomaticCalculationEnabled()
    document.IsUndoEnabled = False
    document.enableAutomaticCalculation(True)  # without it, a cell of a rewritten array formula may show a wrong value
    try:
        return sum(_repair(cell) for cell in cells)
    finally:
        document.enableAutomaticCalculation(automatic)
        document.IsUndoEnabled = True
        if not modified:
            document.setModified(False)  # nothing that the user would have to save


def _to_repair(sheet: Any) -> list[Any]:
    """The cells whose formula calls a cell function through a workbook. All are looked at: one in IFERROR shows no error."""
    return [
        area.getCellByPosition(column, row)
        for area in _indexed(sheet.queryContentCells(FORMULAS))
        for row, formulas in enumerate(area.FormulaArray)
        for column, formula in enumerate(formulas)
        if "!" in formula and repaired(formula) != formula
    ]


def _indexed(container: Any) -> list[Any]:
    return [container.getByIndex(place) for place in range(container.Count)]


def _repair(cell: Any) -> bool:
    """Repairs a cell, or the array formula that begins in it, which keeps its size; whether it did.

    It does not for an array formula in a protected sheet: LibreOffice changes nothing there, and says nothing.
    """
    formula = cell.Formula
    if not formula.startswith("{"):
        cell.setFormula(repaired(formula))
        return True
    if repaired(formula) == formula:  # a cell of an array formula that has been repaired
        return False
    array = cell.Spreadsheet.createCursorByRange(cell)
    array.collapseToCurrentArray()
    array.setArrayFormula(repaired(formula[1:-1]))
    return bool(cell.Formula != formula)
