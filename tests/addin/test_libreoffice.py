"""A real spreadsheet program opens the workbooks: same values, same tables, and back again."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from cases import plain

from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE

Dotpop = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.libreoffice

TIMEOUT = 120  # seconds for one conversion, far more than it takes
RESULTS = [(PSYCHIATRIE.sheet_of[table.name].name, table.excel) for table in PSYCHIATRIE.tables_of("result")]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Opens a file in LibreOffice and saves it in another format."""
    profile = tmp_path_factory.mktemp("profile")
    program = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"

    def convert(source: Path, format: str) -> Path:
        folder = tmp_path_factory.mktemp("converted")
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        subprocess.run(
            [*command, "--convert-to", format, "--outdir", str(folder), str(source)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            start_new_session=True,
            check=True,
        )
        return next(folder.iterdir())

    return convert


@pytest.fixture(scope="session")
def resaved(demo_book: Path, convert: Callable[[Path, str], Path]) -> Path:
    """The demonstration opened in LibreOffice and saved by it."""
    return convert(demo_book, "xlsx")


@pytest.mark.slow
def test_libreoffice_reads_and_saves_every_result_table_unchanged(demo_book: Path, resaved: Path) -> None:
    for sheet, table in RESULTS:
        before, after = plain.table(demo_book, sheet, table), plain.table(resaved, sheet, table)
        assert len(after) == len(before), table
        for one, other in zip(before, after, strict=True):
            assert list(other.values()) == [alike(value) for value in one.values()], (table, one)


def alike(value: object) -> object:
    """What LibreOffice may make of a value: fifteen digits, and no difference between an empty text and an empty cell."""
    return pytest.approx(value, rel=1e-12, abs=1e-9) if isinstance(value, float) else None if value == "" else value


def test_a_workbook_saved_by_libreoffice_is_checked_run_and_verified(resaved: Path, dotpop: Dotpop, tmp_path: Path) -> None:
    copy = Path(shutil.copy(resaved, tmp_path / "revenu.xlsx"))
    assert dotpop("check", copy)[0] == 0
    assert dotpop("verify", copy)[0] == 0
    status, _, errors = dotpop("run", copy)
    assert (status, errors) == (0, "")


def test_an_empty_template_keeps_its_tables_lists_and_colours_in_libreoffice(
    convert: Callable[[Path, str], Path], dotpop: Dotpop, tmp_path: Path
) -> None:
    template = tmp_path / "vide.xlsx"
    assert dotpop("new", "psychiatrie", template)[0] == 0
    before, after = openpyxl.load_workbook(template), openpyxl.load_workbook(convert(template, "xlsx"))
    assert after.sheetnames == before.sheetnames
    for sheet in before.sheetnames:
        assert tables(after[sheet]) == tables(before[sheet])
    for sheet, cell in (("Établissements", "C6"), ("Établissements", "D6"), ("Activité", "A6"), ("Hypothèses", "D7")):
        assert offered(after[sheet], cell) == offered(before[sheet], cell) != []
    colours = [book["Établissements"]["G6"].fill.start_color.rgb[-6:] for book in (before, after)]
    assert colours[0] == colours[1]


def offered(worksheet: openpyxl.worksheet.worksheet.Worksheet, cell: str) -> list[str]:
    """The lists that the drop-downs of a cell offer."""
    rules = [rule for rule in worksheet.data_validations.dataValidation if rule.type == "list" and cell in rule.sqref]
    return [str(rule.formula1).replace("'", "") for rule in rules]


def tables(worksheet: openpyxl.worksheet.worksheet.Worksheet) -> set[tuple[str, str]]:
    return {(table.displayName, table.ref) for table in worksheet.tables.values()}


def test_the_demonstration_prints_as_pages(demo_book: Path, convert: Callable[[Path, str], Path]) -> None:
    pdf = convert(demo_book, "pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        assert "CH PSY" in text
        assert [word for word in ("Err:", "#NAME?", "#REF!", "#VALUE!", "###") if word in text] == []
