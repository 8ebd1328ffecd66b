"""What is written never takes the place of what people typed: each command, onto each kind of workbook."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dotpop_addin.files import demonstration
from dotpop_addin.problems import REASONS, ProblemsFound
from dotpop_addin.sheets.files import make_folder
from dotpop_addin.survey import write_questionnaire

Dotpop = Callable[..., tuple[int, str, str]]
REPORTS = [
    ["compare", "region.xlsx", "other.xlsx", "--out"],
    ["follow", "region.xlsx", "other.xlsx", "--out"],
    ["sensitivity", "region.xlsx", "--out"],
    ["synthese", "region.xlsx", "--diffusion", "totaux", "--out"],
    ["enquete", "answers", "--out"],
    ["check", "received", "--region", "region.xlsx", "--out"],
    ["collect", "received", "--into", "region.xlsx", "--anomalies"],
]
REGIONS = [
    ["run", "region.xlsx", "--out"],
    ["run", "region.xlsx", "--step", "flux", "--out"],
    ["check", "region.xlsx", "--out"],
    ["atelier", "region.xlsx", "--out"],
    ["scenario", "region.xlsx", "--set", "IDX_BORNE_BASSE=0,9", "--out"],
    ["load", "activite", "export.csv", "--into", "region.xlsx", "--out"],
    ["collect", "received", "--into", "region.xlsx", "--out"],
]
REPORT, REGION, RETURN = "dotpop n'a pas écrit", "un classeur de région", "un fichier reçu, ou à envoyer"
SURVEY, ANOTHER = "un questionnaire de l'enquête", "c'est le classeur d'une autre région"


@pytest.fixture
def place(
    small_book: Path, sound_returns: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """A folder with a region, and what a target is there."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(small_book, "region.xlsx")
    shutil.copy(small_book, "other.xlsx")
    for name in ("answers", "received"):
        Path(name).mkdir()
    target = Path("target.xlsx")

    def made(what: str) -> Path:
        if what == SURVEY:
            write_questionnaire(target)
        elif what == RETURN:
            shutil.copy(next(iter(sound_returns.values())), target)
        elif what == REPORT:
            openpyxl.Workbook().save(target)
        else:
            shutil.copy(small_book, target)
        if what == ANOTHER:
            book = openpyxl.load_workbook(target)
            cells = {book["Accueil"].cell(row, 1).value: book["Accueil"].cell(row, 2) for row in range(1, 30)}
            cells["Code région"].value = "53"
            book.save(target)
        return target

    return made


@pytest.mark.parametrize(
    ("command", "what"),
    [
        pytest.param(command, what, id=f"{' '.join(command)} over {what}")
        for commands, refused in ((REPORTS, [REGION, RETURN, SURVEY, REPORT]), (REGIONS, [ANOTHER, RETURN, SURVEY, REPORT]))
        for command in commands
        for what in refused
    ],
)
def test_a_report_takes_the_place_of_a_report_only_and_a_region_of_the_same_region(
    command: list[str], what: str, place: Callable[[str], Path], dotpop: Dotpop
) -> None:
    target = place(what)
    before = target.read_bytes()
    status, _, errors = dotpop(*command, target)
    assert (status, what in errors, target.read_bytes() == before) == (1, True, True), errors


@pytest.mark.parametrize("command", REGIONS, ids=lambda command: " ".join(command[::2]))
def test_a_copy_is_never_the_workbook_that_is_read(command: list[str], place: Callable[[str], Path], dotpop: Dotpop) -> None:
    before = place(REGION).with_name("region.xlsx").read_bytes()
    status, _, errors = dotpop(*command, "region.xlsx")
    assert (status, "c'est l'un des fichiers lus" in errors) == (1, True), errors
    assert Path("region.xlsx").read_bytes() == before


def test_the_same_region_and_a_former_report_are_replaced(place: Callable[[str], Path], dotpop: Dotpop) -> None:
    target = place(REGION)
    assert dotpop("run", "region.xlsx", "--out", target)[0] == 0
    for _ in range(2):
        assert dotpop("compare", "region.xlsx", target, "--out", "comparison.xlsx")[0] == 0


def test_a_region_whose_code_is_not_typed_yet_is_told_by_its_name(place: Callable[[str], Path], dotpop: Dotpop) -> None:
    target = place(ANOTHER)
    book = openpyxl.load_workbook(target)
    for row in range(1, 30):
        if book["Accueil"].cell(row, 1).value == "Code région":
            book["Accueil"].cell(row, 2).value = None
    book.save(target)
    assert dotpop("check", "region.xlsx", "--out", target)[0] == 0


@pytest.mark.slow
def test_a_demonstration_is_written_again_until_someone_types_in_it(smr_demo_book: Path, tmp_path: Path) -> None:
    target = Path(shutil.copy(smr_demo_book, tmp_path))
    demonstration("smr", target)
    book = openpyxl.load_workbook(target)
    book["Établissements"]["B6"] = "Autre nom"
    book.save(target)
    with pytest.raises(ProblemsFound, match="n'est plus celui que la démonstration écrit"):
        demonstration("smr", target)
    assert openpyxl.load_workbook(target)["Établissements"]["B6"].value == "Autre nom"


@pytest.mark.parametrize(
    "command", [REPORTS[0], *REPORTS[3:4], REGIONS[0], REGIONS[4]], ids=lambda command: " ".join(command[::3])
)
def test_a_folder_that_is_not_there_is_to_be_made(command: list[str], place: Callable[[str], Path], dotpop: Dotpop) -> None:
    place(REGION)
    status, _, errors = dotpop(*command, Path("dossier inexistant") / "c.xlsx")
    assert (status, "dossier introuvable" in errors, "Créer le dossier" in errors) == (1, True, True), errors


@pytest.mark.parametrize("number", sorted(REASONS))
def test_what_the_system_says_of_a_file_is_told_in_french(number: int, tmp_path: Path, monkeypatch: Any) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "x")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ProblemsFound) as found:
        make_folder(tmp_path / "a")
    assert os.strerror(number) not in str(found.value)
