"""The sheets « Origine des écarts »: what of each change comes from data, from hypotheses, from money."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from dotpop_addin.comparison.content import Content
from dotpop_addin.comparison.explaining import PERIMETER, QUANTITIES, Change, explain
from dotpop_addin.comparison.hospitals import Hospitals
from dotpop_addin.comparison.origin_words import LABELS, LEAST, LEGEND, Words
from dotpop_addin.declarations.kinds import Column, Kind, Table, column
from dotpop_addin.declarations.origins import Origin
from dotpop_addin.sheets.page import CHART_ROWS, Page
from dotpop_addin.sheets.tables import Placed, draw, put_table
from dotpop_model.tables import Frame
from workbook_templates.look import DARK, GREY, PURPLE, TEAL

FILLS = {Origin.DATA: DARK, Origin.HYPOTHESES: PURPLE, Origin.MONEY: TEAL, PERIMETER: GREY}
SIGNED = {Kind.SIGNED: "+0.0000;-0.0000;0", Kind.COUNT: "+#,##0;-#,##0;0", Kind.EURO: "+#,##0;-#,##0;0"} | {
    Kind.PER_HEAD: "+#,##0.00;-#,##0.00;0"
}
TALL = CHART_ROWS + 5
MOST_DRAWN = 25
"""Hospitals that the chart has room for: those that change most."""


def origin_pages(content: Content) -> list[Page]:
    """For each other scenario, against the first: what is to be said and its chart, then each hospital."""
    pairs = range(1, len(content.letters))
    return [page for place in pairs for page in _Pair(content, place, alone=len(pairs) == 1).pages()]


class _Pair:
    """The first scenario and another one."""

    def __init__(self, content: Content, place: int, *, alone: bool) -> None:
        self._content = content
        self._first, self._other = content.letters[0], content.letters[place]
        both = (content.calculations[0], content.calculations[place])
        self._found = explain(*both, (self._first, self._other))
        self._hospitals = Hospitals(both)
        self._segments = both[0].region.field.labels("indices", "segment")
        self._suffix = "" if alone else f" {self._other}"
        self._words = Words(self._found, self._hospitals, self._letters, self._parts)

    def pages(self) -> list[Page]:
        """One sheet where the split cannot be computed, three where it can."""
        title = f"D'où viennent les écarts de {self._first} à {self._other}"
        page = self._content.page(f"Origine des écarts{self._suffix}", title, [30.0, *[15.0] * 7])
        page.section("En bref")
        self._say(page, self._words.refused() if self._found.reasons else self._words.sentences())
        if self._found.reasons:
            return [page]
        index, placed = self._detail("Origine, indices", "indice", self._columns("index", "Indice", "", Kind.RATE, 11))
        others = [
            *self._columns("population", "Population", "hab.", Kind.COUNT, 12)[2:],
            *self._columns("target", "Dotation théorique", "€", Kind.EURO, 14)[2:],
        ]
        page.section("Moyennes des segments (€ par habitant)")
        self._means(page)
        self._draw(page, index.name, placed)
        page.section("Comment lire")
        self._say(page, LEGEND)
        return [page, index, self._detail("Origine, dotations", "population et dotation théorique", others)[0]]

    def _say(self, page: Page, texts: Iterable[str]) -> None:
        for text in texts:
            page.sentence(text)

    @property
    def _parts(self) -> list[str]:
        """The parts shown: the perimeter only where it is not the same."""
        changes = self._found.changes.values()
        moved = any(self._found.only) or any((np.nan_to_num(one.parts[PERIMETER]) != 0).any() for one in changes)
        return [part for part in LABELS if part != PERIMETER or moved]

    def _columns(self, name: str, header: str, unit: str, kind: Kind, width: int) -> list[Column]:
        """A quantity in both scenarios, its change and the parts of it."""
        told = f" ({unit})" if unit else ""
        signed = Kind.SIGNED if kind == Kind.RATE else kind
        values = [column(f"{header} {letter}{told}", f"{name}_{letter}", kind, width) for letter in self._letters]
        gap = column(f"{header}, {self._other} − {self._first}{told}", f"{name}_gap", signed, width)
        parts = [column(f"{header}, {LABELS[part].lower()}{told}", f"{name}_{part}", signed, width) for part in self._parts]
        return [*values, gap, *parts]

    @property
    def _letters(self) -> tuple[str, str]:
        return self._first, self._other

    def _detail(self, sheet: str, what: str, columns: Sequence[Column]) -> tuple[Page, Placed]:
        """Each hospital, those whose index changes most first, then those that one scenario alone has."""
        asked = [*self._content.who(), *columns]
        title = f"D'où viennent les écarts de {self._first} à {self._other} : {what}"
        page = self._content.page(f"{sheet}{self._suffix}", title, [float(one.width) for one in asked])
        page.section("L'établissement dont l'indice change le plus d'abord")
        placed = put_table(page, Table("origins", "", title, tuple(asked)), self._lines(asked), looks=self._looks(columns))
        placed.keep_in_view(page)
        return page, placed

    def _looks(self, columns: Sequence[Column]) -> dict[str, str]:
        """Four decimals for an index; a sign for a change."""
        both = {f"{name}_{letter}" for name in QUANTITIES for letter in self._letters}
        return {one.name: SIGNED[one.kind] for one in columns if one.name not in both} | dict.fromkeys(
            [f"index_{letter}" for letter in self._letters], "0.0000"
        )

    def _lines(self, columns: Sequence[Column]) -> Frame:
        found = self._found
        order = np.argsort(-np.nan_to_num(np.abs(found.changes["index"].gap), nan=-1.0), kind="stable")
        rows = [self._about(found.finess[place]) | self._values(found.changes, int(place)) for place in order]
        for letter, lines, codes in zip(self._letters, self._hospitals.lines, found.only, strict=True):
            rows += [self._about(code) | {f"index_{letter}": lines[code]["index"]} for code in codes]
        return _frame(columns, rows)

    def _about(self, code: str) -> dict[str, Any]:
        return {name: self._hospitals.about(code)[name] for name in ("finess", "name", "segment")}

    def _values(self, changes: dict[str, Change], place: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, change in changes.items():
            before, after = float(change.before[place]), float(change.after[place])
            signed = {"gap": change.gap} | {part: change.parts[part] for part in self._parts}
            dust = LEAST * max(abs(before), abs(after))
            values |= {f"{name}_{self._first}": before, f"{name}_{self._other}": after}
            values |= {f"{name}_{key}": 0.0 if abs(one[place]) <= dust else float(one[place]) for key, one in signed.items()}
        return values

    def _draw(self, page: Page, source: str, placed: Placed) -> None:
        """The hospitals that change most, part upon part."""
        shown = min(MOST_DRAWN, int((np.nan_to_num(np.abs(self._found.changes["index"].gap)) > LEAST).sum()))
        if not shown:
            return
        title = "Écart d'indice, part par part" + (f" ({shown} plus grands)" if shown < placed.count else "")
        page.keep(TALL + 3)
        page.section("Écarts d'indice")
        bars = {f"index_{part}": FILLS[part] for part in self._parts}
        draw(
            page,
            title,
            placed,
            "name",
            bars,
            kind="stacked",
            shown="+0.00;-0.00;0",
            signed=True,
            source=source,
            count=shown,
            height=TALL,
            apart=0,
        )

    def _means(self, page: Page) -> None:
        """The mean of each segment that some hospital of both scenarios keeps."""
        by_scenario = self._hospitals.lines
        segments = [
            [lines[code]["segment"] if code in lines else "" for code in self._found.finess] for lines in by_scenario
        ]
        rows, change = [], {"mean": self._found.changes["mean"]}
        for segment in dict.fromkeys(segments[0]):
            own = [place for place, both in enumerate(zip(*segments, strict=True)) if set(both) == {segment}]
            if segment and own:
                rows.append({"segment": self._segments.get(segment, segment)} | self._values(change, own[0]))
        means = self._columns("mean", "Moyenne", "€/hab.", Kind.PER_HEAD, 15)
        asked = [column("Segment", "segment", Kind.TEXT, 30), *means]
        put_table(page, Table("means", "", "Moyennes", tuple(asked)), _frame(asked, rows), looks=self._looks(means))


def _frame(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Frame:
    """Lines with what they have of the columns, nothing elsewhere."""
    names = [one.name for one in columns]
    return Frame.from_rows(names, [[row.get(name, float("nan")) for name in names] for row in rows])
