"""The extension is installed, diagnosed and taken away, on its own profile of a real LibreOffice and on invented ones."""

import json
import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dotpop_addin.diagnosis import BAD, GOOD, NOTE, Finding, sound
from dotpop_addin.libreoffice import doctor, install, program, running, site
from dotpop_addin.libreoffice.program import OLDEST_PYTHON, Program
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model import __version__

ROOT = Path(__file__).parent.parent.parent
Answers = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, which is not that of whoever runs the tests."""
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", str(tmp_path / "données"))
    monkeypatch.delenv(site.VARIABLE, raising=False)
    return site.data_folder()


@pytest.fixture
def invented(tmp_path: Path) -> Program:
    """A LibreOffice that cannot be started."""
    return Program(tmp_path / "soffice", tmp_path / "python", tmp_path / "profil", "25.2")


def python(monkeypatch: pytest.MonkeyPatch, version: str, own: Mapping[str, str], folders: Sequence[str] = ()) -> None:
    """LibreOffice's Python has these modules; others are found in folders whose name is one of these."""

    def modules(python: Path, names: Sequence[str], **more: str) -> dict[str, str]:
        known = [*more.values(), *site.listed()]
        found = any(Path(folder).name in folders for folder in known)
        return {"python": version} | {name: own.get(name, "1.0" if found else "") for name in names}

    for module in (install, doctor):
        monkeypatch.setattr(module, "modules", modules)


def answers(monkeypatch: pytest.MonkeyPatch, given: Answers) -> None:
    for module in (install, doctor):
        monkeypatch.setattr(module, "ask", given)


def refuse(program: Program, **request: object) -> dict[str, Any]:
    raise ProblemsFound([Problem("LibreOffice", "LibreOffice refuse", "", "")])


def accept(program: Program, **request: object) -> dict[str, Any]:
    return {"found": None}


def told(error: pytest.ExceptionInfo[ProblemsFound]) -> str:
    return " ".join(str(problem) for problem in error.value.problems)


# Where LibreOffice is


PLACES = {
    "Windows": ("program/soffice.exe", "program/bootstrap.ini", "program/python.exe"),
    "macOS": ("Contents/MacOS/soffice", "Contents/Resources/bootstraprc", "Contents/Resources/python"),
    "Linux, from libreoffice.org": ("program/soffice", "program/bootstraprc", "program/python"),
}


@pytest.mark.parametrize(("soffice", "settings", "own"), PLACES.values(), ids=PLACES)
def test_version_profile_and_python_are_found_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soffice: str, settings: str, own: str
) -> None:
    for path in (soffice, settings, own):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    text = "[Bootstrap]\nProductKey=LibreOffice 24.8\nUserInstallation=$SYSUSERCONFIG/LibreOffice/4\n"
    (tmp_path / settings).write_text(text)
    monkeypatch.setattr(program, "WINDOWS", "exe" in soffice)
    monkeypatch.setattr(program, "MACOS", "MacOS" in soffice)
    monkeypatch.setenv("APPDATA", "/config")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/config")
    found = program.at(tmp_path / soffice)
    assert found.version == "24.8"
    assert found.profile.parts[-2:] == ("LibreOffice", "4")
    assert found.profile.is_absolute()
    assert found.python is not None
    assert found.python.samefile(tmp_path / own)


@pytest.mark.parametrize(
    ("sandbox", "sentence"), [(None, "introuvable"), ("flatpak", "installé par flatpak"), ("snap", "installé par snap")]
)
def test_a_libreoffice_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: str | None, sentence: str
) -> None:
    monkeypatch.setattr(program, "_candidates", lambda: iter([tmp_path / "absent"]))
    monkeypatch.setattr(program, "SANDBOXES", {sandbox: [str(tmp_path)]} if sandbox else {})
    with pytest.raises(ProblemsFound) as error:
        program.find()
    assert sentence in told(error)
    assert [finding.verdict for finding in doctor.doctor()] == [BAD]


# The folders of LibreOffice's Python


def test_the_folders_of_the_list_and_of_the_variable_are_added_once_after_the_others(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, absent = tmp_path / "été", tmp_path / "autre", tmp_path / "absent"
    for folder in (one, other, data):
        folder.mkdir(parents=True)
    site.site_file().write_text(f"{one}\n\n{absent}\n{one}\n", "utf-8")
    monkeypatch.setenv(site.VARIABLE, str(other))
    monkeypatch.setattr(sys, "path", ["premier"])
    site.add_folders()
    site.add_folders()
    assert sys.path == ["premier", str(other), str(one)]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["no list", "a damaged list"])
def test_without_a_readable_list_nothing_is_added(
    data: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content:
        data.mkdir(parents=True)
        site.site_file().write_bytes(content)
    monkeypatch.setattr(sys, "path", ["premier"])
    site.add_folders()
    assert sys.path == ["premier"]


def test_a_python_says_what_it_has_with_a_folder_and_without(tmp_path: Path) -> None:
    (tmp_path / "dotpop_essai.py").write_text("__version__ = '3.1'")
    here = Path(sys.executable)
    assert running.modules(here, ["dotpop_essai"])["dotpop_essai"] == ""
    found = running.modules(here, ["dotpop_essai", "json"], **{site.VARIABLE: str(tmp_path)})
    assert (found["dotpop_essai"], found["json"]) == ("3.1", json.__version__)
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))


def test_the_oldest_python_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=" + ".".join(map(str, OLDEST_PYTHON))


# What prevents an installation


def test_nothing_is_installed_or_removed_while_libreoffice_is_open(invented: Program) -> None:
    invented.lock.parent.mkdir()
    invented.lock.touch()
    for action in (install.install, install.uninstall):
        with pytest.raises(ProblemsFound, match="LibreOffice est ouvert"):
            action(invented)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("3.10.16", "Installer un LibreOffice plus récent"), (None, "python3-uno")],
    ids=["too old", "none"],
)
def test_a_libreoffice_without_a_fitting_python_is_refused(
    invented: Program, monkeypatch: pytest.MonkeyPatch, version: str | None, sentence: str
) -> None:
    python(monkeypatch, version or "", {})
    with pytest.raises(ProblemsFound, match=sentence):
        install.install(invented if version else replace(invented, python=None))


def test_a_python_that_does_not_answer_is_told(invented: Program) -> None:
    with pytest.raises(ProblemsFound, match="ne répond pas"):
        install.install(invented)


def test_without_network_the_wheels_and_the_commands_are_told_and_nothing_is_left(
    invented: Program, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python(monkeypatch, "3.13.2", {})
    monkeypatch.setattr(install, "_download", lambda folder, version, wanted: False)
    with pytest.raises(ProblemsFound) as error:
        install.install(invented)
    names = "numpy pandas openpyxl xlsxwriter"
    assert f"python -m pip download --python-version 3.13 --only-binary=:all: --dest roues {names}" in told(error)
    assert f'--no-index --find-links roues --target "{data / "packages-3.13"}" {names}' in told(error)
    assert list(data.iterdir()) == []


# numpy for LibreOffice's Python


def download(folder: Path, version: str, wanted: Sequence[str]) -> bool:
    folder.mkdir()
    (folder / "numpy.py").write_text("__version__ = '1.0'")
    return True


PROVIDED: dict[str, tuple[Mapping[str, str], list[str], list[str]]] = {
    "LibreOffice has them": ({"numpy": "2.0", "pandas": "2.2", "openpyxl": "3.1", "xlsxwriter": "3.2"}, [], []),
    "this program's own fit": ({}, ["site-packages", "dist-packages"], ["site-packages"]),
    "they are downloaded": ({}, ["packages-3.13"], ["packages-3.13"]),
}


@pytest.mark.parametrize(("own", "folders", "wanted"), PROVIDED.values(), ids=PROVIDED)
def test_numpy_is_provided_where_it_lacks_and_a_second_time_changes_nothing(
    invented: Program,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    own: Mapping[str, str],
    folders: list[str],
    wanted: list[str],
) -> None:
    python(monkeypatch, "3.13.2", own, folders)
    answers(monkeypatch, accept)
    monkeypatch.setattr(install, "_download", download)
    for _ in range(2):
        assert install.install(invented).startswith("Extension installée.")
        assert [Path(folder).name for folder in site.listed()] == wanted
        assert (data / "packages-3.13").exists() == ("packages-3.13" in wanted)
    assert install.uninstall(invented).startswith("Extension retirée" if wanted else "L'extension n'était pas installée")
    assert not data.exists()


def test_packages_put_there_by_hand_are_taken(invented: Program, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    download_by_hand = data / "packages-3.13"
    data.mkdir(parents=True)
    download(download_by_hand, "3.13", ["numpy"])
    python(monkeypatch, "3.13.2", {}, ["packages-3.13"])
    answers(monkeypatch, accept)
    monkeypatch.setattr(install, "_download", lambda folder, version, wanted: pytest.fail("downloaded"))
    install.install(invented)
    assert site.listed() == [str(download_by_hand)]


@pytest.mark.parametrize("listed", ["", "/ailleurs\n"], ids=["never installed", "installed before"])
def test_a_failed_installation_leaves_the_folder_as_it_was(
    invented: Program, data: Path, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    if listed:
        data.mkdir(parents=True)
        site.site_file().write_text(listed, "utf-8")
    python(monkeypatch, "3.13.2", {}, ["packages-3.13"])
    answers(monkeypatch, refuse)
    monkeypatch.setattr(install, "_download", download)
    with pytest.raises(ProblemsFound, match="LibreOffice refuse"):
        install.install(invented)
    assert {path.name for path in data.iterdir()} == ({"site.txt"} if listed else set())
    assert not listed or site.site_file().read_text("utf-8") == listed


def test_what_is_not_ours_stays_in_the_folder(invented: Program, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.mkdir(parents=True)
    (data / "à moi.txt").touch()
    python(monkeypatch, "3.13.2", {})
    answers(monkeypatch, accept)
    assert "rien n'a changé" in install.uninstall(invented)
    assert [path.name for path in data.iterdir()] == ["à moi.txt"]


# The diagnosis


def answering(found: object, shown: object = 100.0) -> Answers:
    return lambda program, **request: {"found": found, "shown": shown}


GOOD_EXTENSION = {"version": __version__, "enabled": True}
ALL = {"numpy": "2.4", "pandas": "3.0", "openpyxl": "3.1", "xlsxwriter": "3.2"}
DIAGNOSES: dict[str, tuple[str, str, Mapping[str, str], Answers, str, str, str]] = {
    "all is well": ("25.2", "3.11.2", ALL, answering(GOOD_EXTENSION), "Essai de calcul", GOOD, "répond juste"),
    "a version never tried": ("26.2", "3.12.1", ALL, answering(GOOD_EXTENSION), "LibreOffice", NOTE, "25.2 seulement"),
    "a version too old": ("7.4", "3.11.2", ALL, answering(GOOD_EXTENSION), "LibreOffice", BAD, "version 7.4"),
    "a Python too old": ("25.2", "3.10.1", ALL, answering(GOOD_EXTENSION), "Python de LibreOffice", BAD, "3.11 au moins"),
    "no numpy": ("25.2", "3.11.2", ALL | {"numpy": ""}, answering(GOOD_EXTENSION), "numpy", BAD, "absent"),
    "no pandas": ("25.2", "3.11.2", ALL | {"pandas": ""}, answering(GOOD_EXTENSION), "pandas", NOTE, "absent"),
    "no openpyxl": ("25.2", "3.11.2", ALL | {"openpyxl": ""}, answering(GOOD_EXTENSION), "openpyxl", NOTE, "absent"),
    "no xlsxwriter": ("25.2", "3.11.2", ALL | {"xlsxwriter": ""}, answering(GOOD_EXTENSION), "xlsxwriter", NOTE, "absent"),
    "no extension": ("25.2", "3.11.2", ALL, answering(None), "Extension", BAD, "pas installée"),
    "an old extension": (
        "25.2",
        "3.11.2",
        ALL,
        answering(GOOD_EXTENSION | {"version": "0.0.1"}),
        "Extension",
        BAD,
        "0.0.1 au lieu",
    ),
    "disabled": ("25.2", "3.11.2", ALL, answering(GOOD_EXTENSION | {"enabled": False}), "Extension", BAD, "désactivée"),
    "a wrong result": ("25.2", "3.11.2", ALL, answering(GOOD_EXTENSION, "#NAME?"), "Essai de calcul", BAD, "#NAME?"),
    "LibreOffice refuses": ("25.2", "3.11.2", ALL, refuse, "Essai de calcul", BAD, "refuse"),
}


@pytest.mark.parametrize(
    ("version", "own_python", "modules", "given", "subject", "verdict", "sentence"), DIAGNOSES.values(), ids=DIAGNOSES
)
def test_the_diagnosis_tells_each_defect_and_what_to_do(
    invented: Program,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    own_python: str,
    modules: Mapping[str, str],
    given: Answers,
    subject: str,
    verdict: str,
    sentence: str,
) -> None:
    python(monkeypatch, own_python, modules)
    answers(monkeypatch, given)
    findings = doctor.doctor(replace(invented, version=version))
    finding = next(one for one in findings if one.subject == subject)
    assert (finding.verdict, sentence in finding.found) == (verdict, True), finding
    assert [one for one in findings if one.verdict == BAD] == ([finding] if verdict == BAD else [])


def test_within_libreoffice_no_other_one_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pythonloader", ModuleType("pythonloader"))
    monkeypatch.setattr(doctor, "find", lambda: pytest.fail("another LibreOffice was looked for"))
    findings = doctor.doctor()
    assert [one.subject for one in findings] == ["Python de LibreOffice", *ALL, "Extension"]
    assert __version__ in findings[-1].found


# A real LibreOffice


@pytest.fixture
def real(tmp_path: Path) -> Program:
    """The LibreOffice of this computer with a profile of its own."""
    return replace(program.find(), profile=tmp_path / "profil été")


def verdicts(findings: list[Finding]) -> dict[str, str]:
    return {one.subject: one.verdict for one in findings}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_real_libreoffice_computes_once_installed_and_is_as_before_once_uninstalled(real: Program, data: Path) -> None:
    assert verdicts(doctor.doctor(real))["Extension"] == BAD
    for _ in range(2):
        install.install(real)
        findings = doctor.doctor(real)
        assert sound(findings), findings
        assert verdicts(findings)["Essai de calcul"] == GOOD
    assert install.uninstall(real) == "Extension retirée de LibreOffice."
    assert "rien n'a changé" in install.uninstall(real)
    assert not data.exists()
    assert verdicts(doctor.doctor(real))["Extension"] == BAD


@pytest.mark.slow
@pytest.mark.libreoffice
def test_an_open_libreoffice_is_left_alone_by_the_diagnosis(real: Program) -> None:
    install.install(real)
    real.lock.write_text("open")
    findings = verdicts(doctor.doctor(real))
    assert (findings["Extension"], findings["Essai de calcul"]) == (NOTE, GOOD)
    assert real.lock.read_text() == "open"
