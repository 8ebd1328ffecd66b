"""Saving: reproducible bytes, formulas with their values, the target replaced only by a whole file."""

import errno
import os
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from dotpop_addin.problems import Problem, ProblemsFound, in_french

if TYPE_CHECKING:
    from openpyxl import Workbook

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the date of every part, so that equal contents give equal bytes
LONGEST = 50  # characters of a name that a temporary one keeps: file systems stop at 255 bytes, four a character
LONGEST_PATH = 260 if os.name == "nt" else sys.maxsize  # beyond, Windows says that there is no such folder
RANDOM = re.compile(r"[a-z0-9_]{8}\.tmp")  # how `tempfile` ends a temporary name
ABANDONED = 3_600  # seconds after which nobody can still be writing a temporary file: writing takes a few
TRIES, PAUSE = 3, 0.2  # an antivirus or an indexer may hold a file for an instant


def now() -> datetime:
    """The time to write into workbooks: SOURCE_DATE_EPOCH where it is set (reproducible builds), else the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC).replace(microsecond=0)


def save(
    book: "Workbook",
    target: Path,
    formulas: Mapping[str, list[str]] | None = None,
    values: Any = None,
    modified: datetime | None = None,
) -> None:
    """Saves `book` to `target` through a temporary file beside it.

    formulas: addresses of formula cells by sheet; values: sheet → worksheet holding their last values, written beside
    them. modified: date of change to write (now when None).
    """
    from openpyxl.writer.excel import ExcelWriter

    target = target.resolve()  # a link stays a link
    refuse_locked(target)
    book.properties.modified = modified or now().replace(tzinfo=None)

    def write(file: IO[bytes]) -> None:
        with _Archive(file, _value_patches(book, formulas, values)) as archive:
            ExcelWriter(book, archive).write_data()

    try:
        put(target, write)
    except OSError as error:
        raise ProblemsFound([refused(target, error)]) from error


def put(target: Path, write: Callable[[IO[bytes]], object], beside: Path | None = None) -> None:
    """Writes a file whole under another name, then puts it in the place of the target.

    beside: folder of the other name (the target's own when None). Raises OSError, the target as it was.
    """
    prefix, folder = f".{target.stem[:LONGEST]}-", beside or target.parent
    _sweep(folder, prefix)
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path, prefix: str) -> None:
    """Removes what a process that was killed, or a power cut, left of an earlier writing of the same target."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name.startswith(prefix) and RANDOM.fullmatch(path.name, len(prefix)):
                age = abs(time.time() - path.stat().st_mtime)  # a clock may have gone back since
                if age > ABANDONED:
                    path.unlink()


def refuse_locked(target: Path) -> None:
    """A spreadsheet that holds the file says so by a file beside it; a read-only file is meant to stay as it is.

    The name of that other file may be longer than a disk takes: `Path.exists` would raise.
    """
    for lock, program in ((f"~${target.name}", "Excel"), (f".~lock.{target.name}#", "LibreOffice")):
        if os.path.exists(target.with_name(lock)):  # noqa: PTH110
            action = f"Le fermer dans {program} (s'il ne l'est plus, supprimer le fichier « {lock} »). Rien n'a été modifié."
            raise ProblemsFound([Problem(str(target), f"fichier ouvert dans {program}", "un fichier fermé", action)])
    if target.is_dir():
        raise ProblemsFound([refused(target, IsADirectoryError())])
    if target.exists() and not os.access(target, os.W_OK):
        raise ProblemsFound([refused(target, PermissionError())])


def replace(temporary: Path, target: Path) -> None:
    """Puts a whole new file in the place of the old one, with its rights."""
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o777)
    else:
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
    for attempt in range(TRIES):
        try:
            temporary.replace(target)
            return
        except PermissionError:
            if attempt == TRIES - 1:
                raise
            time.sleep(PAUSE)


def refused(target: Path, error: OSError, rest: str = "Rien n'a été modifié.") -> Problem:
    """The problem of a file that cannot be written. rest: what became of everything else."""
    if isinstance(error, PermissionError):
        found = "écriture refusée"
        action = "Fermer le fichier s'il est ouvert dans Excel ou LibreOffice, ou choisir un autre nom."
    elif error.errno == errno.ENAMETOOLONG or (isinstance(error, FileNotFoundError) and len(str(target)) >= LONGEST_PATH):
        found, action = "nom ou chemin trop long", "Donner un nom plus court, ou un dossier plus haut dans l'arborescence."
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        found, action = "dossier introuvable", "Créer le dossier, ou en choisir un autre."
    elif isinstance(error, IsADirectoryError):
        found, action = "c'est un dossier", "Donner un nom de fichier en .xlsx."
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        found, action = "disque plein", "Libérer de la place ou choisir un autre dossier."
    else:
        found, action = f"écriture impossible ({in_french(error)})", "Choisir un autre dossier."
    return Problem(str(target), found, "un fichier que l'on peut écrire", f"{action} {rest}")


class _Archive(zipfile.ZipFile):
    """A zip whose parts all bear the same date, and whose sheets get the known values of their formulas."""

    def __init__(self, file: Any, patches: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._patches = patches

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        info = zipfile.ZipInfo(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname), ZIP_DATE)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        data = Path(filename).read_bytes()
        patch = self._patches.get(str(arcname).lstrip("/"))
        self.writestr(arcname, _with_values(data, patch) if patch else data)


def _value_patches(book: "Workbook", formulas: Mapping[str, list[str]] | None, values: Any) -> dict[str, dict[str, Any]]:
    """For each sheet part, the last value of each formula cell of which one is known."""
    patches = {}
    for sheet, addresses in (formulas or {}).items():
        part = f"xl/worksheets/sheet{book.worksheets.index(book[sheet]) + 1}.xml"
        known = {address: values[sheet][address].value for address in addresses}
        patches[part] = {address: value for address, value in known.items() if value is not None}
    return patches


_FORMULA_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*>.*?</f>|<f[^>]*/>)<v\s*/?>(?:</v>)?</c>', re.S)


def _with_values(data: bytes, known: Mapping[str, Any]) -> bytes:
    """Sheet XML with the value written beside each formula (openpyxl writes formulas without)."""

    def patched(match: re.Match[bytes]) -> bytes:
        value = known.get(match[1].decode())
        if value is None:
            return match[0]
        kind, text = _xml_value(value)
        attributes = re.sub(rb'\st="[^"]*"', b"", match[2])
        return b'<c r="%s"%s%s>%s<v>%s</v></c>' % (match[1], attributes, kind, match[3], text)

    return _FORMULA_CELL.sub(patched, data)


def _xml_value(value: Any) -> tuple[bytes, bytes]:
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, int | float):
        return b"", repr(value).encode()
    if isinstance(value, str):
        kind = b' t="e"' if value.startswith("#") and value.endswith(("!", "?", "A")) else b' t="str"'
        return kind, escape(value).encode()
    from openpyxl.utils.datetime import to_excel

    return b"", repr(to_excel(value)).encode()
