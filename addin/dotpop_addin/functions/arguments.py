"""What the bodies of the cell functions share: scalars from their cells, ranges side by side, results row by row."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from dotpop_addin.functions.ranges import Range, Refused, told
from dotpop_addin.reading import shown
from dotpop_model.arrays import Array
from dotpop_model.errors import ModelError

Rows = list[list[Any]]
Word = TypeVar("Word")


def number(name: str, value: Any, default: float) -> float:
    """One number, or the default when it was left out."""
    if value is None:
        return default
    cell = single(name, value)
    found = Range(name, cell)
    if not found.complete.all():
        raise Refused(f"{name} : un nombre est attendu, {told(cell)}.")
    return float(found.values[0, 0])


def flag(name: str, value: Any, default: bool) -> bool:
    if value is None:
        return default
    words = {"OUI": True, "VRAI": True, "NON": False, "FAUX": False, 1: True, 0: False}
    cell = single(name, value)
    found = words.get(cell.strip().upper() if isinstance(cell, str) else cell)
    if found is None:
        raise Refused(f"{name} : VRAI ou FAUX est attendu, {quoted(cell)} trouvé.")
    return found


def single(name: str, value: Any) -> Any:
    """The only cell of an argument."""
    given = Range(name, value)
    if given.shape != (1, 1):
        raise Refused(f"{name} : une seule cellule est attendue.")
    return given.rows[0][0]


def quoted(cell: Any) -> str:
    """A cell that is not one of the words wanted, as a spreadsheet shows it."""
    if cell is None or isinstance(cell, str):
        return f"« {cell or ''} »"
    return f"« {shown(cell) if Range('', cell).complete.all() else told(cell)} »"


def aligned(*ranges: Range) -> None:
    """Ranges of one height, cut after the last row that holds something in one of them."""
    for one in ranges:
        one.upright()
    heights = {one.name: max(one.height, one.shape[0]) for one in ranges}
    if len(set(heights.values())) > 1:
        shown = ", ".join(f"{name} {height}" for name, height in heights.items())
        raise Refused(f"Plages de hauteurs différentes ({shown}). Donner autant de lignes à chacune.")
    last = max(one.filled() for one in ranges)
    for one in ranges:
        one.cut(last)


def by_row(compute: Callable[..., Array], *ranges: Range, together: bool) -> Rows:
    """One result per row. Wholly empty rows stay empty; incomplete ones say why.

    together: the result of a row depends on all rows (a mean): the complete rows then say which row they wait for.
    """
    lying = all(one.lying for one in ranges)
    aligned(*ranges)
    blank = np.logical_and.reduce([one.blank for one in ranges])
    complete = np.logical_and.reduce([one.complete for one in ranges])
    if complete.all():  # the usual case, and the quick way
        found = computed(compute, [one.values for one in ranges], together)
        return [found] if lying else [[value] for value in found]
    results: list[Any] = [""] * len(blank)
    reasons = {
        row: next(one.why(row) for one in ranges if one.why(row)) for row in np.flatnonzero(~complete & ~blank).tolist()
    }
    for row, reason in reasons.items():
        results[row] = reason
    rows = np.flatnonzero(complete).tolist()
    if together and reasons:
        first, reason = next(iter(reasons.items()))
        found = [f"Attend la ligne {first + 1} ({reason})"] * len(rows)
    else:
        found = computed(compute, [one.values[complete] for one in ranges], together)
    for row, value in zip(rows, found, strict=True):
        results[row] = value
    return [results] if lying else [[value] for value in results]


def computed(compute: Callable[..., Array], arrays: list[Array], together: bool) -> list[Any]:
    """Results of complete rows; where rows stand alone, one that the model refuses says why and the others have theirs."""
    if not len(arrays[0]):
        return []
    try:
        return list(compute(*arrays).tolist())
    except ModelError as error:
        if together:
            raise
        if len(arrays[0]) == 1:
            return [" ".join(fault.message.replace(" à la ligne 1", "") for fault in error.faults)]
        return [computed(compute, [array[row : row + 1] for array in arrays], False)[0] for row in range(len(arrays[0]))]


def column(values: Array) -> Array:
    return values[:, 0]


def word(name: str, value: Any, words: Mapping[str, Word], default: str) -> Word:
    """One of some words, as a code word; the default (one of the words) when it was left out."""
    given = default if value is None else single(name, value)
    found = words.get(given.strip().lower()) if isinstance(given, str) else None
    if found is None:
        raise Refused(f"{name} : l'un de « {' », « '.join(words)} » est attendu, {quoted(given)} trouvé.")
    return found
