"""The macro bodies: check, calculate (all, or one step). They know a workbook by its protocol only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dotpop_addin import journal, rendering, tiles
from dotpop_addin.books.protocol import Book, Value
from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.region import Region, frame_of, read_region, read_standing
from dotpop_model.errors import ModelError
from dotpop_model.tables import Frame, Results

STEP_LABELS = {
    "national": "Étape nationale",
    "weighting": "Pondération",
    "flows": "Flux",
    "index": "Indices",
    "trajectory": "Trajectoire",
    "options": "Options",
    "transition": "Transition",
    "payments": "Versements",
    "compartments": "Compartiments",
}
"""The steps of the chains, as users read them."""


@dataclass(frozen=True)
class Calculation:
    """What a calculation gave. region: its tables are what is shared out (hospitals outside the sharing set aside)."""

    region: Region
    results: Results


def check(book: Book) -> Calculation:
    """Reads, checks and computes without writing. Raises ProblemsFound with every problem."""
    region = read_region(book)
    try:
        results = region.field.chain.run(region.tables, region.hypotheses)
    except ModelError as error:
        raise ProblemsFound([region.problem(fault) for fault in error.faults] + region.warnings) from error
    return Calculation(replace(region, tables=region.field.chain.scope(region.tables, region.hypotheses)), results)


def calculate(book: Book, progress: Progress = lambda step: None) -> Calculation:
    """Checks, computes, and writes every result table, the tile map and a line of the journal; whole or not at all."""
    progress("Lecture, contrôle et calcul")
    calculation = check(book)
    region, results = calculation.region, calculation.results
    _write(book, region, results.frames(), written_cells(region, results), "complet", progress)
    return calculation


def calculate_step(book: Book, step: str, progress: Progress = lambda step: None) -> Region:
    """Computes one step of the field's chain from the inputs and the result table of the step before, as it stands."""
    progress("Lecture, contrôle et calcul")
    region = read_region(book)
    chain = region.field.chain
    if step not in chain.steps:
        action = f"Choisir l'une de : {', '.join(STEP_LABELS[name] for name in chain.steps)}."
        found = f"l'étape {STEP_LABELS[step]} n'existe pas pour le champ {region.field.label}"
        raise ProblemsFound([Problem(book.name, found, "", action)])
    table, standing = chain.steps[step].reads, Frame({})
    if table:
        read = read_standing(book, region.field, table, chain.steps[step].needs)
        region, standing = replace(region, reads=region.reads | {table: read}), frame_of(read)
    try:
        frames = chain.run_step(step, region.tables, region.hypotheses, standing)
    except ModelError as error:
        raise ProblemsFound([region.problem(fault) for fault in error.faults] + region.warnings) from error
    cells = {tiles.SHEET: tiles.cells(region, frames["group_indices"])} if "group_indices" in frames else {}
    _write(book, region, frames, cells, STEP_LABELS[step], progress)
    return region


def _write(
    book: Book,
    region: Region,
    frames: Mapping[str, Frame],
    cells: Mapping[str, Mapping[str, Value]],
    step: str,
    progress: Progress,
) -> None:
    field = region.field
    sheets = dict.fromkeys([*(field.sheet_of[name].name for name in (*frames, "journal")), *cells])
    closed = book.closed(list(sheets))
    if closed:
        raise ProblemsFound(closed)
    with book.changing():
        for name, frame in frames.items():
            table = field.tables[name]
            progress(f"Écriture : {table.title}")
            rows, formats = rendering.rows(table, frame), rendering.formats(table, frame)
            book.write(field.sheet_of[name].name, table.excel, rendering.headers(table, frame), rows, formats)
        for sheet, own in cells.items():
            book.write_cells(sheet, own)
        journal.log(book, region, step, frames)


def written_cells(region: Region, results: Results) -> dict[str, dict[str, Value]]:
    """What is written outside the tables, by sheet: headings, the tile map."""
    found: dict[str, dict[str, Value]] = {tiles.SHEET: _banner(region) | tiles.cells(region, results.group_indices)}
    if "ballot" in region.field.tables:
        year, nature = region.hypotheses.base_year, region.identity.get(NATURE, "")
        heading = f"{region.identity.get(REGION, '')} · {year} · Données : {nature}"
        found[region.field.sheet_of["ballot"].name] = {"A2": heading}
    return found


def _banner(region: Region) -> dict[str, Value]:
    name = region.identity.get(REGION, "")
    nature = region.identity.get(NATURE, "")
    return {
        "A1": f"Synthèse · Dotation populationnelle · {region.field.label} · {name}",
        "A2": f"Année de base {region.hypotheses.base_year} · Données : {nature}",
    }
