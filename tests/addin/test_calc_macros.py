"""The macros in a real LibreOffice with the extension: menu, toolbar, each button's way, and results as in a file."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import openpyxl
import pytest
from cases.returning import TOUCHED, answered
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link import ExternalLink
from openpyxl.workbook.external_link.external import ExternalBook

from dotpop_addin import macros
from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.comparison import write_comparison
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.files import load_file, run_file, workshop_file
from dotpop_addin.libreoffice import menus
from dotpop_addin.libreoffice.build import build
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.returns.actions import collect_file
from dotpop_addin.scenarios import scenario_file

if TYPE_CHECKING:
    from cases.office import Office

MAPPING = """\
title = "Essai"
separator = ";"
encoding = "utf-8"
[columns]
finess = "finess"
territory = "territoire"
age = "age"
[ages]
A = "adults"
M = "minors"
[forms]
volume = "TP"
"""
WAIT = 30  # seconds for what LibreOffice does by itself, far more than it takes
RESULTS = [(PSYCHIATRIE.sheet_of[table.name].name, table.excel) for table in PSYCHIATRIE.tables_of("result")]
NAMESPACE = "{http://openoffice.org/2001/registry}"


def test_the_menu_offers_every_macro_and_the_toolbar_those_that_are_no_part_of_another() -> None:
    menu, toolbar = (addresses(part) for part in ("OfficeMenuBar", "OfficeToolBar"))
    assert sorted(menu) == sorted(f"service:fr.dotpop.Macros?{macro.code}" for macro in macros.MACROS)
    assert toolbar == [f"service:fr.dotpop.Macros?{macro.code}" for macro in macros.MACROS if not macro.under]


def addresses(part: str) -> list[str | None]:
    """The URLs of a part of Addons.xcu, in the order of their names, which is LibreOffice's."""
    node = ElementTree.fromstring(menus.addons()).find(f".//node[@{NAMESPACE}name='{part}']")
    assert node is not None
    return [value.text for value in node.iterfind(f".//prop[@{NAMESPACE}name='URL']/value")]


def test_the_extension_holds_the_templates_and_their_look_and_nothing_that_makes_them(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path)) as archive:
        names = [name for name in archive.namelist() if "workbook_templates" in name]
        for name in ("Addons.xcu", "CalcWindowState.xcu", "Jobs.xcu"):
            assert ElementTree.fromstring(archive.read(name)).tag.endswith("component-data")
            assert f'full-path="{name}"' in archive.read("META-INF/manifest.xml").decode()
    assert names == [
        f"pythonpath/workbook_templates/{name}" for name in ("__init__.py", "look.py", "psychiatrie.xlsx", "smr.xlsx")
    ]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Office]":
    """An office with the extension, whose Python finds numpy and nothing else of what the file commands need."""
    from cases.office import Office

    folder = tmp_path_factory.mktemp("extension")
    with Office(only_numpy(folder / "site")) as office:
        office.install(str(build(folder)))
        yield office


def only_numpy(folder: Path) -> str:
    folder.mkdir()
    there = Path(str((find_spec("numpy") or sys).origin)).parent.parent  # type: ignore[union-attr]
    for name in ("numpy", "numpy.libs"):
        if (there / name).exists():
            (folder / name).symlink_to(there / name)
    return str(folder)


@pytest.fixture
def opened(office: "Office", small_book: Path) -> Iterator[Any]:
    document = office.load(small_book)
    yield document
    document.close(True)


@pytest.fixture
def calculated(office: "Office", small_book: Path) -> Iterator[Any]:
    run_file(small_book, None)
    document = office.load(small_book)
    yield document
    document.close(True)


def press(office: "Office", document: Any, code: str) -> str:
    """Runs a macro as its button does, on a document that has no window; gives what the user would read."""
    from dotpop_addin.hosts.calc import CalcHost

    host = CalcHost(office.context, document)
    macros.run(code, host)
    return host.last_message


@pytest.mark.slow
@pytest.mark.libreoffice
def test_calculate_writes_what_the_file_command_writes(office: "Office", opened: Any, small_book: Path) -> None:
    wanted = small_book.with_name("fichier.xlsx")
    run_file(small_book, wanted)
    told = press(office, opened, "calculate")
    assert "Rien n'a été écrit" not in told
    assert_same_results(FileBook(office.save(opened, small_book.with_name("calc.xlsx"))), FileBook(wanted))
    opened.getUndoManager().undo()
    assert_same_results(FileBook(office.save(opened, small_book.with_name("défait.xlsx"))), FileBook(small_book))


def assert_same_results(found: FileBook, wanted: FileBook) -> None:
    for sheet, table in RESULTS:
        if table == "T_Journal":
            continue
        one, other = found.read(sheet, table), wanted.read(sheet, table)
        assert one is not None
        assert other is not None
        assert one.headers == other.headers
        assert len(one.rows) == len(other.rows), table
        for line, expected in zip(one.rows, other.rows, strict=True):
            assert line == [alike(value) for value in expected], table


def alike(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return pytest.approx(value, rel=1e-9, abs=1e-9) if number else value or None


STEPS = [macro.code for macro in macros.MACROS if macro.under and macro.code in PSYCHIATRIE.chain.steps]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("code", [*STEPS, "check"])
def test_a_part_runs_and_gives_what_the_whole_gave_in_the_file(
    code: str, office: "Office", calculated: Any, small_book: Path
) -> None:
    before = FileBook(small_book)
    told = press(office, calculated, code)
    assert told
    assert_same_results(FileBook(office.save(calculated, small_book.with_name("calc.xlsx"))), before)
    assert [word for word in ("Défaut", "Rien n'a été écrit", "Traceback") if word in told] == []


@pytest.mark.libreoffice
def test_check_marks_and_lists_what_is_wrong_and_takes_the_marks_away(office: "Office", opened: Any) -> None:
    cell = opened.Sheets.getByName("Établissements").getCellRangeByName("G6")
    value = cell.getValue()
    cell.setString("beaucoup")
    assert "Défaut" not in press(office, opened, "check")
    assert opened.getCurrentController().getActiveSheet().Name == PSYCHIATRIE.sheet_of["anomalies"].name
    assert "dotpop : " in cell.getAnnotation().getString()
    cell.setValue(value)
    press(office, opened, "check")
    assert opened.Sheets.getByName("Établissements").Annotations.getCount() == 0


@pytest.mark.libreoffice
def test_the_workshop_lives(office: "Office", calculated: Any) -> None:
    assert press(office, calculated, "workshop") == ""
    assert calculated.getCurrentController().getActiveSheet().Name == "Atelier"


@pytest.mark.libreoffice
def test_a_new_workbook_is_a_copy_without_a_name(office: "Office", opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dotpop_addin.hosts.calc import CalcHost

    monkeypatch.setattr(CalcHost, "choose", lambda *_: "smr")
    before = set(components(office))
    assert press(office, opened, "new") == ""
    (new,) = set(components(office)) - before
    document = components(office)[new]
    assert document.getURL() == ""
    assert document.Sheets.hasByName("Versements")
    document.close(True)


def components(office: "Office") -> dict[str, Any]:
    return {one.RuntimeUID: one for one in office.desktop.getComponents()}


@pytest.mark.libreoffice
def test_the_diagnosis_is_told(office: "Office", opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dotpop_addin.diagnosis import Finding
    from dotpop_addin.libreoffice import doctor

    monkeypatch.setattr(doctor, "doctor", lambda: [Finding("Extension", "version 1")])
    assert "✓ Extension : version 1" in press(office, opened, "diagnose")


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_button_reaches_the_document_in_front(office: "Office", small_book: Path) -> None:
    from cases.office import properties

    document = office.load(small_book, Hidden=False)
    frame = document.getCurrentController().getFrame()
    frame.activate()
    url, journal = "service:fr.dotpop.Macros?calculate", document.Sheets.getByName("Journal")
    office.service("com.sun.star.frame.DispatchHelper").executeDispatch(frame, url, "_self", 0, properties())
    seen = eventually(lambda: journal.getCellRangeByName("C6").getString())
    document.close(True)
    assert seen


@pytest.mark.libreoffice
def test_menu_and_toolbar_are_there(office: "Office", small_book: Path) -> None:
    document = office.load(small_book, Hidden=False)
    layout = document.getCurrentController().getFrame().LayoutManager
    toolbar = f"private:resource/toolbar/addon_{menus.TOOLBAR}"
    shown = eventually(lambda: layout.isElementVisible(toolbar))
    menu = layout.getElement("private:resource/menubar/menubar").XMenuBar
    titles = [menu.getItemText(menu.getItemId(place)) for place in range(menu.getItemCount())]
    document.close(True)
    assert shown
    assert macros.TAB in titles


def eventually(look: Callable[[], Any]) -> Any:
    """What is there after a while: LibreOffice does some things by itself, later."""
    start = time.monotonic()
    while not (found := look()) and time.monotonic() - start < WAIT:
        time.sleep(0.1)
    return found


@pytest.mark.libreoffice
def test_formulas_that_excel_linked_to_its_add_in_are_repaired_on_opening(office: "Office", tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = 100, 300
    book.active["C1"] = "=[1]!DOTPOP_MOYENNE(A1:A2,A1:A2)"
    link = ExternalLink(externalBook=ExternalBook(id="rId1"))
    link.file_link = Relationship(type="externalLinkPath", Target="file:///C:/dotpop.xlam", TargetMode="External", Id="rId1")
    book._external_links.append(link)
    book.save(tmp_path / "d'Excel.xlsx")
    document = office.load(tmp_path / "d'Excel.xlsx", Hidden=False)  # what programs open unseen is left as it is
    cell = document.Sheets.getByIndex(0).getCellRangeByName("C1")
    shown = eventually(lambda: cell.getValue())
    document.close(True)
    assert shown == 1


def picking(office: "Office", document: Any, export: Path) -> Any:
    """A host whose user picks this export, with the mapping beside it, in place of what is there."""
    from dotpop_addin.hosts.calc import CalcHost

    class Host(CalcHost):
        def choose_file(self, title: str, kind: str, extension: str) -> Path | None:
            return export.with_suffix(extension)

        def choose_folder(self, title: str) -> Path | None:
            return export

        def choose(self, title: str, question: str, answers: Any) -> str | None:
            return next(code for code in answers if code in ("replace", "own"))

    return Host(office.context, document)


@pytest.mark.libreoffice
def test_an_export_is_loaded_as_by_the_file_command(office: "Office", opened: Any, small_book: Path, tmp_path: Path) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "export.toml"
    export.write_text("finess;territoire;age;volume\n010000001;Z1;A;5\n010000001;Z2;M;7\n", "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    wanted = tmp_path / "fichier.xlsx"
    load_file(export, small_book, out=wanted, mapping=str(mapping), existing="replace")
    host = picking(office, opened, export)
    macros.run("load", host)
    assert "2 lignes d'activité" in host.last_message
    found = FileBook(office.save(opened, tmp_path / "calc.xlsx")).read("Activité", "T_Activite")
    expected = FileBook(wanted).read("Activité", "T_Activite")
    assert found is not None
    assert expected is not None
    assert found.rows == expected.rows


ONLY = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent} or name.startswith("workbook_templates."):
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
from pathlib import Path
from dotpop_addin.returns import report
from dotpop_addin.returns.collecting import collect
from dotpop_addin.returns.folder import answers
print(sum(not answer.problems for answer in answers([Path(sys.argv[1])])))
"""


def test_returns_are_read_with_what_libreoffice_is_given(small_book: Path, tmp_path: Path) -> None:
    answered(small_book, tmp_path / "retours", changes=False)
    absent = {"xlsxwriter", "pandas", "highspy", "tqdm", "xlwings"}
    command = [sys.executable, "-c", ONLY.format(absent=absent), str(tmp_path / "retours")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("7", "")


@pytest.mark.libreoffice
def test_the_returns_come_in_as_by_the_file_command(
    office: "Office", opened: Any, small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    answered(small_book, tmp_path / "retours")
    wanted = tmp_path / "fichier.xlsx"
    collect_file([tmp_path / "retours"], small_book, out=wanted)
    host = picking(office, opened, tmp_path / "retours")
    macros.run("collect", host)
    assert "7 fichiers repris" in host.last_message, host.last_message
    found, expected = FileBook(office.save(opened, tmp_path / "calc.xlsx")), FileBook(wanted)
    for name in TOUCHED:
        sheet, table = PSYCHIATRIE.sheet_of[name].name, PSYCHIATRIE.tables[name].excel
        one, other = found.read(sheet, table), expected.read(sheet, table)
        assert one is not None
        assert other is not None
        assert one.rows == [[alike(cell) for cell in line] for line in other.rows], table
    macros.run("collect", host)
    assert "rien de nouveau" in host.last_message


COMPARE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition(".")
        if package in {absent} or package == "workbook_templates" and module not in ("", "look"):
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
from pathlib import Path
from dotpop_addin.comparison import write_comparison
from dotpop_addin.scenarios import scenario_file
source, other, target = map(Path, sys.argv[1:])
scenario_file(source, ["IDX_BORNE_BASSE=0,5"], other)
write_comparison([source, other], target)
"""


def test_trials_are_written_with_what_libreoffice_is_given(small_book: Path, tmp_path: Path) -> None:
    absent = {"pandas", "highspy", "tqdm", "xlwings", "scipy"}
    command = [sys.executable, "-c", COMPARE.format(absent=absent), str(small_book)]
    command += [str(tmp_path / name) for name in ("essai.xlsx", "comparaison.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "comparaison.xlsx").is_file()


def trying(office: "Office", document: Any, target: Path, *others: Path) -> Any:
    """A host whose user asks for a change of a bound, picks these workbooks, and writes there."""
    from dotpop_addin.hosts.calc import CalcHost

    class Host(CalcHost):
        def ask(self, title: str, question: str) -> str | None:
            return "IDX_BORNE_BASSE=0,5 ; TRJ_PLAFOND="

        def choose_files(self, title: str, kind: str, extension: str) -> list[Path]:
            return list(others)

        def choose_target(self, title: str, kind: str, extension: str, suggested: str) -> Path | None:
            return target

    return Host(office.context, document)


@pytest.mark.libreoffice
@pytest.mark.parametrize("changed", [False, True], ids=["as it was saved", "with a change not saved"])
def test_a_scenario_is_written_as_by_the_command_and_the_document_is_left_alone(
    changed: bool, office: "Office", opened: Any, small_book: Path, tmp_path: Path
) -> None:
    cell = opened.Sheets.getByName("Établissements").getCellRangeByName("G6")
    if changed:
        cell.setValue(61_000)
    before, target, wanted = small_book.read_bytes(), tmp_path / "essai.xlsx", tmp_path / "commande.xlsx"
    host = trying(office, opened, target)
    macros.run("scenario", host)
    assert f"Scénario écrit : {target}." in host.last_message, host.last_message
    assert (opened.isModified(), small_book.read_bytes(), cell.getValue()) == (
        changed,
        before,
        61_000 if changed else 60_000,
    )
    source = office.save(opened, tmp_path / "source.xlsx") if changed else small_book
    scenario_file(source, ["IDX_BORNE_BASSE=0,5", "TRJ_PLAFOND="], wanted)
    assert_same_results(FileBook(target), FileBook(wanted))
    assert check(FileBook(target)).region.tables.hospitals["allocation"][0] == cell.getValue()


@pytest.mark.libreoffice
def test_a_comparison_is_written_as_by_the_command(
    office: "Office", opened: Any, small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    other, target, wanted = (tmp_path / name for name in ("essai.xlsx", "comparaison.xlsx", "commande.xlsx"))
    scenario_file(small_book, ["IDX_BORNE_BASSE=0,5"], other)
    host = trying(office, opened, target, other)
    macros.run("compare", host)
    assert f"Comparaison écrite : {target}." in host.last_message, host.last_message
    write_comparison([small_book, other], wanted)
    assert target.read_bytes() == wanted.read_bytes()
    host = trying(office, opened, small_book, other)
    macros.run("compare", host)
    assert "c'est l'un des fichiers lus" in host.last_message


@pytest.mark.libreoffice
@pytest.mark.parametrize("changed", [False, True], ids=["as it was saved", "with a change not saved"])
def test_a_copy_that_cannot_be_written_is_told(changed: bool, office: "Office", opened: Any, tmp_path: Path) -> None:
    from dotpop_addin.hosts.calc import CalcHost

    (tmp_path / "perdu").write_text("no folder")
    opened.setModified(changed)
    with pytest.raises(ProblemsFound, match="copie du classeur impossible"):
        CalcHost(office.context, opened).save_copy(tmp_path / "perdu" / "copie.xlsx")


@pytest.mark.libreoffice
@pytest.mark.parametrize("code", ["scenario", "compare"])
def test_a_trial_without_a_window_to_ask_in_does_nothing(code: str, office: "Office", opened: Any) -> None:
    assert press(office, opened, code) == ""


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_workshop_shows_what_that_of_the_file_shows(office: "Office", calculated: Any, small_book: Path) -> None:
    from cases.office import shown

    workshop_file(small_book, small_book.with_name("fichier.xlsx"))
    assert press(office, calculated, "workshop") == ""
    other = office.load(small_book.with_name("fichier.xlsx"))
    other.calculateAll()
    for area in ("A7:D27", "G6:I17", "F21:I31", "F35:I38", "R7:V46", "A51:N60", "Y51:AT60"):
        found, wanted = (shown(document, "Atelier", area) for document in (calculated, other))
        assert found == [[alike(cell) if isinstance(cell, float) else cell for cell in row] for row in wanted], area
    other.close(True)


@pytest.mark.libreoffice
def test_the_help_opens_the_guide(office: "Office", opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(macros.webbrowser, "open", lambda url: not asked.append(url))  # type: ignore[func-returns-value]
    assert press(office, opened, "help") == ""
    assert asked[0].endswith("/guide.html")
    assert Path(unquote(urlparse(asked[0]).path)).is_file()
    monkeypatch.setattr(macros.webbrowser, "open", lambda url: False)
    assert "Le guide est ici" in press(office, opened, "help")
