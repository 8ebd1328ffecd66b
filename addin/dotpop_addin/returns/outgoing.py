"""Texts that leave for a spreadsheet or a CSV file: none of them may become a formula there."""

import re

from dotpop_addin.books.protocol import CONTROL

FORMULA_START = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What a spreadsheet may take for the start of a formula, or cut into another cell."""


def harmless(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet could run it; without control characters.

    >>> harmless("=cmd|' /C calc'!A0"), harmless("CH Un"), harmless(harmless("@SUM(A1)"))
    ("'=cmd|' /C calc'!A0", 'CH Un', "'@SUM(A1)")
    """
    plain = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))  # which a workbook would give back as \n
    return f"'{plain}" if FORMULA_START.match(plain) else plain
