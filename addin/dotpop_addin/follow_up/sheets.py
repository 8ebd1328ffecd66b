"""What every page of a follow-up is made with: its head, its sections, its tables."""

from collections.abc import Mapping

import numpy as np

from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.declarations.kinds import Column, Kind, Table, column
from dotpop_addin.follow_up.reading import Followed
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import Placed, put_table
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame

HEADING = 6  # rows of a section: its title, the headers of its table
LOOKS = {
    "index": "0.0000",
    "rate": "+0.00%;-0.00%;0.00%",
    "gap": "+#,##0.00;-#,##0.00;0.00",
    "move": "+0.0000;-0.0000;0.0000",
    "small": "0.0000",
    "hundred": "0.0",
    "growth": "0.000%",
    "jump": "+0.000%;-0.000%;0.000%",
}
"""Number formats of figures that must be told apart, or that go both ways."""


def table(name: str, title: str, *columns: Column) -> Table:
    """A table of the follow-up."""
    return Table(name, "", title, columns)


class Sheets:
    """The pages' tools, and what was found."""

    def __init__(self, followed: Followed) -> None:
        self.followed, self.found, self.history = followed, followed.found, followed.found.history
        region = followed.first
        self.segments: dict[str, str] = {**region.field.words("indices", "segment"), "Région": WHOLE}
        years = self.history.years
        nature = followed.last.identity.get(NATURE, "")
        told = (region.identity[REGION], region.field.label, f"suivi de {years[0]} à {years[-1]}", f"Données : {nature}")
        self._told = " · ".join(told)

    def segment(self, width: int) -> Column:
        """The column of a segment, or of the whole region."""
        return column("Segment", "segment", Kind.CHOICE, width, choices=self.segments)

    def page(self, name: str, title: str, *tables: Table) -> Page:
        """A page as wide as its tables."""
        columns = max(len(one.columns) for one in tables)
        widths = [max(one.columns[place].width for one in tables if place < len(one.columns)) for place in range(columns)]
        return Page.titled(name, [float(width) for width in widths], title, self._told)

    def section(self, page: Page, title: str, rows: int = 0) -> None:
        """The title of a part, on another printed page where the rows of its table would not stand under it."""
        page.keep(rows + HEADING)
        page.section(title)

    def put(self, page: Page, table: Table, frame: Frame, looks: Mapping[str, str] | None = None) -> Placed:
        """A table under its section; a sentence where it has no line. looks: of columns, as `LOOKS`."""
        if not len(frame):
            page.sentence("Aucune ligne.")
            return Placed(page.row, 0, {})
        return put_table(page, table, frame, looks={name: LOOKS[look] for name, look in (looks or {}).items()})

    def detail(
        self, name: str, table: Table, frame: Frame, looks: Mapping[str, str] | None = None, told: str = ""
    ) -> tuple[Page, Placed]:
        """A page of one long table, whose headers stay in view, with a filter."""
        page = self.page(name, table.title, table)
        if told:
            page.sentence(told)
        placed = self.put(page, table, frame, looks)
        if placed.count:
            placed.keep_in_view(page)
        return page, placed


def only(frame: Frame, **values: object) -> Frame:
    """The lines of a frame that hold these values."""
    mask = np.ones(len(frame), dtype=bool)
    for name, value in values.items():
        mask &= np.array([one == value for one in frame[name].tolist()], dtype=bool)
    return frame.where(mask)
