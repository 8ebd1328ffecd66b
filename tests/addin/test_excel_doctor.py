"""The diagnosis of an installation into Excel: each defect with its own advice, on a Windows whose registry is in memory."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cases import windows_stub
from cases.windows_changes import (
    LOCATIONS,
    Change,
    from_the_store,
    impose,
    imposed_elsewhere,
    sign,
    trusted_above_only,
    without_libraries,
)
from cases.windows_stub import VERSION, FakeWindows

from dotpop_addin.diagnosis import BAD, NOTE, sound
from dotpop_addin.excel import build, conf, doctor, settings
from dotpop_addin.excel.changes import mark_of_the_web
from dotpop_addin.excel.doctor import doctor as diagnose
from dotpop_addin.excel.install import install, uninstall
from dotpop_model import __version__

DISABLED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
DEFENDER = r"HKLM\Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"


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
