"""The sheets « Origine des écarts »: what of each change comes from data, from hypotheses, from money."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dotpop_addin.comparison.content import Content, column
from dotpop_addin.comparison.explaining import PERIMETER, Change, explain
from dotpop_addin.comparison.hospitals import Hospitals
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.declarations.origins import Origin
from dotpop_addin.sheets.page import CHART_ROWS, Chart, Page, Series
from dotpop_addin.synthese.tables import Placed, put_table
from dotpop_addin.wording import decimals, percent, several
from dotpop_model.errors import named
from dotpop_model.shapley import mean_absolute_parts
from dotpop_model.tables import Frame
from workbook_templates.look import GREY, POSITION_FILL, RESULT_HEADER

LABELS = {Origin.DATA: "Données", Origin.HYPOTHESES: "Hypothèses", Origin.MONEY: "Argent", PERIMETER: "Périmètre"}
SUBJECTS = {Origin.DATA: "les données", Origin.HYPOTHESES: "les hypothèses", Origin.MONEY: "l'argent"} | {
    PERIMETER: "le périmètre"
}
FILLS = {Origin.DATA: RESULT_HEADER, Origin.HYPOTHESES: POSITION_FILL["over"], Origin.MONEY: "2A9D8F", PERIMETER: GREY}
SIGNED = {Kind.SIGNED: "+0.0000;-0.0000;0", Kind.COUNT: "+#,##0;-#,##0;0", Kind.EURO: "+#,##0;-#,##0;0"} | {
    Kind.PER_HEAD: "+#,##0.00;-#,##0.00;0"
}
TALL = CHART_ROWS + 7
MOST_DRAWN = 25
"""Hospitals that the chart has room for: those that change most."""
LEAST = 1e-9
"""Under this, an index has not changed: the last bits of floats."""
LEGEND = (
    "Données : activité, populations, valeurs des indicateurs et des critères, établissements et territoires. Hypothèses : "
    "la feuille Hypothèses, les indicateurs et critères retenus avec leurs poids, les poids des formes. Argent : dotations, "
    "enveloppe, activités spécifiques, historique.",
    "Chaque part est la moyenne, sur les six ordres possibles, de ce que change ce groupe quand on passe d'un classeur à "
    "l'autre (valeur de Shapley). Données + hypothèses + argent (+ périmètre) = écart, exactement.",
)


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
        suffix = "" if alone else f" {self._other}"
        self._name, self._detail = f"Origine des écarts{suffix}", f"Origine, détail{suffix}"

    def pages(self) -> list[Page]:
        """One sheet where the split cannot be computed, two where it can."""
        title = f"D'où viennent les écarts de {self._first} à {self._other}"
        page = self._content.page(self._name, title, [30.0, *[15.0] * 7])
        page.section("En bref")
        if self._found.reasons:
            return [self._refused(page)]
        detail, placed = self._each()
        for text in self._sentences():
            page.sentence(text, 1 + len(text) // 135)
        self._draw(page, placed)
        page.section("Moyennes des segments (€ par habitant)")
        self._means(page)
        page.section("Comment lire")
        for text in LEGEND:
            page.sentence(text, 1 + len(text) // 135)
        return [page, detail]

    def _refused(self, page: Page) -> Page:
        page.sentence(
            "Le partage des écarts n'est pas calculable, et rien n'est approché : il faudrait calculer chaque mélange."
        )
        for text in [*self._found.reasons, *self._alone()]:
            page.sentence(text, 1 + len(text) // 135)
        return page

    @property
    def _parts(self) -> list[str]:
        """The parts shown: the perimeter only where it is not the same."""
        changes = self._found.changes.values()
        moved = any(self._found.only) or any((np.nan_to_num(one.parts[PERIMETER]) != 0).any() for one in changes)
        return [part for part in LABELS if part != PERIMETER or moved]

    def _sentences(self) -> Iterator[str]:
        change, known = self._found.changes["index"], self._known()
        gap = change.gap[known]
        told = several(len(gap), "établissement", "établissements")
        if not (np.abs(gap) > LEAST).any():
            yield f"Aucun indice ne change, pour {told}."
        else:
            mean = float(np.abs(gap).mean())
            between = f"De {self._first} à {self._other}"
            yield f"{between}, l'indice change de {decimals(mean, 4)} en moyenne ({told}, écart absolu)."
            shares = mean_absolute_parts({part: change.parts[part][known] for part in self._parts})
            for part, share in sorted(shares.items(), key=lambda one: -one[1]):
                held = " : ce qui va contre les écarts l'emporte" if share < -LEAST else ""
                yield f"• {SUBJECTS[part]} : {decimals(share, 4)}, soit {percent(share / mean, 0)} de cet écart{held}."
            yield self._most(known)
        lost = [self._found.finess[place] for place in np.flatnonzero(~known)]
        if lost:
            yield f"Hors du partage dans un classeur ou un mélange, sans partage de leur écart : {self._named(lost)}."
        yield from self._alone()

    def _most(self, known: Any) -> str:
        """Which hospital changes most, and what does it."""
        change = self._found.changes["index"]
        place = int(np.argmax(np.where(known, np.abs(change.gap), -1.0)))
        gap, own = float(change.gap[place]), {part: float(change.parts[part][place]) for part in self._parts}
        why = max(own, key=lambda part: own[part] * np.sign(gap))
        before, after = (decimals(float(one[place]), 4) for one in (change.before, change.after))
        return (
            f"{self._named([self._found.finess[place]])} bouge le plus : de {before} à {after} ({_plus(gap)}), d'abord par "
            f"{SUBJECTS[why]} ({_plus(own[why])})."
        )

    def _alone(self) -> Iterator[str]:
        for letter, codes in zip((self._first, self._other), self._found.only, strict=True):
            if codes:
                yield f"Seulement dans {letter}, sans écart à expliquer : {self._named(codes)}."
        if any(self._found.only):
            yield (
                "Les mélanges se calculent sans eux, ni leur activité. Périmètre : ce que leur présence change aux autres "
                f"({self._first} avec eux − sans eux, puis {self._other})."
            )

    def _named(self, codes: Sequence[str]) -> str:
        return named([f"{self._hospitals.about(code)['name']} ({code})" for code in codes])

    def _known(self) -> Any:
        """The hospitals whose change is split."""
        return ~np.isnan(self._found.changes["index"].parts[PERIMETER])

    def _columns(self, name: str, header: str, unit: str, kind: Kind, width: int, *, both: bool) -> list[Column]:
        told = f" ({unit})" if unit else ""
        signed = Kind.SIGNED if kind == Kind.RATE else kind
        values = [column(f"{header} {letter}{told}", f"{name}_{letter}", kind, width) for letter in self._letters]
        parts = [column(f"{header}, {LABELS[part].lower()}{told}", f"{name}_{part}", signed, width) for part in self._parts]
        gap = f"{header}, {self._other} − {self._first}{told}"
        return [*(values if both else []), column(gap, f"{name}_gap", signed, width), *parts]

    @property
    def _letters(self) -> tuple[str, str]:
        return self._first, self._other

    def _each(self) -> tuple[Page, Placed]:
        """Each hospital, those whose index changes most first, then those that one scenario alone has."""
        asked = [
            *self._content.who(),
            *self._columns("index", "Indice", "", Kind.RATE, 11, both=True),
            *self._columns("population", "Population", "hab.", Kind.COUNT, 12, both=False),
            *self._columns("target", "Dotation théorique", "€", Kind.EURO, 14, both=False),
        ]
        title = f"D'où viennent les écarts de {self._first} à {self._other}, par établissement"
        page = self._content.page(self._detail, title, [float(one.width) for one in asked])
        page.section("L'indice qui change le plus d'abord")
        looks = {f"index_{letter}": "0.0000" for letter in self._letters} | {one.name: SIGNED[one.kind] for one in asked[5:]}
        table = Table("origins", "", title, tuple(asked))
        placed = put_table(page, table, self._lines([one.name for one in asked]), looks=looks)
        page.frozen, page.filtered = placed.head, placed.area
        return page, placed

    def _lines(self, names: Sequence[str]) -> Frame:
        found = self._found
        order = np.argsort(-np.nan_to_num(np.abs(found.changes["index"].gap), nan=-1.0), kind="stable")
        rows = [self._about(found.finess[place]) | self._values(found.changes, int(place)) for place in order]
        for letter, lines, codes in zip(self._letters, self._hospitals.lines, found.only, strict=True):
            rows += [self._about(code) | {f"index_{letter}": lines[code]["index"]} for code in codes]
        return Frame.from_rows(names, [[row.get(name, np.nan) for name in names] for row in rows])

    def _about(self, code: str) -> dict[str, Any]:
        return {name: self._hospitals.about(code)[name] for name in ("finess", "name", "segment")}

    def _values(self, changes: dict[str, Change], place: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, change in changes.items():
            values |= {f"{name}_{self._first}": change.before[place], f"{name}_{self._other}": change.after[place]}
            values |= {f"{name}_gap": change.gap[place]}
            values |= {f"{name}_{part}": change.parts[part][place] for part in self._parts}
        return values

    def _draw(self, page: Page, placed: Placed) -> None:
        """The hospitals that change most, part upon part."""
        shown = min(MOST_DRAWN, int((np.nan_to_num(np.abs(self._found.changes["index"].gap)) > LEAST).sum()))
        if not shown:
            return
        title = "Écart d'indice, part par part" + (f" ({shown} plus grands)" if shown < placed.count else "")
        bars = [Series(placed.letters[f"index_{part}"], placed.head, FILLS[part]) for part in self._parts]
        page.skip()
        chart = Chart("stacked", title, "", "+0.00;-0.00;0", "B", placed.head, shown, bars, page.row, TALL, None, True)
        page.charts.append(replace(chart, source=self._detail))
        page.skip(TALL)

    def _means(self, page: Page) -> None:
        """The mean of each segment that some hospital of both scenarios keeps."""
        segments = [
            [lines[code]["segment"] if code in lines else "" for code in self._found.finess] for lines in self._lines_of
        ]
        rows, change = [], {"mean": self._found.changes["mean"]}
        for segment in dict.fromkeys(segments[0]):
            own = [place for place, both in enumerate(zip(*segments, strict=True)) if set(both) == {segment}]
            if segment and own:
                rows.append({"segment": self._segments.get(segment, segment)} | self._values(change, own[0]))
        asked = [
            column("Segment", "segment", Kind.TEXT, 30),
            *self._columns("mean", "Moyenne", "€/hab.", Kind.PER_HEAD, 15, both=True),
        ]
        names, looks = [one.name for one in asked], {one.name: SIGNED[one.kind] for one in asked[3:]}
        frame = Frame.from_rows(names, [[row.get(name, np.nan) for name in names] for row in rows])
        put_table(page, Table("means", "", "Moyennes", tuple(asked)), frame, looks=looks)

    @property
    def _lines_of(self) -> list[dict[str, dict[str, Any]]]:
        return self._hospitals.lines


def _plus(value: float) -> str:
    return f"{'+' if value > 0 else ''}{decimals(value, 4)}"
