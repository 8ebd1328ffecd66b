"""The region's results for a committee, at a level of disclosure: one workbook, written from what the level leaves."""

from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.disclosure import ANYBODY, Reader
from dotpop_addin.levels import Level
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_model.errors import named

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation
    from dotpop_addin.disclosure import Reading


def write_synthese(
    book_path: Path, target: Path, level: Level, federation: str = "", progress: Progress = lambda step: None
) -> None:
    """Computes a region afresh and writes its synthesis, whole or not at all.

    federation: the one that reads ("" for anybody). The results that stand in the workbook are not read: they may be stale.
    Raises ProblemsFound.
    """
    from dotpop_addin.actions import check
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.targets import check_report

    check_report(target, book_path)
    progress("Lecture, contrôle et calcul")
    write(check(FileBook(book_path)), target, level, federation, progress)


def write(
    calculation: "Calculation", target: Path, level: Level, federation: str = "", progress: Progress = lambda step: None
) -> None:
    """Writes the synthesis of a calculation, whole or not at all. Raises ProblemsFound."""
    from dotpop_addin import disclosure
    from dotpop_addin.books import saving
    from dotpop_addin.declarations.common import REGION
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.synthese.content import Content

    region = calculation.region
    _check_federation(federation, region.tables.hospitals.texts("federation"), region.file)
    progress("Secret statistique")
    reading = disclosure.of(calculation, level).to(Reader(federation=federation) if federation else ANYBODY)
    _check_populations(calculation, reading)
    content = Content(region, reading)
    pages = content.pages()
    progress("Écriture")
    title = f"Synthèse {content.told(region.identity.get(REGION, ''))} · diffusion « {level.word} »"
    put(target, workbook(pages, title, saving.now()))


def _check_populations(calculation: "Calculation", reading: "Reading") -> None:
    """A hospital that knows its own activity finds in its population what others give: it must not be a small count.

    Totals of the same figures would give back a population that is hidden alone: the level is refused instead.
    """
    from dotpop_addin.fiches.common import Common
    from dotpop_addin.fiches.others import shown

    if not reading.seen:
        return
    common = Common(calculation, Level.TOTAUX)  # nothing else of others' care is shown
    telling = [
        finess
        for hospital, finess in enumerate(common.finess)
        if finess in reading.seen and not shown(common, hospital).population
    ]
    if telling:
        threshold, counted = reading.disclosure.threshold, reading.disclosure.counted
        found = f"population corrigée des flux qui dirait un effectif de moins de {threshold} {counted} : {named(telling)}"
        action = "Choisir un niveau de diffusion qui ne les montre pas (categorie, par exemple). Rien n'a été écrit."
        raise ProblemsFound([Problem(calculation.region.file, found, "", action)])


def _check_federation(federation: str, known: list[str], file: str) -> None:
    names = sorted({name for name in known if name})
    if federation and federation not in names:
        expected = f"l'une de : {', '.join(names)}" if names else "une fédération de la feuille Établissements"
        action = "Corriger --federation, ou la feuille Établissements."
        raise ProblemsFound([Problem(file, f"fédération « {federation} » inconnue", expected, action, "Établissements")])
