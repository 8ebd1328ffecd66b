"""Damaged workbooks: every problem told in one run, each with its sheet and its cell; status 1; nothing written."""

import json
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaging import BookChange, changed, put, sheet_deleted, tables_lost
from openpyxl.worksheet.filters import FilterColumn, Filters

from dotpop_addin.books.file import FileBook
from dotpop_addin.region import read_region

Dotpop = Callable[..., tuple[int, str, str]]
Told = tuple[str, ...]  # sheet, cell, then words that the problem must hold

FORMS = "Formes d'activité"


def blank(sheet: str, area: str) -> BookChange:
    """Empties the cells of an area ("A6:C8")."""

    def damage(book: openpyxl.Workbook) -> None:
        for line in book[sheet][area]:
            for cell in line:
                cell.value = None

    return damage


def resize(sheet: str, table: str, reference: str) -> BookChange:
    """Gives an Excel table other bounds; its columns are those of its header cells."""

    def damage(book: openpyxl.Workbook) -> None:
        one = book[sheet].tables[table]
        one.ref = reference
        one.tableColumns = []
        if one.autoFilter is not None:
            one.autoFilter.ref = reference

    return damage


def line_of(sheet: str, row: int, *values: Any) -> list[BookChange]:
    return [put(sheet, f"{letter}{row}", value) for letter, value in zip("ABCDEFGH", values, strict=False)]


def one_more(sheet: str, table: str, reference: str, row: int, *values: Any) -> list[BookChange]:
    """A further line in a table."""
    return [*line_of(sheet, row, *values), resize(sheet, table, reference)]


def hypothesis(code: str, value: Any) -> BookChange:
    def damage(book: openpyxl.Workbook) -> None:
        row = next(cell.row for cell in book["Hypothèses"]["B"] if cell.value == code)
        book["Hypothèses"][f"D{row}"] = value

    return damage


def case(sentence: str, damages: BookChange | Iterable[BookChange], *told: Told) -> Any:
    return pytest.param([damages] if callable(damages) else list(damages), told, id=sentence)


CASES = [
    case(
        "a number typed with a space and a comma is a text",
        put("Enveloppe", "B6", "1 234,56"),
        ("Enveloppe", "B6", "texte « 1 234,56 »", "un montant en euros, au moins 0", "Ressaisir le nombre"),
    ),
    case(
        "a number typed with a narrow space is a text",
        put("Enveloppe", "B6", "1\u202f234,56"),
        ("Enveloppe", "B6", "texte « 1\u202f234,56 »", "Ressaisir le nombre"),
    ),
    case(
        "a value not known is not a number",
        put("Activité", "E8", "n.d."),
        ("Activité", "E8", "texte « n.d. »", "un nombre, au moins 0", "la demander"),
    ),
    case(
        "a percentage typed as a text",
        put("Enveloppe", "I7", "12 %"),
        ("Enveloppe", "I7", "texte « 12 % »", "un pourcentage, au moins 0 %, au plus 100 %", "Ressaisir le nombre"),
    ),
    case(
        "a percentage typed as 20 instead of 20 %",
        put("Enveloppe", "I7", 20),
        ("Enveloppe", "I7", "nombre 20", "au plus 100 %", "12 %, ou 0,12"),
    ),
    case(
        "an error cell",
        put("Établissements", "G7", "#DIV/0!"),
        ("Établissements", "G7", "erreur #DIV/0!", "un montant en euros", "Corriger la formule"),
    ),
    case(
        "a formula without a value",
        put("Établissements", "G7", "=50000*2"),
        ("Établissements", "G7", "formule sans valeur calculée", "recalculer et enregistrer"),
    ),
    case(
        "a FINESS turned into a number in the activity",
        put("Activité", "A7", 10000001),
        ("Activité", "A7", "FINESS transformé en nombre (10000001)", "neuf caractères, en texte", "« 010000001 » ?"),
    ),
    case(
        "a FINESS turned into a number in the hospitals, which its activity no longer finds",
        put("Établissements", "A9", 10000004),
        ("Établissements", "A9", "FINESS transformé en nombre", "« 010000004 » ?"),
        ("Activité", "A14", "« 010000004 » inconnu", "« Établissements »"),
        ("Activité", "A15", "« 010000004 » inconnu"),
    ),
    case(
        "a FINESS too short",
        put("Activité", "A7", "10000001"),
        ("Activité", "A7", "« 10000001 »", "neuf caractères", "Corriger le FINESS"),
    ),
    case(
        "a département code turned into a number",
        put("Établissements", "D8", 1),
        ("Établissements", "D8", "code transformé en nombre ou en date (1)", "un code, en texte", "zéros de gauche"),
    ),
    case(
        "a code turned into a date",
        put("Établissements", "D8", datetime(2026, 1, 1)),
        ("Établissements", "D8", "code transformé en nombre ou en date (01/01/2026)"),
    ),
    case(
        "a hospital twice",
        one_more(
            "Établissements", "T_Etablissements", "A5:G10", 10, "010000001", "CH Un", "ex-OQN", "01", None, None, 1_000
        ),
        ("Établissements", "A10", "« 010000001 » en double", "ligne 6", "Garder une seule ligne"),
    ),
    case(
        "a line of activity twice",
        one_more("Activité", "T_Activite", "A5:E17", 17, "010000001", "Z1", "Adultes", "TP", 7),
        ("Activité", "A17", "« 010000001 / Z1 / Adultes / TP » en double", "ligne 6", "les additionner"),
    ),
    case(
        "a line of activity three times",
        [
            *line_of("Activité", 17, "010000001", "Z1", "Adultes", "TP", 7),
            *one_more("Activité", "T_Activite", "A5:E18", 18, "010000001", "Z1", "Adultes", "TP", 8),
        ],
        ("Activité", "A17", "en double", "ligne 6"),
        ("Activité", "A18", "en double", "ligne 6"),
    ),
    case(
        "a territory that nobody knows",
        put("Activité", "B8", "Z3"),
        ("Activité", "B8", "« Z3 » inconnu", "un code du tableau « Territoires »", "feuille Territoires"),
    ),
    case(
        "a hospital that nobody knows",
        put("Activité", "A8", "019999999"),
        ("Activité", "A8", "« 019999999 » inconnu", "un code du tableau « Établissements »", "feuille Établissements"),
    ),
    case(
        "a form of care that nobody knows",
        put("Activité", "D8", "HDJ"),
        ("Activité", "D8", "« HDJ » inconnu", "« Formes d'activité et poids »", "feuille Formes d'activité"),
    ),
    case(
        "a hospital of a territory that nobody knows",
        put("Établissements", "D6", "Z9"),
        ("Établissements", "D6", "« Z9 » inconnu", "« Territoires »"),
    ),
    case(
        "a word that is not in the list",
        put("Établissements", "C6", "ex-DAF sectorisés"),
        ("Établissements", "C6", "« ex-DAF sectorisés »", "l'un de : ex-DAF sectorisé", "« ex-DAF sectorisé » ?"),
    ),
    case(
        "a negative volume",
        put("Activité", "E8", -3),
        ("Activité", "E8", "nombre -3", "un nombre, au moins 0", "Corriger"),
    ),
    case(
        "a blank in a column that must be filled",
        put("Établissements", "G8", None),
        ("Établissements", "G8", "cellule vide", "un montant en euros", "rien n'est rempli à votre place"),
    ),
    case(
        "a name made of spaces only is a blank",
        put("Établissements", "B8", "  \u00a0"),
        ("Établissements", "B8", "cellule vide", "un texte"),
    ),
    case(
        "a date where a number is due",
        put("Territoires", "E7", datetime(2026, 3, 14)),
        ("Territoires", "E7", "date 14/03/2026", "un nombre, au moins 0", "Saisir un nombre"),
    ),
    case(
        "a duration where a number is due",
        put("Territoires", "E7", timedelta(days=1, hours=2)),
        ("Territoires", "E7", "heure ou durée 26:00", "un nombre, au moins 0", "Saisir un nombre"),
    ),
    case(
        "a boolean where a number is due",
        put("Territoires", "E7", True),
        ("Territoires", "E7", "valeur logique VRAI", "un nombre, au moins 0", "Saisir un nombre"),
    ),
    case(
        "a year with decimals",
        put("Campagne", "A10", 2028.5),
        ("Campagne", "A10", "nombre 2028,5", "un nombre entier", "Saisir un nombre entier"),
    ),
    case(
        "a renamed header",
        put("Établissements", "G5", "Dotation (€)"),
        (
            "Établissements",
            "G5",
            "colonne « Dotation hors ASR (€) » absente",
            "renommée « Dotation (€) » ?",
            "T_Etablissements",
        ),
    ),
    case(
        "a missing column",
        [blank("Campagne", "E5:E10"), resize("Campagne", "T_Campagne", "A5:D10")],
        ("Campagne", "A5", "colonne « Mesures thématiques (€) » absente", "T_Campagne"),
    ),
    case(
        "a header twice",
        [put("Campagne", "F5", "Segment"), resize("Campagne", "T_Campagne", "A5:F10")],
        ("Campagne", "F5", "colonne « Segment » en double", "Enlever la colonne en trop"),
    ),
    case(
        "an indicator without its column of values",
        put("Indicateurs", "A6", "PAUVRETE"),
        ("Indicateurs", "H5", "colonne « PAUVRETE » absente"),
        ("Indicateurs", "I5", "colonne inconnue « CHOMAGE »", "tableau des indicateurs"),
    ),
    case(
        "a column of values without its indicator",
        [
            put("Indicateurs", "J5", "PAUVRETE"),
            *(put("Indicateurs", f"J{row}", 14) for row in (6, 7, 8)),
            resize("Indicateurs", "T_ValeursIndicateurs", "H5:J8"),
        ],
        ("Indicateurs", "J5", "colonne inconnue « PAUVRETE »", "Ajouter ce code au tableau des indicateurs"),
    ),
    case(
        "a missing sheet",
        sheet_deleted("Indicateurs"),
        ("Indicateurs", "", "feuille « Indicateurs » absente", "dotpop new"),
    ),
    case(
        "a missing table",
        tables_lost("T_Formes"),
        (FORMS, "", "tableau T_Formes absent", "dotpop new"),
    ),
    case(
        "a missing table of indicators does not accuse their values",
        tables_lost("T_Indicateurs"),
        ("Indicateurs", "", "tableau T_Indicateurs absent"),
    ),
    case(
        "a missing table of results",
        tables_lost("T_Indices"),
        ("Indices", "", "tableau T_Indices absent", "dotpop new"),
    ),
    case(
        "a hypothesis out of its range",
        hypothesis("ENV_MARGE", 0.5),
        ("Hypothèses", "D8", "Marge régionale : « 0,5 »", "un pourcentage, au moins 0 %, au plus 10 %"),
    ),
    case(
        "a hypothesis that is not one of the choices",
        hypothesis("TRJ_LOGIQUE", "rattrapages"),
        ("Hypothèses", "D48", "« rattrapages »", "l'un de : rattrapage, convergence"),
    ),
    case(
        "a hypothesis with decimals where a whole number is due",
        hypothesis("TRJ_HORIZON", 2.5),
        ("Hypothèses", "D46", "« 2,5 »", "un nombre entier"),
    ),
    case(
        "a hypothesis left blank",
        hypothesis("TRJ_HORIZON", None),
        ("Hypothèses", "D46", "cellule vide", "un nombre entier"),
    ),
    case(
        "a hypothesis in error is told once",
        hypothesis("TRJ_HORIZON", "#N/A"),
        ("Hypothèses", "D46", "erreur #N/A"),
    ),
    case(
        "an unknown hypothesis, and the one it replaces missing",
        put("Hypothèses", "B46", "HORIZON"),
        ("Hypothèses", "B46", "hypothèse inconnue « HORIZON »", "code d'origine"),
        ("Hypothèses", "", "hypothèse TRJ_HORIZON absente", "dotpop new"),
    ),
    case(
        "a hypothesis twice",
        put("Hypothèses", "B46", "TRJ_OBJECTIF"),
        ("Hypothèses", "B46", "« TRJ_OBJECTIF » en double", "ligne 45"),
        ("Hypothèses", "D46", "« 5 »", "au plus 100 %"),
        ("Hypothèses", "", "hypothèse TRJ_HORIZON absente"),
    ),
    case(
        "weights of indicators that do not add up",
        put("Indicateurs", "C6", 0.9),
        ("Indicateurs", "C5", "la somme vaut 0", "au lieu de 1", "Corriger les poids"),
    ),
    case(
        "specific activities over the whole pot",
        put("Enveloppe", "F6", 500_000),
        ("Enveloppe", "B5", "dépassent la dotation", "Vérifier la feuille Enveloppe"),
    ),
    case(
        "a ZIS attached to no département",
        put("Territoires", "D7", None),
        ("Territoires", "D7", "sans rattachement au niveau demandé : Z1", "Compléter la colonne « Rattaché à »"),
    ),
    case(
        "a form of care without its weight",
        put(FORMS, "E6", None),
        (FORMS, "E6", "sans poids : TP", "Renseigner la colonne des poids"),
    ),
    case(
        "a territory without values of indicators",
        blank("Indicateurs", "H8:I8"),
        ("Indicateurs", "H5", "absents pour les territoires Z2", "Compléter les valeurs"),
    ),
    case(
        "bounds of the neutral position the wrong way round",
        hypothesis("IDX_BORNE_BASSE", 1.1),
        ("Hypothèses", "D37", "Borne basse", "au-dessus de la borne haute"),
    ),
    case(
        "allocations all nil, which are the key of the split",
        [put("Établissements", f"G{row}", 0) for row in range(6, 10)],
        ("Établissements", "G5", "montants nuls ou absents"),
        ("Établissements", "G6", "Dotations toutes nulles dans un segment"),
        ("Établissements", "G8", "Dotations toutes nulles dans un segment"),
        ("Établissements", "G9", "Dotations toutes nulles dans un segment"),
    ),
    case(
        "two sectorised hospitals in one ZIS",
        put("Établissements", "D7", "Z1"),
        ("Établissements", "D6", "Z1 (010000001, 010000002)", "choisir « contribution » dans Hypothèses"),
    ),
    case(
        "a territory without activity",
        [blank("Activité", "A15:E15")],
        ("Territoires", "A6", "Territoires peuplés sans activité : 01", "Compléter la feuille Activité"),
    ),
    case(
        "a flow rate under −100 %",
        put("Activité", "E8", 200),
        ("Établissements", "A7", "Taux de flux de −100 % ou moins : 010000002", "choisir la contribution"),
    ),
    case(
        "years of campaign missing",
        [blank("Campagne", "A9:E10"), resize("Campagne", "T_Campagne", "A5:E8")],
        ("Campagne", "A5", "Campagne sans mesures en 2027, 2028", "jusqu'à l'horizon", "réduire l'horizon"),
    ),
    case(
        "faults of the model beside a cell that cannot be read",
        [put("Activité", "E6", "n.d."), put("Indicateurs", "C6", 0.9), put("Établissements", "D7", "Z1")],
        ("Activité", "E6", "n.d."),
        ("Indicateurs", "C5", "poids", "au lieu de 1"),
        ("Établissements", "D6", "Z1 (010000001, 010000002)"),
    ),
    case(
        "a year of campaign that forgets segments",
        put("Campagne", "B7", "ex-OQN"),
        ("Campagne", "A7", "Campagne sans mesures en 2025 pour ex-DAF sectorisé, ex-DAF non sectorisé"),
    ),
    case(
        "a year of campaign before the base year",
        put("Campagne", "A6", 2023),
        ("Campagne", "A6", "années 2023 avant la première campagne", "corriger l'année de base"),
    ),
    case(
        "tables that must have a line and have none",
        [blank("Enveloppe", "A6:B6"), blank("Campagne", "A6:E10"), blank("Activité", "A6:E16")],
        ("Enveloppe", "A6", "tableau « Dotation populationnelle régionale » vide", "Saisir au moins une ligne"),
        ("Campagne", "A6", "tableau « Mesures nouvelles par année » vide"),
        ("Activité", "A6", "vide", "une ligne au moins"),
    ),
    case(
        "the region and the nature of the data left blank",
        [put("Accueil", "B9", None), put("Accueil", "B11", " ")],
        ("Accueil", "B9", "Région : cellule vide", "le nom de la région"),
        ("Accueil", "B11", "Nature des données : cellule vide", "l'un de : Réelles, Simulées"),
    ),
    case(
        "a nature of data that is not in the list",
        put("Accueil", "B11", "Provisoires"),
        ("Accueil", "B11", "Nature des données : « Provisoires »", "l'un de : Réelles, Simulées"),
    ),
    case(
        "the line of the region taken away",
        put("Accueil", "A9", "Territoire"),
        ("Accueil", "A5", "ligne « Région » absente", "dotpop new"),
    ),
    case(
        "a renamed header on the welcome sheet",
        put("Accueil", "B5", "Réponse"),
        ("Accueil", "A5", "colonne « Valeur » absente", "T_Classeur"),
        ("Accueil", "B5", "colonne inconnue « Réponse »"),
    ),
    case(
        "another version of the template",
        put("Accueil", "B8", "1"),
        ("Accueil", "B8", "version de classeur « 1 »", "version 4", "dotpop new"),
    ),
    case(
        "merged cells hide all but the first",
        lambda book: book["Établissements"].merge_cells("D8:D9"),
        ("Établissements", "D9", "cellule vide", "un code, en texte"),
    ),
    case(
        "several problems in several sheets are all told",
        [
            put("Enveloppe", "B6", "320 000 €"),
            put("Établissements", "A7", 10000002),
            put("Établissements", "G8", None),
            put("Territoires", "F8", -200),
            put("Activité", "B8", "Z3"),
            hypothesis("TRJ_SEUIL", "haut"),
            tables_lost("T_Campagne"),
        ],
        ("Enveloppe", "B6", "texte « 320 000 € »"),
        ("Établissements", "A7", "transformé en nombre"),
        ("Établissements", "G8", "cellule vide"),
        ("Territoires", "F8", "nombre -200"),
        ("Activité", "B8", "« Z3 » inconnu"),
        ("Activité", "A10", "« 010000002 » inconnu"),
        ("Activité", "A11", "« 010000002 » inconnu"),
        ("Hypothèses", "D44", "« haut »"),
        ("Campagne", "", "tableau T_Campagne absent"),
    ),
]


@pytest.mark.parametrize(("damages", "told"), CASES)
def test_each_problem_is_told_with_its_cell_and_nothing_is_written(
    damages: list[BookChange], told: tuple[Told, ...], small_book: Path, dotpop: Dotpop
) -> None:
    path = changed(small_book, *damages)
    before = path.read_bytes()
    status, output, errors = dotpop("check", path, "--json")
    assert (status, errors) == (1, "")
    answer = json.loads(output)
    assert answer["status"] == "problems"
    problems = answer["problems"]
    places = sorted((problem["sheet"], problem["cell"]) for problem in problems)
    assert places == sorted((sheet, cell) for sheet, cell, *_ in told), output
    for sheet, cell, *words in told:
        here = [
            f"{problem['found']} | {problem['expected']} | {problem['action']}"
            for problem in problems
            if (problem["sheet"], problem["cell"]) == (sheet, cell)
        ]
        assert any(all(word in text for word in words) for text in here), (words, here)
    assert all(problem["found"] and problem["action"].endswith(".") for problem in problems)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


WAYS_TO_REFUSE = {
    "an error cell",
    "a line of activity twice",
    "a hospital that nobody knows",
    "a missing column",
    "a missing sheet",
    "a missing table of results",
    "a hypothesis left blank",
    "two sectorised hospitals in one ZIS",
    "years of campaign missing",
    "the region and the nature of the data left blank",
    "another version of the template",
    "several problems in several sheets are all told",
}


@pytest.mark.parametrize(("damages", "told"), [one for one in CASES if one.id in WAYS_TO_REFUSE])
def test_a_run_tells_what_the_check_tells_and_writes_nothing(
    damages: list[BookChange], told: tuple[Told, ...], small_book: Path, dotpop: Dotpop
) -> None:
    path = changed(small_book, *damages)
    before = path.read_bytes()
    for target in ([], ["--out", path.with_name("résultat.xlsx")]):
        status, output, errors = dotpop("run", path, *target, "--json")
        assert (status, errors) == (1, "")
        problems = json.loads(output)["problems"]
        assert sorted((one["sheet"], one["cell"]) for one in problems) == sorted((one[0], one[1]) for one in told)
        assert path.read_bytes() == before
        assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_run_in_place_leaves_a_damaged_workbook_untouched(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(small_book, put("Enveloppe", "B6", "n.d."))
    before = path.read_bytes()
    status, output, errors = dotpop("run", path)
    assert (status, output) == (1, "")
    assert errors.startswith("1 problème")
    assert errors.splitlines()[1:] == [
        "- Feuille Enveloppe, cellule B6 : texte « n.d. » ; attendu : un montant en euros, au moins 0. "
        "Saisir un nombre ; si la valeur n'est pas connue, la demander.",
    ]
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_same_problem_in_many_cells_is_told_once_to_a_person(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(small_book, *(put("Activité", f"E{row}", "n.d.") for row in (6, 7, 8, 10, 12, 13)))
    status, _, errors = dotpop("check", path)
    assert status == 1
    told = errors.splitlines()
    assert (told[0].startswith("6 problèmes"), len(told)) == (True, 2)
    assert "Feuille Activité, cellules E6:E8, E10, E12:E13 : texte « n.d. »" in told[1]


SAME_INPUTS = [
    pytest.param([resize("Activité", "T_Activite", "A5:E13")], id="lines typed under a table are read with it"),
    pytest.param(
        [
            lambda book: setattr(book["Activité"].tables["T_Activite"], "totalsRowCount", 1),
            *one_more("Activité", "T_Activite", "A5:E17", 17, "Total", None, None, None, "=SUM(E6:E16)"),
        ],
        id="a totals row is no line of data",
    ),
    pytest.param([lambda book: book["Activité"].merge_cells("G2:I4")], id="merged cells beside a table change nothing"),
    pytest.param(
        [lambda book: setattr(book["Activité"].row_dimensions[8], "hidden", True)], id="a hidden row is read as any other"
    ),
    pytest.param(
        [
            lambda book: book["Activité"].auto_filter.filterColumn.append(
                FilterColumn(colId=0, filters=Filters(filter=["010000001"]))
            ),
            *(lambda book, row=row: setattr(book["Activité"].row_dimensions[row], "hidden", True) for row in range(10, 17)),
        ],
        id="filtered rows are read as any others",
    ),
    pytest.param(
        [
            put("Activité", "A6", "010000001 "),
            put("Activité", "B6", " Z1\u00a0"),
            put("Activité", "C6", "Adultes  "),
            put("Activité", "D6", "TP\u202f"),
            put("Établissements", "B6", " CH Un "),
            put("Territoires", "A7", "Z1 "),
        ],
        id="spaces around codes and words do not count",
    ),
    pytest.param(
        [
            *(put("Activité", f"{letter}9", None) for letter in "ABCDE"),
            *line_of("Activité", 18, "010000001", "HORS", "Adultes", "CMP", 20),
            put("Activité", "A17", "  "),
        ],
        id="blank lines, even of spaces, are skipped",
    ),
]


@pytest.mark.parametrize("damages", SAME_INPUTS)
def test_what_does_not_change_the_data_is_accepted(damages: list[BookChange], small_book: Path, dotpop: Dotpop) -> None:
    before = read_region(FileBook(small_book))
    path = changed(small_book, *damages)
    status, output, errors = dotpop("check", path, "--json")
    assert (status, json.loads(output)["problems"], errors) == (0, [], ""), output
    after = read_region(FileBook(path))
    assert after.reads.keys() == before.reads.keys()
    for name, read in after.reads.items():
        found, expected = read.columns, before.reads[name].columns
        lines, wanted = (sorted(zip(*columns.values(), strict=True), key=str) for columns in (found, expected))
        assert lines == wanted, name


def test_an_older_workbook_without_hypotheses_that_change_no_result_is_read_with_their_defaults(
    small_book: Path, dotpop: Dotpop
) -> None:
    spared = {"DIF_SEUIL", "DIF_GROUPE", "DIF_ZEROS", "RYT_PLANCHER", "RYT_PLEIN", "RYT_NUL"}
    book = openpyxl.load_workbook(small_book)
    for line in book["Hypothèses"].iter_rows():
        if line[1].value in spared:
            for cell in line:
                cell.value = None
    book.save(small_book)
    status, output, _ = dotpop("run", small_book, "--json")
    told = {one["found"]: one["severity"] for one in json.loads(output)["problems"] if "hypothèse" in one["found"]}
    assert status == 0
    assert told == {f"hypothèse {code} absente": "avertissement" for code in spared}


def test_an_unknown_column_of_a_fixed_table_is_a_warning(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(small_book, put("Campagne", "F5", "Remarque"), resize("Campagne", "T_Campagne", "A5:F10"))
    status, output, _ = dotpop("check", path, "--json")
    problems = json.loads(output)["problems"]
    assert status == 0
    assert [(one["sheet"], one["cell"], one["severity"]) for one in problems] == [("Campagne", "F5", "avertissement")]
    assert "colonne inconnue « Remarque »" in problems[0]["found"]
    assert "n'est pas lue" in problems[0]["action"]


def computed(path: Path, sheet: str, cell: str, value: str, kind: str = "") -> None:
    """Gives a formula its value, as a spreadsheet that recalculated would (openpyxl writes none)."""
    part = f"xl/worksheets/sheet{openpyxl.load_workbook(path, read_only=True).sheetnames.index(sheet) + 1}.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    pattern = rf'<c r="{cell}"([^>]*)>(<f>.*?</f>)<v ?/>'.encode()
    attribute = f' t="{kind}"' if kind else ""
    parts[part], count = re.subn(pattern, rf'<c r="{cell}"\1{attribute}>\2<v>{value}</v>'.encode(), parts[part])
    assert count == 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_formula_with_its_value_is_read_and_a_run_keeps_both(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(
        small_book,
        put("Établissements", "G7", "=50000*2"),
        put("Établissements", "B6", '="CH"&" "&"Un & Cie"'),
        put("Activité", "H2", "=SUM(E6:E16)"),
    )
    computed(path, "Établissements", "G7", "100000")
    computed(path, "Établissements", "B6", "CH Un &amp; Cie", "str")
    computed(path, "Activité", "H2", "158.5")
    assert dotpop("run", path)[0] == 0
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    wanted = {
        ("Établissements", "G7"): ("=50000*2", 100_000),
        ("Établissements", "B6"): ('="CH"&" "&"Un & Cie"', "CH Un & Cie"),
        ("Activité", "H2"): ("=SUM(E6:E16)", 158.5),
    }
    assert {(s, c): (formulas[s][c].value, values[s][c].value) for s, c in wanted} == wanted
    assert values["Indices"]["B6"].value == "CH Un & Cie"
    assert values["Indices"]["H7"].value == 100_000
    assert dotpop("verify", path)[0] == 0


def test_a_number_too_big_for_a_spreadsheet_is_refused(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(small_book, put("Enveloppe", "B6", "=1"), hypothesis("TRJ_HORIZON", "=1"))
    computed(path, "Enveloppe", "B6", "1E400")
    computed(path, "Hypothèses", "D46", "1E400")
    status, output, _ = dotpop("check", path, "--json")
    problems = json.loads(output).get("problems", [])
    assert status == 1
    assert sorted((one["sheet"], one["cell"]) for one in problems) == [("Enveloppe", "B6"), ("Hypothèses", "D46")]
    assert all("nombre trop grand" in one["found"] for one in problems)
