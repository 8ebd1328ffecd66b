"""Scenarios of one region side by side: what changed, what it does, where each difference comes from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.problems import ProblemsFound
from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation

MOST = 6
"""Scenarios that a page has room for."""


def write_comparison(paths: Sequence[Path], target: Path, progress: Progress = lambda step: None) -> "list[Calculation]":
    """Computes several workbooks of one region afresh and writes their comparison, whole or not at all.

    The first one is what the others are compared with. Raises ProblemsFound.
    """
    from dotpop_addin.books import saving
    from dotpop_addin.comparison.content import Content
    from dotpop_addin.comparison.origins import origin_pages
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.targets import check_report
    from dotpop_addin.together import computed, refuse_number, strangers

    check_report(target, *paths)
    refuse_number(paths, 2, MOST, "Comparer moins de classeurs à la fois, ou en ajouter un.")
    calculations = computed(paths, progress)
    problems = strangers([one.region for one in calculations], "Comparer")
    if problems:
        raise ProblemsFound(problems)
    progress("Écriture")
    content = Content([one.region.file for one in calculations], calculations)
    changed, *rest = content.pages()
    put(target, workbook([changed, *origin_pages(content), *rest], "Comparaison de scénarios", saving.now()))
    return calculations
