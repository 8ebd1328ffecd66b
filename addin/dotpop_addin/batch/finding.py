"""The workbooks in folders, and the folders that cannot be read: none is left out in silence."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from dotpop_addin.problems import Problem, of_the_machine

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
"""Workbooks, even those that will be refused with their reason."""


def workbooks(folder: Path) -> tuple[list[Path], list[Problem]]:
    """The workbooks in a folder and in those within it, in order, but those that are hidden; and what cannot be read."""
    return files_in(folder, lambda name: not _hidden(name) and Path(name).suffix.lower() in SUFFIXES, _hidden)


def files_in(
    folder: Path, wanted: Callable[[str], bool], left_out: Callable[[str], bool] = lambda name: False
) -> tuple[list[Path], list[Problem]]:
    """The files of a folder and of those within it whose names are wanted, in order; and a problem by folder that cannot be
    read. left_out: names of folders that are not looked into."""
    refused: list[Problem] = []
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: refused.append(_refused(folder, error))):
        folders[:] = [name for name in folders if not left_out(name)]
        found += [path for name in names if wanted(name) and _is_file(path := Path(place, name))]
    return sorted(found), sorted(refused, key=lambda problem: problem.file)


def missing(path: Path) -> Problem | None:
    """The problem of a path that is not there, or that nobody may see; None for any other."""
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            os.scandir(path).close()
    except (FileNotFoundError, NotADirectoryError):
        action = "Vérifier le chemin. Rien n'a été fait."
        return Problem(str(path), "introuvable", "un classeur ou un dossier existant", action)
    except OSError as error:
        return of_the_machine(error) or _refused(path, error)
    return None


def _refused(folder: Path, error: OSError) -> Problem:
    found = "accès refusé" if isinstance(error, PermissionError) else f"illisible ({error.strerror})"
    action = "Demander le droit de le lire : ce qu'il contient n'a pas été lu."
    return Problem(str(error.filename or folder), found, "un dossier que l'on peut lire", action)


def _hidden(name: str) -> bool:
    """Whether nobody is meant to see it, or a spreadsheet keeps it beside an open workbook."""
    return name.startswith((".", "~$"))


def _is_file(path: Path) -> bool:
    """Whether it is a file, as far as one may see: who reads it will tell."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False
