"""What people send in place of an .xlsx, each told for what it is."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from dotpop_addin.books.opening import OLE_SIGNATURE, OPEN_DOCUMENT, locked_or_old, open_document, unreadable
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.returns.archive import FROM_SENDER

WORKBOOK = "xl/workbook.xml"
DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
WORKBOOK_EXPECTED = "un classeur .xlsx"
SEND_XLSX = "Demander le classeur envoyé, rempli et enregistré en .xlsx."
BEGINNINGS = {
    b"%PDF": "un document PDF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"{\\rtf": "un document Word (.rtf)",
    b"<": "une page web ou un fichier XML, même s'il porte le nom d'un classeur",
}
"""How files begin that people send in place of a workbook."""
OTHER_PARTS = {
    "word/document.xml": "un document Word (.docx)",
    "ppt/presentation.xml": "une présentation (.pptx)",
    "xl/workbook.bin": "un classeur binaire (.xlsb)",
    "Index/Document.iwa": "un classeur Numbers",
}
"""Parts that betray other formats in a zip."""
LOCKED = "EncryptedPackage"
OLE_BOOKS = (LOCKED, "Workbook\0", "Book\0")
OLE_STREAMS = {
    "__substg1.0_": "un message Outlook (.msg)",
    "WordDocument\0": "un document Word (.doc)",
    "PowerPoint Document\0": "une présentation (.ppt)",
}
"""Names of streams in the files of old Office; a message or a document may hold a workbook, hence before it."""


def refuse_other_formats(path: Path, content: bytes) -> None:
    """What can be told from the bytes of a file, each with its own sentence."""
    if not content:
        raise ProblemsFound([Problem(str(path), "fichier vide", WORKBOOK_EXPECTED, SEND_XLSX)])
    if content.startswith(OLE_SIGNATURE):
        raise ProblemsFound([_old_file(path, content)])
    if content.startswith(b"PK"):
        _refuse_archive_of_workbooks(path, content)
        return
    bare = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, what in BEGINNINGS.items():
        if bare.startswith(start):
            raise ProblemsFound([_other_format(path, what)])
    if _is_text(content[:10_000]):
        action = "Recopier les valeurs dans le classeur envoyé : un .csv perd les feuilles et les zéros de gauche."
        raise ProblemsFound([Problem(str(path), "fichier texte (.csv, .txt)", WORKBOOK_EXPECTED, action)])
    raise ProblemsFound([unreadable(path)])


def _old_file(path: Path, content: bytes) -> Problem:
    """A container of old Office files: the names of its streams say what it is."""
    streams = {name for name in (*OLE_STREAMS, *OLE_BOOKS) if name.encode("utf-16-le") in content}
    if LOCKED in streams:
        action = "Demander le fichier sans mot de passe (Fichier > Informations > Protéger le classeur > Chiffrer)."
        found = "fichier protégé par un mot de passe"
        return Problem(str(path), found, "un classeur .xlsx sans mot de passe", action)
    other = next((what for name, what in OLE_STREAMS.items() if name in streams), None)
    if other is not None:
        return _other_format(path, other)
    if streams:
        action = "L'ouvrir dans le tableur et l'enregistrer au format .xlsx (Fichier > Enregistrer sous)."
        return Problem(str(path), "classeur à l'ancien format (.xls)", WORKBOOK_EXPECTED, action)
    return locked_or_old(path)


def _is_text(start: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n\x0c" for byte in start)


def _other_format(path: Path, what: str) -> Problem:
    return Problem(str(path), what, WORKBOOK_EXPECTED, SEND_XLSX)


def _refuse_archive_of_workbooks(path: Path, content: bytes) -> None:
    """A zip in which files were put to be sent."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # told when its parts are read
    if WORKBOOK not in names and any(name.lower().endswith(".xlsx") for name in names):
        action = "En sortir les classeurs, les déposer dans le dossier et en retirer l'archive."
        raise ProblemsFound([Problem(str(path), "une archive .zip", WORKBOOK_EXPECTED, action)])


def refuse_other_archives(path: Path, parts: Mapping[str, bytes]) -> None:
    """Zips that are no .xlsx, and what no parser may see."""
    if OPEN_DOCUMENT in parts.get("mimetype", b""):
        raise ProblemsFound([open_document(path)])
    for part, what in OTHER_PARTS.items():
        if part in parts:
            raise ProblemsFound([_other_format(path, what)])
    if WORKBOOK not in parts:
        raise ProblemsFound([unreadable(path)])
    for name, data in parts.items():
        if DTD.search(data):
            found = f"entités déclarées dans « {name} » (elles pourraient remplir la mémoire ou lire d'autres fichiers)"
            raise ProblemsFound([Problem(str(path), found, "un classeur enregistré par un tableur", FROM_SENDER)])
        if name.endswith((".xml", ".rels", ".vml")) and b"\0" in data:
            found = f"texte illisible dans « {name} »"
            raise ProblemsFound([Problem(str(path), found, "un classeur enregistré par un tableur", FROM_SENDER)])
