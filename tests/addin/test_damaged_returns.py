"""A corpus of damaged returns: of each, exactly the problems that must be told, no more and no less."""

import shutil
from pathlib import Path

import pytest
from cases import damaged_cells, damaged_files, damaged_numbers, damaged_sheets, sent_region
from cases.damaging import Case, Told

from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.folder import answers

CASES = [case for module in (damaged_numbers, damaged_cells, damaged_sheets, damaged_files) for case in module.CASES]


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
def test_what_is_wrong_is_told_exactly(case: Case, sound_returns: dict[str, Path], tmp_path: Path) -> None:
    path = received(case.sender, sound_returns, tmp_path)
    case.damage(path)
    before, moment = path.read_bytes(), path.stat().st_mtime_ns
    (answer,) = answers([path])
    assert told(answer, list(case.told)) == list(case.told)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, moment)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_corpus_is_a_table_of_different_cases() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 150


def test_sound_answers_have_no_problem(sound_returns: dict[str, Path], asking_region: Path) -> None:
    from dotpop_addin.returns.actions import check_returns

    checked = check_returns(list(sound_returns.values()), asking_region)
    assert [answer.problems for answer in checked.answers] == [[]] * len(sound_returns)
    assert checked.waited == []
