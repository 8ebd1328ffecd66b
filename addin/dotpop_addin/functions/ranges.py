"""Ranges as spreadsheets send them: numbers, blanks, texts and error codes, each kept in its place."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import chain
from math import isinf
from operator import getitem
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dotpop_addin.reading import shown
from dotpop_model.arrays import Array
from dotpop_model.tables import Mask

EXCEL_ERRORS = {
    -2146826288: "#NUL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALEUR!",
    -2146826265: "#REF!",
    -2146826259: "#NOM?",
    -2146826252: "#NOMBRE!",
    -2146826246: "#N/A",
}
"""Codes under which Excel hands an error cell to a function (COM)."""
OMITTED = -2147352572
"""Code under which Excel hands an argument that was left out (COM)."""
WHOLE_COLUMN = 65_536
"""Rows from which a range is taken for whole columns: what is empty at its end is not even looked at (it takes seconds)."""
FEW = 0.2
"""Part of the cells up to which it is quicker to look at some of them than at all."""
_CODES = np.array(sorted(EXCEL_ERRORS), dtype=np.float64)
_LARGEST_CODE = float(_CODES.max())


class Refused(Exception):
    """An argument refused; the message is the French sentence to show in the cell."""


class Range:
    """A rectangular argument. values: floats, NaN where a cell holds no number.

    matrix: rows and columns have each their meaning; else one row of several cells is a column that lies.
    """

    def __init__(self, name: str, raw: Any, *, matrix: bool = False) -> None:
        self.name, self._matrix = name, matrix
        self.rows = _rows(raw)
        self.height = len(self.rows)
        if self.height >= WHOLE_COLUMN:
            self.rows = self.rows[: self.filled()]
        if len(set(map(len, self.rows))) > 1:
            raise Refused(f"{name} : plage irrégulière. Donner une plage rectangulaire.")
        if not self.rows or not self.rows[0]:
            raise Refused(f"{name} : plage vide. Donner une plage d'au moins une cellule.")
        self.values = _numbers(self.rows)

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape[0], self.values.shape[1]

    def filled(self) -> int:
        """How many rows there are up to the last one that is not wholly empty."""
        last = len(self.rows)
        while last > 1 and all(cell in (None, "") for cell in self.rows[last - 1]):
            last -= 1
        return last

    def cut(self, rows: int) -> "Range":
        """The first rows only (a whole column may be given: what is empty at its end does not count)."""
        if rows < len(self.rows):
            self.rows, self.values = self.rows[:rows], self.values[:rows]
        lacking, width = rows - len(self.rows), self.shape[1]
        if lacking > 0:  # a whole column that ends before the others
            self.rows = [*self.rows, *([None] * width for _ in range(lacking))]
            self.values = np.vstack([self.values, np.full((lacking, width), np.nan)])
        return self

    def column(self, place: int) -> "Range":
        """One of its columns only."""
        self.rows, self.values = [[row[place]] for row in self.rows], self.values[:, [place]]
        return self

    @property
    def lying(self) -> bool:
        """Whether it is a column given as one row."""
        return not self._matrix and self.shape[0] == 1 and self.shape[1] > 1

    def upright(self) -> "Range":
        """A column that lies, stood up."""
        if self.lying:
            self.rows, self.values = [[cell] for cell in self.rows[0]], self.values.reshape(-1, 1)
        return self

    @property
    def complete(self) -> Mask:
        """The rows that hold numbers only."""
        return np.asarray(~np.isnan(self.values).any(axis=1))

    @property
    def blank(self) -> Mask:
        """The rows that hold nothing."""
        if self.complete.all():
            return np.zeros(len(self.rows), dtype=bool)
        return np.array([all(cell in (None, "") for cell in row) for row in self.rows])

    def why(self, row: int) -> str:
        """French words for what prevents this row from being read."""
        for cell, value in zip(self.rows[row], self.values[row], strict=True):
            if value != value:
                return f"{self.name} : {told(cell)}"
        return ""

    def vector(self) -> Array:
        """All the numbers of a range that must be complete."""
        for row, complete in enumerate(self.complete.tolist()):
            if not complete:
                raise Refused(f"{self.why(row)}, ligne {row + 1}. Renseigner un nombre.")
        return self.values.reshape(-1)


def told(cell: Any) -> str:
    """French words for a cell that is no number."""
    if cell in (None, ""):
        return "cellule vide"
    if isinstance(cell, bool):
        return "valeur logique"
    if isinstance(cell, float) and isinf(cell):
        return "nombre trop grand"
    if isinstance(cell, int | float):
        return f"erreur {EXCEL_ERRORS.get(int(cell), '')}" if cell == cell else "erreur"
    if isinstance(cell, date | time | timedelta):
        return f"date ou heure {shown(cell)}"
    return f"« {cell} » n'est pas un nombre"


def _rows(raw: Any) -> Sequence[Sequence[Any]]:
    """Rows of cells, whatever was sent: one value, a row, rows."""
    if not isinstance(raw, list | tuple):
        return [[raw]]
    return raw if raw and set(map(type, raw)) <= {list, tuple} else [raw]


def _numbers(rows: Sequence[Sequence[Any]]) -> Array:
    """Floats of all the cells at once; cell by cell only where something else than numbers is among them."""
    numbers = np.array(rows)
    if numbers.dtype.kind not in "if" or _hides_logical(rows, numbers):
        numbers = np.array([[_number(cell) for cell in row] for row in rows])
    numbers = numbers.astype(np.float64, copy=False)
    if np.fmin.reduce(numbers, axis=None) <= _LARGEST_CODE or np.isinf(numbers).any():
        numbers[np.isin(numbers, _CODES) | np.isinf(numbers)] = np.nan
    return numbers


def _hides_logical(rows: Sequence[Sequence[Any]], numbers: NDArray[Any]) -> bool:
    """Whether a logical value is among the numbers: numpy takes it for 0 or 1, so only those are looked at."""
    lines, columns = np.nonzero((numbers == 0) | (numbers == 1))
    if len(lines) > numbers.size * FEW:
        return bool in map(type, chain.from_iterable(rows))
    return bool in map(type, map(getitem, map(rows.__getitem__, lines.tolist()), columns.tolist()))


def _number(cell: Any) -> float:
    """What a cell holds; Excel sends a cell in a currency format as a Decimal (COM)."""
    return float("nan") if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal) else float(cell)
