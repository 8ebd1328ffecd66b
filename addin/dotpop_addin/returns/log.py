"""What the sheet Retours has kept of former imports."""

from collections.abc import Iterator
from typing import Any

from dotpop_addin.books.protocol import Book
from dotpop_addin.declarations.common import ANSWER_STATES, ANSWERS, OBSERVATIONS, RETURNED_CHANGES
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.returns.answers import Answer
from dotpop_addin.rewriting import existing_lines, refuse_losses

COLLECTED = next(label for label, word in ANSWER_STATES.items() if word == "collected")


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
            if (finess or name) == answer.code and state == COLLECTED:
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
