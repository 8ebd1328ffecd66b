"""Dates written as texts, in the French order: day, month, year."""

import re
from datetime import date, timedelta

from dotpop_addin.books.protocol import Cell
from dotpop_addin.reading import Refusal, shown
from dotpop_addin.returns.texts import folded, plain
from dotpop_addin.returns.verdicts import Meaning, quoted

MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
FRENCH = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
WORDS = re.compile(r"([0-9]{1,2})(?:er)? ?([^\W\d]+)\.? ?([0-9]{4})", re.I)
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000 to 2099
LONGEST = 40
"""Characters of a text that may be a date."""
ACTION = "Saisir la date sous la forme jour/mois/année."


def meaning_of_date(cell: Cell) -> Meaning:
    """The date that a text says, or the number that a spreadsheet stores for it. Raises Refusal when it says none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return Meaning(date(1899, 12, 30) + timedelta(days=int(cell)), "date sans son format ?")
    if not isinstance(cell, str):
        raise Refusal(f"valeur {shown(cell)}", ACTION)
    text = plain(cell[:LONGEST])
    if found := FRENCH.fullmatch(text):
        day, _, month, year = found.groups()
        return Meaning(_date(cell, year.rjust(4, "0"), month, day)) if len(year) == 4 else _short(cell, year, month, day)
    if found := ISO.fullmatch(text):
        return Meaning(_date(cell, *found.groups()))
    if (found := WORDS.fullmatch(text)) and (month := _month(found[2])):
        return Meaning(_date(cell, found[3], month, found[1]))
    raise Refusal(f"texte {quoted(cell)}", ACTION)


def _short(cell: str, year: str, month: str, day: str) -> Meaning:
    return Meaning(_date(cell, f"20{year}", month, day), "quel siècle ?")


def _month(word: str) -> str:
    """The number of a month named in full, or by its first letters when no other begins so."""
    close = [place for place, month in enumerate(MONTHS, 1) if len(word) > 2 and month.startswith(folded(word))]
    return str(close[0]) if len(close) == 1 else ""


def _date(cell: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refusal(f"{quoted(cell)}, qui n'est pas une date dans l'ordre jour, mois, année", ACTION) from None
