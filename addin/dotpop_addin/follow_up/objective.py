"""Page 4: the objective, and how much of the need at the start is met."""

from dotpop_addin.declarations.kinds import Kind, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, table
from dotpop_addin.follow_up.words import VERDICTS
from dotpop_addin.sheets.page import CHART_ROWS, Page
from dotpop_addin.sheets.tables import Placed, draw, who
from workbook_templates.look import DARK, GREY, ORANGE

PATH = table(
    "path",
    "",
    YEAR,
    column("Chemin (%)", "path_share", Kind.SHARE, 26),
    column("Annoncé au départ (%)", "announced_closed", Kind.SHARE, 17),
    column("Comblé (%)", "closed", Kind.SHARE, 17),
)
SUMS = (
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
OF_EACH = (
    column("Besoin de départ (€)", "need", Kind.AMOUNT, 17),
    column("Rattrapage reçu (€)", "received", Kind.AMOUNT, 17),
    column("dont compté (€)", "counted", Kind.AMOUNT, 17),
    column("dont au-delà du besoin (€)", "beyond", Kind.AMOUNT, 17),
    column("Comblé (%)", "closed", Kind.SHARE, 11),
    column("Rattrapage annoncé au départ (€)", "announced", Kind.AMOUNT, 17),
    column("Annoncé (%)", "announced_closed", Kind.SHARE, 11),
)


def objective_pages(sheets: Sheets) -> tuple[list[Page], Placed]:
    """4. The objective: the path, year by year, by segment; then each hospital. Also where the path stands."""
    found = sheets.found
    sums = table("objective_segments", "", YEAR, sheets.segment(26), *SUMS)
    page = sheets.page("4 Objectif", "L'objectif est-il en route ?", sums)
    page.sentence(sentences.objective(found))
    page.sentence(
        f"Le besoin est celui de {sheets.history.years[0]}, il ne change plus. Comblé : ce que les établissements ayant ce "
        "besoin ont reçu au-delà de la reconduction que l'année précédente annonçait, chacun au plus à hauteur de son "
        f"besoin. Chemin : {sheets.history.first.hypotheses.horizon} parts égales jusqu'à l'objectif (TRJ_OBJECTIF, "
        "TRJ_HORIZON du premier classeur).",
    )
    page.section("Le chemin, toute la région")
    placed = sheets.put(page, PATH, found.objective_path)
    draw_path(page, placed)
    sheets.section(page, "Année par année, région et segments", len(found.objective_segments))
    sheets.put(page, sums, found.objective_segments, {"gap": "gap"})
    title = "Besoin de départ comblé, par établissement"
    detail = table("objective", title, *who(sheets.segments), YEAR, *OF_EACH)
    return [page, sheets.detail("4 par établissement", detail, found.objective)[0]], placed


def draw_path(page: Page, placed: Placed, source: str = "", height: int = CHART_ROWS) -> None:
    """The path, what was announced at the start, what is met. placed: where the path stands, on the page `source`."""
    title = "Part du besoin de départ comblée, chemin et annonce de départ"
    lines, dashed = {"path_share": GREY, "announced_closed": ORANGE, "closed": DARK}, ("path_share", "announced_closed")
    draw(page, title, placed, "year", lines, shown="0%", dashed=dashed, source=source, height=height)
