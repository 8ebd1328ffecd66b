"""Cells through Excel's object model: whole ranges at a time, values as `FileBook` gives them, texts that stay texts.

Numbers are read by `Value2`: `Value` would round the cells in a currency format to four decimals. What `Value2` cannot tell,
a date from a number, the number format tells, as it does in a file. Over COM formulas and formats are in English.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias, TypeVar

from dotpop_addin.books.following import Bounds, bounds_of, reference_to
from dotpop_addin.books.protocol import Cell, CellError, Link, Uncomputed, column_letters

Com: TypeAlias = Any
"""An object of Excel: its members are known to Excel only."""
Found = TypeVar("Found")

TEXT, GENERAL = "@", "General"
LONGEST_ADDRESS = 255
"""What `Range` takes of an address, and a formula of an array."""
LONGEST_TOGETHER = 255
"""Longer texts are written one by one: some versions refuse or cut them in an array of values."""
ERRORS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
    -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!",
    -2146826242: "#CONNECT!",
    -2146826241: "#BLOCKED!",
    -2146826239: "#FIELD!",
    -2146826238: "#CALC!",
}
Grid: TypeAlias = list[list[Cell]]
Rows: TypeAlias = Sequence[Sequence[Cell]]


def area(worksheet: Com, bounds: Bounds) -> Com:
    return worksheet.Range(reference_to(bounds))


def bounds_in(cells: Com) -> Bounds:
    return bounds_of(cells.Address)


def holds(bounds: Bounds, other: Bounds) -> bool:
    """Whether an area holds another one."""
    left, top, right, bottom = bounds
    return left <= other[0] and top <= other[1] and right >= other[2] and bottom >= other[3]


def grid(found: object) -> list[list[object]]:
    """What Excel gives for a range, as rows: one cell alone comes bare."""
    return [list(line) for line in found] if isinstance(found, tuple) else [[found]]


def read(worksheet: Com, bounds: Bounds, epoch: datetime) -> Grid:
    """Values of an area. epoch: day 0 of the workbook's dates."""
    rows = values(worksheet, bounds)
    left, top, _, _ = bounds
    for place in range(len(rows[0])):
        numbers = [i for i, line in enumerate(rows) if type(line[place]) is float]
        if numbers:
            column = (left + place, top + numbers[0], left + place, top + numbers[-1])
            for (_, first, _, last), shown in formats(worksheet, column):
                for line in rows[first - top : last - top + 1]:
                    line[place] = _dated(line[place], shown, epoch)
    return rows


def values(worksheet: Com, bounds: Bounds) -> Grid:
    """Values of an area, dates as numbers."""
    return [[_value(cell) for cell in line] for line in grid(area(worksheet, bounds).Value2)]


def formats(worksheet: Com, bounds: Bounds) -> Iterator[tuple[Bounds, str]]:
    """Number formats of an area, as areas that share one."""
    return pieces(bounds, lambda one: area(worksheet, one).NumberFormat)


def format_grid(worksheet: Com, bounds: Bounds) -> list[list[str]]:
    """Number format of each cell of an area."""
    left, top, right, bottom = bounds
    rows = [[GENERAL] * (right - left + 1) for _ in range(bottom - top + 1)]
    for piece, shown in formats(worksheet, bounds):
        for row in range(piece[1], piece[3] + 1):
            rows[row - top][piece[0] - left : piece[2] - left + 1] = [shown] * (piece[2] - piece[0] + 1)
    return rows


def pieces(bounds: Bounds, look: Callable[[Bounds], Found | None]) -> Iterator[tuple[Bounds, Found]]:
    """An area as pieces that look the same all over. look: gives None for an area whose cells differ."""
    left, top, right, bottom = bounds
    found = look(bounds)
    if found is not None:
        yield bounds, found
    elif right > left:
        for column in range(left, right + 1):
            yield from pieces((column, top, column, bottom), look)
    elif bottom > top:
        middle = (top + bottom) // 2
        yield from pieces((left, top, right, middle), look)
        yield from pieces((left, middle + 1, right, bottom), look)


def put(
    worksheet: Com, bounds: Bounds, rows: Sequence[Sequence[Cell]], shown: Sequence[Sequence[str]], epoch: datetime
) -> None:
    """Writes values into an area. shown: number formats of its cells, by which Excel reads what it is given."""
    left, top, _, _ = bounds
    apart = {}
    lines = [[_sent(value, one, epoch) for value, one in zip(*both, strict=True)] for both in zip(rows, shown, strict=True)]
    for i, line in enumerate(lines):
        for j, value in enumerate(line):
            if (len(value) > LONGEST_TOGETHER) if isinstance(value, str) else (shown[i][j] == TEXT):
                apart[f"{column_letters(left + j)}{top + i}"] = (value, shown[i][j])
                line[j] = ""
    area(worksheet, bounds).Value2 = tuple(map(tuple, lines))
    for address, (value, one) in apart.items():
        _put_apart(worksheet.Range(address), value, one)


def _put_apart(cell: Com, value: str | float | bool, shown: str) -> None:
    if isinstance(value, str):
        cell.Value2 = value
        return
    cell.NumberFormat = GENERAL  # a number given to a cell in the format Text would become a text
    cell.Value2 = value
    cell.NumberFormat = shown


def put_formats(worksheet: Com, bounds: Bounds, wanted: Sequence[Sequence[str]]) -> None:
    """Gives an area the number formats wanted; writes only those that are not there yet."""
    left, top, _, _ = bounds
    addresses: dict[str, list[str]] = {}
    for i, (there, line) in enumerate(zip(format_grid(worksheet, bounds), wanted, strict=True)):
        for j, (old, new) in enumerate(zip(there, line, strict=True)):
            if old != new:
                addresses.setdefault(new, []).append(f"{column_letters(left + j)}{top + i}")
    for shown, cells in addresses.items():
        for address in together(map(reference_to, rectangles(cells))):
            worksheet.Range(address).NumberFormat = shown


def formulas(worksheet: Com, bounds: Bounds) -> dict[str, str]:
    """Formulas of an area by address. A text that begins with "=" is its own value: no formula's value is its own text."""
    left, top, _, _ = bounds
    written, shown = grid(area(worksheet, bounds).Formula), grid(area(worksheet, bounds).Value2)
    return {
        f"{column_letters(left + j)}{top + i}": formula
        for i, line in enumerate(written)
        for j, formula in enumerate(line)
        if isinstance(formula, str) and formula.startswith("=") and formula != shown[i][j]
    }


def arrays(worksheet: Com, bounds: Bounds) -> dict[str, str]:
    """Areas of the array formulas that an area touches, with their formulas."""
    found: dict[str, str] = {}
    for (left, top, right, bottom), has_array in pieces(bounds, lambda one: area(worksheet, one).HasArray):
        for row in range(top, bottom + 1) if has_array else ():
            for column in range(left, right + 1):
                if not any(holds(bounds_of(one), (column, row, column, row)) for one in found):
                    cell = area(worksheet, (column, row, column, row))
                    found[cell.CurrentArray.Address] = cell.FormulaArray
    return found


def clear(worksheet: Com, bounds: Bounds) -> None:
    """Empties an area."""
    drop_arrays(worksheet, bounds)
    area(worksheet, bounds).ClearContents()


def drop_arrays(worksheet: Com, bounds: Bounds) -> None:
    """Empties the whole of the array formulas that an area touches: they do not let themselves be changed in part."""
    for array in arrays(worksheet, bounds):
        worksheet.Range(array).ClearContents()


def used(worksheet: Com, bounds: Bounds) -> Bounds | None:
    """The part of an area in which the sheet holds something."""
    left, top, right, bottom = bounds_in(worksheet.UsedRange)
    part = max(left, bounds[0]), max(top, bounds[1]), min(right, bounds[2]), min(bottom, bounds[3])
    return part if part[0] <= part[2] and part[1] <= part[3] else None


def rectangles(addresses: Collection[str]) -> list[Bounds]:
    """Cells as few areas: neighbours in a row together, then rows of one width.

    >>> rectangles(["B2", "A1", "B1", "A2", "D9"])
    [(1, 1, 2, 2), (4, 9, 4, 9)]
    """
    rows: list[list[int]] = []
    for row, column in sorted((bounds_of(address)[1], bounds_of(address)[0]) for address in addresses):
        if rows and rows[-1][1] == row and rows[-1][2] + 1 == column:
            rows[-1][2] = column
        else:
            rows.append([column, row, column])
    found: list[Bounds] = []
    open_at: dict[tuple[int, int], int] = {}
    for left, row, right in rows:
        place = open_at.get((left, right))
        if place is not None and found[place][3] + 1 == row:
            found[place] = (*found[place][:3], row)
        else:
            open_at[left, right] = len(found)
            found.append((left, row, right, row))
    return found


def together(addresses: Iterable[str]) -> Iterator[str]:
    """Addresses joined as far as Excel takes them."""
    joined = ""
    for address in addresses:
        if joined and len(joined) + 1 + len(address) > LONGEST_ADDRESS:
            yield joined
            joined = ""
        joined = f"{joined},{address}" if joined else address
    if joined:
        yield joined


def links(worksheet: Com, bounds: Bounds) -> dict[str, tuple[str, str]]:
    """Links of an area by the address of their cells: where they lead outside, and inside."""
    found = area(worksheet, bounds).Hyperlinks
    return {link.Range.Address: (link.Address or "", link.SubAddress or "") for link in found} if found.Count else {}


def inside(link: Link) -> tuple[str, str]:
    """A link of ours as Excel writes it."""
    quoted = link.sheet.replace("'", "''")
    return "", f"'{quoted}'!{link.cell}"


def put_links(worksheet: Com, wanted: Mapping[str, tuple[str, str]]) -> None:
    for address, (outside, within) in wanted.items():
        worksheet.Hyperlinks.Add(Anchor=worksheet.Range(address), Address=outside, SubAddress=within)


def _value(found: Any) -> Cell:
    if type(found) is int:  # numbers come as floats: an integer is the code of an error
        return CellError(ERRORS.get(found, "#UNKNOWN!"))
    known: Cell = found
    return known


def _dated(value: Cell, shown: str, epoch: datetime) -> Cell:
    """A number that its format makes a date, as openpyxl reads it in a file."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format
    from openpyxl.utils.datetime import from_excel

    if type(value) is not float or not is_date_format(shown):
        return value
    try:
        found: Cell = from_excel(value, epoch, timedelta=is_timedelta_format(shown))
    except (OverflowError, ValueError):
        return CellError("#VALUE!")
    return found


def _sent(value: Cell, shown: str, epoch: datetime) -> str | float | bool:
    """A value as it is given to Excel. An apostrophe keeps it from reading a text as a number, a date or a formula."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, Uncomputed):
        raise TypeError(f"no value to write: {value.formula}")
    if isinstance(value, CellError):
        return value.text
    text = value.text if isinstance(value, Link) else value
    if text is None or text == "":
        return ""
    if isinstance(text, str):
        return text if shown == TEXT and not text.startswith("'") else f"'{text}"
    if isinstance(text, date | time | timedelta):
        return float(to_excel(text, epoch))
    return text if isinstance(text, bool) else float(text)
