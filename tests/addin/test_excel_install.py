"""Installing into Excel, taking away, and the diagnosis: on a Windows whose registry is in memory."""

import itertools
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import windows_stub
from cases.windows_stub import USER_LOCATION, VERSION, FakeWindows

from dotpop_addin.diagnosis import BAD, GOOD, NOTE, Finding, sound
from dotpop_addin.excel import build, changes, conf, doctor, places, settings
from dotpop_addin.excel.changes import mark_of_the_web
from dotpop_addin.excel.doctor import doctor as diagnose
from dotpop_addin.excel.install import OPTIONS, install, uninstall
from dotpop_addin.excel.places import Trust, trust
from dotpop_addin.problems import ProblemsFound
from dotpop_model import __version__

POLICIES = r"HKCU\Software\Policies\Microsoft\Office\16.0"
LOCATIONS = r"Excel\Security\Trusted Locations"
COMMON_LOCATIONS = r"Common\Security\Trusted Locations"
DISABLED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
KNOWN = r"HKCU\Software\Microsoft\Office\16.0\Excel\Add-in Manager"
DEFENDER = r"HKLM\Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
Change = Callable[[FakeWindows], object]


@pytest.fixture
def windows(tmp_path: Path) -> FakeWindows:
    return FakeWindows(tmp_path)


def network_profile(windows: FakeWindows) -> None:
    windows.remote.append(windows.startup)


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


def without_libraries(windows: FakeWindows) -> None:
    for path in windows.packaged:
        path.unlink()


def from_the_store(windows: FakeWindows) -> None:
    windows.base = windows.root / "WindowsApps" / "Python"


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


def impose(key: str, name: str, value: str | int) -> Change:
    return lambda windows: windows.policy(rf"{POLICIES}\{key}", name, value)


def trusted_below(windows: FakeWindows) -> None:
    windows.policy(USER_LOCATION, "Path", windows.variables["APPDATA"])
    windows.policy(USER_LOCATION, "AllowSubfolders", 1)


def trusted_above_only(windows: FakeWindows) -> None:
    windows.policy(USER_LOCATION, "Path", windows.variables["APPDATA"])


def imposed_elsewhere(windows: FakeWindows) -> None:
    impose(COMMON_LOCATIONS, "Allow User Locations", 0)(windows)


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


# --- doctor


def found(windows: FakeWindows, subject: str) -> Finding:
    return next(finding for finding in diagnose(windows) if finding.subject == subject)


def sign(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProjectSignatureV3.bin", b"signature")


def signed(windows: FakeWindows) -> None:
    sign(windows.startup / "dotpop.xlam", (windows.startup / "dotpop.xlam").read_bytes())


def damaged(windows: FakeWindows) -> None:
    (windows.startup / "dotpop.xlam").write_bytes(b"PK damaged")


def reset(windows: FakeWindows, wanted: conf.Settings) -> None:
    """Gives the installed add-in other settings."""
    addin = windows.startup / "dotpop.xlam"
    with zipfile.ZipFile(addin) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(addin, "w") as archive:
        for name, content in (parts | {conf.PART: conf.sheet(wanted).encode()}).items():
            archive.writestr(name, content)


def older(windows: FakeWindows) -> None:
    reset(windows, conf.Settings(str(windows.base / "pythonw.exe"), "", "", "0.0.1", VERSION))


def named_by_variables(windows: FakeWindows) -> None:
    libraries_not_found(windows)
    windows.variables |= {"PLACE": str(windows.base), "ELSEWHERE": str(windows.root / "elsewhere")}
    reset(windows, conf.Settings("%PLACE%/pythonw.exe", "", "%ELSEWHERE%", __version__, VERSION))


def twice(windows: FakeWindows) -> None:
    windows.own.mkdir()
    (windows.own / "dotpop.xlam").write_bytes((windows.startup / "dotpop.xlam").read_bytes())


def in_own_folder_untold(windows: FakeWindows) -> None:
    windows.own.mkdir()
    (windows.startup / "dotpop.xlam").rename(windows.own / "dotpop.xlam")


def marked(windows: FakeWindows) -> None:
    mark_of_the_web(windows.startup / "dotpop.xlam").write_text("[ZoneTransfer]")


def disabled(windows: FakeWindows) -> None:
    place = str(windows.startup / "dotpop.xlam").lower()
    windows.policy(DISABLED, "63CB962", bytes(12) + place.encode("utf-16-le"))


def in_onedrive(windows: FakeWindows) -> None:
    windows.variables["OneDrive"] = str(windows.base)


def python_removed(windows: FakeWindows) -> None:
    (windows.base / "pythonw.exe").unlink()


def other_python(windows: FakeWindows) -> None:
    new = windows.root / "python312"
    new.mkdir()
    for path in windows.base.iterdir():
        (new / path.name).write_bytes(path.read_bytes())
        (new / path.name).chmod(0o755)
    windows.base = new


def store_excel(windows: FakeWindows) -> None:
    windows.excel = windows.root / "WindowsApps" / "EXCEL.EXE"
    windows.excel.parent.mkdir()
    windows.write_excel(0x8664)
    windows.policy(r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(windows.excel))


def libraries_not_found(windows: FakeWindows) -> None:
    (windows.root / "elsewhere").mkdir()
    windows.packaged = [path.rename(windows.root / "elsewhere" / path.name) for path in windows.packaged]


def defender(rule: str, value: str) -> Change:
    return lambda windows: windows.policy(DEFENDER, rule.upper(), value)


def programs(serving: str, calling: str) -> Change:
    """What pythonw.exe and python.exe do, in shell."""

    def prepare(windows: FakeWindows) -> None:
        windows.write_program("pythonw.exe", f"#!/bin/sh\n{serving}\n")
        windows.write_program("python.exe", f"#!/bin/sh\n{calling}\n")

    return prepare


def only_listed_addins(windows: FakeWindows) -> None:
    impose(r"Excel\Resiliency", "RestrictToList", 1)(windows)


def with_addin_listed(windows: FakeWindows) -> None:
    only_listed_addins(windows)
    impose(r"Excel\Resiliency\AddinList", "dotpop.xlam", "1")(windows)


def both(*changes: Change) -> Change:
    def prepare(windows: FakeWindows) -> None:
        for change in changes:
            change(windows)

    return prepare


UNTRUSTED = impose(LOCATIONS, "AllLocationsDisabled", 1)
MACROS = r"Excel\Security"
DEFECTS: dict[str, tuple[Change, str, str, str]] = {
    # case: what is wrong, subject, words of what is found, words of the advice
    "Python of the store": (from_the_store, "Python", "Microsoft Store", "python.org"),
    "no Excel": (lambda windows: windows.excel.unlink(), "Excel", "introuvable", "LibreOffice"),
    "Excel of the store": (store_excel, "Excel", "WindowsApps", "Excel ordinaire"),
    "libraries taken away": (without_libraries, "Bibliothèque de xlwings", "absente", "antivirus"),
    "libraries elsewhere": (libraries_not_found, "Bibliothèque de xlwings", "là où", "excel install"),
    "not installed": (uninstall, "Complément", "pas installé", "excel install"),
    "installed twice": (twice, "Complément", "deux fois", "excel install"),
    "damaged": (damaged, "Complément", "abîmé", "excel install"),
    "another version": (older, "Complément", "0.0.1", "excel install"),
    "its Python is gone": (python_removed, "Python du complément", "n'existe pas", "excel install"),
    "Excel is not told of it": (in_own_folder_untold, "Chargement", "n'est pas parmi", "Compléments > Atteindre"),
    "disabled after an incident": (disabled, "Éléments désactivés", "a désactivé", "Éléments désactivés > Atteindre"),
    "marked as downloaded": (marked, "Provenance du fichier", "Internet", "Débloquer"),
    "trust switched off": (UNTRUSTED, "Emplacement approuvé", "désactivés", "service informatique"),
    "trust for the department's only": (imposed_elsewhere, "Emplacement approuvé", "seuls", "service informatique"),
    "folder taken off the list": (trusted_above_only, "Emplacement approuvé", "n'est pas", "excel install"),
    "signed macros only": (
        both(UNTRUSTED, impose(MACROS, "VBAWarnings", 3)),
        "Macros VBA",
        "imposé par le service informatique",
        "signer",
    ),
    "no macros, even signed": (
        both(UNTRUSTED, signed, impose(MACROS, "VBAWarnings", 4)),
        "Macros VBA",
        "toutes désactivées",
        "approuver le dossier",
    ),
    "macros with a warning, chosen by the user": (
        both(UNTRUSTED, lambda windows: windows.policy(rf"{settings.USER_OFFICE}\{MACROS}", "VBAWarnings", 2)),
        "Macros VBA",
        "réglage de l'utilisateur",
        "Centre de gestion de la confidentialité",
    ),
    "macros of the internet": (
        both(UNTRUSTED, marked, impose(MACROS, "blockcontentexecutionfrominternet", 1)),
        "Macros venues d'Internet",
        "bloquées",
        "Débloquer",
    ),
    "no VBA": (impose("Common", "VBAOff", 1), "VBA", "hors service", "LibreOffice"),
    "no add-ins": (impose(MACROS, "DisableAllAddins", 1), "Compléments d'Excel", "tous désactivés", "lever"),
    "signed add-ins only": (impose(MACROS, "RequireAddinSig", 1), "Signature des compléments", "exigée", "certificat"),
    "signed at start only": (
        impose(r"Common\Security", "requirealwaysonmacrosig", 1),
        "Signature des macros ouvertes au démarrage",
        "exigée",
        "certificat",
    ),
    "listed add-ins only": (only_listed_addins, "Liste des compléments permis", "n'y est pas", "ajouter dotpop.xlam"),
    "no program from Excel": (
        defender("d4f940ab-401b-4efc-aadc-ad5f3c50688a", "1"),
        "Règles de Windows Defender",
        "démarrer un autre programme",
        "exclusion",
    ),
    "no call of Windows, with a warning": (
        defender("92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b", "6"),
        "Règles de Windows Defender",
        "appeler Windows",
        "exclusion",
    ),
    "Python within OneDrive": (in_onedrive, "OneDrive", "python.exe", "hors de OneDrive"),
    "no pywin32": (
        programs("exec sleep 60", "echo \"ModuleNotFoundError: No module named 'pythoncom'\" >&2; exit 1"),
        "Appel d'une fonction",
        "pywin32 ne se charge pas",
        "force-reinstall pywin32",
    ),
    "no answer": (programs("exec sleep 60", "exec sleep 60"), "Appel d'une fonction", "pas de réponse", "antivirus"),
    "the server stops": (
        programs("echo ImportError: numpy >&2; exit 3", "exec sleep 60"),
        "Appel d'une fonction",
        "s'est arrêté (ImportError: numpy)",
        "AppLocker",
    ),
    "a wrong answer": (
        programs("exec sleep 60", "printf 12"),
        "Appel d'une fonction",
        "« 12 » au lieu de 100",
        "transmettre",
    ),
    "Python may not be started": (
        lambda windows: [path.chmod(0o644) for path in windows.base.glob("*.exe")],
        "Appel d'une fonction",
        "Python ne démarre pas",
        "AppLocker",
    ),
}


def test_all_is_in_order_after_an_installation(windows: FakeWindows) -> None:
    install(windows=windows)
    before = windows.state()
    findings = diagnose(windows)
    assert sound(findings), [str(finding) for finding in findings]
    assert [finding.subject for finding in findings if finding.verdict == NOTE] == ["Règles de Windows Defender"]
    assert [finding for finding in findings if finding.advice] == []
    assert windows.state() == before


@pytest.mark.parametrize("case", DEFECTS)
def test_each_defect_is_found_with_its_own_advice(windows: FakeWindows, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    change, subject, words, advised = DEFECTS[case]
    monkeypatch.setattr(doctor, "LIMIT", 0.5)
    install(windows=windows)
    change(windows)
    bad = [finding for finding in diagnose(windows) if finding.verdict == BAD]
    wanted = [finding for finding in bad if finding.subject == subject and words in finding.found]
    assert len(wanted) == 1, [str(finding) for finding in bad]
    assert advised in wanted[0].advice
    assert [finding for finding in bad if not finding.advice] == []


HARMLESS: dict[str, tuple[Change, str, str]] = {
    # case: what is set, subject, words of what is found
    "signed macros only, in a trusted folder": (impose(MACROS, "VBAWarnings", 3), "Macros VBA", "sauf signature"),
    "signed add-ins only, and it is": (
        both(signed, impose(MACROS, "RequireAddinSig", 1)),
        "Signature des compléments",
        "exigée",
    ),
    "signed macros only, and it is": (
        both(UNTRUSTED, signed, impose(MACROS, "VBAWarnings", 3)),
        "Emplacement approuvé",
        "le complément est signé",
    ),
    "listed among the allowed": (with_addin_listed, "Liste des compléments permis", "y est"),
    "a value that nobody knows": (impose(MACROS, "VBAWarnings", 9), "Macros VBA", "valeur inconnue"),
    "a rule that only watches": (
        defender("d4f940ab-401b-4efc-aadc-ad5f3c50688a", "2"),
        "Règles de Windows Defender",
        "visible",
    ),
    "paths that begin with a variable": (named_by_variables, "Python du complément", "celui-ci"),
    "another Python": (other_python, "Python du complément", "un autre"),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_does_not_stop_the_addin_is_no_defect(windows: FakeWindows, case: str) -> None:
    change, subject, words = HARMLESS[case]
    install(windows=windows)
    change(windows)
    findings = diagnose(windows)
    assert sound(findings), [str(finding) for finding in findings]
    assert words in next(finding for finding in findings if finding.subject == subject).found


def test_what_the_user_chose_yields_to_what_is_imposed(windows: FakeWindows) -> None:
    windows.policy(rf"{settings.USER_OFFICE}\{MACROS}", "VBAWarnings", 1)
    assert settings.office_setting(windows, MACROS, "vbawarnings") == settings.Setting(1, imposed=False)
    impose(MACROS, "VBAWarnings", 3)(windows)
    assert settings.office_setting(windows, MACROS, "VBAWarnings") == settings.Setting(3, imposed=True)


def test_what_was_not_examined_is_never_said_to_be_good(windows: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = diagnose(windows)
    assert next(finding for finding in findings if "non examinés" in finding.found).verdict == NOTE
    monkeypatch.setattr(doctor, "this_windows", lambda: None)
    elsewhere = diagnose()
    assert [finding.subject for finding in elsewhere] == ["Python", "Paquets", "Construction du complément", "Excel"]
    assert elsewhere[-1].verdict == NOTE
    assert "LibreOffice" in elsewhere[-1].advice
    assert sound(elsewhere)


def test_without_the_packages_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_version", lambda name: "")
    monkeypatch.setattr(doctor, "xlwings_version", lambda: "")
    monkeypatch.setattr(doctor, "this_windows", lambda: None)
    bad = [finding for finding in diagnose() if finding.verdict == BAD]
    assert [finding.subject for finding in bad] == ["Paquets", "Construction du complément"]
    assert all("pip install dotpop[excel]" in finding.advice for finding in bad)


CALLED_FOR_REAL = """
import json, sys
from unittest.mock import MagicMock
from cases import com_stub

for name in ("win32event", "win32com.server.exception"):
    sys.modules[name] = MagicMock(name=name)
com_stub.stub()
sys.modules["win32com.server.util"].unwrap.side_effect = ValueError("not one of ours")
sys.modules["win32com.server"].util = sys.modules["win32com.server.util"]
sys.modules["win32com"].server = sys.modules["win32com.server"]
del sys.modules["xlwings.com_server"]
from xlwings.com_server import XLPython
from dotpop_addin.excel.doctor import ask

class Server:
    def GetIDsOfNames(self, name):
        return name
    def Invoke(self, name, locale, flags, wanted, *arguments):
        return getattr(XLPython(), name)(*arguments)

pythoncom = sys.modules["pythoncom"]
pythoncom.CoCreateInstance.side_effect = [pythoncom.com_error(), Server()]
json.dump(ask("{clsid}"), sys.stdout)
"""


def test_the_call_goes_through_the_server_of_xlwings_and_gives_what_is_expected() -> None:
    tests = Path(windows_stub.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", CALLED_FOR_REAL], cwd=tests, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == json.dumps(doctor.EXPECTED)
