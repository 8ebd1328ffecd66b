"""Opening a file: what is not a sound workbook is refused with its reason, before any of it is read."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.books.following import bounds_of
from dotpop_addin.collector import without_collector
from dotpop_addin.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_UNPACKED = 500_000_000  # bytes; a regional workbook unpacks to a few tens of millions
MAX_RATIO, SMALL = 200, 1_000_000
"""How many times its packed size a part may unpack to, once it is no longer small (bytes)."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What zipfile raises on damaged archives, besides OSError."""
MOST_MERGED = 2_000_000
"""Cells that are merged, or bear a link of their area, in all: a whole column of each sheet is far less."""
AREA = re.compile(rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\s[^<>]*?\bref\s*=\s*["']([^"']*:[^"']*)["']""")
PROGRAMS = ("xl/vbaProject.bin", "xl/macrosheets/")  # VBA and Excel 4 macros: a workbook holds figures, not programs
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")  # what password-protected and .xls files begin with
SETTINGS = ".conf"
"""How the names of the sheets end in which xlwings looks for its settings, the interpreter included."""
OPEN_DOCUMENT = b"opendocument"  # in the part "mimetype" of a LibreOffice file


def load(path: Path, *, values: bool) -> "Workbook":
    import warnings

    from openpyxl import load_workbook
    from openpyxl.xml.functions import fromstring

    try:
        with warnings.catch_warnings(), without_collector():
            warnings.simplefilter("ignore")  # openpyxl warns of parts it drops: `losses` tells the user
            book = load_workbook(path, data_only=values)
        if book.loaded_theme:
            fromstring(book.loaded_theme)  # it would be written as it is, unread: the result would be damaged too
        return book
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise on a damaged part
        raise ProblemsFound([unreadable(path)]) from error


def refuse_what_is_not_a_workbook(path: Path) -> None:
    with access(path), path.open("rb") as file:
        start = file.read(8)
    if start == OLE_SIGNATURE:
        raise ProblemsFound([locked_or_old(path)])
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            size = sum(info.file_size for info in entries)
            bomb = next((info.filename for info in entries if is_bomb(info)), None)
            programs = any(info.filename.startswith(PROGRAMS) for info in entries)
            usual = all(info.compress_type in METHODS for info in entries)
            sound = usual and bomb is None and size <= MAX_UNPACKED
            kind = archive.read("mimetype") if sound and "mimetype" in archive.namelist() else b""
            endless = _endless(archive) if sound else None
    except (OSError, *DAMAGED):
        raise ProblemsFound([unreadable(path)]) from None
    if size > MAX_UNPACKED:
        raise ProblemsFound([too_large(path, MAX_UNPACKED)])
    if bomb is not None:
        raise ProblemsFound([over_packed(path, bomb)])
    if not usual:
        raise ProblemsFound([unreadable(path)])
    if programs:
        raise ProblemsFound([with_macros(path)])
    if OPEN_DOCUMENT in kind:
        raise ProblemsFound([open_document(path)])
    if endless is not None:
        action = "Défusionner ces cellules, ou retirer ce lien, dans le tableur."
        found = f"cellules fusionnées ou lien de tout une zone, « {endless} »"
        raise ProblemsFound([Problem(str(path), found, "des zones de taille normale", action)])


def _endless(archive: zipfile.ZipFile) -> str | None:
    """An area whose cells openpyxl would make one by one (merged cells, a link), when there are too many."""
    left = MOST_MERGED
    sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    areas = (found[1].decode("ascii", "replace") for name in sheets for found in AREA.finditer(archive.read(name)))
    for area in areas:
        with suppress(ValueError):
            first, top, last, bottom = bounds_of(area)
            left -= (abs(last - first) + 1) * (abs(bottom - top) + 1)
            if left < 0:
                return area
    return None


@contextmanager
def access(path: Path) -> Iterator[None]:
    """What the system says of a file that cannot be read, told as a problem."""
    try:
        if path.is_dir():  # Windows would only say that access is denied
            raise ProblemsFound([Problem(str(path), "un dossier", "un classeur .xlsx", "Donner le fichier.")])
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemsFound(
            [Problem(str(path), "fichier introuvable", "un classeur existant", "Vérifier le chemin.")]
        ) from None
    except PermissionError:
        action = "Fermer le fichier s'il est ouvert dans Excel, ou demander le droit de le lire."
        raise ProblemsFound([Problem(str(path), "accès refusé", "un fichier lisible", action)]) from None
    except OSError:
        raise ProblemsFound([unreadable(path)]) from None


def locked_or_old(path: Path) -> Problem:
    action = "Enlever le mot de passe, ou enregistrer au format .xlsx (Fichier > Enregistrer sous)."
    found = "fichier protégé par un mot de passe, ou ancien format .xls"
    return Problem(str(path), found, "un classeur .xlsx sans mot de passe", action)


def with_macros(path: Path) -> Problem:
    action = "L'enregistrer au format .xlsx (sans macros), ou demander un fichier sans macros à qui l'a envoyé."
    return Problem(str(path), "classeur qui contient des macros", "un classeur sans macros", action)


def with_settings(file: str, sheet: str) -> Problem:
    found = f"« {sheet} » : feuille de réglages de complément, qui pourrait faire exécuter un programme"
    action = "Demander un fichier sain à qui l'a envoyé, ou supprimer cette feuille sans rien lancer."
    return Problem(file, found, "un classeur sans réglages", action)


def open_document(path: Path) -> Problem:
    action = "Dans LibreOffice : Fichier > Enregistrer sous, type « Classeur Excel 2007-365 (.xlsx) »."
    return Problem(str(path), "classeur au format LibreOffice (.ods)", "un classeur .xlsx", action)


def too_large(path: Path, limit: int) -> Problem:
    """limit: bytes once unpacked."""
    found = f"plus de {limit // 1_000_000} Mo une fois décompressé"
    return Problem(str(path), found, "un classeur de taille normale", "Demander un autre fichier.")


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    """Whether a part says that it unpacks to far more than what people type: it would fill the memory."""
    return entry.file_size > SMALL and entry.file_size > MAX_RATIO * entry.compress_size


def over_packed(path: Path, part: str) -> Problem:
    found = f"pièce « {part} » compressée plus de {MAX_RATIO} fois (bombe de décompression ?)"
    return Problem(str(path), found, "un classeur de taille normale", "Demander un fichier sain à qui l'a envoyé.")


def unreadable(path: Path) -> Problem:
    action = "Rouvrir le fichier dans le tableur et l'enregistrer en .xlsx, ou reprendre une copie saine."
    return Problem(str(path), "fichier abîmé, ou qui n'est pas un classeur", "un classeur .xlsx", action)
