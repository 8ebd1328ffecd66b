"""The Excel add-in: a sound file, always the same; its VBA, interpreted here, starts nothing that a workbook chooses."""

import os
import posixpath
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cases.vba_stub import FOLDER, LIBRARY, Addin
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile
from pyopenvba.interpreter import parse_module
from python_calamine import CalamineWorkbook

from dotpop_addin.excel import conf
from dotpop_addin.excel.build import LICENCES, NAME, build
from dotpop_addin.excel.modules import ENCODING, literal, modules
from dotpop_addin.functions.registry import CATEGORY, FUNCTIONS
from dotpop_addin.macros import MACROS, TAB
from dotpop_addin.problems import ProblemsFound
from dotpop_model import __version__

ROOT = Path(__file__).parent.parent.parent
HERE = rf"{FOLDER}\dotpop\python"
LIBRARY_HERE = rf"{HERE}\{LIBRARY}"
SERVED = "import xlwings;xlwings.serve('$(CLSID)')"
CALLED = "from dotpop_addin.excel.entry import run;run('check')"


@pytest.fixture(scope="module")
def xlam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("xlam"))


@pytest.fixture(scope="module")
def sources(xlam: Path) -> dict[str, str]:
    """The VBA that the file holds, as another reader than its writer sees it."""
    parser = VBA_Parser(str(xlam))
    found = {name.rsplit(".", 1)[0]: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    return found


@pytest.fixture
def addin(xlam: Path, sources: dict[str, str]) -> Addin:
    """The add-in, on a computer where it is well installed."""
    return Addin(xlam, sources, libraries=LIBRARY_HERE)


# --- the file ----------------------------------------------------------------------------------------------------------


def test_it_is_the_same_bytes_in_another_process_and_another_folder(xlam: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        program = (
            "import sys; from pathlib import Path; from dotpop_addin.excel.build import build; build(Path(sys.argv[1]))"
        )
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([sys.executable, "-c", program, seed], cwd=tmp_path, env=environment, check=True)
        assert (tmp_path / seed / NAME).read_bytes() == xlam.read_bytes()
        assert (tmp_path / seed / LICENCES).read_bytes() == xlam.with_name(LICENCES).read_bytes()


def test_its_parts_are_xml_in_order_related_and_typed(xlam: Path) -> None:
    with zipfile.ZipFile(xlam) as archive:
        infos, content = archive.infolist(), {name: archive.read(name) for name in archive.namelist()}
    names = [info.filename for info in infos]
    assert names == ["[Content_Types].xml", *sorted(names[1:])]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    roots = {name: ElementTree.fromstring(data) for name, data in content.items() if name.endswith((".xml", ".rels"))}
    targets = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), "..", str(relation.get("Target"))))
        for name, root in roots.items()
        if name.endswith(".rels")
        for relation in root
    }
    parts = {name for name in names if not name.endswith(".rels")} - {"[Content_Types].xml"}
    assert targets == parts
    types = roots["[Content_Types].xml"]
    assert {str(one.get("PartName"))[1:] for one in types if one.get("PartName")} <= set(names)
    typed = {str(one.get("Extension")) for one in types if one.get("Extension")}
    typed |= {str(one.get("PartName")) for one in types if one.get("PartName")}
    assert [name for name in names if f"/{name}" not in typed and name.rsplit(".", 1)[1] not in typed] == []


def test_nothing_of_the_template_s_author_is_left(xlam: Path) -> None:
    with zipfile.ZipFile(xlam) as archive:
        found = [name for name in archive.namelist() if re.search(b"felix", archive.read(name), re.I)]
    assert found == []


def test_the_licence_of_what_it_holds_stands_beside(xlam: Path) -> None:
    text = xlam.with_name(LICENCES).read_text("utf-8")
    assert "xlwings" in text
    assert "Redistributions in binary form must reproduce the above copyright notice" in text


def test_its_settings_are_read_back_as_given(tmp_path: Path) -> None:
    path = build(tmp_path, r"C:\R&D\pythonw.exe", r"C:\<a>;D:\é", r"C:\lib")
    wanted = conf.Settings(r"C:\R&D\pythonw.exe", r"C:\<a>;D:\é", r"C:\lib", __version__, conf.XLWINGS)
    assert conf.read(path) == wanted
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(conf.SHEET)
    assert dict(sheet.to_python()) == {  # type: ignore[arg-type]
        "Interpreter_Win": wanted.Interpreter_Win,
        "PYTHONPATH": wanted.PYTHONPATH,
        "Library": wanted.Library,
        "Version": __version__,
        "xlwings": conf.XLWINGS,
    }


SAVED_BY_EXCEL = {
    conf.PART: """<sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c></row>
        <row r="2"><c r="A2" t="s"><v>1</v></c></row>
        <row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" s="1"/></row></sheetData>""",
    conf.SHARED: r"""<si><t>Interpreter_Win</t></si><si><t>PYTHONPATH</t></si>
        <si><t>C:\py\pythonw.exe</t></si><si><t>Version</t></si>""",
}


def test_its_settings_are_read_after_excel_saved_it_for_somebody_to_sign_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / NAME, "w") as archive:
        for name, text in SAVED_BY_EXCEL.items():
            archive.writestr(name, f'<part xmlns="{conf.MAIN}">{text}</part>')
    assert conf.read(tmp_path / NAME) == conf.Settings(r"C:\py\pythonw.exe", "", "", "", "")


def test_the_version_of_xlwings_is_the_pinned_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert f"xlwings=={conf.XLWINGS}" in project["project"]["optional-dependencies"]["excel"]


ABSENT: list[tuple[str, dict[str, str | None], list[str]]] = [
    ("xlwings is missing", {"xlwings": None}, ["xlwings n'est pas installé"]),
    ("another xlwings", {"xlwings": "0.30.0"}, ["xlwings 0.30.0 est installé ; attendu : xlwings 0.37.8"]),
    ("pyOpenVBA is missing", {"pyOpenVBA": None}, ["pyOpenVBA n'est pas installé"]),
    ("both are missing", {"xlwings": None, "pyOpenVBA": None}, ["xlwings n'est pas", "pyOpenVBA n'est pas"]),
]


@pytest.mark.parametrize(("versions", "told"), [case[1:] for case in ABSENT], ids=[case[0] for case in ABSENT])
def test_without_what_it_is_built_from_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: dict[str, str | None], told: list[str]
) -> None:
    real = metadata.version

    def version(package: str) -> str:
        found = versions.get(package, real(package))
        if found is None:
            raise metadata.PackageNotFoundError(package)
        return found

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(ProblemsFound) as error:
        build(tmp_path)
    lines = str(error.value).splitlines()
    assert len(lines) == len(told)
    assert all(words in line and "pip install dotpop[excel]" in line for words, line in zip(told, lines, strict=True))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_over_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NAME).write_bytes(b"former")

    def refused(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ProblemsFound, match="fermer le programme qui a ouvert ce fichier"):
        build(tmp_path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [(NAME, b"former")]


# --- the ribbon --------------------------------------------------------------------------------------------------------

SPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"


@pytest.fixture(scope="module")
def ribbon(xlam: Path) -> ElementTree.Element:
    with zipfile.ZipFile(xlam) as archive:
        return ElementTree.fromstring(archive.read("customUI/customUI.xml"))


def test_each_macro_has_its_button_and_its_texts(ribbon: ElementTree.Element) -> None:
    assert [tab.get("label") for tab in ribbon.iter(f"{SPACE}tab")] == [TAB]
    buttons = [
        (one.get("label"), one.get("imageMso"), one.get("screentip"), one.get("supertip"))
        for one in ribbon.iter(f"{SPACE}button")
    ]
    assert buttons == [(macro.label, macro.icon, macro.label, macro.help) for macro in MACROS]
    identifiers = [one.get("id") for one in ribbon.iter() if one.get("id")]
    assert len(identifiers) == len(set(identifiers))


def test_the_steps_of_a_macro_are_in_its_menu_and_the_other_buttons_are_large(ribbon: ElementTree.Element) -> None:
    group = next(ribbon.iter(f"{SPACE}group"))
    assert {one.get("size") for one in group} == {"large"}
    assert len(group) == sum(not macro.under for macro in MACROS)
    for split in ribbon.iter(f"{SPACE}splitButton"):
        first, menu = split
        code = str(first.get("onAction")).removeprefix("dotpop_ribbon.Macro_")
        assert [one.get("label") for one in menu] == [macro.label for macro in MACROS if macro.under == code]
    assert next(ribbon.iter(f"{SPACE}splitButton"), None) is not None


def test_no_two_controls_side_by_side_have_the_same_key(ribbon: ElementTree.Element) -> None:
    levels = [next(ribbon.iter(f"{SPACE}group")), *ribbon.iter(f"{SPACE}menu")]
    keys = [[one.get("keytip") for one in level] for level in levels]
    assert all(None not in level and len(level) == len(set(level)) for level in keys)
    assert all(re.fullmatch("[A-Z]", str(key)) for level in keys for key in level)


def test_each_button_runs_its_macro_in_python(ribbon: ElementTree.Element, addin: Addin, sources: dict[str, str]) -> None:
    for button, macro in zip(ribbon.iter(f"{SPACE}button"), MACROS, strict=True):
        module, procedure = str(button.get("onAction")).split(".")
        assert f"Sub {procedure}(control As IRibbonControl)" in sources[module].splitlines()
        addin.run(procedure, "button")
        assert addin.asked[-1] == f"from dotpop_addin.excel.entry import run;run('{macro.code}')"
        assert addin.asked[-2] == "xlwings._xlwindows.BOOK_CALLER = dotpop.xlam"


# --- the sources -------------------------------------------------------------------------------------------------------


def test_the_file_holds_the_modules_as_written(sources: dict[str, str]) -> None:
    assert sources.keys() == {*modules(), "Sheet2"}
    for name, text in modules().items():
        assert sources[name].replace("\r\n", "\n").endswith(text.replace("\r\n", "\n"))


@pytest.mark.parametrize("name", list(modules()))
def test_a_module_keeps_to_the_limits_of_vba(name: str) -> None:
    text = modules()[name]
    text.encode(ENCODING)
    assert "\n" not in text.replace("\r\n", "")
    assert "@" not in text
    lines = text.split("\r\n")
    assert max(map(len, lines)) <= 1023
    continued = "".join("c" if line.endswith(" _") else "." for line in lines)
    assert max(map(len, re.findall("c+", continued)), default=0) <= 24
    assert all(len(literal) <= 255 for literal in re.findall('"((?:[^"]|"")*)"', text))


@pytest.mark.parametrize("name", list(modules()))
def test_a_module_is_vba(name: str) -> None:
    text = modules()[name]
    parse_module(text.replace("WithEvents ", ""), name=name)
    assert unbalanced(text) == []


BLOCKS = {  # what opens a block → what closes it
    r"(?:Public |Private )?(Sub|Function) .*": r"End \1",
    r"(If) .* Then": r"End \1",
    r"(#If) .* Then": "#End If",
    r"(With|Select) .*": r"End \1",
    r"For (?:Each )?(\w+) .*": r"Next \1",
}


def unbalanced(text: str) -> list[str]:
    """The lines that close what is not open, and the ends that are missing."""
    waiting: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if line == (waiting[-1] if waiting else None):
            waiting.pop()
        elif re.match("#?End |Next ", line):
            return [line]
        for opening, closing in BLOCKS.items():
            if found := re.fullmatch(opening, line):
                waiting.append(found.expand(closing))
        if re.match("(Public |Private )?(Sub|Function) ", line) and len(waiting) > 1:
            return [line]
    return waiting


MALFORMED: list[tuple[str, str, list[str]]] = [
    ("a procedure without its end", "Sub A()\nSub B()\nEnd Sub", ["Sub B()"]),
    ("a function that ends as a procedure", "Function A()\nEnd Sub", ["End Sub"]),
    ("a condition that is not closed", "Sub A()\nIf x Then\nEnd Sub", ["End Sub"]),
    ("a loop closed by another", "For i = 1 To 2\nNext j", ["Next j"]),
    ("all is closed", "Private Sub A()\nIf x Then y\nFor Each i In j\nWith k\nEnd With\nNext i\nEnd Sub", []),
]


@pytest.mark.parametrize(("text", "found"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_what_is_not_balanced_is_found(text: str, found: list[str]) -> None:
    assert unbalanced(text) == found


TEXTS: list[tuple[str, str, str]] = [
    ("quotes are doubled", 'dit "oui"', '"dit ""oui"""'),
    ("French quotes and accents stay", "« été … × »", '"« été … × »"'),
    ("signs that VBA lacks have a neighbour", "−1\u202f%", '"-1\u00a0%"'),
]


@pytest.mark.parametrize(("text", "written"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_a_text_is_written_as_vba_reads_it(text: str, written: str) -> None:
    assert literal(text) == written


def test_it_refers_to_no_library_but_office_s(xlam: Path) -> None:
    with ExcelFile(xlam) as book:
        assert [reference.name for reference in book.references()] == ["Office"]


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from cases.com_stub import stub
udfs = stub()
from dotpop_addin.functions import excel
class Book:
    Name = "dotpop.xlam"
sys.stdout.reconfigure(encoding="utf-8")
udfs.generate_vba_wrapper(excel.__name__, excel, sys.stdout, Book)
"""


def test_the_wrappers_are_those_of_xlwings_but_for_what_is_listed(sources: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "tests")], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    theirs = done.stdout
    for pattern, ours in (
        (r' *#If App = "Microsoft Excel" Then\n', ""),  # other programs than Excel are not served
        (r"(?s) *#Else\n.*? *#End If\n", ""),
        ("ActiveWorkbook", "ThisWorkbook"),  # whose sheets are looked through for Python modules
        (r"Err\.Description", "Told(Err.Number, Err.Description)"),  # which holds Python's trace
    ):
        theirs, count = re.subn(pattern, ours, theirs)
        assert count == len(FUNCTIONS)
    mine = re.sub(r"(?m)^Attribute .*\n", "", sources["xlwings_udfs"].replace("\r\n", "\n"))  # help, kept in the file
    assert wrappers(mine.replace("Option Explicit\n", "")) == wrappers(theirs)
    assert wrappers(theirs).keys() == {function.name for function in FUNCTIONS}


def wrappers(text: str) -> dict[str, list[str]]:
    """The lines of each function, without their margins."""
    found = re.findall(r"(?ms)^Function (\w+)(.*?)^End Function", text)
    return {name: [line.strip() for line in body.splitlines() if line.strip()] for name, body in found}


def test_each_function_has_its_help_in_the_file(sources: dict[str, str]) -> None:
    found = dict(re.findall(r'Attribute (\w+)\.VB_Description = "(.*)"', sources["xlwings_udfs"]))
    assert found == {function.name: function.summary.replace("−", "-").replace('"', '""') for function in FUNCTIONS}


# --- what it does ------------------------------------------------------------------------------------------------------


def test_a_function_hands_its_arguments_to_python(addin: Addin) -> None:
    assert addin.run("DOTPOP_MOYENNE", 1, 2) == f"dotpop_addin.functions.excel DOTPOP_MOYENNE {NAME}: 1 2"
    assert addin.run("DOTPOP_INDICE", 1, 2) == f"dotpop_addin.functions.excel DOTPOP_INDICE {NAME}: 1 2 omitted"


def test_the_functions_are_described_once_a_workbook_is_open(addin: Addin) -> None:
    addin.run("ThisWorkbook.Workbook_Open")
    addin.run("ThisWorkbook.Workbook_Open")
    assert addin.asked == [f"OnTime '{NAME}'!dotpop_help.DescribeFunctions"]
    addin.run("DescribeFunctions")
    wanted = [
        "|".join([f"'{NAME}'!{one.name}", one.summary, CATEGORY, *(argument.help for argument in one.arguments)])
        for one in FUNCTIONS
    ]
    assert addin.asked[1:] == [text.replace("−", "-") for text in wanted]
    assert addin.excel.evaluate("IsAddin") is True
    assert addin.excel.evaluate("ActiveWorkbook.Name") == "Book1"


SETTINGS: list[tuple[str, dict[str, str], list[str], list[str]]] = [
    ("the default Python", {}, [LIBRARY_HERE], [f'"{HERE}\\pythonw.exe" -E -P -B -c "{SERVED}"']),
    (
        "a virtual environment has the library one folder above",
        {"interpreter": r"C:\env\Scripts\pythonw.exe"},
        [rf"C:\env\Scripts\{LIBRARY}", rf"C:\env\{LIBRARY}"],
        [rf'"C:\env\Scripts\pythonw.exe" -E -P -B -c "{SERVED}"'],
    ),
    (
        "a folder of the library comes first",
        {"interpreter": r"C:\Python\pythonw.exe", "library": r"%LOCALAPPDATA%\dotpop"},
        [rf"{FOLDER}\dotpop\{LIBRARY}"],
        [rf'"C:\Python\pythonw.exe" -E -P -B -c "{SERVED}"'],
    ),
    (
        "folders of modules, whatever their signs",
        {"pythonpath": r"C:\L'eau;D:\é" + "\\"},
        [LIBRARY_HERE],
        [f"\"{HERE}\\pythonw.exe\" -E -P -B -c \"import sys;sys.path[:0]='C:/L\\'eau;D:/é/'.split(';');{SERVED}\""],
    ),
    ("a Python on the network", {"interpreter": r"\\srv\apps\py\pythonw.exe"}, [rf"\\srv\apps\py\{LIBRARY}"], [r'"\\srv']),
]


@pytest.mark.parametrize(("given", "tried", "started"), [case[1:] for case in SETTINGS], ids=[case[0] for case in SETTINGS])
def test_python_is_started_as_set(
    tmp_path: Path, sources: dict[str, str], given: dict[str, str], tried: list[str], started: list[str]
) -> None:
    addin = Addin(build(tmp_path, **given), sources, libraries=tried[-1])
    addin.run("Macro_check", "button")
    assert addin.shown == []
    assert addin.said("tried") == tried
    found = addin.said("commands")
    assert len(found) == 1
    assert found[0].startswith(started[0])


def test_the_path_of_modules_is_what_python_reads(tmp_path: Path, sources: dict[str, str]) -> None:
    addin = Addin(build(tmp_path, pythonpath=r"C:\L'eau;D:\new"), sources, libraries=LIBRARY_HERE)
    addin.run("Macro_check", "button")
    code = addin.said("commands")[0].split(' -c "')[1].rstrip('"').removesuffix(SERVED)
    done = subprocess.run(
        [sys.executable, "-E", "-P", "-B", "-c", code + "print(sys.path[:2])"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == """["C:/L'eau", 'D:/new']"""


REFUSED: list[tuple[str, dict[str, str], str]] = [
    (
        "a mere name would be searched beside the workbooks",
        {"interpreter": "pythonw"},
        "le chemin de Python n'est pas entier",
    ),
    ("a part of a path too", {"interpreter": r"python\pythonw.exe"}, "le chemin de Python n'est pas entier"),
    ("a path from the root of the present drive", {"interpreter": r"\py\pythonw.exe"}, "n'est pas entier"),
    ("a variable that is not set", {"interpreter": r"%NOWHERE%\pythonw.exe"}, "n'est pas entier"),
    ("no Python at all", {"interpreter": ""}, "n'est pas entier"),
    ("the library is nowhere", {"interpreter": r"C:\py\pythonw.exe"}, f"la bibliothèque {LIBRARY} manque ou est bloquée"),
    ("a library beside the workbooks is not taken", {"interpreter": r"C:\py\pythonw.exe", "library": "."}, "manque"),
    ("a command too long for the library", {"pythonpath": "C:\\" + "a" * 2000}, "trop longs"),
]


@pytest.mark.parametrize(("given", "told"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_started_is_told_and_not_started(
    tmp_path: Path, sources: dict[str, str], given: dict[str, str], told: str
) -> None:
    addin = Addin(build(tmp_path, **given), sources, libraries=LIBRARY_HERE)
    addin.run("Macro_check", "button")
    assert len(addin.shown) == 1
    assert told in addin.shown[0]
    assert "dotpop excel doctor" in addin.shown[0]
    assert addin.run("DOTPOP_MOYENNE", 1, 2) == addin.shown[0]
    assert addin.said("commands") == []


def test_a_python_that_does_not_start_is_told(xlam: Path, sources: dict[str, str]) -> None:
    addin = Addin(xlam, sources, libraries=LIBRARY_HERE, failing=1)
    addin.run("Macro_check", "button")
    assert addin.shown == [addin.run("DOTPOP_MOYENNE", 1, 2)]
    assert f"Python ne démarre pas ({HERE}\\pythonw.exe)" in addin.shown[0]


def test_a_trace_of_python_is_not_shown(addin: Addin) -> None:
    addin.run("Macro_trajectory", "button")
    assert len(addin.shown) == 1
    assert "Traceback" not in addin.shown[0]
    assert addin.shown[0].startswith("dotpop : défaut du programme")


# --- workbooks from elsewhere ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", ["dotpop.conf", "xlwings.conf", "_dotpop.CONF", ".conf"])
def test_a_workbook_with_settings_is_refused_and_its_settings_are_not_read(addin: Addin, sheet: str) -> None:
    addin.name_a_sheet(sheet)
    addin.run("Macro_check", "button")
    assert len(addin.shown) == 1
    assert f"feuille de réglages « {sheet} »" in addin.shown[0]
    assert addin.asked == []
    addin.run("DOTPOP_MOYENNE", 1, 2)
    assert addin.said("commands") == [f'"{HERE}\\pythonw.exe" -E -P -B -c "{SERVED}"']


@pytest.mark.parametrize("sheet", ["conf", "dotpop.config", "Feuil1", "main.py"])
def test_a_workbook_with_other_sheets_is_served(addin: Addin, sheet: str) -> None:
    addin.name_a_sheet(sheet)
    addin.run("Macro_check", "button")
    assert addin.shown == []
    assert addin.asked[-1] == CALLED


def test_the_name_of_the_workbook_in_front_is_no_part_of_the_command(addin: Addin) -> None:
    for name in ("a^&calc&.xlsx", "$(CLSID).xlsx", "x');import os;('.xlsx"):
        addin.front.name = name
        addin.run("DOTPOP_MOYENNE", 1, 2)
    assert len(addin.said("commands")) == 3
    assert set(addin.said("commands")) == {f'"{HERE}\\pythonw.exe" -E -P -B -c "{SERVED}"'}


def test_a_formula_can_call_the_registry_only(sources: dict[str, str]) -> None:
    """A function of an open module can be called from a cell of any workbook."""
    opened = {name: text for name, text in sources.items() if "Option Private Module" not in text}
    callable_from_a_cell = set(re.findall(r"(?m)^(?:Public )?(?:Static )?Function (\w+)", "\n".join(opened.values())))
    assert callable_from_a_cell == {function.name for function in FUNCTIONS}


def test_even_the_functions_of_the_closed_module_take_no_command(sources: dict[str, str]) -> None:
    public = list(public_functions(sources["dotpop_python"]))
    assert public == ["XLPy() As Object", "Told(Number As Long, Description As String) As String"]


def public_functions(text: str) -> Iterator[str]:
    return (line.removeprefix("Public Function ") for line in text.splitlines() if line.startswith("Public Function "))


@pytest.mark.parametrize(
    "word", ["cmd", "Shell", "CreateObject", "WScript", "Open ", "FullName", ".Path", "CurDir", "ChDir"]
)
def test_nothing_else_is_run_or_read(sources: dict[str, str], word: str) -> None:
    code = "\n".join(re.sub(r'"(?:[^"]|"")*"', '""', text) for text in sources.values())
    code = re.sub("'.*", "", code)
    assert word not in code
    assert "Server.Exec" in code  # it was looked at


def test_the_workbook_in_front_is_only_looked_at(sources: dict[str, str]) -> None:
    lines = [line.strip() for text in sources.values() for line in text.splitlines() if "ActiveWorkbook" in line]
    assert lines == [
        "If Planned Or ActiveWorkbook Is Nothing Then Exit Sub",
        "If ActiveWorkbook Is Nothing Then Exit Sub",
        "For Each Sheet In ActiveWorkbook.Sheets",
        "Set Front = ActiveWorkbook",
    ]


def test_the_module_names_no_other_version_of_the_library(sources: dict[str, str]) -> None:
    found = set(re.findall(r"xlwings(?:32|64)-([^\"]*)\.dll", sources["dotpop_python"]))
    assert found == {conf.XLWINGS}
