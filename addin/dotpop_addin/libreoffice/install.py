"""Installs the extension for the user who asks, with numpy for LibreOffice's own Python; takes both away again.

LibreOffice itself adds and removes the extension: its `unopkg` refuses an administrator's account, and hangs or does nothing
when LibreOffice is open. Everything is changed, or nothing.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from dotpop_addin.libreoffice import program as libreoffice
from dotpop_addin.libreoffice import site
from dotpop_addin.libreoffice.build import build
from dotpop_addin.libreoffice.program import OLDEST_PYTHON, UNTOUCHED, Program, version_of
from dotpop_addin.libreoffice.running import ask, modules, refuse_open
from dotpop_addin.libreoffice.site import FOR_FILES, NEEDED
from dotpop_addin.problems import Problem, ProblemsFound, in_french

LIMIT = 600  # seconds to download them


def install(program: Program | None = None, *, for_files: bool = True) -> str:
    """Builds the extension and installs it, with what LibreOffice's Python lacks. Gives a French sentence.

    for_files: also what the macros that read files need. Raises ProblemsFound.
    """
    program = program or libreoffice.find()
    refuse_open(program)
    python = _own_python(program)
    _refuse_old(python)
    wanted = [*NEEDED, *(FOR_FILES if for_files else ())]
    with _provided(python, wanted), tempfile.TemporaryDirectory() as folder:
        ask(program, add=str(build(Path(folder))))
    return "Extension installée. Ouvrir LibreOffice ; en cas de difficulté, lancer dotpop libreoffice doctor."


def uninstall(program: Program | None = None) -> str:
    """Takes away the extension and what `install` put beside it. Gives a French sentence. Raises ProblemsFound."""
    program = program or libreoffice.find()
    refuse_open(program)
    _own_python(program)
    removed = ask(program, remove=True)["found"] is not None
    beside = _own_files()
    try:
        for path in beside:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        action = "L'extension est retirée. Supprimer ce dossier à la main."
        raise ProblemsFound([_refused(site.data_folder(), error, action)]) from error
    with suppress(OSError):  # it does not exist, or holds what is not ours
        site.data_folder().rmdir()
    if removed or beside:
        return "Extension retirée de LibreOffice."
    return "L'extension n'était pas installée : rien n'a changé."


def _own_python(program: Program) -> Path:
    if program.python is None:
        action = (
            f"Installer ce qui relie LibreOffice à Python (sous Debian ou Ubuntu : apt install python3-uno). {UNTOUCHED}"
        )
        raise ProblemsFound([Problem(str(program.soffice), "LibreOffice n'a pas de Python", "un Python", action)])
    return program.python


def _refuse_old(python: Path) -> None:
    version = modules(python, [])["python"]
    if version_of(version) < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        action = f"Installer un LibreOffice plus récent (la version 26.2 apporte Python 3.12). {UNTOUCHED}"
        raise ProblemsFound([Problem(str(python), f"Python {version}", f"Python {oldest} au moins", action)])


def _own_files() -> list[Path]:
    folder = site.data_folder()
    return [path for path in (site.site_file(), *folder.glob("packages-*")) if path.exists()]


@contextmanager
def _provided(python: Path, wanted: Sequence[str]) -> Iterator[None]:
    """These modules can be imported by LibreOffice's Python; when the block fails, the user's folder is as it was."""
    before = set(_own_files())
    listed = site.site_file().read_bytes() if site.site_file() in before else b""
    try:
        if _lacking(python, wanted):
            _list(_folder_with(python, wanted))
        yield
    except BaseException:
        for path in set(_own_files()) - before:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if listed:
            site.site_file().write_bytes(listed)
        raise


def _lacking(python: Path, wanted: Sequence[str], folder: Path | None = None) -> list[str]:
    """Those that LibreOffice's Python cannot import, with this folder if there is one. Only trying tells."""
    environment = {site.VARIABLE: str(folder)} if folder else {}
    found = modules(python, wanted, **environment)
    return [name for name in wanted if not found[name]]


def _folder_with(python: Path, wanted: Sequence[str]) -> Path:
    """A folder that holds these modules for that Python: this program's own, one filled by hand, or one to download."""
    version = ".".join(map(str, version_of(modules(python, [])["python"])))
    own, folder = find_spec(NEEDED[0]), site.data_folder() / f"packages-{version}"
    for candidate in (Path(own.origin).parent.parent if own and own.origin else folder, folder):
        if candidate.is_dir() and not _lacking(python, wanted, candidate):
            return candidate
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            downloaded = Path(temporary) / folder.name
            if not _download(downloaded, version, wanted) or _lacking(python, wanted, downloaded):
                raise ProblemsFound([_without_packages(folder, version, wanted)])
            shutil.rmtree(folder, ignore_errors=True)  # it does not hold them, or not for this Python
            downloaded.replace(folder)
    except OSError as error:
        action = f"Demander au service informatique le droit d'écrire à cet endroit. {UNTOUCHED}"
        raise ProblemsFound([_refused(folder, error, action)]) from error
    return folder


def _download(folder: Path, version: str, wanted: Sequence[str]) -> bool:
    command = [sys.executable, "-m", *_pip("install", version), "--target", str(folder), *wanted]
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([*command, "--quiet", "--no-input"], capture_output=True, timeout=LIMIT, check=False)
        return done.returncode == 0
    return False


def _pip(action: str, version: str) -> list[str]:
    return ["pip", action, "--python-version", version, "--only-binary=:all:"]


def _without_packages(folder: Path, version: str, wanted: Sequence[str]) -> Problem:
    names, wheels = " ".join(wanted), "roues"
    download = " ".join(["python -m", *_pip("download", version), "--dest", wheels, names])
    put = " ".join(["python -m", *_pip("install", version), f'--no-index --find-links {wheels} --target "{folder}"', names])
    action = (
        f"Sur un poste semblable relié à internet, lancer : {download}. Copier le dossier {wheels} sur ce poste, et lancer "
        f"à côté : {put}. Puis relancer dotpop libreoffice install. {UNTOUCHED}"
    )
    found = f"{' et '.join(wanted)} pour Python {version} (celui de LibreOffice) : téléchargement impossible"
    return Problem("LibreOffice", found, "", action)


def _list(folder: Path) -> None:
    """Writes the folder into site.txt, before those that are there already."""
    file, others = site.site_file(), [one for one in site.listed() if one != str(folder)]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".tmp")
        temporary.write_text("\n".join([str(folder), *others, ""]), "utf-8")
        temporary.replace(file)
    except OSError as error:
        action = f"Demander au service informatique le droit d'écrire à cet endroit. {UNTOUCHED}"
        raise ProblemsFound([_refused(file, error, action)]) from error


def _refused(path: Path, error: OSError, action: str) -> Problem:
    return Problem(str(path), f"écriture impossible ({in_french(error)})", "un endroit où l'on peut écrire", action)
