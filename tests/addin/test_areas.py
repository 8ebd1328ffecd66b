"""What fuzzing found, case by case: areas that say they are immense (a stray cell, a table, merged cells), damaged parts."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from cases import plain
from cases.returned import parts_of, zipped

Dotpop = Callable[..., tuple[int, str, str]]


def changed(path: Path, sheet: str, pattern: str, new: str) -> None:
    """One place of the part of a sheet written otherwise."""
    book = openpyxl.load_workbook(path)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    parts = parts_of(path)
    text, count = re.subn(pattern, lambda found: new, parts[part].decode(), count=1)
    assert count == 1
    parts[part] = text.encode()
    path.write_bytes(zipped(parts))


STRAY = [
    pytest.param("XFD1048576", id="at the last cell of the sheet"),
    pytest.param("A1048576", id="at the bottom of a column of the table"),
]


@pytest.mark.parametrize("place", STRAY)
def test_a_stray_cell_changes_no_result(place: str, small_book: Path, dotpop: Dotpop) -> None:
    out, other = small_book.with_name("out.xlsx"), small_book.with_name("other.xlsx")
    assert dotpop("run", small_book, "--out", out)[0] == 0
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    changed(small_book, "Indices", "</sheetData>", f'<row r="{row}"><c r="{place}" s="1"/></row></sheetData>')
    assert dotpop("run", small_book, "--out", other)[0] == 0
    assert plain.table(other, "Indices", "T_Indices") == plain.table(out, "Indices", "T_Indices")


def test_a_table_down_to_the_last_row_is_read_without_its_blank_lines(small_book: Path, dotpop: Dotpop) -> None:
    out, other = small_book.with_name("out.xlsx"), small_book.with_name("other.xlsx")
    assert dotpop("run", small_book, "--out", out)[0] == 0
    book = openpyxl.load_workbook(small_book)
    table = book["Activité"].tables["T_Activite"]
    table.ref = re.sub(r"[0-9]+$", "1048576", table.ref)
    book.save(small_book)
    assert dotpop("run", small_book, "--out", other)[0] == 0
    assert plain.table(other, "Indices", "T_Indices") == plain.table(out, "Indices", "T_Indices")


def test_a_table_of_the_whole_sheet_is_refused_where_it_stands(small_book: Path, dotpop: Dotpop) -> None:
    book = openpyxl.load_workbook(small_book)
    table = book["Activité"].tables["T_Activite"]
    table.ref = re.sub(r":.*$", ":XFD1048576", table.ref)
    book.save(small_book)
    status, _, errors = dotpop("check", small_book)
    assert (status, "le tableau T_Activite couvre" in errors, "Feuille Activité, cellule A5" in errors) == (1, True, True)


@pytest.mark.parametrize("place", ["", "A0:C9", "A5:XFE9", "C9:A5", "#REF!"])
def test_a_table_that_is_nowhere_is_refused(place: str, small_book: Path, dotpop: Dotpop) -> None:
    parts = parts_of(small_book)
    (name,) = [name for name in parts if name.startswith("xl/tables/") and b'"T_Activite"' in parts[name]]
    parts[name] = re.sub(rb'(<table [^>]*?) ref="[^"]*"', rb'\1 ref="%s"' % place.encode(), parts[name])
    small_book.write_bytes(zipped(parts))
    status, _, errors = dotpop("check", small_book)
    assert (status, "la place du tableau T_Activite n'existe pas" in errors or "abîmé" in errors) == (1, True), errors


ENDLESS = [
    pytest.param('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', id="a whole sheet merged"),
    pytest.param('<mergeCells><mergeCell ref="$B$9:$C$1048576"/></mergeCells>', id="two columns merged"),
    pytest.param('<hyperlinks><hyperlink ref="A1:Z1048576" location="A1"/></hyperlinks>', id="a link on twenty-six columns"),
]


@pytest.mark.parametrize("written", ENDLESS)
def test_an_area_whose_cells_would_fill_the_memory_is_refused(written: str, small_book: Path, dotpop: Dotpop) -> None:
    changed(small_book, "Journal", "</sheetData>", f"</sheetData>{written}")
    for command in (("check", small_book), ("run", small_book, "--out", small_book.with_name("out.xlsx"))):
        status, _, errors = dotpop(*command)
        assert (status, "cellules fusionnées ou lien" in errors) == (1, True), errors


def test_errors_and_formulas_in_the_journal_stay_and_stop_nothing(small_book: Path, dotpop: Dotpop) -> None:
    assert dotpop("run", small_book)[0] == 0
    book = openpyxl.load_workbook(small_book)
    book["Journal"]["B6"], book["Journal"]["C6"] = "#N/A", "=1+1"
    book.save(small_book)
    assert dotpop("run", small_book)[0] == 0
    written = openpyxl.load_workbook(small_book)["Journal"]
    assert [(written[cell].value, written[cell].data_type) for cell in ("B6", "C6")] == [("#N/A", "e"), ("=1+1", "f")]


@pytest.mark.parametrize("theme", [b"", b" " * 1_000, b"<a:theme><a:x></a:theme>"])
def test_a_damaged_theme_is_never_passed_on_to_the_result(theme: bytes, small_book: Path, dotpop: Dotpop) -> None:
    parts, out = parts_of(small_book), small_book.with_name("out.xlsx")
    small_book.write_bytes(zipped(parts | {"xl/theme/theme1.xml": theme}))
    status, _, errors = dotpop("run", small_book, "--out", out)
    if status == 0:  # an empty theme is none
        assert ElementTree.fromstring(parts_of(out)["xl/theme/theme1.xml"]).tag.endswith("theme")
    else:
        assert ("fichier abîmé" in errors, out.exists()) == (True, False)
