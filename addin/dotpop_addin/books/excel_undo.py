"""What Excel itself cannot take back over COM: it is kept before it changes, and put back when something fails."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from dotpop_addin.books import excel_cells as cells
from dotpop_addin.books.excel_cells import Com, area, pieces
from dotpop_addin.books.following import Bounds, bounds_of
from dotpop_addin.problems import PartlyWritten, Problem

Step = Callable[[], object]
NONE = -4142  # xlNone: no border, no fill
CALCULATED_BY_HAND = -4135  # xlCalculationManual
WHILE_WRITING = (
    ("", "Interactive", False),  # nobody begins to type in a cell: Excel would refuse everything meanwhile
    ("", "ScreenUpdating", False),
    ("", "EnableEvents", False),
    ("", "DisplayAlerts", False),
    ("AutoCorrect", "AutoExpandListRange", False),  # a table does not swallow what is written beside it
    ("AutoCorrect", "AutoFillFormulasInLists", False),
    ("", "Calculation", CALCULATED_BY_HAND),
)
LOOKS = (
    ("Interior", ("Pattern", "Color")),
    ("Font", ("Name", "Size", "Bold", "Italic", "Underline", "Color")),
    ("", ("NumberFormat", "HorizontalAlignment", "VerticalAlignment", "WrapText", "IndentLevel", "Locked")),
)
LINE = ("LineStyle", "Weight", "Color")
EDGES, INNER_COLUMNS, INNER_ROWS = (7, 8, 9, 10), 11, 12


@contextmanager
def quiet(application: Com) -> Iterator[None]:
    """Excel as it must be while it is written to; as it was again afterwards, whatever happens."""
    with ExitStack() as stack:
        for owner, name, value in WHILE_WRITING:
            target = getattr(application, owner) if owner else application
            stack.callback(setattr, target, name, getattr(target, name))
            setattr(target, name, value)
        yield


class Undo:
    """The steps that put back what has changed, the last change first."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._steps: list[Step] = []

    def by(self, step: Step) -> None:
        """To be called before a change, with what takes it back."""
        self._steps.append(step)

    def back(self) -> None:
        """Puts everything back; every step is tried. Raises PartlyWritten when one of them fails."""
        failed: Exception | None = None
        while self._steps:
            try:
                self._steps.pop()()
            except Exception as error:
                failed = error
        if failed is not None:
            found = "l'écriture a échoué et le classeur n'a pas pu être remis entièrement en l'état"
            action = "Fermer le classeur SANS l'enregistrer, puis le rouvrir."
            raise PartlyWritten([Problem(self._file, found, "", action)]) from failed


def contents(worksheet: Com, bounds: Bounds, epoch: datetime) -> Step:
    """Keeps values, formulas, number formats and links of an area; gives what puts them back."""
    values, formats = cells.values(worksheet, bounds), cells.format_grid(worksheet, bounds)
    formulas, links = cells.formulas(worksheet, bounds), cells.links(worksheet, bounds)
    arrays = cells.arrays(worksheet, bounds)

    def back() -> None:
        cells.clear(worksheet, bounds)
        cells.put_formats(worksheet, bounds, formats)
        cells.put(worksheet, bounds, values, formats, epoch)
        for address, formula in formulas.items():
            put_formula(worksheet.Range(address), formula)
        for address, formula in arrays.items():
            worksheet.Range(address).FormulaArray = formula
        if cells.links(worksheet, bounds) != links:
            area(worksheet, bounds).ClearHyperlinks()
            cells.put_links(worksheet, links)

    return back


def put_formula(cell: Com, formula: str) -> None:
    """Writes a formula, which a cell in the format Text would take for a text."""
    shown = cell.NumberFormat
    if shown == cells.TEXT:
        cell.NumberFormat = cells.GENERAL
    cell.Formula = formula
    if shown == cells.TEXT:
        cell.NumberFormat = shown


def looks(worksheet: Com, bounds: Bounds) -> Step:
    """Keeps how an area looks (but for gradients and rich texts); gives what puts it back."""
    kept = [(owner, names, list(pieces(bounds, _look(worksheet, owner, names)))) for owner, names in LOOKS]
    lines = list(pieces(bounds, lambda one: _lines(worksheet, one)))

    def back() -> None:
        area(worksheet, bounds).Style = "Normal"
        for owner, names, found in kept:
            for piece, look in found:
                _give(_part(area(worksheet, piece), owner), names, look)
        for piece, sides in lines:
            for side, line in sides.items():
                _give(area(worksheet, piece).Borders(side), LINE, line)

    return back


def _part(cells_: Com, owner: str) -> Com:
    return getattr(cells_, owner) if owner else cells_


def _look(worksheet: Com, owner: str, names: tuple[str, ...]) -> Callable[[Bounds], tuple[object, ...] | None]:
    return lambda bounds: _same(_part(area(worksheet, bounds), owner), names, bounds)


def _same(part: Com, names: tuple[str, ...], bounds: Bounds) -> tuple[object, ...] | None:
    """A look that a whole area shares; of one cell, whatever it has."""
    found = tuple(getattr(part, name) for name in names)
    return None if None in found and bounds[:2] != bounds[2:] else found


def _lines(worksheet: Com, bounds: Bounds) -> dict[int, tuple[object, ...]] | None:
    left, top, right, bottom = bounds
    sides = (*EDGES, *([INNER_COLUMNS] if right > left else []), *([INNER_ROWS] if bottom > top else []))
    found = {side: _same(area(worksheet, bounds).Borders(side), LINE, bounds) for side in sides}
    known = {side: line for side, line in found.items() if line is not None}
    return known if len(known) == len(found) else None


def _give(part: Com, names: tuple[str, ...], look: tuple[object, ...]) -> None:
    for name, value in zip(names, look, strict=True):
        if value is not None:
            setattr(part, name, value)
        if value == NONE and name in ("Pattern", "LineStyle"):
            return  # a colour would bring it back


def has_plain_look(cell: Com) -> bool:
    """Whether nobody has given a cell a look."""
    return bool(cell.NumberFormat == cells.GENERAL and cell.Interior.Pattern == NONE)


def bounds_round(bounds: Bounds, *others: Bounds) -> Bounds:
    """The smallest area that holds them all."""
    lefts, tops, rights, bottoms = zip(bounds, *others, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def whole_arrays(worksheet: Com, bounds: Bounds) -> Bounds:
    """An area widened to the whole of the array formulas that it touches."""
    return bounds_round(bounds, *map(bounds_of, cells.arrays(worksheet, bounds)))
