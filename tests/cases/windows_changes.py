"""What makes a Windows unlike a plain one: folders elsewhere, policies, what an antivirus takes away."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from cases.windows_stub import USER_LOCATION, FakeWindows

POLICIES = r"HKCU\Software\Policies\Microsoft\Office\16.0"
LOCATIONS = r"Excel\Security\Trusted Locations"
COMMON_LOCATIONS = r"Common\Security\Trusted Locations"
Change = Callable[[FakeWindows], object]


def network_profile(windows: FakeWindows) -> None:
    windows.remote.append(windows.startup)


def from_the_store(windows: FakeWindows) -> None:
    windows.base = windows.root / "WindowsApps" / "Python"


def without_libraries(windows: FakeWindows) -> None:
    for path in windows.packaged:
        path.unlink()


def impose(key: str, name: str, value: str | int) -> Change:
    return lambda windows: windows.policy(rf"{POLICIES}\{key}", name, value)


def trusted_above_only(windows: FakeWindows) -> None:
    windows.policy(USER_LOCATION, "Path", windows.variables["APPDATA"])


def imposed_elsewhere(windows: FakeWindows) -> None:
    impose(COMMON_LOCATIONS, "Allow User Locations", 0)(windows)


def sign(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProjectSignatureV3.bin", b"signature")
