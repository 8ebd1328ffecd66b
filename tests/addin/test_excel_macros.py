"""The macros as the ribbon of Excel runs them, on a stand-in for Excel (cases/excel_fake): the same results as in a file."""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from cases.excel_fake import Collection, ComError, Workbook, XlwingsApp
from cases.returning import TOUCHED, answered

from dotpop_addin import diagnosis
from dotpop_addin.actions import calculate, check
from dotpop_addin.books.excel import ExcelBook
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import NOTE
from dotpop_addin.comparison import write_comparison
from dotpop_addin.diagnosis import Finding
from dotpop_addin.excel import entry
from dotpop_addin.hosts.excel import ExcelHost
from dotpop_addin.macros import MACROS, run
from dotpop_addin.region import FIELDS
from dotpop_addin.returns.actions import collect_file
from dotpop_addin.scenarios import scenario_file
from dotpop_addin.verifying import verify

FIELD = FIELDS["psychiatrie"]
OF_SMR = ("options", "transition", "payments", "compartments")
ASKING = ("new", "scenario", "compare", "load", "collect")
ON_THE_BOOK = [macro.code for macro in MACROS if macro.code not in (*ASKING, "diagnose", "help", *OF_SMR)]


@pytest.fixture
def workbook(small_book: Path) -> Workbook:
    return Workbook(small_book)


@pytest.fixture
def excel(workbook: Workbook) -> XlwingsApp:
    return XlwingsApp(workbook.app)


@pytest.fixture
def host(excel: XlwingsApp) -> ExcelHost:
    return ExcelHost(excel)  # type: ignore[arg-type]


def results(book: FileBook | ExcelBook) -> dict[str, object]:
    """Every result table but the journal, whose lines tell the time."""
    tables = [table for table in FIELD.tables_of("result") if table.name != "journal"]
    return {table.name: book.read(FIELD.sheet_of[table.name].name, table.excel) for table in tables}


def stored(block: object) -> object:
    """Numbers as a file gives them back."""
    rows = getattr(block, "rows", [])
    return [[float(f"{cell:.12g}") if isinstance(cell, float) else cell for cell in line] for line in rows]


def test_calculer_writes_what_it_writes_in_a_file(small_book: Path, excel: XlwingsApp, host: ExcelHost) -> None:
    run("calculate", host)
    assert [mode for mode, _ in excel.said] == ["info"], excel.said
    file = FileBook(small_book)
    calculate(file)
    file.save(small_book)
    wanted, found = results(FileBook(small_book)), results(host.book())
    assert [name for name in wanted if stored(found[name]) != stored(wanted[name])] == []
    assert len(wanted) > 10
    assert verify(host.book()).differences == []


def test_calculer_twice_is_as_calculer_once(host: ExcelHost, excel: XlwingsApp) -> None:
    run("calculate", host)
    once = results(host.book())
    run("calculate", host)
    assert results(host.book()) == once
    assert verify(host.book()).differences == []


@pytest.mark.parametrize("code", ON_THE_BOOK)
def test_each_macro_ends_well_and_gives_excel_back_as_it_was(
    code: str, workbook: Workbook, excel: XlwingsApp, host: ExcelHost
) -> None:
    run("calculate", host)  # the single steps read what stands
    excel.said.clear()
    before, calls = workbook.app.settings(), workbook.app.calls
    run(code, host)
    assert [text for mode, text in excel.said if mode == "critical"] == []
    assert workbook.app.settings() == before
    assert workbook.app.StatusBar is False
    assert workbook.app.calls > calls


@pytest.mark.slow
@pytest.mark.parametrize("code", [code for code in ON_THE_BOOK if code != "check"])
def test_a_macro_refused_in_the_middle_leaves_the_workbook_as_it_was(
    code: str, small_book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))
    workbook = Workbook(small_book)
    excel = XlwingsApp(workbook.app)
    host = ExcelHost(excel)  # type: ignore[arg-type]
    run("calculate", host)
    before, excel.said = workbook.snapshot(), []
    workbook.app.changes, workbook.app.fails_at = 0, 10
    run(code, host)
    [(mode, text)] = excel.said
    assert mode == "critical"
    assert "Traceback" not in text
    assert workbook.snapshot() == before


def test_verifier_marks_the_faulty_cells_and_takes_the_marks_away_when_they_are_mended(
    workbook: Workbook, host: ExcelHost, excel: XlwingsApp
) -> None:
    sheet = next(one for one in workbook.sheets if one.Name == "Établissements")
    good = sheet.cells["A6"].value
    sheet.cells["A6"].value = 123
    run("check", host)
    assert [one.Parent.Address for one in sheet.Comments] == ["$A$6"]
    assert sheet.cells["A6"].comment is not None
    assert sheet.cells["A6"].comment.text.startswith(NOTE)
    assert workbook.app.gone_to.startswith("Vérification!")
    listed = next(one for one in workbook.sheets if one.Name == "Vérification")
    assert "'Établissements'!A6" in [link.SubAddress for link in listed.UsedRange.Hyperlinks]
    sheet.cells["A6"].value = good
    run("check", host)
    assert list(sheet.Comments) == []
    assert "'Établissements'!A6" not in [link.SubAddress for link in listed.UsedRange.Hyperlinks]


def test_a_protected_sheet_is_told_and_nothing_is_written(workbook: Workbook, host: ExcelHost, excel: XlwingsApp) -> None:
    next(one for one in workbook.sheets if one.Name == "Flux").start(ProtectContents=True)
    before = workbook.snapshot()
    run("calculate", host)
    [(mode, text)] = excel.said
    assert mode == "critical"
    assert "Feuille Flux : feuille protégée" in text
    assert workbook.snapshot() == before


def make_busy(workbook: Workbook) -> None:
    workbook.app.busy = True


def close_everything(workbook: Workbook) -> None:
    workbook.app.ActiveWorkbook = None


def leave_only_the_addin(workbook: Workbook) -> None:
    workbook.start(IsAddin=True)


def open_in_protected_view(workbook: Workbook) -> None:
    workbook.app.ActiveWorkbook = None
    workbook.app.ProtectedViewWindows = Collection(["un classeur"])


NO_BOOK: list[tuple[Callable[[Workbook], None], str]] = [
    (make_busy, "Excel est occupé"),
    (close_everything, "aucun classeur n'est ouvert"),
    (leave_only_the_addin, "aucun classeur n'est ouvert"),
    (open_in_protected_view, "Activer la modification"),
]


@pytest.mark.parametrize("code", ["check", "scenario", "compare", "load", "collect"])
@pytest.mark.parametrize(("close", "words"), NO_BOOK)
def test_without_a_workbook_to_work_on_the_user_is_told(
    close: Callable[[Workbook], None], words: str, code: str, workbook: Workbook, excel: XlwingsApp, host: ExcelHost
) -> None:
    close(workbook)
    run(code, host)
    [(mode, text)] = excel.said
    assert mode == "critical"
    assert words in text


def test_nouveau_opens_a_copy_of_the_template_of_a_field(workbook: Workbook, host: ExcelHost, excel: XlwingsApp) -> None:
    workbook.app.ActiveWorkbook = None
    excel.answers = ["yes", "no", "cancel"]
    for _ in range(3):
        run("new", host)
    assert [Path(one).name for one in workbook.app.opened] == ["psychiatrie.xlsx", "smr.xlsx"]
    assert {text for _, text in excel.said} == {"Pour quel champ ?\n\nOui : Psychiatrie\nNon : SMR"}


@pytest.mark.parametrize("code", OF_SMR)
def test_a_step_of_another_field_is_told(code: str, workbook: Workbook, host: ExcelHost, excel: XlwingsApp) -> None:
    run("calculate", host)
    before = workbook.snapshot()
    run(code, host)
    assert "n'existe pas pour le champ Psychiatrie" in excel.said[-1][1]
    assert workbook.snapshot() == before


def test_diagnostic_says_what_the_doctor_found(host: ExcelHost, excel: XlwingsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("Python", "3.11")]
    monkeypatch.setitem(sys.modules, "dotpop_addin.excel.doctor", SimpleNamespace(doctor=lambda: found))  # type: ignore[arg-type]
    run("diagnose", host)
    assert excel.said == [("info", diagnosis.told(found))]


MAPPING = """
title = "Export d'essai"
separator = ","
encoding = "utf-8"
decimal = "."
[columns]
finess = "site"
territory = "zone"
age = "age"
[ages]
A = "adults"
M = "minors"
[forms]
full = "TP"
out = "CMP"
"""
EXPORT = "site,zone,age,full,out\n010000001,Z1,A,5,\n010000002,Z2,M,0,3.5\n"
NEW_LINES = [
    ["010000001", "Z1", "Adultes", "TP", 5],
    ["010000002", "Z2", "Mineurs", "TP", 0],
    ["010000002", "Z2", "Mineurs", "CMP", 3.5],
]
LOADS = [
    pytest.param("yes", False, id="replacing what was there"),
    pytest.param("no", True, id="after what was there"),
]


@pytest.mark.parametrize(("button", "kept"), LOADS)
def test_charger_brings_an_export_into_the_table(
    button: str, kept: bool, workbook: Workbook, host: ExcelHost, excel: XlwingsApp, tmp_path: Path
) -> None:
    (tmp_path / "essai.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "export.csv").write_text(EXPORT, "utf-8")
    before = host.book().read("Activité", "T_Activite")
    workbook.app.answers = [str(tmp_path / "export.csv"), str(tmp_path / "essai.toml")]
    excel.answers = [button, "no"]
    run("load", host)
    assert excel.said[-1][0] == "info", excel.said
    after = host.book().read("Activité", "T_Activite")
    assert before is not None
    assert after is not None
    assert after.rows == [*(before.rows if kept else []), *NEW_LINES]


def test_charger_given_up_changes_nothing(workbook: Workbook, host: ExcelHost, excel: XlwingsApp) -> None:
    before = workbook.snapshot()
    workbook.app.answers = [False]
    run("load", host)
    assert (excel.said, workbook.snapshot()) == ([], before)


def test_a_question_with_two_answers_is_two_buttons(host: ExcelHost, excel: XlwingsApp) -> None:
    answers = {"replace": "remplacer", "append": "ajouter"}
    excel.answers = ["yes", "no", "cancel"]
    assert [host.choose("Titre", "Que faire ?", answers) for _ in range(3)] == ["replace", "append", None]
    assert excel.said[0] == (None, "Que faire ?\n\nOui : remplacer\nNon : ajouter")


def test_a_question_with_more_answers_is_answered_by_a_number(workbook: Workbook, host: ExcelHost) -> None:
    answers = {"a": "un", "b": "deux", "c": "trois"}
    workbook.app.answers = [9.0, 2.0, False]
    assert [host.choose("Titre", "Lequel ?", answers) for _ in range(2)] == ["b", None]


def test_a_file_is_chosen_or_not(workbook: Workbook, host: ExcelHost) -> None:
    workbook.app.answers = [r"C:\exports\psy.csv", False]
    assert host.choose_file("Export", "Export d'activité", ".csv") == Path(r"C:\exports\psy.csv")
    assert host.choose_file("Export", "Export d'activité", ".csv") is None


def test_a_folder_is_chosen_or_not(workbook: Workbook, host: ExcelHost) -> None:
    workbook.app.answers = [r"C:\retours", False]
    assert host.choose_folder("Dossier") == Path(r"C:\retours")
    assert host.choose_folder("Dossier") is None


def test_importer_les_retours_writes_what_it_writes_in_a_file(
    small_book: Path, workbook: Workbook, excel: XlwingsApp, host: ExcelHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    answered(small_book, tmp_path / "retours")
    workbook.app.answers = [str(tmp_path / "retours")] * 2
    run("collect", host)
    [(mode, text)] = excel.said
    assert (mode, "7 fichiers repris" in text, "feuille Retours" in text) == ("info", True, True)
    assert workbook.app.gone_to.startswith("Retours!")
    collect_file([tmp_path / "retours"], small_book)
    file, book = FileBook(small_book), host.book()
    for name in TOUCHED:
        sheet, table = FIELD.sheet_of[name].name, FIELD.tables[name].excel
        assert stored(book.read(sheet, table)) == stored(file.read(sheet, table)), name
    before = workbook.snapshot()
    run("collect", host)
    assert "rien de nouveau" in excel.said[-1][1]
    assert workbook.snapshot() == before


CHANGES = "IDX_BORNE_BASSE=0,5 ; TRJ_PLAFOND="


def test_scenario_writes_what_the_command_writes_and_leaves_the_workbook_alone(
    small_book: Path, workbook: Workbook, excel: XlwingsApp, host: ExcelHost, tmp_path: Path
) -> None:
    before, target, wanted = workbook.snapshot(), tmp_path / "essai.xlsx", tmp_path / "commande.xlsx"
    workbook.app.answers = [CHANGES, str(target)]
    run("scenario", host)
    [(mode, text)] = excel.said
    assert (mode, f"Scénario écrit : {target}." in text) == ("info", True), text
    assert workbook.snapshot() == before
    scenario_file(small_book, CHANGES.split(";"), wanted)
    one, other = FileBook(target), FileBook(wanted)
    assert stored(one.read("Hypothèses", "T_Hypotheses")) == stored(other.read("Hypothèses", "T_Hypotheses"))
    assert [name for name, block in results(other).items() if stored(results(one)[name]) != stored(block)] == []
    assert verify(one).differences == []


def test_scenario_takes_the_workbook_as_it_stands_saved_or_not(workbook: Workbook, host: ExcelHost, tmp_path: Path) -> None:
    next(one for one in workbook.sheets if one.Name == "Établissements").cells["G6"].value = 61_000
    workbook.app.answers = [CHANGES, str(tmp_path / "essai.xlsx")]
    run("scenario", host)
    assert check(FileBook(tmp_path / "essai.xlsx")).region.tables.hospitals["allocation"][0] == 61_000


def test_comparer_writes_what_the_command_writes_and_leaves_every_workbook_alone(
    small_book: Path,
    workbook: Workbook,
    excel: XlwingsApp,
    host: ExcelHost,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    other = tmp_path / "essai.xlsx"
    scenario_file(small_book, CHANGES.split(";"), other)
    before, bytes_before = workbook.snapshot(), other.read_bytes()
    target, wanted = tmp_path / "comparaison.xlsx", tmp_path / "commande.xlsx"
    workbook.app.answers = [(str(other),), str(target)]
    run("compare", host)
    assert excel.said[-1][1].startswith(f"Comparaison écrite : {target}."), excel.said
    assert (workbook.snapshot(), other.read_bytes()) == (before, bytes_before)
    write_comparison([small_book, other], wanted)
    assert target.read_bytes() == wanted.read_bytes()


GIVEN_UP = [
    pytest.param("scenario", [False], id="no change"),
    pytest.param("scenario", [CHANGES, False], id="a change, no file"),
    pytest.param("compare", [False], id="no other workbook"),
    pytest.param("compare", [("autre.xlsx",), False], id="another workbook, no file"),
]


@pytest.mark.parametrize(("code", "answers"), GIVEN_UP)
def test_a_trial_given_up_says_nothing(
    code: str, answers: list[object], workbook: Workbook, excel: XlwingsApp, host: ExcelHost
) -> None:
    workbook.app.answers = answers
    run(code, host)
    assert (excel.said, workbook.app.answers) == ([], [])


REFUSED = [
    pytest.param("scenario", ["IDX_BORNE_BAS=0,9", "essai.xlsx"], "Peut-être IDX_BORNE_BASSE", id="an unknown hypothesis"),
    pytest.param("scenario", [" ; "], "aucune hypothèse à changer", id="no hypothesis"),
    pytest.param("scenario", [CHANGES, "petite_région.xlsx"], "c'est l'un des fichiers lus", id="itself as the scenario"),
    pytest.param("scenario", [CHANGES, "essai.csv"], "un nom en .xlsx", id="a file of another kind"),
    pytest.param("compare", [("perdu.xlsx",), "essai.xlsx"], "perdu.xlsx", id="a workbook that is not there"),
    pytest.param(
        "compare",
        [("petite_région.xlsx",) * 6, "essai.xlsx"],
        "de 2 à 6 classeurs",
        id="more workbooks than there is room for",
    ),
    pytest.param(
        "compare",
        [("petite_région.xlsx",), "petite_région.xlsx"],
        "c'est l'un des fichiers lus",
        id="itself as the comparison",
    ),
]


@pytest.mark.parametrize(("code", "answers", "words"), REFUSED)
def test_a_trial_that_cannot_be_is_told_in_french_and_nothing_is_written(
    code: str, answers: list[str | tuple[str, ...]], words: str, workbook: Workbook, excel: XlwingsApp, host: ExcelHost
) -> None:
    folder = Path(workbook.Path)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    files = [
        tuple(str(folder / name) for name in one) if isinstance(one, tuple) else str(folder / one) if "." in one else one
        for one in answers
    ]
    workbook.app.answers = files
    run(code, host)
    [(mode, text)] = excel.said
    assert (mode, words in text, "--" in text) == ("critical", True, False), text
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_copy_that_excel_refuses_is_told(workbook: Workbook, excel: XlwingsApp, host: ExcelHost, tmp_path: Path) -> None:
    workbook.app.full = True
    workbook.app.answers = [CHANGES, str(tmp_path / "essai.xlsx")]
    run("scenario", host)
    [(mode, text)] = excel.said
    assert (mode, "copie du classeur impossible" in text) == ("critical", True), text
    assert not (tmp_path / "essai.xlsx").exists()


def test_what_is_out_of_date_is_calculated_before_it_is_read(workbook: Workbook, host: ExcelHost) -> None:
    workbook.app.CalculationState = 2
    host.book()
    assert workbook.app.CalculationState == 0


def test_the_host_says_which_program_it_is_and_shows_progress(workbook: Workbook, host: ExcelHost) -> None:
    assert host.program == "Excel"
    host.show_progress("Lecture")
    assert workbook.app.StatusBar == "dotpop : Lecture…"
    workbook.app.busy = True
    host.end_progress()  # the status bar stops nothing


@pytest.mark.skipif(find_spec("xlwings") is None, reason="xlwings is not installed")
@pytest.mark.parametrize("open_book", [True, False], ids=["a workbook in front", "no workbook"])
def test_the_ribbon_runs_a_macro_on_the_excel_it_belongs_to(
    open_book: bool, excel: XlwingsApp, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    import xlwings

    def caller() -> SimpleNamespace:
        if not open_book:
            raise Exception("Book.caller() must not be called directly.")
        return SimpleNamespace(app=excel)

    monkeypatch.setattr(xlwings.Book, "caller", caller)
    monkeypatch.setattr(xlwings, "apps", SimpleNamespace(active=excel))
    excel.answers = ["yes"]
    entry.run("new")
    assert len(workbook.app.opened) == 1


def test_the_ribbon_never_shows_a_trace(excel: XlwingsApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(entry, "_application", lambda: excel)
    monkeypatch.setattr(excel, "api", property(lambda: None))
    monkeypatch.setattr("dotpop_addin.macros.run", lambda code, host: (_ for _ in ()).throw(ComError(-1)))
    entry.run("calculate")
    [(mode, text)] = excel.said
    assert (mode, text.partition(" (")[0]) == ("critical", "Défaut du programme")
    assert len(list(tmp_path.glob("*.txt"))) == 1
