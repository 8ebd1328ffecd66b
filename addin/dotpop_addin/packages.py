"""Packages of the add-in as files: the same parts give the same bytes; each is written whole, or not at all."""

import io
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO

from dotpop_addin.books import saving
from dotpop_addin.books.saving import ZIP_DATE
from dotpop_addin.problems import Problem, ProblemsFound, in_french

FIRST = "[Content_Types].xml"  # where the programs look first in an Office file


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts, in one order, with one date."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != FIRST, name)):
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            info.create_system = 0  # else it would tell on which system it was made
            archive.writestr(info, parts[name])
    return content.getvalue()


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, made if it is not there. Raises ProblemsFound."""
    for name, content in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            saving.put(folder / name, partial(_put, content))
        except OSError as error:
            action = "Choisir un autre dossier, ou fermer le programme qui a ouvert ce fichier."
            found = f"écriture impossible ({in_french(error)})"
            raise ProblemsFound([Problem(str(folder / name), found, "", action)]) from error


def _put(content: bytes, file: IO[bytes]) -> None:
    file.write(content)
