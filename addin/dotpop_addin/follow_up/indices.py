"""Pages 3, 4 and 7: indices towards 1, the objective, inequality."""

from dotpop_addin.declarations.common import YES_NO
from dotpop_addin.declarations.kinds import Kind, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, only, table
from dotpop_addin.follow_up.words import MOVEMENTS, PERIMETERS, VERDICTS
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import Placed, draw, who
from workbook_templates.look import DARK, GREY, ORANGE, PALE, PURPLE, TEAL

MOVED = (
    column("Se rapproche de 1 de", "nearer", Kind.RATE, 13),
    column("Mouvement", "movement", Kind.CHOICE, 14, choices=MOVEMENTS),
    column("Franchit 1", "crossed", Kind.CHOICE, 9, choices=YES_NO),
)


CHART = 24
"""How high the chart of every hospital is, its names included."""


def index_pages(sheets: Sheets) -> list[Page]:
    """3. Indices: how many come nearer to 1, then each hospital since the start, then year by year."""
    found, years = sheets.found, sheets.history.years
    sums = table(
        "index_segments",
        "",
        column("De", "from_year", Kind.INTEGER, 10),
        column("À", "year", Kind.INTEGER, 10),
        column("Segment", "segment", Kind.CHOICE, 22, choices=sheets.segments),
        column("Présents aux deux dates (ES)", "hospitals", Kind.INTEGER, 14),
        column("Se rapprochent (ES)", "nearer", Kind.INTEGER, 14),
        column("S'éloignent (ES)", "away", Kind.INTEGER, 14),
        column("Stables (ES)", "same", Kind.INTEGER, 12),
        column("Franchissent 1 (ES)", "crossed", Kind.INTEGER, 12),
        column("Écart moyen à 1, avant", "distance_before", Kind.RATE, 14),
        column("Écart moyen à 1, après", "distance", Kind.RATE, 14),
        column("Rapprochement moyen", "change", Kind.RATE, 14),
    )
    looks = {"distance_before": "small", "distance": "small", "change": "move"}
    since = table(
        "since_start",
        f"Indices de {years[0]} et de {years[-1]}, par établissement",
        *who(sheets.segments),
        column(f"Indice {years[0]}", "first", Kind.RATE, 11),
        column(f"Indice {years[-1]}", "last", Kind.RATE, 11),
        column("Moyenne", "one", Kind.RATE, 10),
        *MOVED,
    )
    own = {"first": "index", "last": "index", "nearer": "move"}
    detail, placed = sheets.detail("3 du début à la fin", since, found.since_start, own)
    page = sheets.page("3 Indices", "Indices : vont-ils vers 1 ?", sums)
    page.sentence(sentences.indices(found))
    page.sentence(
        "Un indice se rapproche de 1 quand |indice − 1| diminue. Un indice trouvé dépend de la dotation, mais aussi des "
        "populations, de l'activité et de la moyenne de l'année : le détail par année dit ce qu'il doit à chacune.",
    )
    page.section("Combien d'établissements se rapprochent de 1")
    sheets.put(page, sums, found.index_segments, looks)
    page.keep(CHART + 3)
    page.section(f"Du moins au mieux doté en {years[0]}")
    colours = {"first": PALE, "last": DARK, "one": ORANGE}
    draw(
        page,
        f"Indices de {years[0]} (barres) et de {years[-1]} (ligne)",
        placed,
        "name",
        colours,
        kind="column",
        shown="0.00",
        lines=["last", "one"],
        dashed=["one"],
        source=detail.name,
        height=CHART,
    )
    return [page, detail, _by_year(sheets)]


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
        column("Dû à la dotation", "by_allocation", Kind.RATE, 11),
        column("Dû à la population", "by_population", Kind.RATE, 11),
        column("Dû à la moyenne", "by_mean", Kind.RATE, 11),
    )
    looks = {"announced": "index", "index": "index", "before": "index", "gap": "move", "nearer": "move"}
    looks |= dict.fromkeys(("by_allocation", "by_population", "by_mean"), "move")
    told = "Les trois dernières colonnes font ensemble indice trouvé − indice de l'année précédente."
    return sheets.detail("3 par année", lines, sheets.found.indices, looks, told)[0]


def objective_pages(sheets: Sheets) -> tuple[list[Page], Placed]:
    """4. The objective: the path, year by year, by segment; then each hospital. Also where the path stands."""
    found, given = sheets.found, sheets.history.first.hypotheses
    path = table(
        "path",
        "",
        YEAR,
        column("Chemin (%)", "path_share", Kind.SHARE, 26),
        column("Annoncé au départ (%)", "announced_closed", Kind.SHARE, 17),
        column("Comblé (%)", "closed", Kind.SHARE, 17),
    )
    sums = table(
        "objective_segments",
        "",
        YEAR,
        column("Segment", "segment", Kind.CHOICE, 26, choices=sheets.segments),
        column("Besoin de départ (€)", "need", Kind.AMOUNT, 17),
        column("dont non suivi (€)", "lost_need", Kind.AMOUNT, 17),
        column("Objectif (€)", "objective", Kind.AMOUNT, 17),
        column("Chemin (€)", "path", Kind.AMOUNT, 17),
        column("Comblé (€)", "counted", Kind.AMOUNT, 17),
        column("Comblé − chemin (€)", "gap", Kind.AMOUNT, 17),
        column("Chemin (%)", "path_share", Kind.SHARE, 10),
        column("Comblé (%)", "closed", Kind.SHARE, 10),
        column("Comblé, sans le non-suivi (%)", "closed_followed", Kind.SHARE, 12),
        column("Annoncé au départ (%)", "announced_closed", Kind.SHARE, 11),
        column("Verdict", "verdict", Kind.CHOICE, 11, choices=VERDICTS),
        column("Au même rythme, à l'horizon (%)", "projected", Kind.SHARE, 13),
        column("Reste à apporter par an (€)", "per_year", Kind.AMOUNT, 16),
    )
    page = sheets.page("4 Objectif", "L'objectif est-il en route ?", sums)
    page.sentence(sentences.objective(found))
    page.sentence(
        f"Le besoin est celui de {sheets.history.years[0]}, il ne change plus. Comblé : ce que les établissements ayant ce "
        "besoin ont reçu au-delà de la reconduction que l'année précédente annonçait, chacun au plus à hauteur de son "
        f"besoin. Chemin : {given.horizon} parts égales jusqu'à l'objectif (TRJ_OBJECTIF, TRJ_HORIZON du premier classeur).",
    )
    page.section("Le chemin, toute la région")
    placed = sheets.put(page, path, found.objective_path)
    lines = {"path_share": GREY, "announced_closed": ORANGE, "closed": DARK}
    draw(page, PATH_TITLE, placed, "year", lines, shown="0%", dashed=["path_share", "announced_closed"])
    sheets.section(page, "Année par année, région et segments", len(found.objective_segments))
    sheets.put(page, sums, found.objective_segments, {"gap": "gap"})
    detail = table(
        "objective",
        "Besoin de départ comblé, par établissement",
        *who(sheets.segments),
        YEAR,
        column("Besoin de départ (€)", "need", Kind.AMOUNT, 17),
        column("Rattrapage reçu (€)", "received", Kind.AMOUNT, 17),
        column("dont compté (€)", "counted", Kind.AMOUNT, 17),
        column("dont au-delà du besoin (€)", "beyond", Kind.AMOUNT, 17),
        column("Comblé (%)", "closed", Kind.SHARE, 11),
        column("Rattrapage annoncé au départ (€)", "announced", Kind.AMOUNT, 17),
        column("Annoncé (%)", "announced_closed", Kind.SHARE, 11),
    )
    return [page, sheets.detail("4 par établissement", detail, found.objective)[0]], placed


PATH_TITLE = "Part du besoin de départ comblée, chemin et annonce de départ"


def inequality_pages(sheets: Sheets) -> list[Page]:
    """7. Inequality, by year: between comparable hospitals, then per head as it is."""
    found, years = sheets.found, sheets.history.years
    measures = table(
        "inequalities",
        "",
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
        column(f"Variation ({years[0]} = 100)", "variation_100", Kind.NUMBER, 12),
        column(f"Theil ({years[0]} = 100)", "theil_100", Kind.NUMBER, 12),
        column(f"Gini ({years[0]} = 100)", "gini_100", Kind.NUMBER, 12),
        column(f"Quarts ({years[0]} = 100)", "quarters_100", Kind.NUMBER, 12),
    )
    looks = dict.fromkeys(("variation", "theil", "within", "between", "gini"), "small")
    looks |= dict.fromkeys(("variation_100", "theil_100", "gini_100", "quarters_100"), "hundred")
    page = sheets.page("7 Inégalités", "Inégalité des dotations par habitant", measures)
    page.sentence(sentences.inequality(found))
    page.sentence(
        "Coefficient de variation, Theil, Gini : 0 si tous ont autant par habitant. Theil = part dans les segments + part "
        "entre segments. Quarts : dotation par habitant du quart de la population le mieux doté, sur celle du moins doté.",
    )
    page.section("Entre établissements comparables : dotation par habitant rapportée à la moyenne du segment (indice)")
    placed = sheets.put(page, measures, only(found.inequalities, basis="index"), looks)
    lines = {"variation_100": DARK, "theil_100": ORANGE, "gini_100": PURPLE, "quarters_100": TEAL}
    title = f"Établissements présents chaque année, {years[0]} = 100"
    draw(page, title, placed, "year", lines, shown="0", count=len(years))
    held = only(found.inequalities, basis="per_head")
    sheets.section(page, "Dotation par habitant telle qu'elle est (€), tous segments ensemble", len(held))
    placed = sheets.put(page, measures, held, looks)
    title = "Theil, part dans les segments : établissements présents chaque année"
    draw(page, title, placed, "year", {"within": DARK}, kind="column", shown="0.000", count=len(years))
    return [page]
