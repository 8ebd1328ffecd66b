"""The work for one workbook: what stands is kept, the rest is computed and written whole. Its outcome is plain data."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dotpop_addin import defects
from dotpop_addin.actions import Calculation, calculate, check
from dotpop_addin.batch import belonging, manifest
from dotpop_addin.batch.belonging import Foreign
from dotpop_addin.batch.manifest import Manifest
from dotpop_addin.batch.plan import CHECK, FICHES, RUN, STEPS, Task
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.opening import access
from dotpop_addin.collector import without_collector
from dotpop_addin.declarations.common import IDENTITY, REGION, WELCOME
from dotpop_addin.fiches import targets, without_fiche, write_all
from dotpop_addin.problems import WARNING, Problem, ProblemsFound, of_the_machine
from dotpop_addin.region import identify, region_of
from dotpop_addin.sheets.files import check_target, make_folder
from dotpop_model import __version__

DONE, UNCHANGED, IGNORED, FAILED, LEFT = STATES = ("fait", "inchangé", "ignoré", "échec", "à faire")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a workbook. name: of its result. state: one of STATES. steps: those that stand, none where it
    failed. seconds: that it took."""

    name: str
    state: str
    steps: tuple[str, ...]
    field: str = ""
    region: str = ""
    year: str = ""
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


Work = Callable[[Task], Outcome]


class NotARegion(ProblemsFound):
    """Raised for a workbook found in a folder that is not one of a region: it is left alone."""


def regenerate(task: Task) -> Outcome:
    """Does what is left to do for a workbook. Never raises: what goes wrong is told as problems."""
    started = time.monotonic()
    try:
        found = _regenerated(task)
    except NotARegion as error:
        found = Outcome(task.name, IGNORED, (), problems=tuple(error.problems))
    except Foreign as error:
        found = Outcome(task.name, FAILED, (), problems=tuple(error.problems))
    except ProblemsFound as error:
        found = failed(task, error.problems)
    except MemoryError:
        action = "Relancer avec moins de classeurs à la fois (--jobs 1), ou sur une machine qui a plus de mémoire."
        found = failed(task, [Problem(task.name, "mémoire insuffisante pour ce classeur", "", action)])
    except Exception as error:
        found = failed(task, [of_the_machine(error) or _defect(task, error)])
    problems = tuple(replace(problem, file=task.name) for problem in found.problems)
    return replace(found, seconds=time.monotonic() - started, problems=problems)


def _defect(task: Task, error: Exception) -> Problem:
    action = "Transmettre ce détail à qui maintient le programme ; les autres classeurs n'en dépendent pas."
    return Problem(task.name, defects.told(error).rstrip("."), "", action)


def failed(task: Task, problems: Sequence[Problem]) -> Outcome:
    """The outcome of a workbook that could not be done. A result that stays from another time is told."""
    places = {RUN: task.result, FICHES: task.fiches}
    found, action = "le résultat d'un traitement précédent est resté en place", "Ne pas s'en servir avant correction."
    stays = any(step in task.steps and place.exists() for step, place in places.items())
    stale = [Problem(task.name, found, "", action, severity=WARNING)] if stays else []
    return Outcome(task.name, FAILED, (), problems=(*problems, *stale))


@without_collector()
def _regenerated(task: Task) -> Outcome:
    if task.refused:
        raise ProblemsFound([task.refused])
    if task.version != __version__:
        found, expected = f"dotpop {__version__} là où ce classeur devait être calculé", f"dotpop {task.version}"
        raise ProblemsFound([Problem(task.name, found, expected, "Installer la même version sur toutes les machines.")])
    with access(task.source):
        fresh = replace(manifest.expected(task.source), origins=belonging.origins(task))
    known, told = _remembered(task, fresh)
    left = tuple(step for step in task.steps if step not in known.steps)
    if not left:
        return _outcome(task, UNCHANGED, known)
    book = _opened(task)
    owned, moved = belonging.begun(task, fresh)
    known = replace(known, origins=fresh.origins, begun=owned)
    try:
        calculation, made, warnings = _made(task, known, left, book)
    except Foreign:
        raise
    except ProblemsFound as error:
        of, name = _whose(book)
        return replace(failed(task, error.problems), field=of, region=name)
    if manifest.digest(task.source) != fresh.source:
        found, action = "classeur modifié pendant le calcul", "Relancer la même commande."
        raise ProblemsFound([Problem(task.name, found, "un classeur que personne ne modifie", action)])
    before = () if FICHES in left else known.problems
    problems = tuple(dict.fromkeys([*before, *calculation.region.warnings, *warnings]))
    steps = {**known.steps, **made}
    both = tuple(step for step in STEPS if step in {*known.begun, *steps})
    known = replace(known, steps=steps, begun=both, about=_about(calculation), problems=problems)
    manifest.write(task.manifest, known)
    belonging.settle(task)
    return _outcome(task, DONE, replace(known, problems=(*problems, *told, *moved)))


def _about(calculation: Calculation) -> dict[str, str]:
    region = calculation.region
    year = str(region.hypotheses.base_year)
    return {"field": region.field.label, "region": region.identity.get(REGION, ""), "year": year}


def _remembered(task: Task, fresh: Manifest) -> tuple[Manifest, list[Problem]]:
    """What is done and still stands, and what there is to say of the rest."""
    try:
        known = manifest.read(task.manifest)
    except ValueError:
        found = "ce que le lot avait retenu de ce classeur est illisible"
        action = "Rien à faire : le classeur a été recalculé, et ce fichier réécrit."
        return fresh, [Problem(task.name, found, "", action, severity=WARNING)]
    if known is None:
        return fresh, []
    standing, told = {}, list[Problem]()
    for step, outputs in known.steps.items():
        missing, changed = manifest.standing(task.folder, outputs)
        if not missing and not changed:
            standing[step] = outputs
        elif step in task.steps:
            told += [_changed(task, name) for name in changed]
    if task.force or not known.same(fresh):
        return fresh, told
    return replace(known, steps=standing), told


def _changed(task: Task, name: str) -> Problem:
    found = f"« {name} » avait été modifié depuis le dernier traitement"
    action = "Il a été réécrit : saisir les corrections dans le classeur d'origine, jamais dans un résultat."
    return Problem(task.name, found, "", action, severity=WARNING)


def _opened(task: Task) -> FileBook:
    book = FileBook(task.source)
    if task.found and not book.has(WELCOME, IDENTITY.excel):
        found, action = "ce n'est pas un classeur de région", "Rien à faire, si c'est bien le cas."
        raise NotARegion([Problem(task.name, found, "un classeur dotpop", action, severity=WARNING)])
    return book


def _whose(book: FileBook) -> tuple[str, str]:
    """The field and the region of a workbook that has problems, as far as it says."""
    try:
        return identify(book).label, region_of(book)
    except ProblemsFound:
        return "", ""


def _made(
    task: Task, known: Manifest, steps: Sequence[str], book: FileBook
) -> tuple[Calculation, dict[str, dict[str, str]], list[Problem]]:
    """Computes once, and writes what the steps ask; gives the outputs of each, and warnings."""
    made: dict[str, dict[str, str]] = {CHECK: {}}
    warnings: list[Problem] = []
    calculation = calculate(book) if RUN in steps else check(book)
    belonging.claim(task, known, steps, targets(calculation, task.fiches) if FICHES in steps else ())
    if RUN in steps:
        check_target(task.result, task.source)
        make_folder(task.result.parent)
        book.save(task.result)
        made[RUN] = manifest.outputs(task.folder, [task.result])
    if FICHES in steps:
        written = write_all(calculation, task.fiches)
        made[FICHES] = manifest.outputs(task.folder, written)
        warnings = [*_without(task, calculation), *_leftover(task, written)]
    return calculation, made, warnings


def _without(task: Task, calculation: Calculation) -> list[Problem]:
    text = without_fiche(calculation)
    return [Problem(task.name, text.rstrip("."), "", "", severity=WARNING)] if text else []


def _leftover(task: Task, written: Sequence[Path]) -> list[Problem]:
    """Fiches of another time, of hospitals that are no longer there."""
    others = sorted(path.name for path in task.fiches.glob("*.xlsx") if path not in written and path.name[0] not in ".~")
    action = "Le supprimer s'il ne sert plus : il ne vient pas de ce calcul."
    place = task.fiches.relative_to(task.folder).as_posix()
    return [
        Problem(task.name, f"fichier de trop dans {place} : « {name} »", "", action, severity=WARNING) for name in others
    ]


def _outcome(task: Task, state: str, known: Manifest) -> Outcome:
    steps = tuple(step for step in STEPS if step in known.steps)
    field, region, year = (known.about.get(name, "") for name in ("field", "region", "year"))
    return Outcome(task.name, state, steps, field, region, year, problems=known.problems)
