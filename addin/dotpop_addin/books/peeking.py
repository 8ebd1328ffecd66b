"""What a workbook is, told by a few names in its archive: it is not opened, and a damaged one has none of them."""

import re
import zipfile
from html import unescape
from pathlib import Path

from dotpop_addin.books.opening import DAMAGED, METHODS

MAX_TABLES, START = 50, 2_000
"""Tables looked at, and bytes of each."""
BOOK, MOST = "xl/workbook.xml", 200_000
"""The part that names the sheets, and bytes of it that are looked at."""
PROPERTIES = "docProps/core.xml"
"""The part of a workbook that says who wrote it, and when."""
SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^<>]*?\bname\s*=\s*(?:"([^"]*)"|'([^']*)')""")
AUTHOR = re.compile(rb"<(?:\w+:)?creator[^<>]*>([^<]*)<")


def has_table(path: Path, table: str) -> bool:
    """Whether one of its tables has this name."""
    wanted = f'"{table}"'.encode()
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [name for name in archive.namelist() if name.startswith("xl/tables/")][:MAX_TABLES]
            return any(wanted in _start(archive, name, START) for name in tables)
    except (OSError, *DAMAGED):
        return False


def sheet_names(path: Path) -> list[str]:
    """The names of its sheets."""
    return [unescape((quoted or other).decode("utf-8", "replace")) for quoted, other in SHEET.findall(_part(path, BOOK))]


def author(path: Path) -> str:
    """Who made it: "dotpop", of a workbook that this program wrote, whichever program saved it since."""
    found = AUTHOR.search(_part(path, PROPERTIES))
    return unescape(found[1].decode("utf-8", "replace")).strip() if found else ""


def _part(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return _start(archive, name, MOST)
    except (OSError, KeyError, *DAMAGED):
        return b""


def _start(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.getinfo(name).compress_type not in METHODS:
        return b""
    with archive.open(name) as part:
        return part.read(most)
