"""What a region knows of its hospitals when it asks them: less than what a calculation needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dotpop_addin.books.protocol import Book
from dotpop_addin.declarations.common import NATURE, REGION, REGION_CODE
from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.reading import TableRead
from dotpop_addin.region import identify, read_known
from dotpop_model.hypotheses import Hypotheses

Line = Mapping[str, Any]
ASKED: Mapping[str, Sequence[str]] = {
    "compartments": (),
    "specific": (),
    "hospitals": ("allocation", "federation", "kind"),
    "territories": (),
    "forms": (),
    "activity": ("volume",),
    "financing": ("amount",),
    "commitments": ("granted",),
}
"""The tables of a region that files are made from, and the columns that the returns may be there to fill."""


@dataclass(frozen=True)
class Known:
    """A region's tables as lines of code words; what is not known yet is None."""

    field: Field
    file: str
    identity: Mapping[str, str]
    hypotheses: Hypotheses
    lines: Mapping[str, Sequence[Line]]

    @property
    def region(self) -> str:
        return self.identity[REGION]

    @property
    def code(self) -> str:
        return self.identity[REGION_CODE]

    @property
    def nature(self) -> str:
        return self.identity[NATURE]

    @property
    def year(self) -> int:
        """The year whose figures are asked for."""
        return self.hypotheses.base_year

    @cached_property
    def hospitals(self) -> dict[str, Line]:
        """The hospitals by FINESS."""
        return {line["finess"]: line for line in self.lines["hospitals"]}

    @property
    def federations(self) -> list[str | None]:
        """The federation of each hospital."""
        return [line["federation"] for line in self.lines["hospitals"]]

    def of(self, table: str, finess: str) -> list[Line]:
        """The lines of a table that are of one hospital."""
        return self._by_hospital[table].get(finess, [])

    @cached_property
    def _by_hospital(self) -> dict[str, dict[str, list[Line]]]:
        found: dict[str, dict[str, list[Line]]] = {}
        for table in ("specific", "activity", "financing", "commitments"):
            lines = found.setdefault(table, {})
            for line in self.lines[table]:
                lines.setdefault(line["finess"], []).append(line)
        return found

    @cached_property
    def territories(self) -> dict[str, str]:
        """Names of the finest territories by code: those that no other is part of, and those of known activity."""
        lines = self.lines["territories"]
        lived_in = {line["territory"] for line in self.lines["activity"]}
        larger = {line["parent"] for line in lines} - lived_in
        return {one["territory"]: one["name"] for one in lines if one["territory"] not in larger}

    @cached_property
    def activities(self) -> list[str]:
        """The regional specific activities."""
        return list(dict.fromkeys(line["activity"] for line in self.lines["specific"]))


def known(book: Book) -> Known:
    """Reads what a region knows. Raises ProblemsFound."""
    field = identify(book)
    reads, hypotheses = read_known(book, [_asked(field.tables[name], columns) for name, columns in ASKED.items()])
    _check_specific(reads["specific"], book.name)
    identity = reads["identity"].columns
    lines = {name: _lines(reads[name].columns) for name in ASKED}
    told = dict(zip(identity["item"], (value or "" for value in identity["value"]), strict=True))
    return Known(field, book.name, told, hypotheses, lines)


def _check_specific(read: TableRead, file: str) -> None:
    """A hospital has one line per specific activity: an answer could not be put on one of two."""
    columns = read.columns
    first: dict[tuple[str, str], int] = {}
    problems = []
    for row, key in enumerate(zip(columns["activity"], columns["finess"], strict=True)):
        if key in first:
            found = f"« {key[0]} » : deux lignes pour {key[1] or 'la région, sans établissement'}"
            place = read.address(row, read.table.column("activity"))
            problems.append(Problem(file, found, "une seule", "Les additionner.", read.block.sheet, place))
        first.setdefault(key, row)
    if problems:
        raise ProblemsFound(problems)


def _asked(table: Table, columns: Sequence[str]) -> Table:
    """A table of which some cells may still be blank, and which may have no line."""
    declared = (replace(one, required=one.required and one.name not in columns) for one in table.columns)
    return replace(table, columns=tuple(declared), optional=table.name != "hospitals")


def _lines(columns: Mapping[str, list[Any]]) -> list[Line]:
    return [dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)]
