"""The sheets of an openpyxl workbook as XML: the bytes that openpyxl writes, without an element object per cell."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import tostring
from xml.sax.saxutils import escape

from openpyxl.cell._writer import etree_write_cell
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from zipfile import ZipFile

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

PLAIN = {"n": "n", "b": "b", "e": "e", "s": "inlineStr"}
"""Kinds of cells that are written here; the others (formulas, dates) are left to openpyxl."""
EMPTY = re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>")


class Writer(ExcelWriter):  # type: ignore[misc]
    """Writes a workbook into an archive. finished: given the title and the XML of a sheet, gives what is put there."""

    def __init__(self, book: "Workbook", archive: "ZipFile", finished: "Callable[[str, bytes], bytes]") -> None:
        super().__init__(book, archive)
        self._finished = finished

    def write_worksheet(self, ws: "Worksheet") -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _SheetWriter(ws, BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], self._finished(ws.title, writer.read()))
        self.manifest.append(ws)


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]
    """openpyxl's writer, which finds a sheet without rows; those are put in their place at the end."""

    def write_rows(self) -> None:
        stream = self.xf.send(True)
        with stream.element("sheetData"):
            pass
        self.xf.send(None)
        self._rows = "".join(self._lines()).encode()  # now: links are met in cells, and told after the rows

    def read(self) -> bytes:
        return EMPTY.sub(lambda _: b"<sheetData>%s</sheetData>" % self._rows, super().read(), count=1)

    def _lines(self) -> Iterator[str]:
        cell_of = _Cells(self.ws)
        for row, cells in self.rows():
            yield f'<row r="{row}"{_attributes(self.ws.row_dimensions.get(row, {}))}>'
            for cell in cells:
                if cell._comment is not None:
                    self.ws._comments.append(CommentRecord.from_cell(cell))
                yield cell_of(cell, row)
            yield "</row>"


class _Cells:
    """The XML of cells of a sheet. styles: the attribute of each look already met."""

    def __init__(self, worksheet: "Worksheet") -> None:
        self._sheet = worksheet
        self._styles: dict[bytes, str] = {}

    def __call__(self, cell: "Cell", row: int) -> str:
        """As `WorksheetWriter.write_row` writes it; "" for one that has nothing."""
        value, look = cell._value, self._look(cell)
        if value is None and not look and cell._comment is None:
            return ""
        kind, text = PLAIN.get(cell.data_type), _text(value)
        if kind is None or text is None or cell.hyperlink is not None:
            return self._by_openpyxl(cell, bool(look))
        start = f'<c r="{get_column_letter(cell.column)}{row}"{look} t="{kind}"'
        if value is None or value == "":
            return f"{start} />"
        if kind != "inlineStr":
            return f"{start}><v>{text}</v></c>"
        kept = ' xml:space="preserve"' if (bare := value.strip()) and bare != value else ""
        return f"{start}><is><t{kept}>{text}</t></is></c>"

    def _look(self, cell: "Cell") -> str:
        if cell._style is None:
            return ""
        key = cell._style.tobytes()
        if key not in self._styles:
            self._styles[key] = f' s="{cell.style_id}"' if cell.has_style else ""
        return self._styles[key]

    def _by_openpyxl(self, cell: "Cell", styled: bool) -> str:
        found = _Found()
        etree_write_cell(found, self._sheet, cell, styled)
        return tostring(found.element, encoding="unicode")


class _Found:
    """Keeps the element that openpyxl would write."""

    element: Any

    def write(self, element: Any) -> None:
        self.element = element


def _text(value: Any) -> str | None:
    """The text of a plain value; None for one that openpyxl is to write (rich text, nothing within a cell)."""
    if value is None:
        return ""
    if type(value) is str:
        return _escaped(value)
    return safe_string(value) or None if isinstance(value, int | float) else None


def _escaped(text: str) -> str:
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _attributes(given: Mapping[str, object]) -> str:
    return "".join(f' {name}="{escape(str(value), {chr(34): "&quot;"})}"' for name, value in dict(given).items())
