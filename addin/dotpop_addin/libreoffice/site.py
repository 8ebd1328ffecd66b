"""What the extension needs of LibreOffice's own Python, and where that Python finds what it lacks.

`dotpop libreoffice install` lists folders in site.txt, one a line, in the user's data folder; the extension adds them when
it is loaded. Only the standard library is imported. As a program (site.py NAME…): writes which of these modules there are.
"""

import importlib
import json
import os
import sys
from pathlib import Path

NEEDED = ("numpy",)
FOR_FILES = {
    "pandas": "Charger un export",
    "openpyxl": "Importer les retours, Scénario, Comparer",
    "xlsxwriter": "Comparer",
}
"""Modules without which nothing is computed; those that some macros need, to read and write files."""

VARIABLE = "DOTPOP_SITE"
"""A further folder, for tests and for those who keep their packages elsewhere."""


def data_folder() -> Path:
    """The user's folder for what is installed beside the extension."""
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_DATA_HOME")
    return Path(local or Path.home() / ".local" / "share") / "dotpop" / "libreoffice"


def site_file() -> Path:
    """The file that lists the folders."""
    return data_folder() / "site.txt"


def listed() -> list[str]:
    """The folders that the file lists; none when it is not there, or damaged: numpy may be found all the same."""
    try:
        return [line for line in site_file().read_text("utf-8").splitlines() if line]
    except (OSError, UnicodeDecodeError):
        return []


def add_folders() -> None:
    """Adds the folders that are there after the others: what LibreOffice has of its own comes first."""
    for folder in [os.environ.get(VARIABLE, ""), *listed()]:
        if folder and Path(folder).is_dir() and folder not in sys.path:
            sys.path.append(folder)


def versions(names: list[str]) -> dict[str, str]:
    """Version of each module, "" when it cannot be imported; and that of Python."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in names:
        try:
            found[name] = str(importlib.import_module(name).__version__)
        except Exception:  # a library built for another Python raises what it likes
            found[name] = ""
    return found


if __name__ == "__main__":
    add_folders()
    json.dump(versions(sys.argv[1:]), sys.stdout)
