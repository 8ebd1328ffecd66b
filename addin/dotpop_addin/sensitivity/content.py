"""The sheets of a study: what is sure first, then one factor at a time, all together, near the bounds, how it was done."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dotpop_addin.declarations.common import NATURE, POSITIONS, REGION
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.sensitivity import columns
from dotpop_addin.sensitivity.findings import Study
from dotpop_addin.sheets.page import Cell, Page, Role, computed
from dotpop_addin.sheets.tables import Placed, draw, put_table
from dotpop_model import __version__
from dotpop_model.errors import counted, french
from dotpop_model.sensitivity.study import POSITIONS as CHANCES
from dotpop_model.tables import Frame
from workbook_templates.look import BAR_FILL, DARK, ORANGE, PURPLE

SWINGS, TORNADO, SHOWN = "Une à une", "Tornade", 12
TALL = 22
FOUND = (
    ("A", "E", 4, None),
    ("B", "F", 5, None),
    ("C", "G", 6, Kind.RATE),
    ("D", "H", 7, Kind.RATE),
    ("E", "I", 8, Kind.SIGNED),
    ("F", "J", 9, Kind.SIGNED),
)
"""Columns of the tornado: where it stands, where it is found, its place in the lines, its kind (None for words)."""
Columns = Sequence[Column]


class Content:
    """A study as sheets. name: of the workbook that was studied."""

    def __init__(self, name: str, study: Study) -> None:
        self._name, self._study = name, study
        self._field = study.calculation.region.field
        self._segments = self._field.words("indices", "segment")

    def pages(self) -> list[Page]:
        """What is sure, then why not, then the money of bounds, then how it was drawn."""
        swings = self._swings()
        found = [
            self._summary(),
            self._positions(),
            self._crossings(),
            self._tornado(),
            swings,
            self._leading(),
            self._edges(),
        ]
        return [*found, self._factors(), *self._refused()]

    def _page(self, name: str, title: str, widths: Sequence[float]) -> Page:
        identity, region = self._study.calculation.region.identity, self._study.calculation.region
        told = f"{identity.get(REGION, '')} · {self._field.label} · base {region.hypotheses.base_year} · {self._name} · "
        return Page.titled(name, widths, title, f"{told}Données : {identity.get(NATURE, '')}")

    def _put(self, page: Page, asked: Columns, rows: Iterable[Sequence[Any]], *, frozen: bool = True) -> Placed:
        frame = Frame.from_rows([one.name for one in asked], rows)
        placed = put_table(page, Table("study", "", "", tuple(asked)), frame)
        if frozen:
            placed.keep_in_view(page)
        return placed

    def _widths(self, asked: Columns) -> list[float]:
        return [float(one.width) for one in asked]

    def _summary(self) -> Page:
        """A few sentences with their figures, and which factors weigh."""
        study, share = self._study, f"{french(100 * self._study.settings.confidence)} %"
        page = self._page("L'essentiel", "Ce qui est sûr, ce qui ne l'est pas", [44.0, *[15.0] * 5])
        page.section("En bref")
        best = study.joint.positions.max(axis=1)
        base = [CHANCES.index(str(one)) for one in study.base.position]
        kept = study.joint.positions[np.arange(len(base)), base]
        near = {line[0] for line in study.edges() if line[6] == "OUI"}
        drawn, sure = len(study.joint.drawn), study.settings.sure
        for text in (
            f"{len(base)} établissements ; {drawn} facteurs tirés ensemble, dans {study.scenarios} scénarios indépendants.",
            f"Position sûre (la même dans {french(100 * sure)} % des scénarios au moins) : {int((best >= sure).sum())} ES ; "
            f"incertaine : {int((best < sure).sum())} ES.",
            f"La position calculée par la région est celle d'au moins un scénario sur deux : {int((kept >= 0.5).sum())} sur "
            f"{len(base)}.",
            f"À moins de {french(study.settings.hair)} d'une borne : {counted(len(near), 'établissement')} "
            "(feuille Bornes).",
            f"Un intervalle contient {share} des scénarios. Les plages sont des hypothèses : feuille Plages.",
        ):
            page.sentence(text)
        self._weights(page)
        return page

    def _weights(self, page: Page) -> None:
        """The factors that weigh most, and their chart."""
        page.section("Ce qui rend les indices incertains")
        found = sorted((one for one in self._study.weights() if one.total == one.total), key=lambda one: -one.total)
        lines = [(one.label, one.first, one.total, one.most, one.moved) for one in found[:SHOWN]]
        placed = self._put(page, columns.WEIGHTS, lines, frozen=False)
        page.sentence(
            "Indices de Sobol, moyenne des établissements : la part de la variance de l'indice que ce facteur explique."
        )
        bars = {"first": DARK, "total": ORANGE}
        told = "Ce qui rend les indices incertains (part de la variance)"
        draw(page, told, placed, "label", bars, kind="bar", shown="0%", height=TALL, apart=0)

    def _positions(self) -> Page:
        study, share = self._study, f"{french(100 * self._study.settings.confidence)} %"
        asked = columns.positions(self._segments, share)
        page = self._page("Positions", "L'indice de chacun : intervalle, et chances de chaque position", self._widths(asked))
        page.section("Du moins au mieux doté ; en graphique sous le tableau")
        lines = sorted(study.positions(), key=lambda line: (line[3], line[0]))
        placed = self._ranked = self._put(page, asked, lines)
        bars = {word: BAR_FILL[word] for word in POSITIONS.values()}
        told = "Chances de chaque position, du moins au mieux doté"
        draw(page, told, placed, "name", bars, kind="stacked", shown="0%", height=TALL, most=1)
        return page

    def _crossings(self) -> Page:
        asked = columns.crossings(self._segments)
        page = self._page("Franchissements", "Qui changerait de position, et pour quoi", self._widths(asked))
        page.section("Un facteur seul, à un bout de sa plage ou par un autre choix")
        lines = list(self._study.crossings())
        if lines:
            self._put(page, asked, lines)
        else:
            page.sentence("Aucun : pas un facteur, seul, ne fait changer un établissement de position.")
        return page

    def _swings(self) -> Page:
        """The data of the tornado, to filter too."""
        page = self._page(
            SWINGS, "Une hypothèse à la fois, toutes les autres comme dans la région", self._widths(columns.SWINGS)
        )
        page.section("Par établissement, de la plus grande étendue à la plus petite (choix : le plus bas et le plus haut)")
        self._swung = self._put(page, columns.SWINGS, self._study.swings(SHOWN))
        return page

    def _tornado(self) -> Page:
        """The factors of one hospital, chosen in a list, as bars on either side of its index."""
        lines = self._study.swings(SHOWN)
        first = self._study.hospitals[0]["finess"]
        page = self._page(TORNADO, "Ce qui ferait bouger l'indice d'un établissement", [26.0, 50.0, *[14.0] * 4])
        page.section("Choisir l'établissement (FINESS) dans la cellule jaune")
        page.put("A", Cell(Role.RECEIVED, first))
        chosen, top, ranked = f"$A${page.row}", self._swung.head, self._ranked.head
        own = [line for line in lines if line[1] == first]
        page.choices[f"A{page.row}"] = f"'Positions'!$A${ranked + 1}:$A${ranked + len(self._study.hospitals)}"
        area = f"{top + 1}:${{0}}${top + len(lines)}"
        keys = f"'{SWINGS}'!$A${area.format('A')}"
        name = self._study.hospitals[0]["name"]
        found = f"INDEX('{SWINGS}'!$C${area.format('C')},MATCH({chosen}&\" 1\",{keys},0))"
        page.put("B", Cell(Role.COMPUTED, name, "@", f'=IFERROR({found},"rien ne fait bouger son indice")'))
        page.skip(2)
        page.heads("Code", "Facteur", "Indice, en bas", "Indice, en haut", "Écart, en bas", "Écart, en haut", height=30)
        head = page.row - 1
        for rank in range(1, SHOWN + 1):
            self._found(page, own[rank - 1] if rank <= len(own) else None, area, f'MATCH({chosen}&" {rank}",{keys},0)')
        placed = Placed(head, SHOWN, {"label": "B", "low": "E", "high": "F"})
        bars = {"low": ORANGE, "high": PURPLE}
        told = "Écart de l'indice, une hypothèse à la fois (les plus grands)"
        draw(page, told, placed, "label", bars, kind="bar", shown="+0.00;-0.00;0", height=TALL)
        return page

    def _found(self, page: Page, line: Sequence[Any] | None, area: str, match: str) -> None:
        """A line of the tornado, found among the data. area: rows of the data; match: formula of the row among them."""
        for letter, source, place, kind in FOUND:
            formula = f"IFERROR(INDEX('{SWINGS}'!${source}${area.format(source)},{match}),\"\")"
            value = "" if line is None else line[place]
            cell = computed(value, kind, formula) if kind else Cell(Role.WORDS, value, "@", f"={formula}")
            page.put(letter, cell)
        page.skip()

    def _leading(self) -> Page:
        asked = columns.leading(self._segments)
        page = self._page("Variance", "Ce qui rend chaque indice incertain", self._widths(asked))
        page.section("Indices de Sobol de l'indice de chacun, du premier facteur au troisième")
        self._put(page, asked, self._study.leading())
        return page

    def _edges(self) -> Page:
        horizon = self._study.calculation.region.hypotheses.horizon
        asked = columns.edges(self._segments, horizon)
        page = self._page("Bornes", "Près d'une borne, et ce qu'elle coûte", self._widths(asked))
        page.section("Établissements à un cheveu d'une borne, ou dont l'intervalle la contient")
        told = (
            "La marche : ce que l'établissement gagnerait de plus (+) ou de moins (−) jusqu'au bout de la trajectoire si sa "
            "dotation de base le mettait juste au-dessus de la borne plutôt que juste au-dessous, les autres inchangés."
        )
        page.sentence(told)
        lines = sorted(self._study.edges(), key=lambda line: (-abs(np.nan_to_num(line[-1])), line[0]))
        if not lines:
            page.sentence("Aucun.")
            return page
        placed = self._put(page, asked, lines)
        told, count = "Les plus hautes marches (€)", min(placed.count, SHOWN)
        draw(page, told, placed, "name", {"jump": DARK}, kind="bar", count=count, height=TALL)
        return page

    def _factors(self) -> Page:
        study, drawn = self._study, self._study.settings
        page = self._page("Plages", "Ce qui varie, jusqu'où, et ce que cela fait", self._widths(columns.FACTORS))
        page.section("Comment les scénarios sont tirés")
        count = drawn.draws * (len(study.joint.drawn) + 2)
        aside = (
            f"{study.aside} mis de côté : un établissement n'y avait plus d'activité" if study.aside else "aucun mis de côté"
        )
        for text in (
            f"{count} scénarios ({drawn.draws} × (2 + {len(study.joint.drawn)} facteurs)), chacun uniforme sur sa plage "
            f"et indépendant des autres ; graine {drawn.seed} ; dotpop {__version__}. La même redonne les mêmes chiffres.",
            f"Effectifs tirés de nouveau : {drawn.resamples} fois ({aside}). Populations et dotations ne varient pas.",
            "Un choix n'est pas tiré : chacun est essayé seul. Un facteur sans effet aux deux bouts de sa plage non plus.",
        ):
            page.sentence(text)
        page.section("Facteurs et plages")
        self._put(page, columns.FACTORS, study.weights())
        return page

    def _refused(self) -> list[Page]:
        lines = list(self._study.refused())
        if not lines:
            return []
        page = self._page(
            "Non calculables", "Ce qui ne peut pas être essayé avec ces données", self._widths(columns.REFUSED)
        )
        page.section("Ces choix demandent d'autres données, ou se contredisent")
        self._put(page, columns.REFUSED, lines)
        return [page]
