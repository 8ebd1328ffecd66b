"""Questionnaires that came back, hostile until checked: every fault of every file, told at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.opening import unreadable
from dotpop_addin.books.protocol import Cell, column_letters
from dotpop_addin.declarations.kinds import Column
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.reading import bare, expected, shown
from dotpop_addin.returns.cleaning import clean
from dotpop_addin.returns.folder import received_files
from dotpop_addin.returns.opening import Returned, open_return
from dotpop_addin.returns.sheets import Sheet
from dotpop_addin.survey.answers import Answers, Value
from dotpop_addin.survey.form import (
    ANSWERS,
    CODE,
    DETAIL,
    DETAIL_COLUMN,
    FORM,
    HEADERS,
    REASON,
    REASON_COLUMN,
    VERSION,
    WELCOME,
    identity,
)
from dotpop_addin.survey.questions import SEVERAL, Question, Questionnaire

NOT_OURS = "Demander le questionnaire rempli ; ou laisser ce fichier hors du dossier."
RETYPE = "Recopier les réponses dans un questionnaire neuf (dotpop new enquete)."
ONE_FILE = "un seul fichier par région"


@dataclass
class Received:
    """One file. problems: all that is wrong with it."""

    answers: Answers
    digest: str = ""
    problems: list[Problem] = field(default_factory=list)


def read(
    paths: Sequence[Path],
    asked: Questionnaire,
    leave: Sequence[Path] = (),
    progress: Progress = lambda step: None,
) -> tuple[list[Answers], list[Problem]]:
    """The questionnaires of files and folders, and their warnings. leave: files that are not questionnaires.

    Raises ProblemsFound with everything that is wrong with any of them: none is left out.
    """
    left = {path.resolve() for path in leave}
    received = []
    for path in [one for one in received_files(paths) if one.resolve() not in left]:
        progress(f"Lecture : {path.name}")
        received.append(_received(path, asked))
    kept = _without_copies(received)
    problems = [problem for one in received for problem in one.problems]
    if not received:
        action = "Y déposer les questionnaires reçus, puis relancer."
        problems = [Problem(str(path), "aucun questionnaire", "des questionnaires remplis", action) for path in paths]
    if any(problem.severity == ERROR for problem in problems):
        raise ProblemsFound(problems)
    return [one.answers for one in kept], problems


def _received(path: Path, asked: Questionnaire) -> Received:
    """One file read; one that nobody foresaw is told as unreadable, and does not stop the others."""
    try:
        return _Reader(path, asked, open_return(path)).read()
    except ProblemsFound as error:
        return Received(Answers("", file=str(path)), problems=error.problems)
    except Exception:
        return Received(Answers("", file=str(path)), problems=[unreadable(path)])


def _without_copies(received: Sequence[Received]) -> list[Received]:
    """One file per region: an exact copy is told and does not count, a different one is a fault of both."""
    by_region: dict[str, list[Received]] = {}
    for one in received:
        by_region.setdefault(one.answers.region or one.answers.file, []).append(one)
    for same in by_region.values():
        for place, one in enumerate(same):
            file = one.answers.file
            others = [Path(other.answers.file).name for other in same if other.digest != one.digest]
            twins = [Path(other.answers.file).name for other in same[:place] if other.digest == one.digest]
            if others:
                found = f"plusieurs fichiers différents pour {one.answers.region} (aussi : {', '.join(others)})"
                action = "Garder le bon et sortir les autres du dossier."
                one.problems.append(Problem(file, found, ONE_FILE, action))
            elif twins:
                action = "Rien à faire : elle ne compte pas."
                one.problems.append(Problem(file, f"copie exacte de {twins[0]}", ONE_FILE, action, severity=WARNING))
    return [same[0] for same in by_region.values()]


class _Reader:
    """One workbook being read."""

    def __init__(self, path: Path, asked: Questionnaire, returned: Returned) -> None:
        self._file, self._asked, self._returned = str(path), asked, returned
        self._answers = Answers("", file=self._file)
        self._problems = list(returned.problems)

    def read(self) -> Received:
        missing = [name for name in (WELCOME, FORM) if name not in self._returned.sheets]
        for name in missing:
            self._tell("", "", f"feuille « {name} » absente", "les feuilles du questionnaire", NOT_OURS)
        if not missing:
            self._read_identity(self._returned.sheets[WELCOME])
            self._read_form(self._returned.sheets[FORM])
        return Received(self._answers, self._returned.digest, self._problems)

    def _read_identity(self, sheet: Sheet) -> None:
        """Who answers: each item stands at the right of its label."""
        beside = {str(value).strip(): f"A{row}" for row, value in _down(sheet, "A") if isinstance(value, str)}
        values: dict[str, Any] = {}
        for label, column in identity(self._asked).items():
            if label not in beside:
                self._tell(sheet.name, "", f"« {label} » absent", "les lignes de « Qui répond »", RETYPE)
                continue
            values[column.name] = self._value(sheet, _right_of(beside[label]), column)
        given = self._answers
        given.region, given.day = values.get("region") or "", values.get("day")
        given.who, given.role = values.get("who") or "", values.get("role") or ""
        at = _right_of(beside[VERSION]) if VERSION in beside else ""
        version = shown(sheet.cells.get(at) or "")
        if version != self._asked.version:
            self._tell(sheet.name, at, f"version « {version} » du questionnaire", f"version {self._asked.version}", RETYPE)

    def _read_form(self, sheet: Sheet) -> None:
        """The questions, wherever their lines now stand."""
        columns = self._columns(sheet)
        if columns is None:
            return
        codes = [(str(value).strip(), row) for row, value in _down(sheet, columns[CODE]) if isinstance(value, str)]
        times = Counter(code for code, _ in codes)
        rows = dict(codes)
        for code, question in self._asked.questions.items():
            if times[code] != 1:
                told = f"question {code} {'absente' if not times[code] else 'en double'}"
                place = f"{columns[CODE]}{rows[code]}" if code in rows else ""
                self._tell(sheet.name, place, told, "chaque question une fois", RETYPE)
            else:
                self._read_question(sheet, question, {header: f"{letter}{rows[code]}" for header, letter in columns.items()})

    def _columns(self, sheet: Sheet) -> Mapping[str, str] | None:
        """Letters of the columns by header; None, and told, where they cannot be told apart."""
        heads = [address for address, value in sheet.cells.items() if value == CODE]
        row = bounds_of(heads[0])[1] if len(heads) == 1 else 0
        found = [
            (str(value), address.rstrip("0123456789")) for address, value in sheet.cells.items() if _row(address) == row
        ]
        names = [name for name, _ in found]
        lacking = [header for header in HEADERS if names.count(header) != 1]
        if lacking:
            told = f"en-têtes absents, modifiés ou en double : {', '.join(lacking)}"
            self._tell(sheet.name, f"A{row}" if row else "", told, "les en-têtes du questionnaire", RETYPE)
            return None
        return dict(found)

    def _read_question(self, sheet: Sheet, question: Question, at: Mapping[str, str]) -> None:
        code, places = question.code, [at[header] for header in ANSWERS]
        values: list[Value] = []
        for number, place in enumerate(places):
            if number and question.kind != SEVERAL:
                if bare(sheet.cells.get(place)) is not None:
                    action = "Vider cette cellule ; ce qu'elle dit va dans Précisions."
                    self._tell(sheet.name, place, f"{code} : plus d'une réponse", "une seule réponse", action)
                continue
            value = self._value(sheet, place, question.column)
            if value is not None:
                values.append(value)
        reason = self._value(sheet, at[REASON], REASON_COLUMN)
        detail = self._value(sheet, at[DETAIL], DETAIL_COLUMN)
        for found, expected_, action in _conflicts(question, values, reason):
            self._tell(sheet.name, places[0], f"{code} : {found}", expected_, action)
        if values:
            self._answers.values[code] = tuple(values)
        if reason is not None:
            self._answers.reasons[code] = reason
        if detail is not None:
            self._answers.details[code] = detail

    def _value(self, sheet: Sheet, address: str, column: Column) -> Any:
        """A cell as its column reads it; what must be confirmed must be typed again, since nobody is there to confirm it."""
        cell: Cell = sheet.cells.get(address)
        cleaned = clean(column, cell)
        problem = cleaned.problem(column, self._file, sheet.name, address)
        if problem is None and address in sheet.formulas and cell is not None:
            action = f"Sa valeur, « {shown(cell)} », est lue ; la saisir à la place de la formule, ou la bonne."
            problem = Problem(self._file, "formule", expected(column), action, sheet.name, address, WARNING)
        if problem is not None:
            severity = ERROR if problem.severity == CONFIRM else problem.severity
            self._problems.append(replace(problem, found=f"{column.header} : {problem.found}", severity=severity))
        return cleaned.value

    def _tell(self, sheet: str, cell: str, found: str, expected: str, action: str) -> None:
        self._problems.append(Problem(self._file, found, expected, action, sheet, cell))


def _conflicts(question: Question, values: Sequence[Value], reason: str | None) -> Iterator[tuple[str, str, str]]:
    """What cannot hold together in one line: found, expected, what to do."""
    if values and reason is not None:
        yield "une réponse, et la raison de ne pas répondre", "l'une ou l'autre", "Vider l'une des deux cellules."
    twice = [question.label(value) for value, times in Counter(values).items() if times > 1]
    if twice:
        yield f"« {twice[0]} » en double", "des réponses différentes", "Vider la cellule en trop."
    alone = [choice.label for choice in question.choices if choice.alone and choice.code in values]
    if alone and len(set(values)) > 1:
        yield (
            f"« {alone[0]} » avec une autre réponse",
            f"« {alone[0]} » seul, ou d'autres réponses",
            "Vider la cellule en trop.",
        )


def _row(address: str) -> int:
    return bounds_of(address)[1]


def _right_of(address: str) -> str:
    """The cell at the right of another.

    >>> _right_of("A5")
    'B5'
    """
    left, top, _, _ = bounds_of(address)
    return f"{column_letters(left + 1)}{top}"


def _down(sheet: Sheet, letter: str) -> Iterator[tuple[int, Cell]]:
    """The cells of a column, by row."""
    for address, value in sheet.cells.items():
        if address.rstrip("0123456789") == letter:
            yield _row(address), value
