"""Speed as ratios measured in one run: the machine may be noisy, the ratio says what the program costs.

Run `python benchmarks/benchmark.py`. Each line: what, measured, limit, and whether it holds.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.fiches import write_all
from dotpop_addin.files import demonstration
from dotpop_addin.functions.registry import BY_NAME
from dotpop_addin.region import read_region
from dotpop_addin.returns.opening import open_return
from dotpop_model import chain

ROUNDS = 5
COPY = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
PROGRAM = "import sys; from dotpop_addin.cli import main; sys.exit(main())"


def main() -> int:
    """Prints the table; exit status 1 when a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        demo, out = Path(folder) / "demo.xlsx", Path(folder) / "out.xlsx"
        demonstration(demo)
        reference, run = alternating(
            lambda: python("-c", COPY, demo, out), lambda: python("-c", PROGRAM, "run", demo, "--out", out)
        )
        region = read_region(FileBook(demo))
        model = best(lambda: chain.run(region.tables, region.hypotheses), 20)
        raw, function = cell_function()
        opened, copied, written, returned = fiches(demo, Path(folder) / "fiches")
        bare, functions = alternating(
            lambda: python("-c", "import xlwings"), lambda: python("-c", "import dotpop_addin.functions.excel")
        )
        help_time = best(lambda: python("-c", PROGRAM, "--help"), ROUNDS)
    rows = [
        ("dotpop run, whole process / openpyxl load and save of the same workbook", run / reference, 2.0, "×"),
        ("the model alone (chain.run)", 1000 * model, 20.0, "ms"),
        ("a range of 5,000 × 20 through a cell function / np.array in, tolist out", function / raw, 1.5, "×"),
        ("importing the functions module, over importing xlwings", functions - bare, 0.3, "s"),
        ("openpyxl load of a fiche / reading it as a returned file, scans included (10 wanted)", opened / returned, 0, "×"),
        ("openpyxl load and save of a fiche / writing it (3 wanted)", copied / written, 0, "×"),
        ("dotpop --help, whole process", help_time, 0.3, "s"),
    ]
    print(f"{'What':<88}{'Measured':>12}{'Limit':>9}")
    for what, found, limit, unit in rows:
        told = f"{limit:>6g} {unit}{'' if found <= limit else '  <-- over the limit'}" if limit else ""
        print(f"{what:<88}{found:>9.2f} {unit:<2}{told}")
    print(f"(openpyxl load and save: {reference:.2f} s; dotpop run: {run:.2f} s; {ROUNDS} rounds, medians)")
    return int(any(found > limit for _, found, limit, _ in rows if limit))


def fiches(demo: Path, folder: Path) -> tuple[float, float, float, float]:
    """Seconds a fiche, in one process: openpyxl's load, its load and save, our writing, our reading of it when returned."""
    calculation = check(FileBook(demo))
    written: list[Path] = []
    each = seconds(lambda: written.extend(write_all(calculation, folder))) / len(calculation.results.indices)
    one = written[0]
    load = best(lambda: openpyxl.load_workbook(one), ROUNDS)
    copy = best(lambda: openpyxl.load_workbook(one).save(folder / "copie.xlsx"), ROUNDS)
    return load, copy, each, best(lambda: open_return(one), ROUNDS)


def cell_function() -> tuple[float, float]:
    """Seconds of converting a range in and out with numpy alone, and of a cell function over the same range."""
    cells = tuple(tuple(float(row * column % 97) for column in range(20)) for row in range(5_000))
    weights = (tuple(1.0 for _ in range(20)),)
    raw = best(lambda: np.array(cells).tolist(), 20)
    return raw, best(lambda: BY_NAME["DOTPOP_ACTIVITE_PONDEREE"](cells, weights), 20)


def alternating(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of each, measured in turns so that the noise of the machine falls on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for taken, job in zip(times, (one, other), strict=True):
            taken.append(seconds(job))
    return statistics.median(times[0]), statistics.median(times[1])


def best(job: Callable[[], object], rounds: int) -> float:
    """Fewest seconds in several rounds."""
    return min(seconds(job) for _ in range(rounds))


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def python(*arguments: object) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
