"""Fiches read without the program that writes them: by openpyxl, as raw XML, and in a real spreadsheet."""

import html
import re
import zipfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dotpop_addin.actions import Calculation
from dotpop_addin.fiches import write_all

if TYPE_CHECKING:
    from cases.office import Office

FORMULA_CELLS, FAILED = 16, 4  # flags of LibreOffice: com.sun.star.sheet.CellFlags.FORMULA, FormulaResult.ERROR


class Fiche:
    """A fiche as any reader sees it, opened when it is looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def sheets(self) -> dict[str, Any]:
        """With the values of formulas."""
        return {sheet.title: sheet for sheet in openpyxl.load_workbook(self.path, data_only=True).worksheets}

    @cached_property
    def _book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.path)

    @cached_property
    def formulas(self) -> dict[tuple[str, str], str]:
        """Of each formula cell, by (sheet, address)."""
        found: dict[tuple[str, str], str] = {}
        for sheet in self._book.worksheets:
            cells = (cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f")
            found |= {(sheet.title, cell.coordinate): cell.value for cell in cells}
        return found

    @cached_property
    def values(self) -> dict[tuple[str, str], Any]:
        """Of each formula cell, by (sheet, address)."""
        return {place: self.sheets[place[0]][place[1]].value for place in self.formulas}

    def row(self, label: str, nth: int = 0) -> int:
        """The row of the nth line of the calculation that begins with a label."""
        rows = [cell.row for cell in self.sheets["Calcul"]["A"] if str(cell.value or "").startswith(label)]
        return rows[nth]

    def figure(self, label: str, column: str = "D", nth: int = 0) -> Any:
        return self.sheets["Calcul"][f"{column}{self.row(label, nth)}"].value

    @property
    def short(self) -> bool:
        """Whether the population itself, and all that would tell it, is withheld."""
        return bool(self.sheets["Calcul"]["B5"].value == "s")

    @property
    def whole(self) -> bool:
        """Whether the fiche says that it withholds nothing."""
        return any(cell.value == "Rien n'est retenu ici." for cell in self.sheets["Explications"]["A"])

    def withheld(self) -> list[str]:
        """The cells of the calculation whose figure is replaced by the mark of what may not leave."""
        return [cell.coordinate for line in self.sheets["Calcul"].iter_rows() for cell in line if cell.value == "s"]

    def texts(self) -> str:
        """All that any part of the file holds."""
        with zipfile.ZipFile(self.path) as archive:
            return "\n".join(html.unescape(archive.read(name).decode("utf-8")) for name in archive.namelist())

    def is_money(self, place: tuple[str, str]) -> bool:
        """Whether a cell shows a number of euros, inhabitants or patients: float noise is then of another size."""
        return self.sheets[place[0]][place[1]].number_format in ("#,##0.00", "#,##0")

    def with_value(self, address: str, value: float, target: Path) -> "Fiche":
        """A copy of the file where the value beside a formula of the calculation is another one."""
        pattern = rf'(<c r="{address}"[^>]*><f>[^<]*</f><v>)[^<]*'
        with zipfile.ZipFile(self.path) as source, zipfile.ZipFile(target, "w") as copy:
            for name in source.namelist():
                text = source.read(name).decode("utf-8")
                if name == "xl/worksheets/sheet1.xml":
                    text, count = re.subn(pattern, rf"\g<1>{value!r}", text)
                    assert count == 1
                copy.writestr(name, text)
        return Fiche(target)


def recalculated(document: Any) -> dict[tuple[str, str], Any]:
    """The value of every formula cell of an open document, all computed anew; an error is told as such."""
    document.calculateAll()
    found = {}
    for sheet in document.Sheets:
        for area in sheet.queryContentCells(FORMULA_CELLS).RangeAddresses:
            cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
            for i, line in enumerate(cells.getDataArray()):
                for j, value in enumerate(line):
                    letters = openpyxl.utils.get_column_letter(area.StartColumn + j + 1)
                    found[sheet.Name, f"{letters}{area.StartRow + i + 1}"] = value
        for area in sheet.queryFormulaCells(FAILED).RangeAddresses:
            found[sheet.Name, f"{area.StartColumn}:{area.StartRow}"] = "erreur"
    return found


def wrong_cells(office: "Office", fiche: Fiche) -> list[tuple[Any, ...]]:
    """The formula cells whose value in the file is not what LibreOffice computes."""
    document = office.load(fiche.path)
    found = recalculated(document)
    document.close(True)
    wrong: list[tuple[Any, ...]] = [(place, "error") for place in found.keys() - fiche.values.keys()]
    for place, value in fiche.values.items():
        wanted = "" if value is None else value
        if not isinstance(wanted, str):
            wanted = pytest.approx(wanted, rel=1e-9, abs=1e-6 if fiche.is_money(place) else 1e-12)
        if found.get(place) != wanted:
            wrong.append((fiche.path.name, place, fiche.formulas[place], value, found.get(place)))
    return wrong


def fiches_of(calculation: Calculation, folder: Path) -> dict[str, Fiche]:
    """The fiches of a region, written in a folder, by FINESS and in the order of its hospitals."""
    return {path.name[:9]: Fiche(path) for path in write_all(calculation, folder)}
