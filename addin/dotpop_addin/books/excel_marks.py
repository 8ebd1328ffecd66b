"""Marks in an open workbook: a conditional format whose formula is a signature, and a note, as in a file (`marking`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dotpop_addin.books.excel_cells import Com, together
from dotpop_addin.books.protocol import MARK_FILL, MARK_INK, NOTE, SIGNATURE, with_mark, without_mark

FORMULA = f"={SIGNATURE}"
BY_FORMULA, CONTINUOUS = 2, 1  # xlExpression, xlContinuous
NOTE_WIDTH, NOTE_HEIGHT = 240, 90  # points


@dataclass(frozen=True)
class Marks:
    """The marks of a sheet. areas: in colour; notes: text of the notes by address, None where there is to be none."""

    areas: Sequence[str]
    notes: Mapping[str, str | None]


def standing(worksheet: Com, addresses: Sequence[str]) -> Marks:
    """The marks as they stand, and the notes of the cells that are to be marked."""
    texts = {_address(comment.Parent): str(comment.Text()) for comment in worksheet.Comments}
    notes = {address: text for address, text in texts.items() if NOTE in text}
    return Marks(
        [_address(rule.AppliesTo) for rule in _rules(worksheet)],
        notes | {address: texts.get(address) for address in addresses},
    )


def wanted(before: Marks, notes: Mapping[str, str]) -> Marks:
    """The marks to come: the former ones are taken away, what the user wrote stays."""
    kept = {address: without_mark(text or "") for address, text in before.notes.items()}
    return Marks(
        list(notes),
        {address: with_mark(text, notes[address]) if address in notes else text or None for address, text in kept.items()},
    )


def give(worksheet: Com, marks: Marks) -> None:
    """Marks a sheet so, and no otherwise."""
    for rule in reversed(_rules(worksheet)):
        rule.Delete()
    for address in together(marks.areas):
        _colour(worksheet.Range(address))
    conversations = _conversations(worksheet) if marks.notes else set()
    for address, text in marks.notes.items():
        if address not in conversations:
            _write_note(worksheet.Range(address), text)


def _rules(worksheet: Com) -> list[Com]:
    return [rule for rule in worksheet.Cells.FormatConditions if rule.Type == BY_FORMULA and rule.Formula1 == FORMULA]


def _colour(cells: Com) -> None:
    rule = cells.FormatConditions.Add(Type=BY_FORMULA, Formula1=FORMULA)
    rule.StopIfTrue = False
    rule.Interior.Color = _colour_number(MARK_FILL)
    rule.Font.Color = rule.Borders.Color = _colour_number(MARK_INK)
    rule.Font.Bold = True
    rule.Borders.LineStyle = CONTINUOUS  # seen without colours too
    rule.SetFirstPriority()  # last: Excel finds a rule by its place


def _write_note(cell: Com, text: str | None) -> None:
    comment = cell.Comment
    if comment is None:
        if text is not None:
            shape = cell.AddComment(text).Shape
            shape.Width, shape.Height = NOTE_WIDTH, NOTE_HEIGHT
    elif text is None:
        comment.Delete()
    elif comment.Text() != text:
        comment.Text(text)


def _conversations(worksheet: Com) -> set[str]:
    """Cells with comments that are answered (Excel 365): they take no note, their mark is its colour only."""
    try:
        return {_address(one.Parent) for one in worksheet.CommentsThreaded}
    except Exception:  # an Excel that knows none, which it says in several ways
        return set()


def _colour_number(colour: str) -> int:
    """A colour as Excel counts it: blue, green, red."""
    return int.from_bytes(bytes.fromhex(colour), "little")


def _address(cells: Com) -> str:
    return str(cells.Address).replace("$", "")
