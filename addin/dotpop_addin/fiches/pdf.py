"""Fiches as PDF, through the LibreOffice of this computer: one start for many files, in a profile of its own."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dotpop_addin.libreoffice import program as libreoffice
from dotpop_addin.problems import Problem, ProblemsFound

BATCH = 40  # files a start: a command line has a length, and a file that stops LibreOffice stops these only
LIMIT = 60, 10  # seconds to start, and for each file
SETTINGS = "user/registrymodifications.xcu"
FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop>
</item>
</oor:items>
"""
"""What makes LibreOffice write numbers as French does, whatever the language of the computer."""


def program() -> libreoffice.Program:
    """The LibreOffice to convert with. Raises ProblemsFound when there is none."""
    try:
        return libreoffice.find()
    except ProblemsFound as error:
        told = [
            Problem(one.file, f"les PDF demandent LibreOffice : {one.found}", one.expected, f"{one.action} {WITHOUT}")
            for one in error.problems
        ]
        raise ProblemsFound(told) from error


WITHOUT = "Ou relancer sans --pdf : les classeurs suffisent. Rien n'a été écrit."


def convert(found: libreoffice.Program, workbooks: Sequence[Path]) -> list[Path]:
    """Writes a PDF beside each workbook; gives the PDF files. Raises ProblemsFound that names those that lack."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="dotpop", ignore_cleanup_errors=True) as name:
        profile, out = Path(name) / "profile", Path(name) / "pdf"
        settings = profile / SETTINGS
        settings.parent.mkdir(parents=True)
        settings.write_text(FRENCH, "utf-8")
        for first in range(0, len(workbooks), BATCH):
            _run(found, profile, out, workbooks[first : first + BATCH])
        for workbook in workbooks:
            with suppress(OSError):
                made.append(_placed(out / f"{workbook.stem}.pdf", workbook.with_suffix(".pdf")))
    lacking = [workbook.with_suffix(".pdf") for workbook in workbooks if workbook.with_suffix(".pdf") not in made]
    if lacking:
        action = "Relancer ; si cela ne suffit pas, ouvrir le classeur et l'exporter en PDF. Les classeurs sont écrits."
        raise ProblemsFound(Problem(str(one), "LibreOffice n'a pas rendu ce PDF", "", action) for one in lacking)
    return made


def _placed(source: Path, target: Path) -> Path:
    from dotpop_addin.sheets.files import put

    try:
        put(target, source.read_bytes())
    except ProblemsFound as error:
        raise OSError from error
    return target


def _run(found: libreoffice.Program, profile: Path, out: Path, workbooks: Sequence[Path]) -> None:
    """One LibreOffice over some files; ended when it takes too long, what it has made kept."""
    options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [
            str(found.soffice),
            *options,
            "--convert-to",
            "pdf",
            "--outdir",
            str(out),
            *(str(one.resolve()) for one in workbooks),
        ],
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        env=libreoffice.environment(),
        start_new_session=True,
    )
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LIMIT[0] + LIMIT[1] * len(workbooks))
    finally:
        if process.poll() is None:
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and those that it started."""
    if libreoffice.WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
