"""The sheets of a returned workbook: values, formulas and what was done to the sheet.

Not read by a library: openpyxl takes many times as long; calamine ends the whole program when one cell stands far away (its
ranges are dense), and loses what stands in a CDATA section. A regular expression takes out the cells written as spreadsheets
write them, nearly all of them; expat parses what is left, hence every sheet that is written in another way.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import LITERAL, Block, Cell, CellError, Uncomputed, column_letters, column_number
from dotpop_addin.returns.walking import (
    CHARACTERS,
    Attributes,
    Clock,
    Damaged,
    OverLimit,
    is_true,
    local,
    misleads,
    unescaped,
    walk,
)

if TYPE_CHECKING:
    from pyexpat import XMLParserType

MAX_CELLS = 500_000
"""Cells of all sheets, with or without a value; a return has some five thousand."""
MAX_BLOCK = 1_000_000
"""Cells of one table, empty ones included."""
_ADDRESS = r"[A-Z]{1,3}[1-9][0-9]{0,6}"
ADDRESS, AREA = re.compile(_ADDRESS), re.compile(rf"{_ADDRESS}(:{_ADDRESS})?")
ORDINARY = re.compile(
    rf'<c r="({_ADDRESS})"(?: s="([0-9]+)")?'
    r'(?:(?: t="(?:n|(s|b))")?(?:/>|><v>([0-9.eE+-]*)</v></c>)'
    rf'| t="inlineStr"><is><t(?: xml:space="preserve")?>({CHARACTERS})</t></is></c>)'
)
"""A cell as spreadsheets write it. Groups: address, style, kind, value, text."""
GROUPS = ORDINARY.groups + 1
DIGITS = "0123456789"
TEXTUAL = ("inlineStr", "str", "e", "d")
FORMULAS = ("f", "formula", "formula1", "formula2")

Moment = Callable[[float], Cell]
"""From the number that a workbook stores for a date or a time."""


@dataclass(slots=True)
class Sheet:
    """One sheet. cells: those that hold something, by address; formulas: as stored, by address too.

    visibility: "visible", "hidden" or "veryHidden". hidden_columns: first and last of each run. further: formulas of
    validations and conditional formats. tables: reference by name.
    """

    name: str
    visibility: str = "visible"
    cells: dict[str, Cell] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    protected: bool = False
    filtered: bool = False
    tables: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)

    def add_table(self, name: str, reference: str) -> None:
        if not AREA.fullmatch(reference):
            raise Damaged
        left, top, right, bottom = bounds_of(reference)
        if (right - left + 1) * (bottom - top + 1) > MAX_BLOCK:
            raise OverLimit(f"tableau {name} de plus de {MAX_BLOCK} cellules")
        self.tables[name] = reference

    def block(self, reference: str) -> Block:
        """The cells of an area whose first line holds the headers."""
        left, top, right, bottom = bounds_of(reference)
        letters = [column_letters(column) for column in range(left, right + 1)]
        lines = [[self.cells.get(f"{letter}{row}") for letter in letters] for row in range(top, bottom + 1)]
        headers = [str("" if value is None else value).strip() for value in lines[0]]
        return Block(self.name, top, left, headers, lines[1:])


class SheetReader:
    """Fills a sheet.

    strings: the shared texts. moments: how to read the numbers of a style that shows dates. room: cells still allowed.
    """

    def __init__(self, sheet: Sheet, strings: Sequence[str], moments: Mapping[str, Moment], room: int) -> None:
        self._sheet, self._strings, self._moments, self._room = sheet, strings, moments, room
        self._row, self._address = 0, ""
        self._cell: Attributes | None = None
        self._formula: str | None = None
        self._texts: list[str] = []  # characters since the last tag that mattered
        self._value: list[str] = []  # the value of a cell followed to its end
        self._phonetic = self._taken = False
        self.count = 0

    def read(self, data: bytes, clock: Clock) -> None:
        try:
            text = data.decode()
            self._refuse_more_than_room(text.count("<c "))
            pieces = ORDINARY.split(text)
            rest = "".join(pieces[::GROUPS])
            if misleads(rest):
                rest = text
            else:
                self._take(pieces)
        except (ValueError, LookupError) as error:  # a byte that is no UTF-8, a number that is none
            raise Damaged from error
        walk(rest.encode(), clock, self._attach)
        self._finish()

    def _take(self, pieces: list[str]) -> None:
        """Keeps the ordinary cells."""
        addresses, styles, kinds, values, texts = (pieces[place::GROUPS] for place in range(1, GROUPS))
        self._count(len(addresses))
        self._taken = bool(addresses)
        kept: dict[str, Cell] = {}
        filled = 0
        for address, style, kind, value, inline in zip(addresses, styles, kinds, values, texts, strict=True):
            if inline:
                kept[address] = unescaped(inline)
            elif not value:
                continue
            elif kind or style in self._moments:
                kept[address] = self._read(value, kind or "n", style)
            else:
                kept[address] = float(value)
            filled += 1
        if len(kept) < filled:
            raise Damaged  # two cells in one place
        self._sheet.cells.update(kept)

    def _count(self, cells: int) -> None:
        self.count += cells
        self._refuse_more_than_room(self.count)

    def _refuse_more_than_room(self, cells: int) -> None:
        if cells > self._room:
            raise OverLimit(f"plus de {MAX_CELLS} cellules")

    def _keep(self, address: str, value: Cell) -> None:
        if value is None:
            return
        if address in self._sheet.cells:
            raise Damaged  # two cells in one place: each program would show its own
        self._sheet.cells[address] = value

    def _attach(self, parser: "XMLParserType") -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._texts.append

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "v":
            if self._cell is None:
                raise Damaged
            self._texts.clear()
        elif name == "c":
            self._start_cell(attributes)
        else:
            self._start_other(local(name), attributes)

    def _start_cell(self, attributes: Attributes) -> None:
        self._finish()
        self._count(1)
        self._cell = attributes
        self._texts.clear()
        if attributes.get("t") in TEXTUAL:
            self._follow()

    def _follow(self) -> None:
        """Closing tags matter from here to the end of the cell."""
        self._parser.EndElementHandler = self._end

    def _start_other(self, name: str, attributes: Attributes) -> None:
        if name in ("v", "c"):  # under a prefix
            self._start(name, attributes)
            return
        followed = self._parser.EndElementHandler is not None
        if name == "is" and not followed:
            raise Damaged  # a text in a cell of numbers
        if name != "f" and not followed:
            self._finish()
        self._texts.clear()
        if name in FORMULAS:
            self._follow()
        elif name == "rPh":
            self._phonetic = True
        else:
            self._note(name, attributes)

    def _end(self, name: str) -> None:
        name, text = local(name), "".join(self._texts)
        self._texts.clear()
        if name in FORMULAS and self._cell is None:
            self._sheet.further.append(text)
            self._parser.EndElementHandler = None
        elif name == "f":
            self._formula = text
        elif name == "v" and self._value:
            raise Damaged
        elif name == "v" or (name == "t" and not self._phonetic):
            self._value.append(text)
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._texts[:] = self._value
            self._finish()

    def _note(self, name: str, attributes: Attributes) -> None:
        """What was done to the sheet."""
        sheet = self._sheet
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._address = ""
            if is_true(attributes.get("hidden")):
                sheet.hidden_rows.append(self._row)
        elif name == "col" and is_true(attributes.get("hidden")):
            sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "sheetProtection":
            sheet.protected = is_true(attributes.get("sheet"))
        elif name == "mergeCell":
            if not AREA.fullmatch(attributes["ref"]):
                raise Damaged
            sheet.merged.append(attributes["ref"])
        elif name == "filterColumn":
            sheet.filtered = True

    def _finish(self) -> None:
        """Keeps the cell that was being read."""
        if self._cell is None:
            return
        address = self._placed(self._cell)
        text, kind = "".join(self._texts), self._cell.get("t", "n")
        if self._formula is not None and not LITERAL.fullmatch(self._formula):
            self._sheet.formulas[address] = self._formula
        value = self._read(text, kind, self._cell.get("s")) if text else None
        if value is None and self._formula is not None and kind != "str":
            value = Uncomputed(f"={self._formula}")
        self._keep(address, value)
        self._texts.clear()
        if self._parser.EndElementHandler is not None:
            self._parser.EndElementHandler = None
            self._value.clear()
        self._cell = self._formula = None

    def _placed(self, cell: Attributes) -> str:
        """The address of a cell; one that does not say it stands after the cell before it."""
        address = cell.get("r")
        if address is None and self._taken:
            raise Damaged  # after which cell? it may be one that was taken out
        if address is None:
            after = column_number(self._address.rstrip(DIGITS)) + 1 if self._address else 1
            address = f"{column_letters(after)}{self._row}"
        if not ADDRESS.fullmatch(address):
            raise Damaged
        self._address = address
        return address

    def _read(self, text: str, kind: str, style: str | None) -> Cell:
        if kind == "n":
            if "_" in text:  # Python would read 1_000
                raise Damaged
            moment = self._moments.get(style) if style else None
            return moment(float(text)) if moment else float(text)
        if kind == "s":
            place = int(text)
            if place < 0:
                raise Damaged
            return self._strings[place] or None
        if kind in ("inlineStr", "str"):
            return unescaped(text)
        if kind == "b":
            return is_true(text.strip())
        if kind == "e":
            return CellError(text.strip())
        if kind == "d":
            from openpyxl.utils.datetime import from_ISO8601

            day: Cell = from_ISO8601(text.strip())
            return day
        raise Damaged
