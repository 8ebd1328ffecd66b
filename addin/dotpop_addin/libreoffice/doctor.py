"""Looks at everything on which the extension depends, and says in French what is wrong and what to do about it.

Nothing that needs numpy is imported before it is known to be there. Within LibreOffice, no other one is started.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dotpop_addin.diagnosis import BAD, GOOD, NOTE, Finding
from dotpop_addin.libreoffice import site
from dotpop_addin.libreoffice.program import OLDEST_PYTHON, Program, find, version_of
from dotpop_addin.libreoffice.running import ask, modules
from dotpop_addin.problems import ProblemsFound
from dotpop_model import __version__

TESTED, TOO_OLD = "25.2", "7.4"
"""The version in which everything was tried; one that is known not to read the functions of an Excel workbook."""
MODULES = [*site.NEEDED, *site.FOR_FILES]
INSTALL = "Fermer LibreOffice, puis lancer dotpop libreoffice install."
FORMULA, SHOWN = "=DOTPOP_MOYENNE({100|300};{1|3})", 100.0


def doctor(program: Program | None = None) -> list[Finding]:
    """What was found, in the order in which things depend on each other. Changes nothing that is the user's."""
    if "pythonloader" in sys.modules:  # what loads extensions in LibreOffice
        return inside()
    try:
        program = program or find()
    except ProblemsFound as error:
        return _told("LibreOffice", error)
    return [_version(program), *_python(program), *_extension(program)]


def inside() -> list[Finding]:
    """What can be seen from within LibreOffice."""
    found = site.versions(MODULES)
    return [*_modules(found, f"Python {found['python']}"), Finding("Extension", f"version {__version__}")]


def _told(subject: str, error: ProblemsFound) -> list[Finding]:
    return [Finding(subject, f"{one.found} ({one.file})", one.action, BAD) for one in error.problems]


def _version(program: Program) -> Finding:
    found = f"version {program.version or 'inconnue'}, {program.soffice}"
    if not program.version or version_of(program.version) == version_of(TESTED):
        return Finding("LibreOffice", found, verdict=GOOD if program.version else NOTE)
    if version_of(program.version) <= version_of(TOO_OLD):
        advice = f"Installer LibreOffice {TESTED} ou plus récent : celui-ci n'ouvre pas les fonctions d'un classeur Excel."
        return Finding("LibreOffice", found, advice, BAD)
    return Finding("LibreOffice", f"{found} ; dotpop a été éprouvé avec la version {TESTED} seulement", verdict=NOTE)


def _python(program: Program) -> Iterator[Finding]:
    if program.python is None:
        advice = "Installer ce qui relie LibreOffice à Python (sous Debian ou Ubuntu : apt install python3-uno)."
        yield Finding("Python de LibreOffice", "introuvable", advice, BAD)
        return
    try:
        found = modules(program.python, MODULES)
    except ProblemsFound as error:
        yield from _told("Python de LibreOffice", error)
        return
    yield from _modules(found, f"Python {found['python']}, {program.python}")


def _modules(found: dict[str, str], python: str) -> Iterator[Finding]:
    """Python and the modules that the extension finds in it."""
    if version_of(found["python"]) < OLDEST_PYTHON:
        advice = "Installer un LibreOffice plus récent (la version 26.2 apporte Python 3.12)."
        oldest = ".".join(map(str, OLDEST_PYTHON))
        yield Finding("Python de LibreOffice", f"{python} ; il faut {oldest} au moins", advice, BAD)
    else:
        yield Finding("Python de LibreOffice", python)
    for name in MODULES:
        if found[name]:
            yield Finding(name, f"version {found[name]}")
        elif name in site.NEEDED:
            yield Finding(name, "absent du Python de LibreOffice", f"Sans lui, rien ne se calcule. {INSTALL}", BAD)
        else:
            yield Finding(
                name, "absent du Python de LibreOffice", f"Il ne sert qu'à « {site.FOR_FILES[name]} ». {INSTALL}", NOTE
            )


def _extension(program: Program) -> Iterator[Finding]:
    if program.python is None:
        yield Finding("Extension", "non examinée : LibreOffice n'a pas de Python", verdict=NOTE)
        return
    try:
        if program.open:
            advice = "Fermer LibreOffice et refaire le diagnostic, ou lancer Diagnostic dans LibreOffice."
            yield Finding("Extension", "non examinée : LibreOffice est ouvert", advice, NOTE)
            yield _elsewhere(program)
        else:
            answer = ask(program, formula=FORMULA)
            yield _installed(answer["found"])
            if answer["found"]:
                yield _computed(answer["shown"], "dans le profil de l'utilisateur")
    except ProblemsFound as error:
        yield from _told("Essai de calcul", error)


def _installed(found: dict[str, object] | None) -> Finding:
    if not found:
        return Finding("Extension", "pas installée", INSTALL, BAD)
    if not found["enabled"]:
        advice = (
            "Dans LibreOffice : Outils > Extensions, « Dotation populationnelle », Activer. Puis redémarrer LibreOffice."
        )
        return Finding("Extension", f"version {found['version']}, désactivée", advice, BAD)
    if found["version"] != __version__:
        return Finding("Extension", f"version {found['version']} au lieu de {__version__}", INSTALL, BAD)
    return Finding("Extension", f"version {__version__}, activée")


def _elsewhere(program: Program) -> Finding:
    """The computation in a profile of its own, so that an open LibreOffice is left alone."""
    from dotpop_addin.libreoffice.build import build  # needs numpy

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        extension = build(Path(folder))
        profile = replace(program, profile=Path(folder) / "profil")
        ask(profile, add=str(extension))  # a function is known from the next start on
        return _computed(ask(profile, formula=FORMULA)["shown"], "dans un profil à part")


def _computed(shown: object, where: str) -> Finding:
    if shown == SHOWN:
        return Finding("Essai de calcul", f"DOTPOP_MOYENNE répond juste, {where}")
    return Finding("Essai de calcul", f"DOTPOP_MOYENNE rend « {shown} » au lieu de {SHOWN:g}, {where}", INSTALL, BAD)
