"""Many workbooks: what two processes bring, how many fiches a second, how much memory.

The workbooks are copies of the demonstrations under as many names: the work is the same, whatever is in their cells.
"""

import heapq
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from measuring import COPY, Row, least, peak, seconds, spent

from dotpop_addin.batch.batching import carry_out
from dotpop_addin.batch.plan import Task, plan
from dotpop_addin.batch.running import processes
from dotpop_addin.batch.work import Outcome, regenerate

REGIONS = 18
LOG = "mesures.txt"


def rows(demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    """Runs of 18 regions × 2 fields; fiches of 18 SMR regions."""
    both, smr = _copies(demos, folder / "both"), _copies({"smr": demos["smr"]}, folder / "smr")
    yield from runs(both, demos, folder)
    yield from fiches(smr, folder)


def runs(books: Path, demos: dict[str, Path], folder: Path) -> Iterable[Row]:
    alone, two = (Lot.of(books, folder / f"run{jobs}", "run", jobs) for jobs in (1, 2))
    copies = [partial(spent, sys.executable, "-c", COPY, demo, folder / "o.xlsx") for demo in demos.values()]
    loop = REGIONS * sum(one.processor for one in least(copies, 2))
    print(f"({alone.count} regional workbooks, one process: {alone}; two: {two})")
    yield Row(
        f"{alone.count} regional workbooks, 1 process / 2, each on a core of its own",
        alone.seconds / two.seconds,
        1.7,
        "×",
        True,
    )
    yield Row("the same by the clock, whatever else runs", alone.clock / two.clock, None, "×")
    yield Row("openpyxl loading and saving each, in a loop / runs with 2 processes", loop / two.seconds, None, "×")
    yield Row("peak of a process, these workbooks", two.peak, 400, "MiB")


def fiches(books: Path, folder: Path) -> Iterable[Row]:
    two = Lot.of(books, folder / "fiches", "fiches", 2)
    count = len(list((folder / "fiches").rglob("*.xlsx"))) - 1  # but the summary
    print(f"({count} fiches of {REGIONS} SMR regions, two processes: {two})")
    yield Row("fiches a second, 2 processes each on a core of its own", count / two.seconds, 80, "/s", True)
    yield Row("the same by the clock, whatever else runs", count / two.clock, None, "/s")
    yield Row("peak of a process, all these fiches", two.peak, 400, "MiB")
    yield Row("that peak / the peak after the first region", two.peak / two.first_peak, 1.2, "×")


@dataclass(frozen=True)
class Lot:
    """What a batch took. clock: seconds by the clock. seconds: what it takes where each process has its core, by what
    each task took of the processor. peak, first_peak: MiB."""

    count: int
    clock: float
    seconds: float
    peak: float
    first_peak: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s by the clock, {self.seconds:.1f} s on cores of their own"

    @classmethod
    def of(cls, books: Path, out: Path, step: str, jobs: int) -> "Lot":
        """Does a batch, as `dotpop batch` does."""
        tasks = plan([books], out, [step])
        own = time.process_time()
        clock = seconds(lambda: carry_out(tasks, out, processes(jobs), work))
        own = time.process_time() - own
        lines = [[float(part) for part in line.split()] for line in (out / LOG).read_text().splitlines()]
        start = min(before for before, *_ in lines)
        peaks = [held for *_, held in lines]
        return cls(
            len(tasks), clock, own + _alone([end - before for before, end, _ in lines], start, jobs), max(peaks), peaks[0]
        )


def _alone(taken: list[float], start: float, jobs: int) -> float:
    """Seconds until the last task ends, when whoever is free first takes the next one. start: of a worker."""
    free = [start] * jobs
    for one in taken:
        heapq.heapreplace(free, free[0] + one)
    return max(free)


def work(task: Task) -> Outcome:
    """The work of a batch, and what its process has taken so far."""
    before = time.process_time()
    outcome = regenerate(task)
    assert outcome.state == "fait", outcome.problems
    with (task.folder / LOG).open("a") as file:
        file.write(f"{before} {time.process_time()} {peak()}\n")
    return outcome


def _copies(demos: dict[str, Path], folder: Path) -> Path:
    folder.mkdir()
    for number in range(1, REGIONS + 1):
        for field, demo in demos.items():
            shutil.copy(demo, folder / f"region_{number:02d}_{field}.xlsx")
    return folder
