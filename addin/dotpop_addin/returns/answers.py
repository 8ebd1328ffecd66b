"""A returned file as an answer: what it says it is, its tables wherever they now stand, and all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotpop_addin.books.protocol import Block
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.common import IDENTITY
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.declarations.sent import SENDINGS, Sending
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.reading import shown
from dotpop_addin.returns.cleaning import clean
from dotpop_addin.returns.lines import Line, LinesRead, read_lines
from dotpop_addin.returns.opening import Returned, open_return
from dotpop_addin.returns.placing import place_tables
from dotpop_addin.sending.digests import rows_item, whole_digest

NOT_OURS = "Demander le fichier envoyé par l'agence, rempli ; ou le laisser hors de ce dossier."
FINESS = Column(header=sent.FINESS, name="finess", kind=Kind.FINESS, help="")


@dataclass
class Answer:
    """One returned file.

    sending: what kind of file it is, None when it is none of ours. about: what it says of itself. tables: by code name.
    """

    path: Path
    digest: str = ""
    sending: Sending | None = None
    about: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, LinesRead] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def file(self) -> str:
        return str(self.path)

    @property
    def kind(self) -> str:
        return str(self.about.get(sent.KIND, ""))

    @property
    def code(self) -> str:
        """FINESS of a hospital, name of a federation; "" when the file does not say."""
        return shown(self.about.get(sent.FINESS) or "").strip()

    @property
    def year(self) -> int | None:
        year = self.about.get(sent.YEAR)
        return int(year) if isinstance(year, int | float) else None

    def lines(self, table: str) -> list[Line]:
        """The lines of a table; none when it could not be found."""
        return self.tables[table].lines if table in self.tables else []

    def sound(self, table: str, column: str) -> bool:
        """Whether every cell of a column could be read."""
        return table in self.tables and column not in self.tables[table].unread | self.tables[table].doubtful

    def count(self, severity: str) -> int:
        """How many of its problems are of a severity."""
        return sum(problem.severity == severity for problem in self.problems)

    def refused(self, *, confirmed: bool = False) -> bool:
        """Whether it cannot be taken: it has errors, or something to confirm that nobody has confirmed."""
        return bool(self.count(ERROR)) or (not confirmed and bool(self.count(CONFIRM)))

    def accept(self) -> None:
        """Takes the values to confirm as they were proposed; the problems that told of them stay."""
        for read in self.tables.values():
            for line in read.lines:
                line.values |= line.proposed
            read.doubtful.clear()

    def tell(self, severity: str, found: str, expected: str, action: str, place: tuple[str, str] = ("", "")) -> None:
        """Adds a problem. place: sheet and cell."""
        self.problems.append(Problem(self.file, found, expected, action, *place, severity=severity))


def read_answer(path: Path) -> Answer:
    """Reads a returned file; whatever is wrong with it is told in the answer."""
    answer = Answer(path)
    try:
        returned = open_return(path)
    except ProblemsFound as error:
        answer.problems += error.problems
        return answer
    answer.digest = returned.digest
    answer.problems += returned.problems
    if _read_about(answer, returned):
        _read_tables(answer, returned)
    return answer


def _read_about(answer: Answer, returned: Returned) -> bool:
    """What the file says of itself; False when nothing more of it can be read."""
    found = _find(returned, sent.SENT.excel)
    if found is None:
        ours = _find(returned, IDENTITY.excel) is not None
        what = (
            "classeur d'une région, et non un retour" if ours else "ce fichier n'est pas un de ceux que l'agence a envoyés"
        )
        answer.tell(ERROR, what, "un fichier envoyé par « dotpop send », rempli", NOT_OURS)
        return False
    about = answer.about = {str(line[0]).strip(): line[1] for line in found.rows if len(line) > 1 and line[0] is not None}
    answer.sending = SENDINGS.get(answer.kind)
    place = (found.sheet, found.address(0, 1))
    if answer.sending is None:
        answer.tell(ERROR, f"nature « {answer.kind} » inconnue", f"l'un de : {', '.join(SENDINGS)}", NOT_OURS, place)
        return False
    if shown(about.get(sent.MODEL, "")) != sent.VERSION:
        found_version = f"modèle de version « {shown(about.get(sent.MODEL, ''))} »"
        action = "Recopier les réponses dans un fichier renvoyé par l'agence (dotpop send)."
        answer.tell(ERROR, found_version, f"version {sent.VERSION}", action, place)
        return False
    _check_digest(answer, found)
    return True


def _find(returned: Returned, table: str) -> Block | None:
    """A table by its name, whatever the sheet that holds it is called now."""
    for sheet in returned.sheets.values():
        if table in sheet.tables:
            return sheet.block(sheet.tables[table])
    return None


def _check_digest(answer: Answer, block: Block) -> None:
    """What the file says of itself must be what was sent; the zero of a FINESS that a number lost is put back."""
    about = answer.about
    items = [line[0] for line in block.rows]
    place = (block.sheet, block.address(items.index(sent.FINESS), 1) if sent.FINESS in items else "")
    if whole_digest(about) == about.get(sent.DIGEST):
        return
    cleaned = clean(FINESS, about.get(sent.FINESS))
    restored = about | {sent.FINESS: cleaned.proposed or cleaned.value}
    if whole_digest(restored) == about.get(sent.DIGEST):
        answer.about = restored
        told = f"Lu comme {restored[sent.FINESS]} ; l'empreinte du fichier le confirme."
        answer.tell(WARNING, f"FINESS {shown(about[sent.FINESS])}", "un FINESS de neuf caractères, en texte", told, place)
        return
    action = "Recopier les réponses dans le fichier que l'agence a envoyé à cet établissement."
    found = "ce que le fichier dit de lui-même a été modifié"
    answer.tell(ERROR, found, "la feuille « Ce fichier » telle qu'envoyée", action, (block.sheet, block.address(-1, 0)))


def _read_tables(answer: Answer, returned: Returned) -> None:
    assert answer.sending is not None
    placed = place_tables(answer.sending, returned, answer.file, answer.problems)
    known = {one: _codes(answer, table, placed) for one, table in _lists(answer.sending).items()}
    for table in answer.sending.tables.values():
        if table.name == "sent" or table.name not in placed:
            continue
        digests = str(answer.about.get(rows_item(table)) or "").split()
        read = read_lines(table, placed[table.name], digests, known, answer.file)
        answer.tables[table.name] = read
        answer.problems += read.problems


def _lists(sending: Sending) -> Mapping[str, Table]:
    """The columns that others take their codes from, as "table.column"."""
    asked = {column.refers for table in sending.tables.values() for column in table.columns if column.refers}
    return {one: sending.tables[one.partition(".")[0]] for one in asked if one}


def _codes(answer: Answer, table: Table, placed: Mapping[str, Any]) -> list[str]:
    if table.name not in placed:
        return []
    block: Block = placed[table.name].block
    header = table.keys[0].header
    place = block.headers.index(header) if header in block.headers else None
    return [] if place is None else [shown(line[place]) for line in block.rows if line[place] is not None]
