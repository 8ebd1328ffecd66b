"""Opening a file: what is not a sound workbook is refused with its reason, before any of it is read."""

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_UNPACKED = 500_000_000  # bytes; a regional workbook unpacks to a few tens of millions
PROGRAMS = ("xl/vbaProject.bin", "xl/macrosheets/")  # VBA and Excel 4 macros: a workbook holds figures, not programs
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")  # what password-protected and .xls files begin with


def load(path: Path, *, values: bool) -> "Workbook":
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts it drops: `losses` tells the user
            return load_workbook(path, data_only=values)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise on a damaged part
        raise ProblemsFound([_unreadable(path)]) from error


def refuse_what_is_not_a_workbook(path: Path) -> None:
    try:
        if path.is_dir():  # Windows would only say that access is denied
            raise ProblemsFound([Problem(str(path), "un dossier", "un classeur .xlsx", "Donner le fichier.")])
        with path.open("rb") as file:
            start = file.read(8)
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemsFound(
            [Problem(str(path), "fichier introuvable", "un classeur existant", "Vérifier le chemin.")]
        ) from None
    except PermissionError:
        action = "Fermer le fichier s'il est ouvert dans Excel, ou demander le droit de le lire."
        raise ProblemsFound([Problem(str(path), "accès refusé", "un fichier lisible", action)]) from None
    except OSError:
        raise ProblemsFound([_unreadable(path)]) from None
    if start == OLE_SIGNATURE:
        action = "Enlever le mot de passe, ou enregistrer au format .xlsx (Fichier > Enregistrer sous)."
        found = "fichier protégé par un mot de passe, ou ancien format .xls"
        raise ProblemsFound([Problem(str(path), found, "un classeur .xlsx sans mot de passe", action)])
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            programs = any(name.startswith(PROGRAMS) for name in archive.namelist())
            kind = archive.read("mimetype") if size <= MAX_UNPACKED and "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):  # what zipfile raises on damaged archives
        raise ProblemsFound([_unreadable(path)]) from None
    if size > MAX_UNPACKED:
        found = f"plus de {MAX_UNPACKED // 1_000_000} Mo une fois décompressé"
        raise ProblemsFound([Problem(str(path), found, "un classeur de taille normale", "Demander un autre fichier.")])
    if programs:
        action = "L'enregistrer au format .xlsx (sans macros), ou demander un fichier sans macros à qui l'a envoyé."
        raise ProblemsFound([Problem(str(path), "classeur qui contient des macros", "un classeur sans macros", action)])
    if b"opendocument" in kind:
        action = "Dans LibreOffice : Fichier > Enregistrer sous, type « Classeur Excel 2007-365 (.xlsx) »."
        raise ProblemsFound([Problem(str(path), "classeur au format LibreOffice (.ods)", "un classeur .xlsx", action)])


def _unreadable(path: Path) -> Problem:
    action = "Rouvrir le fichier dans le tableur et l'enregistrer en .xlsx, ou reprendre une copie saine."
    return Problem(str(path), "fichier abîmé, ou qui n'est pas un classeur", "un classeur .xlsx", action)
