"""What people write in cells: read where it has one meaning, proposed where it must be confirmed, else refused."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dotpop_addin.books.protocol import Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind
from dotpop_addin.problems import CONFIRM, ERROR, WARNING
from dotpop_addin.returns.cleaning import clean


def column(kind: Kind, **more: Any) -> Column:
    return Column(header="Colonne", name="value", kind=kind, help="", **more)


DAY = column(Kind.DATE, required=False)
AMOUNT, POSITIVE = column(Kind.AMOUNT), column(Kind.AMOUNT, minimum=0)
PER_HEAD, COUNT, RATE, YEAR = (
    column(Kind.PER_HEAD),
    column(Kind.COUNT),
    column(Kind.RATE),
    column(Kind.INTEGER, minimum=2000),
)
SHARE, FREE_SHARE = column(Kind.SHARE, minimum=0, maximum=1), column(Kind.SHARE)
AGE = column(Kind.CHOICE, choices={"Adultes": "adults", "Mineurs": "minors"})
STATUS = column(Kind.CHOICE, choices={"Public": "p", "Privé non lucratif": "n", "Privé lucratif": "l"})
YES_NO = column(Kind.CHOICE, choices={"Oui": "yes", "Non": "no"})
TWINS = column(Kind.CHOICE, choices={"Côte": 1, "Coté": 2})
FINESS, CODE, TEXT = column(Kind.FINESS, also=("HORS",)), column(Kind.CODE), column(Kind.TEXT)
KNOWN = ("010000024", "2B0000024", "01", "Z1")

STANDS = [
    ("a number stands", AMOUNT, 1234.56, 1234.56),
    ("a share stands as a fraction", SHARE, 0.12, 0.12),
    ("one is a hundred per cent: the sheet shows it so", SHARE, 1.0, 1.0),
    ("a FINESS stands as text", FINESS, "010000024", "010000024"),
    ("a choice stands", AGE, "Adultes", "adults"),
    ("a known code stands", CODE, "Z1", "Z1"),
    ("a free text stands, whatever it says", TEXT, "n.d.", "n.d."),
    ("a blank that may be is nothing", column(Kind.AMOUNT, required=False), " \u00a0", None),
]

READ = [
    # Numbers: each convention of writing them that can read the text reads the same.
    ("spaces group, the comma is French", AMOUNT, "1 234,56", 1234.56),
    ("no-break spaces group", AMOUNT, "1\u00a0234\u00a0567,8", 1234567.8),
    ("narrow spaces group", AMOUNT, "1\u202f234", 1234),
    ("thin spaces group", AMOUNT, "1\u2009234", 1234),
    ("spaces group, so the point can only be decimal", AMOUNT, "1 234.5", 1234.5),
    ("points group before a comma: no other notation reads it", AMOUNT, "1.234,56", 1234.56),
    ("commas group before a point: no other notation reads it", AMOUNT, "1,234.56", 1234.56),
    ("a mark that comes twice can only group", AMOUNT, "1.234.567", 1234567),
    ("a comma that comes twice too", AMOUNT, "1,234,567", 1234567),
    ("an apostrophe only groups", AMOUNT, "1’234.5", 1234.5),
    ("two decimals are no group of three", AMOUNT, "12.50", 12.5),
    ("three decimals after a zero are no group", RATE, "0,985", 0.985),
    ("three decimals after four digits are no group", RATE, "1234,567", 1234.567),
    ("nothing before the comma", RATE, ",5", 0.5),
    ("digits alone", COUNT, "1234", 1234),
    ("blanks around", COUNT, " 12\u00a0", 12),
    ("an apostrophe that marks a text", COUNT, "'12", 12),
    ("digits in full width", COUNT, "１２，５", 12.5),
    ("Arabic digits", COUNT, "١٢", 12),
    ("an invisible mark of direction", COUNT, "\u200e12", 12),
    ("a minus sign of typography", AMOUNT, "\u221212", -12),
    ("an en dash before digits", AMOUNT, "– 12", -12),
    ("a plus sign", AMOUNT, "+12", 12),
    ("euros in an amount", AMOUNT, "1234,5 €", 1234.5),
    ("euros before the digits", AMOUNT, "€ 12", 12),
    ("euros in full letters", AMOUNT, "12 euros", 12),
    ("euros per head where they are due", PER_HEAD, "132,55 €/hab.", 132.55),
    ("millions of euros: the unit is written", AMOUNT, "0,5 M€", 500_000),
    ("thousands of euros: the unit is written", AMOUNT, "500 k€", 500_000),
    ("thousands with a capital", AMOUNT, "12,5 K€", 12_500),
    ("thousands of millions", AMOUNT, "1,5 Md€", 1_500_000_000),
    ("millions in full letters", AMOUNT, "2 millions d’euros", 2_000_000),
    ("a percentage where one is due", SHARE, "12 %", 0.12),
    ("a percentage against its sign", SHARE, "7%", 0.07),
    ("a percentage under one", SHARE, "0,5 %", 0.005),
    ("a percentage over a hundred, written as such", FREE_SHARE, "120 %", 1.2),
    ("a fraction where a percentage is due", SHARE, "0,12", 0.12),
    ("a year with a space", YEAR, "2 025", 2025),
    # Codes
    ("a FINESS with spaces", FINESS, "010 000 024", "010000024"),
    ("a FINESS with points", FINESS, "01.000.0024", "010000024"),
    ("a FINESS of Corsica in small letters", FINESS, "2b0000024", "2B0000024"),
    ("a FINESS as a number that lost nothing", FINESS, 690000001.0, "690000001"),
    ("a FINESS as a number, known with its zero", FINESS, 10000024.0, "010000024"),
    ("a FINESS as text, known with its zero", FINESS, "10000024", "010000024"),
    ("another word of the column", FINESS, "hors", "HORS"),
    ("a code that the region knows with its zero", CODE, 1.0, "01"),
    ("a code that the region knows in capitals", CODE, "z1", "Z1"),
    # Choices
    ("a choice but for its case", AGE, "ADULTES", "adults"),
    ("a choice but for its accents", STATUS, "Prive lucratif", "l"),
    ("a choice but for its spaces and dashes", STATUS, " privé  non-lucratif", "n"),
    ("yes as a logical value", YES_NO, True, "yes"),
    ("no as a logical value", YES_NO, False, "no"),
    ("yes as the text of a logical value", YES_NO, "VRAI", "yes"),
    ("no in small letters", YES_NO, "non", "no"),
]

PROPOSED = [
    ("brackets of accountants", AMOUNT, "(1 234)", -1234, "nombre négatif ?"),
    ("a minus sign behind", AMOUNT, "1234-", -1234, "nombre négatif ?"),
    ("zeros on the left of a number", AMOUNT, "0123", 123, "code, ou nombre ?"),
    ("a comma without decimals", AMOUNT, "12,", 12, "nombre incomplet ?"),
    ("what a narrow column shows of a number", AMOUNT, "1,23E+08", 123_000_000, "arrondi ?"),
    ("millions of what is not written", AMOUNT, "0,5 M", 500_000, "milliers ou millions d'euros ?"),
    ("a small m, which is a thousandth", AMOUNT, "3 m€", 3_000_000, "millions d'euros ?"),
    ("nothing, in a word", AMOUNT, "Néant", 0, "zéro, ou valeur absente ?"),
    ("a FINESS that nobody knows with its zero", FINESS, 10000099.0, "010000099", "zéro de gauche perdu ?"),
    ("a letter O for a zero", FINESS, "O10000024", "010000024", "lettre à la place d'un chiffre ?"),
    ("a FINESS with its name", FINESS, "CH Un (010000024)", "010000024", "FINESS dans un texte plus long ?"),
    ("a choice in the singular", AGE, "adulte", "adults", "« Adultes » ?"),
    ("a cross for yes", YES_NO, "x", "yes", "« Oui » ?"),
    ("a tick for yes", YES_NO, "✓", "yes", "« Oui » ?"),
    ("a one for yes", YES_NO, 1.0, "yes", "« Oui » ?"),
    ("an initial for no", YES_NO, "N", "no", "« Non » ?"),
]

ALONE, ASK, UNIT = "Saisir un nombre seul", "0 s'il n'y a rien", "d'une autre unité"
REFUSED = [
    ("a point and three digits", AMOUNT, "1.234", "qui se lit 1234 ou 1,234"),
    ("a comma and three digits", AMOUNT, "1,234", "qui se lit 1234 ou 1,234"),
    ("a comma and three digits, in millions", AMOUNT, "1,234 M€", "qui se lit 1234 ou 1,234"),
    ("digits grouped by two", AMOUNT, "12 34", "groupés par trois"),
    ("two numbers", AMOUNT, "500-600", ALONE),
    ("a fraction", AMOUNT, "500/600", ALONE),
    ("about", AMOUNT, "environ 500", ALONE),
    ("less than", COUNT, "<11", ALONE),
    ("an estimate", AMOUNT, "0 (estim.)", ALONE),
    ("a superscript", AMOUNT, "10²", ALONE),
    ("a half", AMOUNT, "½", ALONE),
    ("a number of something", COUNT, "12 lits", ALONE),
    ("a bracket that is not closed", AMOUNT, "(12", ALONE),
    ("a whole sentence", AMOUNT, "12 " * 40, ALONE),
    ("not available", AMOUNT, "n.d.", ASK),
    ("not communicated", AMOUNT, "NC", ASK),
    ("a dash alone: zero or missing?", AMOUNT, "-", ASK),
    ("a question mark", AMOUNT, "?", ASK),
    ("a formula as text", AMOUNT, "=SUM(A1)", "formule écrite comme un texte"),
    ("a percentage in an amount", AMOUNT, "12 %", UNIT),
    ("euros in a share", SHARE, "12 €", UNIT),
    ("euros in a count", COUNT, "12 €", UNIT),
    ("twelve in a share: 12 % or 1200 %?", SHARE, 12.0, "12 %, ou 0,12"),
    ("twelve in a share without bounds", FREE_SHARE, 12.0, "Saisir 12 %"),
    ("twelve as text in a share", FREE_SHARE, "12", "Saisir 12 %"),
    ("a negative amount as text, where none may be", POSITIVE, "-1 234", "nombre -1234"),
    ("a negative amount in brackets, where none may be", POSITIVE, "(1 234)", "nombre -1234"),
    ("decimals as text in a whole number", YEAR, "2025,5", "nombre entier"),
    ("a year out of its bounds", YEAR, "25", "nombre 25"),
    ("a number beyond all numbers, as text", AMOUNT, "9E999", "nombre trop grand"),
    ("a number beyond all numbers, in a FINESS", FINESS, float("inf"), "nombre trop grand"),
    ("a logical value in an amount", AMOUNT, True, "valeur logique VRAI"),
    ("a date in an amount: 1.2 that a spreadsheet took for it", AMOUNT, datetime(2026, 2, 1), "date 01/02/2026"),
    ("an error", AMOUNT, CellError("#REF!"), "erreur #REF!"),
    ("a formula without a value", AMOUNT, Uncomputed("=A1"), "formule sans valeur"),
    ("a blank that may not be", AMOUNT, None, "cellule vide"),
    ("seven digits in a FINESS", FINESS, 1000024.0, "FINESS transformé en nombre"),
    ("a FINESS with decimals", FINESS, 10000024.5, "FINESS transformé en nombre"),
    ("a FINESS not known", FINESS, "n.d.", "« n.d. »"),
    ("two FINESS in a cell", FINESS, "010000024 et 010000032", "Corriger le FINESS"),
    ("a code not given", CODE, "n.d.", "qui ne dit pas le code"),
    ("a code that the region does not know", CODE, "Z9", "Choisir un code de la région"),
    ("a number where a code is due, that nobody knows", CODE, 9.0, "code transformé en nombre"),
    ("a word near a choice", AGE, "Adlutes", "« Adultes » ?"),
    ("a word that two choices could be", TWINS, "cote", "Choisir dans la liste"),
    ("a cross where there is neither yes nor no", AGE, "x", "Choisir dans la liste"),
    ("a word far from all choices", AGE, "65 ans", "Choisir dans la liste"),
]


@pytest.mark.parametrize(("declared", "cell", "value"), [pytest.param(*one[1:], id=one[0]) for one in STANDS])
def test_what_stands_as_it_should_is_read_without_a_word(declared: Column, cell: Cell, value: Any) -> None:
    cleaned = clean(declared, cell, KNOWN if declared is CODE else ())
    assert (cleaned.value, cleaned.severity) == (value, "")
    assert cleaned.problem(declared, "retour.xlsx", "Feuille", "B6") is None


@pytest.mark.parametrize(("declared", "cell", "value"), [pytest.param(*one[1:], id=one[0]) for one in READ])
def test_what_has_one_meaning_is_read_and_told(declared: Column, cell: Cell, value: Any) -> None:
    cleaned = clean(declared, cell, KNOWN)
    assert (cleaned.value, cleaned.severity) == (value, WARNING)
    assert cleaned.action.startswith("Lu comme ")


@pytest.mark.parametrize(("declared", "cell", "proposed", "why"), [pytest.param(*one[1:], id=one[0]) for one in PROPOSED])
def test_what_is_likely_but_not_certain_is_proposed_and_not_read(
    declared: Column, cell: Cell, proposed: Any, why: str
) -> None:
    cleaned = clean(declared, cell, KNOWN)
    assert (cleaned.value, cleaned.severity, cleaned.proposed) == (None, CONFIRM, proposed)
    assert cleaned.found.endswith(why)


@pytest.mark.parametrize(("declared", "cell", "words"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_what_is_not_clear_is_an_error(declared: Column, cell: Cell, words: str) -> None:
    cleaned = clean(declared, cell, KNOWN)
    assert (cleaned.value, cleaned.severity, cleaned.proposed) == (None, ERROR, None)
    assert words in f"{cleaned.found}. {cleaned.action}"


DATES = [
    ("a date", datetime(2025, 12, 31), date(2025, 12, 31), ""),
    ("a blank", None, None, ""),
    ("a date as text, in the French order", "31/12/2025", date(2025, 12, 31), WARNING),
    ("a date that two orders can read: the French one", "01/02/2025", date(2025, 2, 1), WARNING),
    ("points between", "31.12.2025", date(2025, 12, 31), WARNING),
    ("the order of programs", "2025-12-31", date(2025, 12, 31), WARNING),
    ("the order of programs, at midnight", "2025-12-31T00:00:00", date(2025, 12, 31), WARNING),
    ("a month in letters", "1er février 2025", date(2025, 2, 1), WARNING),
    ("a month cut short", "31 déc. 2025", date(2025, 12, 31), WARNING),
    ("two figures for the year", "31/12/25", None, CONFIRM),
    ("the number of a date", 46022.0, None, CONFIRM),
    ("the American order", "12/31/2025", None, ERROR),
    ("a day that is not", "31/02/2025", None, ERROR),
    ("a month that two begin", "1 jui 2025", None, ERROR),
    ("marks that differ", "31/12-2025", None, ERROR),
    ("a logical value", True, None, ERROR),
    ("an error", CellError("#N/A"), None, ERROR),
    ("a number beyond all numbers", float("inf"), None, ERROR),
    ("a year", "2025", None, ERROR),
    ("not known", "n.d.", None, ERROR),
]


@pytest.mark.parametrize(("cell", "value", "severity"), [pytest.param(*one[1:], id=one[0]) for one in DATES])
def test_a_date_is_read_in_the_french_order_or_told(cell: Cell, value: Any, severity: str) -> None:
    cleaned = clean(DAY, cell)
    assert (cleaned.value, cleaned.severity) == (value, severity)


def test_a_problem_says_where_what_and_what_is_expected() -> None:
    problem = clean(SHARE, "12 €").problem(SHARE, "retour.xlsx", "Feuille", "B6")
    assert problem is not None
    assert (problem.place, problem.severity) == ("Feuille Feuille, cellule B6", ERROR)
    assert problem.expected == "un pourcentage, au moins 0 %, au plus 100 %"


def test_a_long_text_is_not_told_whole() -> None:
    assert len(clean(AMOUNT, "a" * 30_000).found) < 100


THOUSANDTHS = st.integers(1, 10**6).map(lambda number: number / 1000)
FLOATS = st.floats(-1e10, 1e10).map(lambda number: round(number, 4)) | THOUSANDTHS | st.integers(1, 10**6).map(float)
SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009"])


def _grouped(digits: str, mark: str) -> str:
    first = len(digits) % 3 or 3
    return mark.join([digits[:first], *(digits[place : place + 3] for place in range(first, len(digits), 3))])


def _written(number: float, group: str, decimal: str) -> str:
    whole, _, fraction = f"{abs(Decimal(repr(number))):f}".removesuffix(".0").partition(".")
    sign = "-" if number < 0 else ""
    return f"{sign}{_grouped(whole, group)}{decimal if fraction else ''}{fraction}"


@given(FLOATS, SPACES, st.sampled_from(["", " €", "€", "\u00a0€"]))
@example(1.234, " ", "")
@example(1234.567, "\u202f", " €")
@example(0.125, "", "")
def test_every_number_written_in_french_is_read_exactly_unless_a_foreigner_reads_another(
    number: float, group: str, unit: str
) -> None:
    written = _written(number, group, ",")
    cleaned = clean(AMOUNT, written + unit)
    whole, _, fraction = written.lstrip("-").partition(",")
    foreign = len(fraction) == 3 and len(whole) <= 3 and whole != "0"  # 1,234 may be one thousand and more
    assert (cleaned.value, cleaned.severity) == ((None, ERROR) if foreign else (number, WARNING))


@given(FLOATS, FLOATS, st.permutations([(" ", ","), (" ", "."), (".", ","), (",", "."), ("'", "."), ("", ","), ("", ".")]))
def test_a_text_that_two_people_read_otherwise_is_not_read(one: float, other: float, ways: list[tuple[str, str]]) -> None:
    written = _written(one, *ways[0])
    cleaned = clean(AMOUNT, written)
    assert cleaned.value in (None, one)
    if any(
        _written(another, *ways[1]) == written
        for another in (other, round(one * 1000, 4), round(one / 1000, 4))
        if another != one
    ):
        assert cleaned.value is None


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."), st.sampled_from(["", " €", " M€", " k€"]))
def test_one_mark_and_three_digits_are_never_read(before: int, after: int, mark: str, unit: str) -> None:
    assert clean(AMOUNT, f"{before}{mark}{after:03}{unit}").severity == ERROR


ANY_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.text(),
    st.text("0123456789 .,-'()€%MkmEe/+\u202f\u2212", max_size=12),
    st.datetimes(),
    st.builds(CellError, st.just("#N/A")),
)


@given(st.sampled_from([*map(column, sorted(NUMERIC)), AGE, YES_NO, FINESS, CODE, TEXT, SHARE]), ANY_CELL)
def test_any_cell_is_read_told_or_refused_and_nothing_else(declared: Column, cell: Cell) -> None:
    cleaned = clean(declared, cell, KNOWN)
    told = cleaned.severity in (ERROR, CONFIRM)
    assert cleaned.severity in ("", WARNING, CONFIRM, ERROR)
    assert not (told and cleaned.value is not None)
    assert (cleaned.found != "", cleaned.action != "") == (bool(cleaned.severity),) * 2
    if isinstance(cell, str) and cleaned.value is not None and declared.kind in NUMERIC:
        assert cleaned.severity == WARNING
    assert clean(DAY, cell).severity in ("", WARNING, CONFIRM, ERROR)
