"""The workbook of SMR: calculated, checked, verified, step by step, in a file, in Excel and in Calc; and damaged."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaging import BookChange, changed, put
from cases.excel_fake import Workbook, XlwingsApp

from dotpop_addin.actions import calculate, calculate_step, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.commands.region import STEPS
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.files import run_file
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.verifying import verify

Dotpop = Callable[..., tuple[int, str, str]]
RESULTS = [table for table in SMR.tables_of("result") if table.name not in ("journal", "source_notes", "anomalies")]


@pytest.fixture
def region(smr_demo_book: Path, tmp_path: Path) -> Path:
    """The demonstration region; the test may change it."""
    return Path(shutil.copy(smr_demo_book, tmp_path / "région.xlsx"))


def shown(book: Any) -> dict[str, Any]:
    return {table.name: book.read(SMR.sheet_of[table.name].name, table.excel) for table in RESULTS}


def test_the_demonstration_prints_its_options_and_its_results_stand(tmp_path: Path, dotpop: Dotpop) -> None:
    status, out, errors = dotpop("demo", "smr", "--out", tmp_path)
    assert (status, errors) == (0, "")
    assert "74" in out
    assert "Option 2 : 10\u202f000\u202f000,00 € ; 74 créditeurs (135\u202f135,14 € en moyenne) ; 52 débiteurs." in out
    status, out, _ = dotpop("verify", tmp_path / "region_smr.xlsx")
    assert (status, "chaque résultat tient" in out) == (0, True)


def test_the_check_counts_every_hospital_those_set_aside_included(region: Path, dotpop: Dotpop) -> None:
    status, out, _ = dotpop("check", region)
    assert (status, "aucune erreur. 136 établissements" in out) == (0, True)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_writes_what_the_whole_wrote(step: str, region: Path) -> None:
    book = FileBook(region)
    before = shown(book)
    calculate_step(book, STEPS[step])
    after = shown(book)
    assert [name for name in before if plain(after[name]) != plain(before[name])] == []


def test_a_result_changed_by_hand_no_longer_stands(region: Path, dotpop: Dotpop) -> None:
    cell = openpyxl.load_workbook(region)["Options"]["J6"]
    changed(region, put("Options", "J6", cell.value + 1))
    status, _, errors = dotpop("verify", region)
    assert status == 1
    assert "Feuille Options, cellule J6" in errors


def without_the_last_option(book: openpyxl.Workbook) -> None:
    for column in "ABCDEFGH":
        book["Propositions"][f"{column}8"] = None
    for row in range(6, 200):  # exemptions and published figures of that option
        for column in range(10, 22):
            book["Propositions"].cell(row, column).value = None


@pytest.mark.slow
def test_an_option_taken_away_leaves_no_column(region: Path) -> None:
    changed(region, without_the_last_option)
    run_file(region, None)
    block = FileBook(region).read("Options", "T_OptionsEtablissements", below=True)
    assert block is not None
    assert block.headers[-2:] == ["Saupoudrage (€)", "Option 1 (€)"]
    assert openpyxl.load_workbook(region)["Options"]["L6"].value is None
    assert verify(FileBook(region)).differences == []


def test_an_option_of_another_name_renames_its_column_in_the_table_itself(region: Path) -> None:
    changed(region, option("B7", "Autre proposition"))
    run_file(region, None)
    sheet = openpyxl.load_workbook(region)["Options"]
    columns = [column.name for column in sheet.tables["T_OptionsEtablissements"].tableColumns]
    assert columns[-3:] == ["Saupoudrage (€)", "Autre proposition (€)", "Option 2 (€)"]
    assert columns == [cell.value for cell in sheet[sheet.tables["T_OptionsEtablissements"].ref][0]]


# --- bad input ---------------------------------------------------------------------------------------------------------


def in_two_federations(book: openpyxl.Workbook) -> None:
    """The last line becomes the first one again, in another federation."""
    sheet = book["Établissements"]
    for column in "ABCDEFGH":
        sheet[f"{column}141"] = sheet[f"{column}6"].value
    sheet["E141"] = "FEHAP"


def option(place: str, value: Any) -> BookChange:
    return put("Propositions", place, value)


def case(name: str, damage: BookChange, *words: str) -> Any:
    return pytest.param(damage, words, id=name)


REFUSED = [
    case("an option named as a column", option("B7", "sous-dotation"), "Propositions, cellule B7", "déjà une colonne"),
    case("an option named as a column of programs", option("B7", "under"), "Propositions, cellule B7", "déjà une colonne"),
    case(
        "more than the over-funded have",
        option("C8", 30_000_000),
        "Propositions",
        "C8",
        "Option OPTION2",
        "30\u202f000\u202f000,00 €",
        "Réduire",
    ),
    case("an option of nothing", option("C7", 0), "Propositions", "C7", "un montant positif est attendu"),
    case("two options of one name", option("B7", "Saupoudrage"), "Propositions", "Options de même libellé"),
    case("an option paid by an unknown circular", option("G8", "C9"), "Propositions", "« C9 » inconnu"),
    case("an unknown hospital exempted", option("K6", "999999999"), "Propositions", "K6", "« 999999999 » inconnu"),
    case("an exemption where nobody pays", option("J6", "OPTION1"), "Propositions", "J6", "personne ne paie"),
    case("an exemption without a reason", option("L6", None), "Propositions", "L6", "cellule vide"),
    case("a rate over 100 %", put("Recettes", "F8", 1.2), "Recettes", "F8", "100 %"),
    case("a negative rate", put("Recettes", "F8", -0.1), "Recettes", "F8", "0 %"),
    case("a rate that rises", put("Recettes", "F9", 0.9), "Recettes", "année 2026", "ils ne peuvent que baisser"),
    case("circulars out of order", put("Circulaires", "C7", 12), "Circulaires", "dans le désordre", "Les ranger"),
    case("a thirteenth month", put("Circulaires", "C7", 13), "Circulaires", "C7", "au plus 12"),
    case("a hospital in two federations", in_two_federations, "Établissements", "en double", "Fédération :"),
    case(
        "two federations in one cell",
        put("Établissements", "E6", "FHF, FEHAP"),
        "Établissements",
        "E6",
        "FHF, FEHAP",
        "l'un de",
    ),
    case("criteria over 100 %", put("Critères", "C6", 0.95), "Critères", "C6", "au plus 100 %"),
    case("national weights that are not 100 %", put("National", "I6", 0.9), "National", "ne font pas 100 %", "PROXIMITE"),
]


@pytest.mark.parametrize(("damage", "words"), REFUSED)
def test_each_bad_input_is_named(damage: BookChange, words: tuple[str, ...], smr_demo_book: Path) -> None:
    book = FileBook(smr_demo_book)
    damage(book._book)
    with pytest.raises(ProblemsFound) as caught:
        check(book)
    assert any(all(word in str(problem) for word in words) for problem in caught.value.problems), caught.value


def test_when_a_run_is_refused_nothing_is_written(region: Path, dotpop: Dotpop) -> None:
    changed(region, option("C8", 30_000_000))
    before = region.read_bytes()
    status, _, errors = dotpop("run", region)
    assert (status, "Option OPTION2" in errors) == (1, True)
    assert region.read_bytes() == before


def test_faults_of_several_sheets_are_told_together(region: Path, dotpop: Dotpop) -> None:
    changed(region, option("B7", "Saupoudrage"), put("Recettes", "F9", 0.9), put("Circulaires", "C7", 12))
    status, _, errors = dotpop("check", region)
    assert status == 1
    assert [sheet for sheet in ("Propositions", "Recettes", "Circulaires") if f"Feuille {sheet}" not in errors] == []


# --- Excel and Calc ----------------------------------------------------------------------------------------------------


def plain(block: Any) -> list[list[Any]]:
    """Lines as a file gives them back."""
    rows = [] if block is None else block.rows
    return [[float(f"{cell:.9g}") if isinstance(cell, float | int) else cell or None for cell in line] for line in rows]


@pytest.mark.slow
def test_in_excel_the_macro_writes_what_the_command_writes_and_leaves_no_column(region: Path) -> None:
    from dotpop_addin.hosts.excel import ExcelHost
    from dotpop_addin.macros import run

    changed(region, without_the_last_option)
    excel = XlwingsApp(Workbook(region).app)
    host = ExcelHost(excel)  # type: ignore[arg-type]
    run("calculate", host)
    assert [mode for mode, _ in excel.said] == ["info"], excel.said
    file = FileBook(region)
    calculate(file)
    file.save(region)
    wanted, found = shown(FileBook(region)), shown(host.book())
    assert [name for name in wanted if plain(found[name]) != plain(wanted[name])] == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_in_calc_the_macros_write_what_the_command_writes_and_leave_no_column(region: Path, tmp_path: Path) -> None:
    from cases.office import Office

    from dotpop_addin.hosts.calc import CalcHost
    from dotpop_addin.libreoffice.build import build
    from dotpop_addin.macros import run

    changed(region, without_the_last_option)
    with Office() as office:
        office.install(str(build(tmp_path / "extension")))
        document = office.load(region)
        host = CalcHost(office.context, document)
        for code in ("calculate", *SMR.chain.steps, "check"):
            run(code, host)
            assert "Rien n'a été écrit" not in host.last_message, (code, host.last_message)
            assert "Défaut" not in host.last_message
        found = shown(FileBook(office.save(document, tmp_path / "calc.xlsx")))
        document.close(True)
    file = FileBook(region)
    calculate(file)
    file.save(region)
    wanted = shown(FileBook(region))
    for name, block in wanted.items():
        assert found[name].headers == block.headers, name
        assert len(found[name].rows) == len(block.rows), name
        for line, expected in zip(plain(found[name]), plain(block), strict=True):
            assert line == [alike(value) for value in expected], name


def alike(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
