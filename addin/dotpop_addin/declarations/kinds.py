"""The nouns of a declaration: column, table, sheet, field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from dotpop_model.steps import Chain


class Kind(StrEnum):
    """What a column holds; each kind has one way of being read, checked, formatted and explained."""

    TEXT = "text"
    CODE = "code"  # an identifier: always text
    FINESS = "finess"
    NUMBER = "number"
    INTEGER = "integer"
    AMOUNT = "amount"  # €, shown to the cent
    EURO = "euro"  # €, shown to the euro (the cell holds the cents)
    COUNT = "count"  # inhabitants, patients, weighted activity
    SHARE = "share"  # shown as a percentage, stored as a fraction
    RATE = "rate"  # an index or coefficient with several decimals
    SIGNED = "signed"  # a part of an index, with its sign
    PER_HEAD = "per_head"  # € per inhabitant
    DATE = "date"
    CHOICE = "choice"
    HYPOTHESIS = "hypothesis"  # read according to the hypothesis of its row


NUMERIC = frozenset(
    {Kind.EURO, Kind.NUMBER, Kind.INTEGER, Kind.AMOUNT, Kind.COUNT, Kind.SHARE, Kind.RATE, Kind.SIGNED, Kind.PER_HEAD}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. header: what users read (unit included). name: what the code says.

    refers: "table.column" whose values are the only ones allowed, besides `also`. choices: label read → code word.
    entry: in a file that is sent to be filled in, whether its receiver fills this column in.
    """

    header: str
    name: str
    kind: Kind
    help: str
    width: int = 14
    required: bool = True
    key: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, str | int] | None = None
    refers: str | None = None
    also: tuple[str, ...] = ()
    entry: bool = False

    @property
    def label_of(self) -> dict[str | int, str]:
        """Code word → label."""
        return {word: label for label, word in (self.choices or {}).items()}


@dataclass(frozen=True)
class Table:
    """One Excel table. rows: how many lines an empty template offers.

    open_from: table whose keys are further columns. open_words: that table in words ("des indicateurs"). open_unless:
    (column, value) of its lines that give no column. open_header: what the header of a further column adds to its key, in a
    result table ("{} (€)"). open_name: the column of that table whose values the headers are made of.
    most: how many lines the layout of the results has room for.
    """

    name: str
    excel: str
    title: str
    columns: tuple[Column, ...]
    rows: int = 1
    optional: bool = False
    open_from: str | None = None
    open_column: Column | None = None
    open_words: str = ""
    open_unless: tuple[str, str] | None = None
    open_header: str = "{}"
    open_name: str = ""
    most: int | None = None

    @cached_property
    def by_header(self) -> dict[str, Column]:
        return {column.header: column for column in self.columns}

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    @property
    def keys(self) -> list[Column]:
        return [column for column in self.columns if column.key]

    def column(self, name: str) -> Column:
        """The column of that code name."""
        return next(column for column in self.columns if column.name == name)

    def with_columns(self, **changes: Mapping[str, Any]) -> "Table":
        """The same table with some columns declared otherwise: name of the column → what changes in it."""
        return replace(self, columns=tuple(replace(one, **changes.get(one.name, {})) for one in self.columns))

    def having(self, column: Column, *, before: str) -> "Table":
        """The same table with one more column, before another."""
        place = [one.name for one in self.columns].index(before)
        return replace(self, columns=(*self.columns[:place], column, *self.columns[place:]))

    def with_choices(self, words: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> "Table":
        """The same table in a field's own words: pairs of shared choices and the field's."""
        return replace(self, columns=tuple(_in_words(column, words) for column in self.columns))


def _in_words(column: Column, words: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Column:
    own = next((own for shared, own in words if column.choices is shared), None)
    return column if own is None else replace(column, choices=own)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its tables stand side by side, each under its title, or have their headers at `anchors`.

    role: "welcome", "input", "result" or "workshop".
    """

    name: str
    title: str
    purpose: str
    role: str
    tables: tuple[Table, ...] = ()
    landscape: bool = True
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A field of the model (psychiatry, SMR): its workbook, its hypotheses file and its chain.

    mapping: the mapping of the activity exports that are loaded into it when no other is named. of: the field after a noun
    ("de psychiatrie"). counted: what the smallest counts are of. volumes: what activity counts.
    """

    code: str
    label: str
    version: str
    sheets: tuple[Sheet, ...]
    hypotheses_file: str
    chain: Chain[Any, Any]
    mapping: str
    of: str
    counted: str
    volumes: str

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table by code name."""
        return {table.name: table for sheet in self.sheets for table in sheet.tables}

    @cached_property
    def sheet_of(self) -> dict[str, Sheet]:
        """The sheet of each table, by the table's code name."""
        return {table.name: sheet for sheet in self.sheets for table in sheet.tables}

    def words(self, table: str, column: str) -> dict[str, str]:
        """The choices of a column: label → code word."""
        return {label: str(word) for label, word in (self.tables[table].column(column).choices or {}).items()}

    def labels(self, table: str, column: str) -> dict[str | int, str]:
        """The same the other way round: code word → label."""
        return self.tables[table].column(column).label_of

    def tables_of(self, role: str) -> list[Table]:
        """The tables of the sheets of one role, in order."""
        return [table for sheet in self.sheets if sheet.role == role for table in sheet.tables]


def amount(header: str, name: str, help: str, **more: object) -> Column:
    """A column of amounts to enter, in €, not negative."""
    return Column(header=f"{header} (€)", name=name, kind=Kind.AMOUNT, minimum=0, width=18, help=help, **more)  # type: ignore[arg-type]


def result(header: str, name: str, kind: Kind, help: str, width: int = 14, **more: object) -> Column:
    """A column that the calculation writes."""
    return Column(header=header, name=name, kind=kind, help=help, width=width, required=False, **more)  # type: ignore[arg-type]


def column(header: str, name: str, kind: Kind, width: float = 14, **more: object) -> Column:
    """A column of a sheet that is only read: no help, nothing to fill in."""
    return result(header, name, kind, "", width, **more)  # type: ignore[arg-type]


def in_sentence(label: str) -> str:
    """The label of a field within a sentence.

    >>> in_sentence("Psychiatrie"), in_sentence("SMR")
    ('psychiatrie', 'SMR')
    """
    return label if label.isupper() else label.lower()
