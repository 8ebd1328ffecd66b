"""Pages 1 and 10: what is essential; what is lacking, what changed of the perimeter and of the hypotheses."""

from dataclasses import replace

from dotpop_addin.comparison import changes
from dotpop_addin.declarations.kinds import Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.objective import draw_path
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, only, table
from dotpop_addin.follow_up.words import STATES, VERDICTS
from dotpop_addin.sheets.page import Cell, Page, Role
from dotpop_addin.sheets.tables import Placed
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame

BASE_YEAR = "ANNEE_BASE"
PATH_ROWS = 10
"""Of the chart: with it, the first page stands on one sheet of paper."""
COUNTING = (
    "Chaque classeur est relu, contrôlé et recalculé ; ce qui est écrit dans ses feuilles de résultats n'est pas lu.",
    "Une donnée absente reste absente : elle n'est ni remplacée par zéro ni estimée.",
    "Un établissement qui disparaît garde son besoin de départ dans l'objectif ; un établissement qui apparaît n'en a pas.",
    "Une fusion n'est jamais devinée : elle se déclare (--fusion ANCIEN=NOUVEAU). Les établissements réunis n'en font "
    "alors plus qu'un, toutes années comprises, dans le segment du successeur.",
    "Seul compte pour l'objectif l'argent donné à ceux qui avaient un besoin au départ ; ce qui va à d'autres n'y est pas.",
    "La reconduction vient de la campagne de l'année précédente : ce qui la dépasse compte comme rattrapage.",
)

FILES = table("files", "", YEAR, column("Classeur", "file", Kind.TEXT, 20))
DROPPED = table(
    "dropped",
    "",
    YEAR,
    column("FINESS", "finess", Kind.FINESS, 20),
    column("Raison sociale", "name", Kind.TEXT, 36),
    column("Engagement", "commitment", Kind.TEXT, 22),
)
FIGURES = table(
    "figures",
    "",
    replace(YEAR, width=18),  # the topics stand in its column
    column("Besoin comblé (%)", "closed", Kind.SHARE, 13),
    column("Chemin (%)", "path", Kind.SHARE, 13),
    column("Objectif", "verdict", Kind.CHOICE, 13, choices=VERDICTS),
    column("Réalisé − prévu (€)", "gap", Kind.AMOUNT, 18),
    column("Indices qui se rapprochent de 1 (ES)", "nearer", Kind.INTEGER, 15),
    column("qui s'en éloignent (ES)", "away", Kind.INTEGER, 13),
    column("Coefficient de variation des indices", "variation", Kind.RATE, 15),
    column("Engagements tenus", "kept", Kind.INTEGER, 13),
    column("Engagements suivis", "lines", Kind.INTEGER, 13),
    column("Non consommé (€)", "unspent", Kind.AMOUNT, 17),
)


def essential_page(sheets: Sheets, path: Placed, source: str) -> Page:
    """1. A few sentences with their figures, the main figures by year, the path. path: where it stands, on which page."""
    page = sheets.page("1 Essentiel", "Est-ce que cela marche ?", FIGURES)
    for topic, text in sentences.essential(sheets.found):
        page.beside(Cell(Role.HEAD, topic), text)
    page.section("Les chiffres, année par année")
    sheets.put(page, FIGURES, _figures(sheets), {"gap": "gap", "variation": "small"})
    draw_path(page, path, source, PATH_ROWS)
    return page


def _figures(sheets: Sheets) -> Frame:
    found, rows = sheets.found, []
    for year in sheets.history.years:
        way = only(found.objective_segments, segment=WHOLE, year=year).records()[0]
        gap = only(found.planned_segments, segment=WHOLE, year=year).records() or [{"gap": float("nan")}]
        moved = [one for one in only(found.index_segments, segment=WHOLE, year=year).records() if _followed(sheets, one)]
        counts = moved[0] if moved else {"nearer": float("nan"), "away": float("nan")}
        unequal = only(found.inequalities, basis="index", perimeter="constant", year=year).records()[0]
        kept = only(found.commitment_totals, segment=WHOLE, year=year).records()[0]
        told = (way["closed"], way["path_share"], way["verdict"], gap[0]["gap"], counts["nearer"], counts["away"])
        held = (kept["kept"], kept["lines"], kept["unspent"]) if kept["lines"] else (float("nan"),) * 3
        rows.append((year, *told, unequal["variation"], *held))
    names = ("year", "closed", "path", "verdict", "gap", "nearer", "away", "variation", "kept", "lines", "unspent")
    return Frame.from_rows(names, rows)


def _followed(sheets: Sheets, row: dict[str, object]) -> bool:
    """Whether a line compares a year with the one before it."""
    return (row["from_year"], row["year"]) in sheets.history.pairs


def perimeter_page(sheets: Sheets) -> Page:
    """10. Files, years and hospitals that are lacking or changed, hypotheses that changed, how things are counted."""
    found, followed = sheets.found, sheets.followed
    lines = _lines(sheets)
    page = sheets.page("10 Périmètre", "Ce qui manque, ce qui a changé", FILES, lines)
    page.sentence(sentences.perimeter(found))
    for warning in followed.warnings:
        page.sentence(f"{warning.file} : {warning.sentence}")
    for text in sentences.missing(found):
        page.sentence(text)
    page.section("Les classeurs suivis")
    sheets.put(page, FILES, _files(sheets))
    page.section("Établissements qui apparaissent, disparaissent, changent de segment ou sont réunis")
    sheets.put(page, lines, found.changes)
    _dropped(sheets, page)
    page.section("Hypothèses qui ne sont pas les mêmes chaque année")
    _hypotheses(sheets, page)
    page.section("Comment les choses sont comptées")
    for text in COUNTING:
        page.sentence(text)
    return page


def _lines(sheets: Sheets) -> Table:
    return table(
        "changes",
        "",
        YEAR,
        column("FINESS", "finess", Kind.FINESS, 20),
        column("Raison sociale", "name", Kind.TEXT, 36),
        column("Ce qui change", "change", Kind.CHOICE, 22, choices=STATES),
        column("Segment avant", "segment_before", Kind.CHOICE, 22, choices=sheets.segments),
        column("Segment après", "segment", Kind.CHOICE, 22, choices=sheets.segments),
        column("Dotation d'avant (€)", "amount_before", Kind.AMOUNT, 18),
        column("Dotation de l'année (€)", "amount", Kind.AMOUNT, 18),
        column("Réuni à (FINESS)", "successor", Kind.FINESS, 13),
        column("Même segment et territoire (FINESS)", "beside", Kind.TEXT, 34),
    )


def _files(sheets: Sheets) -> Frame:
    rows = [(year, one.region.file) for year, one in sheets.followed.calculations.items()]
    return Frame.from_rows(("year", "file"), rows)


def _dropped(sheets: Sheets, page: Page) -> None:
    page.section("Engagements non tenus qui ne figurent plus l'année suivante")
    sheets.put(page, DROPPED, sheets.found.dropped)


def _hypotheses(sheets: Sheets, page: Page) -> None:
    calculations = list(sheets.followed.calculations.values())
    rows = [row for row in changes.hypotheses(calculations) if row[0] != BASE_YEAR]
    years = [column(str(year), f"in_{year}", Kind.TEXT, 18) for year in sheets.history.years]
    told = table(
        "hypotheses", "", column("Code", "code", Kind.CODE, 20), column("Hypothèse", "label", Kind.TEXT, 36), *years
    )
    frame = Frame.from_rows([one.name for one in told.columns], rows)
    if rows:
        sheets.put(page, told, frame)
    else:
        page.sentence("Aucune, hors l'année de base.")
