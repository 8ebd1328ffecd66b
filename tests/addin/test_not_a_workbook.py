"""What is not a workbook of this program is said to be so by every command, in one sentence, and nothing is written."""

import struct
import zipfile
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import openpyxl
import pytest

from dotpop_addin.files import new_workbook

Dotpop = Callable[..., tuple[int, str, str]]

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
[forms]
journees = "TP"
"""
EXPORT = "finess;territoire;age;journees\n010000001;Z1;A;5\n"


def _nothing(path: Path) -> None:
    """The file is missing."""


def _inside_a_file(path: Path) -> None:
    path.parent.write_text("un fichier, pas un dossier")


def _folder(path: Path) -> None:
    path.mkdir()


def _bytes(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def _zip(**parts: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return make


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["FINESS", "Dotation"])
    book.save(path)


def _workbook_with_our_sheet_names(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Accueil"
    book.create_sheet("Établissements").append(["FINESS", "Dotation"])
    book.save(path)


def _truncated(path: Path) -> None:
    _workbook(path)
    path.write_bytes(path.read_bytes()[:-400])


def _without_its_middle(path: Path) -> None:
    """The list of parts at the end of the zip is there; the parts are not where it says."""
    _workbook(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + content[1500:])


def _damaged_part(path: Path) -> None:
    _workbook(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = b"<workbook><sheets>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _with_part(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        new_workbook("psychiatrie", path.with_suffix(".tmp.xlsx"))
        path.with_suffix(".tmp.xlsx").rename(path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, b"x")

    return make


def _with_settings(path: Path) -> None:
    """A returned workbook that would have xlwings start another interpreter."""
    with as_file(files("workbook_templates").joinpath("psychiatrie.xlsx")) as template:
        book = openpyxl.load_workbook(template)
    book.create_sheet("xlwings.conf").append(["Interpreter_Win", "C:\\ailleurs\\python.exe"])
    book.save(path)


def _bomb(path: Path) -> None:
    """A zip whose list of parts declares 3 GB for one of them."""
    _workbook(path)
    content = bytearray(path.read_bytes())
    first = content.index(b"PK\x01\x02")  # the first entry of the list; its unpacked size stands 24 bytes on
    content[first + 24 : first + 28] = struct.pack("<I", 3_000_000_000)
    path.write_bytes(content)


FILES = [
    pytest.param("absent.xlsx", _nothing, "fichier introuvable", id="a missing file"),
    pytest.param("fichier.txt/absent.xlsx", _inside_a_file, "fichier introuvable", id="a file inside a file"),
    pytest.param("dossier.xlsx", _folder, "un dossier", id="a folder"),
    pytest.param("vide.xlsx", _bytes(b""), "fichier abîmé", id="an empty file"),
    pytest.param("hasard.xlsx", _bytes(bytes(range(256)) * 40), "fichier abîmé", id="bytes without meaning"),
    pytest.param("texte.xlsx", _bytes(b"FINESS;Dotation\n"), "fichier abîmé", id="a text renamed .xlsx"),
    pytest.param("coupé.xlsx", _truncated, "fichier abîmé", id="a truncated workbook"),
    pytest.param("troué.xlsx", _without_its_middle, "fichier abîmé", id="a workbook without its middle"),
    pytest.param("part.xlsx", _damaged_part, "fichier abîmé", id="a workbook with a damaged part"),
    pytest.param("archive.xlsx", _zip(note="bonjour"), "fichier abîmé", id="a zip that is no workbook"),
    pytest.param(
        "libre.ods",
        _zip(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "format LibreOffice (.ods)",
        id="an OpenDocument workbook",
    ),
    pytest.param(
        "secret.xlsx",
        _bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)),
        "protégé par un mot de passe, ou ancien format .xls",
        id="a password-protected workbook, or an old one",
    ),
    pytest.param("ailleurs.xlsx", _workbook, "n'est pas un classeur de dotpop", id="a workbook of somebody else"),
    pytest.param(
        "homonyme.xlsx",
        _workbook_with_our_sheet_names,
        "n'est pas un classeur de dotpop",
        id="a workbook of somebody else with our sheet names",
    ),
    pytest.param("macros.xlsx", _with_part("xl/vbaProject.bin"), "contient des macros", id="a workbook with macros"),
    pytest.param("macros.xlsm", _with_part("xl/vbaProject.bin"), "contient des macros", id="a macro workbook"),
    pytest.param("xlm.xlsx", _with_part("xl/macrosheets/sheet1.xml"), "contient des macros", id="Excel 4 macros"),
    pytest.param("réglages.xlsx", _with_settings, "feuille de réglages de complément", id="settings of an add-in"),
    pytest.param("bombe.xlsx", _bomb, "plus de 500 Mo une fois décompressé", id="a zip bomb"),
]


@pytest.mark.parametrize(("name", "make", "words"), FILES)
def test_every_command_refuses_it_in_one_french_sentence(
    name: str, make: Callable[[Path], None], words: str, tmp_path: Path, dotpop: Dotpop
) -> None:
    path = tmp_path / name
    export, mapping, out = tmp_path / "export.csv", tmp_path / "essai.toml", tmp_path / "sortie.xlsx"
    make(path)
    export.write_text(EXPORT, "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    before = _contents(tmp_path)
    commands = {
        "check": ("check", path),
        "run": ("run", path),
        "run in a copy": ("run", path, "--out", out),
        "verify": ("verify", path),
        "load": ("load", "activite", export, "--into", path, "--mapping", mapping),
        "load in a copy": ("load", "activite", export, "--into", path, "--mapping", mapping, "--out", out),
    }
    if path.is_dir():
        del commands["check"]  # a folder is checked as what came back
    for command, arguments in commands.items():
        status, output, errors = dotpop(*arguments)
        assert (status, output) == (1, ""), command
        told = errors.splitlines()
        assert (told[0].startswith("1 problème"), len(told)) == (True, 2), (command, errors)
        assert words in told[1], (command, errors)
        assert path.name in told[1]
        assert told[1].endswith("."), errors
        assert "Traceback" not in errors
        assert "Défaut du programme" not in errors
        assert _contents(tmp_path) == before, command


def _contents(folder: Path) -> dict[str, bytes | None]:
    return {str(one): one.read_bytes() if one.is_file() else None for one in sorted(folder.rglob("*"))}


def test_the_export_and_the_mapping_of_these_tests_load_into_a_real_workbook(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "essai.toml"
    export.write_text(EXPORT, "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    arguments = ("load", "activite", export, "--into", small_book, "--mapping", mapping, "--replace")
    assert dotpop(*arguments)[0] == 0
