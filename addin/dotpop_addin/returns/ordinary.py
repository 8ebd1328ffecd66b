"""The cells and rows written as spreadsheets write them, nearly all of them: taken out of a sheet by a regular expression.

What is left has no ordinary cell any more and is small: a parser reads it, which knows all other ways of writing cells.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

from dotpop_addin.books.protocol import LITERAL, Uncomputed
from dotpop_addin.returns.characters import Elaborate, decoded, refuse_misleading, unescaped
from dotpop_addin.returns.sheets import ADDRESS, Sheet
from dotpop_addin.returns.values import Values
from dotpop_addin.returns.walking import Damaged

# What is optional is written (?:…|), which Python runs faster than (?:…)?
_ROW = r'/row><row r="([1-9][0-9]{0,6})"([^<>&]*)><'
_SHARED = r' t="s"><v>([0-9]+)</v></c>'
_INLINE = r' t="inlineStr"><is><t(?: xml:space="preserve"|)>([^<]*)</t></is></c>'
_LOOKS = r'(?: t="\w+"|)(?: aca="\w+"|)(?: ref="[A-Z0-9:]+"|)(?: ca="\w+"|)(?: si="[0-9]+"|)'
_FORMULA = rf"<f{_LOOKS}(/|>(?!{LITERAL.pattern}<)[^<]{{0,1000}}</f)>"
_VALUE = r"(?(kind)<v>([^<]*)</v>|(?:<v>([0-9.eE+-]*)</v>|<v ?/>|))"
_OTHER = rf'(?: t="(?:n|(?P<kind>b|e|str))"|)(?: ?/>|>(?:{_FORMULA}|){_VALUE}</c>)'
ORDINARY = re.compile(
    rf'<(?:{_ROW}|)c r="({ADDRESS.pattern})"(?: s="([0-9]+)"|)(?:{_SHARED}|{_INLINE}|{_OTHER})'.encode(),
)
"""A cell, behind the end of a row and the start of the next where it is the first of its row."""
GROUPS = ORDINARY.groups + 1
KEPT = 4_000
"""Formulas; those of one file are some five hundred, and the files of one campaign have the same."""
HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")

Column = Sequence[Any]
"""A group of each cell, None where it has none."""


class Cells(NamedTuple):
    """Ordinary cells, by the groups of the expression. looks: attributes of the row. shared: number of a shared text.

    kinds, others: of values that are neither numbers nor texts typed. formulas: with what ends the tag.
    """

    rows: Column
    looks: Column
    addresses: Column
    styles: Column
    shared: Column
    texts: Column
    kinds: Column
    formulas: Column
    others: Column
    numbers: Column


def take(data: bytes, sheet: Sheet, values: Values) -> tuple[bytes, int]:
    """Fills a sheet, empty so far, with its ordinary cells; gives what stands between them, and their number.

    Raises Elaborate before anything is filled; Damaged, ValueError, LookupError.
    """
    pieces = ORDINARY.split(data)
    rest = _rest(pieces[::GROUPS])
    cells = Cells(*(pieces[place::GROUPS] for place in range(1, GROUPS)))
    cells = cells._replace(addresses=decoded(cells.addresses))
    texts, formulas = decoded([*filter(None, cells.texts)]), [*map(_formula, filter(None, cells.formulas))]
    others = decoded([*compress(cells.others, cells.kinds)])
    if len(set(cells.addresses)) < len(cells.addresses):
        raise Damaged  # two cells in one place
    _take_rows(cells, sheet)
    _take_typed(cells, texts, sheet, values)
    _take_computed(cells, formulas, others, sheet, values)
    return rest, len(cells.addresses)


def _rest(pieces: Sequence[bytes]) -> bytes:
    """What stands between the cells. Raises Elaborate where a cell is none, or stands within a tag or a text."""
    rest = b"".join(pieces)
    refuse_misleading(rest)
    whole = filter(None, map(bytes.strip, (b"<" + pieces[0], *pieces[1:-1], pieces[-1] + b">")))
    if len(pieces) > 1 and not all(piece.startswith(b"<") and piece.endswith(b">") for piece in whole):
        raise Elaborate
    return rest


@lru_cache(KEPT)
def _formula(written: bytes) -> str:
    """A formula behind its tag; kept, since files of one campaign have the same."""
    return decoded([written[1:-3]])[0]


def _take_rows(cells: Cells, sheet: Sheet) -> None:
    """Which rows are hidden."""
    hidden = {look for look in set(cells.looks) if look and HIDDEN.search(look)}  # rows are much alike
    if hidden:
        sheet.hidden_rows += map(int, compress(cells.rows, [look in hidden for look in cells.looks]))


def _take_typed(cells: Cells, texts: Sequence[str], sheet: Sheet, values: Values) -> None:
    """Texts, numbers and dates."""
    strings, moments = values.strings, {style.encode(): moment for style, moment in values.moments.items()}
    shared = {at: strings[int(place)] for at, place in zip(cells.addresses, cells.shared, strict=True) if place}
    inline = dict(zip(compress(cells.addresses, cells.texts), map(unescaped, texts), strict=True))
    numbers = {
        at: moments[style](float(number)) if style in moments else float(number)
        for at, style, number in zip(cells.addresses, cells.styles, cells.numbers, strict=True)
        if number
    }
    if "" in strings:
        shared = {at: text for at, text in shared.items() if text}
    sheet.cells = {**shared, **inline, **numbers}


def _take_computed(cells: Cells, formulas: Sequence[str], others: Sequence[str], sheet: Sheet, values: Values) -> None:
    """Formulas; logical values, errors and texts that they give."""
    sheet.formulas.update(zip(compress(cells.addresses, cells.formulas), formulas, strict=True))
    blank = set()
    for address, kind, text in zip(compress(cells.addresses, cells.kinds), filter(None, cells.kinds), others, strict=True):
        if text:
            sheet.cells[address] = values.read(text, kind.decode())
        elif kind == b"str":
            blank.add(address)  # an empty text, which is a value
    for address in sheet.formulas.keys() - sheet.cells.keys() - blank:
        sheet.cells[address] = _uncomputed(sheet.formulas[address])


@lru_cache(KEPT)
def _uncomputed(formula: str) -> Uncomputed:
    return Uncomputed(f"={formula}")
