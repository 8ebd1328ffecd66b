"""What comes of a cell that a person filled in: read as it stands, read with a word about it, or not read.

The rule: a text is read, and the reading told as a warning, when it has one meaning for everyone who could have written it.
Where one meaning is likely but a mistake is as easy, it is proposed, to be confirmed. All else is an error.
"""

from dataclasses import dataclass
from typing import Any

from dotpop_addin.declarations.kinds import Column, Kind
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem
from dotpop_addin.reading import Refusal, expected, shown

LONG = 60  # characters of a text that a message shows


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cell read. value: None unless its meaning is certain. severity: "" when it stood as it should.

    proposed: of a cell to confirm, the value that it would have.
    """

    value: Any = None
    severity: str = ""
    found: str = ""
    action: str = ""
    proposed: Any = None

    def problem(self, column: Column, file: str, sheet: str, cell: str) -> Problem | None:
        """What to tell of it, None when there is nothing to tell."""
        if not self.severity:
            return None
        return Problem(file, self.found, expected(column), self.action, sheet, cell, self.severity)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell stands for, as it should have been typed. doubt: why it must be confirmed, "" when it is certain."""

    cell: Any
    doubt: str = ""


def quoted(text: str) -> str:
    """A text between quotes on one line, not all of it when it is long.

    >>> quoted("20\\n300")
    '« 20↵300 »'
    """
    line = "↵".join(text[: LONG + 1].splitlines())
    return f"« {line if len(text) <= LONG else line[:LONG] + '…'} »"


def certain(column: Column, value: Any, cell: Any, meant: Any) -> Cleaned:
    """Read, and told."""
    told = f"Lu comme {_to_type(column, meant)} ; le ressaisir ainsi, ou corriger si ce n'est pas cela."
    return Cleaned(value, WARNING, _found(cell), told)


def to_confirm(column: Column, value: Any, cell: Any, meaning: Meaning) -> Cleaned:
    """Not read, but proposed."""
    action = f"Saisir {_to_type(column, meaning.cell)} si c'est bien cela, ou la bonne valeur."
    return Cleaned(None, CONFIRM, f"{_found(cell)} : {meaning.doubt}", action, value)


def refused(refusal: Refusal) -> Cleaned:
    """Not read."""
    return Cleaned(None, ERROR, refusal.found, refusal.action)


def _to_type(column: Column, meant: Any) -> str:
    """What to type: a percentage with its sign, since 0,5 may become 0,5 % in a cell that shows percentages."""
    return f"{shown(round(100 * meant, 10))} %" if column.kind == Kind.SHARE else shown(meant)


def _found(cell: Any) -> str:
    return f"texte {quoted(cell)}" if isinstance(cell, str) else f"valeur {shown(cell)}"
