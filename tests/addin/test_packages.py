"""The commands of the add-in's packages, as a user types them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dotpop_addin.diagnosis import BAD, NOTE, Finding
from dotpop_addin.excel import doctor as excel_doctor
from dotpop_addin.libreoffice import doctor as libreoffice_doctor

Dotpop = Callable[..., tuple[int, str, str]]
BUILT = {"excel": ["dotpop-licences.txt", "dotpop.xlam"], "libreoffice": ["dotpop.oxt"]}
DOCTORS = {"excel": excel_doctor, "libreoffice": libreoffice_doctor}


@pytest.mark.parametrize("program", BUILT)
def test_a_package_is_built_the_same_each_time_into_a_folder_made_for_it(
    program: str, tmp_path: Path, dotpop: Dotpop
) -> None:
    for folder in (tmp_path / "un" / "dossier", tmp_path / "autre"):
        status, told, errors = dotpop(program, "build", "--out", folder)
        assert (status, errors) == (0, "")
        assert f"dotpop {program} install" in told
        assert sorted(one.name for one in folder.iterdir()) == BUILT[program]
    for name in BUILT[program]:
        assert (tmp_path / "un" / "dossier" / name).read_bytes() == (tmp_path / "autre" / name).read_bytes()


@pytest.mark.parametrize("program", BUILT)
def test_a_package_that_cannot_be_written_is_told(program: str, tmp_path: Path, dotpop: Dotpop) -> None:
    (tmp_path / "occupé").write_text("un fichier")
    status, told, errors = dotpop(program, "build", "--out", tmp_path / "occupé")
    assert (status, told) == (1, "")
    assert "écriture impossible" in errors


@pytest.mark.parametrize("program", DOCTORS)
@pytest.mark.parametrize(
    ("verdict", "status", "last"),
    [("bon", 0, "Tout est en ordre."), (NOTE, 0, "Aucun défaut"), (BAD, 1, "1 défaut : suivre les conseils")],
)
def test_the_diagnosis_ends_with_what_it_comes_to(
    program: str, verdict: str, status: int, last: str, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Finding("Python", "version 3.11"), Finding("Extension", "pas installée", "L'installer.", verdict)]
    monkeypatch.setattr(DOCTORS[program], "doctor", lambda: found)
    code, told, _ = dotpop(program, "doctor")
    assert code == status
    assert told.splitlines()[-1].startswith(last)
    assert "→ L'installer." in told
    code, told, _ = dotpop(program, "doctor", "--json")
    assert (code, json.loads(told)["findings"][1]["verdict"]) == (status, verdict)


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows it would install")
@pytest.mark.parametrize("action", ["install", "uninstall"])
def test_elsewhere_than_on_windows_excel_is_said_not_to_be_there(action: str, dotpop: Dotpop) -> None:
    status, told, errors = dotpop("excel", action)
    assert (status, told) == (1, "")
    assert "Windows" in errors
    assert "dotpop excel build" in errors
