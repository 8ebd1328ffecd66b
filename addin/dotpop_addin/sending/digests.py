"""Digests of what is locked in a file that is sent: what was changed there all the same is found again when it comes back.

No seal: who knows the program can make another. It finds what hands do: a cell overwritten, a line pasted over, a file
made from another one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dotpop_addin.declarations.kinds import Table
from dotpop_addin.declarations.sent import DIGEST, FORMULAS, ROWS, VALUES

SHORT = 8
"""Hexadecimal digits that tell a line from another."""


def given_columns(table: Table) -> list[str]:
    """The columns whose cells are locked in the lines that a file already holds: those given, and the keys."""
    return [one.name for one in table.columns if one.key or not (one.entry or one.name in FORMULAS or one.name == "sum")]


def line_digest(values: Iterable[Any]) -> str:
    """The digest of what is given in a line, however a spreadsheet stores it.

    >>> line_digest(["69Z1", 12.0, None]) == line_digest(["69Z1", 12, ""])
    True
    """
    return _digest("\x1f".join(_text(value) for value in values))[:SHORT]


def rows_item(table: Table) -> str:
    """The item of T_Envoi that holds the digests of the lines of a table."""
    return f"{ROWS} · {table.excel}"


def values_item(table: Table) -> str:
    """The item of T_Envoi that holds the digests of the values sent in the given lines of a table."""
    return f"{VALUES} · {table.excel}"


def value_digest(given: Iterable[Any], column: str, value: Any) -> str:
    """The digest of one value to confirm or to correct, in its line: whether its receiver touched it."""
    return line_digest([*given, column, value])


def whole_digest(about: Mapping[str, Any]) -> str:
    """The digest of all that T_Envoi says, but itself."""
    return _digest("\x1e".join(f"{item}\x1f{_text(value)}" for item, value in sorted(about.items()) if item != DIGEST))


def kept_number(value: float) -> str:
    """A number with the fifteen digits that every spreadsheet keeps.

    >>> kept_number(42.857142857142854), kept_number(60_000)
    ('42.8571428571429', '60000')
    """
    return f"{value:.15g}"


def told(digests: Sequence[str]) -> str:
    """Digests of lines as one text."""
    return " ".join(digests)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return kept_number(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value).strip()
