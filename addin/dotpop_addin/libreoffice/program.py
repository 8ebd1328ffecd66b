"""The LibreOffice of this computer: where it is, its version, its own Python, the user's profile."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dotpop_addin.problems import Problem, ProblemsFound

LIMIT = 120  # seconds for anything asked of LibreOffice
OLDEST_PYTHON = (3, 11)
UNTOUCHED = "Rien n'a été modifié."
WINDOWS, MACOS = sys.platform == "win32", sys.platform == "darwin"
PLACES = {
    "win32": [
        rf"{os.environ.get(variable, '')}\LibreOffice\program\soffice.exe"
        for variable in ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)")
    ],
    "darwin": [
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
        "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
    ],
    "linux": ["/usr/lib/libreoffice/program/soffice", "/usr/lib64/libreoffice/program/soffice"],
}
SANDBOXES = {
    "flatpak": [f"{folder}/flatpak/app/org.libreoffice.LibreOffice" for folder in ("/var/lib", "~/.local/share")],
    "snap": ["/snap/libreoffice"],
}


@dataclass(frozen=True)
class Program:
    """A LibreOffice. soffice: its program. python: its own Python. profile: the user's folder. version: "25.2"."""

    soffice: Path
    python: Path | None
    profile: Path
    version: str

    @property
    def open(self) -> bool:
        """Whether it runs on this profile, or did when the computer stopped."""
        return self.lock.exists()

    @property
    def lock(self) -> Path:
        return self.profile / ".lock"


def find() -> Program:
    """The LibreOffice of this computer. Raises ProblemsFound when there is none, or one shut in a sandbox."""
    for soffice in _candidates():
        if soffice.is_file():
            return at(soffice)
    for kind, places in SANDBOXES.items():
        if any(Path(place).expanduser().exists() for place in places):
            raise ProblemsFound([_sandboxed(kind)])
    action = "Installer LibreOffice (libreoffice.org, ou le service informatique), puis recommencer."
    raise ProblemsFound([Problem("LibreOffice", "LibreOffice est introuvable", "LibreOffice installé", action)])


def at(soffice: Path) -> Program:
    """The LibreOffice whose program this is."""
    folders = [soffice.parent, soffice.parent.parent / "Resources"]  # the second one: macOS
    settings = _settings(folders)
    version = re.search(r"\d+\.\d+", settings.get("ProductKey", ""))
    return Program(soffice, _python(folders), _profile(settings, soffice.parent), version[0] if version else "")


def _candidates() -> Iterator[Path]:
    """Programs that may be there, links followed: beside the true one lie its settings."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError):
            key = r"SOFTWARE\LibreOffice\UNO\InstallPath"
            yield Path(winreg.QueryValue(winreg.HKEY_LOCAL_MACHINE, key)) / "soffice.exe"
    yield from (Path(place).expanduser() for place in PLACES.get(sys.platform, []))
    named = [shutil.which(name) for name in ("soffice", "libreoffice")]
    known = [*Path("/opt").glob("libreoffice*/program/soffice")] if not WINDOWS else []
    for path in [*(Path(one) for one in named if one), *sorted(known, reverse=True)]:
        if not any(str(path).startswith(folder) for folder in ("/snap", "/var/lib/flatpak")):
            yield path.resolve()


def _settings(folders: Sequence[Path]) -> dict[str, str]:
    """What LibreOffice says of itself beside its program: product and version, place of the profile."""
    for path in (folder / name for folder in folders for name in ("bootstrap.ini", "bootstraprc")):
        with suppress(OSError):
            lines = path.read_text("utf-8", "replace").splitlines()
            return {name: value for name, _, value in (line.partition("=") for line in lines)}
    return {}


def _profile(settings: Mapping[str, str], folder: Path) -> Path:
    if WINDOWS:
        base = os.environ.get("APPDATA", "")
    elif MACOS:
        base = str(Path.home() / "Library/Application Support")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    place = settings.get("UserInstallation", "$SYSUSERCONFIG/libreoffice/4")
    return Path(place.replace("$SYSUSERCONFIG", base).replace("$ORIGIN", str(folder)))


def _python(folders: Sequence[Path]) -> Path | None:
    """The Python in which the extension runs: LibreOffice's own, or on Linux the system's if it knows LibreOffice."""
    names = ("python.exe", "python") if WINDOWS else ("python", "python3")
    own = [folder / name for folder in folders for name in names if (folder / name).is_file()]
    if own or WINDOWS or MACOS:
        return next(iter(own), None)
    system = [Path("/usr/bin/python3"), Path(shutil.which("python3") or "")]
    return next((path for path in system if path.is_file() and _knows_libreoffice(path)), None)


def _knows_libreoffice(python: Path) -> bool:
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            [python, "-c", "import uno"], capture_output=True, env=environment(), timeout=LIMIT, check=False
        )
        return done.returncode == 0
    return False


def _sandboxed(kind: str) -> Problem:
    action = (
        "Installer LibreOffice par le gestionnaire de paquets du système, ou depuis libreoffice.org ; ou ajouter à la main "
        "l'extension (dotpop libreoffice build) par Outils > Extensions, si numpy est dans ce LibreOffice."
    )
    return Problem("LibreOffice", f"installé par {kind}, il ne voit pas les autres programmes", "", action)


def environment(**more: str) -> dict[str, str]:
    """The environment without what this Python was told: LibreOffice's is another one."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")} | more


def version_of(text: str) -> tuple[int, ...]:
    """The first two numbers of a version.

    >>> version_of("3.12.4"), version_of("25.2")
    ((3, 12), (25, 2))
    """
    return tuple(int(number) for number in text.split(".")[:2])
