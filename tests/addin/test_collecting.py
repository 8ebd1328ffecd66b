"""Answers come into the region's workbook: sound files whole, the others not at all, each change kept, nothing twice."""

import shutil
from collections.abc import Callable, Mapping
from math import fsum
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaged_folders import Folder
from cases.damaging import in_hand, typed
from cases.faults import FAULTS
from cases.plain import lines, lines_of
from cases.sent_region import CENTRE, FILES, HOSPITALS, TEAM
from cases.small_region import H1, H2, N1, O1
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_addin.books import saving
from dotpop_addin.returns.actions import collect_file

Dotpop = Callable[..., tuple[int, str, str]]
INPUTS = ("T_Etablissements", "T_ASR", "T_Activite", "T_Financements", "T_Engagements")
"""The tables that answers change."""


def tables(region: Path, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Lines of tables of the region; all that answers change when none is named."""
    book = openpyxl.load_workbook(region)
    return {name: lines_of(book, name) for name in names or INPUTS}


def of(region: Path, finess: str) -> dict[str, list[dict[str, Any]]]:
    """All that the region holds of one hospital."""
    return {name: [line for line in found if finess in line.values()] for name, found in tables(region).items()}


def changes(region: Path) -> list[tuple[Any, ...]]:
    names = ("FINESS", "Tableau", "Ligne", "Colonne", "Avant", "Après", "Cellule du retour")
    return [tuple(line[name] for name in names) for line in lines(region, "T_Retours")]


def states(region: Path) -> dict[str, str]:
    return {line["FINESS"] or line["Raison sociale"]: line["Réponse"] for line in lines(region, "T_Reponses")}


# What comes in


def test_each_value_that_changes_is_kept_with_what_stood_before(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", in_hand(typed("Identification", A7="CH Un et Demi", F7="À revoir")))
    folder.put(H2, "", in_hand(typed("Dotations", C7="101 000,50"), typed("Totaux", C7=131_000.5)))
    status, output, errors = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, errors) == (0, "")
    assert "2 fichiers repris, 10 valeurs changées" in output
    found = changes(folder.region)
    assert (H1, "T_Etablissements", H1, "Raison sociale", "CH Un", "CH Un et Demi", "Identification!A7") in found
    done = (H1, "T_Engagements", f"{H1} / Ouvrir un hôpital de jour", "Réalisé (%)", None, "100 %", "Engagements!E7")
    assert done in found
    new = (H1, "T_Activite", f"{H1} / Z2 / Mineurs / TP", "Volume", None, "12", "Activité!F11")
    assert new in found
    assert found[-1] == (H2, "T_Etablissements", H2, "Dotation hors ASR (€)", "100000", "101000,5", "Dotations!C7")
    assert len(found) == len(set(found)) == 10
    assert [line["De"] for line in lines(folder.region, "T_Observations")] == [H1]
    hospital = {line["FINESS"]: line for line in lines(folder.region, "T_Etablissements")}
    assert (hospital[H1]["Raison sociale"], hospital[H2]["Dotation hors ASR (€)"]) == ("CH Un et Demi", 101_000.5)


def test_a_file_with_one_error_changes_nothing_and_the_others_come_in(folder: Folder, dotpop: Dotpop) -> None:
    before = of(folder.region, H1)
    folder.put(H1, "", in_hand(typed("Dotations", C7=61_000), typed("Totaux", C7=81_000), typed("Identification", B11=None)))
    folder.put(H2, "", in_hand(typed("Dotations", C7=101_000), typed("Totaux", C7=131_000)))
    folder.put("FHP")
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "2 fichiers repris, 1 valeur changée" in output) == (1, True)
    assert of(folder.region, H1) == before
    assert {change[0] for change in changes(folder.region)} == {H2}
    assert states(folder.region) == {
        H1: "Refusé",
        H2: "Reçu",
        N1: "Pas de réponse",
        O1: "Pas de réponse",
        "FHF": "Pas de réponse",
        "FEHAP": "Pas de réponse",
        "FHP": "Reçu",
    }
    assert output.splitlines()[-3:] == [
        "Sans réponse (2) :",
        f"  {N1} {HOSPITALS[N1]}",
        f"  {O1} {HOSPITALS[O1]}",
    ]


def test_collecting_twice_writes_nothing(folder: Folder, dotpop: Dotpop) -> None:
    for sender in FILES:
        folder.put(sender)
    folder.put("FHF", "", in_hand(typed("Établissements", K7="Population à revoir")))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    before, moment = folder.region.read_bytes(), folder.region.stat().st_mtime_ns
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, "le classeur n'a pas été modifié" in output) == (0, True)
    assert (folder.region.read_bytes(), folder.region.stat().st_mtime_ns) == (before, moment)


def test_a_copy_counts_once_and_a_later_refusal_leaves_what_came_in(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1)
    folder.put(H1, "copie.xlsx")
    assert "1 fichier repris" in dotpop("collect", folder.path, "--into", folder.region)[1]
    (folder.path / "copie.xlsx").unlink()
    came = changes(folder.region)
    folder.put(H1, "", in_hand(typed("Identification", B11=None)))
    dotpop("collect", folder.path, "--into", folder.region)
    assert (states(folder.region)[H1], changes(folder.region)) == ("Reçu", came)


# What is to be confirmed

DOUBTFUL = in_hand(
    typed("Dotations", C7="60 K"),
    typed("Activité", C11="mineur", F7=80),
    typed("Engagements", B7="31/12/24"),
    typed("Totaux", C9=380),
)


def test_what_is_to_be_confirmed_comes_in_as_proposed_once_confirmed(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", DOUBTFUL)
    before = folder.region.read_bytes()
    assert dotpop("collect", folder.path, "--into", folder.region, "--confirm", H2)[0] == 1
    assert (states(folder.region)[H1], changes(folder.region)) == ("Refusé", [])
    folder.region.write_bytes(before)
    assert dotpop("collect", folder.path, "--into", folder.region, "--confirm", H1)[0] == 0
    held = of(folder.region, H1)
    assert held["T_Etablissements"][0]["Dotation hors ASR (€)"] == 60_000
    volumes = {tuple(line.values())[1:4]: line["Volume"] for line in held["T_Activite"]}
    assert volumes == {
        ("Z1", "Adultes", "TP"): 80,
        ("Z1", "Mineurs", "CMP"): 200,
        ("Z2", "Adultes", "CMP"): 100,
        ("HORS", "Adultes", "CMP"): 200,
        ("Z2", "Mineurs", "TP"): 12,
    }
    assert len(held["T_Activite"]) == 5
    assert [f"{line['Échéance']:%d/%m/%Y}" for line in held["T_Engagements"][:1]] == ["31/12/2024"]
    assert dotpop("collect", folder.path, "--into", folder.region, "--confirm", H1)[1].count("0 valeur changée") == 1


def test_what_doubles_a_line_once_confirmed_is_refused(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", in_hand(typed("Activité", A11="Z1", C11="mineur", D11="CMP")))
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region, "--confirm", H1)
    assert (status, "« Z1 / Mineurs / CMP » en double (déjà en A8)" in output) == (1, True)
    assert changes(folder.region) == []


# What federations say

OBSERVED = typed("Établissements", K7="Population à revoir", K8="=1+1")
CONTESTED = typed("Contestations", A7=10000001, B7="Dotation hors ASR (€)", C7=65_000, D7="Arrêté du 12 mars")


def test_what_a_federation_says_arrives_once_however_often_it_is_sent(folder: Folder, dotpop: Dotpop) -> None:
    before = tables(folder.region)
    folder.put("FHF", "", in_hand(OBSERVED, CONTESTED))
    dotpop("collect", folder.path, "--into", folder.region)
    folder.put("FHF", "", in_hand(OBSERVED, CONTESTED, typed("Réponse", A7="Dominique Essai")))  # another file
    dotpop("collect", folder.path, "--into", folder.region)
    told = [tuple(line.values())[1:7] for line in lines(folder.region, "T_Observations")]
    assert told == [
        ("FHF", H1, None, None, None, "Population à revoir"),
        ("FHF", H2, None, None, None, "'=1+1"),
        ("FHF", H1, "Dotation hors ASR (€)", "60000", "65000", "Arrêté du 12 mars"),
    ]
    assert tables(folder.region) == before


# Texts that a spreadsheet could run

RUN = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1:A9)", "-2+3")


def test_formulas_in_texts_arrive_as_texts(folder: Folder, dotpop: Dotpop, tmp_path: Path) -> None:
    name, commitment, comment, words = RUN
    texts = typed("Engagements", A9=commitment, G8=comment)
    folder.put(H1, "", in_hand(typed("Identification", A7=name, F7=words), texts))
    folder.put(H2, "", in_hand(typed("Dotations", C7=name), typed("Activité", F7=commitment, I7=comment)))
    folder.put("FHF", "", in_hand(*(typed("Établissements", K7=text, K8=words) for text in RUN)))
    target = tmp_path / "anomalies.xlsx"
    for _ in range(2):
        dotpop("collect", folder.path, "--into", folder.region, "--anomalies", target)
    held = of(folder.region, H1)
    assert held["T_Etablissements"][0]["Raison sociale"] == f"'{name}"
    assert [line["Engagement"] for line in held["T_Engagements"]][-1] == f"'{commitment}"
    assert len(held["T_Engagements"]) == 3
    for path in (folder.region, target):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
        arrived = [cell for cell in cells if any(text in str(cell.value) for text in RUN if text != "+1")]
        assert arrived
        assert all(cell.data_type == "s" and cell.value[0] not in "=+-@" for cell in arrived)


# Specific activities


def parts(region: Path, activity: str) -> dict[str | None, float]:
    found = lines(region, "T_ASR")
    return {finess: amount for label, finess, amount, *_ in map(dict.values, found) if label == activity}


PARTS = [
    ("more than before", 2_000.0, {H1: 2_000.0, None: 1_600.0}),
    ("all that is left", 3_600.0, {H1: 3_600.0, None: 0.0}),
    ("less than before", 1_000.25, {H1: 1_000.25, None: 2_599.75}),
    ("nothing any more", 0, {H1: 0, None: 3_600.0}),
    ("thirds of a cent", 1_333.333333, {H1: 1_333.333333, None: 2_266.666667}),
]


@pytest.mark.parametrize(("declared", "held"), [pytest.param(*one[1:], id=one[0]) for one in PARTS])
def test_a_part_of_an_activity_is_taken_from_what_has_no_hospital(
    declared: float, held: dict[str | None, float], folder: Folder, dotpop: Dotpop
) -> None:
    reason = typed("ASR", C7=declared, F7="Convention revue")
    folder.put(H1, "", in_hand(reason, typed("Totaux", C8=round(declared, 2))))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert parts(folder.region, CENTRE) == held
    assert parts(folder.region, TEAM) == {H2: 500, H1: 0}


def test_more_than_is_left_is_refused_whole(folder: Folder, dotpop: Dotpop) -> None:
    before = tables(folder.region)
    folder.put(H1, "", in_hand(typed("ASR", C7=3_600.01, F7="Convention revue"), typed("Totaux", C8=3_600.01)))
    status, output, _ = dotpop("collect", folder.path, "--into", folder.region)
    words = (
        "Centre de ressources : 3\u202f600,01 € déclarés ; l'établissement en avait 1\u202f234,56, il en reste 2\u202f365,44"
    )
    assert (status, words in output, "Feuille ASR, cellule C7" in output) == (1, True, True)
    assert tables(folder.region) == before
    assert states(folder.region)[H1] == "Refusé"


def test_an_activity_that_has_no_line_without_hospital_changes_in_all_and_it_is_said(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2, "", in_hand(typed("ASR", C7=700, F7="Renfort"), typed("Totaux", C8=700)))
    for _ in range(2):
        assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    assert parts(folder.region, TEAM)[H2] == 700
    (told,) = [line for line in lines(folder.region, "T_Observations") if line["Cellule du retour"] == "ASR!C7"]
    assert (told["FINESS"], told["Connue"], told["Proposée"], told["Cellule du retour"]) == (H2, "500", "700", "ASR!C7")
    assert "le montant régional de cette activité change" in told["Observation"]


def test_the_explanation_of_a_difference_is_kept_with_what_it_explains(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H2, "", in_hand(typed("ASR", C7=700, F7="Renfort"), typed("Totaux", C8=700)))
    for _ in range(2):
        assert dotpop("collect", folder.path, "--into", folder.region)[0] == 0
    (told,) = [line for line in lines(folder.region, "T_Observations") if line["Observation"] == "Renfort"]
    assert (told["De"], told["Donnée"], told["Connue"], told["Proposée"], told["Cellule du retour"]) == (
        *(H2, f"ASR : {TEAM}", "500", "700"),
        "ASR!F7",
    )


def test_two_hospitals_cannot_take_together_more_than_there_is(folder: Folder, dotpop: Dotpop) -> None:
    folder.put(H1, "", in_hand(typed("ASR", C7=3_000, F7="Revue"), typed("Totaux", C8=3_000)))
    folder.put(H2, "", in_hand(typed("ASR", A8=CENTRE, C8=1_000), typed("Totaux", C8=1_500)))
    assert dotpop("collect", folder.path, "--into", folder.region)[0] == 1
    assert parts(folder.region, CENTRE) == {H1: 3_000, None: 600.0}
    assert (states(folder.region)[H1], states(folder.region)[H2]) == ("Reçu", "Refusé")


@settings(max_examples=10, deadline=None)
@given(amounts=st.lists(st.decimals(0, 1_800, places=2).map(float), min_size=2, max_size=2))
def test_whatever_two_hospitals_declare_the_total_of_the_region_stays_the_same(
    amounts: list[float], sound_returns: Mapping[str, Path], asking: tuple[Path, Any], tmp_path_factory: Any
) -> None:
    place = tmp_path_factory.mktemp("parts")
    folder = Folder(place / "reçu", sound_returns, Path(shutil.copy(asking[0], place / "region.xlsx")))
    first, second = amounts
    folder.put(H1, "", in_hand(typed("ASR", C7=first, F7="Revue"), typed("Totaux", C8=first)))
    folder.put(H2, "", in_hand(typed("ASR", A8=CENTRE, C8=second), typed("Totaux", C8=500 + second)))
    collected = collect_file([folder.path], folder.region)
    assert [answer.problems for answer in collected.refused] == []
    held = parts(folder.region, CENTRE)
    assert (held[H1], held[H2]) == (first, second)
    assert round(fsum(held.values()), 4) == 3_600


# Failures


@pytest.mark.parametrize(("where", "fault", "words"), FAULTS)
def test_a_write_that_fails_leaves_the_region_as_it_was(
    where: str,
    fault: Callable[..., Any],
    words: str,
    folder: Folder,
    dotpop: Dotpop,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder.put(H1)
    before, received = folder.region.read_bytes(), (folder.path / FILES[H1]).read_bytes()
    monkeypatch.setattr(saving, "PAUSE", 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))
    with monkeypatch.context() as patch:
        patch.setattr(where, fault)
        status, output, errors = dotpop("collect", folder.path, "--into", folder.region)
    assert (status, output) == (1, "")
    assert words in errors
    assert (folder.region.read_bytes(), (folder.path / FILES[H1]).read_bytes()) == (before, received)
    assert sorted(one.name for one in folder.region.parent.iterdir()) == sorted([folder.region.name, folder.path.name])


def test_a_list_that_cannot_be_written_leaves_the_region_as_it_was(
    folder: Folder, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder.put(H1)
    before = folder.region.read_bytes()
    monkeypatch.setattr(saving, "PAUSE", 0)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", FAULTS[5].values[1])
        status, _, errors = dotpop(
            "collect", folder.path, "--into", folder.region, "--anomalies", tmp_path / "anomalies.xlsx"
        )
    assert (status, "écriture refusée" in errors) == (1, True)
    assert folder.region.read_bytes() == before
