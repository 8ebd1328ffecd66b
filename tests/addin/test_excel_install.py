"""Installing into Excel and taking away: on a Windows whose registry is in memory."""

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import windows_stub
from cases.windows_changes import (
    COMMON_LOCATIONS,
    LOCATIONS,
    Change,
    from_the_store,
    impose,
    imposed_elsewhere,
    network_profile,
    sign,
    trusted_above_only,
    without_libraries,
)
from cases.windows_stub import USER_LOCATION, VERSION, FakeWindows

from dotpop_addin.diagnosis import GOOD, Finding
from dotpop_addin.excel import build, changes, conf, places, settings
from dotpop_addin.excel.changes import mark_of_the_web
from dotpop_addin.excel.doctor import doctor as diagnose
from dotpop_addin.excel.install import OPTIONS, install, uninstall
from dotpop_addin.excel.places import Trust, trust
from dotpop_addin.problems import ProblemsFound

KNOWN = r"HKCU\Software\Microsoft\Office\16.0\Excel\Add-in Manager"


def found(windows: FakeWindows, subject: str) -> Finding:
    return next(finding for finding in diagnose(windows) if finding.subject == subject)


def opened_values(windows: FakeWindows) -> dict[str, object]:
    return {name: value for name, value in windows.values(OPTIONS).items() if name.startswith("OPEN")}


# --- install


def test_the_addin_goes_where_excel_opens_it_and_nothing_is_written_in_the_registry(windows: FakeWindows) -> None:
    registry, _ = windows.state()
    told = install(windows=windows)
    addin = windows.startup / "dotpop.xlam"
    assert str(addin) in told
    assert conf.read(addin).Interpreter_Win == str(windows.base / "pythonw.exe")
    assert windows.state()[0] == registry
    assert sorted(path.name for path in windows.root.rglob("*") if path.suffix in (".xlam", ".tmp", ".txt")) == [
        "dotpop.xlam"
    ]


@pytest.mark.parametrize("prepare", [lambda windows: None, network_profile], ids=["startup folder", "own folder"])
def test_installing_twice_changes_nothing_more(windows: FakeWindows, prepare: Change) -> None:
    prepare(windows)
    install(windows=windows)
    before = windows.state()
    assert "rien n'a changé" in install(windows=windows)
    assert windows.state() == before


def test_on_a_network_profile_the_addin_goes_to_a_local_folder_that_excel_is_told_of(windows: FakeWindows) -> None:
    network_profile(windows)
    windows.policy(OPTIONS, "OPEN", r'/R "C:\other.xll"')
    install(windows=windows)
    assert opened_values(windows) == {"OPEN": r'/R "C:\other.xll"', "OPEN1": f'"{windows.own / "dotpop.xlam"}"'}
    assert trust(windows, windows.own) is Trust.TRUSTED
    assert not windows.startup.exists()


def test_when_the_startup_folder_is_closed_the_local_folder_serves(
    windows: FakeWindows, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = changes._write

    def closed(path: Path, content: bytes) -> None:
        if path.is_relative_to(windows.startup):
            raise PermissionError(13, "denied", str(path))
        write(path, content)

    monkeypatch.setattr(changes, "_write", closed)
    install(windows=windows)
    assert not windows.startup.exists()
    assert (windows.own / "dotpop.xlam").exists()


def test_moving_to_the_other_folder_leaves_one_addin(windows: FakeWindows) -> None:
    network_profile(windows)
    install(windows=windows)
    windows.remote.clear()
    install(windows=windows)
    assert not (windows.own / "dotpop.xlam").exists()
    assert opened_values(windows) == {}
    assert windows.keys(places.USER_LOCATIONS) == ["location1"]


def test_a_folder_that_the_user_no_longer_trusts_is_trusted_again(windows: FakeWindows) -> None:
    windows.policy(USER_LOCATION, "Path", "C:\\Autre\\")
    assert trust(windows, windows.startup) is Trust.UNLISTED
    install(windows=windows)
    assert trust(windows, windows.startup) is Trust.TRUSTED
    uninstall(windows)
    assert windows.keys(places.USER_LOCATIONS) == ["location1"]


def test_libraries_that_pip_put_elsewhere_are_named_to_the_addin(windows: FakeWindows) -> None:
    elsewhere = windows.root / "roaming_python"
    elsewhere.mkdir()
    windows.packaged = [path.rename(elsewhere / path.name) for path in windows.packaged]
    install(windows=windows)
    assert conf.read(windows.startup / "dotpop.xlam").Library == str(elsewhere)
    assert found(windows, "Bibliothèque de xlwings").verdict == GOOD


def test_an_addin_that_was_signed_is_installed_as_it_is(windows: FakeWindows, tmp_path: Path) -> None:
    signed = tmp_path / "signed.xlam"
    sign(signed, build.build(tmp_path).read_bytes())
    install(signed, windows)
    assert (windows.startup / "dotpop.xlam").read_bytes() == signed.read_bytes()


def test_the_mark_of_the_web_is_taken_off(windows: FakeWindows) -> None:
    install(windows=windows)
    mark_of_the_web(windows.startup / "dotpop.xlam").write_text("[ZoneTransfer]\nZoneId=3")
    install(windows=windows)
    assert not mark_of_the_web(windows.startup / "dotpop.xlam").exists()


def with_excel_open(windows: FakeWindows) -> None:
    windows.open = True


def all_on_network(windows: FakeWindows) -> None:
    windows.remote.append(windows.root)


def without_folders(windows: FakeWindows) -> None:
    windows.variables.clear()


REFUSALS: dict[str, tuple[Change, str, str]] = {
    "Excel is open": (with_excel_open, "Excel est ouvert", "Fermer Excel"),
    "Python comes from the store": (from_the_store, "Microsoft Store", "python.org"),
    "an antivirus took the libraries": (without_libraries, "bibliothèque absente", "antivirus"),
    "every folder is on the network": (all_on_network, "sur le réseau", "service informatique"),
    "Windows names no folder": (without_folders, "sur le réseau", "service informatique"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_would_fail_is_refused_and_nothing_is_changed(windows: FakeWindows, case: str) -> None:
    prepare, told, advised = REFUSALS[case]
    prepare(windows)
    before = windows.state()
    with pytest.raises(ProblemsFound) as refusal:
        install(windows=windows)
    assert told in str(refusal.value)
    assert advised in str(refusal.value)
    assert "Rien n'a été modifié" in str(refusal.value)
    assert windows.state() == before


def test_an_absent_file_to_install_is_told(windows: FakeWindows) -> None:
    with pytest.raises(ProblemsFound, match="illisible"):
        install(windows.root / "absent.xlam", windows)


# --- uninstall


def test_uninstalling_leaves_the_machine_as_it_was_before(windows: FakeWindows) -> None:
    windows.startup.mkdir(parents=True)  # Excel's own
    windows.policy(OPTIONS, "Font", "Arial,10")
    before = windows.state()
    install(windows=windows)
    assert "retiré" in uninstall(windows)
    assert windows.state() == before
    assert "rien n'a changé" in uninstall(windows)
    assert windows.state() == before


def test_uninstalling_closes_the_gap_that_it_leaves_among_the_addins(windows: FakeWindows) -> None:
    network_profile(windows)
    windows.policy(OPTIONS, "OPEN", "first.xla")
    install(windows=windows)
    windows.policy(OPTIONS, "OPEN2", "%APPDATA%\\second.xla")
    windows.policy(KNOWN, str(windows.own / "dotpop.xlam"), "")
    windows.policy(KNOWN, "C:\\other.xlam", "")
    uninstall(windows)
    assert opened_values(windows) == {"OPEN": "first.xla", "OPEN1": "%APPDATA%\\second.xla"}
    assert isinstance(windows.values(OPTIONS)["OPEN1"], settings.Expandable)
    assert list(windows.values(KNOWN)) == ["C:\\other.xlam"]
    assert windows.keys(places.USER_LOCATIONS) == ["location1"]
    assert not windows.own.exists()


def test_what_is_not_ours_stays(windows: FakeWindows) -> None:
    network_profile(windows)
    windows.policy(f"{places.USER_LOCATIONS}\\Location5", "Path", str(windows.own))
    install(windows=windows)
    (windows.own / "mes notes.txt").write_text("à moi")
    windows.policy(OPTIONS, "OPEN7", r"C:\share\dotpop.xlam")
    uninstall(windows)
    assert (windows.own / "mes notes.txt").exists()
    assert opened_values(windows) == {"OPEN": r"C:\share\dotpop.xlam"}
    assert windows.keys(places.USER_LOCATIONS) == ["location1", "location5"]


def test_uninstalling_is_refused_while_excel_is_open(windows: FakeWindows) -> None:
    install(windows=windows)
    windows.open = True
    before = windows.state()
    with pytest.raises(ProblemsFound, match="Fermer Excel"):
        uninstall(windows)
    assert windows.state() == before


@pytest.mark.parametrize("action", [lambda: install(), lambda: uninstall()], ids=["install", "uninstall"])
def test_elsewhere_than_on_windows_it_is_said_with_what_can_be_done(
    action: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "this_windows", lambda: None)
    with pytest.raises(ProblemsFound, match=r"Windows.*dotpop excel build.*LibreOffice"):
        action()


# --- faults


class Fault:
    """Fails once, at the change of this rank, whatever it is made on."""

    def __init__(self, rank: int) -> None:
        self.left = rank
        self.happened = False

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0 and not self.happened:
            self.happened = True
            raise PermissionError(13, "denied")

    def before(self, function: Callable[..., Any], within: Path) -> Callable[..., Any]:
        """The function, a change when its last path is within this folder."""

        def failing(*arguments: Any, **options: Any) -> Any:
            if [one for one in arguments if isinstance(one, Path)][-1].is_relative_to(within):
                self()
            return function(*arguments, **options)

        return failing


def one_folder(windows: FakeWindows) -> None:
    """The startup folder only: there is nowhere else to go when it fails."""
    windows.remote.append(windows.own)


def with_an_older_addin(windows: FakeWindows) -> None:
    """The older one in the local folder, told to Excel among others; the newer one goes to the other folder."""
    network_profile(windows)
    windows.policy(OPTIONS, "OPEN", "first.xla")
    install(windows=windows)
    windows.policy(OPTIONS, "OPEN2", "second.xla")
    windows.remote[:] = [windows.own]


FAULTED: dict[str, tuple[Change, Callable[[FakeWindows], object], int]] = {
    "install on a new machine": (one_folder, lambda windows: install(windows=windows), 4),
    "install told to Excel": (network_profile, lambda windows: install(windows=windows), 6),
    "install over an older one": (with_an_older_addin, lambda windows: install(windows=windows), 8),
    "uninstall": (with_an_older_addin, uninstall, 6),
}


@pytest.mark.parametrize("case", FAULTED)
def test_a_fault_at_any_change_leaves_all_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    prepare, act, least = FAULTED[case]
    for rank in itertools.count():
        windows, fault = FakeWindows(tmp_path / str(rank)), Fault(rank)
        prepare(windows)
        before = windows.state()
        with monkeypatch.context() as patched:
            windows.winreg.before_change = fault
            for place, name in ((changes.saving, "replace"), (changes.Changes, "remove_file"), (Path, "mkdir")):
                patched.setattr(place, name, fault.before(getattr(place, name), windows.root))
            refusal = refused(act, windows)
        if not fault.happened:
            break
        assert "Rien n'a été modifié" in refusal
        assert windows.state() == before
    assert rank >= least


def refused(act: Callable[[FakeWindows], object], windows: FakeWindows) -> str:
    """What is told of a refusal; nothing when there was none."""
    try:
        act(windows)
    except ProblemsFound as refusal:
        return str(refusal)
    return ""


def test_what_could_not_be_undone_is_told(windows: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink, addin = Path.unlink, windows.startup / "dotpop.xlam"

    def refuse() -> None:
        raise PermissionError(13, "denied")

    windows.policy(USER_LOCATION, "Path", "C:\\Autre\\")
    windows.winreg.before_change = refuse
    monkeypatch.setattr(Path, "unlink", lambda path, **options: refuse() if path == addin else unlink(path, **options))
    with pytest.raises(ProblemsFound, match="à moitié changé") as told:
        install(windows=windows)
    assert str(addin) in str(told.value)
    assert "Rien n'a été modifié" not in str(told.value)


# --- trust


def trusted_below(windows: FakeWindows) -> None:
    windows.policy(USER_LOCATION, "Path", windows.variables["APPDATA"])
    windows.policy(USER_LOCATION, "AllowSubfolders", 1)


def imposed_here(windows: FakeWindows) -> None:
    imposed_elsewhere(windows)
    impose(rf"{COMMON_LOCATIONS}\Location1", "Path", str(windows.startup))(windows)


def never_started(windows: FakeWindows) -> None:
    del windows.winreg.tree["1\\" + USER_LOCATION.partition("\\")[2].casefold()]


TRUSTS: dict[str, tuple[Change, Trust]] = {
    "Excel's own list": (lambda windows: None, Trust.TRUSTED),
    "Excel never started": (never_started, Trust.TRUSTED),
    "a folder above, with its folders": (trusted_below, Trust.TRUSTED),
    "a folder above, alone": (trusted_above_only, Trust.UNLISTED),
    "all disabled": (impose(LOCATIONS, "AllLocationsDisabled", 1), Trust.NONE),
    "only those of the department": (imposed_elsewhere, Trust.IMPOSED),
    "one of those of the department": (imposed_here, Trust.TRUSTED),
    "on the network": (network_profile, Trust.NETWORK),
}


@pytest.mark.parametrize("case", TRUSTS)
def test_whether_excel_trusts_the_startup_folder(windows: FakeWindows, case: str) -> None:
    prepare, expected = TRUSTS[case]
    prepare(windows)
    assert trust(windows, windows.startup) is expected


@pytest.mark.parametrize(("machine", "bits"), [(0x14C, 32), (0x8664, 64), (0xAA64, 64), (0x1, None)])
def test_the_bits_of_excel_choose_the_library(windows: FakeWindows, machine: int, bits: int | None) -> None:
    windows.write_excel(machine)
    assert places.program_bits(windows.excel) == bits
    wanted = [f"xlwings{one}-{VERSION}.dll" for one in ([bits] if bits else [32, 64])]
    assert places.libraries(windows) == wanted


class Library:
    """Windows' own functions, as ctypes gives them."""

    def GetDriveTypeW(self, drive: str) -> int:  # noqa: N802
        return 4

    def FindWindowW(self, kind: str, title: None) -> int:  # noqa: N802
        return 7 if kind == "XLMAIN" else 0


def test_a_share_a_mapped_drive_and_an_open_excel_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winreg", windows_stub.Winreg())
    monkeypatch.setattr(settings, "_library", lambda name: Library())
    real = settings.ThisWindows()
    assert real.on_network(Path("\\\\server\\profiles"))
    assert real.on_network(Path("/mapped"))
    assert real.excel_runs()
    assert real.python.executable == Path(sys.executable)
    assert real.values(r"HKCU\Software\absent") == {}
