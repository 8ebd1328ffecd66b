"""The region's results for a committee, at a level of disclosure: one workbook, written from what the level leaves."""

from collections.abc import Callable
from pathlib import Path

from dotpop_addin.disclosure import ANYBODY, Level, Reader
from dotpop_addin.problems import Problem, ProblemsFound

Progress = Callable[[str], None]


def write_synthese(
    book_path: Path, target: Path, level: Level, federation: str = "", progress: Progress = lambda step: None
) -> None:
    """Computes a region afresh and writes its synthesis, whole or not at all.

    federation: the one that reads ("" for anybody). The results that stand in the workbook are not read: they may be stale.
    Raises ProblemsFound.
    """
    from dotpop_addin import disclosure
    from dotpop_addin.actions import check
    from dotpop_addin.books import saving
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.declarations.common import REGION
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.synthese.content import Content

    _check_target(book_path, target)
    progress("Lecture, contrôle et calcul")
    calculation = check(FileBook(book_path))
    _check_federation(federation, calculation.region.tables.hospitals.texts("federation"), calculation.region.file)
    progress("Secret statistique")
    reading = disclosure.of(calculation, level).to(Reader(federation=federation) if federation else ANYBODY)
    content = Content(calculation.region, reading)
    progress("Écriture")
    title = f"Synthèse {content.told(calculation.region.identity.get(REGION, ''))} · diffusion « {level.word} »"
    put(target, workbook(content.pages(), title, saving.now()))


def _check_target(source: Path, target: Path) -> None:
    """The synthesis never takes the place of the region's workbook."""
    same = target.exists() and source.exists() and target.samefile(source)
    if same or target.suffix.lower() != ".xlsx":
        found = "c'est le classeur de la région" if same else f"nom de fichier « {target.name} »"
        raise ProblemsFound([Problem(str(target), found, "un autre fichier, en .xlsx", "Donner un autre nom avec --out.")])


def _check_federation(federation: str, known: list[str], file: str) -> None:
    names = sorted({name for name in known if name})
    if federation and federation not in names:
        expected = f"l'une de : {', '.join(names)}" if names else "une fédération de la feuille Établissements"
        action = "Corriger --federation, ou la feuille Établissements."
        raise ProblemsFound([Problem(file, f"fédération « {federation} » inconnue", expected, action, "Établissements")])
