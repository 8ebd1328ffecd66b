"""A campaign lasts: the agency corrects, hospitals answer again, files are checked a second time, codes change."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaged_folders import Folder
from cases.damaging import in_hand, typed
from cases.plain import lines, place_of
from cases.sent_region import CENTRE, FILES
from cases.small_region import H1, H2

from dotpop_addin.levels import Level
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.returns import folder as returned
from dotpop_addin.sending import send

Dotpop = Callable[..., tuple[int, str, str]]
WHERE = {"T_Etablissements": "Établissements", "T_Activite": "Activité", "T_Engagements": "Financements"}


def by_hand(region: Path, table: str, header: str, value: Any, **keys: Any) -> None:
    """A cell that the agency types; keys: of its line, by header, underscores for spaces."""
    book = openpyxl.load_workbook(region)
    sheet, (left, top, right, bottom) = place_of(book, table)
    headers = [sheet.cell(top, column).value for column in range(left, right + 1)]
    wanted = {name.replace("_", " "): value for name, value in keys.items()}
    for row in range(top + 1, bottom + 1):
        if all(sheet.cell(row, left + headers.index(name)).value == one for name, one in wanted.items()):
            sheet.cell(row, left + headers.index(header)).value = value
            break
    else:
        raise KeyError(keys)
    book.save(region)


def allocation(region: Path, finess: str) -> Any:
    return next(line["Dotation hors ASR (€)"] for line in lines(region, "T_Etablissements") if line["FINESS"] == finess)


def observations(region: Path) -> list[tuple[Any, Any, Any]]:
    return [(line["Connue"], line["Proposée"], line["Observation"]) for line in lines(region, "T_Observations")]


def raised(amount: float) -> Callable[[Path], None]:
    return in_hand(typed("Dotations", C7=amount, F7="Avenant"), typed("Totaux", C7=amount + 20_000))


def test_the_same_folder_imported_again_leaves_what_the_agency_has_corrected_since(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", raised(61_000))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    by_hand(folder.region, "T_Etablissements", "Dotation hors ASR (€)", 60_500, FINESS=H1)
    before = folder.region.read_bytes()
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "0 valeur changée" in output) == (0, True)
    assert folder.region.read_bytes() == before


def test_a_corrected_answer_takes_the_place_of_the_first_and_the_first_does_not_come_back(
    folder: Folder, dotpop: Dotpop
) -> None:
    first = folder.put(H1, "", raised(61_000))
    old = Path(shutil.copy(first, folder.path.parent / "ancienne.xlsx"))
    dotpop("collect", folder.path, "--into", folder.region)
    folder.put(H1, "", raised(62_000))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert allocation(folder.region, H1) == 62_000
    shutil.copy(old, first)
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "réponse déjà reprise, puis remplacée par une autre" in output) == (1, True)
    assert allocation(folder.region, H1) == 62_000
    assert dotpop("collect", folder.path, "--into", folder.region, "--confirm", f"{H1[:3]} {H1[3:]} ")[0] == 0
    assert allocation(folder.region, H1) == 61_000


def test_a_value_sent_back_as_it_was_leaves_what_the_agency_has_changed_meanwhile(folder: Folder, dotpop: Dotpop) -> None:
    by_hand(folder.region, "T_Etablissements", "Dotation hors ASR (€)", 77_777, FINESS=H2)
    by_hand(folder.region, "T_Etablissements", "Raison sociale", "CH Deux et Demi", FINESS=H2)
    folder.put(H2)
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert allocation(folder.region, H2) == 77_777
    kept = "Renvoyé tel qu'envoyé ; l'agence a changé cette valeur depuis : celle de l'agence est gardée."
    assert {("77777", "100000", kept), ("CH Deux et Demi", "CH Deux", kept)} <= set(observations(folder.region))


def test_a_hospital_may_come_back_to_the_value_that_it_was_sent(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", raised(61_000))
    dotpop("collect", folder.path, "--into", folder.region)
    assert allocation(folder.region, H1) == 61_000
    folder.put(H1)
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert allocation(folder.region, H1) == 60_000


def test_a_corrected_answer_takes_back_the_lines_that_the_first_one_added(folder: Folder, dotpop: Dotpop) -> None:
    def volume(finess: str) -> Any:
        found = [line for line in lines(folder.region, "T_Activite") if line["FINESS"] == finess and line["Forme"] == "TP"]
        return [line["Volume"] for line in found if line["Territoire de résidence"] == "Z1"]

    added = typed("Activité", A9="Z1", C9="Adultes", D9="TP", F9=40)
    commitment = typed("Engagements", A7="Ouvrir un CMP", C7=5_000, D7=1_000, F7="En cours")
    asked = typed("ASR", A8=CENTRE, C8=1_000)
    totals = typed("Totaux", C8=1_500, C9=120, C11=1_000)
    folder.put(H2, "", in_hand(added, commitment, asked, totals))
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert status == 0, output
    assert volume(H2) == [40]
    assert [line["Engagement"] for line in lines(folder.region, "T_Engagements") if line["FINESS"] == H2] == [
        "Ouvrir un CMP"
    ]
    renamed = typed("Engagements", A7="Ouvrir un CMP adultes", C7=5_000, D7=1_000, F7="En cours")
    folder.put(H2, "", in_hand(renamed, typed("Totaux", C11=1_000)))
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert status == 0, output
    assert volume(H2) == [0]
    held = [line["Engagement"] for line in lines(folder.region, "T_Engagements") if line["FINESS"] == H2]
    assert held == ["Ouvrir un CMP adultes"]
    parts = [line for line in lines(folder.region, "T_ASR") if line["Activité"] == CENTRE]
    amounts = {line["FINESS (facultatif)"]: line["Montant ASR (€)"] for line in parts}
    assert (amounts[H2], amounts[None]) == (0, 2_365.44)


def test_a_code_that_the_region_no_longer_has_is_refused_at_its_cell(folder: Folder, dotpop: Dotpop) -> None:
    by_hand(folder.region, "T_Formes", "Code", "TPX", Code="TP")
    book = openpyxl.load_workbook(folder.region)
    sheet, (left, top, _, bottom) = place_of(book, "T_Activite")
    for row in range(top + 1, bottom + 1):
        if sheet.cell(row, left + 3).value == "TP":
            sheet.cell(row, left + 3).value = "TPX"
    book.save(folder.region)
    folder.put(H1)
    before = lines(folder.region, "T_Activite")
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "« TP », que la région n'a plus" in output) == (1, True)
    assert lines(folder.region, "T_Activite") == before


def test_data_of_another_nature_do_not_mix(folder: Folder, dotpop: Dotpop) -> None:
    by_hand(folder.region, "T_Classeur", "Valeur", "Réelles", Élément="Nature des données")
    folder.put(H2)
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "données « Démonstration" in output) == (1, True)
    assert allocation(folder.region, H2) == 100_000


def test_a_received_file_is_never_written_over(folder: Folder, dotpop: Dotpop) -> None:
    answer = folder.put(H2)
    before = answer.read_bytes()
    into = ("collect", folder.path, "--into", folder.region)
    for arguments, told in (
        (("check", folder.path, "--out", answer), "c'est l'un des fichiers lus"),
        ((*into, "--anomalies", answer), "c'est l'un des fichiers lus"),
        ((*into, "--out", answer), "c'est un fichier reçu"),
    ):
        status, _, errors = dotpop(*arguments)
        assert (status, told in errors) == (1, True), arguments
        assert answer.read_bytes() == before


def test_notes_of_the_agency_beside_who_has_not_answered_stay(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1)
    dotpop("collect", folder.path, "--into", folder.region)
    by_hand(folder.region, "T_Reponses", "Fichier", "relancé le 3 mars", FINESS=H2)
    folder.put(H1, "", raised(61_000))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert (
        next(line["Fichier"] for line in lines(folder.region, "T_Reponses") if line["FINESS"] == H2) == "relancé le 3 mars"
    )


def test_who_answered_in_an_earlier_folder_is_not_awaited(folder: Folder, tmp_path: Path, dotpop: Dotpop) -> None:
    folder.put(H1)
    dotpop("collect", folder.path, "--into", folder.region)
    later = Folder(tmp_path / "plus tard", folder.sound, folder.region)
    later.put(H2)
    _, output, _ = dotpop("collect", later.path, "--into", folder.region)
    assert "Sans réponse (2)" in output
    assert H1 not in output.partition("Sans réponse")[2]


def test_an_exact_copy_is_no_failure(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2)
    folder.put(H2, f"rappel/{FILES[H2]}")
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0


def test_what_was_read_otherwise_than_written_is_told_when_it_comes_in(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2, "", in_hand(typed("Dotations", C7="100 000,00")))
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "Lu comme 100000" in output) == (0, True)


def test_a_confirmation_of_nobody_is_refused(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2)
    before = folder.region.read_bytes()
    status, _, errors = dotpop("collect", folder.path, "--into", folder.region, "--confirm", "990000009")
    assert (status, "--confirm : « 990000009 » inconnu" in errors) == (1, True)
    assert folder.region.read_bytes() == before


def test_what_came_in_because_it_was_confirmed_is_kept(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2, "", in_hand(typed("Dotations", C7=200_000), typed("Totaux", C7=230_000)))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 1
    assert dotpop("collect", folder.path, "--into", folder.region, "--confirm", H2)[0] == 0
    assert any("200\u202f000, pour une référence de 100\u202f000" in told for _, _, told in observations(folder.region))


def test_the_reference_is_the_same_region_a_year_before(small_book: Path, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="une année avant 2023"):
        send(small_book, tmp_path / "envoi", Level.FEDERATION, previous=small_book)
    other = Path(shutil.copy(small_book, tmp_path / "autre.xlsx"))
    by_hand(other, "T_Classeur", "Valeur", "Bretagne", Élément="Région")
    with pytest.raises(ProblemsFound, match="classeur de la région « Bretagne »"):
        send(small_book, tmp_path / "envoi", Level.FEDERATION, previous=other)
    assert not (tmp_path / "envoi").exists()


def test_a_file_that_nobody_foresaw_does_not_stop_the_others(
    folder: Folder, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = returned.read_answer

    def fails(path: Path) -> Any:
        if H1 in path.name:
            raise OverflowError
        return read(path)

    monkeypatch.setattr(returned, "read_answer", fails)
    folder.put(H1)
    folder.put(H2)
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "1 fichier repris" in output, "fichier abîmé" in output) == (1, True, True)
