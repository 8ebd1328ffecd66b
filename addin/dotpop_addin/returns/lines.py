"""The lines of a table of a returned file: what was given is still there, what was asked is read or told."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dotpop_addin.books.protocol import Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, Problem
from dotpop_addin.reading import TableRead, bare, check_headers, expected, shown
from dotpop_addin.returns.cleaning import clean
from dotpop_addin.returns.placing import Placed
from dotpop_addin.returns.texts import folded
from dotpop_addin.returns.verdicts import certain, quoted
from dotpop_addin.sending.digests import given_columns, line_digest, value_digest

AS_SENT = "les cellules données par l'agence, telles qu'envoyées"
RETYPE = "Recopier les réponses dans le fichier envoyé par l'agence, sans toucher aux cellules verrouillées."
KEEP = "Recopier les réponses dans le fichier envoyé par l'agence ; une ligne sans objet se garde, avec 0."


@dataclass
class Line:
    """One line. values: by code name, None where a cell is blank or not read. cells: addresses. proposed: values to
    confirm. given: whether it was in the file as it was sent, and is as it was; altered: whether it is told not to be.
    sheet: where it stands. untouched: the columns that hold what was sent."""

    sheet: str
    given: bool
    altered: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, Any] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)

    def place(self, column: str) -> tuple[str, str]:
        """Sheet and cell of a value."""
        return self.sheet, self.cells[column]


@dataclass
class LinesRead:
    """A table read. unread: columns of which a cell could not be read; doubtful: of which one is to be confirmed.

    whole: whether its lines are those that were given and those that were added, no more and no less.
    """

    table: Table
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    whole: bool = True


def read_lines(
    table: Table,
    placed: Placed,
    digests: Sequence[str],
    known: Mapping[str, Sequence[str]],
    file: str,
    values: Collection[str] = (),
) -> LinesRead:
    """Reads a table. digests: of the lines that were given. known: codes by the column that lists them, if sound.

    values: digests of the values sent.
    """
    return _Reader(table, placed, digests, known, file, values).read()


class _Reader:
    def __init__(
        self,
        table: Table,
        placed: Placed,
        digests: Sequence[str],
        known: Mapping[str, Sequence[str]],
        file: str,
        values: Collection[str],
    ) -> None:
        self._values = values
        self._table, self._placed, self._file, self._known = table, placed, file, known
        self._block, self._formulas = placed.block, placed.sheet.formulas
        self._left = Counter(digests)
        headers = self._block.headers
        self._at = {one.name: headers.index(one.header) for one in table.columns if one.header in headers}
        self._given = [name for name in given_columns(table) if name in self._at]
        self._entries = [one for one in table.columns if one.entry and one.name in self._at]
        self._read = LinesRead(table)

    def read(self) -> LinesRead:
        rows = list(self._rows())
        given = {row for row in rows if self._take(row)}
        unseen = self._check_headers(found=bool(given))
        strange = (row for row in rows if row not in given and self._holds_given(row))
        altered = {row: place for place, row in enumerate(strange)}
        for row in rows:
            if row in given or unseen:
                self._add(row, given=True)
            elif row in altered:
                self._tell_altered(row, added=altered[row] >= self._left.total())
                self._add(row, altered=True)
            elif self._is_total(row):
                self._tell_total(row)
            elif any(self._cell(row, one.name) is not None for one in self._entries):
                self._add(row)  # a free line that holds more than its formulas
        if not unseen:
            self._tell_missing(self._left.total() - len(altered))
        return self._read

    def _rows(self) -> Iterator[int]:
        """The lines that hold something; of a table where nothing is given, those of the file are due even blank."""
        due = self._left.total() if not self._given else 0
        for row, cells in enumerate(self._block.rows):
            if row < due or any(bare(cells[place]) is not None for place in self._at.values()):
                yield row

    def _check_headers(self, *, found: bool) -> bool:
        """Tells the columns that are lacking; True when given lines cannot be told from others for want of a column.

        Of what is given, the file of a federation holds but what may leave: its lines are found all the same.
        """
        asked = [one for one in self._table.columns if one.entry or one.key]
        lacking = [name for name in given_columns(self._table) if name not in self._at]
        unseen = bool(lacking) and not found and self._left.total() > 0
        others = [one for one in self._table.columns if one not in asked and (one.name in self._at or unseen)]
        others = [one for one in others if one.name in self._at or one.name in lacking]
        read = TableRead(self._table, self._block)
        check_headers(read, [*asked, *others], self._file)
        self._read.problems += read.problems
        self._read.unread |= {one.name for one in asked if one.name not in self._at}
        return unseen

    def _take(self, row: int) -> bool:
        """Whether a line is one of those that were given; each counts once."""
        if not self._left:
            return False
        digest = line_digest(_plain(self._block.rows[row][self._at[name]]) for name in self._given)
        if self._left[digest] <= 0:
            return False
        self._left[digest] -= 1
        return True

    def _holds_given(self, row: int) -> bool:
        """Whether a line that was not given as it stands holds something that only the agency writes."""
        keys = {one.name for one in self._table.keys if one.entry}
        return any(
            self._cell(row, name) is not None and self._address(row, name) not in self._formulas
            for name in self._given
            if name not in keys
        )

    def _is_total(self, row: int) -> bool:
        """Whether a line adds up those above it."""
        first = next((cell for one in self._entries if (cell := self._cell(row, one.name)) is not None), None)
        return isinstance(first, str) and folded(first).startswith(("total", "soustotal"))

    def _add(self, row: int, *, given: bool = False, altered: bool = False) -> None:
        line = Line(self._block.sheet, given, altered)
        line.cells = {name: self._address(row, name) for name in self._at}
        line.values = {name: self._cell(row, name) for name in self._given}
        for column in self._entries:
            self._read_cell(line, _with_unit(column, line), self._cell(row, column.name))
        if given and self._values:
            line.untouched = {one.name for one in self._entries if self._is_as_sent(row, one.name)}
        self._read.lines.append(line)

    def _is_as_sent(self, row: int, column: str) -> bool:
        given = (_plain(self._block.rows[row][self._at[name]]) for name in self._given)
        return value_digest(given, column, _plain(self._block.rows[row][self._at[column]])) in self._values

    def _read_cell(self, line: Line, column: Column, cell: Cell) -> None:
        place = line.place(column.name)
        if cell is None and self._placed.swallowed(place[1]):
            self._read.unread.add(column.name)
            line.values[column.name] = None
            return
        known = self._known.get(column.refers or "")
        listed = _listed(column, cell, known or ())
        cleaned = clean(column, listed, (*(known or ()), *column.also))
        if listed != cell and not cleaned.severity:
            cleaned = certain(column, cleaned.value, cell, listed)
        line.values[column.name] = cleaned.value
        problem = cleaned.problem(column, self._file, *place)
        formula = self._formulas.get(place[1])
        if problem is not None:
            self._read.problems.append(replace(problem, found=f"{column.header} : {problem.found}"))
            if problem.severity == CONFIRM:
                self._read.doubtful.add(column.name)
                line.proposed[column.name] = cleaned.proposed
            elif problem.severity == ERROR:
                self._read.unread.add(column.name)
        elif known is not None and _is_unlisted(column, cleaned.value, known):
            found = f"{column.header} : « {cleaned.value} », absent de la liste"
            action = "Choisir dans la liste, ou demander à l'agence de l'y ajouter."
            self._read.problems.append(Problem(self._file, found, "un choix de la liste", action, *place))
            self._read.unread.add(column.name)
        elif formula is not None and cell is not None and not isinstance(cell, CellError | Uncomputed):
            value = quoted(cell) if isinstance(cell, str) else shown(cell)
            action = f"Sa valeur, {value}, est lue ; la saisir à la place de la formule, ou la bonne."
            found = f"{column.header} : formule (={formula[:60]})"
            self._read.problems.append(Problem(self._file, found, expected(column), action, *place, severity=WARNING))

    def _tell_altered(self, row: int, *, added: bool) -> None:
        self._read.whole = False
        if any(self._placed.swallowed(self._address(row, name)) for name in self._given):
            return  # already told
        name = next(one for one in self._given if self._cell(row, one) is not None)
        if not added:
            self._tell("cellule verrouillée modifiée sur cette ligne", AS_SENT, RETYPE, self._address(row, self._given[0]))
        elif self._table.rows > 1:
            action = "Vider ces cellules ; une ligne reprise d'un autre fichier est à ressaisir."
            found = "cellules réservées à l'agence remplies sur une ligne ajoutée"
            self._tell(found, "des lignes ajoutées sans référence", action, self._address(row, name))
        else:
            action = "L'enlever ; ce que l'agence doit savoir se dit dans une observation."
            self._tell("ligne ajoutée à un tableau qui n'en prend pas", AS_SENT, action, self._address(row, name))

    def _tell_total(self, row: int) -> None:
        action = "L'enlever : les totaux se déclarent dans la feuille Totaux."
        self._tell(
            "ligne de total dans le tableau", "une ligne par réponse", action, self._address(row, self._entries[0].name)
        )

    def _tell_missing(self, count: int) -> None:
        if count > 0:
            self._read.whole = False
            few = "1 ligne donnée par l'agence manque : supprimée, vidée ou modifiée"
            many = f"{count} lignes données par l'agence manquent : supprimées, vidées ou modifiées"
            self._tell(few if count == 1 else many, AS_SENT, KEEP, self._block.address(-1, 0))

    def _tell(self, found: str, wanted: str, action: str, cell: str) -> None:
        self._read.problems.append(Problem(self._file, found, wanted, action, self._block.sheet, cell, ERROR))

    def _cell(self, row: int, name: str) -> Cell:
        return bare(self._block.rows[row][self._at[name]])

    def _address(self, row: int, name: str) -> str:
        return self._block.address(row, self._at[name])


def _with_unit(column: Column, line: Line) -> Column:
    """A total to declare is an amount where its name says so."""
    euros = column.name == "declared" and "(€)" in str(line.values.get("item"))
    return replace(column, kind=Kind.AMOUNT) if euros else column


def _listed(column: Column, cell: Cell, known: Sequence[str]) -> Cell:
    """A text of a list, whatever its case and its spaces."""
    if not (column.refers and column.kind == Kind.TEXT and isinstance(cell, str)) or cell.strip() in known:
        return cell
    same = [one for one in known if folded(one) == folded(cell)]
    return same[0] if len(same) == 1 else cell


def _is_unlisted(column: Column, value: Any, known: Sequence[str]) -> bool:
    """Whether a text, or a FINESS where some are listed, is none of those of its list."""
    asked = column.kind == Kind.TEXT or (column.kind == Kind.FINESS and bool(known))
    return asked and value is not None and value not in known


def _plain(cell: Cell) -> Any:
    return cell.text if isinstance(cell, CellError) else bare(cell)
