"""The macro bodies: check, calculate (all, or one step), verify. They know a workbook by its protocol only."""

import getpass
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dotpop_addin import rendering, tiles
from dotpop_addin.books.protocol import Block, Book, Value
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.kinds import Field, Kind, Table
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.region import Region, frame_of, read_region, read_standing
from dotpop_model import __version__
from dotpop_model.errors import ModelError
from dotpop_model.tables import Frame, Results

Progress = Callable[[str], None]
TOLERANCE = 1e-9  # relative: what another processor or library may change in a float
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
ABSOLUTE = {Kind.AMOUNT: 0.005, Kind.EURO: 0.005, Kind.COUNT: 1e-6}  # half a cent; a millionth of an inhabitant


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
    _write(book, region, results.frames(), _cells(region, results), "complet", progress)
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
        _log(book, region, _standing(book, field, "journal"), step, frames)


@dataclass(frozen=True)
class Verification:
    """What a verification found. checked: cells compared; differences: those that no longer stand, the first one first;
    reasons: what explains them (inputs or hypotheses changed since the last calculation)."""

    calculation: Calculation
    checked: int
    differences: list[Problem]
    reasons: list[str]


def verify(book: Book) -> Verification:
    """Recomputes from the inputs in the workbook and compares each result cell."""
    calculation = check(book)
    field = calculation.region.field
    lines = _filled(_standing(book, field, "journal"))
    columns = [column.name for column in field.tables["journal"].columns]
    if not lines:
        action = "Lancer d'abord le calcul (dotpop run)."
        raise ProblemsFound([Problem(book.name, "aucun résultat dans ce classeur", "un calcul", action, "Journal")])
    found, checked = [], 0
    for name, frame in calculation.results.frames().items():
        table = field.tables[name]
        wanted = rendering.rows(table, frame)
        headers = rendering.headers(table, frame)
        checked += len(wanted) * len(headers)
        found += _differences(book.name, table, headers, _standing(book, field, name), wanted)
    for sheet, cells in _cells(calculation.region, calculation.results).items():
        checked += len(cells)
        for (address, expected), value in zip(cells.items(), book.read_cells(sheet, list(cells)), strict=True):
            if not _same(Kind.TEXT, value, expected):
                found.append(_stale(book.name, sheet, f"« {_told(value)} »", f"« {_told(expected)} »", address))
    last = dict(zip(columns, lines[-1], strict=True))
    return Verification(calculation, checked, found, _reasons(calculation, last))


def _reasons(calculation: Calculation, last: Mapping[str, Any]) -> list[str]:
    """What changed since the last line of the journal."""
    then, version = f"depuis le calcul du {last['time']}", last["version"]
    changed = {
        f"Le calcul du {last['time']} n'a porté que sur l'étape {last['step']}.": last["step"] in STEP_LABELS.values(),
        f"Les données saisies ont changé {then}.": last["inputs"] != inputs_digest(calculation.region),
        f"Les hypothèses ont changé {then}.": last["hypotheses"] != hypotheses_digest(calculation.region),
        f"Ce calcul a été fait par la version {version} de dotpop, celle-ci est la {__version__}.": version != __version__,
    }
    return [reason for reason, true in changed.items() if true]


def _standing(book: Book, field: Field, name: str) -> Block:
    """A result table as it stands; `read_region` has told of those that are missing."""
    table = field.tables[name]
    block = book.read(field.sheet_of[name].name, table.excel)
    if block is None:
        raise KeyError(table.excel)
    return block


def _differences(file: str, table: Table, headers: list[str], block: Block, wanted: list[list[Any]]) -> list[Problem]:
    filled = _filled(block)
    if block.headers != headers:
        return [_stale(file, block.sheet, "en-têtes modifiés", "les en-têtes d'origine", block.address(-1, 0))]
    if len(filled) != len(wanted):
        return [_stale(file, block.sheet, f"{len(filled)} lignes", f"{len(wanted)} lignes", block.address(0, 0))]
    found = []
    for i, (line, expected) in enumerate(zip(filled, wanted, strict=True)):
        for j in range(len(headers)):
            if not _same(rendering.column_at(table, j).kind, line[j], expected[j]):
                place = block.address(i, j)
                found.append(_stale(file, block.sheet, f"« {_told(line[j])} »", f"« {_told(expected[j])} »", place))
    return found


def _filled(block: Block) -> list[list[Any]]:
    """The lines that hold something."""
    return [line for line in block.rows if any(cell not in (None, "") for cell in line)]


def _same(kind: Kind, found: Any, wanted: Any) -> bool:
    numbers = isinstance(found, int | float) and isinstance(wanted, int | float)
    if not numbers:
        return (found in (None, "") and wanted in (None, "")) or found == wanted
    allowed = ABSOLUTE.get(kind) or TOLERANCE * max(1.0, abs(wanted))
    return bool(abs(found - wanted) <= allowed)


def _stale(file: str, sheet: str, found: str, expected: str, cell: str) -> Problem:
    action = "Le résultat ne tient plus : relancer le calcul, ou chercher qui l'a modifié."
    return Problem(file, found, expected, action, sheet, cell)


def _told(value: Any) -> str:
    """A cell in French words: thousands apart, decimal comma."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "vide" if value in (None, "") else str(value)
    whole, _, decimals = f"{value:,.10f}".rstrip("0").partition(".")
    return whole.replace(",", "\u202f") + (f",{decimals}" if decimals else "")


def _cells(region: Region, results: Results) -> dict[str, dict[str, Value]]:
    """What is written outside the tables, by sheet: headings, the tile map."""
    found: dict[str, dict[str, Value]] = {tiles.SHEET: _banner(region) | tiles.cells(region, results.group_indices)}
    if "ballot" in region.field.tables:
        year, nature = region.hypotheses.base_year, region.identity.get("Nature des données", "")
        heading = f"{region.identity.get('Région', '')} · {year} · Données : {nature}"
        found[region.field.sheet_of["ballot"].name] = {"A2": heading}
    return found


def _banner(region: Region) -> dict[str, Value]:
    name = region.identity.get("Région", "")
    nature = region.identity.get("Nature des données", "")
    return {
        "A1": f"Synthèse · Dotation populationnelle · {region.field.label} · {name}",
        "A2": f"Année de base {region.hypotheses.base_year} · Données : {nature}",
    }


def _log(book: Book, region: Region, journal: Block, step: str, frames: Mapping[str, Frame]) -> None:
    table = region.field.tables["journal"]
    line = {
        "time": now().strftime("%Y-%m-%d %H:%M:%S"),
        "user": _user(),
        "version": __version__,
        "step": step,
        "inputs": inputs_digest(region),
        "hypotheses": hypotheses_digest(region),
        "results": results_digest(region.field, frames),
    }
    lines = [*_filled(journal), [line[column.name] for column in table.columns]]
    book.write(region.field.sheet_of["journal"].name, table.excel, table.headers, lines)


def inputs_digest(region: Region) -> str:
    """SHA-256 of the input tables but the hypotheses, as read."""
    inputs = [table.name for role in ("welcome", "input") for table in region.field.tables_of(role)]
    return _digest({name: region.reads[name].columns for name in inputs if name != "hypotheses"})


def hypotheses_digest(region: Region) -> str:
    """SHA-256 of the values of the hypotheses, as read."""
    return _digest({"hypotheses": region.reads["hypotheses"].columns["value"]})


def results_digest(field: Field, frames: Mapping[str, Frame]) -> str:
    """SHA-256 of result tables, as written."""
    return _digest({name: rendering.rows(field.tables[name], frame) for name, frame in frames.items()})


def _digest(content: Any) -> str:
    """SHA-256 of nested tables; a number counts by its value, whether a file stored it as 600 or 600.0."""
    return hashlib.sha256(json.dumps(_plain(content), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, date):
        return content.isoformat()
    return float(content) if isinstance(content, int) else content


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account name to be had
        return "inconnu"
