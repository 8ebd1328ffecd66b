"""Page 9: the same region under NHS England's pace of change."""

from dotpop_addin.declarations.kinds import Column, Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, table
from dotpop_addin.follow_up.words import WINNERS
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import draw, who
from dotpop_addin.wording import percent
from dotpop_model.hypotheses import Hypotheses
from workbook_templates.look import DARK, ORANGE

BOTH = (
    column("Trajectoire de la région (€)", "catch_up", Kind.AMOUNT, 19),
    column("Rythme NHS England (€)", "pace", Kind.AMOUNT, 19),
    column("NHS − région (€)", "gap", Kind.AMOUNT, 18),
)
INDICES = (
    column("Indice, trajectoire", "catch_up_index", Kind.RATE, 12),
    column("Indice, NHS", "pace_index", Kind.RATE, 12),
)
LOOKS = {"gap": "gap", "gap_rate": "rate", "start_index": "index", "catch_up_index": "index", "pace_index": "index"}


YEARS = table(
    "pace_years",
    "",
    YEAR,
    column("Argent de l'année (€)", "offered", Kind.AMOUNT, 21),
    column("Planchers (€)", "floors", Kind.AMOUNT, 17),
    column("Planchers couverts (%)", "coverage", Kind.SHARE, 15),
    column("Sans preneur, trajectoire (€)", "catch_up_left", Kind.AMOUNT, 17),
    column("Sans preneur, NHS (€)", "pace_left", Kind.AMOUNT, 17),
    column("Écart moyen à 1, trajectoire", "distance", Kind.RATE, 14),
    column("Écart moyen à 1, NHS", "pace_distance", Kind.RATE, 14),
)
CURVE = table(
    "pace_curve",
    "Croissance de la première année selon l'indice de départ",
    column("Indice de départ", "index", Kind.RATE, 21),
    column("Trajectoire de la région", "catch_up", Kind.SHARE, 21),
    column("Rythme NHS England", "pace", Kind.SHARE, 19),
)
STEPS = {
    "below": "Trajectoire : juste sous la borne",
    "above": "Trajectoire : juste au-dessus",
    "step": "Trajectoire : marche",
    "pace_below": "NHS : juste sous la borne",
    "pace_above": "NHS : juste au-dessus",
    "pace_step": "NHS : marche",
}
STEP_LOOKS = dict.fromkeys(("below", "above", "pace_below", "pace_above"), "growth")
STEP_LOOKS |= {"step": "jump", "pace_step": "jump", "bound": "index"}


def pace_pages(sheets: Sheets) -> list[Page]:
    """9. Year by year, who has more, cliff edges; then each hospital, at the end and year by year."""
    found, given = sheets.found.pace, sheets.history.first.hypotheses
    first = sheets.history.years[0]
    last = first + given.horizon
    sums, edges = _sums(sheets.segment(21)), _edges(sheets.segment(21))
    page = sheets.page("9 Rythme NHS England", "La même région au rythme de NHS England", YEARS, sums, edges)
    page.sentence(sentences.pace(sheets.found))
    page.sentence(_rule(given, first))
    page.section("Année par année")
    placed = sheets.put(page, YEARS, found.years, {"distance": "small", "pace_distance": "small"})
    lines = {"distance": DARK, "pace_distance": ORANGE}
    draw(page, "Écart moyen des indices à 1", placed, "year", lines, shown="0.000", dashed=["pace_distance"])
    sheets.section(page, f"Dotations de {last} : qui aurait plus, qui aurait moins", len(found.segments))
    sheets.put(page, sums, found.segments, LOOKS)
    sheets.section(page, "Effets de seuil : croissance de la première année selon l'indice de départ", len(found.steps) + 2)
    told = "Croissance d'un établissement si petit qu'il ne change rien aux autres."
    page.sentence(f"{sentences.cliffs(sheets.found)} {told}")
    sheets.put(page, edges, found.steps, STEP_LOOKS)
    points = _curve(sheets, page)
    return [page, points, *_details(sheets, last)]


def _rule(given: Hypotheses, first: int) -> str:
    return (
        f"Départ : les dotations de {first}. Argent de chaque année : celui de la campagne du classeur de {first}. Cibles "
        f": moyenne de l'année × population, comme la trajectoire. Plancher : {percent(given.pace_floor)} de croissance "
        f"(RYT_PLANCHER), entier jusqu'à {percent(given.pace_full_until, 1)} au-dessus de la cible (RYT_PLEIN), nul dès "
        f"{percent(given.pace_none_from, 1)} (RYT_NUL) ; le reste va à ceux qui sont sous leur cible, au prorata de ce qui "
        "leur manque. Ces trois hypothèses sont dans la feuille Hypothèses du premier classeur. C'est une comparaison : "
        "rien n'en est notifié."
    )


def _sums(segment: Column) -> Table:
    return table(
        "pace_segments",
        "",
        segment,
        column("Dotations de départ (€)", "start", Kind.AMOUNT, 19),
        *BOTH,
        column("Auraient plus (ES)", "more", Kind.INTEGER, 11),
        column("Gains (€)", "gains", Kind.AMOUNT, 17),
        column("Auraient moins (ES)", "less", Kind.INTEGER, 11),
        column("Pertes (€)", "losses", Kind.AMOUNT, 17),
        column("Autant (ES)", "same", Kind.INTEGER, 10),
    )


def _edges(segment: Column) -> Table:
    steps = (column(header, name, Kind.SHARE, 14) for name, header in STEPS.items())
    return table("pace_steps", "", column("Borne", "bound", Kind.RATE, 21), segment, *steps)


def _curve(sheets: Sheets, page: Page) -> Page:
    """The chart of growth by index on a page; the sheet that its points stand in."""
    found = sheets.found.pace.curve
    points, placed = sheets.detail("9 courbe", CURVE, found, {"catch_up": "growth", "pace": "growth"})
    held = next(label for label, word in sheets.segments.items() if word == found.texts("segment")[0])
    title, lines = f"{CURVE.title} ({held})", {"catch_up": DARK, "pace": ORANGE}
    draw(page, title, placed, "index", lines, shown="0.0%", dashed=["pace"], source=points.name)
    return points


def _details(sheets: Sheets, last: int) -> list[Page]:
    hospitals = table(
        "pace_hospitals",
        f"Dotations de {last} par la trajectoire et au rythme de NHS England, par établissement",
        *who(sheets.segments),
        column("Dotation de départ (€)", "start", Kind.AMOUNT, 18),
        column("Indice de départ", "start_index", Kind.RATE, 11),
        *BOTH,
        column("NHS − région (%)", "gap_rate", Kind.SHARE, 11),
        *INDICES,
        column("Aurait", "winner", Kind.CHOICE, 10, choices=WINNERS),
    )
    by_year = table("pace_by_year", "Par établissement et année", *who(sheets.segments), YEAR, *BOTH, *INDICES)
    found = sheets.found.pace
    return [
        sheets.detail("9 par établissement", hospitals, found.hospitals, LOOKS)[0],
        sheets.detail("9 par année", by_year, found.by_year, LOOKS)[0],
    ]
