"""What the commands do with files: a new template, the demonstration, a calculation written back or into a copy."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin import journal, rendering
from dotpop_addin.actions import Calculation, calculate, calculate_step
from dotpop_addin.books.file import FileBook, refuse_target
from dotpop_addin.collector import without_collector
from dotpop_addin.declarations.common import NATURE, NATURES_OF_DATA, REGION, REGION_CODE
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.region import FIELDS, Region, read_region
from dotpop_addin.sheets.files import make_folder, refuse_existing
from dotpop_addin.targets import check_region
from dotpop_addin.workshop import prepare
from dotpop_model.tables import Frame

if TYPE_CHECKING:
    from dotpop_addin.loading import Loaded

DEMONSTRATION = NATURES_OF_DATA[-1]
"""What the data of a demonstration are."""


def new_workbook(field: str, target: Path, prepare: Callable[[FileBook], object] = lambda book: None) -> None:
    """Writes an empty template; never over an existing file. prepare: what is written in it first."""
    refuse_existing(target)
    book = template(field)
    prepare(book)
    book.save(target)


def template(field: str) -> FileBook:
    """The empty template of a field, open."""
    with as_file(files("workbook_templates").joinpath(f"{field}.xlsx")) as path:
        return FileBook(path)


@without_collector()
def run_file(source: Path, out: Path | None, progress: Progress = lambda step: None) -> Calculation:
    """Calculates a workbook and saves it in place, or as `out`. Nothing is written when anything is wrong."""
    check_region(out, source)
    progress("Ouverture")
    book = FileBook(source)
    calculation = calculate(book, progress)
    progress("Enregistrement")
    book.save(out or source)
    return calculation


@without_collector()
def run_step_file(source: Path, step: str, out: Path | None, progress: Progress = lambda step: None) -> Region:
    """Computes one step (key of chain.STEPS) from what stands in a workbook and saves it in place, or as `out`."""
    check_region(out, source)
    progress("Ouverture")
    book = FileBook(source)
    region = calculate_step(book, step, progress)
    progress("Enregistrement")
    book.save(out or source)
    return region


@without_collector()
def workshop_file(source: Path, out: Path | None, progress: Progress = lambda step: None) -> Calculation:
    """Prepares the sheet Atelier of a workbook and saves it in place, or as `out`."""
    check_region(out, source)
    progress("Ouverture")
    book = FileBook(source)
    calculation = prepare(book, progress)
    progress("Enregistrement")
    book.save(out or source)
    return calculation


def load_file(
    export: Path,
    into: Path,
    *,
    out: Path | None = None,
    mapping: str | None = None,
    existing: str = "refuse",
    hospitals: bool = False,
    progress: Progress = lambda step: None,
) -> "Loaded":
    """Brings an export into a workbook (see loading.load_activity) and saves it in place, or as `out`."""
    from dotpop_addin.loading import load_activity

    check_region(out, into)
    progress("Ouverture du classeur")
    book = FileBook(into)
    loaded = load_activity(book, export, mapping=mapping, existing=existing, hospitals=hospitals, progress=progress)
    progress("Enregistrement")
    book.save(out or into)
    return loaded


def demonstration(code: str, target: Path, progress: Progress = lambda step: None) -> Calculation:
    """Fills the template of a field with its demonstration region, calculates it and saves it."""
    progress("Région de démonstration")
    field, tables = FIELDS[code], import_module(f"workbook_templates.demo_{code}").demonstration()
    inputs = [table.name for table in field.tables_of("input") if hasattr(tables, table.name)]
    return demonstration_year(code, {name: getattr(tables, name) for name in inputs}, {}, target, progress)


def demonstration_year(
    code: str,
    frames: Mapping[str, Frame],
    choices: Mapping[str, tuple[float, str]],
    target: Path,
    progress: Progress = lambda step: None,
) -> Calculation:
    """Fills the template of a field with tables of its demonstration, calculates it and saves it.

    choices: hypotheses besides those that the demonstration chooses, code → value, source. Raises ProblemsFound, above all
    where someone has worked in a former one.
    """
    _refuse_worked_in(target)
    field, demo = FIELDS[code], import_module(f"workbook_templates.demo_{code}")
    book = template(code)
    fill(book, field, {table.name: frames[table.name] for table in field.tables_of("input") if table.name in frames})
    _choose(
        book, field, {one: (value, "Montant inventé (démonstration)") for one, value in demo.CHOICES.items()} | dict(choices)
    )
    region, code_of_region = demo.REGION
    identify_region(book, field, region, code_of_region, DEMONSTRATION)
    calculation = calculate(book, progress)
    progress("Enregistrement")
    make_folder(target.parent)
    book.save(target)
    return calculation


def _refuse_worked_in(target: Path) -> None:
    """A demonstration takes the place of a former one only while its inputs are those of its first calculation."""
    refuse_target(target)
    if not target.is_file():
        return
    try:
        book = FileBook(target)
        region, told = read_region(book), journal.lines(book) or [journal.Line()]
        inputs, hypotheses = journal.inputs_digest(region), journal.hypotheses_digest(region)
        same = (told[0].inputs, told[0].hypotheses) == (inputs, hypotheses)
        untouched = same and region.identity.get(NATURE) == DEMONSTRATION
    except ProblemsFound:  # not a workbook that the demonstration wrote, or no longer one that can be calculated
        untouched = False
    if not untouched:
        found, expected = "ce classeur n'est plus celui que la démonstration écrit", "un classeur où rien n'a été saisi"
        action = "Choisir un autre dossier avec --out, ou renommer ce classeur : rien n'est écrasé."
        raise ProblemsFound([Problem(str(target), found, expected, action)])


def _choose(book: FileBook, field: Field, choices: Mapping[str, tuple[float, str]]) -> None:
    """Writes choices of the demonstration over the default hypotheses, each with its source."""
    sheet, table = field.sheet_of["hypotheses"].name, field.tables["hypotheses"]
    block = book.read(sheet, table.excel)
    if block is None:
        raise KeyError(table.excel)
    names = [column.name for column in table.columns]
    for row, line in enumerate(block.rows):
        if line[names.index("code")] in choices:
            value, source = (block.address(row, names.index(name)) for name in ("value", "source"))
            given, told = choices[str(line[names.index("code")])]
            book.write_cells(sheet, {value: given, source: told})


def fill(book: FileBook, field: Field, frames: Mapping[str, Frame]) -> None:
    """Writes input tables from frames of code words; a frame without columns leaves the table as it is."""
    for name, frame in frames.items():
        if not frame.names:
            continue
        table = field.tables[name]
        headers, rows = rendering.headers(table, frame), rendering.rows(table, frame)
        book.write(field.sheet_of[name].name, table.excel, headers, rows, below=True)


def identify_region(book: FileBook, field: Field, region: str, code: str, nature: str | None) -> None:
    """Writes which region the workbook is about, and what its data are."""
    sheet, table = field.sheet_of["identity"].name, field.tables["identity"]
    block = book.read(sheet, table.excel)
    if block is None:
        raise KeyError(table.excel)
    given = {REGION: region, REGION_CODE: code, NATURE: nature}
    items = [str(line[0]) for line in block.rows]
    book.write_cells(sheet, {block.address(items.index(item), 1): value for item, value in given.items()})
