"""The hospital's sheet: for each hospital a workbook of two sheets, its calculation with live formulas, and the words."""

from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.collector import without_collector
from dotpop_addin.levels import Level
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation
    from dotpop_addin.fiches.common import Common
    from dotpop_addin.sheets.page import Page

DEFAULT = Level.FEDERATION
"""The lowest level that shows the places of the others, without their names."""


def write_fiches(
    book_path: Path,
    folder: Path,
    *,
    level: Level = DEFAULT,
    pdf: bool = False,
    progress: Progress = lambda step: None,
    notice: Progress = lambda text: None,
) -> list[Path]:
    """Computes a region afresh and writes the fiche of each hospital; gives the files written, PDF files after workbooks.

    level: of disclosure, what a fiche may show of other hospitals. The results that stand in the workbook are not read: they
    may be stale. Each file is written whole or not at all; when some cannot be, the others are written and ProblemsFound
    tells those. pdf: each also as PDF, by LibreOffice. notice: is told of the hospitals that have none.
    """
    from dotpop_addin.actions import check
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.fiches.pdf import convert, program

    converter = program() if pdf else None  # before anything is written
    progress("Lecture, contrôle et calcul")
    calculation = check(FileBook(book_path))
    if without := without_fiche(calculation):
        notice(without)
    written = write_all(calculation, folder, progress, level=level)
    if converter is not None:
        progress("Conversion en PDF")
        written += convert(converter, written)
    return written


def write_all(
    calculation: "Calculation", folder: Path, progress: Progress = lambda step: None, *, level: Level = DEFAULT
) -> list[Path]:
    """Writes the fiche of each hospital of a calculation into a folder, which is made where it lacks."""
    from dotpop_addin.fiches.common import Common
    from dotpop_addin.sheets.files import make_folder, put

    common = Common(calculation, level)
    make_folder(folder)
    written: list[Path] = []
    problems: list[Problem] = []
    with without_collector():
        for hospital, (line, target) in enumerate(zip(common.indices, targets(calculation, folder), strict=True)):
            progress(f"Fiche : {line['name']}")
            try:
                put(target, fiche(common, hospital))
            except ProblemsFound as error:
                problems += error.problems
            else:
                written.append(target)
    if problems:
        raise ProblemsFound(problems)
    return written


def targets(calculation: "Calculation", folder: Path) -> list[Path]:
    """The files of the fiches of a calculation, in the order of its hospitals."""
    from dotpop_addin.sheets.files import file_name

    return [folder / file_name(line["finess"], line["name"]) for line in calculation.results.indices.records()]


def without_fiche(calculation: "Calculation") -> str:
    """A sentence on the hospitals outside the sharing, which have no calculation to show; "" when there is none."""
    count = len(calculation.region.tables.outside)
    if count == 0:
        return ""
    if count == 1:
        return "1 établissement de pédiatrie, hors du partage, n'a pas de fiche."
    return f"{count} établissements de pédiatrie, hors du partage, n'ont pas de fiche."


def fiche(common: "Common", hospital: int) -> bytes:
    """The workbook of a hospital."""
    from dotpop_addin.books import saving
    from dotpop_addin.sheets.writing import workbook

    line = common.indices[hospital]
    return workbook(pages(common, hospital), f"Fiche {line['finess']} {line['name']}", saving.now())


def pages(common: "Common", hospital: int) -> "tuple[Page, Page]":
    """The two sheets of a hospital."""
    from dotpop_addin.fiches.content import calculation
    from dotpop_addin.fiches.others import shown
    from dotpop_addin.fiches.words import explanations

    others = shown(common, hospital)
    return calculation(common, hospital, others), explanations(common, hospital, others)
