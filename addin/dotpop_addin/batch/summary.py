"""What became of a batch: as a workbook for people, sentences first, and as JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dotpop_addin.batch.plan import CHECK, STEPS
from dotpop_addin.batch.work import DONE, FAILED, IGNORED, LEFT, STATES, UNCHANGED, Outcome
from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.problems import ERROR, SEVERITIES, Problem, ordered
from dotpop_addin.sheets.page import SHOWN, Cell, Page, Role
from dotpop_addin.wording import several
from dotpop_model import __version__
from dotpop_model.errors import counted, named

LABELS = dict(zip(STEPS, ("contrôle", "calcul", "fiches"), strict=True))
SIGNS = {DONE: "✔ fait", UNCHANGED: "= inchangé", IGNORED: "– ignoré", FAILED: "✖ échec", LEFT: "… à faire"}
MEANINGS = {
    DONE: "le résultat vient d'être écrit",
    UNCHANGED: "rien n'a changé depuis le dernier traitement : le résultat est resté tel quel",
    IGNORED: "ce fichier n'est pas un classeur de région",
    FAILED: "aucun nouveau résultat ; la feuille Problèmes dit pourquoi",
    LEFT: "le traitement a été interrompu avant : relancer la même commande",
}
CHECKED = {
    DONE: "contrôlé et calculé sans erreur ; rien n'est écrit",
    UNCHANGED: "rien n'a changé depuis le dernier contrôle ; rien n'est écrit",
    FAILED: "la feuille Problèmes dit pourquoi",
}
"""The same where nothing was to be written."""
PLURALS = {FAILED: "échecs", DONE: "faits", UNCHANGED: "inchangés", IGNORED: "ignorés"}
FILES = (
    ("Classeur", 44),
    ("Champ", 13),
    ("Région", 28),
    ("Année de base", 9),
    ("Étapes", 22),
    ("Durée (s)", 9),
    ("État", 13),
    ("Problèmes", 11),
)
PROBLEMS = (
    ("Classeur", 28),
    ("Gravité", 13),
    ("Feuille", 15),
    ("Cellules", 12),
    ("Trouvé", 38),
    ("Attendu", 26),
    ("Que faire", 38),
)
NAMED = 5
"""Workbooks named in a sentence; the table has them all."""
WARNED = 10
"""Warnings told on the screen; the sheet Problèmes has them all."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and its outcomes in the order of its tasks. at: when it ended. seconds: that it took. problems: of none of its
    workbooks."""

    folder: Path
    steps: tuple[str, ...]
    outcomes: Sequence[Outcome]
    at: datetime
    seconds: float
    problems: Sequence[Problem] = ()

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.outcomes)

    @property
    def sound(self) -> bool:
        return self.count(FAILED) + self.count(LEFT) == 0

    @property
    def all_problems(self) -> list[Problem]:
        """Of its workbooks and of none, cells together, in order."""
        return [problem for one in self.outcomes for problem in ordered(one.problems)] + [*self.problems]

    @property
    def warnings(self) -> list[Problem]:
        """What is to be known of its results, that is no failure: those of whole files first."""
        ignored = {one.name for one in self.outcomes if one.state == IGNORED}
        found = [one for one in self.all_problems if one.severity != ERROR and one.file not in ignored]
        return sorted(found, key=lambda problem: bool(problem.sheet))


def told(batch: Batch) -> list[str]:
    """The batch in a few sentences."""
    counts = [several(n, one, PLURALS.get(one, one)) for one in STATES if (n := batch.count(one))]
    folders = sum(one.name.endswith("/") for one in batch.outcomes)
    of = [counted(len(batch.outcomes) - folders, "classeur"), *([counted(folders, "dossier illisible")] if folders else [])]
    sentences = [f"{' et '.join(of)} en {_duration(batch.seconds)} : {', '.join(counts)}."]
    for state, words in ((FAILED, "À corriger"), (LEFT, "Pas encore traités"), (IGNORED, "Laissés de côté")):
        names = [one.name for one in batch.outcomes if one.state == state]
        if names:
            sentences.append(f"{words} : {named(names, NAMED)}.")
    if not batch.sound:
        sentences.append("Relancer la même commande ne reprend que ce qui reste.")
    return sentences


def warned(batch: Batch) -> list[str]:
    """The warnings of a batch, a line each, as far as a screen takes them."""
    found = batch.warnings
    lines = [f"- {one.file} : {f'{one.place}, ' if one.sheet else ''}{one.sentence}" for one in found[:WARNED]]
    rest = len(found) - WARNED
    more = [f"et {rest} autre{'s' if rest > 1 else ''}."] if rest > 0 else []
    return [f"{counted(len(found), 'avertissement')} :", *lines, *more] if found else []


def as_dict(batch: Batch) -> dict[str, Any]:
    """The batch for programs."""
    return {
        "status": "ok" if batch.sound else "problems",
        "version": __version__,
        "at": batch.at.isoformat(),
        "seconds": round(batch.seconds, 3),
        "folder": str(batch.folder),
        "steps": list(batch.steps),
        "problems": [problem.as_dict() for problem in batch.problems],
        "counts": {state: batch.count(state) for state in STATES},
        "files": [
            {**asdict(one), "seconds": round(one.seconds, 3), "problems": [problem.as_dict() for problem in one.problems]}
            for one in batch.outcomes
        ],
    }


def pages(batch: Batch) -> list[Page]:
    """A line per workbook; then a line per problem."""
    return [_files(batch), _problems(batch)]


def _page(batch: Batch, name: str, title: str, columns: Sequence[tuple[str, int]]) -> Page:
    steps = ", ".join(LABELS[step] for step in batch.steps)
    told = f"{batch.at:%d/%m/%Y à %H:%M} (UTC) · dotpop {__version__} · étapes : {steps}"
    return Page.titled(name, [float(width) for _, width in columns], title, told)


def _files(batch: Batch) -> Page:
    page = _page(batch, "Lot", "Traitement d'un lot de classeurs", FILES)
    there = [state for state in STATES if batch.count(state)]
    meanings = MEANINGS | (CHECKED if {*batch.steps} == {CHECK} else {})
    legend = " ; ".join(f"{SIGNS[state]} : {meanings[state]}" for state in there)
    for text in [*told(batch), f"{legend}."]:
        page.sentence(text)
    page.skip()
    _heads(page, FILES)
    for one in batch.outcomes:
        steps = ", ".join(LABELS[step] for step in one.steps)
        texts = [one.name, one.field, one.region, one.year, steps]
        state = Cell(Role.RESULT if one.state in (FAILED, LEFT) else Role.FIGURE, SIGNS[one.state], SHOWN[Kind.TEXT])
        seconds, problems = Cell(Role.FIGURE, one.seconds, "0.0"), Cell(Role.FIGURE, len(ordered(one.problems)), "0")
        page.across([*(_words(text) for text in texts), seconds, state, problems])
    return _filtered(page, len(batch.outcomes))


def _problems(batch: Batch) -> Page:
    """All of them, the gravest first."""
    page = _page(batch, "Problèmes", "Problèmes rencontrés", PROBLEMS)
    found = batch.all_problems
    found.sort(key=lambda problem: SEVERITIES.index(problem.severity))
    if not found:
        page.sentence("Aucun problème.")
        page.frozen = page.row - 1
        return page
    page.sentence(
        "Une ligne par problème, les erreurs d'abord ; le même problème dans plusieurs cellules n'en prend qu'une."
    )
    page.skip()
    _heads(page, PROBLEMS)
    for one in found:
        severity = Cell(Role.RESULT if one.severity == ERROR else Role.FIGURE, one.severity, SHOWN[Kind.TEXT])
        texts = [one.sheet, one.cell, one.found, one.expected, one.action]
        page.across([_words(one.file), severity, *(_words(text) for text in texts)])
    return _filtered(page, len(found))


def _heads(page: Page, columns: Sequence[tuple[str, int]]) -> None:
    page.heads(*(header for header, _ in columns), height=30)
    page.frozen = page.row - 1


def _words(text: str) -> Cell:
    """Of a table, even where there are none: a grid has no holes."""
    return Cell(Role.BOXED, text)


def _filtered(page: Page, count: int) -> Page:
    page.filtered = f"A{page.frozen}:{page.last}{page.frozen + count}"
    return page


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
