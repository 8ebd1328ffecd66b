"""Writing an input table again without losing anything of it: only what dotpop declares can be written back."""

from typing import Any

from dotpop_addin.books.protocol import Block, Book, CellError, Uncomputed
from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.problems import Problem, ProblemsFound, grouped


def block_of(book: Book, workbook_field: Field, table: Table) -> Block:
    """A table with every column that it declares. Raises ProblemsFound."""
    sheet = workbook_field.sheet_of[table.name].name
    block = book.read(sheet, table.excel, below=True)
    if block is None:
        action = "Rétablir la feuille depuis un classeur neuf (dotpop new)."
        raise ProblemsFound([Problem(book.name, f"tableau {table.excel} absent", "", action, sheet)])
    lacking = [header for header in table.headers if header not in block.headers]
    if lacking:
        action = f"Rétablir l'en-tête exact dans le tableau {table.excel}."
        raise ProblemsFound(
            Problem(book.name, f"colonne « {header} » absente", f"une colonne « {header} »", action, sheet)
            for header in lacking
        )
    return block


def existing_lines(book: Book, workbook_field: Field, table: Table) -> list[list[Any]]:
    """The lines that hold something, their cells in the order of the declared columns, wherever these stand."""
    block = block_of(book, workbook_field, table)
    places = [block.headers.index(header) for header in table.headers]
    lines = [[line[place] for place in places] for line in block.rows]
    return [line for line in lines if any(cell not in (None, "") for cell in line)]


def refuse_losses(book: Book, workbook_field: Field, table: Table, *, kept: bool) -> None:
    """Refuses to rewrite a table that holds what would be lost. kept: its lines are to be written again."""
    block = block_of(book, workbook_field, table)
    action = "Déplacer d'abord cette colonne hors du tableau, une colonne vide entre les deux, puis relancer."
    problems = [
        Problem(
            book.name,
            f"le tableau {table.excel} a une colonne en plus, « {header or 'sans en-tête'} », qui serait perdue",
            f"les colonnes {', '.join(table.headers)}",
            action,
            block.sheet,
            block.address(-1, place),
        )
        for place, header in enumerate(block.headers)
        if header not in table.headers or block.headers.index(header) != place
    ]
    problems += _formulas(book, block, table) if kept else []
    if problems:
        raise ProblemsFound(problems)


def _formulas(book: Book, block: Block, table: Table) -> list[Problem]:
    """The formulas and errors of the declared columns: only values can be written again."""
    formulas = book.formulas(block.sheet)
    problems = []
    for place, header in enumerate(block.headers):
        for row, line in enumerate(block.rows):
            address = block.address(row, place)
            if header in table.headers and (address in formulas or isinstance(line[place], CellError | Uncomputed)):
                found = f"formule ou erreur dans la colonne « {header} » du tableau {table.excel}, qui serait perdue"
                action = "Déplacer d'abord le calcul hors du tableau et saisir les valeurs, puis relancer."
                problems.append(Problem(book.name, found, "des valeurs saisies", action, block.sheet, address))
    return grouped(problems)
