"""Has LibreOffice and its own Python do what is asked, and always stops them."""

import json
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from dotpop_addin.libreoffice.program import LIMIT, UNTOUCHED, WINDOWS, Program, environment
from dotpop_addin.problems import Problem, ProblemsFound


def modules(python: Path, names: Sequence[str], **more: str) -> dict[str, str]:
    """Versions of modules in LibreOffice's Python, as the extension finds them ("" when absent), and that of Python.

    Raises ProblemsFound when that Python does not answer.
    """
    try:
        return _run(python, "site.py", names, "", **more)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        action = f"Réparer ou réinstaller LibreOffice. {UNTOUCHED}"
        raise ProblemsFound([Problem(str(python), "le Python de LibreOffice ne répond pas", "", action)]) from error


def ask(program: Program, **request: object) -> dict[str, Any]:
    """Starts LibreOffice without a window, has the agent do what is asked in it, and stops it. Raises ProblemsFound."""
    from dotpop_addin.libreoffice.build import IDENTIFIER  # needs numpy, whose absence the diagnosis tells

    refuse_open(program)
    pipe = f"dotpop{secrets.token_hex(8)}"
    try:
        with _running(program, pipe):
            asked = json.dumps({"pipe": pipe, "extension": IDENTIFIER, **request})
            answer = _run(program.python or Path(), "agent.py", [], asked)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise ProblemsFound([_failed(program, "LibreOffice ne répond pas")]) from error
    if "error" in answer:
        raise ProblemsFound([_failed(program, f"LibreOffice refuse ({answer['error']})")])
    return answer


def refuse_open(program: Program) -> None:
    """Raises ProblemsFound when LibreOffice is open: it holds the extensions, and a second one would join the first."""
    if program.open:
        action = (
            f"Fermer LibreOffice, son démarrage rapide compris, puis recommencer (s'il n'est plus ouvert, supprimer le "
            f"fichier {program.lock}). {UNTOUCHED}"
        )
        raise ProblemsFound([Problem("LibreOffice", "LibreOffice est ouvert", "LibreOffice fermé", action)])


def _run(python: Path, module: str, arguments: Sequence[str], text: str, **more: str) -> dict[str, Any]:
    """What a module of this package answers when LibreOffice's Python runs it, in a folder where nothing else lies."""
    source = files("dotpop_addin.libreoffice").joinpath(module).read_bytes()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        script = Path(folder) / "script.py"
        script.write_bytes(source)
        done = subprocess.run(
            [python, script, *arguments],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(**more),
            cwd=folder,
            timeout=LIMIT,
            check=False,
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def _running(program: Program, pipe: str) -> Iterator[None]:
    command = [program.soffice, f"-env:UserInstallation={program.profile.as_uri()}", f"--accept=pipe,name={pipe};urp"]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [*map(str, command), "--headless", "--norestore", "--nologo", "--nodefault"],
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        env=environment(),
        start_new_session=True,
    )
    try:
        yield
        with suppress(subprocess.TimeoutExpired):  # the agent has told it to stop: it writes its settings first
            process.wait(LIMIT / 4)
    finally:
        if process.poll() is None:
            _kill(process)
            program.lock.unlink(missing_ok=True)  # it could not do so itself


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and those that it started."""
    if WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failed(program: Program, found: str) -> Problem:
    action = f"Ouvrir LibreOffice une fois, répondre à ce qu'il demande, le fermer, puis recommencer. {UNTOUCHED}"
    return Problem(str(program.soffice), found, "", action)
