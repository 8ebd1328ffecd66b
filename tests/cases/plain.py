"""A plain reader, independent of the program: an Excel table of a workbook as dictionaries, by openpyxl alone."""

from pathlib import Path
from typing import Any

import openpyxl


def table(path: Path, sheet: str, name: str) -> list[dict[str, Any]]:
    """The lines of a table by its name; values as any reader sees them (no recalculation)."""
    worksheet = openpyxl.load_workbook(path, data_only=True)[sheet]
    reference = next(one.ref for one in worksheet.tables.values() if one.displayName == name)
    lines = [[cell.value for cell in line] for line in worksheet[reference]]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def column(path: Path, sheet: str, name: str, header: str) -> list[Any]:
    """One column of a table."""
    return [line[header] for line in table(path, sheet, name)]
