"""Files like those that come back from hospitals: tables filled in, with the rules and formulas that travel with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

TABLES = (
    ("Accueil", 12, 5, 0),
    ("Identification", 2, 6, 2),
    ("Dotations", 8, 6, 0),
    ("Activité", 130, 8, 60),
    ("Engagements", 20, 6, 10),
    ("Effectifs", 40, 7, 10),
    ("Totaux", 12, 5, 0),
    ("Ce fichier", 20, 5, 0),
)
"""Sheets: name, lines filled in, columns (the signal of each line included), free lines left blank."""
PUBLICS = ("Adultes", "Enfants et adolescents", "Périnatalité")
TOP = 6
"""Rows above the lines of a table."""
LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "head": {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True, "border": 1},
    "given": {"bg_color": "#F2F2F2", "border": 7},
    "text": {"locked": False, "border": 7},
    "amount": {"locked": False, "border": 7, "num_format": "#,##0.00"},
    "day": {"locked": False, "border": 7, "num_format": "dd/mm/yyyy"},
    "signal": {"border": 7, "italic": True, "font_size": 9},
    "good": {"font_color": "#006100", "bg_color": "#C6EFCE"},
    "open": {"font_color": "#9C5700", "bg_color": "#FFEB9C"},
    "bad": {"font_color": "#9C0006", "bg_color": "#FFC7CE"},
}
MARKS = {"✔": "good", "○": "open", "▲": "open", "✖": "bad"}
"""First signs of signals, and their looks."""
SIGNAL = 'IF(E{0}="","○ à remplir",IF(NOT(ISNUMBER(E{0})),"✖ un nombre est attendu",IF(E{0}>1000000,"▲ à expliquer","✔")))'


def write_returned(folder: Path, count: int) -> Iterator[Path]:
    """Files of one campaign: one template, filled in by as many hospitals."""
    for number in range(count):
        path = folder / f"Retour {690_000_000 + number:09d}.xlsx"
        with Workbook(path) as book:
            looks = {name: book.add_format(look) for name, look in LOOKS.items()}
            for table, (name, lines, columns, free) in enumerate(TABLES, 1):
                filled = [_line(number, line, columns) for line in range(lines)]
                _write_sheet(book, looks, f"T_{table}", name, [*filled, *([None] * (columns - 1) for _ in range(free))])
        yield path


def _line(hospital: int, line: int, columns: int) -> list[str | float | None]:
    """Two texts that are given; public, day, amounts, one in five still blank."""
    values = [round((hospital + line * 37 + place * 11) ** 1.7, 2) for place in range(columns - 5)]
    amounts = [None if (hospital + line + place) % 5 == 0 else value for place, value in enumerate(values)]
    return [f"{690_000_000 + line:09d}", f"Unité n° {line} & annexes", PUBLICS[line % 3], 45_657 + line % 4, *amounts]


def _write_sheet(book: Any, looks: Mapping[str, Any], table: str, name: str, lines: list[list[str | float | None]]) -> None:
    sheet = book.add_worksheet(name)
    columns, last = len(lines[0]), TOP + len(lines) - 1
    kinds = ("given", "given", "text", "day", *("amount" for _ in range(columns - 4)))
    for column in range(columns + 1):
        sheet.set_column(column, column, 12 + 4 * column)
    sheet.write_string(0, 0, name, looks["title"])
    sheet.write_string(1, 0, "Remplir les cases blanches, puis renvoyer ce fichier.")
    sheet.write_formula(2, 0, f"=COUNTBLANK(E{TOP + 1}:E{last + 1})", looks["signal"], 0)
    for row, line in enumerate(lines, TOP):
        for column, (value, kind) in enumerate(zip(line, kinds, strict=True)):
            write = sheet.write_string if isinstance(value, str) else sheet.write  # a FINESS is a text
            write(row, column, value, looks[kind])
        sheet.write_formula(row, columns, f"={SIGNAL.format(row + 1)}", looks["signal"], "✔")
    heads = ("FINESS", "Libellé", "Public", "Au", *(f"Montant {place}" for place in range(1, columns - 3)), "Signal")
    header = [{"header": head, "header_format": looks["head"]} for head in heads]
    sheet.add_table(TOP - 1, 0, last, columns, {"name": table, "columns": header})
    _add_rules(sheet, looks, columns, last)
    sheet.freeze_panes(TOP, 0)
    sheet.set_landscape()
    sheet.set_footer("&L&A&R&P / &N")
    sheet.protect()


def _add_rules(sheet: Any, looks: Mapping[str, Any], columns: int, last: int) -> None:
    """What may be typed, with its words, and the colours of signals."""
    words = {
        "input_title": "Saisie",
        "input_message": "Ce que l'on sait de l'année.",
        "error_message": "Attendu : 0 ou plus.",
    }
    sheet.data_validation(TOP, 2, last, 2, {"validate": "list", "source": list(PUBLICS)} | words)
    for column in range(4, columns):
        sheet.data_validation(TOP, column, last, column, {"validate": "decimal", "criteria": ">=", "value": 0} | words)
    signal = f"LEFT({chr(ord('A') + columns)}{TOP + 1},1)"
    for mark, look in MARKS.items():
        rule = {"type": "formula", "criteria": f'={signal}="{mark}"', "format": looks[look]}
        sheet.conditional_format(TOP, columns, last, columns, rule)
