"""A returned file as an answer: what it says it is, its tables wherever they now stand, and all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from dotpop_addin.books.protocol import Block
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.common import IDENTITY
from dotpop_addin.declarations.kinds import Column, Field, Kind
from dotpop_addin.declarations.sent import FEDERATION, HOSPITAL, LISTS, Sending, sendings
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.reading import shown
from dotpop_addin.region import FIELDS
from dotpop_addin.returns.beside import beside
from dotpop_addin.returns.cleaning import clean
from dotpop_addin.returns.lines import Line, LinesRead, read_lines
from dotpop_addin.returns.opening import Returned, open_return
from dotpop_addin.returns.placing import find_about, place_tables
from dotpop_addin.sending.digests import rows_item, values_item, whole_digest

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
        year = self.number(sent.YEAR)
        return None if year is None else int(year)

    def number(self, item: str) -> float | None:
        """A number among what the file says of itself, even stored as a text: its digest is the same."""
        try:
            found = float(self.about.get(item) or "")
        except (TypeError, ValueError, OverflowError):
            return None
        return found if isfinite(found) else None

    def lines(self, table: str) -> list[Line]:
        """The lines of a table; none when it could not be found."""
        return self.tables[table].lines if table in self.tables else []

    def sound(self, table: str, *columns: str) -> bool:
        """Whether every line of a table is there, and every cell of these columns could be read."""
        read = self.tables.get(table)
        return read is not None and read.whole and not (read.unread | read.doubtful).intersection(columns)

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
    placed = find_about(returned)
    if placed is None:
        answer.tell(ERROR, _stranger(returned), "un fichier envoyé par l'agence, rempli", NOT_OURS)
        return False
    found = placed.block
    about = answer.about = {str(line[0]).strip(): line[1] for line in found.rows if len(line) > 1 and line[0] is not None}
    answer.sending = sendings(_field(about)).get(answer.kind)
    if answer.sending is None:
        answer.tell(
            ERROR,
            f"fichier de nature inconnue, « {answer.kind} »",
            f"l'un de : {HOSPITAL}, {FEDERATION}",
            NOT_OURS,
            _place_of(found, sent.KIND),
        )
        return False
    if shown(about.get(sent.MODEL, "")) != sent.VERSION:
        found_version = f"modèle de version « {shown(about.get(sent.MODEL, ''))} »"
        action = "Recopier les réponses dans un fichier renvoyé par l'agence (dotpop send)."
        answer.tell(ERROR, found_version, f"version {sent.VERSION}", action, _place_of(found, sent.MODEL))
        return False
    _check_digest(answer, found)
    return True


def _field(about: Mapping[str, Any]) -> Field:
    """The field that a file says it is of; another where it says none that is known: its digest tells the change."""
    fields = list(FIELDS.values())
    return next((field for field in fields if field.label == about.get(sent.FIELD)), fields[0])


def _stranger(returned: Returned) -> str:
    """What a workbook is that does not say that it was sent."""
    tables = {table for sheet in returned.sheets.values() for table in sheet.tables}
    if IDENTITY.excel in tables:
        return "classeur d'une région, et non un retour"
    sent_ones = {table.excel for sending in sendings(_field({})).values() for table in sending.tables.values()}
    if tables & sent_ones:
        return f"feuille « {sent.ABOUT} » absente : rien ne dit de qui sont les réponses"
    return "ce fichier n'est pas un de ceux que l'agence a envoyés"


def _check_digest(answer: Answer, block: Block) -> None:
    """What the file says of itself must be what was sent; the zero of a FINESS that a number lost is put back."""
    about = answer.about
    if whole_digest(about) == about.get(sent.DIGEST):
        return
    cleaned = clean(FINESS, about.get(sent.FINESS))
    restored = about | {sent.FINESS: cleaned.proposed or cleaned.value}
    if whole_digest(restored) == about.get(sent.DIGEST):
        answer.about = restored
        told = f"Lu comme {restored[sent.FINESS]} ; l'empreinte du fichier le confirme."
        found = f"FINESS {shown(about[sent.FINESS])}"
        answer.tell(WARNING, found, "un FINESS de neuf caractères, en texte", told, _place_of(block, sent.FINESS))
        return
    action = "Recopier les réponses dans le fichier que l'agence a envoyé à cet établissement."
    found = "ce que le fichier dit de lui-même a été modifié"
    answer.tell(ERROR, found, "la feuille « Ce fichier » telle qu'envoyée", action, (block.sheet, block.address(-1, 0)))


def _place_of(block: Block, item: str) -> tuple[str, str]:
    """Sheet and cell of the value of an item."""
    items = [line[0] for line in block.rows]
    return block.sheet, block.address(items.index(item), 1) if item in items else ""


def _read_tables(answer: Answer, returned: Returned) -> None:
    assert answer.sending is not None
    placed = place_tables(answer.sending, returned, answer.file, answer.problems)
    answer.problems += beside(answer.sending, returned, placed, answer.file)
    tables = [table for table in answer.sending.tables.values() if table.name in placed and table.name != "sent"]
    known: dict[str, list[str]] = {}
    listing = [table.name for table in LISTS]
    for table in sorted(tables, key=lambda one: one.name not in listing):  # the lists first: others take their codes there
        digests = str(answer.about.get(rows_item(table)) or "").split()
        values = set(str(answer.about.get(values_item(table)) or "").split())
        read = answer.tables[table.name] = read_lines(table, placed[table.name], digests, known, answer.file, values)
        answer.problems += read.problems
        if read.whole:
            codes = {f"{table.name}.{key.name}": [line.values.get(key.name) for line in read.lines] for key in table.keys}
            known |= {name: [shown(code) for code in told if code is not None] for name, told in codes.items()}
