"""Marks in an open Calc document: a conditional format whose formula is a signature, and a note, as in files."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import uno  # type: ignore[import-not-found]  # noqa: F401  (lets Python import com.sun.star)
from com.sun.star.sheet.CellFlags import ANNOTATION  # type: ignore[import-not-found]
from com.sun.star.sheet.ConditionEntryType import CONDITION  # type: ignore[import-not-found]
from com.sun.star.sheet.ConditionFormatOperator import EXPRESSION  # type: ignore[import-not-found]

from dotpop_addin.books.calc_changes import Changes
from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import MARK_FILL, MARK_INK, NOTE, SIGNATURE, with_mark, without_mark

STYLE = "dotpop anomalie"
EDGE = 35  # width of the border, in hundredths of a millimetre: seen in grey too
BOLD = 150.0


def unmark(document: Any, sheet: Any, changes: Changes) -> None:
    """Takes every mark of a sheet away, wherever its cell has moved; notes of the user stay."""
    former = [one.Range.getRangeAddresses() for one in sheet.ConditionalFormats.getConditionalFormats() if _signed(one)]
    if former:
        changes.make(partial(_uncolour, sheet), partial(_colour, document, sheet, former))
    for place, text in _notes(sheet).items():
        if NOTE in text:
            _change_note(sheet, place, text, without_mark(text), changes)


def mark(document: Any, sheet: Any, notes: Mapping[str, str], changes: Changes) -> None:
    """Marks cells of a sheet by address, each with its note."""
    if not notes:
        return
    places = {(column - 1, row - 1): note for note, (column, row, *_) in ((notes[one], bounds_of(one)) for one in notes)}
    changes.make(partial(_add_style, document), lambda: None)
    cells = [tuple(sheet.getCellByPosition(*place).getRangeAddress() for place in places)]
    changes.make(partial(_colour, document, sheet, cells), partial(_uncolour, sheet))
    existing = _notes(sheet)
    for place, note in places.items():
        kept = existing.get(place, "")
        _change_note(sheet, place, kept, with_mark(kept, note), changes)


def _signed(conditional_format: Any) -> list[int]:
    """Places of the entries that are marks."""
    entries = (conditional_format.getByIndex(place) for place in range(conditional_format.getCount()))
    return [place for place, one in enumerate(entries) if one.getType() == CONDITION and one.Formula1 == SIGNATURE]


def _colour(document: Any, sheet: Any, wanted: Sequence[tuple[Any, ...]]) -> None:
    """Gives each group of areas a conditional format of its own."""
    formats = sheet.ConditionalFormats
    for areas in wanted:
        cells = document.createInstance("com.sun.star.sheet.SheetCellRanges")
        cells.addRangeAddresses(areas, False)
        number = formats.createByRange(cells)
        found = next(one for one in formats.getConditionalFormats() if number == one.ID)
        found.createEntry(CONDITION, 0)
        entry = found.getByIndex(0)
        entry.Operator, entry.Formula1, entry.StyleName = EXPRESSION, SIGNATURE, STYLE


def _uncolour(sheet: Any) -> None:
    for one in sheet.ConditionalFormats.getConditionalFormats():
        places = _signed(one)
        if len(places) == one.getCount():
            sheet.ConditionalFormats.removeByID(one.ID)
        else:
            for place in reversed(places):
                one.removeByIndex(place)


def _add_style(document: Any) -> None:
    styles = document.StyleFamilies.getByName("CellStyles")
    if not styles.hasByName(STYLE):
        style, ink = document.createInstance("com.sun.star.style.CellStyle"), int(MARK_INK, 16)
        styles.insertByName(STYLE, style)
        style.CellBackColor, style.CharColor, style.CharWeight = int(MARK_FILL, 16), ink, BOLD
        for side in ("TopBorder2", "BottomBorder2", "LeftBorder2", "RightBorder2"):
            edge = style.getPropertyValue(side)
            edge.Color, edge.LineWidth, edge.OuterLineWidth = ink, EDGE, EDGE
            style.setPropertyValue(side, edge)


def _notes(sheet: Any) -> dict[tuple[int, int], str]:
    """The notes of a sheet by column and row, from 0. Only its shape knows the text of a note that a file held."""
    found = ((one.Position, one.AnnotationShape.getString()) for one in sheet.Annotations)
    return {(place.Column, place.Row): text for place, text in found}


def _change_note(sheet: Any, place: tuple[int, int], old: str, new: str, changes: Changes) -> None:
    changes.make(partial(_set_note, sheet, place, new), partial(_set_note, sheet, place, old))


def _set_note(sheet: Any, place: tuple[int, int], text: str) -> None:
    cell = sheet.getCellByPosition(*place)
    if not text:
        cell.clearContents(ANNOTATION)
    elif cell.getAnnotation().AnnotationShape is None:
        sheet.Annotations.insertNew(cell.getCellAddress(), text)
    else:
        cell.getAnnotation().setString(text)
