"""A file that was sent, filled in as a hospital or a federation would, with openpyxl."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from dotpop_addin.declarations.sent import Sending

ALLOCATIONS, SPECIFIC, ACTIVITY, MEANS, TOTALS, SIGNATURE, IDENTIFICATION = (
    "T_Dotations",
    "T_ASR_Etablissement",
    "T_Activite_Etablissement",
    "T_Moyens",
    "T_Totaux",
    "T_Signature",
    "T_Identification",
)
FORMS = "T_ListeFormes"
WHO = {
    "Nom": "Camille Essai",
    "Fonction": "Contrôle de gestion",
    "Courriel": "dim@exemple.fr",
    "Date": date(2024, 3, 14),
    "Chiffres vérifiés": "Oui",
}


class Form:
    """One file in hand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.places: dict[str, tuple[Any, tuple[int, int, int, int]]] = {}
        for sheet in self.book.worksheets:
            for table in sheet.tables.values():
                left, top, right, bottom = range_boundaries(table.ref)
                self.places[table.displayName] = (sheet, (left, top, right, bottom))

    def column(self, table: str, header: str) -> int:
        sheet, (left, top, right, _) = self.places[table]
        return next(column for column in range(left, right + 1) if sheet.cell(top, column).value == header)

    def cell(self, table: str, line: int, header: str) -> Any:
        """A cell of the line-th line (from 0)."""
        sheet, (_, top, _, _) = self.places[table]
        return sheet.cell(top + 1 + line, self.column(table, header))

    def lines(self, table: str) -> range:
        _, (_, top, _, bottom) = self.places[table]
        return range(bottom - top)

    def find(self, table: str, **keys: Any) -> int:
        """The line whose cells hold these values, by header (underscores for spaces)."""
        wanted = {header.replace("_", " "): value for header, value in keys.items()}
        for line in self.lines(table):
            if all(self.cell(table, line, header).value == value for header, value in wanted.items()):
                return line
        raise KeyError(keys)

    def put(self, table: str, line: int, values: Mapping[str, Any]) -> None:
        for header, value in values.items():
            self.cell(table, line, header).value = value

    def add(self, table: str, lines: Iterable[Mapping[str, Any]], key: str) -> None:
        """Fills the first free lines of a table."""
        free = (line for line in self.lines(table) if self.cell(table, line, key).value is None)
        for values in lines:
            self.put(table, next(free), values)

    def complete(self) -> "Form":
        """Signs, puts 0 where an amount is missing, and declares the totals."""
        self.put(SIGNATURE, 0, WHO)
        if ALLOCATIONS in self.places:
            for line in self.lines(ALLOCATIONS):
                cell = self.cell(ALLOCATIONS, line, "Montant (€)")
                cell.value = 0 if cell.value is None else cell.value
            self.declare()
        return self

    def declare(self) -> None:
        """The right totals."""
        totals = {
            "Dotations par compartiment (€)": self.sum(ALLOCATIONS, "Montant (€)"),
            "Activités spécifiques régionales (€)": self.sum(SPECIFIC, "Montant (€)"),
            "Moyens employés (€)": self.sum(MEANS, "Moyens employés (€)"),
        }
        for line in self.lines(TOTALS):
            item = self.cell(TOTALS, line, "Total").value
            self.cell(TOTALS, line, "Total déclaré").value = totals[item] if item in totals else self._activity(item)

    def _activity(self, item: str) -> float:
        """The volume of an age and a measure, from the name of their total: « Activité des adultes (séjours) »."""
        age, measure = item.removeprefix("Activité des ").removesuffix(")").split(" (")
        forms = {
            self.cell(FORMS, line, "Forme").value: self.cell(FORMS, line, "Ce que compte le volume").value
            for line in self.lines(FORMS)
        }
        inside = [
            line
            for line in self.lines(ACTIVITY)
            if self.cell(ACTIVITY, line, "Classe d'âge").value == age.capitalize()
            and str(forms.get(self.cell(ACTIVITY, line, "Forme").value)).lower() == measure
        ]
        values = [self.cell(ACTIVITY, line, "Volume").value for line in inside]
        return sum(value for value in values if isinstance(value, int | float))

    def sum(self, table: str, header: str) -> float:
        values = [self.cell(table, line, header).value for line in self.lines(table)]
        return sum(value for value in values if isinstance(value, int | float))

    def save(self, path: Path | None = None) -> Path:
        self.book.save(path or self.path)
        return path or self.path


def unlocked(book: openpyxl.Workbook) -> set[tuple[str, str]]:
    """The cells of a file that may be typed over, as (sheet, cell)."""
    return {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if not cell.protection.locked
    }


def entries(book: openpyxl.Workbook, sending: Sending) -> set[tuple[str, str]]:
    """The cells of a file that its declaration asks for: entries, and keys too in lines that nobody has filled in."""
    found = set()
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            columns = next(one for one in sending.tables.values() if one.excel == table.displayName).columns
            left, top, _, bottom = range_boundaries(table.ref)
            for row in range(top + 1, bottom + 1):
                cells = [sheet.cell(row, left + place) for place in range(len(columns))]
                pairs = list(zip(cells, columns, strict=True))
                free = all(cell.value is None for cell, one in pairs if one.key)
                found |= {(sheet.title, cell.coordinate) for cell, one in pairs if one.entry and (free or not one.key)}
    return found
