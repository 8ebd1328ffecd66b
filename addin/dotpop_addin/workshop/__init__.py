"""Atelier: a sheet of live DOTPOP_ formulas over the inputs of the workbook, to try a hypothesis before anything is written.

The template draws the sheet (declarations/workshop.py says where everything stands); `prepare` fills it for the region.
"""

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.protocol import Book
from dotpop_addin.books.saving import now
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.workshop.content import Content
from dotpop_addin.workshop.hospitals import in_order, labels_of, write_hospitals
from dotpop_addin.workshop.panels import write_campaign, write_chosen, write_hypotheses, write_indicators
from dotpop_addin.workshop.territories import write_territories

CLEARED = (
    f"B{at.HYPOTHESES_ROW}:B{at.HYPOTHESES_ROW + len(at.CODES) - 1}",
    f"D{at.HYPOTHESES_ROW}:D{at.HYPOTHESES_ROW + len(at.CODES) - 1}",
    f"A{at.INDICATORS_ROW}:D{at.INDICATORS_ROW + at.INDICATORS - 1}",
    f"G{at.LINES_ROW}:I{at.LINES_ROW + len(at.LINES) - 1}",
    f"F{at.YEARS_ROW}:I{at.YEARS_ROW + at.YEARS - 1}",
    f"F{at.SEGMENTS_ROW}:I{at.SEGMENTS_ROW + at.SEGMENTS - 1}",
    f"F{at.IMPACTS_ROW}:I{at.IMPACTS_ROW + len(LEVELS) - 1}",
    f"{at.CAMPAIGN_COLUMN}{at.CAMPAIGN_ROW}:V{at.CAMPAIGN_ROW + at.CAMPAIGN - 1}",
    f"A{at.BODY_ROW}:{at.FLOWS['leakage_minors']}{at.BODY_ROW + at.BODY - 1}",
    f"{at.INDICATOR_COLUMN}{at.BODY_ROW - 1}:W{at.BODY_ROW - 1}",
    f"{at.TRAJECTORY_COLUMN}{at.BODY_ROW - 1}:BS{at.BODY_ROW - 1}",
    f"{at.CARE_COLUMN}{at.BODY_ROW - 1}:ZZ{at.BODY_ROW + 6 * (at.BODY + 3)}",  # three segments, two ages
)


def prepare(book: Book, progress: Progress = lambda step: None) -> Calculation:
    """Fills the sheet Atelier from the inputs as they stand; the values tried start as the region's own.

    Raises ProblemsFound, nothing written then, when the inputs are not sound or the sheet cannot hold the region.
    """
    progress("Lecture, contrôle et calcul")
    calculation = check(book)
    problems = _unfit(book, calculation) or book.closed([at.SHEET])
    if problems:
        raise ProblemsFound(problems)
    content = Content(calculation)
    order = in_order(calculation)
    labels = labels_of(calculation, order)
    write_hypotheses(content)
    write_indicators(content)
    write_campaign(content)
    territories = write_territories(content)
    write_hospitals(content, order, labels, territories)
    write_chosen(content, labels, book.read_cells(at.SHEET, [at.CHOSEN])[0])
    content.cells[at.STATE] = f"Préparé le {now():%d/%m/%Y à %H:%M} (UTC). Relancer Atelier après un changement d'activité."
    progress("Écriture : Atelier")
    with book.changing():
        for area in CLEARED:
            book.clear(at.SHEET, area)
        book.write_cells(at.SHEET, content.cells)
        book.write_formulas(at.SHEET, content.formulas)
    return calculation


def _unfit(book: Book, calculation: Calculation) -> list[Problem]:
    """What keeps the sheet from holding this region."""
    if at.SHEET not in book.sheet_names():
        action = "Rétablir la feuille depuis un classeur neuf (dotpop new)."
        return [Problem(book.name, f"feuille « {at.SHEET} » absente", "cette feuille", action)]
    tables, hypotheses = calculation.region.tables, calculation.region.hypotheses
    counts = {
        "établissements": (len(tables.hospitals), at.BODY),
        "territoires": (len(calculation.results.weighted_population), at.BODY),
        "indicateurs": (len(tables.indicators), at.INDICATORS),
        "lignes de campagne": (len(tables.campaign), at.CAMPAIGN),
        "années": (hypotheses.horizon + 1, at.YEARS),
    }
    action = "Calculer sans l'Atelier (macro Calculer) : il n'a pas cette limite."
    return [
        Problem(book.name, f"{found} {what}", f"au plus {most} {what} dans l'Atelier", action, at.SHEET)
        for what, (found, most) in counts.items()
        if found > most
    ]
