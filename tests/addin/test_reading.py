"""Each kind of column: what a cell may hold and what is read, what it may not and what is said."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from dotpop_addin.books.protocol import Block, Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind, Table
from dotpop_addin.reading import read_table


def column(kind: Kind, **more: Any) -> Column:
    return Column(header="Colonne", name="value", kind=kind, help="", **more)


def read_one(declared: Column, cell: Cell) -> tuple[Any, list[str]]:
    """The value read from a cell, and what is told of it; a second column keeps the line from being empty."""
    other = Column(header="Autre", name="other", kind=Kind.TEXT, help="")
    table = Table("essai", "T_Essai", "Essai", (declared, other))
    read = read_table(table, Block("Feuille", 5, 2, ["Colonne", "Autre"], [[cell, "x"]]), "essai.xlsx")
    assert all((problem.sheet, problem.cell) == ("Feuille", "B6") for problem in read.problems)
    return read.columns["value"][0], [f"{one.found} | {one.expected} | {one.action}" for one in read.problems]


AMOUNT = column(Kind.AMOUNT, minimum=0)
SHARE = column(Kind.SHARE, minimum=0, maximum=1)
YEAR = column(Kind.INTEGER, minimum=2000, maximum=2100)
CHOICE = column(Kind.CHOICE, choices={"Adultes": "adults", "Mineurs": "minors"})
OUTSIDE = column(Kind.FINESS, also=("HORS",))
OPTIONAL = column(Kind.AMOUNT, required=False)

READ = [
    ("a number is read as it is", AMOUNT, 1234.56, 1234.56),
    ("a whole number is read as it is", AMOUNT, 12, 12),
    ("zero is a number", AMOUNT, 0, 0),
    ("a share is a fraction", SHARE, 0.12, 0.12),
    ("a whole float is an integer", YEAR, 2024.0, 2024),
    ("a text loses the spaces around it", column(Kind.TEXT), " CH Un\u00a0", "CH Un"),
    ("a number in a text column is a text", column(Kind.TEXT), 63.0, "63"),
    ("a number with decimals in a text column is a French text", column(Kind.TEXT), 1.5, "1,5"),
    ("a boolean in a text column is a French text", column(Kind.TEXT), True, "VRAI"),
    ("a text that begins with = is a text", column(Kind.TEXT), "=1+1", "=1+1"),
    ("a code keeps its zeros", column(Kind.CODE), "01", "01"),
    ("a code loses the spaces around it", column(Kind.CODE), "01 ", "01"),
    ("a FINESS is a text of nine characters", column(Kind.FINESS), "010000001", "010000001"),
    ("a FINESS of Corsica has a letter", column(Kind.FINESS), "2A0000001", "2A0000001"),
    ("HORS is read where it is allowed", OUTSIDE, "HORS", "HORS"),
    ("a choice is read as its code word", CHOICE, "Adultes", "adults"),
    ("a choice with spaces around it too", CHOICE, " Mineurs ", "minors"),
    ("an optional blank is nothing", OPTIONAL, None, None),
    ("an optional text of nothing is nothing", OPTIONAL, "", None),
    ("an optional text of spaces is nothing", OPTIONAL, " \u00a0\u202f", None),
    ("a hypothesis is left to its own rules", column(Kind.HYPOTHESIS), "OUI", "OUI"),
]


@pytest.mark.parametrize(("declared", "cell", "value"), [pytest.param(*one[1:], id=one[0]) for one in READ])
def test_a_value_is_read(declared: Column, cell: Cell, value: Any) -> None:
    assert read_one(declared, cell) == (value, [])


A_NUMBER_AS_TEXT = "Ressaisir le nombre : la cellule contient un texte, pas un nombre."
NO_NUMBER = "Saisir un nombre ; si la valeur n'est pas connue, la demander."
AS_TEXT = "Mettre la cellule au format Texte et ressaisir"
A_CODE = "code transformé en nombre ou en date"

REFUSED = [
    ("a French number typed as text", AMOUNT, "1 234,56", ("texte « 1 234,56 »", "un montant en euros", A_NUMBER_AS_TEXT)),
    ("a number with a narrow space", AMOUNT, "1\u202f234,56", ("texte « 1\u202f234,56 »", A_NUMBER_AS_TEXT)),
    ("a number with its euro sign", AMOUNT, "320 €", ("texte « 320 € »", A_NUMBER_AS_TEXT)),
    ("a number with a point as text", AMOUNT, "12.5", ("texte « 12.5 »", A_NUMBER_AS_TEXT)),
    ("a percentage typed as text", SHARE, "12 %", ("texte « 12 % »", "un pourcentage", A_NUMBER_AS_TEXT)),
    ("a value not known", AMOUNT, "n.d.", ("texte « n.d. »", NO_NUMBER)),
    ("a dash for nothing", AMOUNT, "-", ("texte « - »", NO_NUMBER)),
    ("a boolean for a number", AMOUNT, False, ("valeur logique FAUX", "Saisir un nombre.")),
    ("a date for a number", AMOUNT, datetime(2026, 3, 14), ("date 14/03/2026", "Saisir un nombre.")),
    ("a day for a number", AMOUNT, date(2026, 3, 14), ("date 14/03/2026", "Saisir un nombre.")),
    ("a time for a number", AMOUNT, time(9, 30), ("heure ou durée 09:30", "Saisir un nombre.")),
    ("a duration for a number", AMOUNT, timedelta(hours=30, minutes=5), ("heure ou durée 30:05", "Saisir un nombre.")),
    ("a negative amount", AMOUNT, -0.5, ("nombre -0,5", "au moins 0", "Corriger la valeur.")),
    ("a number beyond all numbers", AMOUNT, float("inf"), ("nombre trop grand", "Corriger la valeur.")),
    ("an integer beyond all numbers", YEAR, float("inf"), ("nombre trop grand", "Corriger la valeur.")),
    ("a share over one", SHARE, 12, ("nombre 12", "au plus 100 %", "un pourcentage se saisit 12 %, ou 0,12")),
    ("an integer with decimals", YEAR, 2024.5, ("nombre 2024,5", "un nombre entier", "Saisir un nombre entier.")),
    ("an integer under its minimum", YEAR, 24, ("nombre 24", "au moins 2000")),
    ("an integer over its maximum", YEAR, 20244, ("nombre 20244", "au plus 2100")),
    ("a blank that must be filled", AMOUNT, None, ("cellule vide", "rien n'est rempli à votre place")),
    ("a blank text", column(Kind.TEXT), "", ("cellule vide", "un texte")),
    ("a text of spaces", column(Kind.CODE), " \u00a0", ("cellule vide", "un code, en texte")),
    ("a blank choice", CHOICE, None, ("cellule vide", "l'un de : Adultes, Mineurs")),
    ("an error cell", AMOUNT, CellError("#DIV/0!"), ("erreur #DIV/0!", "Corriger la formule")),
    ("an error in an optional cell", OPTIONAL, CellError("#N/A"), ("erreur #N/A", "Corriger la formule")),
    ("an error in a text", column(Kind.TEXT), CellError("#REF!"), ("erreur #REF!", "un texte")),
    ("a formula without a value", AMOUNT, Uncomputed("=1+1"), ("formule sans valeur calculée", "recalculer et enregistrer")),
    ("a date for a text", column(Kind.TEXT), datetime(2026, 3, 1), ("date 01/03/2026", "Saisir un texte.")),
    ("a code turned into a number", column(Kind.CODE), 1, (f"{A_CODE} (1)", AS_TEXT, "zéros de gauche")),
    ("a code turned into a date", column(Kind.CODE), datetime(2026, 1, 2), (f"{A_CODE} (02/01/2026)", AS_TEXT)),
    ("a code turned into a boolean", column(Kind.CODE), True, (f"{A_CODE} (VRAI)", AS_TEXT)),
    ("a FINESS turned into a number", column(Kind.FINESS), 10000001.0, ("(10000001)", AS_TEXT, "« 010000001 » ?")),
    ("a FINESS too short", column(Kind.FINESS), "10000001", ("« 10000001 »", "neuf caractères", "Corriger le FINESS.")),
    ("a FINESS too long", column(Kind.FINESS), "0100000011", ("« 0100000011 »", "Corriger le FINESS.")),
    ("a FINESS with the letter O", column(Kind.FINESS), "O10000001", ("« O10000001 »", "Corriger le FINESS.")),
    ("HORS where it is not allowed", column(Kind.FINESS), "HORS", ("« HORS »", "Corriger le FINESS.")),
    ("a word near a choice", CHOICE, "adulte", ("« adulte »", "l'un de : Adultes, Mineurs", "« Adultes » ?")),
    ("a word far from any choice", CHOICE, "65 ans", ("« 65 ans »", "Choisir dans la liste.")),
    ("a number for a choice", CHOICE, 1.5, ("« 1,5 »", "Choisir dans la liste.")),
]


@pytest.mark.parametrize(("declared", "cell", "words"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_a_value_is_refused_in_words(declared: Column, cell: Cell, words: tuple[str, ...]) -> None:
    value, told = read_one(declared, cell)
    assert value is None
    assert len(told) == 1
    assert all(word in told[0] for word in words), told


@pytest.mark.parametrize("kind", sorted(NUMERIC))
def test_every_numeric_kind_takes_numbers_and_refuses_texts(kind: Kind) -> None:
    assert read_one(column(kind), 3) == (3, [])
    assert read_one(column(kind), "n.d.")[1] != []


@pytest.mark.parametrize("kind", sorted(set(Kind) - NUMERIC - {Kind.DATE}))
def test_every_kind_of_text_is_read_or_refused(kind: Kind) -> None:
    declared = column(kind, choices={"010000001": "word"} if kind == Kind.CHOICE else None)
    assert read_one(declared, "010000001") == ("word" if kind == Kind.CHOICE else "010000001", [])


def test_a_date_is_read_as_its_day_and_a_text_is_no_date() -> None:
    assert read_one(column(Kind.DATE), datetime(2026, 3, 14, 12)) == (date(2026, 3, 14), [])
    assert read_one(column(Kind.DATE), date(2026, 3, 14)) == (date(2026, 3, 14), [])
    value, told = read_one(column(Kind.DATE), "14/03/2026")
    assert value is None
    assert "jour/mois/année" in told[0]


def test_an_empty_line_is_skipped_and_the_lines_after_it_keep_their_addresses() -> None:
    table = Table("essai", "T_Essai", "Essai", (AMOUNT,))
    read = read_table(table, Block("Feuille", 5, 1, ["Colonne"], [[1], [None], [" "], [""], ["n.d."]]), "essai.xlsx")
    assert read.columns == {"value": [1, None]}
    assert [problem.cell for problem in read.problems] == ["A10"]


def test_columns_in_another_order_are_read_by_their_headers() -> None:
    table = Table("essai", "T_Essai", "Essai", (AMOUNT, Column(header="Nom", name="name", kind=Kind.TEXT, help="")))
    read = read_table(table, Block("Feuille", 5, 3, ["Nom", "Colonne"], [["CH Un", 1], ["CH Deux", "?"]]), "essai.xlsx")
    assert read.columns == {"value": [1, None], "name": ["CH Un", "CH Deux"]}
    assert [problem.cell for problem in read.problems] == ["D7"]
