"""Reading a cell of a returned file: strictly first, as a region's workbook is; then what people write in place of that.

What a cell may hold in the end (bounds, lists, formats) is for `reading` to say: here it is only brought back to what should
have been typed.
"""

import math
import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from dotpop_addin.accepted import MOST
from dotpop_addin.books.protocol import Cell
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind
from dotpop_addin.reading import FINESS, FINESS_LENGTH, PARSERS, Refusal, bare, parsed, shown
from dotpop_addin.returns.dates import meaning_of_date
from dotpop_addin.returns.figures import meaning_of_number
from dotpop_addin.returns.texts import folded, plain, says_unknown
from dotpop_addin.returns.verdicts import Cleaned, Meaning, certain, quoted, refused, to_confirm
from dotpop_addin.sending.rules import FIRST_DAY, LAST_DAY

LONGEST = 30_000
"""Characters of a text: a workbook holds 32,767 in a cell, and loses the others."""
DAY_ZERO = date(1899, 12, 30)
"""Of spreadsheets, which show a year alone in a cell of dates as a day of 1905."""
ASK_CODE = "Saisir le code ; s'il n'est pas connu, le demander."
SEPARATORS = re.compile(r"[ .\-_/]")
LIKE_DIGITS = str.maketrans("OIL", "011")
FINESS_WITHIN = re.compile(rf"(?<![0-9A-Z]){FINESS.pattern}(?![0-9A-Z])")
ANSWERS = {"oui": ("yes", "vrai", "true"), "non": ("no", "faux", "false")}
TICKS = {"oui": ("x", "1", "o", "✓", "✔"), "non": ("0", "n")}
"""A cross, a digit or an initial for yes or no: likely, not certain."""


def clean(column: Column, cell: Cell, known: Collection[str] = ()) -> Cleaned:
    """A raw cell read by its column. known: the codes that the region knows, for a column of FINESS or of codes."""
    cell = None if isinstance(cell, str) and not plain(cell) else bare(cell)  # invisible characters alone are a blank
    try:
        value = parsed(column, cell, PARSERS[column.kind])
        _refuse_unlikely(column, cell, value)
        if column.kind != Kind.CODE or not known or value in known or value is None:
            return Cleaned(value)
        refusal = Refusal(quoted(value), "Choisir un code de la région.")
    except Refusal as strict:
        refusal = strict
    translate = TRANSLATIONS.get(column.kind)
    if translate is None or not isinstance(cell, str | int | float) or (isinstance(cell, float) and not math.isfinite(cell)):
        return refused(refusal)
    try:
        meaning = translate(column, cell, known, refusal)
        value = parsed(column, meaning.cell, PARSERS[column.kind])
        _refuse_unlikely(column, cell, value)
    except Refusal as refusal:
        return refused(refusal)
    return to_confirm(column, value, cell, meaning) if meaning.doubt else certain(column, value, cell, meaning.cell)


def _refuse_unlikely(column: Column, cell: Cell, value: Any) -> None:
    """What the reading of a cell takes, and a person may not have meant."""
    kind, text = column.kind, cell if isinstance(cell, str) else ""
    if value is None:
        return
    if kind == Kind.SHARE and column.maximum is None and abs(value) > 1 and "%" not in plain(text):
        raise Refusal(f"nombre {shown(value)}", f"Saisir {shown(value)} %, ou la fraction (0,12 pour 12 %).")
    if kind in NUMERIC and abs(value) > MOST:
        raise Refusal("nombre trop grand", "Corriger la valeur.")
    if kind == Kind.DATE and not FIRST_DAY <= value <= LAST_DAY:
        year = (value - DAY_ZERO).days
        alone = f" ({year} saisi seul ?)" if FIRST_DAY.year <= year <= LAST_DAY.year else ""
        found = quoted(text) if text else f"date {shown(value)}{alone}"
        raise Refusal(found, f"Saisir une date entière, de {FIRST_DAY.year} à {LAST_DAY.year}.")
    if kind == Kind.CODE and says_unknown(value):
        raise Refusal(f"texte {quoted(text)}, qui ne dit pas le code", ASK_CODE)
    if kind == Kind.TEXT and len(value) > LONGEST:
        raise Refusal(f"texte de {len(value)} caractères", f"Le raccourcir : {LONGEST} caractères au plus.")


def _number(column: Column, cell: Any, known: Collection[str], refusal: Refusal) -> Meaning:
    if not isinstance(cell, str):
        raise refusal
    return meaning_of_number(column, cell)


def _finess(column: Column, cell: Any, known: Collection[str], refusal: Refusal) -> Meaning:
    if isinstance(cell, bool) or (isinstance(cell, float) and cell != int(cell)):
        raise refusal
    written = plain(cell).upper() if isinstance(cell, str) else str(int(cell))
    same = [one for one in column.also if folded(one) == folded(written)]
    text = SEPARATORS.sub("", written)
    if same or FINESS.fullmatch(text):
        return Meaning(same[0] if same else text)
    if len(text) == FINESS_LENGTH - 1 and FINESS.fullmatch(f"0{text}"):
        return Meaning(f"0{text}", "" if f"0{text}" in known else "zéro de gauche perdu ?")
    if FINESS.fullmatch(text.translate(LIKE_DIGITS)):
        return Meaning(text.translate(LIKE_DIGITS), "lettre à la place d'un chiffre ?")
    within = FINESS_WITHIN.findall(written)
    if len(within) == 1:
        return Meaning(within[0], "FINESS dans un texte plus long ?")
    raise refusal


def _code(column: Column, cell: Any, known: Collection[str], refusal: Refusal) -> Meaning:
    """A code that the region knows under another case, or with the zeros that a number has lost."""
    if isinstance(cell, bool) or (isinstance(cell, str) and says_unknown(cell)):
        raise refusal
    text = folded(shown(cell))
    same = [one for one in known if folded(one) == text] or [one for one in known if folded(one).lstrip("0") == text]
    if len(same) != 1:
        raise refusal
    return Meaning(same[0])


def _choice(column: Column, cell: Any, known: Collection[str], refusal: Refusal) -> Meaning:
    labels, text = list(column.choices or {}), folded(shown(cell))
    by_answer = {folded(label): label for label in labels if folded(label) in ANSWERS}
    same = [label for label in labels if folded(label) == text]
    same = same or [label for answer, label in by_answer.items() if text in ANSWERS[answer]]
    if len(same) == 1:
        return Meaning(same[0])
    ticked = [label for answer, label in by_answer.items() if (text or shown(cell).strip()) in TICKS[answer]]
    if len(ticked) == 1:
        return Meaning(ticked[0], f"« {ticked[0]} » ?")
    singular = [label for label in labels if _singular(label) == _singular(shown(cell))]
    if not same and len(singular) == 1:
        return Meaning(singular[0], f"« {singular[0]} » ?")
    raise refusal


def _singular(text: str) -> str:
    return "".join(folded(word).rstrip("s") for word in plain(text).split())


TRANSLATIONS: dict[Kind, Callable[[Column, Any, Collection[str], Refusal], Meaning]] = {
    Kind.FINESS: _finess,
    Kind.CODE: _code,
    Kind.CHOICE: _choice,
    Kind.DATE: lambda column, cell, known, refusal: meaning_of_date(cell),
    **dict.fromkeys(NUMERIC, _number),
}
"""How each kind of cell is brought back to what should have been typed, or refused."""
