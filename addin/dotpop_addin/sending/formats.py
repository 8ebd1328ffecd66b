"""The looks of a file that is sent: what is to be filled in, what is given, what is computed."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dotpop_addin.sheets.writing import BOX, FONT
from workbook_templates import look

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

HEAD: dict[str, Any] = BOX | {
    "bold": True,
    "font_size": 9,
    "font_color": f"#{look.WHITE}",
    "align": "center",
    "text_wrap": True,
}


TEXT = "@"
"""The number format of texts, which stand a little apart from the figure at their left."""


class Role(StrEnum):
    """What a cell is for its reader."""

    TITLE = "title"
    PURPOSE = "purpose"
    SECTION = "section"
    HEAD = "head"
    HEAD_ENTRY = "head_entry"
    HEAD_THEME = "head_theme"  # of lines that go together
    TEXT = "text"
    WRAPPED = "wrapped"
    LINK = "link"
    BAR = "bar"
    CELL = "cell"
    ENTRY = "entry"
    ENTRY_WRAPPED = "entry_wrapped"
    ASKED = "asked"  # a question
    GIVEN = "given"
    COMPUTED = "computed"


def _verdict(word: str) -> dict[str, Any]:
    """The colours of a verdict, the same as in the region's workbook."""
    return {"bg_color": f"#{look.VERDICT_FILL[word]}", "font_color": f"#{look.VERDICT_INK[word]}"}


LOOKS: dict[Role, dict[str, Any]] = {
    Role.TITLE: {"font_size": 16, "bold": True},
    Role.PURPOSE: {"italic": True, "font_color": f"#{look.GREY}"},
    Role.SECTION: {"font_size": 12, "bold": True},
    Role.HEAD: HEAD | {"bg_color": f"#{look.RESULT_HEADER}"},
    Role.HEAD_ENTRY: HEAD | {"bg_color": f"#{look.INPUT_HEADER}"},
    Role.HEAD_THEME: BOX | {"bold": True, "font_size": 11, "bg_color": f"#{look.BAND}"},
    Role.TEXT: {},
    Role.WRAPPED: {"text_wrap": True, "valign": "top"},
    Role.LINK: {"font_color": f"#{look.LINK_INK}", "underline": 1},
    Role.BAR: BOX | {"bold": True} | _verdict("warning"),
    Role.CELL: BOX | {"text_wrap": True, "valign": "top"},
    Role.ENTRY: BOX | {"bg_color": f"#{look.INPUT_FILL}", "locked": False},
    Role.ENTRY_WRAPPED: BOX | {"bg_color": f"#{look.INPUT_FILL}", "locked": False, "text_wrap": True, "indent": 1},
    Role.ASKED: BOX | {"text_wrap": True, "indent": 1},
    Role.GIVEN: BOX | {"bg_color": f"#{look.RESULT_FILL}"},
    Role.COMPUTED: BOX | {"italic": True, "font_color": f"#{look.GREY}"},
}


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def of(self, role: Role, shown: str = "General") -> "Format":
        made = self._made.get((role, shown))
        if made is None:
            words = {"indent": 1} if shown == TEXT else {}
            made = self._made[role, shown] = self._book.add_format({**FONT, **LOOKS[role], **words, "num_format": shown})
        return made

    def legend(self, role: Role) -> "Format":
        """The look of a role for a cell that only shows it: nobody writes there."""
        made = self._made.get(("legend", role))
        if made is None:
            made = self._made["legend", role] = self._book.add_format({**FONT, **LOOKS[role], "locked": True})
        return made

    def verdict(self, word: str) -> "Format":
        """The look of a cell whose rule says "ok", "warning" or "alert"."""
        made = self._made.get(("verdict", word))
        if made is None:
            made = self._made["verdict", word] = self._book.add_format(_verdict(word) | {"bold": True})
        return made
