"""A returned file, sound, and the ways to spoil its parts."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

Parts = dict[str, bytes]
Change = Callable[[Parts], None]
SHEET, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
LINKS_OF_SHEET = "xl/worksheets/_rels/sheet1.xml.rels"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def write(path: Path, sheets: int = 2, lines: int = 20) -> None:
    """Sheets of ten columns: codes, names, amounts, choices; protected, with validations and a table."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number in range(1, sheets + 1):
        sheet = book.create_sheet(f"Feuille {number}")
        sheet.append(["FINESS", "Établissement", *(f"Montant {place}" for place in range(6)), "Âge", "Le"])
        for line in range(lines):
            amounts = [round((line * 37 + place * 11) ** 1.7, 2) for place in range(6)]
            sheet.append([f"{line:09d}", f"Hôpital & clinique n° {line}", *amounts, "Adultes", datetime(2025, 12, 31)])
        for column in "CDEFGH":
            rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
            rule.add(f"{column}2:{column}{lines + 1}")
            sheet.add_data_validation(rule)
            for line in range(2, lines + 2):
                sheet[f"{column}{line}"].protection = Protection(locked=False)
        sheet.add_table(Table(displayName=f"T_Feuille{number}", ref=f"A1:J{lines + 1}"))
        sheet.protection.sheet = True
    book.save(path)


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def part(name: str, data: bytes = b"<x/>") -> Change:
    """One more part."""

    def change(parts: Parts) -> None:
        parts[name] = data

    return change


def instead(name: str, old: str, new: str) -> Change:
    """One place of a part written otherwise."""

    def change(parts: Parts) -> None:
        text = parts[name].decode()
        assert old in text, text[:2000]
        parts[name] = text.replace(old, new, 1).encode()

    return change


def relation(kind: str, target: str, mode: str = "", source: str = LINKS_OF_SHEET) -> Change:
    """One more relation of a part."""

    def change(parts: Parts) -> None:
        empty = f'<Relationships xmlns="{PACKAGE}"></Relationships>'.encode()
        more = f'<Relationship Id="rIdX" Type="{RELATIONS}{kind}" Target="{target}"'
        more += f' TargetMode="{mode}"/>' if mode else "/>"
        parts[source] = parts.get(source, empty).replace(b"</Relationships>", more.encode() + b"</Relationships>")

    return change


def cell(written: str) -> Change:
    """One more line, of one cell, in the first sheet."""
    return instead(SHEET, "</sheetData>", f'<row r="100">{written}</row></sheetData>')


def defined_name(name: str, formula: str) -> Change:
    """One more name in the workbook."""
    more = f'<definedNames><definedName name="{name}">{formula}</definedName></definedNames></workbook>'
    return instead(WORKBOOK, "</workbook>", more)
