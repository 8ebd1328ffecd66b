"""The sheets of a synthesis, from what its reader may have. Nothing else is given to the writer."""

from collections.abc import Sequence

import numpy as np

from dotpop_addin import disclosure, levels
from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.disclosure import Reading
from dotpop_addin.levels import HOSPITALS
from dotpop_addin.names import Names
from dotpop_addin.region import Region
from dotpop_addin.sheets.page import CHART_ROWS, Page
from dotpop_addin.sheets.tables import Placed, draw, put_table
from dotpop_addin.synthese import activity
from dotpop_model.tables import Frame
from workbook_templates.look import BAR_FILL, DARK, INK, ORANGE

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

    def _page(self, name: str, title: str, widths: Sequence[float]) -> Page:
        """A sheet with its head: the region, the level and what it excludes, what the mark means."""
        identity, given = self._region.identity, self._reading.disclosure
        base, label = self._region.hypotheses.base_year, self._region.field.label
        told = f"{label} · base {base} · Données : {self.told(identity.get(NATURE, ''))}"
        page = Page.titled(name, widths, f"{title} · {self.told(identity.get(REGION, ''))}", told, frozen=2)
        federation = self._reading.reader.federation
        reader = f" Destinataire : fédération {federation}." if federation else ""
        absent = "" if given.admits(HOSPITALS) else " Un groupe trop petit n'a pas de ligne du tout."
        for text in (levels.told(given.level) + reader, disclosure.withheld(given) + absent):
            page.sentence(text)
        page.frozen = page.row - 1
        return page

    def _table(self, page: Page, name: str, without: Sequence[str] = ()) -> Placed:
        """A result of the region."""
        secret, frame = self._reading.withheld(name), getattr(self._results, name)
        return put_table(page, self._region.field.tables[name], frame, secret, without)

    def _widths(self, name: str, without: Sequence[str] = ()) -> list[float]:
        return [column.width for column in self._region.field.tables[name].columns if column.name not in without]

    def _summary(self) -> Page:
        """Positions, envelope, years, with their charts."""
        page = self._page("Synthèse", "Dotation populationnelle", self._widths("positions"))
        page.section("Positions, dotations et besoins")
        placed = self._table(page, "positions")
        bars = {f"hospitals_{word}": colour for word, colour in BAR_FILL.items()}
        draw(page, "Établissements par position", placed, "segment", bars, kind="stacked", shown="0")
        page.section("De la dotation régionale aux segments")
        self._table(page, "split")
        page.section("Trajectoire de la région", over=True)
        placed = self._table(page, "years")
        if not self._reading.withheld("years")["capacity"].any():
            lines = {"capacity": DARK, "objective": ORANGE}
            draw(page, "Rattrapage : capacité cumulée et objectif (€)", placed, "year", lines, dashed=["objective"])
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
        page = self._page("Groupes", "Indices des groupes d'établissements", widths)
        for label, kind in self._region.field.words("group_indices", "kind").items():
            rows = frame["kind"] == kind
            if not rows.any():
                continue
            page.section(label, over=page.sections > 0)
            hidden = {column: mask[rows] for column, mask in secret.items()}
            without = ["kind"] if kind == "departement" else ["kind", "name"]
            placed = put_table(page, self._region.field.tables["group_indices"], frame.where(rows), hidden, without)
            title = f"Indice par {label.lower()}, tous établissements confondus"
            along = "name" if "name" in placed.letters else "group"
            draw(page, title, placed, along, {"index": DARK}, kind="column", shown="0.00", told=True)
        return [page]

    def _ranking(self) -> list[Page]:
        """The hospitals in their order, with the names that the reader may have."""
        frame = self._results.ranking
        if not len(frame):
            return []
        without = [] if any(frame.texts("name")) else ["name"]
        widths = [10.0, *([] if without else [40.0]), *[18.0] * 5]
        page = self._page("Classement", "Classement des établissements", widths)
        page.section("Indices, du moins au mieux doté")
        if len(self._reading.seen) < len(self._region.tables.finess):
            page.sentence("Les indices des établissements sans nom sont arrondis au centième, dans les cellules mêmes.")
        room = page.skip(CHART_ROWS)
        placed = self._table(page, "ranking", without=without)
        bounds = dict.fromkeys(("low", "high"), INK)
        title, series, lines = "Indices et bornes de la position neutre", BAR_FILL | bounds, [*bounds]
        draw(page, title, placed, "rank", series, kind="column", shown="0.00", dashed=lines, lines=lines, row=room)
        return [page]

    def _single(self, name: str, result: str, without: Sequence[str] = ()) -> list[Page]:
        """A sheet of one table, whose headers stay in view."""
        frame, table = getattr(self._results, result), self._region.field.tables[result]
        if not len(frame):
            return []
        widths = self._widths(result, without)
        page = self._page(name, table.title, widths)
        placed = self._table(page, result, without)
        placed.keep_in_view(page)
        return [page]

    def _activity(self) -> list[Page]:
        """The activity, where the level admits some."""
        frame, secret = activity.counts(self._reading, self._region)
        if not len(frame):
            return []
        widths = [column.width for column in activity.COLUMNS]
        page = self._page("Activité", activity.TABLE.title, widths)
        labels = np.array([self.told(text) for text in frame.texts("form")], dtype=object)
        frame = Frame({name: labels if name == "form" else frame[name] for name in frame.names})
        placed = put_table(page, activity.TABLE, frame, secret)
        placed.keep_in_view(page)
        return [page]
