"""Marks of a file: a conditional format whose formula is a signature, and a note; so the cell's own looks are untouched."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dotpop_addin.books.protocol import MARK_FILL, MARK_INK, NOTE, SIGNATURE, with_mark, without_mark

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "dotpop"


def mark(worksheet: "Worksheet", notes: Mapping[str, str]) -> None:
    """Marks cells by address, each with its note."""
    if not notes:
        return
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Border, Font, PatternFill, Side

    edge = Side(style="thin", color=MARK_INK)
    rule = FormulaRule(
        formula=[SIGNATURE],
        fill=PatternFill(bgColor=MARK_FILL),
        font=Font(color=MARK_INK, bold=True),
        border=Border(left=edge, right=edge, top=edge, bottom=edge),
    )
    worksheet.conditional_formatting.add(" ".join(notes), rule)
    for address, note in notes.items():
        cell = worksheet[address]
        kept = cell.comment.text if cell.comment else ""
        author = cell.comment.author if cell.comment else AUTHOR
        cell.comment = Comment(with_mark(kept, note), author, height=120, width=320)


def unmark(worksheet: "Worksheet") -> None:
    """Takes every mark away, wherever its cell has moved; notes of the user stay."""
    from openpyxl.comments import Comment
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for entry in worksheet.conditional_formatting:
        for rule in entry.rules:
            if list(rule.formula) != [SIGNATURE]:
                kept.add(str(entry.sqref), rule)
    worksheet.conditional_formatting = kept
    for cell in list(worksheet._cells.values()):
        if cell.comment and NOTE in cell.comment.text:
            text = without_mark(cell.comment.text)
            cell.comment = Comment(text, cell.comment.author) if text else None
