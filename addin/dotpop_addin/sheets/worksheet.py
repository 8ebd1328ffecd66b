"""XlsxWriter's worksheet, without what the cells of pages have no use of: half of the time that it takes to write them."""

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from dotpop_addin.sheets.page import LETTERS

if TYPE_CHECKING:
    from xlsxwriter.format import Format

SHORT = 10_000
"""Characters of a text that is certainly not too long for a cell."""


class String(NamedTuple):
    """A text, as XlsxWriter keeps it: by its number among the shared ones."""

    string: int
    format: "Format"


class Formula(NamedTuple):
    """A formula, as XlsxWriter keeps it."""

    formula: str
    format: "Format"
    value: str | float


class PageSheet(Worksheet):  # type: ignore[misc]
    """Cells stand within the size given, each with a look; their formulas have none of the functions newer than Excel 2007,
    which XlsxWriter looks for in each."""

    def _initialize(self, init_data: dict[str, Any]) -> None:
        """Without the way back to its workbook, that checkboxes alone need: once written, the workbook is then let go at
        once, with no search for cycles."""
        super()._initialize(init_data)
        self.workbook_add_format = None

    def size(self, rows: int, columns: int) -> None:
        """Says how far cells stand, once for all."""
        self._check_dimensions(0, 0)
        self._check_dimensions(rows - 1, columns - 1)

    def put(self, row: int, column: int, value: str | float, formula: str, look: "Format") -> None:
        """Sets a cell. A text is never a formula, whatever it begins with."""
        if value == "" and not formula:
            self._write_blank(row, column, "", look)
        elif formula:
            self.table[row][column] = Formula(formula.removeprefix("="), look, value)
        elif not isinstance(value, str):
            self._write_number(row, column, value, look)  # which refuses what is no number
        elif len(value) > SHORT:
            self._write_string(row, column, value, look)
        else:
            self.table[row][column] = String(self.str_table._get_shared_string_index(value), look)

    def _calculate_spans(self) -> None:
        """Where the cells of each row begin and end: only help for a reader, that none needs."""
        self.row_spans: dict[int, str] = {}

    def _write_cell(self, row: int, column: int, cell: Any) -> None:
        """What XlsxWriter writes, but that it looks in each attribute for characters to escape."""
        look = cell.format.xf_index or cell.format._get_xf_index()
        start = f'<c r="{LETTERS[column]}{row + 1}" s="{look}"'
        if isinstance(cell, String):
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif type(cell).__name__ == "Number":
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        elif isinstance(cell, Formula) and isinstance(cell.value, float):
            self.fh.write(f"{start}><f>{self._escape_data(cell.formula)}</f><v>{cell.value}</v></c>")
        else:
            super()._write_cell(row, column, cell)
