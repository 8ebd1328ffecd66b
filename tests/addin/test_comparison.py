"""Scenarios side by side: what changed is said first, then what it does; nothing is invented where a line is missing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from cases.plain import filled

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.comparison import content, write_comparison
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.scenarios import scenario_file

Dotpop = Callable[..., tuple[int, str, str]]
BOUND = "IDX_BORNE_BASSE=0,5"


@pytest.fixture
def scenario(small_book: Path, tmp_path: Path) -> Path:
    path = tmp_path / "essai.xlsx"
    scenario_file(small_book, [BOUND, "TRJ_PLAFOND="], path)
    return path


def test_hypotheses_that_differ_come_first_and_nothing_else(
    small_book: Path, scenario: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    before = {path: path.read_bytes() for path in (small_book, scenario)}
    target = tmp_path / "comparaison.xlsx"
    status, out, errors = dotpop("compare", small_book, scenario, "--out", target)
    assert (status, errors) == (0, "")
    assert "Comparaison écrite" in out
    assert {path: path.read_bytes() for path in before} == before
    found = filled(target, "Ce qui change")
    assert found[1] == ["A : petite_région.xlsx · B : essai.xlsx"]
    assert found[4:6] == [
        ["IDX_BORNE_BASSE", "Borne basse de la position neutre", "0,95", "0,5"],
        ["TRJ_PLAFOND", "Plafond de croissance annuelle, hors reconduction", "0,05", "(vide)"],
    ]
    assert found[-1] == ["Aucune : les données saisies sont les mêmes."]


def test_who_crosses_a_bound_is_told_with_its_indices(
    small_book: Path, scenario: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    dotpop("compare", small_book, scenario, "--out", tmp_path / "comparaison.xlsx")
    one, other = (check(FileBook(path)).results.indices.records() for path in (small_book, scenario))
    moved = [(a, b) for a, b in zip(one, other, strict=True) if a["position"] != b["position"]]
    assert moved, "the scenario must move someone"
    told = filled(tmp_path / "comparaison.xlsx", "Bornes")[4:]
    assert [line[0] for line in told] == [a["finess"] for a, _ in moved]
    assert [line[-2:] for line in told] == [[pytest.approx(a["index"]), pytest.approx(b["index"])] for a, b in moved]


def test_each_hospital_has_its_values_and_their_difference_and_groups_add_up(
    small_book: Path, scenario: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    target = tmp_path / "comparaison.xlsx"
    dotpop("compare", small_book, scenario, "--out", target)
    body = [line for line in filled(target, "Dotations") if str(line[0]).isdigit()]
    assert len(body) == 4
    assert all(line[5] == pytest.approx(line[4] - line[3]) for line in body)
    groups = [line for line in filled(target, "Gagnants et perdants") if line[0] == "B"]
    whole = groups[0]
    assert whole[1:4] == ["Ensemble", "Région", 4]
    assert whole[9] == pytest.approx(sum(line[5] for line in body))
    assert whole[4] + whole[6] + whole[8] == 4
    segments = [line for line in groups if line[1] == "Segment"]
    assert sum(line[9] for line in segments) == pytest.approx(whole[9])


def test_a_changed_input_is_told_by_table_line_and_column_and_a_missing_line_is_absent(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    other = Path(shutil.copy(small_book, tmp_path / "autre.xlsx"))
    book = openpyxl.load_workbook(other)
    book["Établissements"]["G6"] = 61_000
    for column in "ABCDE":
        book["Activité"][f"{column}16"] = None  # the last line
    book.save(other)
    target = tmp_path / "comparaison.xlsx"
    status, _, errors = dotpop("compare", small_book, other, "--out", target)
    assert (status, errors) == (0, "")
    found = filled(target, "Ce qui change")
    assert ["Aucune : les hypothèses sont les mêmes."] in found
    told = [line for line in found if line[0] in ("Établissements",)]
    assert [line[2:] for line in told] == [["Dotation hors ASR (€)", "60000", "61000"]]
    assert [line[2:] for line in found if str(line[0]).startswith("Activité par")] == [["la ligne", "présente", "(absente)"]]


def test_a_table_with_many_changes_is_counted_and_its_cells_are_in_the_detail(
    small_book: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "FEW", 10)
    other, target = Path(shutil.copy(small_book, tmp_path / "autre.xlsx")), tmp_path / "comparaison.xlsx"
    book = openpyxl.load_workbook(other)
    book["Établissements"]["G6"] = 61_000
    for row in range(6, 17):
        book["Activité"][f"E{row}"] = book["Activité"][f"E{row}"].value + 1
    book.save(other)
    status, _, errors = dotpop("compare", small_book, other, "--out", target)
    assert status == 0, errors
    found, detail = filled(target, "Ce qui change"), filled(target, "Détail")
    assert [line[1:] for line in found if str(line[0]).startswith("Activité par")] == [[11, 11]]
    assert [line[3:] for line in found if line[0] == "Établissements"] == [["60000", "61000"]]
    listed = [line for line in detail if str(line[0]).startswith("Activité par")]
    assert (len(listed), {line[2] for line in listed}) == (11, {"Volume"})


def test_smr_is_compared_in_its_own_words(smr_demo_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    scenario_file(smr_demo_book, ["CRT_FORME=indice composé"], tmp_path / "essai.xlsx")
    target = tmp_path / "comparaison.xlsx"
    assert dotpop("compare", smr_demo_book, tmp_path / "essai.xlsx", "--out", target)[0] == 0
    found = filled(target, "Gagnants et perdants")
    assert {"ex-DG", "ex-OQN", "Polyvalent", "Spécialisé", "Gériatrie"} <= {line[2] for line in found if len(line) > 2}


@pytest.mark.parametrize(
    ("files", "words"),
    [(["small_book", "smr_demo_book"], "champ SMR ; attendu : le champ Psychiatrie")],
    ids=["two fields"],
)
def test_what_cannot_be_compared_is_refused_and_nothing_is_written(
    files: list[str], words: str, request: pytest.FixtureRequest, tmp_path: Path, dotpop: Dotpop
) -> None:
    paths = [request.getfixturevalue(name) for name in files]
    status, _, errors = dotpop("compare", *paths, "--out", tmp_path / "comparaison.xlsx")
    assert (status, words in errors) == (1, True), errors
    assert not (tmp_path / "comparaison.xlsx").exists()


@pytest.mark.parametrize(
    ("item", "value", "told"),
    [
        ("Code région", "53", "région « Petite région » (53) ; attendu : « Petite région » (84)"),
        ("Région", "Autre région", "région « Autre région » ; attendu : « Petite région »"),
    ],
)
def test_two_regions_are_no_scenarios_of_one(
    item: str, value: str, told: str, small_book: Path, scenario: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    for path, code in ((small_book, "84" if item == "Code région" else None), (scenario, None)):
        book = openpyxl.load_workbook(path)
        cells = {book["Accueil"].cell(row, 1).value: book["Accueil"].cell(row, 2) for row in range(1, 20)}
        cells["Code région"].value = code
        if path == scenario:
            cells[item].value = value
        book.save(path)
    status, _, errors = dotpop("compare", small_book, scenario, "--out", tmp_path / "comparaison.xlsx")
    assert (status, f"{told}, comme {small_book.name}" in errors) == (1, True), errors
    assert "Comparer des classeurs d'une même région" in errors


def test_every_problem_of_every_file_is_told_under_its_file(
    small_book: Path, scenario: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    for path in (small_book, scenario):
        book = openpyxl.load_workbook(path)
        book["Établissements"]["G6"] = None
        book.save(path)
    _, _, errors = dotpop("compare", small_book, scenario, "--out", tmp_path / "comparaison.xlsx")
    for path in (small_book, scenario):
        assert f"- {path} · Feuille Établissements, cellule G6 : " in errors


def test_workbooks_of_one_name_are_headed_by_their_folders(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    (tmp_path / "essai").mkdir()
    other = shutil.copy(small_book, tmp_path / "essai")
    target = tmp_path / "comparaison.xlsx"
    assert dotpop("compare", small_book, other, "--out", target)[0] == 0
    told = openpyxl.load_workbook(target)["Ce qui change"]["A2"].value
    assert told == f"A : {tmp_path.name}/{small_book.name} · B : essai/{small_book.name}"


def test_one_workbook_alone_is_told_by_its_own_name(small_book: Path, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match=r"petite_région\.xlsx : 1 classeur ; attendu : de 2 à 6 classeurs"):
        write_comparison([small_book], tmp_path / "comparaison.xlsx")


def test_a_compared_workbook_is_never_written_over(small_book: Path, scenario: Path, dotpop: Dotpop) -> None:
    before = scenario.read_bytes()
    status, _, errors = dotpop("compare", small_book, scenario, "--out", scenario)
    assert (status, "c'est l'un des fichiers lus" in errors) == (1, True)
    assert scenario.read_bytes() == before
