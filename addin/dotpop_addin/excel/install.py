"""Installs the add-in for the user who asks, without administrator rights; takes it away again.

Where it goes: see `places.startup_folder`. Everything is changed, or nothing.
"""

import itertools
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from dotpop_addin.excel import conf, places
from dotpop_addin.excel.changes import Changes, changing
from dotpop_addin.excel.places import ADDIN, Trust, library
from dotpop_addin.excel.settings import USER_OFFICE, Python, Value, Windows, expanded, required
from dotpop_addin.problems import Problem, ProblemsFound, in_french

OPTIONS = rf"{USER_OFFICE}\Excel\Options"
KNOWN = rf"{USER_OFFICE}\Excel\Add-in Manager"
UNTOUCHED = "Rien n'a été modifié."


def install(source: Path | None = None, windows: Windows | None = None) -> str:
    """Builds the add-in for this Python and installs it. source: an add-in already built (and signed) to install instead.

    Gives a French sentence. Raises ProblemsFound.
    """
    windows = required(windows)
    _refuse_store(windows.python)
    _refuse_open_excel(windows)
    content = _read(source) if source else _built(windows)
    refused: dict[Problem, None] = {}
    for folder in places.folders(windows):
        if windows.on_network(folder):
            continue
        try:
            return _install_in(windows, folder, content)
        except OSError as error:
            refused[_refused(folder / ADDIN, error)] = None
    raise ProblemsFound(refused or [_without_folder()])


def uninstall(windows: Windows | None = None) -> str:
    """Takes away what `install` added, and nothing else. Gives a French sentence. Raises ProblemsFound."""
    windows = required(windows)
    _refuse_open_excel(windows)
    own = places.own_folder(windows)
    try:
        with changing(windows) as changes:
            for folder in places.folders(windows):
                _remove_from(windows, changes, folder)
    except OSError as error:
        raise ProblemsFound([_refused(Path(error.filename or own / ADDIN), error)]) from error
    with suppress(OSError):  # it does not exist, or holds what is not ours
        if own.is_absolute():
            own.rmdir()
    return "Complément retiré d'Excel." if changes else "Le complément n'était pas installé : rien n'a changé."


def _install_in(windows: Windows, folder: Path, content: bytes) -> str:
    with changing(windows) as changes:
        for other in places.folders(windows):
            if other != folder:
                _remove_from(windows, changes, other)
        changes.write_file(folder / ADDIN, content)
        if places.trust(windows, folder) is Trust.UNLISTED:
            _add_location(windows, changes, folder)
        if folder == places.own_folder(windows):
            _set_opened(windows, changes, [*_opened_but(windows, folder), f'"{folder / ADDIN}"'])
    if not changes:
        return f"Le complément est déjà installé ({folder / ADDIN}) : rien n'a changé."
    return f"Complément installé : {folder / ADDIN}. Ouvrir Excel ; en cas de difficulté, lancer dotpop excel doctor."


def _remove_from(windows: Windows, changes: Changes, folder: Path) -> None:
    changes.remove_file(folder / ADDIN)
    _set_opened(windows, changes, _opened_but(windows, folder))
    for name in windows.values(KNOWN):
        if places.same(name, str(folder / ADDIN)):
            changes.erase(KNOWN, name)
    for key in places.locations(windows, places.USER_LOCATIONS):
        values = windows.values(key)
        if values.get("Description") == places.OWNER and places.same(str(values.get("Path")), str(folder)):
            changes.erase_key(key)


def opened(windows: Windows) -> dict[str, Value]:
    """The add-ins that Excel opens, in its order, by the names of their values: OPEN, OPEN1, OPEN2…"""
    found = {name: value for name, value in windows.values(OPTIONS).items() if re.fullmatch(r"OPEN\d*", name, re.I)}
    return dict(sorted(found.items(), key=lambda one: int(one[0][4:] or 0)))


def opens(windows: Windows, value: Value, addin: Path) -> bool:
    """Whether a value of `opened` names this add-in."""
    return places.same(expanded(str(value), windows).strip().strip('"'), str(addin))


def _opened_but(windows: Windows, folder: Path) -> list[Value]:
    return [value for value in opened(windows).values() if not opens(windows, value, folder / ADDIN)]


def _set_opened(windows: Windows, changes: Changes, wanted: list[Value]) -> None:
    """Writes these values as OPEN, OPEN1, OPEN2… without a gap, at which Excel would stop."""
    before = opened(windows)
    if list(before.values()) == wanted:
        return
    names = [f"OPEN{place or ''}" for place in range(len(wanted))]
    for name, value in zip(names, wanted, strict=True):
        changes.write(OPTIONS, name, value)
    for name in before:
        if name.upper() not in names:
            changes.erase(OPTIONS, name)


def _add_location(windows: Windows, changes: Changes, folder: Path) -> None:
    taken = {name.casefold() for name in windows.keys(places.USER_LOCATIONS)}
    # Excel numbers its own from 0 when it first starts.
    name = next(name for name in (f"Location{number}" for number in itertools.count(20)) if name.casefold() not in taken)
    key = rf"{places.USER_LOCATIONS}\{name}"
    wanted: dict[str, Value] = {"Path": f"{folder}\\", "Description": places.OWNER, "AllowSubfolders": 0}
    for value, content in wanted.items():
        changes.write(key, value, content)


def _refuse_store(python: Python) -> None:
    if python.from_store:
        action = "Installer Python depuis python.org ou par le service informatique, puis dotpop dans ce Python."
        found = "Python vient du Microsoft Store : Excel ne verrait pas ce qu'il installe"
        raise ProblemsFound([Problem(str(python.executable), found, "un Python ordinaire", f"{action} {UNTOUCHED}")])


def _refuse_absent_libraries(windows: Windows, folder: str) -> None:
    absent = [name for name in places.libraries(windows) if not library(windows.python.windowed, name, folder)]
    if absent:
        raise ProblemsFound([Problem(name, "bibliothèque absente", "", f"{RESTORE} {UNTOUCHED}") for name in absent])


RESTORE = (
    "Un antivirus l'a sans doute mise en quarantaine : demander au service informatique de l'autoriser, "
    f"puis lancer python -m pip install --force-reinstall --no-deps xlwings=={conf.XLWINGS}."
)


def _refuse_open_excel(windows: Windows) -> None:
    """A running Excel holds the add-in, and writes over the registry when it closes."""
    if windows.excel_runs():
        action = f"Fermer Excel (au besoin dans le Gestionnaire des tâches), puis recommencer. {UNTOUCHED}"
        raise ProblemsFound([Problem("Excel", "Excel est ouvert", "Excel fermé", action)])


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        action = f"Vérifier le chemin. {UNTOUCHED}"
        raise ProblemsFound([Problem(str(source), "complément illisible", "un fichier .xlam", action)]) from error


def _built(windows: Windows) -> bytes:
    from dotpop_addin.excel.build import build

    python, library_folder = windows.python, packaged_folder(windows)
    with tempfile.TemporaryDirectory() as folder:
        content = build(Path(folder), interpreter=str(python.windowed), library=library_folder).read_bytes()
    _refuse_absent_libraries(windows, library_folder)
    return content


def packaged_folder(windows: Windows) -> str:
    """Where pip put the libraries, when the add-in must be told: it installs for one user elsewhere than beside Python."""
    wanted = [name for name in places.libraries(windows) if not library(windows.python.windowed, name)]
    return next((str(path.parent) for path in windows.python.packaged if path.name in wanted and path.exists()), "")


def _refused(path: Path, error: OSError) -> Problem:
    action = (
        "Fermer Excel et recommencer. Si le refus demeure, installer dotpop dans un environnement à part "
        f"(python -m venv), ou demander au service informatique le droit d'écrire à cet endroit. {UNTOUCHED}"
    )
    found = "écriture refusée" if isinstance(error, PermissionError) else f"écriture impossible ({in_french(error)})"
    return Problem(error.filename or str(path), found, "un endroit où l'on peut écrire", action)


def _without_folder() -> Problem:
    action = f"Demander au service informatique un profil local, ou un dossier approuvé où mettre {ADDIN}. {UNTOUCHED}"
    return Problem(ADDIN, "les dossiers de l'utilisateur sont tous sur le réseau", "un dossier de ce poste", action)
