"""Scenarios of one region side by side: what changed, what it does, where each difference comes from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_model.errors import counted

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation

MOST = 6
"""Scenarios that a page has room for."""


def write_comparison(paths: Sequence[Path], target: Path, progress: Progress = lambda step: None) -> "list[Calculation]":
    """Computes several workbooks of one region afresh and writes their comparison, whole or not at all.

    The first one is what the others are compared with. Raises ProblemsFound.
    """
    from dotpop_addin.actions import check
    from dotpop_addin.books import saving
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.comparison.content import Content
    from dotpop_addin.comparison.origins import origin_pages
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.targets import check_report

    check_report(target, *paths)
    if not 2 <= len(paths) <= MOST:
        found, expected = counted(len(paths), "classeur"), f"de 2 à {MOST} classeurs"
        raise ProblemsFound(
            [Problem(str(target), found, expected, "Comparer moins de classeurs à la fois, ou en ajouter un.")]
        )
    calculations = []
    for path in paths:
        progress(f"Lecture, contrôle et calcul : {path.name}")
        calculations.append(check(FileBook(path)))
    _check_same(calculations)
    progress("Écriture")
    content = Content([path.name for path in paths], calculations)
    changed, *rest = content.pages()
    put(target, workbook([changed, *origin_pages(content), *rest], "Comparaison de scénarios", saving.now()))
    return calculations


def _check_same(calculations: "Sequence[Calculation]") -> None:
    """Only workbooks of one field can be compared."""
    first = calculations[0].region
    others = [one.region for one in calculations[1:] if one.region.field is not first.field]
    if others:
        action = "Comparer des classeurs du même champ."
        raise ProblemsFound(
            Problem(one.file, f"champ {one.field.label}", f"le champ {first.field.label}, comme {first.file}", action)
            for one in others
        )
