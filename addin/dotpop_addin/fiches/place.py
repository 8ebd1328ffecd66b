"""The place of a hospital among those it is compared with, without any name.

What it discloses: how many hospitals are compared, and each one's index to the hundredth, in the cells themselves. No order
but that of the indices, no segment but the reader's own, no territory, no amount. An index alone names nobody as long as
several hospitals may have it; among fewer than FEWEST, rank and chart would tell the others' own, and are left out.
"""

from collections.abc import Sequence

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.parts import Part
from dotpop_addin.levels import ADMITTED_FROM, FEWEST, PLACES, rounded
from dotpop_addin.sheets.page import CHART_ROWS, Cell, Chart, Page, Role, Series, computed, received, result
from workbook_templates.look import BAR_FILL, ORANGE

RANK, OTHERS, OWN = "L", "M", "N"


def place(part: Part) -> None:
    """Rank, number and an anonymous chart of the indices; nothing of it among too few hospitals."""
    page, indices = part.page, part.common.ranked[part.common.compared[part.hospital]]
    page.keep(CHART_ROWS + 6)  # the chart is not cut in two
    page.section("Place parmi les établissements comparés")
    if not part.shown.places:
        least = ADMITTED_FROM[PLACES].word
        page.sentence(f"Retenue : les indices des autres ne sont diffusés, sans nom, qu'à partir du niveau « {least} ».")
        return
    part.total("number", "Établissements comparés", received(len(indices), Kind.COUNT), "", "Même moyenne de référence")
    if len(indices) < FEWEST:
        page.sentence(f"Sous {FEWEST} établissements, ni rang ni graphique : ils diraient l'indice d'un autre.")
        return
    first = page.row + 1
    _ranked(part, indices, first)
    _rank(part, indices, first)
    _chart(page, first, len(indices))


def _ranked(part: Part, indices: Sequence[float], first: int) -> None:
    """The indices from a row down, beside the sheet: what the chart is drawn from."""
    page, own = part.page, rounded(part.index["index"])
    mine = first + indices.index(own)
    page.cells |= {
        (first - 1, letter): Cell(Role.HEAD, text)
        for letter, text in ((RANK, "Rang"), (OTHERS, "Autres"), (OWN, "Cet établissement"))
    }
    for row, index in enumerate(indices, start=first):
        page.put(RANK, Cell(Role.TEXT, row - first + 1), row)
        if row == mine:
            page.put(OWN, result(own, Kind.NUMBER, f"ROUND({part.at['index']},2)"), row)
        else:
            page.put(OTHERS, received(index, Kind.NUMBER), row)


def _rank(part: Part, indices: Sequence[float], first: int) -> None:
    """How many of the others have less, and how many as much."""
    own = rounded(part.index["index"])
    rank = indices.index(own) + 1
    others, mine = f"{OTHERS}{first}:{OTHERS}{first + len(indices) - 1}", f"{OWN}{first + rank - 1}"
    below = f"SUMPRODUCT(({others}<{mine})*ISNUMBER({others}))"
    part.total(
        "rank",
        "Rang, du moins doté au mieux doté",
        result(rank, Kind.COUNT, f"1+{below}"),
        "",
        "Sur les indices arrondis au centième",
    )
    equal = indices.count(own) - 1
    formula = f"SUMPRODUCT(({others}={mine})*ISNUMBER({others}))"
    part.total("equal", "Ex æquo", computed(equal, Kind.COUNT, formula), "", "Autres établissements de même indice arrondi")


def _chart(page: Page, first: int, count: int) -> None:
    page.charts.append(
        Chart(
            kind="column",
            title="Indices des établissements comparés, sans leurs noms (arrondis au centième)",
            shown="0.00",
            categories=RANK,
            under=first - 1,
            count=count,
            series=(Series(OTHERS, first - 1, BAR_FILL["neutral"]), Series(OWN, first - 1, ORANGE, told=True)),
            row=page.row,
        )
    )
    page.skip(page.charts[-1].height)
