"""What a parser finds in a sheet, however it is written; only what `ordinary` has left, or nothing has been taken out.

Not read by a library: openpyxl takes many times as long; calamine ends the whole program when one cell stands far away (its
ranges are dense), and loses what stands in a CDATA section.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dotpop_addin.books.protocol import column_letters, column_number
from dotpop_addin.returns.remembering import remembered
from dotpop_addin.returns.sheets import ADDRESS, AREA, MAX_CELLS, too_many_cells
from dotpop_addin.returns.walking import Attributes, Clock, Damaged, is_true, local, walk

if TYPE_CHECKING:
    from pyexpat import XMLParserType

DIGITS = "0123456789"
TEXTUAL = ("inlineStr", "str", "e", "d")
FORMULAS = ("f", "formula", "formula1", "formula2")


class Written(NamedTuple):
    """A cell as it is written."""

    address: str
    text: str
    kind: str
    style: str | None
    formula: str | None


@dataclass(slots=True)
class Leftover:
    """The fields of Sheet of these names, and cells. unplaced: whether a cell or a hidden row says not where it stands."""

    cells: list[Written] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    protected: bool = False
    filtered: bool = False
    unplaced: bool = False


@remembered
def leftover(data: bytes, clock: Clock) -> Leftover:
    """What stands in the XML of a sheet. Raises Damaged, OverLimit."""
    reader = _Reader()
    walk(data, clock, reader.attach)
    reader.finish()
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Leftover()
        self._row, self._address = 0, ""
        self._cell: Attributes | None = None
        self._formula: str | None = None
        self._texts: list[str] = []  # characters since the last tag that mattered
        self._value: list[str] = []  # the value of a cell followed to its end
        self._phonetic = False

    def attach(self, parser: "XMLParserType") -> None:
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
        self.finish()
        if len(self.found.cells) >= MAX_CELLS:
            raise too_many_cells()
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
            self.finish()
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
            self.found.further.append(text)
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
            self.finish()

    def _note(self, name: str, attributes: Attributes) -> None:
        """What was done to the sheet."""
        found = self.found
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._address = ""
            if is_true(attributes.get("hidden")):
                found.hidden_rows.append(self._row)
                found.unplaced |= "r" not in attributes
        elif name == "col" and is_true(attributes.get("hidden")):
            found.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "sheetProtection":
            found.protected = is_true(attributes.get("sheet"))
        elif name == "mergeCell":
            if not AREA.fullmatch(attributes["ref"]):
                raise Damaged
            found.merged.append(attributes["ref"])
        elif name == "filterColumn":
            found.filtered = True

    def finish(self) -> None:
        """Keeps the cell that was being read."""
        if self._cell is None:
            return
        text, kind, style = "".join(self._texts), self._cell.get("t", "n"), self._cell.get("s")
        self.found.cells.append(Written(self._placed(self._cell), text, kind, style, self._formula))
        self._texts.clear()
        if self._parser.EndElementHandler is not None:
            self._parser.EndElementHandler = None
            self._value.clear()
        self._cell = self._formula = None

    def _placed(self, cell: Attributes) -> str:
        """The address of a cell; one that does not say it stands after the cell before it."""
        address = cell.get("r")
        if address is None:
            self.found.unplaced = True
            after = column_number(self._address.rstrip(DIGITS)) + 1 if self._address else 1
            address = f"{column_letters(after)}{self._row}"
        if not ADDRESS.fullmatch(address):
            raise Damaged
        self._address = address
        return address
