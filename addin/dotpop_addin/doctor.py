"""Looks at this computer as a whole: versions, fonts, spreadsheet programs, disk; what is missing, what it would bring."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from dotpop_addin.diagnosis import BAD, GOOD, NOTE, Finding
from dotpop_addin.libreoffice.program import Program, find
from dotpop_addin.problems import ProblemsFound
from dotpop_model import __version__
from dotpop_model.errors import counted, number

BRINGS = {
    "excel": "les fonctions et les macros dans Excel",
    "sensitivity": "« dotpop sensitivity »",
    "stays": "« dotpop load activite » d'un export de millions de séjours (CSV ou Parquet)",
    "dask": "« dotpop batch --scheduler » : un lot sur plusieurs machines",
}
"""What each optional part of dotpop brings. Those of developers (all, dev) are left out."""
FONTS = ("Calibri", "Carlito")
"""The font of the workbooks; the one of the same widths, which LibreOffice puts in its place."""
FONT_FOLDERS = {
    "win32": (r"%WINDIR%\Fonts", r"%LOCALAPPDATA%\Microsoft\Windows\Fonts"),
    "darwin": ("/Library/Fonts", "~/Library/Fonts", "/Applications/Microsoft Excel.app/Contents/Resources/DFonts"),
}
GIB = 1024**3
LEAST, COMFORTABLE = GIB // 4, 2 * GIB
"""Free disk: less than the first stops a campaign (a region makes some 20 MB of files), less than the second is told."""
LIMIT = 20  # seconds given to the list of fonts


def installed(name: str) -> str:
    """The version of a library, empty when it is not there."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return ""


def fonts() -> list[str]:
    """Those of FONTS that this computer has."""
    folders = [Path(os.path.expandvars(one)).expanduser() for one in FONT_FOLDERS.get(sys.platform, ())]
    known = " ".join(path.name for folder in folders if folder.is_dir() for path in folder.iterdir())
    if lister := shutil.which("fc-list"):
        with suppress(OSError, subprocess.SubprocessError):
            known += subprocess.run([lister, ":", "family"], capture_output=True, text=True, timeout=LIMIT).stdout
    return [font for font in FONTS if font.lower() in known.lower()]


def excel() -> Path | None:
    """Where Excel stands on a Windows computer."""
    from dotpop_addin.excel.places import excel_program
    from dotpop_addin.excel.settings import this_windows

    windows = this_windows()
    return excel_program(windows) if windows else None


@dataclass(frozen=True)
class Computer:
    """What the doctor looks at; tests give others. required: what dotpop says that it needs, as pip writes it."""

    version: Callable[[str], str] = installed
    fonts: Callable[[], Sequence[str]] = fonts
    libreoffice: Callable[[], Program] = find
    excel: Callable[[], Path | None] = excel
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    platform: str = sys.platform
    required: Sequence[str] = field(default_factory=lambda: metadata.requires("dotpop") or ())


def doctor(computer: Computer | None = None) -> list[Finding]:
    """What was found on this computer. Changes nothing."""
    computer = computer or Computer()
    found = [_program(), _system(), *_libraries(computer), _excel(computer), _libreoffice(computer), _fonts(computer)]
    return [*found, *_disks(computer)]


def _program() -> Finding:
    return Finding("dotpop", f"version {__version__}, {Path(__file__).parent}")


def _system() -> Finding:
    bits = "64 bits" if sys.maxsize > 2**32 else "32 bits"
    cores = os.cpu_count() or 1
    found = f"{platform.platform(terse=True)}, Python {platform.python_version()} ({bits})"
    return Finding("Ordinateur", f"{found}, {counted(cores, 'processeur')}")


def parts(required: Iterable[str]) -> dict[str, list[str]]:
    """What is needed, by part ("": by all of dotpop); "scipy>=1.15; extra == 'sensitivity'" is of "sensitivity"."""
    found: dict[str, list[str]] = {"": []}
    for line in required:
        name = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
        if name:
            found.setdefault(extra[1] if extra else "", []).append(name[0])
    return found


def _libraries(computer: Computer) -> Iterator[Finding]:
    known = parts(computer.required)
    versions = _versions(computer, known[""])
    missing = [name for name, version in versions.items() if not version]
    if missing:
        yield Finding("Bibliothèques", f"absentes : {', '.join(missing)}", "Lancer : python -m pip install dotpop", BAD)
    else:
        yield Finding("Bibliothèques", _told(versions))
    for extra, brought in BRINGS.items():
        versions = _versions(computer, known.get(extra, ()))
        subject = f"Partie facultative « {extra} »"
        if versions and all(versions.values()):
            yield Finding(subject, f"{_told(versions)} ; apporte {brought}")
            continue
        missing = [name for name, version in versions.items() if not version]
        found = f"absente ({', '.join(missing) or 'inconnue de cette installation'}) ; apporterait {brought}"
        yield Finding(subject, found, f'Si besoin : python -m pip install "dotpop[{extra}]"', NOTE)


def _versions(computer: Computer, names: Iterable[str]) -> dict[str, str]:
    return {name: computer.version(name) for name in names}


def _told(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _excel(computer: Computer) -> Finding:
    if computer.platform != "win32":
        found = "cet ordinateur n'est pas sous Windows, les macros et les fonctions d'Excel ne s'y installent pas"
        return Finding("Excel", found, "LibreOffice convient ici ; les classeurs sont les mêmes.", NOTE)
    place = computer.excel()
    if place is None:
        found = "introuvable ; il apporterait les macros et les fonctions dans le tableur"
        return Finding("Excel", found, "Sans lui, LibreOffice et les commandes font tout le calcul.", NOTE)
    return Finding("Excel", f"{place} ; le complément s'examine par : dotpop excel doctor")


def _libreoffice(computer: Computer) -> Finding:
    try:
        program = computer.libreoffice()
    except ProblemsFound as error:
        found = f"{error.problems[0].found} ; il apporterait les macros et les fonctions dans Calc"
        return Finding("LibreOffice", found, f"Si besoin : {error.problems[0].action}", NOTE)
    version = f"version {program.version}" if program.version else "version inconnue"
    found = f"{version}, {program.soffice} ; l'extension s'examine par : dotpop libreoffice doctor"
    return Finding("LibreOffice", found)


def _fonts(computer: Computer) -> Finding:
    known = computer.fonts()
    if known:
        return Finding("Polices", ", ".join(known), verdict=GOOD)
    found = f"ni {FONTS[0]} ni {FONTS[1]} : des titres pourront être coupés et les pages imprimées différer"
    return Finding("Polices", found, f"Installer {FONTS[1]}, libre et de mêmes largeurs.", NOTE)


def _disks(computer: Computer) -> Iterator[Finding]:
    folders = {"Disque du dossier courant": Path.cwd(), "Disque des fichiers temporaires": Path(tempfile.gettempdir())}
    for subject, folder in folders.items():
        if not os.access(folder, os.W_OK):
            yield Finding(subject, f"{folder} : écriture refusée", "Travailler dans un dossier à soi (Documents).", BAD)
            continue
        free = computer.free(folder)
        found = f"{number(free / GIB, 1)} Gio libres, {folder}"
        if free < LEAST:
            yield Finding(subject, found, "Libérer de la place avant de calculer : une écriture pourrait échouer.", BAD)
        else:
            advice = "Une campagne entière (fiches, envois) peut en demander davantage." if free < COMFORTABLE else ""
            yield Finding(subject, found, advice, NOTE if advice else GOOD)
