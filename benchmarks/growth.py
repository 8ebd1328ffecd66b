"""How the cost grows with hospitals and territories, through the model and through a whole run."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from measuring import Row, best

from dotpop_addin.books.file import FileBook
from dotpop_addin.files import demonstration_year
from dotpop_addin.region import Region, read_region
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
MONEY, AMOUNTS = ("envelope", "campaign", "options"), ("amount", "carry_forward", "core_growth", "earmarked")
Renamed = Callable[[str, str, int], str]
"""Column, code, number of the copy → code."""
MOST = 1.15
"""Exponent of a growth that is told linear: twice the size, at most 2.2 times the time."""


@dataclass(frozen=True)
class Curve:
    """Seconds by how many times the demonstration. exponent: by which the cost grows between the last two sizes.

    linear: whether it should be; care is held for each hospital and territory, so that it is not where both grow.
    """

    what: str
    times: Sequence[int]
    seconds: Sequence[float]
    linear: bool = True

    @property
    def exponent(self) -> float:
        return math.log(self.seconds[-1] / self.seconds[-2]) / math.log(self.times[-1] / self.times[-2])


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    for curve in curves(demos, folder):
        told = ", ".join(
            f"× {times}: {1000 * taken:.0f} ms" for times, taken in zip(curve.times, curve.seconds, strict=True)
        )
        print(f"({curve.what}: {told})")
        yield Row(f"exponent of growth, {curve.what} (1: linear)", curve.exponent, MOST if curve.linear else None, "")


def curves(demos: dict[str, Path], folder: Path) -> Iterable[Curve]:
    psychiatry, smr = (read_region(FileBook(demos[field])) for field in ("psychiatrie", "smr"))
    yield _curve("model, SMR, hospitals", smr, more_hospitals, (1, 10, 100))
    yield _curve("model, SMR, territories", smr, more_territories, (1, 10))
    yield _curve("model, psychiatry, regions side by side", psychiatry, more_of_both, (1, 3, 10), linear=False)
    yield _curve("model, psychiatry, territories", psychiatry, more_territories, (1, 10))
    yield _whole("smr", smr, folder)


def _curve(what: str, region: Region, enlarge: Enlarge, times: Sequence[int], *, linear: bool = True) -> Curve:
    taken = []
    for one in times:
        tables = enlarge(region.tables, one)
        taken.append(best(lambda: _chain(region, tables), 3 if one < 100 else 1, time.process_time))  # noqa: B023
    return Curve(what, times, taken, linear)


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
    return Curve("whole run, SMR, hospitals", (1, 10), taken)


def _run(path: Path) -> None:
    from dotpop_addin.files import run_file

    run_file(path, path.with_name("out.xlsx"))


def more_hospitals(tables: Tables, times: int) -> Tables:
    """Each hospital so many times, under other codes: same allocation, same patients, same territory; as much more money."""
    return _richer(_repeated(tables, OF_HOSPITALS, times, _hospitals_renamed(tables)), times)


def more_of_both(tables: Tables, times: int) -> Tables:
    """So many regions side by side: in psychiatry a sectorised hospital has its territory, and no other."""
    hospital, territory = _hospitals_renamed(tables), _territories_renamed(tables)
    every = dict.fromkeys([*OF_HOSPITALS, *OF_TERRITORIES])
    grown = _repeated(tables, every, times, lambda column, text, copy: hospital(column, territory(column, text, copy), copy))
    return _richer(grown, times)


def more_territories(tables: Tables, times: int) -> Tables:
    """Each territory so many times, under other codes: same inhabitants, same indicators, same patients from each."""
    return _repeated(tables, OF_TERRITORIES, times, _territories_renamed(tables))


def _hospitals_renamed(tables: Tables) -> Renamed:
    own = {finess: place for place, finess in enumerate(tables.finess)}

    def renamed(column: str, text: str, copy: int) -> str:
        return f"{900_000_000 + copy * 1_000 + own[text]}" if column == "finess" and text in own else text

    return renamed


def _territories_renamed(tables: Tables) -> Renamed:
    named = {*tables.territories.texts("territory")}

    def renamed(column: str, text: str, copy: int) -> str:
        return f"{text}x{copy}" if column in ("territory", "parent") and text in named else text

    return renamed


def _richer(tables: Tables, times: int) -> Tables:
    """The money to share out so many times."""
    frames = {name: getattr(tables, name) for name in MONEY if hasattr(tables, name)}
    return replace(
        tables,
        **{
            name: Frame({one: times * frame.floats(one) if one in AMOUNTS else frame[one] for one in frame.names})
            for name, frame in frames.items()
        },
    )


def _repeated(tables: Tables, names: Iterable[str], times: int, renamed: Renamed) -> Tables:
    """Some tables stacked on copies of themselves, whose codes are renamed; a line in which none is, is not doubled."""
    frames = {name: getattr(tables, name) for name in names if hasattr(tables, name)}
    copies = range(1, times)
    return replace(
        tables,
        **{
            name: Frame.stacked([one, *(_copy(one, copy, renamed) for copy in copies)])
            for name, one in frames.items()
            if len(one)
        },
    )


def _copy(frame: Frame, copy: int, renamed: Renamed) -> Frame:
    coded = [name for name in ("finess", "territory", "parent") if name in frame.names]
    codes = {name: [one and renamed(name, one, copy) for one in frame[name].tolist()] for name in coded}
    changed = zip(*(zip(codes[name], frame[name].tolist(), strict=True) for name in coded), strict=True)
    kept = np.array([any(new != old for new, old in line) for line in changed], dtype=bool)
    return Frame({name: codes.get(name, frame[name]) for name in frame.names}).where(kept)
