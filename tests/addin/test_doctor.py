"""The doctor: what this computer has, what is missing, what it would bring."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dotpop_addin.cli import main
from dotpop_addin.diagnosis import BAD, GOOD, NOTE, Finding
from dotpop_addin.doctor import BRINGS, GIB, Computer, doctor, parts
from dotpop_addin.libreoffice.program import Program
from dotpop_addin.problems import Problem, ProblemsFound

OPTIONAL = {"excel": "xlwings", "sensitivity": "scipy", "stays": "duckdb", "dask": "distributed"}
REQUIRED = ["numpy>=1.26", "openpyxl>=3.1", *(f'{name}>=1; extra == "{extra}"' for extra, name in OPTIONAL.items())]
OFFICE = Program(Path("/opt/soffice"), None, Path("/profile"), "25.2")


def no_office() -> Program:
    raise ProblemsFound([Problem("LibreOffice", "introuvable", "LibreOffice", "Installer LibreOffice.")])


def computer(**other: Any) -> Computer:
    """One that has all but the fonts of others."""
    whole: dict[str, Any] = {
        "version": lambda name: "1.0",
        "fonts": lambda: ["Calibri"],
        "libreoffice": lambda: OFFICE,
        "excel": lambda: Path("C:/EXCEL.EXE"),
        "free": lambda folder: 50 * GIB,
        "platform": "win32",
        "required": REQUIRED,
    }
    return Computer(**(whole | other))


def named(findings: list[Finding]) -> dict[str, Finding]:
    return {one.subject: one for one in findings}


def test_on_a_whole_computer_everything_is_well() -> None:
    assert {one.verdict for one in doctor(computer())} == {GOOD}


@pytest.mark.parametrize(
    ("other", "subject", "verdict", "words"),
    [
        pytest.param(
            {"version": lambda name: "" if name == "scipy" else "1"},
            "Partie facultative « sensitivity »",
            NOTE,
            ["scipy", "dotpop sensitivity", 'pip install "dotpop[sensitivity]"'],
            id="an optional part that is missing is told with what it brings",
        ),
        pytest.param(
            {"version": lambda name: "" if name == "numpy" else "1"},
            "Bibliothèques",
            BAD,
            ["numpy", "pip install dotpop"],
            id="a library without which nothing runs is a defect",
        ),
        pytest.param({"excel": lambda: None}, "Excel", NOTE, ["introuvable", "macros"], id="no Excel"),
        pytest.param({"platform": "linux"}, "Excel", NOTE, ["pas sous Windows", "LibreOffice"], id="no Windows"),
        pytest.param({"libreoffice": no_office}, "LibreOffice", NOTE, ["introuvable", "Calc"], id="no LibreOffice"),
        pytest.param({"fonts": list}, "Polices", NOTE, ["Calibri", "Carlito"], id="no font of the right widths"),
        pytest.param({"free": lambda folder: 1000}, "Disque du dossier courant", BAD, ["0,0 Gio"], id="a full disk"),
        pytest.param({"free": lambda folder: GIB}, "Disque du dossier courant", NOTE, ["1,0 Gio"], id="a disk nearly full"),
    ],
)
def test_what_is_missing_is_told(other: dict[str, Any], subject: str, verdict: str, words: list[str]) -> None:
    found = named(doctor(computer(**other)))[subject]
    assert found.verdict == verdict
    assert [word for word in words if word not in str(found)] == []


def test_each_optional_part_has_its_words() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    extras = tomllib.loads(pyproject.read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(BRINGS) == set(extras) - {"all", "dev"}


def test_parts_are_read_as_pip_writes_them() -> None:
    written = ["numpy>=1.26", "openpyxl", "xlwings==0.37.8; extra == 'excel'", 'scipy>=1.15; extra == "sensitivity"']
    assert parts(written) == {"": ["numpy", "openpyxl"], "excel": ["xlwings"], "sensitivity": ["scipy"]}


def test_this_computer_can_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (status == 0) == (told["status"] == "ok")
    subjects = [one["subject"] for one in told["findings"]]
    assert subjects[:3] == ["dotpop", "Ordinateur", "Bibliothèques"]
