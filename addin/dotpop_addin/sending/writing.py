"""A file that is sent, as a workbook: XlsxWriter puts each formula with its value. Same content, same bytes."""

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dotpop_addin.books import saving
from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.kinds import Column, Kind, Sheet
from dotpop_addin.declarations.sent import FORMULAS, MEASURED
from dotpop_addin.rendering import FORMATS
from dotpop_addin.sending import welcome
from dotpop_addin.sending.completeness import bar_text
from dotpop_addin.sending.content import Cells, Content
from dotpop_addin.sending.digests import given_columns, kept_number
from dotpop_addin.sending.formats import Formats, Role
from dotpop_addin.sending.places import BAR, Place, Places
from dotpop_addin.sending.rules import rule
from dotpop_addin.sending.signals import MARKED, change, signal
from dotpop_addin.sheets.writing import on_paper
from workbook_templates import look

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SHOWN = FORMATS | {Kind.NUMBER: "#,##0.00", Kind.RATE: "0.00"}
ALLOWED = {"format_columns": True, "format_rows": True}
"""What the protection of a sheet leaves to its reader, besides what is to be filled in."""
LOOKED_UP = ("own_activity", "name")
"""Of a line that someone adds, the name of the territory, from its code."""
BAR_WIDTH = 36
"""Characters that a bar takes."""


def workbook(content: Content) -> bytes:
    """The workbook of a file."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    title = f"{content.about[sent.KIND]} · {content.about[sent.FINESS]}"
    book.set_properties({"title": title, "author": "dotpop", "created": saving.now().replace(tzinfo=None)})
    places, formats = Places(content), Formats(book)
    for sheet in content.sending.sheets:
        _Sheet(book, sheet, content, places, formats).write()
    book.close()
    return stream.getvalue()


class _Sheet:
    """One sheet being written."""

    def __init__(self, book: "Workbook", sheet: Sheet, content: Content, places: Places, formats: Formats) -> None:
        self._content, self._places, self._formats, self._declared = content, places, formats, sheet
        self._tables = [places.of[table.name] for table in sheet.tables]
        self._sheet: Worksheet = book.add_worksheet(sheet.name)
        self._sheet._prepare_formula = _as_it_is
        self._sheet.set_tab_color(f"#{look.TAB[sheet.role]}")

    def write(self) -> None:
        if self._declared.name == sent.WELCOME:
            welcome.write(self._sheet, self._content, self._places, self._formats)
        else:
            self._heading()
            for place in self._tables:
                self._table(place)
        self._page()

    def _heading(self) -> None:
        sheet, of = self._sheet, self._formats.of
        sheet.write_string("A1", self._declared.title, of(Role.TITLE))
        sheet.set_row(0, 26)
        sheet.write_string("A2", self._declared.purpose, of(Role.PURPOSE))
        if self._declared.role == "input":
            asked, filled = welcome.counts(self._declared, self._content, self._places)
            row = welcome.row_of(self._declared, self._content)
            if self._tables[0].columns[0].width < BAR_WIDTH:
                sheet.merge_range(f"{BAR}:C3", "", of(Role.BAR))
            sheet.write_formula(BAR, f"{sent.WELCOME}!$D${row}", of(Role.BAR), bar_text(asked, filled))
            welcome.colour_bar(sheet, self._formats, BAR)
            sheet.set_row(2, 20)
            welcome.legend(sheet, self._formats, row=3)

    def _table(self, place: Place) -> None:
        sheet, of = self._sheet, self._formats.of
        sheet.write_string(place.row - 2, place.left - 1, place.table.title, of(Role.SECTION))
        sheet.set_row(place.row - 2, 24)
        sheet.set_row(place.row - 1, 34)
        for offset, column in enumerate(place.columns):
            sheet.set_column(place.left - 1 + offset, place.left - 1 + offset, column.width)
        headers = [
            {"header": one.header, "header_format": of(Role.HEAD_ENTRY if one.entry else Role.HEAD)} for one in place.columns
        ]
        corners = (place.row - 1, place.left - 1, place.last - 1, place.left + len(place.columns) - 2)
        sheet.add_table(*corners, {"name": place.table.excel, "columns": headers, "style": None, "autofilter": False})
        given, free = self._roles(place, free=False), self._roles(place, free=True)
        for row, line in enumerate(self._lines(place), start=place.first):
            added = row >= place.first + place.given
            self._line(place, row, line, free if added else given, free=added)
        if self._declared.role == "input":
            self._guide(place)

    def _lines(self, place: Place) -> Sequence[Cells]:
        """The given lines with what they tell, then the free ones; an empty table keeps one blank line."""
        if place.table.name == "sent":
            return [{"item": item, "value": value} for item, value in self._content.envoi.items()]
        lines = list(self._content.given(place.table.name))
        return [*(self._told(place, line) for line in lines), *({},) * (place.free or (not lines))]

    def _told(self, place: Place, line: Cells) -> Cells:
        measured = MEASURED.get(place.table.name)
        if measured is None:
            return {**line, "sum": self._sum(str(line["item"]))} if place.table.name == "sums" else line
        value, reference, reason = (line.get(name) for name in (measured, "reference", "reason"))
        numbers: tuple[Any, Any] = (value, reference)
        told = signal(*numbers, waited=True, reason=str(reason or ""), limits=self._content.limits)
        return {**line, "change": change(*numbers), "signal": told}

    def _sum(self, item: str) -> float:
        return welcome.total(item, self._content)

    def _roles(self, place: Place, *, free: bool) -> list[Role]:
        """What each cell of a line is."""
        given, table = given_columns(place.table), place.table.name
        roles = []
        for column in place.columns:
            looked_up = free and (table, column.name) == LOOKED_UP
            if column.name in FORMULAS or column.name == "sum" or looked_up:
                roles.append(Role.COMPUTED)
            else:
                roles.append(Role.ENTRY if column.entry and (free or column.name not in given) else Role.GIVEN)
        return roles

    def _line(self, place: Place, row: int, line: Cells, roles: Sequence[Role], *, free: bool) -> None:
        cells = self._places.line(place, row, free=free) if Role.COMPUTED in roles else {}
        for offset, (column, role) in enumerate(zip(place.columns, roles, strict=True)):
            look_of, value = self._formats.of(role, SHOWN[column.kind]), line.get(column.name)
            at = (row - 1, place.left - 1 + offset)
            if role == Role.COMPUTED:
                self._sheet.write_formula(*at, self._formula(column, cells, line), look_of, "" if value is None else value)
            else:
                self._put(at, value, look_of)

    def _formula(self, column: Column, cells: dict[str, str], line: Cells) -> str:
        if column.name == "sum":
            return self._places.total(str(line["item"]))
        if column.name == "name":
            return self._places.territory_name(cells["territory"])
        return FORMULAS[column.name].format(**cells)

    def _put(self, at: tuple[int, int], value: Value, look_of: Any) -> None:
        if value is None:
            self._sheet.write_blank(*at, None, look_of)
        elif isinstance(value, date):
            moment = value if isinstance(value, datetime) else datetime.combine(value, time())
            self._sheet.write_datetime(*at, moment, look_of)
        elif isinstance(value, int | float):
            self._sheet.write_number(*at, float(kept_number(value)), look_of)
        else:
            self._sheet.write_string(*at, str(value), look_of)  # never a formula, whatever it begins with

    def _guide(self, place: Place) -> None:
        """Rules of the cells to fill in, and colours of the signals."""
        given = given_columns(place.table)
        for offset, column in enumerate(place.columns):
            if column.entry:
                first = place.first + (place.given if column.name in given else 0)
                if first <= place.last:
                    at = place.left - 1 + offset
                    self._sheet.data_validation(first - 1, at, place.last - 1, at, rule(column, self._places))
        for name in ("signal", "difference"):
            if name in place.letters:
                area = f"{place.letters[name]}{place.first}:{place.letters[name]}{place.last}"
                for criteria, colours in MARKED[name]:
                    cell = f"{place.letters[name]}{place.first}"
                    rule_of = {"type": "formula", "criteria": f"={criteria.format(cell=cell)}"}
                    self._sheet.conditional_format(area, {**rule_of, "format": self._formats.verdict(colours)})

    def _page(self) -> None:
        sheet = self._sheet
        on_paper(sheet)
        sheet.protect("", ALLOWED)
        if self._tables:
            top = self._tables[0]
            sheet.freeze_panes(top.row if len(self._tables) == 1 else BAR_ROWS, 0)
            sheet.repeat_rows(0, top.row - 1)


BAR_ROWS = 4
"""Rows that stay in view above tables that stand one under the other."""


def _as_it_is(formula: str, _expand: bool = False) -> str:
    """XlsxWriter looks for thirty newer functions in each formula, a third of the time; these files have none of them."""
    return formula.removeprefix("=")
