"""What is wrong in a workbook, told to its user: where, what was found, what is expected, what to do."""

import errno
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import Any

from dotpop_model.errors import counted

RANGES_SHOWN = 6
ERROR, CONFIRM, WARNING = SEVERITIES = "erreur", "à confirmer", "avertissement"


REASONS = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération interdite",
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.ENOTDIR: "un fichier tient la place d'un dossier",
    errno.EEXIST: "un fichier a déjà ce nom",
    errno.EISDIR: "c'est un dossier",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "plus de place pour ce compte sur le disque",
    errno.ENAMETOOLONG: "nom ou chemin trop long",
    errno.EINVAL: "nom que le disque refuse",
    errno.EBUSY: "fichier occupé par un autre programme",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.EIO: "erreur de lecture ou d'écriture du disque",
}
"""What the system says, in its own language, of a file: the same in French."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. file: of the workbook. found, expected, action: French, each able to stand alone."""

    file: str
    found: str
    expected: str
    action: str
    sheet: str = ""
    cell: str = ""
    severity: str = ERROR

    @property
    def place(self) -> str:
        if not self.sheet:
            return self.file
        if not self.cell:
            return f"Feuille {self.sheet}"
        cells = "cellules" if ":" in self.cell or "," in self.cell else "cellule"
        return f"Feuille {self.sheet}, {cells} {self.cell}"

    @property
    def first_cell(self) -> str:
        """The first of its cells, "" when it has none."""
        return self.cell.replace(":", ",").partition(",")[0].partition(" ")[0]

    @property
    def sentence(self) -> str:
        """What was found, what is expected, what to do."""
        expected = f" ; attendu : {self.expected}" if self.expected else ""
        return f"{self.found}{expected}. {self.action}".rstrip()

    def __str__(self) -> str:
        return f"{self.place} : {self.sentence}"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class ProblemsFound(Exception):
    """Raised when a workbook cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_french(error: OSError) -> str:
    """Why the system refused, in French words."""
    return REASONS.get(error.errno or 0, "refus du système" + (f", erreur {error.errno}" if error.errno else ""))


def of_the_machine(error: Exception) -> Problem | None:
    """The problem of an error that comes from what the machine can hold, not from a defect; None for any other."""
    if isinstance(error, MemoryError):
        action = "Fermer d'autres programmes, ou recommencer sur une machine qui a plus de mémoire."
        return Problem("dotpop", "mémoire insuffisante", "", action)
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        action = "Donner un nom plus court, ou un dossier plus haut dans l'arborescence."
        return Problem(str(error.filename), "nom ou chemin trop long", "un nom que le disque accepte", action)
    return None


def library(module: str, use: str, package: str = "") -> Any:
    """A module that only some work needs, imported when that work begins: before anything is written.

    use: what its library is, in French. package: how pip names it. Raises ProblemsFound when it does not load: one that
    is there and does not (another Python, a policy of the computer) is as good as absent.
    """
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        name = module.partition(".")[0]
        found, expected = f"la bibliothèque {name} ne se charge pas ({error})", f"{name}, {use}"
        action = f"L'installer (python -m pip install {package or name}), puis relancer. Rien n'a été écrit."
        raise ProblemsFound([Problem(name, found, expected, action)]) from error


def merged_table(file: str, sheet: str, table: str) -> Problem:
    """The problem of a table some of whose cells are merged: what is written in the others would be lost."""
    action = "Défusionner ces cellules (Accueil > Fusionner > Annuler la fusion), puis relancer. Rien n'a été modifié."
    return Problem(file, f"cellules fusionnées dans le tableau {table}", "aucune cellule fusionnée", action, sheet)


class PartlyWritten(ProblemsFound):
    """Raised when a failure could not be taken back whole: the only case in which something of it stays."""


def protected_sheet(file: str, sheet: str) -> Problem:
    """The problem of a sheet that its protection keeps from being written."""
    action = "Ôter la protection (Révision > Ôter la protection de la feuille), puis relancer. Rien n'a été modifié."
    return Problem(file, "feuille protégée", "une feuille que l'on peut écrire", action, sheet)


def grouped(problems: Iterable[Problem]) -> list[Problem]:
    """The same problem in many cells of a column told once, with the cells as ranges ("C6:C76, C80")."""
    groups: dict[Problem, list[str]] = {}
    for problem in problems:
        letters = problem.cell.rstrip("0123456789")
        groups.setdefault(replace(problem, cell=letters), []).append(problem.cell)
    return [replace(problem, cell=_ranges(cells)) for problem, cells in groups.items()]


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with their cells as ranges, the gravest first."""
    return sorted(grouped(problems), key=lambda problem: SEVERITIES.index(problem.severity))


def _ranges(cells: list[str]) -> str:
    """Cells of one column as ranges.

    >>> _ranges(["C6", "C7", "C8", "C10"])
    'C6:C8, C10'
    """
    letters = cells[0].rstrip("0123456789")
    rows = sorted({int(cell[len(letters) :]) for cell in cells if cell != letters})
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    shown = [f"{letters}{run[0]}" + (f":{letters}{run[-1]}" if len(run) > 1 else "") for run in runs[:RANGES_SHOWN]]
    more = sum(len(run) for run in runs[RANGES_SHOWN:])
    return ", ".join(shown) + (f" et {counted(more, 'autre')}" if more else "")
