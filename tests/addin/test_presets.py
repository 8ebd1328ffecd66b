"""Presets: what the survey says of nine regions, the counts that it publishes, and what is left unknown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dotpop_addin import cli
from dotpop_addin.books.file import FileBook
from dotpop_addin.hypotheses import declared
from dotpop_addin.presets import UNKNOWN, presets
from dotpop_addin.region import FIELDS

Dotpop = Callable[..., tuple[int, str, str]]
FIELD = FIELDS["psychiatrie"]
HYPOTHESES = declared(FIELD.hypotheses_file)
ASKED = ("ENV_MARGE", "ENV_SEGMENTATION", "IND_IMPACT_LIMITE", "ACT_METRIQUE", "FLUX_AGES", "ACT_GRANULARITE", "TRJ_LOGIQUE")
"""Hypotheses that the survey asks every region for."""


def test_the_command_line_knows_the_presets() -> None:
    assert list(presets()) == cli.PRESETS
    assert len(presets()) == 9


@pytest.mark.parametrize("code", presets())
def test_each_choice_is_a_valid_value_of_a_hypothesis_and_each_question_is_answered_or_unknown(code: str) -> None:
    preset = presets()[code]
    for own, (value, where) in preset.choices.items():
        HYPOTHESES[own].parse(value)
        assert where
    assert set(preset.unknown) <= set(HYPOTHESES)
    assert not set(preset.choices) & set(preset.unknown)
    levels = ("MAILLE_ENSEMBLE",) if preset.choices["ENV_SEGMENTATION"][0] == "NON" else ("MAILLE_SECT", "MAILLE_OQN")
    assert {*ASKED, "ACT_OQN_DIVISE", *levels} <= {*preset.choices, *preset.unknown}


@pytest.mark.parametrize(
    ("hypothesis", "answer", "count"),
    [("ENV_SEGMENTATION", "OUI", 7), ("TRJ_LOGIQUE", "rattrapage", 6), ("TRJ_LOGIQUE", "convergence", 1)],
    ids=["7 of 9 segment", "6 of 9 catch up", "1 of the 7 that answered converges"],
)
def test_the_published_counts(hypothesis: str, answer: str, count: int) -> None:
    answers = [preset.choices[hypothesis][0] for preset in presets().values() if hypothesis in preset.choices]
    assert answers.count(answer) == count


def test_a_workbook_made_with_a_preset_holds_it_and_says_what_is_unknown(tmp_path: Path, dotpop: Dotpop) -> None:
    path = tmp_path / "région.xlsx"
    status, out, errors = dotpop("new", "psychiatrie", path, "--preset", "occitanie")
    assert (status, errors) == (0, "")
    assert "Inconnus, laissés vides : MAILLE_SECT, MAILLE_NON_SECT, MAILLE_OQN, ACT_OQN_DIVISE." in out
    block = FileBook(path).read("Hypothèses", "T_Hypotheses")
    assert block is not None
    place = {header: position for position, header in enumerate(block.headers)}
    lines = {line[place["Code"]]: line for line in block.rows}
    for code, (value, source) in presets()["occitanie"].cells.items():
        assert lines[code][place["Valeur"]] == value
        assert lines[code][place["Source"]] == source
        assert (UNKNOWN in source) == (value is None)
    untouched = set(lines) - set(presets()["occitanie"].cells)
    assert all(lines[code][place["Valeur"]] == HYPOTHESES[str(code)].value for code in untouched)
    assert FileBook(path).read_cells("Accueil", ["B9", "B10"]) == ["Occitanie", "76"]
    status, _, errors = dotpop("check", path)
    assert status == 1
    assert "Maille des ex-DAF sectorisés : cellule vide" in errors


def test_a_field_without_presets_says_so_and_writes_nothing(tmp_path: Path, dotpop: Dotpop) -> None:
    status, _, errors = dotpop("new", "smr", tmp_path / "région.xlsx", "--preset", "occitanie")
    assert status == 1
    assert f"{tmp_path / 'région.xlsx'} : aucun choix régional n'est connu pour le champ SMR" in errors
    assert list(tmp_path.iterdir()) == []


def test_presets_are_listed(dotpop: Dotpop) -> None:
    status, out, _ = dotpop("presets")
    assert status == 0
    assert [preset.name for preset in presets().values() if preset.name not in out] == []
