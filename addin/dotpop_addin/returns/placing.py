"""Where the tables of a returned file stand: under their names, or where someone has put them since."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import Block, column_letters
from dotpop_addin.declarations.kinds import Table
from dotpop_addin.declarations.sent import Sending
from dotpop_addin.problems import WARNING, Problem
from dotpop_addin.returns.sheets import Sheet

if TYPE_CHECKING:
    from dotpop_addin.returns.opening import Returned

SCANNED = 40
"""Rows among which headers are looked for when a table has lost its name."""
RETYPE = "Recopier les réponses dans le fichier envoyé par l'agence : il a tous ses tableaux."


@dataclass(frozen=True)
class Placed:
    """A table found. formulas: addresses of the cells of its sheet that hold one, with the formula."""

    block: Block
    sheet: Sheet


def place_tables(sending: Sending, returned: "Returned", file: str, problems: list[Problem]) -> dict[str, Placed]:
    """Each table of the file; what is missing, renamed or merged is told."""
    found: dict[str, Placed] = {}
    renamed: dict[str, str] = {}
    for table in sending.tables.values():
        wanted = sending.sheet_of[table.name].name
        placed = _by_name(table, returned) or _by_headers(table, wanted, returned, file, problems)
        if placed is None:
            problems.append(_missing(table, wanted, returned, file))
            continue
        if placed.sheet.name != wanted and wanted not in returned.sheets:
            renamed[placed.sheet.name] = wanted
        alone = len(sending.sheet_of[table.name].tables) == 1
        found[table.name] = _with_lines_below(placed) if alone else placed
        problems += _merged(found[table.name], table, file)
        problems += _hidden(found[table.name], file)
    for name, wanted in renamed.items():
        action = "Elle est lue quand même ; ne pas renommer les feuilles."
        problems.append(Problem(file, f"feuille renommée « {name} »", f"« {wanted} »", action, name, severity=WARNING))
    return found


def _by_name(table: Table, returned: "Returned") -> Placed | None:
    for sheet in returned.sheets.values():
        if table.excel in sheet.tables:
            return Placed(sheet.block(sheet.tables[table.excel]), sheet)
    return None


def _by_headers(table: Table, wanted: str, returned: "Returned", file: str, problems: list[Problem]) -> Placed | None:
    """A table turned into plain cells: its headers stand on one row of its sheet."""
    sheet = returned.sheets.get(wanted)
    if sheet is None:
        return None
    places: dict[str, list[tuple[int, int]]] = {}
    for address, value in sheet.cells.items():
        if isinstance(value, str) and value.strip() in table.by_header:
            left, top, _, _ = bounds_of(address)
            places.setdefault(value.strip(), []).append((top, left))
    rows = {top for found in places.values() for top, _ in found if top <= SCANNED}
    full = [row for row in rows if all(any(top == row for top, _ in places.get(one, ())) for one in table.by_header)]
    if len(full) != 1:
        return None
    columns = [left for found in places.values() for top, left in found if top == full[0]]
    last = max((bounds_of(address)[1] for address in sheet.cells), default=full[0])
    area = f"{column_letters(min(columns))}{full[0]}:{column_letters(max(columns))}{max(last, full[0] + 1)}"
    action = "Ses lignes sont lues d'après les en-têtes ; ne pas convertir les tableaux en plages."
    found = f"le tableau {table.excel} n'en est plus un"
    problems.append(Problem(file, found, "un tableau", action, wanted, f"{column_letters(min(columns))}{full[0]}", WARNING))
    return Placed(sheet.block(area), sheet)


def _missing(table: Table, wanted: str, returned: "Returned", file: str) -> Problem:
    if wanted in returned.sheets:
        return Problem(file, f"tableau {table.excel} absent", f"le tableau « {table.title} »", RETYPE, wanted)
    return Problem(file, f"feuille « {wanted} » absente (tableau {table.excel})", f"la feuille « {wanted} »", RETYPE)


def _with_lines_below(placed: Placed) -> Placed:
    """With the lines typed under a table that its spreadsheet did not make longer."""
    block, cells = placed.block, placed.sheet.cells
    letters = [column_letters(block.column + place) for place in range(len(block.headers))]
    rows = list(block.rows)
    row = block.row + 1 + len(rows)
    while any(f"{letter}{row}" in cells for letter in letters):
        rows.append([cells.get(f"{letter}{row}") for letter in letters])
        row += 1
    return replace(placed, block=replace(block, rows=rows))


def _merged(placed: Placed, table: Table, file: str) -> list[Problem]:
    """Merged cells of a table: all but the first have lost what they held."""
    block = placed.block
    right, bottom = block.column + len(block.headers) - 1, block.row + len(block.rows)
    found = []
    for area in placed.sheet.merged:
        left, top, to, down = bounds_of(area)
        if left <= right and to >= block.column and top <= bottom and down >= block.row:
            told = f"cellules fusionnées ({area}) dans le tableau {table.excel}"
            action = "Les défusionner et ressaisir chaque cellule : la fusion n'en garde qu'une."
            found.append(
                Problem(file, told, "aucune cellule fusionnée", action, block.sheet, f"{column_letters(left)}{top}")
            )
    return found


def _hidden(placed: Placed, file: str) -> list[Problem]:
    """Lines and columns that hold something and are hidden, by hand or by a filter: they are read, and told."""
    block, sheet = placed.block, placed.sheet
    rows = [row for row in sheet.hidden_rows if block.row < row <= block.row + len(block.rows)]
    rows = [row for row in rows if any(cell is not None for cell in block.rows[row - block.row - 1])]
    last = block.column + len(block.headers) - 1
    columns = [pair for pair in sheet.hidden_columns if pair[0] <= last and pair[1] >= block.column]
    told = []
    if rows:
        why = " par un filtre" if sheet.filtered else ""
        action = "Elles sont lues comme les autres ; les afficher pour les relire."
        cells = f"{column_letters(block.column)}{rows[0]}"
        found = f"lignes masquées{why} ({len(rows)})"
        told.append(Problem(file, found, "des lignes visibles", action, block.sheet, cells, WARNING))
    if columns:
        action = "Elles sont lues comme les autres ; les afficher pour les relire."
        cells = f"{column_letters(columns[0][0])}{block.row}"
        told.append(Problem(file, "colonnes masquées", "des colonnes visibles", action, block.sheet, cells, WARNING))
    return told
