"""The files that a region sends: one for each hospital and each federation, to be filled in and sent back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.disclosure import Disclosure
    from dotpop_addin.levels import Level
    from dotpop_addin.sending.content import Content
    from dotpop_addin.sending.hospital import Asking


def send(
    region: Path, folder: Path, level: "Level", *, previous: Path | None = None, progress: Progress = lambda step: None
) -> list[Path]:
    """Writes the file of each hospital and each federation of a region; gives the files written.

    level: what the files of federations may show. previous: the region's workbook of the year before, whose values are
    the reference. Nothing is written when the region cannot be read, or when a file of that name is already there and is
    not the same, as a run that was cut left it: it may hold answers. Each file is written whole or not at all; when some
    cannot be, ProblemsFound tells those.
    """
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.sending.hospital import Asking
    from dotpop_addin.sending.known import known
    from dotpop_addin.sending.writing import workbook
    from dotpop_addin.sheets.files import make_folder, put

    progress("Lecture")
    book = FileBook(region)
    asking = Asking(known(book), known(FileBook(previous)) if previous else None)
    _refuse_previous(asking)
    disclosure = _disclosure(book, level)
    files = dict(_files(asking, level, disclosure))
    _refuse_existing({folder / name: content for name, content in files.items()})
    make_folder(folder)
    written: list[Path] = []
    problems: list[Problem] = []
    for name, content in files.items():
        progress(f"Envoi : {content.receiver}")
        try:
            put(folder / name, workbook(content))
        except ProblemsFound as error:
            problems += error.problems
        else:
            written.append(folder / name)
    if problems:
        raise ProblemsFound(problems)
    return written


def _refuse_previous(asking: "Asking") -> None:
    """The references must be of this region, a year before at least."""
    now, before = asking.known, asking.previous
    if before is None:
        return
    if (before.field, before.code, before.region) != (now.field, now.code, now.region):
        found, expected = f"classeur de la région « {before.region} »", f"un classeur de la région « {now.region} »"
    elif before.year >= now.year:
        found, expected = f"classeur de l'année {before.year}", f"une année avant {now.year}"
    else:
        return
    action = "Donner le classeur de l'année précédente. Rien n'a été écrit."
    raise ProblemsFound([Problem(before.file, found, expected, action)])


def _disclosure(book: "FileBook", level: "Level") -> "Disclosure | None":
    """The results as they may leave; None while the region lacks what it is asking for."""
    from dotpop_addin import disclosure
    from dotpop_addin.actions import check

    try:
        calculation = check(book)
    except ProblemsFound:
        return None
    return disclosure.of(calculation, level)


def _files(asking: "Asking", level: "Level", disclosure: "Disclosure | None") -> "Iterator[tuple[str, Content]]":
    """The files by name, hospitals before federations."""
    from dotpop_addin.sending import federation
    from dotpop_addin.sheets.files import apart, file_name

    known = asking.known
    for finess, line in known.hospitals.items():
        yield file_name(f"Retour {known.year} {finess}", line["name"]), asking.hospital(finess)
    names = list(federation.federations(known.federations))
    files = apart(file_name(f"Retour {known.year} fédération", name) for name in names)  # long ones may begin alike
    for file, name in zip(files, names, strict=True):
        yield file, federation.content(known, name, level, disclosure)


def _refuse_existing(files: "Mapping[Path, Content]") -> None:
    from dotpop_addin.sending.writing import workbook
    from dotpop_addin.sheets.files import same_but_dates

    action = "Choisir un dossier vide : un fichier déjà envoyé peut porter une réponse. Rien n'a été écrit."
    there = [
        Problem(str(target), "ce fichier existe déjà", "un dossier sans lui", action)
        for target, content in files.items()
        if target.exists() and not same_but_dates(target, workbook(content))
    ]
    if there:
        raise ProblemsFound(there)
