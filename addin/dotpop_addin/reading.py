"""Reading a table: from cells to values, with a problem for each cell that does not hold what its column declares."""

import difflib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dotpop_addin.accepted import bounded
from dotpop_addin.books.protocol import Block, Cell, CellError, Uncomputed
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind, Table
from dotpop_addin.problems import Problem
from dotpop_model.errors import french

FINESS_LENGTH = 9
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
        Kind.DATE: "une date",
        Kind.HYPOTHESIS: "une valeur",
    }

    def shown(bound: float) -> str:
        return f"{french(100 * bound)} %" if column.kind == Kind.SHARE else french(bound)

    return bounded(nouns.get(column.kind, "un nombre"), column.minimum, column.maximum, shown)


def read_table(table: Table, block: Block, file: str, open_headers: list[str] | None = None) -> TableRead:
    """Reads a block by its declaration; wholly empty lines are skipped, everything else is read or told.

    open_headers: the further columns expected of a table with open columns; None when nothing says which.
    """
    read = TableRead(table, block)
    columns = [*table.columns, *_open_columns(table, block.headers if open_headers is None else open_headers)]
    check_headers(read, columns, file)
    read.lines = [i for i, line in enumerate(block.rows) if any(bare(cell) is not None for cell in line)]
    for column in columns:
        if column.header not in block.headers:
            continue
        position = block.headers.index(column.header)
        cells = [bare(block.rows[line][position]) for line in read.lines]
        read.columns[column.name] = _parse_column(read, column, cells, file)
    return read


def _open_columns(table: Table, headers: list[str]) -> list[Column]:
    if table.open_column is None:
        return []
    model = table.open_column
    return [replace(model, header=header, name=header) for header in dict.fromkeys(headers) if header not in table.headers]


def check_headers(read: TableRead, columns: list[Column], file: str) -> None:
    block, known = read.block, [column.header for column in columns]
    strangers = [header for header in block.headers if header not in known]
    for header in known:
        places = [place for place, one in enumerate(block.headers) if one == header]
        if len(places) == 1:
            continue
        found, action = f"colonne « {header} » en double", "Enlever la colonne en trop, ou corriger son en-tête."
        if not places:
            close = difflib.get_close_matches(header, strangers, 1, 0.6) or [one for one in strangers if not one][:1]
            places = [block.headers.index(close[0]) if close else 0]
            doubt = f" (renommée « {close[0]} » ?)" if close and close[0] else " (en-tête effacé ?)" if close else ""
            found = f"colonne « {header} » absente{doubt}"
            action = f"Rétablir l'en-tête exact dans le tableau {read.table.excel}."
            strangers = [stranger for stranger in strangers if stranger not in close]
        place = block.address(-1, places[-1])
        read.problems.append(Problem(file, found, f"une colonne « {header} »", action, block.sheet, place))
    for header in strangers:
        action = "Elle n'est pas lue. La déplacer hors du tableau, ou corriger son en-tête."
        if read.table.open_column is not None:
            action = f"Ajouter ce code au tableau {read.table.open_words}, ou enlever la colonne."
        place = block.address(-1, block.headers.index(header))
        severity = "erreur" if read.table.open_column is not None else "avertissement"
        found = f"colonne inconnue « {header} »" if header else "colonne sans en-tête"
        read.problems.append(Problem(file, found, "", action, block.sheet, place, severity))


def bare(cell: Cell) -> Cell:
    """Spaces alone are a blank."""
    return None if isinstance(cell, str) and not cell.strip() else cell


def _parse_column(read: TableRead, column: Column, cells: list[Cell], file: str) -> list[Any]:
    parse = PARSERS[column.kind]
    values = []
    for row, cell in enumerate(cells):
        try:
            values.append(parsed(column, cell, parse))
        except Refusal as refusal:
            values.append(None)
            place = read.address(row, column)
            read.problems.append(Problem(file, refusal.found, expected(column), refusal.action, read.block.sheet, place))
    return values


def parsed(column: Column, cell: Cell, parse: Callable[[Column, Any], Any]) -> Any:
    """The value of a cell, by its column's way of reading. Raises Refusal."""
    if cell is None:
        if column.required:
            raise Refusal("cellule vide", "Renseigner la cellule ; rien n'est rempli à votre place.")
        return None
    if isinstance(cell, CellError):
        raise Refusal(f"erreur {cell.text}", "Corriger la formule ou saisir la valeur.")
    if isinstance(cell, Uncomputed):
        raise Refusal("formule sans valeur calculée", "Ouvrir le fichier dans le tableur, recalculer et enregistrer.")
    if isinstance(cell, float) and not math.isfinite(cell):
        raise Refusal("nombre trop grand", "Corriger la valeur.")
    return parse(column, cell)


def _number(column: Column, cell: Any) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _not_a_number(cell)
    if column.kind == Kind.INTEGER and cell != int(cell):
        raise Refusal(f"nombre {shown(cell)}", "Saisir un nombre entier.")
    if column.minimum is not None and cell < column.minimum:
        raise Refusal(f"nombre {shown(cell)}", "Corriger la valeur.")
    if column.maximum is not None and cell > column.maximum:
        if column.kind == Kind.SHARE:
            found = f"nombre {shown(cell)}, soit {shown(100 * cell)} %"
            raise Refusal(found, "Corriger la valeur (un pourcentage se saisit 12 %, ou 0,12).")
        raise Refusal(f"nombre {shown(cell)}", "Corriger la valeur.")
    return cell


def _not_a_number(cell: Any) -> Refusal:
    if not isinstance(cell, str):
        return Refusal(_shown_with_its_kind(cell), "Saisir un nombre.")
    if NUMBER_LIKE.fullmatch(cell.strip()):
        return Refusal(f"texte « {cell} »", "Ressaisir le nombre : la cellule contient un texte, pas un nombre.")
    return Refusal(f"texte « {cell} »", "Saisir un nombre ; si la valeur n'est pas connue, la demander.")


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, date | time | timedelta):
        raise Refusal(_shown_with_its_kind(cell), "Saisir un texte.")
    return shown(cell).strip()


def _code(column: Column, cell: Any) -> str:
    if not isinstance(cell, str):
        action = "Mettre la cellule au format Texte et ressaisir le code, zéros de gauche compris."
        raise Refusal(f"code transformé en nombre ou en date ({shown(cell)})", action)
    return cell.strip()


def _finess(column: Column, cell: Any) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        action = f"Mettre la cellule au format Texte et ressaisir le FINESS (« {int(cell):09d} » ?)."
        raise Refusal(f"FINESS transformé en nombre ({shown(cell)})", action)
    text = _code(column, cell)
    if text not in column.also and not FINESS.fullmatch(text):
        raise Refusal(f"« {text} »", "Corriger le FINESS.")
    return text


def _choice(column: Column, cell: Any) -> str | int:
    choices = column.choices or {}
    text = shown(cell).strip()
    if text not in choices:
        close = difflib.get_close_matches(text, choices, 1, 0.5)
        raise Refusal(f"« {text} »", f"Choisir dans la liste{f' (« {close[0]} » ?)' if close else ''}.")
    return choices[text]


def _date(column: Column, cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if not isinstance(cell, date):
        raise Refusal(f"« {shown(cell)} »", "Saisir la date sous la forme jour/mois/année.")
    return cell


def shown(cell: Any) -> str:
    """A cell's value as a French spreadsheet shows it.

    >>> shown(12.5), shown(3.0), shown(True), shown(date(2026, 3, 14)), shown(timedelta(hours=26))
    ('12,5', '3', 'VRAI', '14/03/2026', '26:00')
    """
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float) and not math.isfinite(cell):
        return "nombre trop grand"
    if isinstance(cell, int | float):
        return str(int(cell) if cell == int(cell) else cell).replace(".", ",")
    if isinstance(cell, timedelta):
        return f"{cell // timedelta(hours=1)}:{cell % timedelta(hours=1) // timedelta(minutes=1):02}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _shown_with_its_kind(cell: Any) -> str:
    kind = "valeur logique" if isinstance(cell, bool) else "date" if isinstance(cell, date) else "heure ou durée"
    return f"{kind} {shown(cell)}"


PARSERS: dict[Kind, Callable[[Column, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.FINESS: _finess,
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.HYPOTHESIS: lambda column, cell: cell,
    **dict.fromkeys(NUMERIC, _number),
}
