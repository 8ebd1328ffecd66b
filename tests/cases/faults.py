"""Failures in the middle of a writing: where they strike, what they do, and the words that tell of them."""

import errno
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from dotpop_addin.books import saving

WRITTEN_PARTS = 5  # a failure in the middle of the writing comes after so many parts


def fails_with(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*arguments: Any, **named: Any) -> NoReturn:
        raise error

    return fail


def fails_after_some_parts(error: BaseException) -> Callable[..., None]:
    whole = saving._Archive.writestr

    def fail(archive: Any, name: Any, data: Any) -> None:
        if len(archive.namelist()) >= WRITTEN_PARTS:
            raise error
        whole(archive, name, data)

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")
INTERRUPTED = "Interrompu ; aucun fichier n'a été modifié à moitié."
DEFECT = "Défaut du programme (RuntimeError). Rien n'a été écrit à moitié."

FAULTS = [
    pytest.param(
        "tempfile.mkstemp", fails_with(PermissionError()), "écriture refusée", id="no right to write in the folder"
    ),
    pytest.param("tempfile.mkstemp", fails_with(FileNotFoundError()), "dossier introuvable", id="a folder that went away"),
    pytest.param("tempfile.mkstemp", fails_with(FULL), "disque plein", id="a disk full from the start"),
    pytest.param("os.fsync", fails_with(FULL), "disque plein", id="a disk full at the last moment"),
    pytest.param(
        "os.fsync",
        fails_with(OSError(errno.EIO, "E/S")),
        "écriture impossible (erreur de lecture ou d'écriture du disque)",
        id="a disk that fails",
    ),
    pytest.param("pathlib.Path.replace", fails_with(PermissionError()), "écriture refusée", id="a target open elsewhere"),
    pytest.param("pathlib.Path.replace", fails_with(KeyboardInterrupt()), INTERRUPTED, id="Ctrl-C before replacing"),
    pytest.param(
        "openpyxl.writer.excel.ExcelWriter.write_data", fails_with(RuntimeError()), DEFECT, id="a defect of the writer"
    ),
    pytest.param(
        "dotpop_addin.books.saving._Archive.writestr",
        fails_after_some_parts(FULL),
        "disque plein",
        id="a disk full in the middle",
    ),
    pytest.param(
        "dotpop_addin.books.saving._Archive.writestr",
        fails_after_some_parts(KeyboardInterrupt()),
        INTERRUPTED,
        id="Ctrl-C in the middle",
    ),
]
