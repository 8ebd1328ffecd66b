"""What the model says when it cannot compute: every fault at once, each naming its rows."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

FRENCH = str.maketrans({",": "\u202f", ".": ",", "-": "−"})
"""From the marks of a number in English: thousands are set apart by a narrow no-break space."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that prevents the computation.

    message: French sentence: what was found, what is expected, what to do (users read it).
    table: the table concerned (code name), or "" when a bare array is concerned.
    column: the argument or column concerned.
    rows: what names the rows: identifiers (FINESS, territory) or positions counted from 1.
    """

    message: str
    table: str = ""
    column: str = ""
    rows: tuple[str, ...] = ()


class ModelError(ValueError):
    """Raised with all the faults found, never with the first one only."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.message for fault in self.faults))


@contextmanager
def located(places: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """Says where the arguments of a formula come from: its faults about an argument are told of that table and column.

    places: name of the argument → (table, column).
    """
    try:
        yield
    except ModelError as error:
        known = [(fault, places.get(fault.column, (fault.table, fault.column))) for fault in error.faults]
        raise ModelError(replace(fault, table=table, column=column) for fault, (table, column) in known) from None


def number(value: float | Decimal, digits: int | None = None) -> str:
    r"""A number in French words, thousands apart. digits: decimals; without it, those it has, to fifteen digits in all.

    >>> number(1234567), number(-0.1 - 0.2), number(1234.5, 2)
    ('1\u202f234\u202f567', '−0,3', '1\u202f234,50')
    """
    text = f"{Decimal(f'{value:.15g}'):,f}" if digits is None else f"{value:,.{digits}f}"
    return text.translate(FRENCH)


def plural(count: float, words: str) -> str:
    """Words that agree with a count: with an s each from 2 on.

    >>> plural(1, "cellule vide"), plural(2, "cellule vide")
    ('cellule vide', 'cellules vides')
    """
    return " ".join(f"{word}s" for word in words.split()) if count >= 2 else words


def counted(count: float, words: str) -> str:
    r"""A count and its words.

    >>> counted(1, "cellule vide"), counted(2500, "cellule vide")
    ('1 cellule vide', '2\u202f500 cellules vides')
    """
    return f"{number(count)} {plural(count, words)}"


def french(value: float) -> str:
    """A number as one types it (a bound, a year), to six significant digits and all those of a whole number.

    >>> french(0.9), french(-5.0), french(2100), french(1234567)
    ('0,9', '-5', '2100', '1234567')
    """
    return f"{value:.{15 if value == round(value, 0) else 6}g}".replace(".", ",")


def euros(amount: float | Decimal) -> str:
    r"""An amount in French words, to the cent.

    >>> euros(1234.5), euros(-5)
    ('1\u202f234,50 €', '−5,00 €')
    """
    return f"{number(amount, 2)} €"


def named(rows: Iterable[object], limit: int = 8) -> str:
    """A French enumeration of row names, cut after `limit` with the number of those left out.

    >>> named([1, 2, 3], limit=2)
    '1, 2 et 1 de plus'
    """
    names = [str(row) for row in rows]
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} et {len(names) - limit} de plus"
