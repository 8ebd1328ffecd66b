"""Arguments turned into arrays, and every fault in them collected before anything is computed."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.errors import Fault, ModelError, french, named

Array: TypeAlias = NDArray[np.float64]


class Arguments:
    """Collects the faults of a call's arguments; leaving the `with` block raises them all at once.

    >>> with Arguments() as arguments:
    ...     populations = arguments.array("populations", [10, -1], minimum=0)
    Traceback (most recent call last):
    dotpop_model.errors.ModelError: populations : valeur négative à la ligne 2 (-1). Corriger la valeur.
    """

    def __init__(self, ids: Sequence[Any] | None = None) -> None:
        self.faults: list[Fault] = []
        self._ids = ids

    def __enter__(self) -> "Arguments":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, ModelError):  # a formula called inside the block: its faults join those of the block
            raise ModelError([*self.faults, *error.faults]) from None
        if kind is None and self.faults:
            raise ModelError(self.faults)

    def fault(self, column: str, message: str, rows: Sequence[object] = ()) -> None:
        """Records one fault about the argument `column`."""
        self.faults.append(Fault(message, column=column, rows=tuple(str(row) for row in rows)))

    def number(self, name: str, value: float, low: float, high: float = np.inf) -> None:
        """Records a number that is missing, infinite, or outside [low, high]."""
        bounds = f"au moins {french(low)}" if high == np.inf else f"entre {french(low)} et {french(high)}"
        if not np.isfinite(value):
            self.fault(name, f"{name} : valeur manquante. Donner un nombre {bounds}.")
        elif not low <= value <= high:
            found = "valeur négative" if low == 0 and value < 0 else "valeur hors bornes"
            self.fault(name, f"{name} : {found} ({french(value)}). Donner un nombre {bounds}.")

    @staticmethod
    def refuse(column: str, message: str, rows: Sequence[object] = ()) -> NoReturn:
        """Raises one fault at once, for what can only be seen in the middle of a computation."""
        raise ModelError([Fault(message, column=column, rows=tuple(str(row) for row in rows))])

    def array(
        self,
        name: str,
        values: ArrayLike,
        *,
        ndim: int | tuple[int, ...] = 1,
        length: int | None = None,
        minimum: float | None = None,
        positive: bool = False,
    ) -> Array:
        """`values` as floats; records wrong shape, missing or infinite values, values under `minimum`, or ≤ 0."""
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            self.fault(name, f"{name} : des nombres sont attendus. Remplacer les textes par des nombres.")
            return np.zeros(length or 0)
        dimensions = (ndim,) if isinstance(ndim, int) else ndim
        if array.ndim not in dimensions:
            shape = " ou ".join(str(dimension) for dimension in dimensions)
            self.fault(name, f"{name} : {shape} dimension(s) attendue(s), {array.ndim} trouvée(s).")
            return np.zeros(length or 0)
        if length is not None and len(array) != length:
            self.fault(name, f"{name} : {length} lignes attendues, {len(array)} trouvées. Donner des plages égales.")
            return array
        self._values(name, array, minimum, positive)
        return array

    def _values(self, name: str, array: Array, minimum: float | None, positive: bool) -> None:
        if not array.size or (np.isfinite(array.sum()) and self._all_at_least(array, minimum, positive)):
            return
        missing = ~np.isfinite(array)
        if missing.any():
            self._rows(name, array, missing, "valeur manquante", "Renseigner la valeur.", show=False)
        if positive:
            self._rows(name, array, (array <= 0) & ~missing, "valeur nulle ou négative", "Une valeur positive est attendue.")
        elif minimum == 0:
            self._rows(name, array, (array < 0) & ~missing, "valeur négative", "Corriger la valeur.")
        elif minimum is not None:
            self._rows(
                name, array, (array < minimum) & ~missing, f"valeur inférieure à {french(minimum)}", "Corriger la valeur."
            )

    @staticmethod
    def _all_at_least(array: Array, minimum: float | None, positive: bool) -> bool:
        lowest = array.min()
        return bool((minimum is None or lowest >= minimum) and (not positive or lowest > 0))

    def _rows(self, name: str, array: Array, wrong: NDArray[np.bool_], what: str, todo: str, show: bool = True) -> None:
        flagged = wrong.reshape(len(array), -1).any(axis=1) if array.ndim else wrong.reshape(1)
        rows = np.flatnonzero(flagged).tolist()
        if not rows:
            return
        names = [str(self._ids[row]) if self._ids is not None else str(row + 1) for row in rows]
        first = f" ({french(array[wrong].flat[0])})" if show else ""
        where = f" à la ligne {named(names)}" if array.ndim else ""
        self.fault(name, f"{name} : {what}{where}{first}. {todo}", names)


def same_length(arguments: Arguments, **arrays: Array) -> None:
    """Records a fault when the arrays do not have the same number of rows."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        arguments.fault(next(iter(arrays)), f"Nombres de lignes différents : {told}. Donner des plages égales.")
