"""The command line as its users meet it: French words, exit status, JSON, nothing written when anything is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cases import plain
from cases.damaging import changed, put

from dotpop_addin import comparison
from dotpop_addin.commands import typed
from dotpop_addin.follow_up import reading

Dotpop = Callable[..., tuple[int, str, str]]

ENGLISH = ("usage:", "optional", "positional", "show this", "required", "invalid", "error", "unrecognized", "choose")
COMMANDS = [
    [],
    ["new"],
    ["demo"],
    ["check"],
    ["run"],
    ["verify"],
    ["fiches"],
    ["synthese"],
    ["load"],
    ["load", "activite"],
]


def test_the_command_line_knows_how_many_workbooks_are_set_side_by_side() -> None:
    assert (typed.LEAST, typed.COMPARED, typed.FOLLOWED) == (reading.LEAST, comparison.MOST, reading.MOST)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_french_and_leaves_with_0(dotpop: Dotpop, command: list[str]) -> None:
    status, out, _ = dotpop(*command, "--help")
    assert status == 0
    assert "utilisation" in out
    assert [word for word in ENGLISH if word in out.lower()] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["arguments manquants"]),
        (["dance"], ["« dance » n'est pas possible"]),
        (["run"], ["arguments manquants", "FICHIER"]),
        (["run", "a.xlsx", "--fast"], ["arguments inconnus", "--fast"]),
        (["new", "chirurgie", "a.xlsx"], ["« chirurgie » n'est pas possible", "psychiatrie"]),
        (["demo", "--out"], ["une valeur est attendue"]),
        (["fiches", "a.xlsx", "--out", "b", "--diffusion", "tout"], ["« tout » n'est pas possible", "totaux", "complet"]),
        (["synthese", "a.xlsx", "--out", "b.xlsx"], ["arguments manquants", "--diffusion"]),
        (["load", "activite", "a.csv"], ["arguments manquants", "--into"]),
        (["load", "activite", "a.csv", "--into", "b", "--replace", "--append"], ["incompatible"]),
        (["scenario", "a.xlsx", "--set", "IDX_BORNE_BASSE", "--out", "b.xlsx"], ["« IDX_BORNE_BASSE »", "CODE=VALEUR"]),
        (["compare", "a.xlsx", "--out", "b.xlsx"], ["FICHIER : 1 classeur ; attendu : de 2 à 6 classeurs"]),
        (["follow", "a.xlsx", "--out", "b.xlsx"], ["FICHIER : 1 classeur ; attendu : de 2 à 8 classeurs"]),
        (["follow", *["a.xlsx"] * 9, "--out", "b.xlsx"], ["9 classeurs ; attendu : de 2 à 8"]),
        (["follow", "a", "b", "--out", "c.xlsx", "--fusion", "699900340"], ["« 699900340 »", "ANCIEN=NOUVEAU, deux FINESS"]),
        (["follow", "a", "b", "--out", "c.xlsx", "--fusion", "E=O"], ["« E=O »", "690000002=690000001"]),
        (["sensitivity", "a.xlsx", "--out", "b.xlsx", "--range", "TRJ_GAMMA=0"], ["« TRJ_GAMMA=0 »", "CODE=BAS:HAUT"]),
        (["sensitivity", "a.xlsx", "--out", "b.xlsx", "--draws", "0"], ["« 0 »", "une puissance de 2, 64 au moins"]),
        (["sensitivity", "a.xlsx", "--out", "b.xlsx", "--draws", "32"], ["« 32 »", "64 au moins"]),
        (["sensitivity", "a.xlsx", "--out", "b.xlsx", "--draws", "100"], ["« 100 »", "une puissance de 2"]),
        (["sensitivity", "a.xlsx", "--out", "b.xlsx", "--seed", "-1"], ["« -1 »", "un entier positif"]),
    ],
)
def test_wrong_usage_leaves_with_2_and_says_what_is_wrong_in_french(
    dotpop: Dotpop, arguments: list[str], words: list[str]
) -> None:
    status, _, errors = dotpop(*arguments)
    assert status == 2
    assert [word for word in words if word not in errors] == []
    assert [word for word in ENGLISH if word in errors.lower()] == []


def test_run_writes_into_a_copy_and_leaves_the_workbook_alone(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    before, copy = small_book.read_bytes(), tmp_path / "copie.xlsx"
    status, out, _ = dotpop("run", small_book, "--out", copy)
    assert status == 0
    assert small_book.read_bytes() == before
    assert "Petite région" in out
    assert plain.column(copy, "Indices", "T_Indices", "Position") == ["Moins doté", "Mieux doté", "Neutre", "Neutre"]


def test_json_is_for_programs(dotpop: Dotpop, small_book: Path) -> None:
    status, out, errors = dotpop("run", small_book, "--json")
    told = json.loads(out)
    assert (status, errors, told["status"]) == (0, "", "ok")
    assert {row["segment"]: row["hospitals"] for row in told["positions"]}["all"] == 4
    assert told["years"][0]["offered"] is None  # the base year has no measures: missing, not zero
    assert {row["verdict"] for row in told["controls"]} <= {"ok", "info", "warning"}


def test_each_run_leaves_a_line_in_the_journal(dotpop: Dotpop, small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    dotpop("run", small_book)
    dotpop("run", small_book)
    lines = plain.table(small_book, "Journal", "T_Journal")
    assert [line["Date et heure (UTC)"] for line in lines] == ["2023-11-14 22:13:20"] * 2
    digests = {tuple(line[f"Empreinte des {what}"] for what in ("entrées", "hypothèses", "résultats")) for line in lines}
    assert len(digests) == 1  # same inputs, same results
    assert all(len(digest) == 64 for digest in digests.pop())


def test_verify_finds_every_result_standing(dotpop: Dotpop, small_book: Path) -> None:
    dotpop("run", small_book)
    status, out, _ = dotpop("verify", small_book)
    assert status == 0
    assert "chaque résultat tient" in out


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "named"),
    [
        ("Indices", "L7", 0.5, ["Feuille Indices, cellule L7", "« 0,5 »"]),
        ("Indices", "M7", "Neutre", ["Feuille Indices, cellule M7", "« Neutre »", "« Mieux doté »"]),
        ("Indices", "O6", 42_400.01, ["Feuille Indices, cellule O6"]),
        ("Trajectoire", "K7", 1, ["Feuille Trajectoire, cellule K7"]),
        ("Synthèse", "B50", 2, ["Feuille Synthèse, cellule B50"]),
        ("Contrôles", "G6", "Anomalie", ["Feuille Contrôles, cellule G6"]),
        ("Population pondérée", "F6", None, ["Feuille Population pondérée, cellule F6", "vide"]),
    ],
)
def test_verify_names_the_first_result_that_was_changed(
    dotpop: Dotpop, small_book: Path, sheet: str, cell: str, value: object, named: list[str]
) -> None:
    dotpop("run", small_book)
    changed(small_book, put(sheet, cell, value))
    status, _, errors = dotpop("verify", small_book)
    assert status == 1
    assert "1 résultat ne tient plus" in errors
    assert [words for words in named if words not in errors] == []


def test_verify_says_that_inputs_changed_since_the_calculation(dotpop: Dotpop, small_book: Path) -> None:
    dotpop("run", small_book)
    changed(small_book, put("Établissements", "G6", 61_000))
    status, _, errors = dotpop("verify", small_book)
    assert status == 1
    assert "Les données saisies ont changé depuis le calcul du" in errors
    assert "Les hypothèses ont changé" not in errors


def test_verify_wants_a_calculation_first(dotpop: Dotpop, small_book: Path) -> None:
    status, _, errors = dotpop("verify", small_book)
    assert status == 1
    assert "Lancer d'abord le calcul" in errors


def test_an_unforeseen_error_is_a_sentence_and_a_file_never_a_trace(
    dotpop: Dotpop, small_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("dotpop_model.steps.Chain.run", broken)
    before = small_book.read_bytes()
    status, out, errors = dotpop("run", small_book)
    assert status == 1
    assert "Défaut du programme (ZeroDivisionError)" in errors
    assert "Traceback" not in out + errors
    assert "nobody foresaw this" in Path(errors.rpartition(" ")[2].strip()).read_text("utf-8")
    assert small_book.read_bytes() == before


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dotpop_addin.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numpy', 'pandas', 'openpyxl', 'tqdm') if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr.strip() == "[]"


def test_a_calculation_does_not_import_pandas(small_book: Path) -> None:
    run = f"from dotpop_addin.cli import main; main(['run', {str(small_book)!r}])"
    code = f"import sys; {run}; print('pandas' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip().endswith("False")


def test_fiches_writes_one_file_a_hospital(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    status, told, errors = dotpop("fiches", small_book, "--out", tmp_path / "fiches")
    written = list((tmp_path / "fiches").iterdir())
    assert (status, errors) == (0, "")
    assert told.startswith(f"{len(written)} fichiers écrits")
    assert len(written) > 1
