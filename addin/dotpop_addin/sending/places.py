"""Where everything stands in a file that is sent, and the formulas that depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dotpop_addin.books.protocol import column_letters
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.common import AGE_CLASSES
from dotpop_addin.declarations.kinds import Column, Table
from dotpop_addin.sending.content import Content
from dotpop_addin.sending.hospital import ALLOCATED, SPECIFIC, USED, activity_total

HEADER = 6
"""Row of the headers of the first table of a sheet."""
BAR = "A3"
GAP = 3
"""Rows from the last line of a table to the headers of the next one."""
_FILLED = '<>""'
SUMMED = {ALLOCATED: ("allocations", "amount"), SPECIFIC: ("own_specific", "amount"), USED: ("means", "used")}


@dataclass(frozen=True)
class Place:
    """A table in its sheet. row: of its headers; left: its first column, from 1. given, free: numbers of lines."""

    table: Table
    columns: list[Column]
    sheet: str
    row: int
    left: int
    given: int
    free: int

    @property
    def first(self) -> int:
        return self.row + 1

    @property
    def last(self) -> int:
        """Its last row, one at least."""
        return self.row + max(1, self.given + self.free)

    @cached_property
    def letters(self) -> dict[str, str]:
        """Letters of the columns by code name."""
        return {one.name: column_letters(self.left + place) for place, one in enumerate(self.columns)}

    def area(self, column: str, first: int | None = None, last: int | None = None) -> str:
        """Cells of a column, as other sheets name them."""
        letter = self.letters[column]
        return f"'{self.sheet}'!${letter}${first or self.first}:${letter}${last or self.last}"

    @property
    def required(self) -> list[str]:
        """The columns that the receiver must fill in."""
        return [one.name for one in self.columns if one.entry and one.required]


class Places:
    """Every table of a file, in its place."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.of: dict[str, Place] = {}
        for sheet in content.sending.sheets:
            row, left = HEADER, 1
            for table in sheet.tables:
                given, columns = len(content.given(table.name)), content.columns_of(table)
                if table.name == "sent":
                    given = len(content.envoi)
                place = Place(table, columns, sheet.name, row, left, given, content.free(table))
                self.of[table.name] = place
                if sheet.name == sent.ABOUT:  # side by side, the others one under the other
                    left += len(columns) + 1
                else:
                    row = place.last + GAP

    def about(self, item: str) -> str:
        """The cell of the last sheet that holds what the file says of itself."""
        place = self.of["sent"]
        return f"'{place.sheet}'!$B${place.first + list(self._content.envoi).index(item)}"

    def line(self, place: Place, row: int, *, free: bool) -> dict[str, str]:
        """The cells that the formulas of a line may name."""
        cells = {name: f"{letter}{row}" for name, letter in place.letters.items()}
        entries = [cells[one.name] for one in place.columns if one.entry and one.required]
        started = f"OR({','.join(cell + _FILLED for cell in entries)})" if free else "TRUE"
        value = cells.get(sent.MEASURED.get(place.table.name, ""), "")
        return {**cells, "value": value, "waited": started, **self._limits}

    @cached_property
    def _limits(self) -> Mapping[str, str]:
        return {"jump": self.about(sent.JUMP), "least": self.about(sent.LEAST)}

    def total(self, item: str) -> str:
        """The formula of a sum of lines."""
        if item in SUMMED:
            table, column = SUMMED[item]
            return f"SUM({self.of[table].area(column)})"
        age, measure = activity_of(item, self._content)
        lines, forms = self.of["own_activity"], self.of["list_forms"]
        sums = f'SUMIFS({lines.area("volume")},{lines.area("age")},"{age}",{lines.area("form")},{forms.area("form")})'
        return f'SUMPRODUCT({sums}*({forms.area("measure")}="{measure}"))'

    def territory_name(self, cell: str) -> str:
        """The formula of the name of a territory whose code someone typed."""
        listed = self.of["list_territories"]
        return f'IFERROR(INDEX({listed.area("name")},MATCH({cell},{listed.area("territory")},0)),"")'

    def listed(self, reference: str) -> str:
        """The area of a list that a column takes its values from; "" when the file does not have it."""
        table, column = reference.split(".")
        return self.of[table].area(column) if self.of[table].given else ""


def activity_of(item: str, content: Content) -> tuple[str, str]:
    """The age class and the measure of a total of activity, as users read them."""
    return next((age, one) for age in AGE_CLASSES for one in content.sending.measures if activity_total(age, one) == item)
