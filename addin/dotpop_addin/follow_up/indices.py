"""Page 3: indices towards 1."""

from dotpop_addin.declarations.common import YES_NO
from dotpop_addin.declarations.kinds import Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, table
from dotpop_addin.follow_up.words import MOVEMENTS
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import Placed, draw, who
from workbook_templates.look import DARK, ORANGE, PALE

MOVED = (
    column("Se rapproche de 1 de", "nearer", Kind.RATE, 13),
    column("Mouvement", "movement", Kind.CHOICE, 14, choices=MOVEMENTS),
    column("Franchit 1", "crossed", Kind.CHOICE, 9, choices=YES_NO),
)
COUNTS = (
    column("Présents aux deux dates (ES)", "hospitals", Kind.INTEGER, 14),
    column("Se rapprochent (ES)", "nearer", Kind.INTEGER, 14),
    column("S'éloignent (ES)", "away", Kind.INTEGER, 14),
    column("Stables (ES)", "same", Kind.INTEGER, 12),
    column("Franchissent 1 (ES)", "crossed", Kind.INTEGER, 12),
    column("Écart moyen à 1, avant", "distance_before", Kind.RATE, 14),
    column("Écart moyen à 1, après", "distance", Kind.RATE, 14),
    column("Rapprochement moyen", "change", Kind.RATE, 14),
)
COUNT_LOOKS = {"distance_before": "small", "distance": "small", "change": "move"}
PARTS = (
    column("Dû à la dotation", "by_allocation", Kind.RATE, 11),
    column("Dû à la population", "by_population", Kind.RATE, 11),
    column("Dû à la moyenne", "by_mean", Kind.RATE, 11),
)
LOOKS = {"first": "index", "last": "index", "announced": "index", "index": "index", "before": "index"}
LOOKS |= dict.fromkeys(("gap", "nearer", "by_allocation", "by_population", "by_mean"), "move")
CHART = 24
"""How high the chart of every hospital is, its names included."""


def index_pages(sheets: Sheets) -> list[Page]:
    """3. Indices: how many come nearer to 1, then each hospital since the start, then year by year."""
    found, years = sheets.found, sheets.history.years
    detail, placed = sheets.detail("3 du début à la fin", _since(sheets), found.since_start, LOOKS)
    sums = _sums(sheets)
    page = sheets.page("3 Indices", "Indices : vont-ils vers 1 ?", sums)
    page.sentence(sentences.indices(found))
    page.sentence(
        "Un indice se rapproche de 1 quand |indice − 1| diminue. Un indice trouvé dépend de la dotation, mais aussi des "
        "populations, de l'activité et de la moyenne de l'année : le détail par année dit ce qu'il doit à chacune.",
    )
    page.section("Combien d'établissements se rapprochent de 1")
    sheets.put(page, sums, found.index_segments, COUNT_LOOKS)
    page.keep(CHART + 3)
    page.section(f"Du moins au mieux doté en {years[0]}")
    _draw(page, f"Indices de {years[0]} (barres) et de {years[-1]} (ligne)", placed, detail.name)
    return [page, detail, _by_year(sheets)]


def _sums(sheets: Sheets) -> Table:
    pair = column("De", "from_year", Kind.INTEGER, 10), column("À", "year", Kind.INTEGER, 10)
    return table("index_segments", "", *pair, sheets.segment(22), *COUNTS)


def _since(sheets: Sheets) -> Table:
    first, last = sheets.history.years[0], sheets.history.years[-1]
    return table(
        "since_start",
        f"Indices de {first} et de {last}, par établissement",
        *who(sheets.segments),
        column(f"Indice {first}", "first", Kind.RATE, 11),
        column(f"Indice {last}", "last", Kind.RATE, 11),
        column("Moyenne", "one", Kind.RATE, 10),
        *MOVED,
    )


def _draw(page: Page, title: str, placed: Placed, source: str) -> None:
    """Every hospital: the first year as bars, the last one as a line over them, and 1."""
    colours, lines = {"first": PALE, "last": DARK, "one": ORANGE}, ("last", "one")
    draw(
        page,
        title,
        placed,
        "name",
        colours,
        kind="column",
        shown="0.00",
        lines=lines,
        dashed=["one"],
        source=source,
        height=CHART,
    )


def _by_year(sheets: Sheets) -> Page:
    lines = table(
        "indices",
        "Indices, par établissement et année",
        *who(sheets.segments),
        YEAR,
        column("Indice annoncé", "announced", Kind.RATE, 11),
        column("Indice trouvé", "index", Kind.RATE, 11),
        column("Trouvé − annoncé", "gap", Kind.RATE, 11),
        column("Indice de l'année précédente", "before", Kind.RATE, 12),
        *MOVED,
        *PARTS,
    )
    told = "Les trois dernières colonnes font ensemble indice trouvé − indice de l'année précédente."
    return sheets.detail("3 par année", lines, sheets.found.indices, LOOKS, told)[0]
