"""The sheets of a synthesis, from what its reader may have. Nothing else is given to the writer."""

from collections.abc import Sequence

import numpy as np

from dotpop_addin import disclosure, levels
from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.disclosure import Reading
from dotpop_addin.levels import HOSPITALS
from dotpop_addin.names import Names
from dotpop_addin.region import Region
from dotpop_addin.sheets.page import CHART_ROWS, Chart, Page, Series
from dotpop_addin.synthese import activity
from dotpop_addin.synthese.tables import Placed, put_table
from dotpop_model.tables import Frame
from workbook_templates.look import INK, POSITION_FILL, RESULT_HEADER

COLOURS = POSITION_FILL | {"neutral": "BDBDBD"}  # a bar of the light grey of cells could not be seen
WHY = ("by_endowment", "by_needs", "by_flows")
"""Columns of the indices that may not leave: with two territories served, they tell the shares of care in each."""
AMOUNT_WIDTH = 18  # of a column that shows hundreds of millions of euros to the cent


class Content:
    """A region's synthesis for one reader at one level."""

    def __init__(self, region: Region, reading: Reading) -> None:
        self._region, self._reading, self._results = region, reading, reading.results
        self._names = Names(region.tables)

    def told(self, text: object) -> str:
        """A text that someone typed, without the names that the reader may not have."""
        return self._names.without(text, self._reading.seen)

    def pages(self) -> list[Page]:
        """The sheets, without those that would be empty."""
        pages = [self._summary(), *self._groups(), *self._ranking()]
        pages += [
            *self._single("Trajectoire", "segment_trajectory"),
            *self._single("Indices", "indices", without=WHY),
            *self._single("Trajectoire par ES", "trajectory"),
        ]
        return [*pages, *self._activity(), *self._single("Contrôles", "controls")]

    def _page(self, name: str, title: str, widths: Sequence[float], last: str) -> Page:
        """A sheet with its head: the region, the level and what it excludes, what the mark means."""
        page, identity, given = Page(name, widths, last, 4), self._region.identity, self._reading.disclosure
        base, label = self._region.hypotheses.base_year, self._region.field.label
        told = f"{label} · base {base} · Données : {self.told(identity.get(NATURE, ''))}"
        page.head(f"{title} · {self.told(identity.get(REGION, ''))}", told)
        federation = self._reading.reader.federation
        reader = f" Destinataire : fédération {federation}." if federation else ""
        absent = "" if given.admits(HOSPITALS) else " Un groupe trop petit n'a pas de ligne du tout."
        for text in (levels.told(given.level) + reader, disclosure.withheld(given) + absent):
            page.sentence(text)
        return page

    def _table(self, page: Page, name: str, without: Sequence[str] = ()) -> Placed:
        """A result of the region."""
        secret, frame = self._reading.withheld(name), getattr(self._results, name)
        return put_table(page, self._region.field.tables[name], frame, secret, without)

    def _widths(self, name: str, without: Sequence[str] = ()) -> list[float]:
        return [column.width for column in self._region.field.tables[name].columns if column.name not in without]

    def _summary(self) -> Page:
        """Positions, envelope, years, with their charts."""
        page = self._page("Synthèse", "Dotation populationnelle", self._widths("positions"), "L")
        page.section("Positions, dotations et besoins")
        placed = self._table(page, "positions")
        bars = [Series(placed.letters[f"hospitals_{word}"], placed.head, colour) for word, colour in COLOURS.items()]
        _draw(page, "Établissements par position", placed, "segment", bars, kind="stacked", shown="0")
        page.section("De la dotation régionale aux segments")
        self._table(page, "split")
        page.section("Trajectoire de la région", over=True)
        placed = self._table(page, "years")
        if not self._reading.withheld("years")["capacity"].any():
            capacity = Series(placed.letters["capacity"], placed.head, RESULT_HEADER)
            objective = Series(placed.letters["objective"], placed.head, COLOURS["under"], dashed=True)
            _draw(page, "Rattrapage : capacité cumulée et objectif (€)", placed, "year", [capacity, objective])
        return page

    def _groups(self) -> list[Page]:
        """The indices of groups of hospitals, a table for each way of grouping."""
        frame, secret = self._results.group_indices, self._reading.withheld("group_indices")
        if not len(frame):
            return []
        names = np.array([self.told(name) or None for name in frame.texts("name")], dtype=object)
        frame = Frame({column: names if column == "name" else frame[column] for column in frame.names})
        # tables with and without the column of names stand under each other: each column holds an amount in one of them
        widths = [max(width, AMOUNT_WIDTH) for width in self._widths("group_indices", ["kind"])]
        page = self._page("Groupes", "Indices des groupes d'établissements", widths, "G")
        for label, kind in self._region.field.words("group_indices", "kind").items():
            rows = frame["kind"] == kind
            if not rows.any():
                continue
            page.section(label, over=page.sections > 0)
            hidden = {column: mask[rows] for column, mask in secret.items()}
            without = ["kind"] if kind == "departement" else ["kind", "name"]
            placed = put_table(page, self._region.field.tables["group_indices"], frame.where(rows), hidden, without)
            bars = [Series(placed.letters["index"], placed.head, RESULT_HEADER, told=True)]
            title = f"Indice par {label.lower()}, tous établissements confondus"
            _draw(page, title, placed, "name" if "name" in placed.letters else "group", bars, "column", "0.00")
        return [page]

    def _ranking(self) -> list[Page]:
        """The hospitals in their order, with the names that the reader may have."""
        frame = self._results.ranking
        if not len(frame):
            return []
        without = [] if any(frame.texts("name")) else ["name"]
        widths = [10.0, *([] if without else [40.0]), *[18.0] * 5]
        page = self._page("Classement", "Classement des établissements", widths, "F" if without else "G")
        page.section("Indices, du moins au mieux doté")
        if len(self._reading.seen) < len(self._region.tables.finess):
            page.sentence("Les indices des établissements sans nom sont arrondis au centième, dans les cellules mêmes.")
        chart = page.row
        page.skip(CHART_ROWS)
        placed = self._table(page, "ranking", without=without)
        bars = [Series(placed.letters[word], placed.head, colour) for word, colour in COLOURS.items()]
        bounds = [Series(placed.letters[word], placed.head, INK, dashed=True, line=True) for word in ("low", "high")]
        _draw(page, "Indices et bornes de la position neutre", placed, "rank", [*bars, *bounds], "column", "0.00", chart)
        return [page]

    def _single(self, name: str, result: str, without: Sequence[str] = ()) -> list[Page]:
        """A sheet of one table, whose headers stay in view."""
        frame, table = getattr(self._results, result), self._region.field.tables[result]
        if not len(frame):
            return []
        widths = self._widths(result, without)
        page = self._page(name, table.title, widths, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(widths) - 1])
        placed = self._table(page, result, without)
        page.frozen, page.filtered = placed.head, placed.area
        return [page]

    def _activity(self) -> list[Page]:
        """The activity, where the level admits some."""
        frame, secret = activity.counts(self._reading, self._region)
        if not len(frame):
            return []
        widths = [column.width for column in activity.COLUMNS]
        page = self._page("Activité", activity.TABLE.title, widths, "G")
        labels = np.array([self.told(text) for text in frame.texts("form")], dtype=object)
        frame = Frame({name: labels if name == "form" else frame[name] for name in frame.names})
        placed = put_table(page, activity.TABLE, frame, secret)
        page.frozen, page.filtered = placed.head, placed.area
        return [page]


def _draw(
    page: Page,
    title: str,
    placed: Placed,
    categories: str,
    series: Sequence[Series],
    kind: str = "line",
    shown: str = "#,##0",
    row: int = 0,
) -> None:
    """A chart of a table, under it or at a row; none of an empty one."""
    if not placed.count:
        return
    if not row:
        page.keep(CHART_ROWS + 1)
    letter = placed.letters[categories]
    page.charts.append(Chart(kind, title, "", shown, letter, placed.head, placed.count, series, row or page.row + 1))
    if not row:
        page.skip(page.charts[-1].height + 1)
