"""The lines of a table of a returned file: what was given is still there, what was asked is read or told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dotpop_addin.books.protocol import Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem
from dotpop_addin.reading import TableRead, bare, check_headers, expected, shown
from dotpop_addin.returns.cleaning import clean
from dotpop_addin.returns.placing import RETYPE, Placed
from dotpop_addin.returns.texts import folded
from dotpop_addin.sending.digests import given_columns, line_digest


@dataclass
class Line:
    """One line. values: by code name, None where a cell is blank or not read. cells: addresses. proposed: values to
    confirm. given: whether it was in the file as it was sent. sheet: where it stands."""

    sheet: str
    given: bool
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, Any] = field(default_factory=dict)

    def place(self, column: str) -> tuple[str, str]:
        """Sheet and cell of a value."""
        return self.sheet, self.cells[column]


@dataclass
class LinesRead:
    """A table read. unread: columns of which a cell could not be read; doubtful: of which one is to be confirmed."""

    table: Table
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)


def read_lines(
    table: Table, placed: Placed, digests: Sequence[str], known: Mapping[str, Sequence[str]], file: str
) -> LinesRead:
    """Reads a table. digests: of the lines that were given. known: codes by the column that lists them."""
    return _Reader(table, placed, digests, known, file).read()


class _Reader:
    def __init__(
        self, table: Table, placed: Placed, digests: Sequence[str], known: Mapping[str, Sequence[str]], file: str
    ) -> None:
        self._table, self._block, self._formulas, self._file = table, placed.block, placed.sheet.formulas, file
        self._left, self._known = Counter(digests), known
        headers = self._block.headers
        self._at = {one.name: headers.index(one.header) for one in table.columns if one.header in headers}
        self._given = [name for name in given_columns(table) if name in self._at]
        self._entries = [one for one in table.columns if one.entry and one.name in self._at]
        self._read = LinesRead(table)

    def read(self) -> LinesRead:
        self._check_headers()
        altered = 0
        for row, cells in enumerate(self._block.rows):
            blank = all(bare(cells[place]) is None for place in self._at.values())
            if blank and (self._given or not self._left.total()):
                continue  # of a table where nothing is given, the lines of the file are due even blank
            given = self._take(cells)
            if not given and self._holds_given(row, cells):
                altered += 1
                self._tell_altered(row)
            elif not given and all(bare(cells[self._at[one.name]]) is None for one in self._entries):
                continue  # a free line that holds but its formulas
            self._read.lines.append(self._line(row, cells, given=given))
        missing = sum(self._left.values()) - altered
        if missing > 0:
            told = f"{missing} ligne{'s' if missing > 1 else ''} donnée{'s' if missing > 1 else ''} par l'agence en moins"
            self._tell(f"{told} (supprimée{'s' if missing > 1 else ''} ou modifiée{'s' if missing > 1 else ''})", -1, 0)
        self._check_keys()
        return self._read

    def _check_headers(self) -> None:
        """Every column but those that are given or computed: those of a federation depend on what may leave."""
        asked = [one for one in self._table.columns if one.entry or one.key]
        others = [one for one in self._table.columns if one not in asked and one.name in self._at]
        read = TableRead(self._table, self._block)
        check_headers(read, [*asked, *others], self._file)
        self._read.problems += read.problems
        self._read.unread |= {one.name for one in asked if one.name not in self._at}

    def _take(self, cells: Sequence[Cell]) -> bool:
        """Whether a line is one of those that were given; each counts once."""
        if not self._left:
            return False
        digest = line_digest(_plain(cells[self._at[name]]) for name in self._given)
        if self._left[digest] <= 0:
            return False
        self._left[digest] -= 1
        return True

    def _holds_given(self, row: int, cells: Sequence[Cell]) -> bool:
        """Whether a line that was not given as it stands holds something that only the agency writes."""
        keys = {one.name for one in self._table.keys if one.entry}
        for name in self._given:
            place = self._at[name]
            if name not in keys and bare(cells[place]) is not None and self._address(row, place) not in self._formulas:
                return True
        return False

    def _line(self, row: int, cells: Sequence[Cell], *, given: bool) -> Line:
        line = Line(self._block.sheet, given)
        for name, place in self._at.items():
            line.cells[name] = self._address(row, place)
        for name in self._given:
            line.values[name] = bare(cells[self._at[name]])
        for column in self._entries:
            self._read_cell(line, column, bare(cells[self._at[column.name]]))
        return line

    def _read_cell(self, line: Line, column: Column, cell: Cell) -> None:
        known = self._known.get(column.refers or "", ())
        cleaned = clean(column, _listed(column, cell, known), (*known, *column.also))
        line.values[column.name] = cleaned.value
        problem = cleaned.problem(column, self._file, *line.place(column.name))
        if problem is not None:
            self._read.problems.append(replace(problem, found=f"{column.header} : {problem.found}"))
            if problem.severity == CONFIRM:
                self._read.doubtful.add(column.name)
                line.proposed[column.name] = cleaned.proposed
            elif problem.severity == ERROR:
                self._read.unread.add(column.name)
        elif column.refers and column.kind == Kind.TEXT and cleaned.value is not None and cleaned.value not in known:
            found, action = f"« {cleaned.value} » inconnu", "Choisir dans la liste, ou demander à l'agence de l'y ajouter."
            self._read.problems.append(Problem(self._file, found, "un choix de la liste", action, *line.place(column.name)))
            self._read.unread.add(column.name)
        formula = self._formulas.get(line.cells[column.name])
        if formula is not None and not isinstance(cell, CellError | Uncomputed):
            action = f"Sa valeur {shown(cell)} est lue ; la remplacer par cette valeur, ou par la bonne."
            found = f"formule (={formula[:60]})"
            self._read.problems.append(
                Problem(self._file, found, expected(column), action, *line.place(column.name), severity=WARNING)
            )

    def _check_keys(self) -> None:
        keys = [one.name for one in self._table.keys if one.name in self._at]
        first: dict[tuple[Any, ...], Line] = {}
        for line in self._read.lines if keys else ():
            key = tuple(line.values.get(name) for name in keys)
            if None in key:
                continue
            if key in first:
                before = first[key].cells[keys[0]]
                cells = [str(self._table.column(name).label_of.get(one, one)) for name, one in zip(keys, key, strict=True)]
                found = f"« {' / '.join(cells)} » en double (déjà en {before})"
                action = "Garder une seule ligne, ou les additionner."
                self._read.problems.append(
                    Problem(self._file, found, "une seule ligne par clé", action, *line.place(keys[0]))
                )
            first.setdefault(key, line)

    def _tell_altered(self, row: int) -> None:
        place = self._at[self._given[0]]
        self._tell("cellule verrouillée modifiée sur cette ligne", row, place)

    def _tell(self, found: str, row: int, place: int) -> None:
        wanted = "les cellules données par l'agence, telles qu'envoyées"
        self._read.problems.append(
            Problem(self._file, found, wanted, RETYPE, self._block.sheet, self._address(row, place), ERROR)
        )

    def _address(self, row: int, place: int) -> str:
        return self._block.address(row, place)


def _listed(column: Column, cell: Cell, known: Sequence[str]) -> Cell:
    """A text of a list, whatever its case and its spaces."""
    if not (column.refers and column.kind == Kind.TEXT and isinstance(cell, str)) or cell in known:
        return cell
    same = [one for one in known if folded(one) == folded(cell)]
    return same[0] if len(same) == 1 else cell


def _plain(cell: Cell) -> Any:
    return cell.text if isinstance(cell, CellError) else bare(cell)
