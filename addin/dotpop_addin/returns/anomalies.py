"""What was found in returned files, as a workbook: a line per problem with a link to its cell, and a line per file."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotpop_addin.books import saving
from dotpop_addin.declarations import sent
from dotpop_addin.problems import CONFIRM, ERROR, SEVERITIES, WARNING, Problem, ordered
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.outgoing import harmless
from dotpop_addin.sending.formats import Formats, Role
from dotpop_addin.sheets.writing import on_paper
from dotpop_model.errors import counted

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

SIGNS = {ERROR: "✖ Erreur", CONFIRM: "? À confirmer", WARNING: "! Avertissement"}
LOOK_OF = {ERROR: "alert", CONFIRM: "warning", WARNING: "info"}
MEANINGS = {
    ERROR: "la réponse ne peut pas être reprise : à corriger par qui a répondu",
    CONFIRM: "la réponse est reprise si l'agence la confirme (--confirm), après avoir demandé",
    WARNING: "la réponse est reprise : ce qui a été lu autrement qu'écrit, ou mérite un regard",
}
COLUMNS = (("Fichier", 34), ("De", 12), ("Gravité", 17), ("Feuille", 15), ("Cellules", 12), ("Trouvé", 44))
COLUMNS_AFTER = (("Attendu", 32), ("Que faire", 46))
FILES = (
    ("Fichier", 46),
    ("De", 12),
    ("Destinataire", 38),
    ("État", 18),
    ("Erreurs", 10),
    ("À confirmer", 12),
    ("Avertissements", 15),
)
LIST = "Anomalies"
"""The sheet by which such a list is known."""
HEADER = 7
"""Row of the headers of both sheets."""
MOST_LINKS = 60_000
"""Excel opens no sheet that has more than 65,530."""


def state(answer: Answer) -> str:
    """What a file is worth, in words."""
    if answer.count(ERROR):
        return SIGNS[ERROR]
    return SIGNS[CONFIRM] if answer.count(CONFIRM) else "✔ Recevable"


def workbook(answers: Sequence[Answer], target: Path) -> bytes:
    """The workbook of the problems. target: where it will stand, from which the links lead to the files."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": "Anomalies des retours", "author": "dotpop", "created": saving.now().replace(tzinfo=None)})
    formats = Formats(book)
    problems, files = book.add_worksheet(LIST), book.add_worksheet("Fichiers")
    _problems(problems, answers, target.resolve().parent, formats)
    _files(files, answers, formats)
    book.close()
    return stream.getvalue()


def _problems(sheet: "Worksheet", answers: Sequence[Answer], folder: Path, formats: Formats) -> None:
    found = [(answer, problem) for answer in answers for problem in ordered(answer.problems)]
    at = f"{saving.now():%d/%m/%Y à %H:%M} (UTC)"
    told = f"{counted(len(answers), 'fichier contrôlé')} le {at}, {counted(len(found), 'anomalie')}"
    _page(sheet, "Anomalies des retours", told, (*COLUMNS, *COLUMNS_AFTER), formats)
    for place, (severity, meaning) in enumerate(MEANINGS.items()):
        sheet.write_string(2 + place, 0, f"{SIGNS[severity]} : {meaning}", formats.of(Role.TEXT))
    for row, (answer, problem) in enumerate(found, start=HEADER):
        texts = (answer.path.name, answer.code, SIGNS[problem.severity], problem.sheet, problem.cell, problem.found)
        for column, text in enumerate((*texts, problem.expected, problem.action)):
            sheet.write_string(row, column, harmless(text), formats.of(Role.CELL))
        if problem.sheet and row < MOST_LINKS:
            link, text = _link(answer.path, folder, problem), harmless(problem.cell or problem.sheet)
            sheet.write_url(row, 4 if problem.cell else 3, link, formats.of(Role.LINK), text)
    _coloured(sheet, "C", len(found), {SIGNS[severity]: look for severity, look in LOOK_OF.items()}, formats)
    sheet.autofilter(HEADER - 1, 0, max(HEADER, HEADER - 1 + len(found)), len(COLUMNS) + len(COLUMNS_AFTER) - 1)


def _link(path: Path, folder: Path, problem: Problem) -> str:
    """A link to the first cell of a problem, relative where both files are on one drive."""
    resolved = path.resolve()
    try:
        target = os.path.relpath(resolved, folder)
    except ValueError:  # another drive
        target = str(resolved)
    quoted = problem.sheet.replace("'", "''")
    return f"external:{target.replace('#', '%23')}#'{quoted}'!{problem.first_cell or 'A1'}"


def _files(sheet: "Worksheet", answers: Sequence[Answer], formats: Formats) -> None:
    _page(sheet, "Fichiers contrôlés", "Un fichier par ligne ; recevable : sans erreur ni rien à confirmer.", FILES, formats)
    for row, answer in enumerate(answers, start=HEADER):
        texts = (answer.path.name, answer.code, str(answer.about.get(sent.NAME) or ""), state(answer))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, harmless(text), formats.of(Role.CELL))
        for column, severity in enumerate(SEVERITIES, start=len(texts)):
            sheet.write_number(row, column, answer.count(severity), formats.of(Role.CELL, "0"))
    looks = {"✔ Recevable": "ok", **{SIGNS[severity]: LOOK_OF[severity] for severity in (ERROR, CONFIRM)}}
    _coloured(sheet, "D", len(answers), looks, formats)
    sheet.autofilter(HEADER - 1, 0, max(HEADER, HEADER - 1 + len(answers)), len(FILES) - 1)


def _coloured(sheet: "Worksheet", letter: str, count: int, looks: dict[str, str], formats: Formats) -> None:
    area = f"{letter}{HEADER + 1}:{letter}{HEADER + max(count, 1)}"
    for text, look_of in looks.items():
        criteria: dict[str, Any] = {"type": "cell", "criteria": "==", "value": f'"{text}"'}
        sheet.conditional_format(area, {**criteria, "format": formats.verdict(look_of)})


def _page(sheet: "Worksheet", title: str, told: str, columns: Sequence[tuple[str, int]], formats: Formats) -> None:
    sheet.write_string("A1", title, formats.of(Role.TITLE))
    sheet.set_row(0, 26)
    sheet.write_string("A2", told, formats.of(Role.PURPOSE))
    for place, (header, width) in enumerate(columns):
        sheet.write_string(HEADER - 1, place, header, formats.of(Role.HEAD))
        sheet.set_column(place, place, width)
    sheet.freeze_panes(HEADER, 1)
    on_paper(sheet)
    sheet.repeat_rows(HEADER - 1)
