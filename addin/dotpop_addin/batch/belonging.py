"""Whose a place is: a batch replaces only what it wrote there itself, from the same workbook."""

import html
import json
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from dotpop_addin.batch import manifest
from dotpop_addin.batch.finding import files_in
from dotpop_addin.batch.manifest import Manifest
from dotpop_addin.batch.plan import FICHES, KEPT, RECORD, RUN, STEPS, SUMMARY, Task
from dotpop_addin.books.opening import DAMAGED
from dotpop_addin.books.peeking import PROPERTIES
from dotpop_addin.problems import WARNING, Problem, ProblemsFound

TITLE = "Traitement d'un lot"
"""In the properties of a summary, by which it is known again."""


class Foreign(ProblemsFound):
    """Raised when something stands where a result would go, and this batch has not written it."""


def origins(task: Task) -> tuple[str, ...]:
    """Where the workbook is: from the folder of the batch, which may be moved with it, and for itself."""
    found = [str(task.source)]
    with suppress(ValueError):  # on another drive
        found.insert(0, Path(os.path.relpath(task.source, task.folder)).as_posix())
    return tuple(found)


def origin(folder: Path, known: Manifest) -> Path | None:
    """The workbook that a manifest tells of, where it was then; None when it is no longer there, or was not said."""
    found = (Path(os.path.normpath(folder / place)) for place in known.origins)
    return next((path for path in found if not _gone(path)), None)


def _gone(path: Path) -> bool:
    """Whether nothing is there, as far as one may see."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def begun(task: Task, fresh: Manifest) -> tuple[tuple[str, ...], list[Problem]]:
    """The steps whose files in this place are of this workbook, and what there is to say of it.

    Raises Foreign when they are of another workbook, which is still where it was.
    """
    known = _last(task)
    if known is None:
        return (), []
    owned = _owned(known)
    if known.source in ("", fresh.source) or not known.origins:
        return owned, []
    place = origin(task.folder, known)
    if place is None:
        found = f"le dernier traitement avait lu ce classeur ailleurs ({known.origins[-1]}), où il n'est plus"
        action = "Rien à faire s'il a été déplacé ou renommé."
        return owned, [Problem(task.name, found, "", action, severity=WARNING)]
    with suppress(OSError):
        if place.samefile(task.source):
            return owned, []
    if standing := _standing(task, owned):
        raise Foreign([_foreign(task, standing, f"vient d'un autre classeur : {place}")])
    return (), []


def _owned(known: Manifest) -> tuple[str, ...]:
    return tuple(step for step in STEPS if step in {*known.begun, *known.steps})


def orphans(tasks: Sequence[Task], folder: Path) -> list[Problem]:
    """The results of other times whose workbook is no longer there."""
    kept, _ = files_in(folder / KEPT, lambda name: name.endswith(".json"))
    names = {path.relative_to(folder / KEPT).with_suffix("").as_posix(): path for path in kept}
    found = []
    for name in sorted(names.keys() - {task.name for task in tasks}):
        with suppress(ValueError):  # the journal tells of those that cannot be read
            known = manifest.read(names[name])
            if known and known.origins and not origin(folder, known):
                standing = _standing(Task(folder, name, folder, ()), _owned(known))
                found += [_orphan(folder, standing, known.origins[-1])] if standing else []
    return found


def results_read(tasks: Sequence[Task]) -> list[Problem]:
    """The folders of former batches whose results are taken for workbooks to read: it may be meant."""
    sources = [(parent, task.source.relative_to(parent)) for task in tasks for parent in task.source.parents]
    count = Counter(folder for folder, name in sources if (folder / KEPT / f"{name}.json").exists())
    action = "Rien à faire si c'est voulu ; sinon, donner le dossier des classeurs d'origine."
    return [
        Problem(str(folder), f"résultats d'un lot, pris comme classeurs à lire : {number}", "", action, severity=WARNING)
        for folder, number in sorted(count.items())
    ]


def _orphan(folder: Path, place: Path, source: str) -> Problem:
    found = f"résultat d'un traitement précédent, dont le classeur d'origine n'est plus là ({source})"
    name, action = place.relative_to(folder).as_posix(), "Le supprimer s'il ne sert plus."
    return Problem(name, found, "", action, severity=WARNING)


def claim(task: Task, known: Manifest, steps: Iterable[str], fiches: Iterable[Path]) -> None:
    """Says that files of these steps are about to be written, so that a batch that is killed knows its own.

    Raises Foreign when others stand in their place.
    """
    wanted = [step for step in steps if step not in known.begun]
    places = [task.result] if RUN in wanted else []
    places += fiches if FICHES in wanted else []
    if found := [path for path in places if path.exists()]:
        raise Foreign([_foreign(task, path, "est déjà là, et aucun lot de ce dossier ne l'a écrit") for path in found])
    if places:
        both = tuple(step for step in STEPS if step in {*known.begun, *wanted})
        manifest.write(task.claim, replace(known, steps={}, begun=both))


def settle(task: Task) -> None:
    """What was claimed is told by the manifest from now on."""
    with suppress(OSError):
        task.claim.unlink(missing_ok=True)


def refuse_others(folder: Path) -> None:
    """Raises ProblemsFound when the summary or the record of a batch would replace files of someone else."""
    ours = {SUMMARY: _is_summary, RECORD: _is_record}
    found = [name for name, is_ours in ours.items() if (folder / name).exists() and not is_ours(folder / name)]
    told = "ce fichier est déjà là, et aucun lot ne l'a écrit : la synthèse prendrait sa place"
    action = "Choisir un autre dossier avec --out, ou enlever ce fichier. Rien n'a été fait."
    if found:
        raise ProblemsFound([Problem(str(folder / name), told, "une place libre", action) for name in found])


def _is_summary(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return TITLE in html.unescape(archive.read(PROPERTIES).decode())
    except (OSError, KeyError, *DAMAGED):
        return False


def _is_record(path: Path) -> bool:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and {"version", "counts", "files"} <= told.keys()


def _last(task: Task) -> Manifest | None:
    """What was last told of this place: by a batch that was killed, or by the last one that ended. One that cannot be read
    is of this workbook: nobody else writes there."""
    try:
        return manifest.read(task.claim) or manifest.read(task.manifest)
    except ValueError:
        return Manifest("", "", "", begun=STEPS)


def _standing(task: Task, steps: Iterable[str]) -> Path | None:
    """What stands of these steps."""
    places = {RUN: task.result, FICHES: task.fiches}
    return next((places[step] for step in steps if step in places and places[step].exists()), None)


def _foreign(task: Task, place: Path, found: str) -> Problem:
    name = place.relative_to(task.folder).as_posix()
    action = "Choisir un autre dossier avec --out, ou enlever ce fichier de celui-ci. Il est resté tel quel."
    return Problem(task.name, f"« {name} » {found}", "une place libre", action)
