"""What a batch has to do: which workbooks, where each result goes. Everything that cannot be is told before any work."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dotpop_addin.batch.finding import missing, workbooks
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model import __version__

CHECK, RUN, FICHES = STEPS = ("check", "run", "fiches")
KEPT = ".dotpop"
"""Folder of what a batch remembers, in the folder of its results."""
SUMMARY, RECORD = "synthese_lot.xlsx", "lot.json"


@dataclass(frozen=True, slots=True)
class Task:
    """The work for one workbook. name: of its result within the folder, with "/" between its parts. Paths are absolute.

    found: in a folder, rather than given. refused: why nothing can be read there, where it is a folder. version: of the
    program that asks; another one must not do the work.
    """

    source: Path
    name: str
    folder: Path
    steps: tuple[str, ...]
    force: bool = False
    found: bool = False
    refused: Problem | None = None
    version: str = __version__

    @property
    def result(self) -> Path:
        return self.folder / self.name

    @property
    def fiches(self) -> Path:
        """The folder of its fiches."""
        return self.result.with_name(fiches_name(self.result.stem))

    @property
    def manifest(self) -> Path:
        return self.folder / KEPT / f"{self.name}.json"

    @property
    def claim(self) -> Path:
        """What stands for its manifest while its files are being written."""
        return self.folder / KEPT / f"{self.name}.commence"


def fiches_name(stem: str) -> str:
    return f"{stem}_fiches"


def plan(paths: Sequence[Path], folder: Path, steps: Iterable[str], *, force: bool = False) -> list[Task]:
    """The work for the workbooks found in files and folders, in order. Raises ProblemsFound with all that cannot be."""
    asked, folder = {*steps}, folder.resolve()
    wanted = tuple(step for step in STEPS if step in asked)
    problems = [problem for path in paths if (problem := missing(path))]
    if problems:
        raise ProblemsFound(problems)
    given = {_place(path) for path in paths}
    found, refused = _found(paths, folder)
    tasks = [Task(source, name, folder, wanted, force, source not in given) for source, name in found.items()]
    sources = {task.source.resolve() for task in tasks}
    own = [task for task in tasks if task.source.is_relative_to(folder) or task.result.resolve() in sources]
    problems = [_own(task) for task in own] or _collisions(tasks)
    tasks += [Task(place, name, folder, wanted, refused=problem) for place, (name, problem) in refused.items()]
    if not tasks:
        told, action = "aucun classeur", "Donner des classeurs de région, ou le dossier où ils sont."
        problems = [Problem(str(path), told, "un classeur .xlsx au moins", action) for path in paths]
    if problems:
        raise ProblemsFound(problems)
    return tasks


def _found(paths: Sequence[Path], folder: Path) -> tuple[dict[Path, str], dict[Path, tuple[str, Problem]]]:
    """Workbooks, each once, and the names of their results: those of a folder keep the sub-folders they are in. The same of
    the folders that cannot be read, each with its problem."""
    found: dict[Path, str] = {}
    refused: dict[Path, tuple[str, Problem]] = {}
    for path in paths:
        if not path.is_dir():
            found.setdefault(_place(path), path.name)
            continue
        apart = not path.resolve().is_relative_to(folder)  # then what a batch wrote there is not read again
        files, problems = workbooks(path)
        for file in files:
            source = _place(file)
            if file.name == SUMMARY and (file.parent / KEPT).is_dir():  # of a former batch: no region
                continue
            if not (apart and source.is_relative_to(folder)):
                found.setdefault(source, file.relative_to(path).as_posix())
        for problem in problems:
            place = Path(problem.file)
            refused.setdefault(_place(place), (f"{place.relative_to(path).as_posix()}/", problem))
    return found, refused


def _place(file: Path) -> Path:
    """Where a file is, under its own name even when it is a link."""
    return file.parent.resolve() / file.name


def _own(task: Task) -> Problem:
    found, expected = (
        "ce classeur est dans le dossier de sortie",
        "un dossier de sortie qui ne contient pas les classeurs lus",
    )
    return Problem(str(task.source), found, expected, "Donner un autre dossier avec --out. Rien n'a été fait.")


def _collisions(tasks: Sequence[Task]) -> list[Problem]:
    """Results that would be written over each other, on a system that tells no capitals apart either."""
    takers: dict[str, str] = {_same(SUMMARY): "la synthèse du lot", _same(RECORD): "le compte rendu du lot"}
    problems = []
    for task in tasks:
        name = PurePosixPath(task.name)
        fiches = [name.with_name(fiches_name(name.stem)).as_posix()] if FICHES in task.steps else []
        for place in (task.name, *fiches):
            taker = takers.setdefault(_same(place), str(task.source))
            if taker != str(task.source):
                found = f"son résultat « {place} » serait écrit à la place de celui d'un autre : {taker}"
                action = "Renommer l'un des deux, ou donner le dossier qui les contient tous. Rien n'a été fait."
                problems.append(Problem(str(task.source), found, "un résultat par classeur", action))
    inside = {_same(parent.as_posix()) for task in tasks for parent in PurePosixPath(task.name).parents}
    for task in tasks:
        name = PurePosixPath(task.name)
        if FICHES in task.steps and _same(name.with_name(fiches_name(name.stem)).as_posix()) in inside:
            found = f"ses fiches iraient dans le dossier « {fiches_name(name.stem)} », qui contient d'autres résultats"
            action = "Renommer ce classeur ou ce dossier. Rien n'a été fait."
            problems.append(Problem(str(task.source), found, "un dossier de fiches à lui seul", action))
    return problems


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
