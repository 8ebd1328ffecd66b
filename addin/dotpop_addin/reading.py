"""Reading a table: from cells to values, with a problem for each cell that does not hold what its column declares."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from dotpop_addin.books.protocol import Block, Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind, Table
from dotpop_addin.problems import Problem

FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")
NUMBER_LIKE = re.compile(r"[-+]?[0-9][0-9\s\u00a0\u202f.,]*\s*(€|%)?")


class Refusal(Exception):
    """A cell refused: what was found, what to do (the declaration says what is expected)."""

    def __init__(self, found: str, action: str) -> None:
        self.found, self.action = found, action


@dataclass
class TableRead:
    """A table read: the values by column name, and where each line stands."""

    table: Table
    block: Block
    columns: dict[str, list[Any]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def address(self, row: int, column: Column) -> str:
        """Address of the cell of the row-th value of a column."""
        return self.block.address(self.lines[row], self.block.headers.index(column.header))


def expected(column: Column) -> str:
    """French words for what a cell of this column must hold.

    >>> expected(Column(header="x", name="x", kind=Kind.AMOUNT, help="", minimum=0))
    'un montant en euros, au moins 0'
    """
    if column.choices:
        return "l'un de : " + ", ".join(column.choices)
    nouns = {
        Kind.TEXT: "un texte",
        Kind.CODE: "un code, en texte",
        Kind.FINESS: "un FINESS de neuf caractères, en texte",
        Kind.INTEGER: "un nombre entier",
        Kind.AMOUNT: "un montant en euros",
        Kind.SHARE: "un pourcentage",
    }
    parts = [nouns.get(column.kind, "un nombre")]
    for word, bound in (("au moins", column.minimum), ("au plus", column.maximum)):
        if bound is not None:
            parts.append(f"{word} {100 * bound:g} %" if column.kind == Kind.SHARE else f"{word} {bound:g}")
    return ", ".join(parts)


def read_table(table: Table, block: Block, file: str, open_headers: list[str] | None = None) -> TableRead:
    """Reads a block by its declaration; wholly empty lines are skipped, everything else is read or told.

    open_headers: the further columns expected of a table with open columns.
    """
    read = TableRead(table, block)
    columns = [*table.columns, *_open_columns(table, open_headers or [])]
    _check_headers(read, columns, file)
    read.lines = [i for i, line in enumerate(block.rows) if any(cell not in (None, "") for cell in line)]
    for column in columns:
        if column.header not in block.headers:
            continue
        position = block.headers.index(column.header)
        cells = [block.rows[line][position] for line in read.lines]
        read.columns[column.name] = _parse_column(read, column, cells, file)
    return read


def _open_columns(table: Table, headers: list[str]) -> list[Column]:
    if table.open_column is None:
        return []
    model = table.open_column
    return [
        Column(header=header, name=header, kind=model.kind, help=model.help, required=model.required) for header in headers
    ]


def _check_headers(read: TableRead, columns: list[Column], file: str) -> None:
    block, known = read.block, [column.header for column in columns]
    strangers = [header for header in block.headers if header not in known]
    for header in known:
        count = block.headers.count(header)
        if count == 1:
            continue
        close = difflib.get_close_matches(header, strangers, 1, 0.6)
        renamed = f" (renommée « {close[0]} » ?)" if close else ""
        found = f"colonne « {header} » absente{renamed}" if count == 0 else f"colonne « {header} » en double"
        action = f"Rétablir l'en-tête exact dans le tableau {read.table.excel}."
        place = block.address(-1, block.headers.index(close[0])) if close else block.address(-1, 0)
        read.problems.append(Problem(file, found, f"« {header} »", action, block.sheet, place))
    for header in strangers:
        action = "Elle n'est pas lue. La déplacer hors du tableau, ou corriger son en-tête."
        if read.table.open_column is not None:
            action = "Ajouter ce code au tableau des indicateurs, ou enlever la colonne."
        place = block.address(-1, block.headers.index(header))
        severity = "erreur" if read.table.open_column is not None else "avertissement"
        read.problems.append(Problem(file, f"colonne inconnue « {header} »", "", action, block.sheet, place, severity))


def _parse_column(read: TableRead, column: Column, cells: list[Cell], file: str) -> list[Any]:
    parse = PARSERS[column.kind]
    values = []
    for row, cell in enumerate(cells):
        try:
            values.append(_value(column, cell, parse))
        except Refusal as refusal:
            values.append(None)
            place = read.address(row, column)
            read.problems.append(Problem(file, refusal.found, expected(column), refusal.action, read.block.sheet, place))
    return values


def _value(column: Column, cell: Cell, parse: Callable[[Column, Any], Any]) -> Any:
    if cell is None or cell == "":
        if column.required:
            raise Refusal("cellule vide", "Renseigner la cellule ; rien n'est rempli à votre place.")
        return None
    if isinstance(cell, CellError):
        raise Refusal(f"erreur {cell.text}", "Corriger la formule ou saisir la valeur.")
    if isinstance(cell, Uncomputed):
        raise Refusal("formule sans valeur calculée", "Ouvrir le fichier dans le tableur, recalculer et enregistrer.")
    return parse(column, cell)


def _number(column: Column, cell: Any) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _not_a_number(cell)
    if column.kind == Kind.INTEGER and cell != int(cell):
        raise Refusal(f"nombre {_shown(cell)}", "Saisir un nombre entier.")
    if column.minimum is not None and cell < column.minimum:
        raise Refusal(f"nombre {_shown(cell)}", "Corriger la valeur.")
    if column.maximum is not None and cell > column.maximum:
        hint = " (un pourcentage se saisit 12 %, ou 0,12)" if column.kind == Kind.SHARE else ""
        raise Refusal(f"nombre {_shown(cell)}", f"Corriger la valeur{hint}.")
    return cell


def _not_a_number(cell: Any) -> Refusal:
    if isinstance(cell, datetime | date | time):
        return Refusal(f"date {cell:%d/%m/%Y}" if not isinstance(cell, time) else "heure", "Saisir un nombre.")
    text = str(cell)
    if NUMBER_LIKE.fullmatch(text.strip()):
        return Refusal(f"texte « {text} »", "Ressaisir le nombre : la cellule contient un texte, pas un nombre.")
    return Refusal(f"texte « {text} »", "Saisir un nombre ; si la valeur n'est pas connue, la demander.")


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, datetime | date | time):
        raise Refusal("une date", "Saisir un texte.")
    return _shown(cell) if isinstance(cell, int | float) else str(cell).strip()


def _code(column: Column, cell: Any) -> str:
    if not isinstance(cell, str):
        action = "Mettre la cellule au format Texte et ressaisir le code, zéros de gauche compris."
        raise Refusal(f"code transformé en nombre ou en date ({_shown(cell)})", action)
    return cell.strip()


def _finess(column: Column, cell: Any) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        action = f"Mettre la cellule au format Texte et ressaisir le FINESS (« {int(cell):09d} » ?)."
        raise Refusal(f"FINESS transformé en nombre ({_shown(cell)})", action)
    text = _code(column, cell)
    if text not in column.also and not FINESS.fullmatch(text):
        raise Refusal(f"« {text} »", "Corriger le FINESS.")
    return text


def _choice(column: Column, cell: Any) -> str | int:
    choices = column.choices or {}
    text = str(cell).strip()
    if text not in choices:
        close = difflib.get_close_matches(text, choices, 1, 0.5)
        raise Refusal(f"« {text} »", f"Choisir dans la liste{f' (« {close[0]} » ?)' if close else ''}.")
    return choices[text]


def _shown(cell: Any) -> str:
    """A cell's value in French words.

    >>> _shown(12.5), _shown(3.0)
    ('12,5', '3')
    """
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    return str(cell).replace(".", ",") if isinstance(cell, int | float) else str(cell)


PARSERS: dict[Kind, Callable[[Column, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.FINESS: _finess,
    Kind.CHOICE: _choice,
    Kind.HYPOTHESIS: lambda column, cell: cell,
    **dict.fromkeys(NUMERIC, _number),
}
