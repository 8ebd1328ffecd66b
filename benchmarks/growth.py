"""How the cost grows with hospitals and territories, through the model and through a whole run."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from measuring import Row, best

from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.files import demonstration_year
from dotpop_addin.region import Region
from dotpop_model.tables import Frame, Tables

Enlarge = Callable[[Tables, int], Tables]
OF_HOSPITALS = (
    "hospitals",
    "specific",
    "activity",
    "criterion_values",
    "exemptions",
    "revenues",
    "delegations",
    "financing",
)
OF_TERRITORIES = ("territories", "indicator_values", "activity")
MOST = 1.15
"""Exponent of a growth that is told linear: twice the size, at most 2.2 times the time."""


@dataclass(frozen=True)
class Curve:
    """Seconds by how many times the demonstration. exponent: by which the cost grows between the last two sizes."""

    what: str
    times: Sequence[int]
    seconds: Sequence[float]

    @property
    def exponent(self) -> float:
        return math.log(self.seconds[-1] / self.seconds[-2]) / math.log(self.times[-1] / self.times[-2])


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    for curve in curves(demos, folder):
        told = ", ".join(
            f"× {times}: {1000 * taken:.0f} ms" for times, taken in zip(curve.times, curve.seconds, strict=True)
        )
        print(f"({curve.what}: {told})")
        yield Row(f"exponent of growth, {curve.what} (1: linear)", curve.exponent, MOST, "")


def curves(demos: dict[str, Path], folder: Path) -> Iterable[Curve]:
    for field, demo in demos.items():
        region = check(FileBook(demo)).region
        yield _curve(f"model, {field}, hospitals", region, more_hospitals, (1, 10, 100))
        yield _curve(f"model, {field}, territories", region, more_territories, (1, 10))
        yield _whole(field, region, folder)


def _curve(what: str, region: Region, enlarge: Enlarge, times: Sequence[int]) -> Curve:
    taken = []
    for one in times:
        tables = enlarge(region.tables, one)
        taken.append(best(lambda: _chain(region, tables), 3 if one < 100 else 1, time.process_time))  # noqa: B023
    return Curve(what, times, taken)


def _chain(region: Region, tables: Tables) -> None:
    region.field.chain.run(tables, region.hypotheses)


def _whole(field: str, region: Region, folder: Path) -> Curve:
    """Reading, checking, computing, writing, saving."""
    taken = []
    for times in (1, 10):
        path, tables = folder / f"{field}_{times}.xlsx", more_hospitals(region.tables, times)
        inputs = [table.name for table in region.field.tables_of("input") if hasattr(tables, table.name)]
        demonstration_year(field, {name: getattr(tables, name) for name in inputs}, {}, path)
        taken.append(best(lambda: _run(path), 3 if times == 1 else 1, time.process_time))  # noqa: B023
    return Curve(f"run, {field}, hospitals", (1, 10), taken)


def _run(path: Path) -> None:
    from dotpop_addin.files import run_file

    run_file(path, path.with_name("out.xlsx"))


def more_hospitals(tables: Tables, times: int) -> Tables:
    """Each hospital so many times, under other codes: same allocation, same patients, same territory."""
    own = {finess: place for place, finess in enumerate(tables.finess)}

    def renamed(column: str, text: str, copy: int) -> str:
        return f"{900_000_000 + copy * 1_000 + own[text]}" if column == "finess" and text in own else text

    return _repeated(tables, OF_HOSPITALS, times, renamed)


def more_territories(tables: Tables, times: int) -> Tables:
    """Each territory so many times, under other codes: same inhabitants, same indicators, same patients from each."""
    named = {*tables.territories.texts("territory")}

    def renamed(column: str, text: str, copy: int) -> str:
        return f"{text}x{copy}" if column in ("territory", "parent") and text in named else text

    return _repeated(tables, OF_TERRITORIES, times, renamed)


def _repeated(tables: Tables, names: Iterable[str], times: int, renamed: Callable[[str, str, int], str]) -> Tables:
    """Some tables stacked on copies of themselves, the texts of which are renamed."""
    grown = {}
    for name in names:
        frame: Frame | None = getattr(tables, name, None)
        if frame is None or not len(frame) or times == 1:
            continue
        grown[name] = Frame({column: _column(frame, column, times, renamed) for column in frame.names})
    return replace(tables, **grown)


def _column(frame: Frame, column: str, times: int, renamed: Callable[[str, str, int], str]) -> object:
    values = frame[column].tolist()
    if column not in ("finess", "territory", "parent"):
        return np.concatenate([frame[column]] * times)
    copies = [[renamed(column, one, copy) if one else one for one in values] for copy in range(1, times)]
    return [*values, *(one for copy in copies for one in copy)]
