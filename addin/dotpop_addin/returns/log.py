"""The sheet Retours: what it has kept of former imports, and the lines that an import adds to it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dotpop_addin.books.protocol import Book
from dotpop_addin.declarations.common import ANSWER_STATES, ANSWERS, OBSERVATIONS, RETURNED_CHANGES
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.changes import Said
from dotpop_addin.rewriting import existing_lines, refuse_losses
from dotpop_addin.sending.federation import federations

if TYPE_CHECKING:
    from dotpop_addin.returns.applying import RegionTable
    from dotpop_addin.returns.collecting import Collected

LABEL = {word: label for label, word in ANSWER_STATES.items()}
SAID = ("sender", "finess", "figure", "proposed", "words")
"""What makes an observation the same as another."""


class Log:
    """The lines of the three tables, as they stand. Raises ProblemsFound when writing one again would lose something."""

    def __init__(self, book: Book, declared: Field) -> None:
        tables = (RETURNED_CHANGES, ANSWERS, OBSERVATIONS)
        for table in tables:
            refuse_losses(book, declared, table, kept=True)
        self.kept: dict[str, list[list[Any]]] = {table.name: existing_lines(book, declared, table) for table in tables}

    def last(self, answer: Answer) -> str:
        """The digest of the last answer of a sender that was taken, "" for none."""
        for finess, name, _, state, _, _, digest in self.kept[ANSWERS.name]:
            if (finess or name) == answer.code and state == LABEL["collected"]:
                return str(digest or "")
        return ""

    def has(self, answer: Answer) -> bool:
        """Whether this very file is the last answer that was taken: it changes nothing more."""
        return bool(answer.digest) and self.last(answer) == answer.digest

    def digests(self, code: str) -> set[str]:
        """The digests of all files of a sender that have changed something."""
        return {str(line[-1]) for line in self.kept[RETURNED_CHANGES.name] if line[1] == code}

    def after(self, code: str, table: str, line: str, column: str) -> str | None:
        """What the last answer of a hospital that changed a cell of the region has put there; None when none has."""
        wanted = {"finess": code, "table": table, "line": line, "column": column}
        names = [one.name for one in RETURNED_CHANGES.columns]
        for found in reversed(self.kept[RETURNED_CHANGES.name]):
            told = dict(zip(names, found, strict=True))
            if all(str(told[name]) == value for name, value in wanted.items()):
                return str(told["after"] or "")
        return None

    def added(self, code: str, table: str) -> Iterator[str]:
        """The lines that answers of a hospital have added to a table of the region, as users read their keys."""
        names = [column.name for column in RETURNED_CHANGES.columns]
        before, line, place = (names.index(name) for name in ("before", "line", "table"))
        found = (one for one in self.kept[RETURNED_CHANGES.name] if one[1] == code and one[place] == table)
        yield from dict.fromkeys(str(one[line]) for one in found if one[before] in (None, ""))


def changes_lines(collected: "Collected", time: str) -> list[list[Any]]:
    names = collected.known.hospitals
    return [
        [
            time,
            answer.code,
            names[answer.code]["name"],
            *(change.table, change.line, change.column, change.before, change.after, change.cell),
            *_file(answer),
        ]
        for answer, change in collected.changes
    ]


def _file(answer: Answer) -> tuple[str, str]:
    return answer.path.name, answer.digest


def answers_lines(collected: "Collected", kept: Sequence[list[Any]], hospitals: "RegionTable", time: str) -> list[list[Any]]:
    """A line per hospital and federation: an answer that is in stays so, whatever comes after it is refused.

    hospitals: as the answers leave them; the same import again finds the same names.
    """
    before = {line[0] or line[1]: line for line in kept}
    latest = {one.code: one for one in collected.refused if one.sending is not None}
    taken = {one.code: one for one in collected.taken}
    named: list[tuple[str, str, str | None]] = [
        (finess, hospitals.value((finess,), "name"), hospitals.value((finess,), "federation"))
        for finess in collected.known.hospitals
    ]
    senders: list[tuple[str | None, str, str | None]] = list(named)
    senders += [(None, name, name) for name in federations(federation for _, _, federation in named)]
    lines = []
    for finess, name, federation in senders:
        code, old = finess or name, before.get(finess or name)
        was_taken = old is not None and old[3] == LABEL["collected"]
        if code in taken:
            answer = taken[code]
            same = was_taken and old is not None and old[6] == answer.digest
            line = [finess, name, federation, LABEL["collected"], old[4] if same and old else time, *_file(answer)]
        elif was_taken and old is not None:
            line = [finess, name, federation, *old[3:]]
        elif code in latest:
            same = old is not None and old[6] == latest[code].digest
            line = [finess, name, federation, LABEL["refused"], old[4] if same and old else time, *_file(latest[code])]
        else:
            line = [finess, name, federation, LABEL["waited"], *(old[4:] if old is not None else (None, None, None))]
        lines.append(line)
    there = {finess or name for finess, name, _ in senders}
    return lines + [line for code, line in before.items() if code not in there and line[3] != LABEL["waited"]]


def observations_lines(told: Sequence[tuple[Answer, Said]], kept: Sequence[list[Any]], time: str) -> list[list[Any]]:
    """Those that are not there yet: a file that is sent again, corrected elsewhere, says the same things again."""
    said_by = [[column.name for column in OBSERVATIONS.columns].index(name) for name in SAID]
    there = {tuple(str(line[place] or "") for place in said_by) for line in kept}
    lines = []
    for answer, one in told:
        key = (one.sender, one.finess, one.figure, one.proposed, one.words)
        if key not in there:
            there.add(key)
            texts = [one.sender, one.finess, one.figure, one.known, one.proposed, one.words, one.cell]
            lines.append([time, *(text or None for text in texts), *_file(answer)])
    return lines
