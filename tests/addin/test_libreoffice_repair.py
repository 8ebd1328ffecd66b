"""What Excel saves for a cell function, [1]!DOTPOP_X(…), computes in LibreOffice once repaired, and is saved so."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink, ExternalSheetNames
from openpyxl.worksheet.formula import ArrayFormula

from dotpop_addin.functions.registry import BY_NAME, FUNCTIONS
from dotpop_addin.libreoffice.build import SERVICE, build, method
from dotpop_addin.libreoffice.repair import repair_document, repaired

OFFICE = Path(__file__).parent.parent / "cases" / "office_profile.py"
FOLDER = r"C:\Users\h.d'été\AppData\Roaming\Microsoft\AddIns"
QUOTED = f"'{FOLDER.replace(chr(39), chr(39) * 2)}\\dotpop.xlam'!"
REPAIRS = {
    "by its number": ("=[1]!DOTPOP_INDICE(A1:A3;B1:B3)", "=DOTPOP_INDICE(A1:A3;B1:B3)"),
    "by a number of two figures": ("=[12]!DOTPOP_INDICE(A1)", "=DOTPOP_INDICE(A1)"),
    "in lower case, by its path": (f"={QUOTED}dotpop_pop_corrigee(A1;B1)", "=DOTPOP_POP_CORRIGEE(A1;B1)"),
    "by the name of its file": ("=dotpop.xlam!dotpop_indice(A1)", "=DOTPOP_INDICE(A1)"),
    "by its name between brackets": ("='[dotpop.xlam]'!dotpop_indice(A1)", "=DOTPOP_INDICE(A1)"),
    "by what is left in an .ods file": ("=#REF!1!dotpop_indice(A1)", "=DOTPOP_INDICE(A1)"),
    "by what is left in the name of an .ods file": ("#REF!!dotpop_indice($A$1)", "DOTPOP_INDICE($A$1)"),
    "once Calc knows the function": ("=[1]!FR.DOTPOP.ADDIN.DOTPOPINDICE(A1)", "=FR.DOTPOP.ADDIN.DOTPOPINDICE(A1)"),
    "twice in a formula": ("=[1]!DOTPOP_X(A1)+2*[1]!DOTPOP_X(A2)", "=DOTPOP_X(A1)+2*DOTPOP_X(A2)"),
    "one in another": ("=[1]!DOTPOP_X([1]!DOTPOP_Y(A1))", "=DOTPOP_X(DOTPOP_Y(A1))"),
    "after the name of a sheet": ("=SUM('L''été [1]'!A1)+[1]!DOTPOP_X(A1)", "=SUM('L''été [1]'!A1)+DOTPOP_X(A1)"),
}
UNTOUCHED = {
    "another workbook": "=[2]Autre!$A$1+'file:///C:/autre.xlsx'#$Autre.A1",
    "another add-in": "=[1]!AUTRE_INDICE(A1)",
    "a text": '="[1]!DOTPOP_INDICE(A1) ""[1]!DOTPOP_INDICE(A1)"""',
    "a function that is well": "=DOTPOP_INDICE(A1)+FR.DOTPOP.ADDIN.DOTPOPINDICE(A1)",
    "a name without call": "=[1]!DOTPOP_INDICE",
    "a column of a table": "=SUM(T_Dotpop[1])",
    "a plain text": "bonjour",
    "nothing": "",
}


@pytest.mark.parametrize(("formula", "wanted"), REPAIRS.values(), ids=REPAIRS)
def test_a_function_of_the_add_in_is_freed_of_its_workbook(formula: str, wanted: str) -> None:
    assert repaired(formula) == wanted


@pytest.mark.parametrize("formula", UNTOUCHED.values(), ids=UNTOUCHED)
def test_anything_else_is_left_as_it_stands(formula: str) -> None:
    assert repaired(formula) == formula


def test_every_function_of_the_registry_is_repaired() -> None:
    for function in FUNCTIONS:
        assert repaired(f"=[1]!{function.name}(A1)") == f"={function.name}(A1)"
        known = f"{SERVICE}.{method(function)}".upper()
        assert repaired(f"=[1]!{known}(A1)") == f"={known}(A1)"


def test_a_document_that_is_no_workbook_is_left_alone() -> None:
    assert repair_document(SimpleNamespace(supportsService=lambda name: name == "com.sun.star.text.TextDocument")) == 0


ALLOCATIONS, POPULATIONS, OTHER = [[80], [120], [70]], [[1], [1], [1]], 7
MEAN = BY_NAME["DOTPOP_MOYENNE"](ALLOCATIONS, POPULATIONS)[0][0]
INDEX = [row[0] for row in BY_NAME["DOTPOP_INDICE"](ALLOCATIONS, POPULATIONS)]
CALLED = "A1:A3,B1:B3)"
CELLS: dict[str, tuple[str, Any]] = {
    "D1": (f"=[1]!DOTPOP_MOYENNE({CALLED}", MEAN),
    "D2": (f"=[1]!DOTPOP_MOYENNE({CALLED}", MEAN),
    "D3": (f"=SUM([1]!DOTPOP_INDICE({CALLED})", sum(INDEX)),
    "D4": (f"=IFERROR([1]!DOTPOP_MOYENNE({CALLED},-1)", MEAN),
    "D5": ("=D1*2", 2 * MEAN),
    "F1": (f"={QUOTED}DOTPOP_MOYENNE({CALLED}", MEAN),
    "F2": ('="[1]!DOTPOP_MOYENNE(A1)"', "[1]!DOTPOP_MOYENNE(A1)"),
    "F3": (f"=[1]!DOTPOP_MOYENNE({CALLED}+Saisie!$A$1", MEAN + OTHER),
    "F4": (f"=ROUND([1]!DOTPOP_MOYENNE({CALLED}+[2]Autre!$A$1,2)", None),
    "F5": ("=[3]!AUTRE_FONCTION(A1)", None),
}
ARRAYS = {"H1:H3": f"=[1]!DOTPOP_INDICE({CALLED}", "I1:I3": f"={QUOTED}DOTPOP_INDICE({CALLED}"}
AREAS = [*CELLS, *ARRAYS, "protected"]
LINKS = {
    "file:///C:/Users/x/AppData/Roaming/Microsoft/AddIns/dotpop.xlam": None,
    "file:///C:/Users/x/autre.xlsx": "Autre",
    "file:///C:/Users/x/autre.xlam": None,
}
REPAIRED = 10  # formulas: eight in cells, two in arrays; not the array of the protected sheet
SAVED = ["excel", "saved by LibreOffice", "saved as .ods"]


def write_workbook(path: Path) -> list[tuple[str, str]]:
    """What Excel writes: formulas by the number of a link, and links; a protected sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "L'été"
    for row, (allocation, population) in enumerate(zip(ALLOCATIONS, POPULATIONS, strict=True), start=1):
        sheet[f"A{row}"], sheet[f"B{row}"] = allocation[0], population[0]
    for cell, (formula, _) in CELLS.items():
        sheet[cell] = formula
    for area, formula in ARRAYS.items():
        sheet[area.partition(":")[0]] = ArrayFormula(area, formula)
    book.create_sheet("Saisie")["A1"] = OTHER
    protected = book.create_sheet("Protégée")
    protected["A1"] = "=[1]!DOTPOP_MOYENNE('L''été'!A1:A3,'L''été'!B1:B3)"
    protected["B1"] = ArrayFormula("B1:B2", "=[1]!DOTPOP_INDICE('L''été'!A1:A3,'L''été'!B1:B3)")
    protected.protection.sheet = True
    for target, other in LINKS.items():
        names = ExternalSheetNames(sheetName=[other]) if other else None
        link = ExternalLink(externalBook=ExternalBook(sheetNames=names, id="rId1"))
        link.file_link = Relationship(type="externalLinkPath", Target=target, TargetMode="External", Id="rId1")
        book._external_links.append(link)
    book.save(path)
    return [("L'été", cell) for cell in CELLS] + [("L'été", area) for area in ARRAYS] + [("Protégée", "A1:B2")]


@pytest.fixture(scope="module")
def in_calc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The workbook before and after the repair, as Excel wrote it and as LibreOffice saved it without repair."""
    folder = tmp_path_factory.mktemp("repair")
    extension, workbook = build(folder), folder / "from_excel.xlsx"
    request = {"workbook": str(workbook), "areas": write_workbook(workbook)}
    command = [sys.executable, str(OFFICE), str(extension), str(folder)]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def values(seen: dict[str, Any]) -> dict[str, Any]:
    """The value of each cell that the test knows, and the columns of the array formulas."""
    shown = dict(zip(AREAS, seen["values"], strict=True))
    known = {cell: shown[cell][0][0] for cell, (_, value) in CELLS.items() if value is not None}
    return known | {area: [row[0] for row in shown[area]] for area in ARRAYS}


WANTED = {cell: value for cell, (_, value) in CELLS.items() if value is not None} | dict.fromkeys(ARRAYS, INDEX)


@pytest.mark.libreoffice
@pytest.mark.parametrize("file", SAVED)
def test_a_repaired_workbook_shows_what_the_registry_gives(in_calc: dict[str, Any], file: str) -> None:
    before, after = values(in_calc[file]["before"]), values(in_calc[file]["after"])
    assert {cell for cell in before if before[cell] == WANTED[cell]} == {"F2"}, "Calc needs no repair"
    assert after == {cell: pytest.approx(value) if cell != "F2" else value for cell, value in WANTED.items()}


@pytest.mark.libreoffice
@pytest.mark.parametrize("file", SAVED)
def test_the_repair_is_done_once_and_leaves_nothing_to_save_or_to_undo(in_calc: dict[str, Any], file: str) -> None:
    assert in_calc[file]["counts"] == [REPAIRED, 0]
    for name in ("modified", "undo", "automatic"):
        assert in_calc[file]["after"][name] == in_calc[file]["before"][name], name


@pytest.mark.libreoffice
def test_in_a_protected_sheet_a_cell_is_repaired_and_an_array_formula_stays_as_it_was(in_calc: dict[str, Any]) -> None:
    (cell, array), _ = in_calc["excel"]["after"]["formulas"][-1]
    assert in_calc["excel"]["after"]["values"][-1][0][0] == pytest.approx(MEAN)
    assert "[1]!" not in cell
    assert array.startswith("{=[1]!DOTPOP_INDICE(")


@pytest.mark.libreoffice
def test_other_links_stay_and_a_workbook_open_for_reading_is_not_touched(in_calc: dict[str, Any]) -> None:
    before, after = (dict(zip(AREAS, in_calc["excel"][when]["formulas"], strict=True)) for when in ("before", "after"))
    assert "autre.xlsx" in after["F4"][0][0]
    assert after["F5"] == before["F5"]
    assert in_calc["read only"]["after"] == in_calc["read only"]["before"]
    assert in_calc["read only"]["counts"] == [0, 0]


@pytest.mark.libreoffice
def test_a_repaired_workbook_is_saved_with_its_functions_under_their_names(in_calc: dict[str, Any]) -> None:
    assert values(in_calc["reopened"]["after"]) == values(in_calc["excel"]["after"])
    assert in_calc["reopened"]["counts"] == [0]
    saved = openpyxl.load_workbook(in_calc["excel"]["saved"])
    sheet = saved["L'été"]
    assert sheet["D1"].value == f"=DOTPOP_MOYENNE({CALLED}"
    assert (sheet["H1"].value.ref, sheet["H1"].value.text) == ("H1:H3", f"=DOTPOP_INDICE({CALLED}")
    assert (sheet["I1"].value.ref, sheet["I1"].value.text) == ("I1:I3", f"=DOTPOP_INDICE({CALLED}")
    assert sheet["F5"].value == "=[3]!AUTRE_FONCTION(A1)"
    with zipfile.ZipFile(in_calc["excel"]["saved"]) as archive:
        links = [archive.read(name).decode() for name in archive.namelist() if "externalLinks/_rels" in name]
    assert [link for link in links if "dotpop.xlam" in link] == []
    assert [link for link in links if "autre.xlsx" in link] != []
