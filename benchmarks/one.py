"""One region: its run, the model, scenarios, fiches, returned files, start-up."""

import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
from measuring import COPY, PROGRAM, ROUNDS, Row, Spent, alternating, best, least, least_work, python, spent
from scenarios import Pandas, one_pass, scenarios_of

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.collector import without_collector
from dotpop_addin.fiches import DEFAULT, pages, write_all
from dotpop_addin.fiches.common import Common
from dotpop_addin.functions.registry import BY_NAME
from dotpop_addin.levels import Level
from dotpop_addin.region import read_region
from dotpop_addin.returns.folder import answers
from dotpop_addin.returns.opening import open_return
from dotpop_addin.sending import send
from dotpop_addin.sheets.page import Page
from dotpop_addin.sheets.writing import workbook
from dotpop_model import chain
from dotpop_model.sensitivity.study import simulated

SCENARIOS = 10_000
SAMPLE = 20
"""Files that are enough to compare with openpyxl."""


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    """What is measured each time. demos: the demonstration of each field."""
    for field, demo in demos.items():
        yield from whole_run(field, demo, folder / "out.xlsx")
    psychiatry = demos["psychiatrie"]
    yield from calculation(psychiatry)
    yield from start_up()
    yield from fiches(psychiatry, folder / "fiches")
    yield from returned(psychiatry, folder)
    yield from scenarios(demos["smr"])


def whole_run(field: str, demo: Path, out: Path) -> Iterable[Row]:
    """By the processor: a run takes one at a time, and so does openpyxl."""
    reference, run = least([lambda: spent(sys.executable, "-c", COPY, demo, out), lambda: run_of(demo, out)])
    print(
        f"({field}, processor: openpyxl load and save {reference.processor:.2f} s, dotpop run {run.processor:.2f} s; "
        f"by the clock {reference.seconds:.2f} and {run.seconds:.2f} s)"
    )
    yield Row(f"dotpop run, {field}, whole process / openpyxl load and save", run.processor / reference.processor, 1.5, "×")


def run_of(demo: Path, out: Path) -> Spent:
    return spent(sys.executable, "-c", PROGRAM, "run", demo, "--out", out)


def calculation(demo: Path) -> Iterable[Row]:
    region = read_region(FileBook(demo))
    model = best(lambda: chain.run(region.tables, region.hypotheses), 20)
    raw, function = cell_function()
    yield Row("the model alone (chain.run)", 1000 * model, 20, "ms")
    yield Row("a range of 5,000 × 20 through a cell function / np.array in, tolist out", function / raw, 1.5, "×")


def scenarios(demo: Path) -> Iterable[Row]:
    """Scenarios of five years, each with other needs and other rules: all at once, then one at a time by ordinary pandas."""
    many, draws = scenarios_of(check(FileBook(demo)).region, SCENARIOS)
    found, notebook = simulated(many, draws), Pandas(many)
    few = [{name: float(values[place]) for name, values in draws.items()} for place in range(5)]
    same = all(np.allclose(notebook.last_allocations(**one), found[1][place]) for place, one in enumerate(few))
    assert same, "the benchmark compares two computations that differ"
    ours = best(lambda: simulated(many, draws), ROUNDS) / SCENARIOS
    pandas = best(lambda: [notebook.last_allocations(**one) for one in few], 3) / len(few)
    floor = best(lambda: one_pass(found[0].shape[1], many.hypotheses.horizon, SCENARIOS), ROUNDS) / SCENARIOS
    print(f"({found[0].shape[1]} hospitals; a scenario by pandas {1000 * pandas:.1f} ms, ours {1e6 * ours:.1f} µs)")
    yield Row("a scenario among 10,000, five years", 1e6 * ours, 50, "µs")
    yield Row("the same by ordinary pandas, one at a time / ours", pandas / ours, 300, "×", least=True)
    yield Row("ours / one pass of numpy over as many allocations", ours / floor, 150, "×")


def start_up() -> Iterable[Row]:
    bare, functions = alternating(
        lambda: python("-c", "import xlwings"), lambda: python("-c", "import dotpop_addin.functions.excel")
    )
    yield Row("importing the functions module, over importing xlwings", functions - bare, 0.3, "s")
    yield Row("dotpop --help, whole process", best(lambda: python("-c", PROGRAM, "--help"), ROUNDS), 0.3, "s")


def fiches(demo: Path, folder: Path) -> Iterable[Row]:
    """Fiches of a whole region; then the writing alone, against openpyxl that fills the same cells of the same file."""
    region = check(FileBook(demo))
    written = write_all(region, folder)
    common = Common(region, DEFAULT)
    contents = [pages(common, hospital) for hospital in range(SAMPLE)]
    sample = written[:SAMPLE]
    filled, made = least_work(
        lambda: [fill(path, content, folder / "copy.xlsx") for path, content in zip(sample, contents, strict=True)],
        lambda: write(contents, folder / "ours.xlsx"),
    )
    print(f"(processor: a fiche filled and saved by openpyxl {told(filled, sample)}, ours {told(made, sample)})")
    yield Row(
        "fiches computed and written in a second of the processor",
        len(written) / best(lambda: write_all(region, folder), ROUNDS, time.process_time),
        40,
        "/s",
        True,
    )
    yield Row("openpyxl loading, filling and saving a fiche / writing it", filled / made, 3, "×", least=True)


@without_collector()  # as `write_all` does
def write(contents: Sequence[Sequence[Page]], target: Path) -> None:
    """What the program does with the pages of fiches."""
    for content in contents:
        target.write_bytes(workbook(content, "Fiche", datetime(2026, 1, 1)))


def fill(path: Path, content: Sequence[Page], target: Path) -> None:
    """What one does with openpyxl: a file that has the looks, each of its cells filled, saved under another name."""
    book = openpyxl.load_workbook(path)
    for page in content:
        sheet = book[page.name]
        for (row, letter), cell in page.cells.items():
            sheet[f"{letter}{row}"].value = cell.formula or cell.value
    book.save(target)


def returned(demo: Path, folder: Path) -> Iterable[Row]:
    """Files sent by the demonstration, twice as many as it has hospitals, as they come back: read in turns, then checked."""
    files = [
        path
        for name in ("one", "two")
        for path in send(demo, folder / name, Level.FEDERATION)
        if "fédération" not in path.name
    ]
    sample = files[:SAMPLE]
    loaded, opened = least_work(
        lambda: [openpyxl.load_workbook(path) for path in sample], lambda: [open_return(path) for path in sample]
    )
    print(f"(processor: a returned file loaded by openpyxl {told(loaded, sample)}, ours {told(opened, sample)})")
    yield Row("openpyxl load of a returned file / reading it, scans included", loaded / opened, 10, "×", least=True)
    yield Row(f"{len(files)} returned files checked, beyond start-up", best(lambda: answers(files), 3), 3, "s")


def told(taken: float, files: Sequence[Path]) -> str:
    return f"{1000 * taken / len(files):.2f} ms"


def cell_function() -> tuple[float, float]:
    """Seconds of converting a range in and out with numpy alone, and of a cell function over the same range."""
    cells = tuple(tuple(float(row * column % 97) for column in range(20)) for row in range(5_000))
    weights = (tuple(1.0 for _ in range(20)),)
    raw = best(lambda: np.array(cells).tolist(), 20)
    return raw, best(lambda: BY_NAME["DOTPOP_ACTIVITE_PONDEREE"](cells, weights), 20)
