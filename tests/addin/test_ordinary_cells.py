"""The quick way of reading returned sheets finds what a parser finds, and leaves to it what is not ordinary."""

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from cases.returned import SHEET, cell, instead, parts_of, write, zipped
from xlsxwriter import Workbook

from dotpop_addin.books.protocol import Uncomputed
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.returns.opening import Returned, open_return
from dotpop_addin.returns.ordinary import ORDINARY

TIMEOUT = 120  # seconds for one conversion, far more than it takes


@pytest.fixture(scope="module")
def by_xlsxwriter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of cell, hidden rows and columns, rules, a table."""
    path = tmp_path_factory.mktemp("returned") / "retour.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("Réponses")
        day = book.add_format({"num_format": "dd/mm/yyyy", "locked": False})
        for row in range(3, 40):
            sheet.write_row(row, 0, [f"{row:09d}", f"CH « A & B » <{row}>", row / 7, "", row % 2 == 0])
            sheet.write_datetime(row, 5, datetime(2025, 12, 1 + row % 28), day)
            sheet.write_formula(row, 6, f'=IF(C{row + 1}<>"",C{row + 1}&"€",0)', None, "x € & y")
            sheet.write_formula(row, 7, f"=C{row + 1}*2", None, row / 3.5)
            sheet.write_formula(row, 8, f"=C{row + 1}*3", None, "")
            sheet.write_formula(row, 9, "=1/0", None, "#DIV/0!")
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.set_row(9, 30, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})
        sheet.add_table(2, 0, 39, 4, {"name": "T_Réponses"})
        sheet.data_validation("C4:C40", {"validate": "decimal", "criteria": ">=", "value": 0})
        sheet.merge_range("L1:M2", "deux\nlignes")
        sheet.protect()
        book.add_worksheet("Vide")
    return path


def _saved_by_openpyxl(path: Path, folder: Path) -> Path:
    openpyxl.load_workbook(path).save(folder / "openpyxl.xlsx")
    return folder / "openpyxl.xlsx"


def _saved_by_libreoffice(path: Path, folder: Path) -> Path:
    program = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, timeout=TIMEOUT, start_new_session=True, check=True)
    return folder / path.name


def _by_the_parser(path: Path) -> Returned:
    """The same file, with a comment in each sheet and in the shared texts: the quick way refuses them."""
    parts = parts_of(path)
    for name in parts:
        if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
            parts[name] = re.sub(rb"(</\w+>\s*)$", rb"<!-- -->\1", parts[name])
    other = path.with_name(f"commented {path.name}")
    other.write_bytes(zipped(parts))
    return open_return(other)


def _both_ways(path: Path) -> Returned:
    quick, parsed = open_return(path), _by_the_parser(path)
    assert quick.sheets.keys() == parsed.sheets.keys()
    for name, sheet in quick.sheets.items():
        assert sheet == parsed.sheets[name]
        assert None not in sheet.cells.values()
    return quick


def test_cells_are_the_same_as_a_parser_finds(by_xlsxwriter: Path, tmp_path: Path) -> None:
    for path in (by_xlsxwriter, _saved_by_openpyxl(by_xlsxwriter, tmp_path)):
        sheet = _both_ways(path).sheets["Réponses"]
        assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ([8, 10], [(2, 3)], ["L1:M2"])
        assert (sheet.cells["B5"], sheet.cells["L1"]) == ("CH « A & B » <4>", "deux\nlignes")
        assert sheet.formulas["G5"] == 'IF(C5<>"",C5&"€",0)'


@pytest.mark.slow
@pytest.mark.libreoffice
def test_cells_saved_by_libreoffice_are_the_same_as_a_parser_finds(by_xlsxwriter: Path, tmp_path: Path) -> None:
    sheet = _both_ways(_saved_by_libreoffice(by_xlsxwriter, tmp_path)).sheets["Réponses"]
    assert (sheet.cells["B5"], sheet.cells["E5"], sheet.hidden_rows) == ("CH « A & B » <4>", True, [8, 10])


@pytest.mark.parametrize("saved", [pytest.param(lambda path, folder: path, id="XlsxWriter"), _saved_by_openpyxl])
def test_nearly_all_cells_are_ordinary(saved, by_xlsxwriter: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data = parts_of(saved(by_xlsxwriter, tmp_path))[SHEET]
    assert len(ORDINARY.findall(data)) > 0.9 * data.count(b"<c ")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "retour.xlsx"
    write(path)
    return path


def _read(path: Path, written: str) -> Returned:
    parts = parts_of(path)
    cell(written)(parts)
    path.write_bytes(zipped(parts))
    return open_return(path)


ELABORATE = [
    ("a character by its number", '<c r="A100" t="inlineStr"><is><t>a&#10;&#x42;</t></is></c>', "a\nB"),
    ("a line end of Windows", '<c r="A100" t="str"><v>a\r\nb</v></c>', "a\nb"),
    ("a formula that gives an empty text", '<c r="A100" t="str"><f>B1</f><v></v></c>', None),
    ("a formula that shares another", '<c r="A100"><f t="shared" si="0"/><v>3</v></c>', 3.0),
    ("a formula that shares another, never computed", '<c r="A100"><f t="shared" si="0"/></c>', Uncomputed("=")),
    ("a very long formula", f'<c r="A100"><f>{"1+" * 5000}1</f><v>5001</v></c>', 5001.0),
    ("a text that looks like XML", '<c r="A100" t="inlineStr"><is><t>&amp;lt;</t></is></c>', "&lt;"),
]


@pytest.mark.parametrize(("written", "value"), [pytest.param(*one[1:], id=one[0]) for one in ELABORATE])
def test_what_is_less_ordinary_is_read_too(written: str, value: object, sound: Path) -> None:
    assert _read(sound, written).sheets["Feuille 1"].cells.get("A100") == value


REFUSED = [
    ("a control character", '<c r="A100" t="inlineStr"><is><t>a\x01</t></is></c>'),
    ("a cell in a text", '<c r="A100" t="inlineStr"><is><t>a<c r="B100"><v>1</v></c>b</t></is></c>'),
    ("a cell in a tag", '<c r="A100" <c r="B100"><v>1</v></c>s="1"/>'),
    ("a character that has no name", '<c r="A100" t="inlineStr"><is><t>&nbsp;</t></is></c>'),
    ("a hidden row without number", '</row><row hidden="1"><c r="A101"><v>1</v></c>'),
]


@pytest.mark.parametrize("written", [pytest.param(one[1], id=one[0]) for one in REFUSED])
def test_what_no_spreadsheet_writes_is_refused(written: str, sound: Path) -> None:
    with pytest.raises(ProblemsFound, match="abîmé"):
        _read(sound, written)


def test_a_formula_that_reaches_out_is_found_each_time(sound: Path) -> None:
    for _ in range(2):  # verdicts are kept
        with pytest.raises(ProblemsFound, match="sort du classeur"):
            _read(sound, "<c r=\"A100\"><f>cmd|'/C calc'!A0</f><v>1</v></c>")
        write(sound)


def test_nothing_that_is_kept_is_lent(sound: Path) -> None:
    first = open_return(sound)
    for sheet in first.sheets.values():
        sheet.merged.append("A1:B2")
        sheet.hidden_columns.append((1, 2))
        sheet.further.clear()
        sheet.tables.clear()
    first.names["x"] = "y"
    again = open_return(sound)
    assert again.names == {}
    assert all(sheet.tables and sheet.further and not sheet.merged for sheet in again.sheets.values())
    assert not any(sheet.hidden_columns for sheet in again.sheets.values())


def test_a_hidden_row_is_known_wherever_it_stands(sound: Path) -> None:
    parts = parts_of(sound)
    for row in (1, 3, 21):
        instead(SHEET, f'<row r="{row}"', f'<row r="{row}" hidden="true"')(parts)
    instead(SHEET, "</sheetData>", '<row r="50" hidden="1"/></sheetData>')(parts)
    sound.write_bytes(zipped(parts))
    assert open_return(sound).sheets["Feuille 1"].hidden_rows == [1, 3, 21, 50]
