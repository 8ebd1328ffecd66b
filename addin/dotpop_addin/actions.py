"""The macro bodies: check, calculate, verify. They know a workbook by its protocol only."""

import getpass
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dotpop_addin import rendering, tiles
from dotpop_addin.books.protocol import Block, Book
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.kinds import Field, Kind, Table
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.region import Region, read_region
from dotpop_model import __version__, chain
from dotpop_model.errors import ModelError
from dotpop_model.tables import Results

Progress = Callable[[str], None]
STATIC = ("journal", "source_notes")  # tables of result sheets that no calculation fills
TOLERANCE = 1e-9  # relative: what another processor or library may change in a float
AMOUNT_TOLERANCE = 0.005  # €: half a cent


@dataclass(frozen=True)
class Calculation:
    """What a calculation gave: the region, its results, and what the user should know."""

    region: Region
    results: Results


def check(book: Book) -> Calculation:
    """Reads, checks and computes without writing. Raises ProblemsFound with every problem."""
    region = read_region(book)
    faults = chain.faults(region.tables, region.hypotheses)
    if faults:
        raise ProblemsFound([region.problem(fault) for fault in faults] + region.warnings)
    try:
        return Calculation(region, chain.run(region.tables, region.hypotheses))
    except ModelError as error:
        raise ProblemsFound([region.problem(fault) for fault in error.faults] + region.warnings) from error


def calculate(book: Book, progress: Progress = lambda step: None) -> Calculation:
    """Checks, computes, and writes every result table, the tile map and a line of the journal."""
    progress("Lecture, contrôle et calcul")
    calculation = check(book)
    field, results = calculation.region.field, calculation.results
    blocks = _result_blocks(book, field)
    for name, frame in results.frames().items():
        table = field.tables[name]
        progress(f"Écriture : {table.title}")
        sheet = field.sheet_of[name].name
        book.write(sheet, table.excel, table.headers, rendering.rows(table, frame), rendering.formats(table, frame))
    book.write_cells("Synthèse", _banner(calculation.region) | tiles.cells(calculation.region, results))
    _log(book, field, blocks["journal"], calculation)
    return calculation


def verify(book: Book) -> tuple[Calculation, list[Problem]]:
    """Recomputes from the inputs in the workbook and compares each result cell; the first difference comes first."""
    calculation = check(book)
    field = calculation.region.field
    blocks = _result_blocks(book, field)
    journal = blocks["journal"]
    if not any(cell is not None for line in journal.rows for cell in line):
        action = "Lancer d'abord le calcul (dotpop run)."
        raise ProblemsFound([Problem(book.name, "aucun résultat dans ce classeur", "un calcul", action, "Journal")])
    found = []
    for name, frame in calculation.results.frames().items():
        table = field.tables[name]
        found += _differences(book.name, table, blocks[name], rendering.rows(table, frame))
    return calculation, found


def _result_blocks(book: Book, field: Field) -> dict[str, Block]:
    """The result tables as they stand; a missing one is told before anything is written."""
    blocks, problems = {}, []
    for table in field.tables_of("result"):
        sheet = field.sheet_of[table.name].name
        block = book.read(sheet, table.excel)
        if block is None:
            action = "Rétablir la feuille depuis un classeur neuf (dotpop new)."
            problems.append(Problem(book.name, f"tableau {table.excel} absent", "ce tableau de résultats", action, sheet))
        else:
            blocks[table.name] = block
    if problems:
        raise ProblemsFound(problems)
    return blocks


def _differences(file: str, table: Table, block: Block, wanted: list[list[Any]]) -> list[Problem]:
    filled = [line for line in block.rows if any(cell not in (None, "") for cell in line)]
    if block.headers != table.headers:
        return [_stale(file, block, "en-têtes modifiés", "les en-têtes d'origine", block.address(-1, 0))]
    if len(filled) != len(wanted):
        return [_stale(file, block, f"{len(filled)} lignes", f"{len(wanted)} lignes", block.address(0, 0))]
    found = []
    for i, (line, expected) in enumerate(zip(filled, wanted, strict=True)):
        for j, column in enumerate(table.columns):
            if not _same(column.kind, line[j], expected[j]):
                place = block.address(i, j)
                found.append(_stale(file, block, f"« {_told(line[j])} »", f"« {_told(expected[j])} »", place))
    return found


def _same(kind: Kind, found: Any, wanted: Any) -> bool:
    numbers = isinstance(found, int | float) and isinstance(wanted, int | float)
    if not numbers:
        return (found in (None, "") and wanted in (None, "")) or found == wanted
    allowed = AMOUNT_TOLERANCE if kind in (Kind.AMOUNT, Kind.EURO) else TOLERANCE * max(1.0, abs(wanted))
    return bool(abs(found - wanted) <= allowed)


def _stale(file: str, block: Block, found: str, expected: str, cell: str) -> Problem:
    action = "Le résultat ne tient plus : relancer le calcul, ou chercher qui l'a modifié."
    return Problem(file, found, expected, action, block.sheet, cell)


def _told(value: Any) -> str:
    return "vide" if value in (None, "") else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _banner(region: Region) -> dict[str, str]:
    name = region.identity.get("Région", "")
    nature = region.identity.get("Nature des données", "")
    return {
        "A1": f"Synthèse · Dotation populationnelle de psychiatrie · {name}",
        "A2": f"Année de base {region.hypotheses.base_year} · Données : {nature}",
    }


def _log(book: Book, field: Field, journal: Block, calculation: Calculation) -> None:
    table = field.tables["journal"]
    lines: list[list[Any]] = [line for line in journal.rows if any(cell is not None for cell in line)]
    lines.append(
        [
            now().strftime("%Y-%m-%d %H:%M:%S"),
            _user(),
            __version__,
            inputs_digest(calculation.region),
            _digest({"hypotheses": calculation.region.reads["hypotheses"].columns["value"]}),
            results_digest(calculation),
        ]
    )
    book.write(field.sheet_of["journal"].name, table.excel, table.headers, lines)


def inputs_digest(region: Region) -> str:
    """SHA-256 of the input tables but the hypotheses, as read."""
    return _digest({name: read.columns for name, read in region.reads.items() if name != "hypotheses"})


def results_digest(calculation: Calculation) -> str:
    """SHA-256 of the result tables, as written."""
    tables = calculation.region.field.tables
    return _digest({name: rendering.rows(tables[name], frame) for name, frame in calculation.results.frames().items()})


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account name to be had
        return "inconnu"
