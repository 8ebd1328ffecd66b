"""The demonstration of the follow-up: three years of a region, whose story is known, and what follow-up makes of them."""

from pathlib import Path

from dotpop_addin.files import demonstration_year
from dotpop_addin.follow_up import Written, write_follow_up
from dotpop_addin.progress import Progress
from workbook_templates.demo_follow_up import successors, years

SOURCE = "Année de la démonstration"


def demonstration(code: str, folder: Path, progress: Progress) -> tuple[list[Path], Path, Written]:
    """Writes the workbooks of a field's demonstration years and their follow-up; gives the files, the follow-up, its words.

    Raises ProblemsFound.
    """
    files = []
    for year, frames in years(code):
        files.append(folder / f"region_{code}_{year}.xlsx")
        demonstration_year(code, frames, {"ANNEE_BASE": (year, SOURCE)}, files[-1], progress)
    target = folder / f"suivi_{code}.xlsx"
    mergers = [f"{old}={new}" for old, new in successors(code).items()]
    return files, target, write_follow_up(files, target, mergers, progress)
