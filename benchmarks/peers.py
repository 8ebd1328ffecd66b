"""The same job by others: the chain as formulas computed by LibreOffice or by the package `formulas`; the floor of a zip."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from pathlib import Path

from measuring import Row, Spent, best, least, spent
from one import run_of

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.files import fill, identify_region, template, workshop_file
from dotpop_addin.region import FIELDS

LIMIT = 600
"""Seconds given to the package `formulas`."""
FORMULAS = "import sys, formulas; formulas.ExcelModel().loads(sys.argv[1]).finish().calculate()"


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    demo = demos["psychiatrie"]
    region = check(FileBook(demo)).region
    model = best(lambda: region.field.chain.run(region.tables, region.hypotheses), 20, time.process_time)
    yield from floor(demos, folder)
    yield from libreoffice(demo, model, folder)
    yield from formulas(folder)


def floor(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    """The parts of the workbook read and compressed again: what no writer of such a file can go under."""
    for field, demo in demos.items():
        run = run_of(demo, folder / "o.xlsx")
        again = best(partial(_zipped, demo, folder / "z.xlsx"), 5, time.process_time)
        yield Row(f"dotpop run, {field}, whole process / compressing its parts again", run.processor / again, None, "×")


def _zipped(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


def libreoffice(demo: Path, model: float, folder: Path) -> Iterable[Row]:
    """What the formulas of the sheet Atelier add to a conversion: the chain of one region from weighting to indices."""
    if shutil.which("soffice") is None:
        print("(LibreOffice: skipped, no soffice on the path)")
        return
    live = folder / "atelier.xlsx"
    workshop_file(demo, live)
    runs = least([lambda: _converted(demo, folder), lambda: _converted(live, folder)], 3)
    bare, computed = (run.processor for run in runs)
    print(f"(LibreOffice, processor: workbook {bare:.2f} s, with Atelier {computed:.2f} s; the model {1000 * model:.1f} ms)")
    yield Row("LibreOffice computing the chain as formulas / the model", (computed - bare) / model, None, "×")


def _converted(book: Path, folder: Path) -> Spent:
    profile, out = f"-env:UserInstallation=file://{folder}/profile", folder / "converted"
    return spent("soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", out, book)


def formulas(folder: Path) -> Iterable[Row]:
    """A region of four hospitals. DOTPOP_FORMULAS_PYTHON: an interpreter that has the package (no part of the project)."""
    interpreter = os.environ.get("DOTPOP_FORMULAS_PYTHON", sys.executable)
    if subprocess.run([interpreter, "-c", "import formulas"], capture_output=True, check=False).returncode:
        print("(formulas: skipped, not installed; DOTPOP_FORMULAS_PYTHON may name an interpreter that has it)")
        return
    path, live = folder / "small.xlsx", folder / "small_atelier.xlsx"
    _small(path)
    workshop_file(path, live)
    region = check(FileBook(path)).region
    model = best(lambda: region.field.chain.run(region.tables, region.hypotheses), 20)
    start = time.perf_counter()
    try:
        done = subprocess.run([interpreter, "-c", FORMULAS, live], capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        print(f"(formulas: stopped after {LIMIT} s on a region of four hospitals; the model {1000 * model:.1f} ms)")
        return
    taken = time.perf_counter() - start
    if done.returncode:
        print(f"(formulas: fails on the workbook: {done.stderr.decode().splitlines()[-1][:100]})")
        return
    print(f"(formulas, four hospitals: {taken:.1f} s; the model {1000 * model:.1f} ms)")
    yield Row("the package formulas computing a region of four hospitals / the model", taken / model, None, "×")


def _small(path: Path) -> None:
    """The region of the tests that is worked by hand."""
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    book, field, tables = template("psychiatrie"), FIELDS["psychiatrie"], import_module("cases.small_region").tables()
    fill(book, field, {one.name: getattr(tables, one.name) for one in field.tables_of("input") if hasattr(tables, one.name)})
    identify_region(book, field, "Petite région", "00", "Démonstration (établissements inventés)")
    book.save(path)
