"""Workbooks of regions: filled in from the model's tables and not calculated, or with other hypotheses."""

from pathlib import Path

import openpyxl

from dotpop_addin.books.file import FileBook
from dotpop_addin.files import fill, identify_region, template
from dotpop_addin.region import FIELDS
from dotpop_model.smr import SmrTables
from dotpop_model.tables import Frame, Tables

SMALL = ("Petite région", "00", "Démonstration (établissements inventés)")
"""Name of the region, its code, nature of the data."""


def filled(
    field: str, given: Tables | SmrTables, identity: tuple[str, str, str] = SMALL, more: dict[str, Frame] | None = None
) -> FileBook:
    """The workbook of a field with these inputs, open; more: further input tables, which the model does not take."""
    book, declared = template(field), FIELDS[field]
    frames = {one.name: getattr(given, one.name) for one in declared.tables_of("input") if hasattr(given, one.name)}
    fill(book, declared, frames | (more or {}))
    identify_region(book, declared, *identity)
    return book


def choose(path: Path, values: dict[str, object]) -> None:
    """Types values of hypotheses, by code, in a workbook."""
    book = openpyxl.load_workbook(path)
    for line in book["Hypothèses"].iter_rows(6):
        if line[1].value in values:
            line[3].value = values[line[1].value]
    book.save(path)
