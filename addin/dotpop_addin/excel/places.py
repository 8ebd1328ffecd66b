"""Where the add-in and xlwings' library stand, and whether Excel trusts the place."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from dotpop_addin.excel import conf
from dotpop_addin.excel.settings import (
    POLICIES,
    USER_OFFICE,
    Windows,
    expanded,
    named,
    office_setting,
)

ADDIN = "dotpop.xlam"
OWNER = "dotpop"
"""Description of the trusted location that the installation adds: by it, it is found again."""
LOCATIONS = r"Excel\Security\Trusted Locations"
USER_LOCATIONS = rf"{USER_OFFICE}\{LOCATIONS}"


class Trust(Enum):
    """Whether Excel trusts a folder, in French words."""

    TRUSTED = "dossier approuvé"
    NONE = "les emplacements approuvés sont tous désactivés"
    NETWORK = "le dossier est sur le réseau, et les emplacements approuvés du réseau sont désactivés"
    IMPOSED = "seuls comptent les emplacements approuvés par le service informatique, dont ce dossier n'est pas"
    UNLISTED = "ce dossier n'est pas un emplacement approuvé"


def startup_folder(windows: Windows) -> Path:
    """The folder whose files Excel opens when it starts.

    It comes first: Excel trusts it from the outset, nothing is written in the registry (which a running Excel would write
    over), and the formulas of a workbook find the add-in on another user's machine, as Excel stores the place of a file of
    this folder without the user's name.
    """
    return Path(windows.variable("APPDATA"), "Microsoft", "Excel", "XLSTART")


def own_folder(windows: Windows) -> Path:
    """The folder used when the first one is on the network, or closed: Excel must be told of it by the registry."""
    return Path(windows.variable("LOCALAPPDATA"), "dotpop")


def folders(windows: Windows) -> list[Path]:
    """The folders that may hold the add-in, the best one first."""
    return [folder for folder in (startup_folder(windows), own_folder(windows)) if folder.is_absolute()]


def installed(windows: Windows) -> Path | None:
    """The add-in where it stands; None when it is not installed."""
    return next((folder / ADDIN for folder in folders(windows) if (folder / ADDIN).exists()), None)


def trust(windows: Windows, folder: Path) -> Trust:
    """Whether Excel trusts a folder: it then runs the macros of its files whatever the other settings."""
    if _number(windows, LOCATIONS, "AllLocationsDisabled") == 1:
        return Trust.NONE
    if windows.on_network(folder) and _number(windows, LOCATIONS, "AllowNetworkLocations") != 1:
        return Trust.NETWORK
    imposed = [rf"{root}\{key}" for root in POLICIES for key in (LOCATIONS, r"Common\Security\Trusted Locations")]
    if any(_covers(windows, key, folder) for root in imposed for key in locations(windows, root)):
        return Trust.TRUSTED
    if _number(windows, r"Common\Security\Trusted Locations", "Allow User Locations") == 0:
        return Trust.IMPOSED
    chosen = list(locations(windows, USER_LOCATIONS))
    at_first_start = not chosen and folder == startup_folder(windows)  # Excel then lists its own folders
    if at_first_start or any(_covers(windows, key, folder) for key in chosen):
        return Trust.TRUSTED
    return Trust.UNLISTED


def locations(windows: Windows, root: str) -> Iterator[str]:
    """The keys of the trusted locations under a key."""
    return (rf"{root}\{name}" for name in windows.keys(root))


def same(one: str, other: str) -> bool:
    """Whether two texts name the same folder or file."""
    return _plain(one) == _plain(other)


def _covers(windows: Windows, key: str, folder: Path) -> bool:
    values = windows.values(key)
    place = _plain(expanded(str(named(values, "Path") or ""), windows))
    below = named(values, "AllowSubfolders") == 1 and _plain(str(folder)).startswith(f"{place}\\")
    return bool(place) and (place == _plain(str(folder)) or below)


def _plain(path: str) -> str:
    return path.replace("/", "\\").rstrip("\\").casefold()


def _number(windows: Windows, key: str, name: str) -> object:
    setting = office_setting(windows, key, name)
    return setting.value if setting else None


def excel_program(windows: Windows) -> Path | None:
    """Where Excel stands; None when there is none."""
    for hive in ("HKCU", "HKLM"):
        place = windows.values(rf"{hive}\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe").get("", "")
        path = Path(expanded(str(place).strip('"'), windows))
        if place and path.exists():
            return path
    return None


def program_bits(path: Path) -> int | None:
    """32 or 64, from a program's header; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0x3C)
            file.seek(int.from_bytes(file.read(4), "little"))
            header = file.read(6)
    except OSError:
        return None
    machines = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
    return machines.get(int.from_bytes(header[4:], "little")) if header.startswith(b"PE\0\0") else None


def libraries(windows: Windows) -> list[str]:
    """Names of the libraries of xlwings that this Excel needs: of its own bits, or both when they are not known."""
    program = excel_program(windows)
    bits = program_bits(program) if program else None
    return [f"xlwings{one}-{conf.XLWINGS}.dll" for one in (32, 64) if bits in (None, one)]


def library(python: Path, name: str, folder: str = "") -> Path | None:
    """A library where the add-in looks for it: in the folder that it is told, beside Python, one folder above; or None."""
    places = (Path(folder), python.parent, python.parent.parent) if folder else (python.parent, python.parent.parent)
    return next((place / name for place in places if (place / name).exists()), None)
