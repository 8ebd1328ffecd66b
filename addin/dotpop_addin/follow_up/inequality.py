"""Page 7: inequality."""

from dotpop_addin.declarations.kinds import Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, only, table
from dotpop_addin.follow_up.words import PERIMETERS
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import draw
from workbook_templates.look import DARK, ORANGE, PURPLE, TEAL

MEASURES = (
    column("Établissements", "perimeter", Kind.CHOICE, 24, choices=PERIMETERS),
    YEAR,
    column("Comptés (ES)", "hospitals", Kind.INTEGER, 11),
    column("Sans dotation, non comptés (ES)", "left_out", Kind.INTEGER, 13),
    column("Coefficient de variation", "variation", Kind.RATE, 12),
    column("Theil", "theil", Kind.RATE, 11),
    column("dont dans les segments", "within", Kind.RATE, 12),
    column("dont entre segments", "between", Kind.RATE, 12),
    column("Gini", "gini", Kind.RATE, 11),
    column("Quart le mieux doté / le moins doté", "quarters", Kind.RATE, 14),
)
FROM_100 = {"variation_100": "Variation", "theil_100": "Theil", "gini_100": "Gini", "quarters_100": "Quarts"}
"""Measures where those of the first year are 100."""
LOOKS = dict.fromkeys(("variation", "theil", "within", "between", "gini"), "small") | dict.fromkeys(FROM_100, "hundred")


def inequality_pages(sheets: Sheets) -> list[Page]:
    """7. Inequality, by year: between comparable hospitals, then per head as it is."""
    found, years, measures = sheets.found, sheets.history.years, _measures(sheets.history.years[0])
    page = sheets.page("7 Inégalités", "Inégalité des dotations par habitant", measures)
    page.sentence(sentences.inequality(found))
    page.sentence(
        "Coefficient de variation, Theil, Gini : 0 si tous ont autant par habitant. Theil = part dans les segments + part "
        "entre segments. Quarts : dotation par habitant du quart de la population le mieux doté, sur celle du moins doté.",
    )
    page.section("Entre établissements comparables : dotation par habitant rapportée à la moyenne du segment (indice)")
    placed = sheets.put(page, measures, only(found.inequalities, basis="index"), LOOKS)
    lines = dict(zip(FROM_100, (DARK, ORANGE, PURPLE, TEAL), strict=True))
    title = f"Établissements présents chaque année, {years[0]} = 100"
    draw(page, title, placed, "year", lines, shown="0", count=len(years))
    held = only(found.inequalities, basis="per_head")
    sheets.section(page, "Dotation par habitant telle qu'elle est (€), tous segments ensemble", len(held))
    placed = sheets.put(page, measures, held, LOOKS)
    title = "Theil, part dans les segments : établissements présents chaque année"
    draw(page, title, placed, "year", {"within": DARK}, kind="column", shown="0.000", count=len(years))
    return [page]


def _measures(first: int) -> Table:
    since = (column(f"{told} ({first} = 100)", name, Kind.NUMBER, 12) for name, told in FROM_100.items())
    return table("inequalities", "", *MEASURES, *since)
