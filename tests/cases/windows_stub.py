"""A Windows to install into, on any system: the real layer of `settings` over a registry in memory and folders of a test."""

# ruff: noqa: N802 (names of winreg)

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dotpop_addin.excel import conf
from dotpop_addin.excel.settings import Python, ThisWindows

VERSION = conf.XLWINGS
PYTHON_THAT_SERVES = "#!/bin/sh\nexec sleep 60\n"
PYTHON_THAT_ANSWERS = "#!/bin/sh\nprintf 100.0\n"
USER_LOCATION = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations\Location1"


class Key:
    """An open key of the registry, named by its path in lower case."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> "Key":
        return self

    def __exit__(self, *_: object) -> None: ...

    def Close(self) -> None: ...


class Winreg:
    """What Python's winreg does, for one user without administrator rights. tree: key → name → (value, kind).

    before_change: called before each change; what it raises is raised instead of the change.
    """

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE = 1, 2
    REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD = 1, 2, 3, 4
    KEY_READ, KEY_WRITE, KEY_WOW64_64KEY = 0x20019, 0x20006, 0x100

    def __init__(self) -> None:
        self.tree: dict[str, dict[str, tuple[Any, int]]] = {"1": {}, "2": {}}
        self.before_change: Callable[[], None] = lambda: None

    def OpenKey(self, hive: int, path: str, reserved: int, access: int) -> Key:
        return self._existing(self._checked(hive, path, access))

    def CreateKeyEx(self, hive: int, path: str, reserved: int, access: int) -> Key:
        full = self._checked(hive, path, access)
        words = full.split("\\")
        for length in range(2, len(words) + 1):
            self.tree.setdefault("\\".join(words[:length]), {})
        return Key(full)

    def SetValueEx(self, key: Key, name: str, reserved: int, kind: int, value: Any) -> None:
        assert type(value) is {3: bytes, 4: int}.get(kind, type(value))
        self.before_change()
        self.tree[key.path][self._spelt(key, name)] = (str(value) if kind < 3 else value, kind)

    def DeleteValue(self, key: Key, name: str) -> None:
        self.before_change()
        try:
            del self.tree[key.path][self._spelt(key, name)]
        except KeyError:
            raise FileNotFoundError(2, "value not found") from None

    def DeleteKeyEx(self, hive: int, path: str, access: int, reserved: int) -> None:
        key = self._existing(self._checked(hive, path, self.KEY_WRITE))
        self.before_change()
        if self._below(key):
            raise PermissionError(13, "key holds others")
        del self.tree[key.path]

    def EnumKey(self, key: Key, place: int) -> str:
        return self._at(sorted(self._below(key)), place)

    def EnumValue(self, key: Key, place: int) -> tuple[str, Any, int]:
        return self._at([(name, value, kind) for name, (value, kind) in self.tree[key.path].items()], place)

    def _checked(self, hive: int, path: str, access: int) -> str:
        if hive == self.HKEY_LOCAL_MACHINE and access & self.KEY_WRITE & ~self.KEY_READ:
            raise PermissionError(13, "access denied")
        return f"{hive}\\{path.casefold()}"

    def _existing(self, path: str) -> Key:
        if path not in self.tree:
            raise FileNotFoundError(2, "key not found")
        return Key(path)

    def _spelt(self, key: Key, name: str) -> str:
        return next((one for one in self.tree[key.path] if one.casefold() == name.casefold()), name)

    def _below(self, key: Key) -> set[str]:
        return {one[len(key.path) + 1 :].split("\\")[0] for one in self.tree if one.startswith(f"{key.path}\\")}

    def _at(self, found: list[Any], place: int) -> Any:
        if place >= len(found):
            raise OSError(259, "no more")
        return found[place]


class FakeWindows(ThisWindows):
    """A machine on which nothing is wrong: 64-bit Excel, Python with xlwings' libraries beside it, Excel's own settings."""

    def __init__(self, root: Path) -> None:
        self._registry = self.winreg = Winreg()
        self.root = root
        self.open = False
        self.remote: list[Path] = []
        self.variables = {name: str(root / name.lower()) for name in ("APPDATA", "LOCALAPPDATA", "OneDrive")}
        for folder in self.variables.values():
            Path(folder).mkdir(parents=True)
        self.base = root / "python311"
        self.base.mkdir()
        for name, text in {"python.exe": PYTHON_THAT_ANSWERS, "pythonw.exe": PYTHON_THAT_SERVES}.items():
            self.write_program(name, text)
        self.packaged = [self.base / f"xlwings{bits}-{VERSION}.dll" for bits in (32, 64)]
        for path in self.packaged:
            path.write_bytes(path.name.encode())
        self.excel = root / "office16" / "EXCEL.EXE"
        self.write_excel(0x8664)
        self.policy(r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(self.excel))
        self.policy(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration", "VersionToReport", "16.0.17328.20346")
        self.policy(USER_LOCATION, "Path", "%APPDATA%\\Microsoft\\Excel\\XLSTART\\")

    @property
    def startup(self) -> Path:
        return Path(self.variables["APPDATA"], "Microsoft", "Excel", "XLSTART")

    @property
    def own(self) -> Path:
        return Path(self.variables["LOCALAPPDATA"], "dotpop")

    @property
    def python(self) -> Python:
        return Python(self.base / "python.exe", self.base, "3.11.9", 64, tuple(self.packaged))

    def variable(self, name: str) -> str:
        return self.variables.get(name, "")

    def on_network(self, folder: Path) -> bool:
        return any(folder.is_relative_to(one) for one in self.remote)

    def excel_runs(self) -> bool:
        return self.open

    def write_program(self, name: str, text: str) -> None:
        """A program in the place of Python."""
        (self.base / name).write_text(text)
        (self.base / name).chmod(0o755)

    def write_excel(self, machine: int) -> None:
        """A program for this kind of processor, in the place of Excel."""
        self.excel.parent.mkdir(exist_ok=True)
        header = b"MZ".ljust(0x3C, b"\0") + (0x40).to_bytes(4, "little")
        self.excel.write_bytes(header + b"PE\0\0" + machine.to_bytes(2, "little"))

    def policy(self, key: str, name: str, value: str | int | bytes, kind: int | None = None) -> None:
        """What stands in the registry before anything is done, in any part of it."""
        hive, _, path = key.partition("\\")
        opened = self.winreg.CreateKeyEx({"HKCU": 1, "HKLM": 2}[hive], path, 0, 0)
        kinds = {str: Winreg.REG_EXPAND_SZ if "%" in str(value) else Winreg.REG_SZ, int: Winreg.REG_DWORD}
        self.winreg.SetValueEx(opened, name, 0, kind or kinds.get(type(value), Winreg.REG_BINARY), value)

    def state(self) -> tuple[object, ...]:
        """The registry and every file, to be compared."""
        files = {path: path.read_bytes() if path.is_file() else None for path in sorted(self.root.rglob("*"))}
        return copy.deepcopy(self.winreg.tree), files
