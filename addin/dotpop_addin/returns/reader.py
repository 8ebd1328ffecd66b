"""Reading the sheets of a returned workbook, however they are written.

Not read by a library: openpyxl takes many times as long; calamine ends the whole program when one cell stands far away (its
ranges are dense), and loses what stands in a CDATA section. The cells written as spreadsheets write them are taken out first
(`ordinary`); expat parses what is left, hence every sheet that is written in another way.
"""

from typing import TYPE_CHECKING

from dotpop_addin.books.protocol import LITERAL, Cell, Uncomputed, column_letters, column_number
from dotpop_addin.returns import ordinary
from dotpop_addin.returns.characters import Elaborate, characters
from dotpop_addin.returns.sheets import ADDRESS, MAX_CELLS, Sheet
from dotpop_addin.returns.values import Values
from dotpop_addin.returns.walking import Attributes, Clock, Damaged, OverLimit, is_true, local, walk

if TYPE_CHECKING:
    from pyexpat import XMLParserType

DIGITS = "0123456789"
TEXTUAL = ("inlineStr", "str", "e", "d")
FORMULAS = ("f", "formula", "formula1", "formula2")


class SheetReader:
    """Fills a sheet. room: cells still allowed."""

    def __init__(self, sheet: Sheet, values: Values, room: int) -> None:
        self._sheet, self._values, self._room = sheet, values, room
        self._row, self._address = 0, ""
        self._cell: Attributes | None = None
        self._formula: str | None = None
        self._texts: list[str] = []  # characters since the last tag that mattered
        self._value: list[str] = []  # the value of a cell followed to its end
        self._phonetic = self._taken = False
        self.count = 0

    def read(self, data: bytes, clock: Clock) -> None:
        text = characters(data)
        self._refuse_more_than_room(text.count("<c "))
        try:
            rest, taken = ordinary.take(text, self._sheet, self._values)
        except Elaborate:
            rest, taken = text, 0
        except (ValueError, LookupError) as error:  # a number that is none, a text that is not there
            raise Damaged from error
        self._count(taken)
        self._taken = taken > 0
        walk(rest.encode(), clock, self._attach)
        self._finish()
        self._sheet.hidden_rows.sort()

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
                if self._taken and "r" not in attributes:
                    raise Damaged  # after which row? it may be one that was taken out
                sheet.hidden_rows.append(self._row)
        elif name == "col" and is_true(attributes.get("hidden")):
            sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "sheetProtection":
            sheet.protected = is_true(attributes.get("sheet"))
        elif name == "mergeCell":
            sheet.merged.append(attributes["ref"])
        elif name == "filterColumn":
            sheet.filtered = True

    def _finish(self) -> None:
        """Keeps the cell that was being read."""
        if self._cell is None:
            return
        address = self._placed(self._cell)
        text, kind, style = "".join(self._texts), self._cell.get("t", "n"), self._cell.get("s")
        if self._formula is not None and not LITERAL.fullmatch(self._formula):
            self._sheet.formulas[address] = self._formula
        value = self._values.read(text, kind, style) if text else None
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
