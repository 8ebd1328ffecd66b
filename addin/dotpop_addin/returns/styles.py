"""Which numbers of a workbook are dates: those whose style shows them so."""

from datetime import datetime
from functools import lru_cache, partial

from dotpop_addin.books.protocol import Cell
from dotpop_addin.returns.remembering import remembered
from dotpop_addin.returns.values import Moment
from dotpop_addin.returns.walking import Attributes, Clock, Damaged, tags

LONGEST = 1_000
"""Characters of a number format: a spreadsheet allows 255, and reading one takes the square of its length."""


@remembered
def moments(data: bytes, clock: Clock, from_1904: bool) -> dict[str, Moment]:
    """By number of style, how to read the numbers of the styles that show dates, times or durations."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    section = [""]

    def start(name: str, attributes: Attributes) -> None:
        if name in ("numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            section[0] = name
        elif name == "numFmt" and section[0] == "numFmts":
            if len(attributes["formatCode"]) > LONGEST:
                raise Damaged
            codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif name == "xf" and section[0] == "cellXfs":
            formats.append(attributes.get("numFmtId", "0"))

    tags(data, clock, start)
    read = {number: _moment_of(codes.get(number) or _built_in(number), from_1904) for number in set(formats) - {"0"}}
    return {str(place): found for place, number in enumerate(formats) if (found := read.get(number)) is not None}


@lru_cache
def _built_in(number: str) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return str(BUILTIN_FORMATS.get(int(number), "General"))


@lru_cache(1000)
def _moment_of(code: str, from_1904: bool) -> Moment | None:
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return partial(_moment, from_1904, True)
    return partial(_moment, from_1904, False) if is_date_format(code) else None


@lru_cache(10_000)
def _moment(from_1904: bool, lasts: bool, number: float) -> Cell:
    """A date, a time or a duration; the number where no calendar goes so far."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    epoch: datetime = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    try:
        moment: Cell = from_excel(number, epoch, timedelta=lasts)
    except (OverflowError, ValueError):
        return number
    return moment
