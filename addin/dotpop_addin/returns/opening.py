"""Opening a returned file, hostile until checked: its cells, and all that a spreadsheet would not have shown.

Everything that is wrong ends in ProblemsFound; what is only odd is told in the result, and is the caller's to judge.
"""

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from dotpop_addin.books.opening import access, unreadable
from dotpop_addin.books.peeking import has_table
from dotpop_addin.books.protocol import Block
from dotpop_addin.declarations.sent import SENT
from dotpop_addin.problems import ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.returns import dangers
from dotpop_addin.returns.archive import FROM_SENDER, unpack
from dotpop_addin.returns.dangers import Relation, relations
from dotpop_addin.returns.filling import fill
from dotpop_addin.returns.formats import WORKBOOK, WORKBOOK_EXPECTED, refuse_other_archives, refuse_other_formats
from dotpop_addin.returns.remembering import remembered
from dotpop_addin.returns.shared import shared_texts
from dotpop_addin.returns.sheets import MAX_CELLS, Sheet
from dotpop_addin.returns.styles import moments
from dotpop_addin.returns.values import Values
from dotpop_addin.returns.walking import Attributes, Clock, Damaged, OverLimit, is_true, tags

MAX_FILE = 20_000_000
"""Bytes; a return has some sixty thousand."""
MACRO_TYPE = b"macroEnabled"


@dataclass
class Returned:
    """A returned workbook. digest: SHA-256 of the file. names: the defined names and their formulas."""

    path: Path
    digest: str
    sheets: dict[str, Sheet]
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, sheet: str, table: str) -> Block | None:
        """A table by its name; None when the sheet or the table is missing."""
        found = self.sheets.get(sheet)
        return found.block(found.tables[table]) if found and table in found.tables else None


@dataclass
class _Contents:
    """What xl/workbook.xml says. sheets: name, visibility and relation of each."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def is_return(path: Path) -> bool:
    """Whether a file is one of those that were sent, by a table that only these have."""
    return has_table(path, SENT.excel)


def open_return(path: Path) -> Returned:
    """Reads a returned file whole. Raises ProblemsFound with all that refuses it."""
    content = _content(path)
    refuse_other_formats(path, content)
    parts = unpack(path, content)
    refuse_other_archives(path, parts)
    try:
        returned = _read(path, parts, hashlib.sha256(content).hexdigest())
    except OverLimit as limit:
        raise ProblemsFound([Problem(str(path), str(limit), "un classeur de taille normale", FROM_SENDER)]) from None
    except (Damaged, LookupError):  # LookupError: a part, or a relation, that is not there
        raise ProblemsFound([unreadable(path)]) from None
    if any(problem.severity == ERROR for problem in returned.problems):
        raise ProblemsFound(returned.problems)
    return returned


def _content(path: Path) -> bytes:
    with access(path):
        if path.exists() and not path.is_file():  # a device or a pipe would never end
            raise ProblemsFound([unreadable(path)])
        if path.stat().st_size > MAX_FILE:
            found = f"fichier de plus de {MAX_FILE // 1_000_000} Mo"
            raise ProblemsFound([Problem(str(path), found, "un classeur de taille normale", FROM_SENDER)])
        return path.read_bytes()


def _read(path: Path, parts: Mapping[str, bytes], digest: str) -> Returned:
    clock = Clock()
    links = {name: relations(parts[name], clock, name) for name in parts if name.endswith(".rels")}
    contents = _contents(parts[WORKBOOK], clock)
    returned = Returned(path, digest, {}, dict(contents.names))
    returned.problems += dangers.in_parts(path, parts, chain.from_iterable(links.values()))
    returned.problems += dangers.in_names(path, contents.names)
    if MACRO_TYPE in parts.get("[Content_Types].xml", b"") and not returned.problems:
        action = "L'enregistrer au format .xlsx (Fichier > Enregistrer sous)."
        returned.problems.append(Problem(str(path), "classeur au format .xlsm", WORKBOOK_EXPECTED, action))
    if path.suffix.lower() != ".xlsx":
        action = "Le renommer en .xlsx : c'en est un."
        found = f"extension « {path.suffix} »"
        returned.problems.append(Problem(str(path), found, WORKBOOK_EXPECTED, action, severity=WARNING))
    _read_sheets(returned, parts, contents, links, clock)
    for sheet in returned.sheets.values():
        returned.problems += dangers.in_sheet(path, sheet)
    return returned


@remembered
def _contents(data: bytes, clock: Clock) -> _Contents:
    contents = _Contents()
    names: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            contents.sheets.append((attributes["name"], attributes.get("state", "visible"), identifier))
        elif name == "definedName":
            names.append(attributes["name"])
        elif name == "workbookPr":
            contents.from_1904 = is_true(attributes.get("date1904"))

    def told(text: str) -> None:
        contents.names[names[-1]] = text

    tags(data, clock, start, ("definedName",), told)
    return contents


def _read_sheets(
    returned: Returned, parts: Mapping[str, bytes], contents: _Contents, links: Mapping[str, list[Relation]], clock: Clock
) -> None:
    related = links.get(_relations_of(WORKBOOK), [])
    known = {kind: _part_of(related, kind) for kind in ("sharedStrings", "styles")}
    strings = shared_texts(parts[known["sharedStrings"]], clock) if known["sharedStrings"] else []
    shown = moments(parts[known["styles"]], clock, contents.from_1904) if known["styles"] else {}
    values = Values(strings, shown)
    targets = {link.name: link for link in related}
    room = MAX_CELLS
    for name, visibility, identifier in contents.sheets:
        link = targets[identifier]
        if link.kind != "worksheet":  # a sheet that holds but a chart
            continue
        if name in returned.sheets:
            raise Damaged
        sheet = returned.sheets[name] = Sheet(name, visibility)
        part = _resolved(WORKBOOK, link.target)
        room -= fill(sheet, parts[part], values, room, clock)
        for other in links.get(_relations_of(part), []):
            if other.kind == "table":
                for title, area in _table(parts[_resolved(part, other.target)], clock):
                    sheet.add_table(title, area)
            elif other.kind == "comments":
                action = "Elles ne sont pas lues ; ce que l'agence doit savoir se dit dans une observation."
                told = Problem(str(returned.path), "notes sur des cellules", "", action, name, severity=WARNING)
                returned.problems.append(told)


@remembered
def _table(data: bytes, clock: Clock) -> list[tuple[str, str]]:
    """The name and the area of a table."""
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "table":
            found.append((attributes["displayName"], attributes["ref"]))

    tags(data, clock, start)
    return found


def _relations_of(part: str) -> str:
    """The part that declares the relations of a part.

    >>> _relations_of("xl/workbook.xml")
    'xl/_rels/workbook.xml.rels'
    """
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _part_of(links: list[Relation], kind: str) -> str | None:
    return next((_resolved(WORKBOOK, link.target) for link in links if link.kind == kind), None)


def _resolved(source: str, target: str) -> str:
    """The part that a relation leads to.

    >>> _resolved("xl/workbook.xml", "worksheets/sheet1.xml"), _resolved("xl/workbook.xml", "/xl/styles.xml")
    ('xl/worksheets/sheet1.xml', 'xl/styles.xml')
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target) if target[:1] != "/" else target[1:])
