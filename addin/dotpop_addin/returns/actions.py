"""What the commands do with returned files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotpop_addin.progress import Progress
from dotpop_addin.returns import anomalies as lists
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.collecting import Collected, collect
from dotpop_addin.returns.folder import answers, waited
from dotpop_addin.sending.known import Known, known


@dataclass(frozen=True)
class Checked:
    """What a check found. waited: hospitals without any file, None when the region is not known."""

    answers: list[Answer]
    known: Known | None

    @property
    def waited(self) -> list[str] | None:
        return None if self.known is None else waited(self.answers, self.known)


def check_returns(
    paths: Sequence[Path], region: Path | None = None, out: Path | None = None, progress: Progress = lambda step: None
) -> Checked:
    """Checks returned files; they are never changed. out: where to write the list of what was found."""
    from dotpop_addin.sheets.files import put
    from dotpop_addin.targets import check_report

    if out is not None:
        check_report(out, *(one for one in (region, *paths) if one is not None), own=lists.LIST)
    found = None
    if region is not None:
        from dotpop_addin.books.file import FileBook

        progress("Lecture de la région")
        found = known(FileBook(region))
    left = [one for one in (out, region) if one is not None]
    checked = Checked(answers(paths, found, progress, leave=left), found)
    if out is not None:
        progress("Liste des anomalies")
        put(out, lists.workbook(checked.answers, out))
    return checked


def collect_file(
    paths: Sequence[Path],
    into: Path,
    *,
    out: Path | None = None,
    confirmed: Collection[str] = (),
    anomalies: Path | None = None,
    progress: Progress = lambda step: None,
) -> Collected:
    """Imports returned files into a region's workbook (see collecting.collect) and saves it in place, or as `out`.

    A workbook that nothing changes is not written again.
    """
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.sheets.files import put
    from dotpop_addin.targets import check_region, check_report

    if anomalies is not None:
        check_report(anomalies, into, *paths, own=lists.LIST)
    check_region(out, into)
    book = FileBook(into)
    left = [one for one in (into, out, anomalies) if one is not None]
    collected = collect(book, paths, confirmed=confirmed, leave=left, progress=progress)
    if anomalies is not None:  # before the workbook: if one of the two cannot be written, the workbook is as it was
        put(anomalies, lists.workbook(collected.answers, anomalies))
    if collected.changed or out is not None:
        progress("Enregistrement")
        book.save(out or into)
    return collected
