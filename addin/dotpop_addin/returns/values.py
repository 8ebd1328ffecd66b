"""What the cells of a workbook hold, from the characters that its file stores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dotpop_addin.books.protocol import Cell, CellError
from dotpop_addin.returns.characters import unescaped
from dotpop_addin.returns.walking import Damaged, is_true

Moment = Callable[[float], Cell]
"""From the number that a workbook stores for a date or a time."""


@dataclass(frozen=True, slots=True)
class Values:
    """strings: the shared texts. moments: how to read the numbers of a style that shows dates, by style."""

    strings: Sequence[str]
    moments: Mapping[str, Moment]

    def read(self, text: str, kind: str, style: str | None = None) -> Cell:
        """The value of a cell, None for an empty text. Raises Damaged, ValueError, LookupError."""
        if kind == "n":
            if "_" in text:  # Python would read 1_000
                raise Damaged
            moment = self.moments.get(style) if style else None
            return moment(float(text)) if moment else float(text)
        if kind == "s":
            place = int(text)
            if place < 0:
                raise Damaged
            return self.strings[place] or None
        if kind in ("inlineStr", "str"):
            return unescaped(text)
        if kind == "b":
            return is_true(text.strip())
        if kind == "e":
            return CellError(text.strip())
        if kind == "d":
            from openpyxl.utils.datetime import from_ISO8601

            day: Cell = from_ISO8601(text.strip())
            return day
        raise Damaged
