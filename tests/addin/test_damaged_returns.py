"""A corpus of damaged returns: of each, exactly the problems that must be told, no more and no less."""

import shutil
from pathlib import Path

import pytest
from cases import damaged_cells, damaged_files, damaged_folders, damaged_numbers, damaged_sheets, sent_region
from cases.damaged_folders import Folder, FolderCase
from cases.damaging import Case, Told
from cases.filling import Form
from cases.small_region import H1

from dotpop_addin.levels import Level
from dotpop_addin.problems import WARNING
from dotpop_addin.returns.actions import check_returns
from dotpop_addin.returns.answers import Answer, read_answer
from dotpop_addin.returns.changes import given
from dotpop_addin.returns.folder import answers
from dotpop_addin.sending import send

Values = set[tuple[str, tuple[object, ...], str, object]]
CASES = [case for module in (damaged_numbers, damaged_cells, damaged_sheets, damaged_files) for case in module.CASES]


CHANGED = {"a jump with its explanation", "a name in several lines"}
"""Cases with no more than warnings in which the sender means to give another value."""
READ = {case.name for case in CASES if all(one.severity == WARNING for one in case.told)} - CHANGED


@pytest.fixture(scope="session")
def sound_values(sound_returns: dict[str, Path]) -> dict[str, Values]:
    return {sender: values(read_answer(path)) for sender, path in sound_returns.items()}


def values(answer: Answer) -> Values:
    """What an answer gives for its region."""
    said = [one for one in given(answer) if one.value or one.table != "activity"]  # an added line without patient is none
    return {(one.table, one.key, one.column, one.value) for one in said}


def told(answer: Answer, wanted: list[Told]) -> list[Told]:
    """The problems of an answer, their actions cut to the words that are wanted of them."""
    assert all(problem.file == answer.file and problem.action.endswith(".") for problem in answer.problems)
    actions = [one.action for one in wanted] + [""] * len(answer.problems)
    return [
        Told(one.severity, one.sheet, one.cell, one.found, one.action[: len(action)])
        for one, action in zip(answer.problems, actions, strict=False)
    ]


def received(sender: str, sound: dict[str, Path], folder: Path) -> Path:
    return Path(shutil.copy(sound[sender], folder / sent_region.FILES[sender]))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_what_is_wrong_is_told_exactly_and_what_is_read_all_the_same_is_what_was_meant(
    case: Case, sound_returns: dict[str, Path], sound_values: dict[str, Values], tmp_path: Path
) -> None:
    path = received(case.sender, sound_returns, tmp_path)
    case.damage(path)
    before, moment = path.read_bytes(), path.stat().st_mtime_ns
    (answer,) = answers([path])
    assert told(answer, list(case.told)) == list(case.told)
    assert (case.name in READ) <= (values(answer) == sound_values[case.sender])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, moment)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in damaged_folders.CASES])
def test_what_is_wrong_in_a_folder_is_told_of_each_file(
    case: FolderCase, sound_returns: dict[str, Path], asking_region: Path, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "reçu", sound_returns, asking_region)
    folder.path.mkdir()
    case.fill(folder)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.path.rglob("*") if path.is_file()}
    found = check_returns([folder.path], asking_region if case.against else None).answers
    assert {one.path.name: told(one, list(case.told.get(one.path.name, []))) for one in found} == dict(case.told)
    assert before == {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.path.rglob("*") if path.is_file()
    }


def test_a_contested_hospital_is_one_of_the_region_even_when_the_file_shows_none(
    asking_region: Path, tmp_path: Path
) -> None:
    send(asking_region, tmp_path / "envoi", Level.TOTAUX)
    form = Form(tmp_path / "envoi" / sent_region.FILES["FHF"]).complete()
    for line, finess in enumerate((H1, "010000099")):
        words = {"FINESS": finess, "Donnée": "Indice", "Valeur proposée": "0,9", "Motif et source": "Nos comptes"}
        form.put("T_Contestations", line, words)
    (answer,) = check_returns([form.save()], asking_region).answers
    assert [(one.cell, one.found) for one in answer.problems] == [("A8", "FINESS : « 010000099 » inconnu de la région")]


def test_the_corpus_is_a_table_of_different_cases() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 150


def test_sound_answers_have_no_problem(sound_returns: dict[str, Path], asking_region: Path) -> None:
    checked = check_returns(list(sound_returns.values()), asking_region)
    assert [answer.problems for answer in checked.answers] == [[]] * len(sound_returns)
    assert checked.waited == []
