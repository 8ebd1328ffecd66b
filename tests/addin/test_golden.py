"""The demonstration's result tables, cell by cell against reviewable text files.

A change of result shows here first. When it is wanted: `make golden` (or DOTPOP_ACCEPT_GOLDEN=1 pytest this file), read
the difference with `git diff tests/golden`, and say in the CHANGELOG what it does to amounts.
"""

import csv
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.region import FIELDS

GOLDEN = Path(__file__).parent.parent / "golden"
TABLES = [
    pytest.param(field, table, id=f"{field.code} {table.excel}")
    for field in FIELDS.values()
    for table in field.tables_of("result")
    if table.name != "journal"
]
DIGITS = 10  # significant: what no processor changes


@pytest.fixture(scope="module")
def books(demo_book: Path, smr_demo_book: Path) -> dict[str, openpyxl.Workbook]:
    paths = {"psychiatrie": demo_book, "smr": smr_demo_book}
    return {code: openpyxl.load_workbook(path, data_only=True) for code, path in paths.items()}


@pytest.mark.parametrize(("field", "table"), TABLES)
def test_the_demonstration_gives_the_accepted_results(
    books: dict[str, openpyxl.Workbook], field: Field, table: Table
) -> None:
    worksheet = books[field.code][field.sheet_of[table.name].name]
    reference = next(one.ref for one in worksheet.tables.values() if one.displayName == table.excel)
    found = [[told(cell.value) for cell in line] for line in worksheet[reference]]
    path = GOLDEN / field.code / f"{table.excel}.csv"
    if os.environ.get("DOTPOP_ACCEPT_GOLDEN"):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\n").writerows(found)
    with path.open(encoding="utf-8", newline="") as file:
        accepted = list(csv.reader(file, delimiter=";"))
    assert differences(worksheet.title, found, accepted) == [], "if the change is wanted: make golden, then read git diff"


def told(value: Any) -> str:
    """A cell as text: floats to DIGITS significant digits, and to a hundredth of a cent, so that noise does not show."""
    if isinstance(value, float):
        value = round(value, 4) if abs(value) >= 1 else value
        return f"{value if abs(value) > 1e-6 else 0:.{DIGITS}g}"
    return "" if value is None else str(value)


def differences(sheet: str, found: list[list[str]], accepted: list[list[str]]) -> list[str]:
    """Each cell that differs: header, first column, what is found, what was accepted."""
    if len(found) != len(accepted):
        return [f"{sheet}: {len(found)} lines, {len(accepted)} accepted"]
    return [
        f"{sheet}, line {i} ({line[0]}), {found[0][j]}: {line[j]} instead of {other[j]}"
        for i, (line, other) in enumerate(zip(found, accepted, strict=True))
        for j in range(max(len(line), len(other)))
        if line[j : j + 1] != other[j : j + 1]
    ][:20]
