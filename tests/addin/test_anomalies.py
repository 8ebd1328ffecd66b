"""What a check of returned files tells: on the screen, to programs, and as a workbook whose links lead to the cells."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from cases.filling import ACTIVITY, ALLOCATIONS, SIGNATURE, Form
from cases.returning import answered

Dotpop = Callable[..., tuple[int, str, str]]
H1, H2 = "Retour 2023 010000001 CH Un.xlsx", "Retour 2023 010000002 CH Deux.xlsx"


@pytest.fixture
def received(small_book: Path, tmp_path: Path) -> Path:
    """The small region's answers: an error, something to confirm and a warning in the first, the others sound."""
    folder = tmp_path / "reçu & lu"
    answered(small_book, folder, changes=False)
    form = Form(folder / H1)
    form.put(SIGNATURE, 0, {"Fonction": None})
    form.put(ALLOCATIONS, 0, {"Montant (€)": "61 234,56"})
    form.put(ACTIVITY, 1, {"Volume": 60})
    form.put("T_Totaux", 0, {"Total déclaré": 61_234.56})
    form.put("T_Totaux", 3, {"Total déclaré": 60})
    form.save()
    return folder


def test_the_screen_tells_each_problem_the_gravest_first_and_how_many_files_are_sound(
    received: Path, dotpop: Dotpop
) -> None:
    status, output, errors = dotpop("check", received)
    lines = output.splitlines()
    assert (status, errors) == (1, "")
    assert lines[0] == f"{H1} : 1 erreur, 1 à confirmer, 1 avertissement"
    assert [line.split(".")[0].strip(" -") for line in lines[1:4]] == ["Erreur", "À confirmer", "Avertissement"]
    assert "Feuille Identification, cellule B11 : Fonction : cellule vide" in lines[1]
    assert "Feuille Activité, cellule F8 : 60, pour une référence de 20" in lines[2]
    assert "Feuille Dotations, cellule C7 : Montant (€) : texte « 61 234,56 »" in lines[3]
    assert "Lu comme 61234,56" in lines[3]
    assert lines[-1] == "7 fichiers : 6 recevables, 1 à corriger ou à confirmer."


def test_programs_get_every_problem_of_every_file(received: Path, small_book: Path, dotpop: Dotpop) -> None:
    status, output, _ = dotpop("check", received, "--region", small_book, "--json")
    told = json.loads(output)
    assert (status, told["status"], len(told["files"]), told["waited"]) == (1, "problems", 7, [])
    first = next(one for one in told["files"] if one["code"] == "010000001")
    assert (first["accepted"], first["name"], first["year"]) == (False, "CH Un", 2023)
    assert [(one["severity"], one["sheet"], one["cell"]) for one in first["problems"]] == [
        ("erreur", "Identification", "B11"),
        ("avertissement", "Dotations", "C7"),
        ("à confirmer", "Activité", "F8"),
    ]


def test_who_has_not_answered_is_listed(received: Path, small_book: Path, dotpop: Dotpop) -> None:
    (received / H2).unlink()
    _, output, _ = dotpop("check", received, "--region", small_book)
    assert output.splitlines()[-2:] == ["Sans réponse (1) :", "  010000002 CH Deux"]


def test_sound_files_give_a_status_of_success(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    answered(small_book, tmp_path / "recu", changes=False)
    assert dotpop("check", tmp_path / "recu") == (0, "7 fichiers : 7 recevables, 0 à corriger ou à confirmer.\n", "")
    status, output, _ = dotpop("check", tmp_path / "recu" / H1)
    assert (status, output) == (0, "1 fichier : 1 recevable, 0 à corriger ou à confirmer.\n")


def lists(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(line) for line in sheet.iter_rows(8, values_only=True)] for sheet in book.worksheets}


@pytest.mark.parametrize("place", ["anomalies.xlsx", "reçu & lu/anomalies.xlsx", "suivi/anomalies n° 1.xlsx"])
def test_each_link_leads_to_the_cell_from_wherever_the_list_stands(
    received: Path, tmp_path: Path, place: str, dotpop: Dotpop
) -> None:
    target = tmp_path / place
    target.parent.mkdir(exist_ok=True)
    dotpop("check", received, "--out", target)
    sheet = openpyxl.load_workbook(target)["Anomalies"]
    links = {cell.coordinate: cell.hyperlink for line in sheet.iter_rows(8) for cell in line if cell.hyperlink}
    assert {cell: link.location or link.target.partition("#")[2] for cell, link in links.items()} == {
        "E8": "'Identification'!B11",
        "E9": "'Activité'!F8",
        "E10": "'Dotations'!C7",
    }
    for link in links.values():
        file = unquote(link.target.partition("#")[0]).removeprefix("file:///").replace("\\", "/")
        assert (target.parent / file).resolve() == (received / H1).resolve()


def test_the_list_has_a_line_per_problem_and_a_line_per_file(received: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    dotpop("check", received, "--out", tmp_path / "anomalies.xlsx")
    found = lists(tmp_path / "anomalies.xlsx")
    assert [line[1:5] for line in found["Anomalies"]] == [
        ["010000001", "✖ Erreur", "Identification", "B11"],
        ["010000001", "? À confirmer", "Activité", "F8"],
        ["010000001", "! Avertissement", "Dotations", "C7"],
    ]
    assert [line[1:] for line in found["Fichiers"]][:2] == [
        ["010000001", "CH Un", "✖ Erreur", 1, 1, 1],
        ["010000002", "CH Deux", "✔ Recevable", 0, 0, 0],
    ]


def test_a_list_made_twice_in_the_folder_it_tells_of_does_not_tell_of_itself(received: Path, dotpop: Dotpop) -> None:
    for _ in range(2):
        status, output, _ = dotpop("check", received, "--out", received / "anomalies.xlsx", "--json")
        assert (status, len(json.loads(output)["files"])) == (1, 7)


def test_formulas_in_answers_stay_texts_in_the_list(received: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    form = Form(received / H2)
    cell = form.cell(ALLOCATIONS, 0, "Montant (€)")
    cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"
    form.save()
    dotpop("check", received, "--out", tmp_path / "anomalies.xlsx")
    book = openpyxl.load_workbook(tmp_path / "anomalies.xlsx")
    kinds = {
        cell.data_type for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value is not None
    }
    assert kinds <= {"s", "n"}


def test_a_list_is_not_written_over_something_else(received: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    (tmp_path / "notes.txt").write_text("à garder", "utf-8")
    status, _, errors = dotpop("check", received, "--out", tmp_path / "notes.txt")
    assert (status, "un nom en .xlsx" in errors) == (1, True)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "à garder"


@pytest.mark.libreoffice
def test_a_spreadsheet_opens_the_list(received: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    from cases.office import Office, shown

    dotpop("check", received, "--out", tmp_path / "anomalies.xlsx")
    with Office() as office:
        document = office.load(tmp_path / "anomalies.xlsx")
        told = shown(document, "Anomalies", "C8:E8")
        document.close(True)
    assert told == [["✖ Erreur", "Identification", "B11"]]
