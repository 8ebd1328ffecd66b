"""The files of fiches: their names, their folder, each written whole or not at all."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from dotpop_addin.books import saving
from dotpop_addin.books.file import refuse_target
from dotpop_addin.books.opening import DAMAGED
from dotpop_addin.books.peeking import PROPERTIES
from dotpop_addin.problems import Problem, ProblemsFound, in_french, of_the_machine

LONGEST = 80  # characters of a name: Windows and its archives stop at 260 for the whole path
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
"""What Windows refuses in a name."""


def file_name(finess: str, name: str) -> str:
    """The name of a fiche: FINESS and name, accents kept, without what Windows refuses.

    >>> file_name("690000001", 'CH "Saint-Étienne" : pôle A/B')
    '690000001 CH -Saint-Étienne- - pôle A-B.xlsx'
    """
    text = FORBIDDEN.sub("-", unicodedata.normalize("NFC", f"{finess} {name}"))
    return f"{' '.join(text.split())[:LONGEST].rstrip(' .')}.xlsx"


def apart(names: Iterable[str]) -> list[str]:
    """File names told apart, on systems that tell no capitals apart too: a name already given gets a number.

    >>> apart(["Retour Union A.xlsx", "Retour UNION a.xlsx"])
    ['Retour Union A.xlsx', 'Retour UNION a (2).xlsx']
    """
    given: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem, number, one = name.removesuffix(".xlsx"), 1, name
        while one.casefold() in taken:
            number += 1
            one = f"{stem} ({number}).xlsx"
        taken.add(one.casefold())
        given.append(one)
    return given


def make_folder(folder: Path) -> None:
    """Makes a folder where it lacks. Raises ProblemsFound."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = f"dossier impossible à créer ({in_french(error)})"
        told = of_the_machine(error) or Problem(str(folder), found, "un dossier", "Choisir un autre dossier.")
        raise ProblemsFound([told]) from error


def refuse_existing(target: Path) -> None:
    """For what is written once, and may since have been filled in. Raises ProblemsFound."""
    if target.exists():
        action = "Choisir un autre nom : rien n'est écrasé."
        raise ProblemsFound([Problem(str(target), "ce fichier existe déjà", "un nouveau nom", action)])


def check_target(target: Path, *sources: Path) -> None:
    """Refuses a target that is not named as a workbook, is a source, or is another kind of file. Raises ProblemsFound."""
    if target.exists() and any(source.exists() and target.samefile(source) for source in sources):
        refuse_read(target)
    refuse_target(target)


def refuse_read(target: Path) -> NoReturn:
    """Refuses to write over a file that is read. Raises ProblemsFound."""
    found = "c'est l'un des fichiers lus"
    raise ProblemsFound([Problem(str(target), found, "un autre fichier, en .xlsx", "Donner un autre nom.")])


def same_but_dates(target: Path, content: bytes) -> bool:
    """Whether a file is the same workbook as `content`, written at another time: nobody has saved it since."""
    try:
        with zipfile.ZipFile(target) as old, zipfile.ZipFile(BytesIO(content)) as new:
            names = {*new.namelist()} - {PROPERTIES}
            return {*old.namelist()} - {PROPERTIES} == names and all(old.read(name) == new.read(name) for name in names)
    except (OSError, *DAMAGED):
        return False


def put(target: Path, content: bytes) -> None:
    """Writes a file whole, beside its place, then puts it there. Raises ProblemsFound, the file untouched."""
    saving.refuse_locked(target)
    try:
        saving.put(target, lambda file: file.write(content))
    except OSError as error:
        raise ProblemsFound([saving.refused(target, error, "Ce fichier est resté tel quel.")]) from error
