"""Follow-up of a region over its years: is it working? A workbook that a committee reads from page 1 to page 10."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.problems import Problem
    from dotpop_model.follow_up import FollowUp


@dataclass(frozen=True)
class Written:
    """What was written. told: the sentences of its first page. warnings: what should be known of its files."""

    found: "FollowUp"
    told: list[str]
    warnings: "list[Problem]" = field(default_factory=list)


def write_follow_up(
    paths: Sequence[Path], target: Path, mergers: Sequence[str] = (), progress: Progress = lambda step: None
) -> Written:
    """Computes the workbooks of one region's years afresh and writes their follow-up, whole or not at all.

    paths: in any order. mergers: "OLD=NEW", FINESS of a hospital merged and of the one that took it over.
    Raises ProblemsFound with every problem of every file.
    """
    from dotpop_addin.books import saving
    from dotpop_addin.follow_up.pages import pages
    from dotpop_addin.follow_up.reading import read
    from dotpop_addin.follow_up.sentences import essential
    from dotpop_addin.follow_up.sheets import Sheets
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.targets import check_report

    check_report(target, *paths)
    followed = read(paths, mergers, progress)
    progress("Écriture")
    sheets = Sheets(followed)
    put(target, workbook(pages(sheets), "Suivi d'une région", saving.now()))
    told = [f"{topic} : {text}" for topic, text in essential(followed.found)]
    return Written(followed.found, told, followed.warnings)
