"""One batch at a time in a folder: a lock that the system holds for a process, and lets go when it ends, however it ends."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dotpop_addin.batch.plan import KEPT
from dotpop_addin.books.saving import now
from dotpop_addin.problems import Problem, ProblemsFound, in_french
from dotpop_addin.sheets.files import make_folder

NAME = "verrou"
FAR = 1 << 30
"""The byte that is locked, far beyond what is written: Windows lets nobody read a byte that another has locked."""

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        _far(file, msvcrt.LK_NBLCK)

    def _release(file: IO[str]) -> None:
        _far(file, msvcrt.LK_UNLCK)

    def _far(file: IO[str], what: int) -> None:
        os.lseek(file.fileno(), FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), what, 1)
        finally:
            os.lseek(file.fileno(), 0, os.SEEK_SET)

else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the lock of a folder of results. Raises ProblemsFound, with who holds it, when another process does."""
    path = folder / KEPT / NAME
    make_folder(path.parent)
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+", encoding="utf-8")
    except OSError as error:
        raise ProblemsFound([_refused(folder, error)]) from error
    with file:
        try:
            _take(file)
        except (BlockingIOError, PermissionError):
            raise ProblemsFound([_held(folder, file)]) from None
        except OSError as error:
            raise ProblemsFound([_refused(folder, error)]) from error
        holder = {"host": socket.gethostname(), "process": os.getpid(), "since": f"{now():%d/%m/%Y à %H:%M:%S} (UTC)"}
        file.truncate(0)
        file.write(json.dumps(holder, ensure_ascii=False))
        file.flush()
        try:
            yield
        finally:
            _release(file)


def _held(folder: Path, file: IO[str]) -> Problem:
    try:
        holder = json.loads(file.read())
        who = f"sur la machine {holder['host']}, processus {holder['process']}, depuis le {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has not yet said who it is
        who = "depuis un instant"
    action = "Attendre qu'il finisse, ou choisir un autre dossier avec --out. Rien n'a été fait."
    return Problem(str(folder), f"un autre lot travaille dans ce dossier ({who})", "un seul lot à la fois", action)


def _refused(folder: Path, error: OSError) -> Problem:
    found = f"le dossier ne peut pas être réservé ({in_french(error)})"
    return Problem(str(folder), found, "un dossier où l'on peut écrire", "Choisir un autre dossier avec --out.")
