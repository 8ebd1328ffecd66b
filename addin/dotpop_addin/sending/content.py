"""What a file that is sent holds, whoever writes it: what it says of itself, and the lines of each of its tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.kinds import Column, Table
from dotpop_addin.declarations.sent import Sending
from dotpop_addin.sending.digests import (
    given_columns,
    line_digest,
    rows_item,
    told,
    value_digest,
    values_item,
    whole_digest,
)
from dotpop_addin.sending.known import Known
from dotpop_addin.sending.signals import Limits

Cells = Mapping[str, Value]
"""A line by code names, as the cells show it (labels, not code words)."""
UNKNOWN_TIMES = 4
"""Times as many free lines are offered in a table of which nothing is known."""


@dataclass(frozen=True)
class Content:
    """One file. receiver: its name. about: what T_Envoi says, but the digests. lines: given lines of each table.

    left_out: tables that are not in the file; columns: those of a table, when not all of them.
    """

    sending: Sending
    receiver: str
    about: Mapping[str, Value]
    limits: Limits
    lines: Mapping[str, Sequence[Cells]]
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    said: Sequence[str] = ()

    def columns_of(self, table: Table) -> list[Column]:
        """The columns of a table that this file has."""
        kept = self.columns.get(table.name)
        return [column for column in table.columns if kept is None or column.name in kept]

    def given(self, table: str) -> Sequence[Cells]:
        """The lines that the file holds from the start."""
        return self.lines.get(table, ())

    def free(self, table: Table) -> int:
        """How many lines the receiver may add."""
        if table.rows <= 1:
            return 0
        return table.rows * (1 if self.given(table.name) or table.name != "own_activity" else UNKNOWN_TIMES)

    @cached_property
    def envoi(self) -> dict[str, Value]:
        """Every line of T_Envoi."""
        items: dict[str, Value] = dict(self.about)
        for table in self.sending.tables.values():
            if table.name != "sent" and self.given(table.name):
                names = [one.name for one in self.columns_of(table)]
                given = [name for name in given_columns(table) if name in names]
                lines = self.given(table.name)
                items[rows_item(table)] = told([line_digest(line.get(name) for name in given) for line in lines])
                values = [
                    value_digest((line.get(name) for name in given), one.name, line[one.name])
                    for line in lines
                    for one in self.columns_of(table)
                    if one.entry and one.name not in given and line.get(one.name) is not None
                ]
                if values:
                    items[values_item(table)] = told(values)
        return items | {sent.DIGEST: whole_digest(items)}


def about(known: Known, kind: str, code: str, name: str, reference: str, level: str) -> dict[str, Value]:
    """What a file says of itself. code: FINESS of a hospital, name of a federation."""
    return {
        sent.KIND: kind,
        sent.MODEL: sent.VERSION,
        sent.FIELD: known.field.label,
        sent.REGION: known.region,
        sent.CODE: known.code,
        sent.YEAR: known.year,
        sent.FINESS: code,
        sent.NAME: name,
        sent.NATURE: known.nature,
        sent.JUMP: known.hypotheses.jump,
        sent.LEAST: known.hypotheses.jump_least,
        sent.REFERENCE: reference,
        sent.LEVEL: level,
    }


def merged(
    known: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]] | None, keys: Sequence[str], value: str
) -> list[dict[str, Any]]:
    """The lines known now, each with its reference; then those of the year before that are not known any more, blank.

    before: lines of the year before; None when the reference is what is known now.
    """
    by_key: Callable[[Mapping[str, Any]], tuple[Any, ...]] = lambda line: tuple(line[key] for key in keys)  # noqa: E731
    earlier = {by_key(line): line for line in (known if before is None else before)}
    lines = [{**line, "reference": earlier.get(by_key(line), {}).get(value)} for line in known]
    there = {by_key(line) for line in known}
    gone = [line for key, line in earlier.items() if key not in there]
    return lines + [{**line, value: None, "reference": line[value]} for line in gone]
