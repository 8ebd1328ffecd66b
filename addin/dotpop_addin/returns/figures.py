"""Numbers written as texts. One is read when every way of writing numbers that can read it reads the same."""

import re
from decimal import Decimal

from dotpop_addin.declarations.kinds import Column, Kind
from dotpop_addin.reading import Refusal, shown
from dotpop_addin.returns.texts import plain, says_nothing, says_unknown
from dotpop_addin.returns.verdicts import Meaning, quoted

CONVENTIONS = ((" ", ","), (" ", "."), (".", ","), (",", "."), ("'", "."), ("'", ","))
"""Thousands and decimal marks: French, international, German, English, Swiss (two)."""
LONGEST = 100
"""Characters of a text that may be a number."""
EUROS = frozenset({Kind.AMOUNT, Kind.EURO, Kind.PER_HEAD})
SHAPE = re.compile(
    r"(?P<open>\()?\s?(?P<sign>[-+])?\s?(?P<before>€)?\s?"
    r"(?P<body>[0-9.,'](?:[0-9., ']*[0-9.,'])?)(?P<power>[eE][-+]?[0-9]{1,3})?"
    r"\s?(?P<unit>[^0-9().,'+-][^0-9()+-]*?)?\s?(?P<after>-)?(?P<close>\))?"
)
UNITS = {"€": 1, "eur": 1, "euro": 1, "euros": 1, "€/hab": 1, "€/habitant": 1}
THOUSANDS = {"k€": 1_000, "keur": 1_000, "milliersd'euros": 1_000}
MILLIONS = {"m€": 1_000_000, "meur": 1_000_000, "milliond'euros": 1_000_000, "millionsd'euros": 1_000_000}
BILLIONS = {"md€": 1_000_000_000, "mds€": 1_000_000_000, "milliardd'euros": 10**9, "milliardsd'euros": 10**9}
MONEY = UNITS | THOUSANDS | MILLIONS | BILLIONS
BARE = {"k": 1_000, "m": 1_000_000}
"""A thousand or a million of what is written without its euros: probably those, not certainly."""
ALONE = "Saisir un nombre seul, sans mot ni signe ; s'il n'est qu'estimé, le dire dans une observation."
ASK = "Saisir le nombre (0 s'il n'y a rien) ; s'il n'est pas connu, laisser la cellule vide et le demander."


def meaning_of_number(column: Column, text: str) -> Meaning:
    """The number that a text says. Raises Refusal when it says none, or several."""
    if len(text) > LONGEST:
        raise Refusal(f"texte {quoted(text)}", ALONE)
    bare = plain(text)
    if len(text.strip().splitlines()) > 1:
        raise Refusal(f"texte {quoted(text)}, en plusieurs lignes", "Saisir un nombre seul, sur une ligne.")
    if bare.startswith("="):
        raise Refusal(
            f"formule écrite comme un texte {quoted(text)}", "Saisir la valeur, ou valider la formule dans la cellule."
        )
    if says_nothing(bare):
        return Meaning(0, "zéro, ou valeur absente ?")
    if says_unknown(bare):
        raise Refusal(f"texte {quoted(text)}, qui ne dit pas la valeur", ASK)
    shape = SHAPE.fullmatch(bare)
    if shape is None or bool(shape["open"]) != bool(shape["close"]):
        raise Refusal(f"texte {quoted(text)}", ALONE)
    size, doubt = _unit(column, text, f"{shape['before'] or ''}{shape['unit'] or ''}")
    number = _body(text, shape["body"]) * Decimal(f"1{shape['power'] or ''}") * size
    negative = shape["sign"] == "-" or shape["after"] or shape["open"]
    return Meaning(float(-number if negative else number), doubt or _doubt(shape))


def _doubt(shape: re.Match[str]) -> str:
    """Why a number that is well written may not be what was meant."""
    if shape["open"] or shape["after"]:
        return "nombre négatif ?"
    if shape["power"]:
        return "nombre affiché en puissances de dix, donc arrondi ?"
    if re.match(r"0[0-9 ]", shape["body"]):
        return "code, ou nombre ?"
    return "nombre incomplet ?" if shape["body"][-1] in ".,'" else ""


def _body(text: str, body: str) -> Decimal:
    """The number that digits and marks say by every convention that can read them."""
    bare = body.rstrip(".,'") if re.fullmatch(r"[0-9 ]+[.,']", body) else body
    readings = {found for group, decimal in CONVENTIONS if (found := _by(bare, group, decimal)) is not None}
    if not readings:
        raise Refusal(f"texte {quoted(text)}", "Ressaisir le nombre : ses chiffres ne sont pas groupés par trois.")
    if len(readings) > 1:
        either = " ou ".join(shown(float(reading)) for reading in sorted(readings, reverse=True))
        raise Refusal(f"texte {quoted(text)}, qui se lit {either}", "Ressaisir le nombre, sans séparateur de milliers.")
    return readings.pop()


def _by(body: str, group: str, decimal: str) -> Decimal | None:
    """
    >>> _by("1.234", ".", ","), _by("1.234", " ", "."), _by("1.234", " ", ",")
    (Decimal('1234'), Decimal('1.234'), None)
    """
    whole, mark = f"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+", re.escape(decimal)
    if not re.fullmatch(f"(?:{whole})(?:{mark}[0-9]+)?|{mark}[0-9]+", body):
        return None
    return Decimal(body.replace(group, "").replace(decimal, "."))


def _unit(column: Column, text: str, unit: str) -> tuple[Decimal, str]:
    """What to multiply by, and a doubt about it."""
    word = unit.replace(" ", "").rstrip(".").lower()
    if not word:
        return Decimal(1), ""
    if word == "%" and column.kind == Kind.SHARE:
        return Decimal("0.01"), ""
    if column.kind in EUROS and word in MONEY:
        milli = unit.strip().startswith("m€")
        return Decimal(MONEY[word]), "millions d'euros ?" if milli else ""
    if column.kind in EUROS and word in BARE:
        return Decimal(BARE[word]), "milliers ou millions d'euros ?"
    if word == "%" or word in MONEY:
        raise Refusal(f"texte {quoted(text)}, d'une autre unité", "Vérifier la colonne, et saisir la valeur dans son unité.")
    raise Refusal(f"texte {quoted(text)}", ALONE)
