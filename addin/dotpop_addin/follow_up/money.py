"""Pages 5 and 6: compartments, commitments and the money granted for them."""

from dotpop_addin.declarations.common import COMMITMENT_STATES, YES_NO
from dotpop_addin.declarations.kinds import Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.planned import YEAR
from dotpop_addin.follow_up.sheets import Sheets, only, table
from dotpop_addin.follow_up.words import LINES
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import Placed, draw, who
from dotpop_addin.wording import several
from dotpop_model.errors import counted
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import POPULATION
from workbook_templates.look import DARK, GREY, ORANGE, PALE

AMOUNTS = (
    column("Prévu (€)", "announced", Kind.AMOUNT, 19),
    column("Réalisé (€)", "amount", Kind.AMOUNT, 19),
    column("Écart au prévu (€)", "gap", Kind.AMOUNT, 17),
    column("Année précédente (€)", "before", Kind.AMOUNT, 19),
    column("Évolution (€)", "change", Kind.AMOUNT, 17),
    column("Évolution (%)", "change_rate", Kind.SHARE, 11),
)
LOOKS = {"gap": "gap", "change": "gap", "change_rate": "rate"}
COMPARTMENT = column("Compartiment", "compartment", Kind.TEXT, 38)
LAST = ("announced", "gap", "change", "change_rate")
"""What a compartment's line holds of the last year."""
COUNTS = (
    column("Engagements", "lines", Kind.INTEGER, 12),
    column("Tenus", "kept", Kind.INTEGER, 9),
    column("En cours", "ongoing", Kind.INTEGER, 9),
    column("Non tenus", "missed", Kind.INTEGER, 9),
    column("Sans état", "untold", Kind.INTEGER, 9),
    column("Échus sans être tenus", "due", Kind.INTEGER, 11),
)
GRANTED = column("Accordé (€)", "granted", Kind.AMOUNT, 17)
UNTOLD = column("dont emploi non dit (€)", "unknown", Kind.AMOUNT, 17)
USE = (
    column("Employé (€)", "used", Kind.AMOUNT, 17),
    column("Non consommé (€)", "unspent", Kind.AMOUNT, 17),
    column("Employé au-delà (€)", "beyond", Kind.AMOUNT, 17),
    column("Non consommé (%)", "unspent_rate", Kind.SHARE, 12),
)


def compartment_pages(sheets: Sheets) -> list[Page]:
    """5. Compartments: the region's, then each hospital's."""
    before, year = sheets.history.pairs[-1]
    sums = _sums(sheets)
    page = sheets.page("5 Compartiments", "Compartiments", sums)
    page.sentence(_told(sheets))
    page.section("Toute la région")
    placed = sheets.put(page, sums, _wide(sheets), LOOKS)
    title = f"Évolution de chaque compartiment, {before} à {year} (%)"
    draw(page, title, placed, "compartment", {"change_rate": DARK}, kind="column", shown="0.0%", signed=True)
    title, state = "Compartiments, par établissement", column("Remarque", "state", Kind.CHOICE, 15, choices=LINES)
    detail = table("compartments", title, *who(sheets.segments), COMPARTMENT, YEAR, *AMOUNTS, state)
    return [page, sheets.detail("5 par établissement", detail, sheets.found.compartments, LOOKS)[0]]


def _sums(sheets: Sheets) -> Table:
    before, year = sheets.history.pairs[-1]
    return table(
        "compartment_totals",
        "",
        COMPARTMENT,
        *(column(f"{one} (€)", f"in_{one}", Kind.AMOUNT, 19) for one in sheets.history.years),
        column(f"Prévu {year} (€)", "announced", Kind.AMOUNT, 19),
        column("Écart au prévu (€)", "gap", Kind.AMOUNT, 17),
        column(f"Évolution {before} à {year} (€)", "change", Kind.AMOUNT, 17),
        column(f"Évolution {before} à {year} (%)", "change_rate", Kind.SHARE, 14),
    )


def _told(sheets: Sheets) -> str:
    """What is compared with what, and what is lacking."""
    others = set(sheets.found.compartment_totals.texts("compartment")) - {POPULATION}
    told = (
        f"Les trajectoires ne prévoient que la dotation populationnelle, hors ASR ; les autres compartiments "
        f"({counted(len(others), 'saisi')}, feuille Financements) se comparent à l'année précédente."
        if others
        else "Les classeurs ne tiennent que la dotation populationnelle : aucun autre compartiment n'est saisi (feuille "
        "Financements)."
    )
    gone = sheets.found.compartments.texts("state").count("vanished")
    if gone:
        lines = several(gone, "ligne est absente", "lignes sont absentes")
        told += f" {lines} d'une année à la suivante : absentes, et non nulles."
    return told


def _wide(sheets: Sheets) -> Frame:
    """A line per compartment: its sum each year, then the last year against what was announced and the year before."""
    totals, years = sheets.found.compartment_totals, sheets.history.years
    rows = []
    for name in dict.fromkeys(totals.texts("compartment")):
        lines = only(totals, compartment=name).records()
        last = lines[-1]
        rows.append((name, *(line["amount"] for line in lines), *(last[one] for one in LAST)))
    return Frame.from_rows(("compartment", *(f"in_{year}" for year in years), *LAST), rows)


def commitment_pages(sheets: Sheets) -> list[Page]:
    """6. Commitments: how many are kept, money granted and unspent; then line by line."""
    found = sheets.found
    sums = table("commitment_totals", "", YEAR, sheets.segment(22), *COUNTS, GRANTED, UNTOLD, *USE)
    page = sheets.page("6 Engagements", "Engagements et moyens employés", sums)
    page.sentence(sentences.commitments(found))
    page.sentence(
        "Ce que les retours des établissements en disent (tableau T_Engagements). Accordé = emploi non dit + employé + non "
        "consommé − employé au-delà. Échu : échéance passée à la fin de l'année. Les montants d'une année ne s'ajoutent "
        "pas à ceux d'une autre : le même engagement y revient.",
    )
    page.section("Toute la région")
    placed = sheets.put(page, sums, only(found.commitment_totals, segment=WHOLE))
    _draw(page, placed)
    by_segment = found.commitment_totals.where(found.commitment_totals["segment"] != WHOLE)
    sheets.section(page, "Par segment", len(by_segment))
    sheets.put(page, sums, by_segment)
    return [page, sheets.detail("6 ligne à ligne", _lines(sheets), found.commitments)[0]]


def _draw(page: Page, placed: Placed) -> None:
    """Commitments by state; money by what became of it."""
    states = {"kept": DARK, "ongoing": PALE, "missed": ORANGE, "untold": GREY}
    draw(page, "Engagements par état", placed, "year", states, kind="stacked", shown="0")
    money = {"used": DARK, "unspent": ORANGE, "unknown": PALE}
    draw(page, "Moyens accordés : employés, non consommés, emploi non dit (€)", placed, "year", money, kind="stacked")


def _lines(sheets: Sheets) -> Table:
    return table(
        "commitments",
        "Engagements, ligne à ligne",
        *who(sheets.segments),
        column("Engagement", "commitment", Kind.TEXT, 46),
        YEAR,
        column("Échéance", "deadline", Kind.DATE, 12),
        column("État", "state", Kind.CHOICE, 11, choices=COMMITMENT_STATES),
        column("Échu sans être tenu", "due", Kind.CHOICE, 11, choices=YES_NO),
        column("Réalisé (%)", "done", Kind.SHARE, 10),
        GRANTED,
        *USE,
        column("Commentaire", "comment", Kind.TEXT, 44),
    )
