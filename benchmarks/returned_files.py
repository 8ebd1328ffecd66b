"""Files like those that come back: some sheets of tables, filled in, with the rules and formulas that travel with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SIZES = (("Identité", 12, 5), ("Activité", 120, 8), ("Financements", 60, 7), ("Projets", 40, 6), ("Effectifs", 60, 8))
"""Sheets: name, lines, columns."""
CHOICES = ("Adultes", "Enfants et adolescents", "Périnatalité")


def write_returned(path: Path) -> None:
    """A file of five sheets: an unlocked table in each, under words that say how to fill it in."""
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        looks = {
            "head": book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True}),
            "text": book.add_format({"locked": False, "border": 7}),
            "amount": book.add_format({"locked": False, "border": 7, "num_format": "#,##0.00"}),
            "day": book.add_format({"locked": False, "border": 7, "num_format": "dd/mm/yyyy"}),
            "wrong": book.add_format({"bg_color": "#FFC7CE"}),
        }
        for name, lines, columns in SIZES:
            _sheet(book, looks, name, lines, columns)


def _sheet(book, looks, name, lines, columns):
    sheet = book.add_worksheet(name)
    sheet.set_column(0, columns - 1, 18)
    sheet.write(0, 0, name, looks["head"])
    sheet.write(1, 0, "Remplir les cases blanches, puis renvoyer ce fichier.")
    heads = ["FINESS", "Libellé", "Public", "Au", *(f"Montant {place}" for place in range(1, columns - 4)), "Total"]
    kinds = ["text", "text", "text", "day", *["amount"] * (columns - 4)]
    top, last = 4, 4 + lines
    for line in range(lines):
        row = top + line
        texts = [f"{690_000_000 + line:09d}", f"{name} : unité n° {line}", CHOICES[line % 3]]
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, looks["text"])
        sheet.write_number(row, 3, 45_000 + line, looks["day"])
        amounts = [round((line * 37 + place * 11) ** 1.7, 2) for place in range(1, columns - 4)]
        for place, amount in enumerate(amounts, 4):
            if (line + place) % 5:
                sheet.write_number(row, place, amount, looks["amount"])
            else:
                sheet.write_blank(row, place, None, looks["amount"])
        sheet.write_formula(row, columns - 1, f"=SUM(D{row + 1}:F{row + 1})", looks["amount"], sum(amounts))
    sheet.add_table(top - 1, 0, last - 1, columns - 1, {"name": f"T_{name.replace('é','e')}", "columns": [{"header": head, "header_format": looks["head"]} for head in heads], "style": "Table Style Light 1"})
    sheet.data_validation(top, 2, last - 1, 2, {"validate": "list", "source": list(CHOICES)})
    for column in range(4, columns - 1):
        sheet.data_validation(top, column, last - 1, column, {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.conditional_format(top, 0, last - 1, columns - 1, {"type": "formula", "criteria": f'=AND($A{top + 1}="",$B{top + 1}<>"")', "format": looks["wrong"]})
    sheet.protect("", {"select_unlocked_cells": True})
