"""The history of workbooks: who ran what when, what still stands, and what was changed by hand."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaging import changed, put
from cases.forbidding import forbid

from dotpop_model import __version__

Dotpop = Callable[..., tuple[int, str, str]]
NOON, LATER = "1767268800", "1767272400"  # 1 January 2026, 12 h and 13 h


@pytest.fixture
def told(dotpop: Dotpop) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The history of paths, as a program reads it."""

    def run(*words: object) -> tuple[int, dict[str, Any]]:
        status, out, _ = dotpop("journal", *words, "--json")
        return status, json.loads(out)

    return run


@pytest.fixture
def computed(dotpop: Dotpop, small_book: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small region, calculated at noon by Marie."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    monkeypatch.setenv("LOGNAME", "marie")
    assert dotpop("run", small_book)[0] == 0
    return small_book


def test_each_calculation_is_told_in_the_order_of_time(
    computed: Path, told: Any, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = computed.with_name("copie.xlsx")
    shutil.copy(computed, copy)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", LATER)
    monkeypatch.setenv("LOGNAME", "paul")
    assert dotpop("run", computed, "--step", "indices")[0] == 0
    status, found = told(computed.parent)
    assert status == 0
    lines = [(one["time"], one["user"], one["step"], Path(one["file"]).name) for one in found["entries"]]
    assert lines == [
        ("2026-01-01 12:00:00", "marie", "complet", "copie.xlsx"),
        ("2026-01-01 12:00:00", "marie", "complet", computed.name),
        ("2026-01-01 13:00:00", "paul", "Indices", computed.name),
    ]
    assert all(len(one["inputs"]) == len(one["hypotheses"]) == len(one["results"]) == 64 for one in found["entries"])
    assert len({one["inputs"] for one in found["entries"]}) == 1


CHANGES: list[Any] = [
    pytest.param([], "tient", [], id="nothing"),
    pytest.param([("Indices", "L7", 0.5)], "ne tient plus", ["L7", "modifié à la main"], id="a result, by hand"),
    pytest.param(
        [("Établissements", "G7", 123_456)], "ne tient plus", ["Les données saisies ont changé"], id="an input since then"
    ),
    pytest.param([("Hypothèses", "D46", 3)], "ne tient plus", ["Les hypothèses ont changé"], id="a hypothesis since then"),
    pytest.param([("Établissements", "G7", -1)], "ne tient plus", ["ne se calculent plus"], id="an input that cannot be"),
]


@pytest.mark.parametrize(("changes", "state", "words"), CHANGES)
def test_what_no_longer_stands_is_told_with_its_reason(
    changes: list[tuple[str, str, object]], state: str, words: list[str], computed: Path, told: Any
) -> None:
    changed(computed, *(put(*one) for one in changes))
    before = computed.read_bytes()
    status, found = told(computed, "--verify")
    (verdict,) = found["verdicts"]
    assert (status == 0, verdict["state"]) == (state == "tient", state)
    assert [word for word in words if word not in " ".join(verdict["told"])] == []
    assert computed.read_bytes() == before


def test_a_batch_tells_what_it_wrote_and_what_was_changed_or_lost_since(
    computed: Path, told: Any, dotpop: Dotpop, tmp_path: Path
) -> None:
    out = tmp_path / "lot"
    assert dotpop("batch", computed, "--out", out, "--steps", "run,fiches", "--jobs", 1)[0] == 0
    status, found = told(out, "--verify")
    assert (status, [one["state"] for one in found["verdicts"]]) == (0, ["tient"])
    of_batch = [one for one in found["entries"] if one["source"] == "lot"]
    assert [(one["user"], one["step"]) for one in of_batch] == [("marie", "contrôle, calcul, fiches")]
    first, second, *_ = sorted((out / f"{computed.stem}_fiches").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes() + b" ")
    openpyxl.load_workbook(out / computed.name).save(out / computed.name)  # saved again, no result changed
    status, found = told(out, "--verify")
    verdicts = {Path(one["file"]).name: (one["state"], one["told"][0]) for one in found["verdicts"]}
    day = "depuis le lot du 2026-01-01 12:00:00."
    assert status == 1
    assert verdicts == {
        computed.name: ("tient", f"Enregistré de nouveau {day}"),
        first.name: ("ne tient plus", f"Absent : supprimé ou déplacé {day}"),
        second.name: ("ne tient plus", f"Enregistré de nouveau {day}"),
    }


@pytest.mark.parametrize(
    ("value", "folder"), [(61_000, "lot"), ("douze", "lot"), (61_000, "lot déplacé")], ids=["other", "wrong", "moved since"]
)
def test_a_result_whose_workbook_changed_since_the_batch_no_longer_stands(
    value: object, folder: str, computed: Path, told: Any, dotpop: Dotpop, tmp_path: Path
) -> None:
    out = tmp_path / "lot"
    assert dotpop("batch", computed, "--out", out, "--jobs", 1)[0] == 0
    out.rename(tmp_path / folder)
    assert told(tmp_path / folder, "--verify")[0] == 0
    changed(computed, put("Établissements", "G6", value))
    dotpop("batch", computed, "--out", tmp_path / "autre", "--jobs", 1)
    status, found = told(tmp_path / folder, "--verify")
    (verdict,) = found["verdicts"]
    sentence = f"Le classeur d'origine a changé depuis le lot du 2026-01-01 12:00:00 : {computed}. Relancer le lot."
    assert (status, verdict["state"], verdict["told"]) == (1, "ne tient plus", [sentence])


ALTERED = [
    pytest.param("A", "hier", "« Date et heure (UTC) » : « hier »", id="a date"),
    pytest.param("D", None, "« Calcul » : vide", id="what was calculated"),
    pytest.param("G", "xx", "« Empreinte des résultats » : « xx »", id="a digest"),
]


@pytest.mark.parametrize(("letter", "value", "words"), ALTERED)
def test_a_journal_altered_by_hand_is_told_and_does_not_verify(
    letter: str, value: object, words: str, computed: Path, told: Any
) -> None:
    row = next(cell.row for cell in openpyxl.load_workbook(computed)["Journal"]["A"] if "2026" in str(cell.value))
    changed(computed, put("Journal", f"{letter}{row}", value))
    status, found = told(computed)
    assert (status, [one["found"] for one in found["problems"]]) == (0, [words])
    assert found["problems"][0]["cell"] == f"{letter}{row}"
    assert told(computed, "--verify")[0] == 1


def test_a_digest_that_is_another_is_told(computed: Path, told: Any) -> None:
    row = next(cell.row for cell in openpyxl.load_workbook(computed)["Journal"]["A"] if "2026" in str(cell.value))
    assert told(computed, "--verify")[1]["verdicts"][0]["told"] == []
    changed(computed, put("Journal", f"G{row}", "0" * 64))
    (verdict,) = told(computed, "--verify")[1]["verdicts"]
    assert verdict["told"][0].startswith("L'empreinte des résultats au Journal n'est pas celle d'aujourd'hui")


def test_what_a_batch_remembers_and_cannot_be_read_does_not_verify(
    computed: Path, told: Any, dotpop: Dotpop, tmp_path: Path
) -> None:
    assert dotpop("batch", computed, "--out", tmp_path / "lot", "--jobs", 1)[0] == 0
    (tmp_path / "lot" / ".dotpop" / f"{computed.name}.json").write_text("{}", "utf-8")
    assert [told(tmp_path / "lot")[0], told(tmp_path / "lot", "--verify")[0]] == [0, 1]


def test_where_nothing_was_calculated_nothing_is_verified(small_book: Path, dotpop: Dotpop, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    for path in (small_book, tmp_path / "vide"):
        assert dotpop("journal", path) == (0, "Aucun calcul.\n", "")
        assert dotpop("journal", path, "--verify") == (1, "Rien n'a été vérifié : il n'y a aucun résultat.\n", "")


def test_a_batch_that_only_checked_names_the_workbook_and_fiches_alone_are_verified(
    computed: Path, told: Any, dotpop: Dotpop, tmp_path: Path
) -> None:
    dotpop("batch", computed, "--out", tmp_path / "vu", "--steps", "check")
    assert [one["file"] for one in told(tmp_path / "vu")[1]["entries"]] == [str(computed)]
    assert told(tmp_path / "vu", "--verify")[0] == 1
    dotpop("batch", computed, "--out", tmp_path / "lot", "--steps", "fiches")
    status, found = told(tmp_path / "lot", "--verify")
    fiches = str(tmp_path / "lot" / f"{computed.stem}_fiches")
    assert (status, [(one["file"], one["state"]) for one in found["verdicts"]]) == (0, [(fiches, "tient")])


def test_a_clock_that_went_back_is_told(computed: Path, told: Any, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767182400")  # the day before
    assert dotpop("run", computed)[0] == 0
    status, found = told(computed)
    assert status == 0
    assert ["2025-12-31 12:00:00" in one["found"] for one in found["problems"]] == [True]
    assert told(computed, "--verify")[0] == 1


def test_a_journal_of_an_older_workbook_is_read(computed: Path, told: Any) -> None:
    book = openpyxl.load_workbook(computed)
    cell = next(line[1] for line in book["Accueil"].iter_rows() if line[0].value == "Version du classeur")
    cell.value = "1"
    book.save(computed)
    status, found = told(computed)
    assert (status, len(found["entries"])) == (0, 1)


def test_what_cannot_be_read_is_told_and_the_others_are(computed: Path, told: Any) -> None:
    computed.with_name("abîmé.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    openpyxl.Workbook().save(computed.with_name("autre.xlsx"))  # of something else: left alone in a folder
    status, found = told(computed.parent)
    assert status == 1
    assert [Path(one["file"]).name for one in found["problems"]] == ["abîmé.xlsx"]
    assert len(found["entries"]) == 1
    status, found = told(computed.with_name("autre.xlsx"))
    assert (status, "T_Journal" in found["problems"][0]["found"]) == (1, True)


def test_a_path_that_does_not_exist_is_refused(told: Any, tmp_path: Path) -> None:
    status, found = told(tmp_path / "absent.xlsx")
    assert (status, found["problems"][0]["found"]) == (1, "introuvable")


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_read(
    computed: Path, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = computed.parent / "fermé"
    closed.mkdir()
    forbid(monkeypatch, closed)
    status, found = told(computed.parent)
    assert (status, len(found["entries"])) == (1, 1)
    assert [(one["file"], one["found"]) for one in found["problems"]] == [(str(closed), "accès refusé")]
    status, found = told(closed)
    assert (status, [one["found"] for one in found["problems"]]) == (1, ["accès refusé"])


def test_people_read_lines_and_verdicts(computed: Path, dotpop: Dotpop) -> None:
    changed(computed, put("Indices", "L7", 0.5))
    status, out, _ = dotpop("journal", computed, "--verify")
    assert status == 1
    assert f"2026-01-01 12:00:00  marie  dotpop {__version__}  complet  {computed}" in out
    assert f"✗ {computed} : ne tient plus." in out
    assert "1 cellule n'est plus celle que donnent les données saisies. La première : Feuille Indices, cellule L7" in out
