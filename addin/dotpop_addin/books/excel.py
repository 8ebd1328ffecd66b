"""A workbook open in Excel, through its object model (COM), with the same meaning as `FileBook` gives to a file.

Excel's undo does not know what is written over COM: `changing` keeps what it changes and puts it back when something fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial

from dotpop_addin.books import excel_cells as cells
from dotpop_addin.books import excel_marks
from dotpop_addin.books.excel_busy import telling_busy
from dotpop_addin.books.excel_cells import LONGEST_ADDRESS, Com, area, bounds_in
from dotpop_addin.books.excel_filters import Filters
from dotpop_addin.books.excel_following import Following
from dotpop_addin.books.excel_undo import (
    Undo,
    bounds_round,
    contents,
    has_plain_look,
    looks,
    put_formula,
    quiet,
    whole_arrays,
)
from dotpop_addin.books.following import Bounds, bounds_of
from dotpop_addin.books.protocol import Block, Cell, Link, Value, column_letters
from dotpop_addin.problems import Problem, ProblemsFound, merged_table, protected_sheet

FORMATS_ONLY = 3  # xlFillFormats


class ExcelBook:
    """A workbook open in Excel. workbook: Excel's own object."""

    def __init__(self, workbook: Com) -> None:
        self._workbook = workbook
        self._undo: Undo | None = None
        self._filters: Filters | None = None
        self._tables: dict[str, dict[str, Com]] = {}

    @property
    @telling_busy()
    def name(self) -> str:
        return str(self._workbook.Name)

    @telling_busy()
    def sheet_names(self) -> list[str]:
        return list(self._sheets)

    @telling_busy()
    def closed(self, sheets: Sequence[str]) -> list[Problem]:
        problems = []
        if self._workbook.ReadOnly:
            action = "L'enregistrer sous un autre nom (Fichier > Enregistrer sous), puis relancer. Rien n'a été modifié."
            found = "classeur ouvert en lecture seule"
            problems.append(Problem(self.name, found, "un classeur que l'on peut enregistrer", action))
        if self._workbook.MultiUserEditing:
            action = "Ôter le partage (Révision > Ôter le partage du classeur), puis relancer. Rien n'a été modifié."
            problems.append(Problem(self.name, "classeur partagé", "un classeur ouvert par vous seul", action))
        named = [(name, self._sheets[name]) for name in sheets if name in self._sheets]
        problems += [protected_sheet(self.name, name) for name, one in named if _is_protected(one)]
        merged = ((name, table) for name, one in named for table in one.ListObjects if table.Range.MergeCells is not False)
        return problems + [merged_table(self.name, name, str(table.DisplayName)) for name, table in merged]

    @contextmanager
    def changing(self) -> Iterator[None]:
        if self._undo is not None:  # within a greater change, which puts everything back
            yield
            return
        with telling_busy(), quiet(self._workbook.Application):
            self._undo = undo = Undo(self.name)
            self._filters = Filters(self.name, undo)
            try:
                yield
                self._filters.put_on()
            except BaseException:
                undo.back()
                raise
            finally:
                self._undo = None

    @telling_busy()
    def has(self, sheet: str, table: str) -> bool:
        return self._find(sheet, table) is not None

    @telling_busy()
    def read(self, sheet: str, table: str, *, below: bool = False) -> Block | None:
        listed = self._find(sheet, table)
        if listed is None:
            return None
        worksheet = self._sheets[sheet]
        bounds = _body_bounds(worksheet, listed, below)
        first, *rows = cells.read(worksheet, bounds, self._epoch)
        return Block(sheet, bounds[1], bounds[0], [_header(cell) for cell in first], rows)

    @telling_busy()
    def write(
        self,
        sheet: str,
        table: str,
        headers: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        formats: Mapping[int, Sequence[str]] | None = None,
        *,
        below: bool = False,
    ) -> None:
        listed = self._find(sheet, table)
        if listed is None:
            raise KeyError(table)
        worksheet = self._sheets[sheet]
        with self._change(worksheet) as undo:
            left, top, right, bottom = _body_bounds(worksheet, listed, below)
            last = top + max(1, len(rows))
            new = left, top, left + len(headers) - 1, last
            _, _, furthest, lowest = bounds_round((left, top, right, bottom), new, bounds_in(listed.Range))
            undo.by(contents(worksheet, (left, top + 1, furthest, lowest), self._epoch))
            self._resize(worksheet, listed, new, undo)
            _write_headers(worksheet, new, headers, undo)
            self._write_rows(worksheet, (left, top + 1, new[2], last), rows, formats or {}, undo)
            if bottom > last:
                _wipe(worksheet, (left, last + 1, max(right, new[2]), bottom), undo)
            if right > new[2]:
                undo.by(contents(worksheet, (new[2] + 1, top, right, top), self._epoch))
                _wipe(worksheet, (new[2] + 1, top, right, max(last, bottom)), undo)

    @telling_busy()
    def read_cells(self, sheet: str, addresses: Sequence[str]) -> list[Cell]:
        if not addresses:
            return []
        bounds = bounds_round(*map(bounds_of, addresses))
        rows = cells.read(self._sheets[sheet], bounds, self._epoch)
        places = [bounds_of(address) for address in addresses]
        return [rows[top - bounds[1]][left - bounds[0]] for left, top, _, _ in places]

    @telling_busy()
    def write_cells(self, sheet: str, cells_: Mapping[str, Value]) -> None:
        worksheet = self._sheets[sheet]
        with self._change(worksheet) as undo:
            for bounds in cells.rectangles(cells_):
                undo.by(contents(worksheet, whole_arrays(worksheet, bounds), self._epoch))
                cells.drop_arrays(worksheet, bounds)
                rows = [[cells_[address] for address in line] for line in _addresses(bounds)]
                cells.put(worksheet, bounds, rows, cells.format_grid(worksheet, bounds), self._epoch)

    @telling_busy()
    def formulas(self, sheet: str) -> set[str]:
        worksheet = self._sheets[sheet]
        return set(cells.formulas(worksheet, bounds_in(worksheet.UsedRange)))

    @telling_busy()
    def write_formulas(self, sheet: str, formulas: Mapping[str, str]) -> None:
        for place, formula in formulas.items():
            if ":" in place and len(formula) > LONGEST_ADDRESS:
                raise ValueError(f"an array formula of {len(formula)} characters: {formula}")
        worksheet = self._sheets[sheet]
        with self._change(worksheet) as undo:
            single = {place: formula for place, formula in formulas.items() if ":" not in place}
            for bounds in cells.rectangles(single):
                undo.by(contents(worksheet, whole_arrays(worksheet, bounds), self._epoch))
                _write_formulas(worksheet, bounds, single)
            for place in formulas.keys() - single.keys():
                undo.by(contents(worksheet, whole_arrays(worksheet, bounds_of(place)), self._epoch))
                cells.drop_arrays(worksheet, bounds_of(place))
                worksheet.Range(place).FormulaArray = formulas[place]

    @telling_busy()
    def clear(self, sheet: str, area: str) -> None:
        worksheet = self._sheets[sheet]
        bounds = cells.used(worksheet, bounds_of(area))
        if bounds is None:
            return
        with self._change(worksheet) as undo:
            undo.by(contents(worksheet, whole_arrays(worksheet, bounds), self._epoch))
            cells.clear(worksheet, bounds)

    @telling_busy()
    def mark(self, notes: Mapping[tuple[str, str], str]) -> None:
        with self._change() as undo:
            for name, worksheet in self._sheets.items():
                here = {address: note for (sheet, address), note in notes.items() if sheet == name}
                before = excel_marks.standing(worksheet, list(here))
                if here or before.areas or before.notes:
                    undo.by(partial(excel_marks.give, worksheet, before))
                    excel_marks.give(worksheet, excel_marks.wanted(before, here))

    @cached_property
    def _sheets(self) -> dict[str, Com]:
        return {str(one.Name): one for one in self._workbook.Worksheets}

    @cached_property
    def _epoch(self) -> datetime:
        """Day 0 of the dates: workbooks from old Macs count from 1904."""
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

        day: datetime = MAC_EPOCH if self._workbook.Date1904 else WINDOWS_EPOCH
        return day

    @cached_property
    def _following(self) -> Following:
        return Following(self._workbook)

    @contextmanager
    def _change(self, worksheet: Com = None) -> Iterator[Undo]:
        """A change of the cells of a sheet, alone or within a greater one."""
        with self.changing():
            if self._undo is None or self._filters is None:
                raise RuntimeError("nothing is being changed")
            if worksheet is not None:
                self._filters.take_off(worksheet)
            yield self._undo

    def _find(self, sheet: str, table: str) -> Com | None:
        if sheet not in self._sheets:
            return None
        if sheet not in self._tables:
            self._tables[sheet] = {str(one.DisplayName): one for one in self._sheets[sheet].ListObjects}
        return self._tables[sheet].get(table)

    def _resize(self, worksheet: Com, listed: Com, new: Bounds, undo: Undo) -> None:
        """Gives a table its new size; what is new takes the looks of what it follows."""
        if listed.ShowTotals:  # no longer the totals of these rows
            undo.by(partial(setattr, listed, "ShowTotals", True))
            listed.ShowTotals = False
        present = bounds_in(listed.Range)
        if present == new:
            return
        left, top, right, bottom = present
        self._refuse_overlap(worksheet, listed, new)
        if new[2] > right:
            undo.by(contents(worksheet, (right + 1, top, new[2], top), self._epoch))
        for added in ((left, bottom + 1, right, new[3]), (right + 1, top, new[2], max(bottom, new[3]))):
            if added[0] <= added[2] and added[1] <= added[3]:
                undo.by(looks(worksheet, added))
        self._following.follow(worksheet, listed, new, undo)
        _fill_looks(worksheet, present, new)

    def _refuse_overlap(self, worksheet: Com, listed: Com, new: Bounds) -> None:
        for other in worksheet.ListObjects:
            there = bounds_in(other.Range)
            apart = there[0] > new[2] or there[2] < new[0] or there[1] > new[3] or there[3] < new[1]
            if other.DisplayName != listed.DisplayName and not apart:
                found = f"le tableau {other.DisplayName} est là où le tableau {listed.DisplayName} doit s'étendre"
                action = f"Déplacer le tableau {other.DisplayName}, puis relancer. Rien n'a été modifié."
                place = f"{column_letters(there[0])}{there[1]}"
                raise ProblemsFound([Problem(self.name, found, "", action, str(worksheet.Name), place)])

    def _write_rows(
        self,
        worksheet: Com,
        bounds: Bounds,
        rows: Sequence[Sequence[Cell]],
        formats: Mapping[int, Sequence[str]],
        undo: Undo,
    ) -> None:
        left, top, right, _ = bounds
        if cells.links(worksheet, bounds):
            area(worksheet, bounds).ClearHyperlinks()
        shown = cells.format_grid(worksheet, bounds)
        if formats and rows:
            for place, column in formats.items():
                for line, one in zip(shown, column, strict=True):
                    line[place] = one
            cells.put_formats(worksheet, bounds, shown)
        empty: list[list[Cell]] = [[None] * (right - left + 1)]
        cells.put(worksheet, bounds, rows or empty, shown, self._epoch)
        for place in range(right - left + 1):
            letters, values = column_letters(left + place), [line[place] for line in rows]
            leading = {f"{letters}{top + i}": cells.inside(one) for i, one in enumerate(values) if isinstance(one, Link)}
            if leading:
                look = looks(worksheet, (left + place, top, left + place, bounds[3]))  # Excel gives links a look of its own
                undo.by(look)
                cells.put_links(worksheet, leading)
                look()


def _is_protected(worksheet: Com) -> bool:
    """Whether a sheet refuses what programs write too."""
    return bool(worksheet.ProtectContents and not worksheet.ProtectionMode)


def _body_bounds(worksheet: Com, listed: Com, below: bool) -> Bounds:
    """Bounds of a table without its totals row; if asked, with the columns and lines typed against it."""
    left, top, right, bottom = bounds_in(listed.Range)
    has_totals = bool(listed.ShowTotals)
    if below:
        used = bounds_in(worksheet.UsedRange)
        rows = cells.values(worksheet, (left, top, max(right, used[2]) + 1, max(bottom, used[3])))
        while rows[0][right + 1 - left] is not None:
            right += 1
        if not has_totals:
            filled = [i for i, line in enumerate(rows) if any(one is not None for one in line[: right - left + 1])]
            bottom = max(bottom, top + max(filled, default=0))
    return left, top, right, bottom - 1 if has_totals else bottom


def _header(cell: Cell) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell or "").strip()


def _addresses(bounds: Bounds) -> list[list[str]]:
    left, top, right, bottom = bounds
    return [[f"{column_letters(column)}{row}" for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def _write_headers(worksheet: Com, bounds: Bounds, headers: Sequence[str], undo: Undo) -> None:
    """Only those that change: formulas name the columns by them."""
    left, top, right, _ = bounds
    there = cells.values(worksheet, (left, top, right, top))[0]
    for place, (old, header) in enumerate(zip(there, headers, strict=True)):
        if old != header:
            cell = worksheet.Range(f"{column_letters(left + place)}{top}")
            undo.by(partial(setattr, cell, "Value2", old or ""))
            cell.Value2 = header


def _write_formulas(worksheet: Com, bounds: Bounds, formulas: Mapping[str, str]) -> None:
    """Formulas of neighbouring cells, all at once where no cell is in the format Text."""
    cells.drop_arrays(worksheet, bounds)
    addresses = _addresses(bounds)
    if all(shown != cells.TEXT for _, shown in cells.formats(worksheet, bounds)):
        area(worksheet, bounds).Formula = tuple(tuple(formulas[address] for address in line) for line in addresses)
        return
    for address in (address for line in addresses for address in line):
        put_formula(worksheet.Range(address), formulas[address])


def _fill_looks(worksheet: Com, old: Bounds, new: Bounds) -> None:
    """Looks for the rows and columns that a table has won: its last row's, its last column's, or those already prepared."""
    left, top, right, bottom = old
    _fill(worksheet, (left, bottom, right, bottom), (left, bottom, right, new[3]))
    _fill(worksheet, (right, top, right, top), (right, top, new[2], top))
    for column in range(right + 1, new[2] + 1):
        first = (column, top + 1, column, top + 1)
        if has_plain_look(area(worksheet, first)):
            _fill(worksheet, (column - 1, top + 1, column - 1, new[3]), (column - 1, top + 1, column, new[3]))
        else:
            _fill(worksheet, first, (column, top + 1, column, new[3]))


def _fill(worksheet: Com, source: Bounds, whole: Bounds) -> None:
    """Looks of an area for a greater one, which holds it."""
    if source != whole and cells.holds(whole, source):
        area(worksheet, source).AutoFill(Destination=area(worksheet, whole), Type=FORMATS_ONLY)


def _wipe(worksheet: Com, bounds: Bounds, undo: Undo) -> None:
    """Empties the cells that no longer belong to a table, looks included."""
    undo.by(looks(worksheet, bounds))
    if cells.links(worksheet, bounds):
        area(worksheet, bounds).ClearHyperlinks()
    cells.clear(worksheet, bounds)
    area(worksheet, bounds).Style = "Normal"
