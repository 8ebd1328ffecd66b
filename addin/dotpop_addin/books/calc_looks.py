"""How cells of an open Calc document look: formats are copied without contents, notes, rules and validations."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans.PropertyState import DEFAULT_VALUE  # type: ignore[import-not-found]
from com.sun.star.util.NumberFormat import LOGICAL  # type: ignore[import-not-found]

LOOKS = (
    "CellStyle",
    "CellBackColor",
    "CellBackgroundComplexColor",  # without it, a colour of the theme comes back when the document is saved
    "CellProtection",
    "CharColor",
    "CharComplexColor",
    "CharContoured",
    "CharCrossedOut",
    "CharFontName",
    "CharHeight",
    "CharPosture",
    "CharShadowed",
    "CharStrikeout",
    "CharUnderline",
    "CharWeight",
    "DiagonalBLTR2",
    "DiagonalTLBR2",
    "HoriJustify",
    "IsTextWrapped",
    "NumberFormat",
    "Orientation",
    "ParaIndent",
    "RotateAngle",
    "ShrinkToFit",
    "BottomBorder2",
    "LeftBorder2",
    "RightBorder2",
    "TopBorder2",
    "VertJustify",
    "WritingMode",
)


def of(cells: Any) -> tuple[Any, ...]:
    """The looks of cells that all look the same."""
    found: tuple[Any, ...] = cells.getPropertyValues(LOOKS)
    return found


def give(cells: Any, looks: tuple[Any, ...]) -> None:
    """Gives the cells of a range the looks of another."""
    cells.setPropertyValues(LOOKS, looks)


def reset(cells: Any) -> None:
    """Gives cells the looks of a new sheet."""
    for name in LOOKS:
        cells.setPropertyToDefault(name)


def prepared(cells: Any) -> bool:
    """Whether cells that all look the same have looks of their own."""
    return any(state != DEFAULT_VALUE for state in cells.getPropertyStates(LOOKS[1:]))


def groups(cells: Any) -> list[Any]:
    """The cells of a range in groups, each of the same looks."""
    found = cells.getUniqueCellFormatRanges()
    return [found.getByIndex(place) for place in range(found.getCount())]


def kept(cells: Any) -> Callable[[], None]:
    """Keeps the looks of a range; gives what puts them back. (Calc's own way back cuts conditional formats to pieces.)"""
    former = [(group, of(group) if prepared(group) else None) for group in groups(cells)]

    def back() -> None:
        for group, looks in former:
            if looks is None:
                reset(group)
            else:
                give(group, looks)

    return back


def format_lines(document: Any, cells: Any, codes: Sequence[str]) -> None:
    """Gives each cell of a column its number format, written as Excel stores it."""
    row = 0
    for code, same in groupby(codes):
        last = row + len(list(same)) - 1
        cells.getCellRangeByPosition(0, row, 0, last).NumberFormat = _key(document, code)
        row = last + 1


def show_as_logical(document: Any, cell: Any) -> None:
    """Shows 1 and 0 as true and false: in Calc, that is what a logical value is."""
    formats = document.getNumberFormats()
    if not formats.getByKey(cell.NumberFormat).Type & LOGICAL:
        cell.NumberFormat = formats.getStandardFormat(LOGICAL, uno.createUnoStruct("com.sun.star.lang.Locale"))


def _key(document: Any, code: str) -> int:
    """Calc's number of a format, known or new; its sign for decimals is the document's own, not the English one."""
    formats, english = document.getNumberFormats(), uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
    own = uno.createUnoStruct("com.sun.star.lang.Locale")
    known = formats.queryKey(code, english, False)
    found: int = formats.getFormatForLocale(known, own) if known >= 0 else formats.addNewConverted(code, english, own)
    return found
