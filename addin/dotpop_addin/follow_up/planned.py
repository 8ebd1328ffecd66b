"""Pages 2 and 8: what was announced of a year, what it found, and what each review changes."""

from collections.abc import Sequence

import numpy as np

from dotpop_addin.declarations.kinds import Column, Kind, Table, column
from dotpop_addin.follow_up import sentences
from dotpop_addin.follow_up.sheets import Sheets, only, table
from dotpop_addin.follow_up.words import OUTCOMES, STATES
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.tables import draw, who
from dotpop_model.follow_up.totals import WHOLE
from dotpop_model.sharing import HALF_CENT
from dotpop_model.tables import Frame
from workbook_templates.look import DARK, ORANGE, PURPLE, SERIES, TEAL

LARGEST = 10
"""Gaps that the page shows; the others are in the page of details."""


def _reasons(before: str, after: str) -> tuple[Column, ...]:
    """The columns of a comparison of two sums (`dotpop_model.follow_up.totals`)."""
    return (
        column(f"{before} (€)", "before", Kind.AMOUNT, 19),
        column(f"{after} (€)", "after", Kind.AMOUNT, 19),
        column("Écart (€)", "gap", Kind.AMOUNT, 17),
        column("Écart (%)", "gap_rate", Kind.SHARE, 10),
        column("dont suivis (€)", "followed", Kind.AMOUNT, 17),
        column("dont apparus (€)", "appeared", Kind.AMOUNT, 17),
        column("dont disparus (€)", "vanished", Kind.AMOUNT, 17),
        column("dont changements de segment (€)", "moved", Kind.AMOUNT, 17),
        column("Au-dessus (ES)", "up", Kind.INTEGER, 10),
        column("Au-dessous (ES)", "down", Kind.INTEGER, 10),
        column("Égal (ES)", "same", Kind.INTEGER, 9),
    )


REASONS = {"gap": "gap", "gap_rate": "rate", "followed": "gap", "appeared": "gap", "vanished": "gap", "moved": "gap"}
PARTS = {"followed": DARK, "appeared": TEAL, "vanished": ORANGE, "moved": PURPLE}
YEAR = column("Année", "year", Kind.INTEGER, 10)


def planned_pages(sheets: Sheets) -> list[Page]:
    """2. Planned against actual: by year, by segment, the largest gaps; then each hospital."""
    sums = table("planned_segments", "Par année et segment", YEAR, sheets.segment(36), *_reasons("Prévu", "Réalisé"))
    lines = _lines(sheets)
    short = table("largest", "", *(one for one in lines.columns if one.name in LARGEST_COLUMNS))
    page = sheets.page("2 Prévu et réalisé", "Prévu et réalisé", sums, short)
    for year in sheets.history.years[1:]:
        page.sentence(sentences.planned(sheets.found, year))
    page.sentence(
        "Prévu : ce que la trajectoire de l'année précédente annonçait. Un écart est celui des établissements suivis, de "
        "ceux qui apparaissent ou disparaissent, ou qui changent de segment : les quatre font l'écart, au centime.",
    )
    frame = sheets.found.planned_segments
    sheets.section(page, "La région, année par année", len(frame.where(frame["segment"] == WHOLE)))
    placed = sheets.put(page, sums, only(frame, segment=WHOLE), REASONS)
    draw(page, "D'où vient l'écart au prévu (€)", placed, "year", PARTS, kind="stacked", signed=True)
    by_segment = frame.where(frame["segment"] != WHOLE)
    sheets.section(page, "Par segment", len(by_segment))
    sheets.put(page, sums, by_segment, REASONS)
    year = sheets.history.years[-1]
    largest = _largest(sheets.found.planned, year)
    sheets.section(page, f"Les plus grands écarts de {year}", len(largest))
    sheets.put(page, short, largest, REASONS)
    told = "Premier préavis : le montant de la première trajectoire qui a notifié l'année à l'établissement."
    detail, _ = sheets.detail("2 par établissement", lines, sheets.found.planned, DETAIL_LOOKS, told)
    return [page, detail]


LARGEST_COLUMNS = ("finess", "name", "segment", "announced", "actual", "gap", "gap_rate")
DETAIL_LOOKS = {"gap": "gap", "gap_rate": "rate", "notice_gap": "gap"}


def _lines(sheets: Sheets) -> Table:
    return table(
        "planned",
        "Prévu et réalisé, par établissement",
        *who(sheets.segments),
        YEAR,
        column("Situation", "state", Kind.CHOICE, 18, choices=STATES),
        column("Année du premier préavis", "notice_year", Kind.INTEGER, 11),
        column("Premier préavis (€)", "notice", Kind.AMOUNT, 18),
        column("Prévu par", "announced_by", Kind.INTEGER, 9),
        column("Prévu (€)", "announced", Kind.AMOUNT, 18),
        column("Réalisé (€)", "actual", Kind.AMOUNT, 18),
        column("Écart au prévu (€)", "gap", Kind.AMOUNT, 17),
        column("Écart (%)", "gap_rate", Kind.SHARE, 10),
        column("Écart au premier préavis (€)", "notice_gap", Kind.AMOUNT, 17),
    )


def _largest(planned: Frame, year: int) -> Frame:
    """The largest gaps of a year that are more than half a cent."""
    of_year = only(planned, year=year)
    gaps = np.nan_to_num(np.abs(of_year.floats("gap")))
    order = [row for row in np.argsort(-gaps, kind="stable")[:LARGEST].tolist() if gaps[row] >= HALF_CENT]
    return Frame({name: of_year[name][order] for name in of_year.names})


def notice_pages(sheets: Sheets) -> list[Page]:
    """8. What each year announced, what the next year's review changed; then each hospital."""
    years = sheets.history.years
    announced, sums = _announced(years), _sums(sheets)
    page = sheets.page("8 Préavis et révisions", "Préavis et révisions", announced, sums)
    notice = sheets.history.first.hypotheses.notice_years
    page.sentence(f"Chaque année notifie {notice} ans (TRJ_NOTIFICATION) et revoit ce que la précédente annonçait.")
    for text in sentences.reviews(sheets.found):
        page.sentence(text)
    page.section("Ce que chaque année annonçait, toute la région")
    reviews = [f"change_{year}" for year in years[1:]]
    placed = sheets.put(page, announced, sheets.found.announced_totals, dict.fromkeys([*reviews, "change_actual"], "gap"))
    lines = dict(zip(reviews, SERIES[1:], strict=False)) | {"change_actual": DARK}
    title = "Ce qui change dans la première annonce de chaque année (€)"
    draw(page, title, placed, "year", lines, dashed=reviews, signed=True)
    frame = sheets.found.notice_segments
    whole, by_segment = only(frame, segment=WHOLE), frame.where(frame["segment"] != WHOLE)
    sheets.section(page, "Années notifiées : ce qui a suivi, toute la région", len(whole))
    sheets.put(page, sums, whole, REASONS)
    sheets.section(page, "Par segment", len(by_segment))
    sheets.put(page, sums, by_segment, REASONS)
    made, _ = sheets.detail(
        "8 par établissement", _notices(sheets), sheets.found.notices, {"change": "gap", "change_rate": "rate"}
    )
    return [page, made]


def _announced(years: Sequence[int]) -> Table:
    return table(
        "announced_totals",
        "",
        YEAR,
        *(column(f"Annoncé en {year} (€)", f"by_{year}", Kind.AMOUNT, 19) for year in years),
        column("Réalisé (€)", "actual", Kind.AMOUNT, 19),
        *(column(f"Revue de {year} − première annonce (€)", f"change_{year}", Kind.AMOUNT, 17) for year in years[1:]),
        column("Réalisé − première annonce (€)", "change_actual", Kind.AMOUNT, 17),
    )


def _sums(sheets: Sheets) -> Table:
    return table(
        "notice_segments",
        "",
        column("Annoncée en", "announced_by", Kind.INTEGER, 11),
        YEAR,
        column("Suite donnée en", "followed_by", Kind.INTEGER, 11),
        column("Suite", "outcome", Kind.CHOICE, 10, choices=OUTCOMES),
        sheets.segment(21),
        *_reasons("Annoncé", "Suite"),
    )


def _notices(sheets: Sheets) -> Table:
    return table(
        "notices",
        "Révisions des montants notifiés, par établissement",
        *who(sheets.segments),
        YEAR,
        column("Annoncé en", "announced_by", Kind.INTEGER, 10),
        column("Montant annoncé (€)", "announced", Kind.AMOUNT, 18),
        column("Revu en", "reviewed_by", Kind.INTEGER, 10),
        column("Montant revu (€)", "reviewed", Kind.AMOUNT, 18),
        column("Révision (€)", "change", Kind.AMOUNT, 17),
        column("Révision (%)", "change_rate", Kind.SHARE, 11),
    )
