"""What installing needs of Windows: its registry, its folders, this Python. All access to Windows passes here."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Protocol

from dotpop_addin.problems import Problem, ProblemsFound

Value = str | int | bytes


class Expandable(str):
    """A text of the registry whose %VARIABLES% are replaced by who reads it; written back as it was."""

    __slots__ = ()


USER_OFFICE = r"HKCU\Software\Microsoft\Office\16.0"  # Excel 2016 and everything since
POLICIES = (  # in the order in which Office follows them: each before what the user chose
    r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0",
    r"HKCU\Software\Policies\Microsoft\Office\16.0",
    r"HKLM\Software\Policies\Microsoft\Office\16.0",
)


@dataclass(frozen=True, slots=True)
class Python:
    """The Python that Excel is to start. base: the Python itself, out of any virtual environment.

    packaged: xlwings' libraries, where pip put them.
    """

    executable: Path
    base: Path
    version: str
    bits: int
    packaged: tuple[Path, ...]

    @property
    def windowed(self) -> Path:
        """The Python without a console, which stands beside; the other one when it does not."""
        beside = self.executable.with_name("pythonw.exe")
        return beside if beside.exists() else self.executable

    @property
    def from_store(self) -> bool:
        """Whether it comes from the Microsoft Store: what it writes for the user is then hidden from Excel."""
        return any("WindowsApps" in path.parts for path in (self.base, self.executable))


class Windows(Protocol):
    """Windows as the installation sees it. Keys are written HKCU\\… or HKLM\\…"""

    @property
    def python(self) -> Python:
        """The Python that runs."""

    def variable(self, name: str) -> str:
        """A variable of the environment; empty when it is not set."""

    def on_network(self, folder: Path) -> bool:
        """Whether a folder stands on another machine."""

    def excel_runs(self) -> bool:
        """Whether the user has an Excel open, shown or not."""

    def exists(self, key: str) -> bool:
        """Whether there is such a key."""

    def keys(self, key: str) -> list[str]:
        """Names of the keys under a key."""

    def values(self, key: str) -> dict[str, Value]:
        """Values of a key by their names; none when there is no such key."""

    def write(self, key: str, name: str, value: Value) -> None:
        """Writes a value; makes the key. Raises OSError."""

    def erase(self, key: str, name: str) -> None:
        """Removes a value. Raises OSError."""

    def erase_key(self, key: str) -> None:
        """Removes a key that holds no other. Raises OSError."""


class ThisWindows:
    """The Windows on which the program runs."""

    def __init__(self) -> None:
        self._registry: Any = import_module("winreg")  # which has no types where there is no Windows

    @property
    def python(self) -> Python:
        return this_python()

    def variable(self, name: str) -> str:
        return os.environ.get(name, "")

    def on_network(self, folder: Path) -> bool:
        remote = 4  # DRIVE_REMOTE
        return str(folder).startswith("\\\\") or _library("kernel32").GetDriveTypeW(folder.anchor) == remote

    def excel_runs(self) -> bool:
        return bool(_library("user32").FindWindowW("XLMAIN", None))

    def exists(self, key: str) -> bool:
        try:
            self._open(key).Close()
        except OSError:
            return False
        return True

    def keys(self, key: str) -> list[str]:
        return [str(name) for name in self._all(key, self._registry.EnumKey)]

    def values(self, key: str) -> dict[str, Value]:
        found = self._all(key, self._registry.EnumValue)
        expandable = self._registry.REG_EXPAND_SZ
        return {name: Expandable(value) if kind == expandable else value for name, value, kind in found}

    def write(self, key: str, name: str, value: Value) -> None:
        winreg = self._registry
        kinds = {Expandable: winreg.REG_EXPAND_SZ, str: winreg.REG_SZ, int: winreg.REG_DWORD, bytes: winreg.REG_BINARY}
        with winreg.CreateKeyEx(*self._place(key), 0, winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY) as opened:
            winreg.SetValueEx(opened, name, 0, kinds[type(value)], value)

    def erase(self, key: str, name: str) -> None:
        with self._open(key, self._registry.KEY_WRITE) as opened:
            self._registry.DeleteValue(opened, name)

    def erase_key(self, key: str) -> None:
        self._registry.DeleteKeyEx(*self._place(key), self._registry.KEY_WOW64_64KEY, 0)

    def _place(self, key: str) -> tuple[int, str]:
        hive, _, path = key.partition("\\")
        names = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}
        return getattr(self._registry, names[hive]), path

    def _open(self, key: str, access: int | None = None) -> Any:
        """A 32-bit Python is shown the same registry as a 64-bit one."""
        winreg = self._registry
        return winreg.OpenKey(*self._place(key), 0, (access or winreg.KEY_READ) | winreg.KEY_WOW64_64KEY)

    def _all(self, key: str, at: Any) -> list[Any]:
        found: list[Any] = []
        try:
            with self._open(key) as opened:
                while True:
                    found.append(at(opened, len(found)))
        except OSError:  # no such key, or no more of them
            return found


def _library(name: str) -> Any:
    return import_module("ctypes").WinDLL(name)


def this_windows() -> Windows | None:
    """The Windows on which the program runs; None on another system."""
    return ThisWindows() if sys.platform == "win32" else None


def required(windows: Windows | None) -> Windows:
    """The Windows given or found; told in French when there is none."""
    found = windows or this_windows()
    if found is None:
        action = (
            "Écrire le complément ici avec dotpop excel build, puis l'installer sur le poste Windows ; "
            "ou utiliser LibreOffice (dotpop libreoffice install)."
        )
        raise ProblemsFound([Problem("Excel", "cet ordinateur n'est pas sous Windows", "Windows, avec Excel", action)])
    return found


def this_python() -> Python:
    """The Python that runs."""
    try:
        files = metadata.files("xlwings") or []
    except metadata.PackageNotFoundError:
        files = []
    return Python(
        executable=Path(sys.executable),
        base=Path(sys.base_prefix),
        version=".".join(map(str, sys.version_info[:3])),
        bits=64 if sys.maxsize > 2**32 else 32,
        packaged=tuple(Path(os.path.normpath(file.locate())) for file in files if file.name.endswith(".dll")),
    )


def xlwings_version() -> str:
    """Version of the installed xlwings; empty when there is none."""
    try:
        return metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        return ""


def expanded(text: str, windows: Windows) -> str:
    """A text of the registry with its %VARIABLES% replaced."""
    return re.sub(r"%([^%]+)%", lambda found: windows.variable(found[1]) or found[0], text)


def named(values: Mapping[str, Value], name: str) -> Value | None:
    """A value by its name, whose case does not count in the registry."""
    return next((value for key, value in values.items() if key.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of Office. imposed: by the IT department, so that the user cannot change it."""

    value: Value
    imposed: bool


def office_setting(windows: Windows, key: str, name: str) -> Setting | None:
    """A setting of Office as it applies: what is imposed, else what the user chose."""
    for root in (*POLICIES, USER_OFFICE):
        value = named(windows.values(rf"{root}\{key}"), name)
        if value is not None:
            return Setting(value, root in POLICIES)
    return None
