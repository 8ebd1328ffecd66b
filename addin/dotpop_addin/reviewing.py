"""Vérifier: the check, its problems marked on their cells and listed with links in the sheet Vérification."""

from dataclasses import dataclass

from dotpop_addin.actions import check
from dotpop_addin.books.protocol import Book, Cell, Link
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.common import CHECKED
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.problems import ERROR, Problem, ProblemsFound, grouped
from dotpop_addin.region import identify
from dotpop_model.errors import counted

NOTES = 500
"""Cells marked at most: thousands of notes would make the workbook heavy. The list tells all the problems."""


@dataclass(frozen=True)
class Review:
    """What a review found: every problem, and how many cells were marked."""

    problems: list[Problem]
    marked: int

    @property
    def errors(self) -> int:
        return sum(problem.severity == ERROR for problem in self.problems)

    @property
    def told(self) -> str:
        """One French sentence."""
        warnings = len(self.problems) - self.errors
        if not self.problems:
            return "Aucune erreur, aucun avertissement : le classeur est prêt pour le calcul."
        errors = counted(self.errors, "erreur") if self.errors else "aucune erreur"
        counts = f"{errors}, {counted(warnings, 'avertissement') if warnings else 'aucun avertissement'}"
        left = len({(one.sheet, one.cell) for one in self.problems if one.cell}) - self.marked
        more = f" (les {NOTES} premières cellules sont marquées, la liste dit tout)" if left else ""
        return f"{counts} : liste avec des liens dans la feuille Vérification{more}."


def review(book: Book) -> Review:
    """Checks, marks the faulty cells and lists the problems; what an earlier review marked and is mended is cleared."""
    field = identify(book)
    try:
        problems = check(book).region.warnings
    except ProblemsFound as error:
        problems = error.problems
    sheet, table = field.sheet_of["anomalies"].name, field.tables["anomalies"]
    if not book.has(sheet, table.excel):
        raise ProblemsFound(problems)
    names = set(book.sheet_names())
    notes = _notes([problem for problem in problems if problem.sheet in names])
    closed = book.closed([name for name in book.sheet_names() if name in _inputs(field) | {sheet}])
    if closed:
        raise ProblemsFound(problems + closed)
    found = Review(problems, len(notes))
    with book.changing():
        book.mark(notes)
        book.write(sheet, table.excel, table.headers, [_line(problem, names) for problem in grouped(problems)])
        book.write_cells(sheet, {CHECKED: f"Vérifié le {now():%d/%m/%Y à %H:%M} (UTC). {found.told}"})
    return found


def _inputs(field: Field) -> set[str]:
    return {sheet.name for sheet in field.sheets if sheet.role != "workshop"}


def _notes(problems: list[Problem]) -> dict[tuple[str, str], str]:
    """One note a cell; a cell with several problems tells them all."""
    texts: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        if problem.cell and ((problem.sheet, problem.cell) in texts or len(texts) < NOTES):
            sentence = " ".join(problem.sentence.splitlines())  # a mark is found again as one line
            texts.setdefault((problem.sheet, problem.cell), []).append(sentence)
    return {place: " ".join(sentences) for place, sentences in texts.items()}


def _line(problem: Problem, sheets: set[str]) -> list[Cell]:
    first = problem.first_cell
    lead = Link(problem.cell, problem.sheet, first) if first and problem.sheet in sheets else problem.cell
    severity = problem.severity.capitalize()
    return [severity, problem.sheet, lead, problem.found, problem.expected, problem.action]
