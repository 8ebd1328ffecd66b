"""The sheets of a comparison."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from dotpop_addin.actions import Calculation
from dotpop_addin.comparison import changes
from dotpop_addin.comparison.hospitals import Hospitals
from dotpop_addin.declarations.common import POSITIONS, SMR_GROUPS
from dotpop_addin.declarations.kinds import Column, Kind, Table, column
from dotpop_addin.sheets.page import LETTERS, Page
from dotpop_addin.sheets.tables import Placed, draw, put_table, who
from dotpop_model.tables import Frame
from workbook_templates.look import BAR_FILL, SERIES

FEW, DETAIL = 20, "Détail"
"""Changed input cells of a table up to which they are on the first page; the sheet of the others."""
MOST_LINES = 5_000
"""Changed input cells that are listed; the others are counted."""
QUANTITIES = (
    # sheet, quantity, title, header, kind, width
    ("Indices", "index", "Indice de financement", "Indice", Kind.RATE, 10),
    ("Besoins", "need", "Besoin de financement", "Besoin", Kind.AMOUNT, 16),
    ("Dotations", "last", "Dotation en fin de trajectoire", "Dotation", Kind.AMOUNT, 17),
)


class Content:
    """Scenarios named A, B, C… in the order given; the first one is what the others are compared with."""

    def __init__(self, names: Sequence[str], calculations: Sequence[Calculation]) -> None:
        self._names, self.calculations = names, calculations
        self.letters = LETTERS[: len(names)]
        self._field = calculations[0].region.field
        self._hospitals = Hospitals(calculations)

    def pages(self) -> list[Page]:
        """What changed first, then what it does."""
        changed = [self._changed()]
        quantities = [self._quantity(*one) for one in QUANTITIES]
        return [*changed, self._overview(), self._crossings(), self._winners(), *quantities, *self._detail()]

    def page(self, name: str, title: str, widths: Sequence[float]) -> Page:
        """A page under its title, and the scenarios' letters."""
        told = " · ".join(f"{letter} : {name}" for letter, name in zip(self.letters, self._names, strict=True))
        return Page.titled(name, widths, title, told)

    def put(self, page: Page, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Placed:
        """A table on a page."""
        table = Table("comparison", "", title, tuple(columns))
        return put_table(page, table, Frame.from_rows([one.name for one in columns], rows))

    def _each(self, header: str, name: str, kind: Kind, width: int, **more: Any) -> list[Column]:
        return [column(header.format(letter), f"{name}_{letter}", kind, width, **more) for letter in self.letters]

    def _changed(self) -> Page:
        """Hypotheses, then input cells, that are not the same in all scenarios."""
        each = self._each("{}", "value", Kind.TEXT, 24)
        page = self.page("Ce qui change", "Ce qui change d'un scénario à l'autre", self._widths_of_cells())
        page.section("Hypothèses")
        found = list(changes.hypotheses(self.calculations))
        if found:
            asked = [column("Code", "code", Kind.CODE), column("Hypothèse", "label", Kind.TEXT), *each]
            self.put(page, "Hypothèses", asked, found)
        else:
            page.sentence("Aucune : les hypothèses sont les mêmes.")
        page.section("Données saisies")
        few, many = self._cells
        if few:
            self.put(page, "Données saisies", self._columns_of_cells(), [cell for cells in few.values() for cell in cells])
        if many:
            page.skip(int(bool(few)))
            page.sentence(f"Tableaux où plus de {FEW} cellules diffèrent : la feuille « {DETAIL} » les donne une à une.")
            asked = [column("Tableau", "table", Kind.TEXT), column("Cellules qui diffèrent", "cells", Kind.INTEGER)]
            asked.append(column("Lignes", "lines", Kind.INTEGER))
            told = [(table, len(cells), len({line for _, line, *_ in cells})) for table, cells in many.items()]
            self.put(page, "Tableaux", asked, told)
        if not few and not many:
            page.sentence("Aucune : les données saisies sont les mêmes.")
        return page

    @cached_property
    def _cells(self) -> tuple[dict[str, list[tuple[str, ...]]], dict[str, list[tuple[str, ...]]]]:
        """Input cells that differ, by table: of tables with few of them, of those with many."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for cell in changes.inputs(self.calculations):
            found.setdefault(cell[0], []).append(cell)
        few = {table: cells for table, cells in found.items() if len(cells) <= FEW}
        return few, {table: cells for table, cells in found.items() if table not in few}

    def _columns_of_cells(self) -> list[Column]:
        asked = [column(header, header, Kind.TEXT) for header in ("Tableau", "Ligne", "Colonne")]
        return [*asked, *self._each("{}", "value", Kind.TEXT, 24)]

    def _detail(self) -> list[Page]:
        """The input cells of the tables where many differ."""
        cells = [cell for cells in self._cells[1].values() for cell in cells]
        if not cells:
            return []
        page = self.page(DETAIL, "Les données saisies qui diffèrent, une à une", self._widths_of_cells())
        self.put(page, "Données saisies", self._columns_of_cells(), cells[:MOST_LINES])
        if len(cells) > MOST_LINES:
            page.sentence(f"… et {len(cells) - MOST_LINES} autres cellules qui diffèrent.")
        return [page]

    def _widths_of_cells(self) -> list[float]:
        return [34.0, 44.0, 30.0, *[24.0] * len(self.letters)]

    def _overview(self) -> Page:
        """The region in each scenario: hospitals by position, need, objective, capacity."""
        page = self.page("Région", "La région, scénario par scénario", [12.0, 34.0, *[15.0] * 7])
        page.section("Positions et besoins")
        asked = [
            column("Scénario", "letter", Kind.TEXT, 12),
            column("Classeur", "file", Kind.TEXT, 34),
            *(column(f"{label} (ES)", word, Kind.INTEGER, 15) for label, word in POSITIONS.items()),
            *(column(f"{label} (€)", label, Kind.EURO, 15) for label in ("Besoin", "Objectif", "Capacité", "Dotations")),
        ]
        rows = []
        for letter, name, calculation in zip(self.letters, self._names, self.calculations, strict=True):
            whole = calculation.results.positions.records()[-1]
            last = calculation.results.years.records()[-1]
            counts = [whole[f"hospitals_{word}"] for word in POSITIONS.values()]
            rows.append((letter, name, *counts, whole["need"], last["objective"], last["capacity"], last["allocation"]))
        placed = self.put(page, "Positions", asked, rows)
        draw(page, "Établissements par position", placed, "letter", BAR_FILL, kind="stacked", shown="0")
        return page

    def _crossings(self) -> Page:
        """Who is not in the same position in all scenarios."""
        count = len(self.letters)
        page = self.page("Bornes", "Qui franchit une borne", [12.0, 36.0, 21.0, *[13.0] * count, *[11.0] * count])
        found = list(self._hospitals.crossings())
        page.section("Établissements qui changent de position")
        if not found:
            page.sentence("Aucun : chaque établissement garde sa position.")
            return page
        asked = [
            *self.who(),
            *self._each("Position {}", "position", Kind.CHOICE, 13, choices=POSITIONS),
            *self._each("Indice {}", "index", Kind.RATE, 11),
        ]
        self.put(page, "Bornes", asked, found)
        return page

    def who(self) -> list[Column]:
        """The columns that say which hospital."""
        return [*who(self._field.words("indices", "segment"))]

    def _winners(self) -> Page:
        """Who has more and who has less at the end of the trajectory, by group."""
        page = self.page(
            "Gagnants et perdants", "Dotation en fin de trajectoire, par groupe", [11.0, 15.0, 24.0, *[15.0] * 7]
        )
        page.section(f"Par rapport à {self.letters[0]}")
        groups = {**SMR_GROUPS, **self._field.words("group_indices", "kind")}
        names = {word: label for label, word in self._field.words("group_indices", "group").items()}
        asked = [
            column("Scénario", "letter", Kind.TEXT, 11),
            column("Regroupement", "kind", Kind.CHOICE, 15, choices=groups),
            column("Groupe", "group", Kind.TEXT, 24),
            column("Établissements (ES)", "hospitals", Kind.INTEGER, 15),
            column("Gagnants (ES)", "winners", Kind.INTEGER, 15),
            column("Gains (€)", "gains", Kind.AMOUNT, 15),
            column("Perdants (ES)", "losers", Kind.INTEGER, 15),
            column("Pertes (€)", "losses", Kind.AMOUNT, 15),
            column("Inchangés (ES)", "same", Kind.INTEGER, 15),
            column("Solde (€)", "net", Kind.AMOUNT, 15),
        ]
        rows = [
            (self.letters[line[0]], line[1], names.get(line[2], line[2]), *line[3:]) for line in self._hospitals.winners()
        ]
        placed = self.put(page, "Groupes", asked, rows)
        placed.keep_in_view(page)
        return page

    def _quantity(self, sheet: str, name: str, title: str, header: str, kind: Kind, width: int) -> Page:
        """A quantity of each hospital in each scenario, and its difference from the first, as a chart too."""
        unit = " (€)" if kind == Kind.AMOUNT else ""
        first, others = self.letters[0], self.letters[1:]
        count = len(self.letters)
        page = self.page(sheet, title, [12.0, 36.0, 21.0, *[float(width)] * (2 * count - 1)])
        page.section("Par établissement, et en graphique sous le tableau")
        asked = [
            *self.who(),
            *(
                column(f"{header} {letter}{unit}", f"value_{place}", kind, width)
                for place, letter in enumerate(self.letters)
            ),
            *(
                column(f"{letter} − {first}{unit}", f"gap_{place}", kind, width)
                for place, letter in enumerate(others, start=1)
            ),
        ]
        frame = self._hospitals.table(name)
        placed = put_table(page, Table("comparison", "", title, tuple(asked)), frame)
        placed.keep_in_view(page)
        bars = {f"value_{place}": SERIES[place] for place in range(count)}
        draw(page, title, placed, "name", bars, kind="column", shown="0.00" if kind == Kind.RATE else "#,##0")
        return page
