"""Looks at everything on which the add-in depends, and says in French what is wrong and what to do about it.

As a program (doctor CLSID): calls a cell function of the function server that bears this identifier, and writes the result.
"""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from dotpop_addin.diagnosis import BAD, NOTE, Finding
from dotpop_addin.excel import conf, places
from dotpop_addin.excel.changes import is_marked
from dotpop_addin.excel.install import OPTIONS, RESTORE, opened, opens, packaged_folder
from dotpop_addin.excel.places import ADDIN, Trust
from dotpop_addin.excel.policies import macro_settings, program_rules
from dotpop_addin.excel.settings import USER_OFFICE, Python, Windows, expanded, this_python, this_windows, xlwings_version
from dotpop_addin.problems import ProblemsFound, in_french
from dotpop_model import __version__

LIMIT, PAUSE = 60.0, 0.2  # seconds: xlwings itself gives up after about a minute
MODULE, FUNCTION = "dotpop_addin.functions.excel", "DOTPOP_MOYENNE"
ARGUMENTS, EXPECTED = (((100.0,), (300.0,)), ((1.0,), (3.0,))), 100.0
CALL = "Appel d'une fonction"
PYWIN32 = ("pywin32", "pywintypes", "pythoncom", "win32api")
INSTALL = "Fermer Excel, puis lancer dotpop excel install."
PACKAGE = "Lancer : python -m pip install dotpop[excel]."


def doctor(windows: Windows | None = None) -> list[Finding]:
    """What was found, in the order in which things depend on each other. Changes nothing."""
    windows = windows or this_windows()
    python = windows.python if windows else this_python()
    findings = [_python(python), _packages(), _construction(python)]
    if windows is None:
        found = "non examiné : cet ordinateur n'est pas sous Windows"
        advice = "Lancer dotpop excel doctor sur le poste Windows ; ici, LibreOffice (dotpop libreoffice install) convient."
        return [*findings, Finding("Excel", found, advice, NOTE)]
    return [*findings, *(finding for look in LOOKS for finding in look(windows))]


def _python(python: Python) -> Finding:
    found = f"{python.version}, {python.bits} bits, {python.executable}"
    if python.from_store:
        advice = "Installer Python depuis python.org ou par le service informatique : Excel ne voit pas celui-ci."
        return Finding("Python", f"{found}, du Microsoft Store", advice, BAD)
    return Finding("Python", found)


def _packages() -> Finding:
    found = f"dotpop {__version__}, xlwings {xlwings_version() or 'absent'}"
    if xlwings_version() == conf.XLWINGS:
        return Finding("Paquets", found)
    return Finding("Paquets", f"{found} au lieu de {conf.XLWINGS}", PACKAGE, BAD)


def _construction(python: Python) -> Finding:
    from dotpop_addin.excel.build import build

    subject = "Construction du complément"
    try:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), interpreter=str(python.windowed))
    except ProblemsFound as error:
        return Finding(subject, f"impossible ({error.problems[0].found})", error.problems[0].action, BAD)
    return Finding(subject, "possible")


def _excel(windows: Windows) -> Iterator[Finding]:
    program = places.excel_program(windows)
    if program is None:
        advice = "Installer Excel pour Windows, ou utiliser LibreOffice (dotpop libreoffice install)."
        yield Finding("Excel", "introuvable sur ce poste", advice, BAD)
        return
    version = windows.values(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration").get("VersionToReport", "inconnue")
    bits = places.program_bits(program)
    found = f"version {version!s}, {f'{bits} bits' if bits else 'nombre de bits inconnu'}, {program}"
    if "WindowsApps" in program.parts:
        advice = "Demander au service informatique l'Excel ordinaire : celui du Microsoft Store ne peut pas appeler Python."
        yield Finding("Excel", found, advice, BAD)
    else:
        yield Finding("Excel", found)


def _library(windows: Windows) -> Iterator[Finding]:
    subject, settings = "Bibliothèque de xlwings", _settings(windows)
    python, folder = Path(expanded(settings.Interpreter_Win, windows)), expanded(settings.Library, windows)
    for name in places.libraries(windows):
        place = places.library(python, name, folder)
        if place:
            yield Finding(subject, str(place))
        elif any(path.name == name and path.exists() for path in windows.python.packaged):
            yield Finding(subject, f"{name} n'est pas là où le complément la cherche", INSTALL, BAD)
        else:
            yield Finding(subject, f"{name} est absente", RESTORE, BAD)


def _settings(windows: Windows) -> conf.Settings:
    """What the installed add-in starts; what it would, when it is not installed or cannot be read."""
    addin = places.installed(windows)
    read = _read_settings(addin) if addin else None
    return read or conf.Settings(str(windows.python.windowed), "", packaged_folder(windows), __version__)


def _read_settings(addin: Path) -> conf.Settings | None:
    try:
        return conf.read(addin)
    except (OSError, KeyError, ParseError, BadZipFile):
        return None


def _addin(windows: Windows) -> Iterator[Finding]:
    """The add-in, and what may stop it; none of that when it is not installed."""
    copies = [folder / ADDIN for folder in places.folders(windows) if (folder / ADDIN).exists()]
    if not copies:
        yield Finding("Complément", "pas installé", INSTALL, BAD)
        yield Finding("Chargement et blocages", "non examinés : le complément n'est pas installé", verdict=NOTE)
        return
    if len(copies) > 1:
        yield Finding("Complément", f"installé deux fois : {' et '.join(map(str, copies))}", INSTALL, BAD)
    addin = copies[0]
    yield from (_version(addin), _interpreter(windows, addin), _loading(windows, addin), _disabled(windows), _mark(addin))
    signed, trusted = _signed(addin), places.trust(windows, addin.parent)
    yield _trusted(trusted, signed)
    downloaded = is_marked(addin)
    yield from macro_settings(windows, signed=signed, trusted=trusted is Trust.TRUSTED, downloaded=downloaded)


def _version(addin: Path) -> Finding:
    settings = _read_settings(addin)
    if settings is None:
        return Finding("Complément", f"{addin} est abîmé", INSTALL, BAD)
    found = f"dotpop {settings.Version or 'de version inconnue'}, xlwings {settings.xlwings or 'inconnu'}, {addin}"
    if (settings.Version, settings.xlwings) == (__version__, conf.XLWINGS):
        return Finding("Complément", found)
    return Finding("Complément", f"d'une autre version que ce Python ({found})", INSTALL, BAD)


def _interpreter(windows: Windows, addin: Path) -> Finding:
    subject, settings = "Python du complément", _read_settings(addin)
    if settings is None:
        return Finding(subject, "non examiné : le complément est abîmé", verdict=NOTE)
    called = Path(expanded(settings.Interpreter_Win, windows))
    if not called.exists():
        return Finding(subject, f"{called} n'existe pas", INSTALL, BAD)
    if places.same(str(called), str(windows.python.windowed)):
        return Finding(subject, "celui-ci")
    advice = "Lancer le diagnostic avec ce Python-là, ou relancer dotpop excel install avec celui-ci."
    return Finding(subject, f"un autre que celui-ci : {called}", advice, NOTE)


def _loading(windows: Windows, addin: Path) -> Finding:
    if addin.parent == places.startup_folder(windows):
        return Finding("Chargement", "Excel ouvre le complément à son démarrage (dossier XLSTART)")
    if any(opens(windows, value, addin) for value in opened(windows).values()):
        return Finding("Chargement", f"Excel ouvre le complément à son démarrage (registre, {OPTIONS})")
    advice = f"Dans Excel, Fichier > Options > Compléments > Atteindre : cocher dotpop. Sinon : {INSTALL}"
    return Finding("Chargement", "le complément n'est pas parmi ceux qu'Excel ouvre", advice, BAD)


def _disabled(windows: Windows) -> Finding:
    items = windows.values(rf"{USER_OFFICE}\Excel\Resiliency\DisabledItems").values()
    texts = [item.decode("utf-16-le", "replace").casefold() for item in items if isinstance(item, bytes)]
    if any(ADDIN in text for text in texts):
        advice = "Dans Excel, Fichier > Options > Compléments, Gérer : Éléments désactivés > Atteindre : activer dotpop."
        return Finding("Éléments désactivés", "Excel a désactivé le complément après un incident", advice, BAD)
    return Finding("Éléments désactivés", "le complément n'en est pas")


def _mark(addin: Path) -> Finding:
    subject = "Provenance du fichier"
    if is_marked(addin):
        advice = f"Clic droit sur le fichier > Propriétés > Débloquer. Sinon : {INSTALL}"
        return Finding(subject, "marqué comme venu d'Internet : Excel peut en bloquer les macros", advice, BAD)
    return Finding(subject, "pas marqué comme venu d'Internet")


def _signed(addin: Path) -> bool:
    try:
        with ZipFile(addin) as archive:
            return any("vbaProjectSignature" in name for name in archive.namelist())
    except (OSError, BadZipFile):
        return False


def _trusted(trusted: Trust, signed: bool) -> Finding:
    subject = "Emplacement approuvé"
    if trusted is Trust.TRUSTED:
        return Finding(subject, trusted.value)
    if signed:
        return Finding(subject, f"{trusted.value} ; le complément est signé", verdict=NOTE)
    return Finding(subject, trusted.value, UNTRUSTED[trusted], BAD)


ASK = "Demander au service informatique"
UNTRUSTED = {
    Trust.UNLISTED: INSTALL,
    Trust.NONE: f"{ASK} de rétablir les emplacements approuvés d'Excel, ou de signer le complément.",
    Trust.NETWORK: f"{INSTALL} L'installation choisit alors un dossier de ce poste.",
    Trust.IMPOSED: f"{ASK} d'approuver le dossier du complément par une stratégie, ou de signer le complément.",
}


def _onedrive(windows: Windows) -> Iterator[Finding]:
    names = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
    synchronised = [Path(folder) for name in names if (folder := windows.variable(name))]
    watched = (windows.python.executable, *(folder / ADDIN for folder in places.folders(windows)))
    inside = [one for one in watched if any(one.is_relative_to(folder) for folder in synchronised)]
    if inside:
        advice = "Installer Python et dotpop hors de OneDrive, par exemple sous C:\\Utilisateurs\\nom\\dotpop."
        yield Finding("OneDrive", f"synchronise {', '.join(map(str, inside))}", advice, BAD)
    else:
        yield Finding("OneDrive", "ne synchronise ni Python ni le complément")


def _call(windows: Windows) -> Iterator[Finding]:
    """Starts the function server as the add-in does (`sources/dotpop_python.bas`), and calls a function as Excel does."""
    clsid, settings = f"{{{uuid.uuid4()}}}", _settings(windows)
    paths = f"import sys; sys.path[:0] = {settings.PYTHONPATH.split(';')}; " if settings.PYTHONPATH else ""
    python = expanded(settings.Interpreter_Win, windows)
    serve = [python, "-E", "-P", "-B", "-c", f"{paths}import xlwings; xlwings.serve('{clsid}')"]
    call = [str(windows.python.executable), "-B", "-m", "dotpop_addin.excel.doctor", clsid]
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as complaint:
        try:
            status = _first_to_end(serve, call, answer, complaint)
        except OSError as error:
            yield _uncalled(f"Python ne démarre pas ({in_french(error)})")
        else:
            yield _outcome(status, _text(answer), _text(complaint))


def _first_to_end(serve: list[str], call: list[str], answer: IO[bytes], complaint: IO[bytes]) -> int | None:
    """Runs both until one of them ends, or time is up; gives the status of the call if it ended."""
    end = time.monotonic() + LIMIT
    with _running(serve, complaint, complaint) as server, _running(call, answer, complaint) as client:
        while client.poll() is None and server.poll() is None and time.monotonic() < end:
            time.sleep(PAUSE)
        return client.poll()


@contextmanager
def _running(command: list[str], output: IO[bytes], complaint: IO[bytes]) -> "Iterator[subprocess.Popen[bytes]]":
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # which is only where there is Windows
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=complaint, creationflags=hidden)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace").strip()


def _outcome(status: int | None, answer: str, complaint: str) -> Finding:
    last = complaint.splitlines()[-1] if complaint else ""
    if any(module in last for module in PYWIN32):
        advice = "Lancer : python -m pip install --force-reinstall pywin32. Puis refaire le diagnostic."
        return Finding(CALL, f"pywin32 ne se charge pas dans ce Python ({last})", advice, BAD)
    if status is None and not last:
        return _uncalled(f"pas de réponse en {LIMIT:g} secondes")
    if status != 0:
        return _uncalled(f"le serveur de fonctions s'est arrêté ({last or 'sans message'})")
    if answer != json.dumps(EXPECTED):
        return _uncalled(f"{FUNCTION} rend « {answer} » au lieu de {EXPECTED:g}")
    return Finding(CALL, f"{FUNCTION} répond juste")


def _uncalled(found: str) -> Finding:
    advice = (
        "Refaire le diagnostic une fois. Si cela demeure, demander au service informatique si l'antivirus ou une règle "
        "(AppLocker, WDAC) arrête pythonw.exe, et lui transmettre ce message."
    )
    return Finding(CALL, found, advice, BAD)


def ask(clsid: str) -> object:
    """What the function server answers. It is asked until it is there: whoever started this process sets the limit."""
    pythoncom = import_module("pythoncom")  # which is only where there is Windows
    while True:
        try:
            server = pythoncom.CoCreateInstance(clsid, None, pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch)
            break
        except pythoncom.com_error:
            time.sleep(PAUSE)
    method = server.GetIDsOfNames("CallUDF")
    answer: object = server.Invoke(method, 0, pythoncom.DISPATCH_METHOD, True, MODULE, FUNCTION, ARGUMENTS, None, None)
    return answer


LOOKS: tuple[Callable[[Windows], Iterator[Finding]], ...] = (
    _excel,
    _library,
    _addin,
    program_rules,
    _onedrive,
    _call,
)

if __name__ == "__main__":
    json.dump(ask(sys.argv[1]), sys.stdout)
