"""Where the tables of a returned file stand: under their names, or where someone has put them since."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dotpop_addin.books.following import Bounds, bounds_of
from dotpop_addin.books.protocol import Block, column_letters
from dotpop_addin.declarations.kinds import Table
from dotpop_addin.declarations.sent import ABOUT, SENT, Sending
from dotpop_addin.problems import WARNING, Problem
from dotpop_addin.returns.sheets import Sheet

if TYPE_CHECKING:
    from dotpop_addin.returns.opening import Returned

SCANNED = 40
"""Rows among which headers are looked for when a table has lost its name."""
NAMED = 3
"""Tables named in a problem that is the same for all."""
RETYPE = "Recopier les réponses dans le fichier envoyé par l'agence : il a tous ses tableaux."


@dataclass(frozen=True)
class Placed:
    """A table found, and its sheet. named: whether it was found under its name."""

    block: Block
    sheet: Sheet
    named: bool = True

    @cached_property
    def merged(self) -> dict[str, Bounds]:
        """The merged cells that touch the table."""
        right, bottom = self.block.column + len(self.block.headers) - 1, self.block.row + len(self.block.rows)
        found = {area: bounds_of(area) for area in self.sheet.merged}
        return {
            area: (left, top, to, down)
            for area, (left, top, to, down) in found.items()
            if left <= right and to >= self.block.column and top <= bottom and down >= self.block.row
        }

    def swallowed(self, address: str) -> bool:
        """Whether a cell has lost what it held: it was merged with others, and is not the first of them."""
        if not self.merged:
            return False
        left, top, _, _ = bounds_of(address)
        return any(
            first <= left <= last and above <= top <= below and (left, top) != (first, above)
            for first, above, last, below in self.merged.values()
        )


def place_tables(sending: Sending, returned: "Returned", file: str, problems: list[Problem]) -> dict[str, Placed]:
    """Each table of the file; what is missing, renamed or merged is told."""
    found: dict[str, Placed] = {}
    missing: dict[str, Problem] = {}
    renamed: dict[str, str] = {}
    for table in sending.tables.values():
        wanted = sending.sheet_of[table.name].name
        placed = find(table, wanted, returned)
        if placed is None:
            problem = _missing(table, wanted, returned, file)
            missing.setdefault(problem.found, problem)
            continue
        if placed.sheet.name != wanted and wanted not in returned.sheets:
            renamed[placed.sheet.name] = wanted
        alone = len(sending.sheet_of[table.name].tables) == 1
        found[table.name] = _with_lines_below(placed) if alone and table.rows > 1 else placed
        problems += _merged(found[table.name], table, file)
        problems += _hidden(found[table.name], table, file)
    problems += missing.values()
    for name, wanted in renamed.items():
        action = "Elle est lue quand même ; ne pas renommer les feuilles."
        problems.append(Problem(file, f"feuille renommée « {name} »", f"« {wanted} »", action, name, severity=WARNING))
    problems += _unnamed(sending, found, file)
    return found


def find(table: Table, wanted: str, returned: "Returned") -> Placed | None:
    """A table by its name, whatever the sheet that holds it is called now; else by its headers in its own sheet."""
    for sheet in returned.sheets.values():
        if table.excel in sheet.tables:
            return Placed(sheet.block(sheet.tables[table.excel]), sheet)
    return _by_headers(table, returned.sheets.get(wanted))


def find_about(returned: "Returned") -> Placed | None:
    """The table that says what the file is."""
    return find(SENT, ABOUT, returned)


def _by_headers(table: Table, sheet: Sheet | None) -> Placed | None:
    """A table turned into plain cells: its headers stand on one row of its sheet."""
    if sheet is None:
        return None
    places: dict[str, list[tuple[int, int]]] = {}
    for address, value in sheet.cells.items():
        if isinstance(value, str) and value.strip() in table.by_header:
            left, top, _, _ = bounds_of(address)
            places.setdefault(value.strip(), []).append((top, left))
    rows = {top for found in places.values() for top, _ in found if top <= SCANNED}
    asked = [one.header for one in table.columns if one.entry or one.key]
    full = [row for row in rows if all(any(top == row for top, _ in places.get(one, ())) for one in asked)]
    if len(full) != 1:
        return None
    columns = [left for found in places.values() for top, left in found if top == full[0]]
    letters = [column_letters(column) for column in range(min(columns), max(columns) + 1)]
    last = max((bounds_of(address)[1] for address in sheet.cells), default=full[0])
    if table.rows == 1:  # no line may be added: it ends before the first blank row, where another table may follow
        last = (
            next(row for row in range(full[0] + 1, last + 2) if all(f"{one}{row}" not in sheet.cells for one in letters)) - 1
        )
    return Placed(sheet.block(f"{letters[0]}{full[0]}:{letters[-1]}{max(last, full[0] + 1)}"), sheet, named=False)


def _unnamed(sending: Sending, found: dict[str, Placed], file: str) -> list[Problem]:
    """The tables turned into plain cells, told at once: some programs do so on saving, of all of them."""
    lost = [(sending.tables[name], placed) for name, placed in found.items() if not placed.named]
    if not lost:
        return []
    first, many = lost[0][1].block, len(lost) > 1
    names = ", ".join(table.excel for table, _ in lost[:NAMED]) + (f"… ({len(lost)} en tout)" if len(lost) > NAMED else "")
    told = (
        f"les tableaux {names} ne sont plus que des cellules" if many else f"le tableau {names} n'est plus que des cellules"
    )
    action = (
        "Les lignes sont lues d'après les en-têtes ; enregistrer avec Excel ou LibreOffice, sans convertir les tableaux."
    )
    return [
        Problem(file, told, "des tableaux" if many else "un tableau", action, first.sheet, first.address(-1, 0), WARNING)
    ]


def _missing(table: Table, wanted: str, returned: "Returned", file: str) -> Problem:
    if wanted in returned.sheets:
        return Problem(
            file, f"tableau « {table.title} » absent ({table.excel})", "tous les tableaux envoyés", RETYPE, wanted
        )
    return Problem(file, f"feuille « {wanted} » absente", "toutes les feuilles envoyées", RETYPE)


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
    action = "Les défusionner et ressaisir chaque cellule : la fusion n'en garde qu'une."
    return [
        Problem(
            file,
            f"cellules fusionnées ({area}) dans le tableau {table.excel}",
            "aucune cellule fusionnée",
            action,
            placed.block.sheet,
            f"{column_letters(left)}{top}",
        )
        for area, (left, top, _, _) in placed.merged.items()
    ]


def _hidden(placed: Placed, table: Table, file: str) -> list[Problem]:
    """Lines and columns that hold something and are hidden, by hand or by a filter: they are read, and told."""
    block, sheet = placed.block, placed.sheet
    asked = [
        place for place, header in enumerate(block.headers) if header in table.by_header and table.by_header[header].entry
    ]
    rows = [row for row in sheet.hidden_rows if block.row < row <= block.row + len(block.rows)]
    rows = [row for row in rows if any(block.rows[row - block.row - 1][place] is not None for place in asked)]
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
