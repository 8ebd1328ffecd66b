"""Who ran what when, from the Journals of workbooks and the manifests of batches; and what of it still stands."""

import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from dotpop_addin import journal
from dotpop_addin.batch import manifest
from dotpop_addin.batch.belonging import origin
from dotpop_addin.batch.finding import files_in, missing, workbooks
from dotpop_addin.batch.manifest import Manifest
from dotpop_addin.batch.plan import FICHES, KEPT, RUN, fiches_name
from dotpop_addin.batch.summary import LABELS
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.common import JOURNAL
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.verifying import altered, discrepancies, verify
from dotpop_addin.wording import several

STANDS, STALE = "tient", "ne tient plus"
SIGNS = {STANDS: "✓", STALE: "✗"}
OF_BATCH = "lot"
SHORT = 12
"""Characters of a digest that people compare."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One calculation. source: what tells of it, the Journal of the workbook or the manifest of a batch."""

    file: Path
    source: str
    line: journal.Line

    def __str__(self) -> str:
        line = self.line
        names = ("classeur lu", "réglages", "") if self.source == OF_BATCH else ("entrées", "hypothèses", "résultats")
        digests = zip(names, (line.inputs, line.hypotheses, line.results), strict=True)
        told = ", ".join(f"{name} {digest[:SHORT]}" for name, digest in digests if digest)
        who = f"{line.time or 'sans date'}  {line.user}  dotpop {line.version}  {line.step}  {self.file}"
        return f"{who}\n    {self.source} : {told}"

    def as_dict(self) -> dict[str, Any]:
        return {"file": str(self.file), "source": self.source, **asdict(self.line)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file still is what was computed. told: French sentences. cells: how many were computed again."""

    file: Path
    state: str
    told: tuple[str, ...] = ()
    cells: int = 0
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join([f"{SIGNS[self.state]} {self.file} : {self.state}.", *self.told])

    def as_dict(self) -> dict[str, Any]:
        told = [problem.as_dict() for problem in self.problems]
        return {"file": str(self.file), "state": self.state, "told": self.told, "cells": self.cells, "problems": told}


@dataclass(frozen=True, slots=True)
class History:
    """entries: in the order of time. verdicts: none unless asked. problems: what could not be read, and what is odd."""

    entries: Sequence[Entry]
    verdicts: Sequence[Verdict]
    problems: Sequence[Problem]
    verified: bool = False

    @property
    def sound(self) -> bool:
        """Where verified, something was, all of it stands, and nothing is odd."""
        if self.verified:
            return bool(self.verdicts) and all(one.state == STANDS for one in self.verdicts) and not self.problems
        return all(one.severity == WARNING for one in self.problems)

    @property
    def nothing(self) -> str:
        """What to say where there is nothing; "" where there is something."""
        if self.verified and not self.verdicts:
            return "Rien n'a été vérifié : il n'y a aucun résultat."
        return "" if self.entries else "Aucun calcul."


def history(paths: Sequence[Path], *, verified: bool = False, step: Progress = lambda name: None) -> History:
    """The history of workbooks, and of those in folders. verified: each is computed again. Raises ProblemsFound when a
    path does not exist or cannot be read."""
    absent = [problem for path in paths if (problem := missing(path))]
    if absent:
        raise ProblemsFound(absent)
    entries, verdicts, problems = list[Entry](), dict[Path, Verdict](), list[Problem]()
    for file in dict.fromkeys(file for path in paths for file in _files(path, problems)):
        step(f"Lecture : {file.name}")
        try:
            book = FileBook(file)
            known = journal.lines(book)
            if known is None:
                action = "Donner un classeur de région (dotpop new, dotpop run)."
                raise ProblemsFound([Problem(str(file), "pas de tableau T_Journal", "un classeur de région", action)])
        except ProblemsFound as error:
            problems += [replace(problem, file=str(file)) for problem in error.problems]
            continue
        entries += [Entry(file, "Journal", line) for line in known]
        problems += [*_backwards(file, known), *(replace(problem, file=str(file)) for problem in altered(book))]
        if verified and known:
            step(f"Recalcul : {file.name}")
            verdicts[file] = _verdict(file, book, known[-1])
    for folder in dict.fromkeys(path for path in paths if path.is_dir()):
        for file, told in _batch(folder, problems):
            steps = ", ".join(LABELS[step] for step in told.steps)
            line = journal.Line(told.at, told.user, told.version, steps, told.source, told.settings)
            place = _place(file, folder, told)
            entries.append(Entry(place, OF_BATCH, line))
            if verified and {RUN, FICHES} & told.steps.keys():
                verdicts |= _outputs(place, folder, told, verdicts)
    return History(sorted(entries, key=lambda entry: entry.line.time), list(verdicts.values()), problems, verified)


def _files(path: Path, problems: list[Problem]) -> list[Path]:
    """A workbook given; those of a folder that have a Journal (not its sheets for hospitals, by the hundred). Folders that
    cannot be read are told."""
    if not path.is_dir():
        return [path]
    found, refused = workbooks(path)
    problems += refused
    return [file for file in found if _has_journal(file)]


def _has_journal(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return any(JOURNAL.excel.encode() in archive.read(name) for name in archive.namelist() if "/tables/" in name)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return True  # reading it will say what it is


def _backwards(file: Path, known: Sequence[journal.Line]) -> list[Problem]:
    """Lines dated before the one above them: a clock went back, or a hand was there."""
    found = [after for before, after in pairwise(known) if after.time < before.time]
    action = "Vérifier l'horloge des ordinateurs ; le Journal garde l'ordre dans lequel les calculs ont été écrits."
    told = "une date après la précédente"
    return [
        Problem(str(file), f"calcul daté du {line.time}, après un calcul plus récent", told, action, severity=WARNING)
        for line in found
    ]


def _verdict(file: Path, book: FileBook, last: journal.Line) -> Verdict:
    try:
        found = verify(book)
    except ProblemsFound as error:
        problems = tuple(replace(problem, file=str(file)) for problem in error.problems)
        return Verdict(file, STALE, ("Ses données ne se calculent plus.", *map(str, problems[:1])), problems=problems)
    if not found.differences:
        return Verdict(file, STANDS, tuple(discrepancies(found, last)), found.checked)
    count, first = len(found.differences), found.differences[0]
    cells = several(count, "cellule n'est plus celle", "cellules ne sont plus celles")
    told = (f"{cells} que donnent les données saisies. La première : {first}", *found.reasons)
    return Verdict(file, STALE, told, found.checked, tuple(found.differences))


def _batch(folder: Path, problems: list[Problem]) -> list[tuple[Path, Manifest]]:
    """What a batch remembers of each workbook, by the name of its result. What is damaged is told."""
    found = []
    kept, refused = files_in(folder / KEPT, lambda name: name.endswith(".json")) if (folder / KEPT).exists() else ([], [])
    problems += refused
    for path in kept:
        try:
            known = manifest.read(path)
        except ValueError:
            action = "Relancer le lot : il refera ce classeur et réécrira ce fichier."
            problems.append(
                Problem(str(path), "illisible", "ce que le lot a retenu d'un classeur", action, severity=WARNING)
            )
            continue
        if known:
            found.append((folder / path.relative_to(folder / KEPT).with_suffix(""), known))
    return found


def _place(result: Path, folder: Path, known: Manifest) -> Path:
    """What a batch wrote of a workbook: its result, its fiches, or nothing but what is remembered of the workbook read."""
    if RUN in known.steps:
        return result
    if FICHES in known.steps:
        return result.with_name(fiches_name(result.stem))
    return origin(folder, known) or folder / KEPT / f"{result.relative_to(folder)}.json"


def _outputs(result: Path, folder: Path, known: Manifest, verdicts: dict[Path, Verdict]) -> dict[Path, Verdict]:
    """What a batch wrote and is no longer as it was written, or no longer what its workbook gives. A workbook saved again
    whose results stand still stands."""
    found = {}
    absent, changed = manifest.standing(folder, {name: one for step in known.steps.values() for name, one in step.items()})
    for name in absent:
        found[folder / name] = Verdict(folder / name, STALE, (f"Absent : supprimé ou déplacé depuis le lot du {known.at}.",))
    for name in changed:
        file = folder / name
        told = f"Enregistré de nouveau depuis le lot du {known.at}."
        before = verdicts.get(file, Verdict(file, STALE))
        found[file] = replace(before, told=(told, *before.told))
    if told := _superseded(folder, known):
        before = found.get(result) or verdicts.get(result) or Verdict(result, STALE)
        found[result] = replace(before, state=STALE, told=(told, *before.told))
    if RUN not in known.steps and not found:
        found[result] = Verdict(result, STANDS)
    return found


def _superseded(folder: Path, known: Manifest) -> str:
    """Whether the workbook that a batch read is no longer the same, where it can still be found."""
    source = origin(folder, known)
    try:
        if source is None or manifest.digest(source) == known.source:
            return ""
    except OSError:
        return f"Le classeur d'origine ne peut plus être lu : {source}."
    return f"Le classeur d'origine a changé depuis le lot du {known.at} : {source}. Relancer le lot."
