"""How a measure is taken: in turns, so that the noise of the machine falls on both; by the processor where it is fair."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
PROGRAM = "import sys; from dotpop_addin.cli import main; sys.exit(main())"
COPY = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
KIB = 1 if sys.platform != "darwin" else 1 / 1024
"""What the system counts peak memory in."""


@dataclass(frozen=True)
class Row:
    """A measure against its limit (None: none). least: the limit is the least that is wanted, not the most."""

    what: str
    found: float
    limit: float | None
    unit: str
    least: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.found >= self.limit if self.least else self.found <= self.limit

    def __str__(self) -> str:
        bound = "" if self.limit is None else f"{'at least' if self.least else 'at most'} {self.limit:g} {self.unit}"
        found = f"{self.found:.3g}" if self.found < 100 else f"{self.found:,.0f}"
        return f"{self.what:<84}{found:>9} {self.unit:<4}{bound:<18}{'' if self.holds else '  <-- missed'}"


@dataclass(frozen=True)
class Spent:
    """What a process and those that it waited for took. seconds: by the clock; processor: of all; peak: MiB."""

    seconds: float
    processor: float
    peak: float = 0.0


def python(*arguments: object) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def spent(*command: object) -> Spent:
    """Runs a command and tells what it took."""
    before, start = _children(), time.perf_counter()
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Spent(time.perf_counter() - start, _children() - before)


def spent_by_python(program: str, *arguments: object) -> Spent:
    """Runs a Python program, and tells its own peak memory too."""
    here = str(Path(__file__).parent)
    told = f"import atexit, sys; sys.path.append({here!r}); import measuring\n"
    told += "atexit.register(lambda: print(measuring.peak()))\n"
    before, start = _children(), time.perf_counter()
    command = [sys.executable, "-c", told + program, *map(str, arguments)]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Spent(time.perf_counter() - start, _children() - before, float(out.split()[-1]))


def peak() -> float:
    """The most memory this process has held (MiB); `resource`, on Linux, counts that of its parent too."""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB / 1024


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def least(jobs: Sequence[Callable[[], Spent]], rounds: int = ROUNDS) -> list[Spent]:
    """Of each job the run that took the processor least, all in turns."""
    runs = [[job() for job in jobs] for _ in range(rounds)]
    return [min(of_one, key=lambda run: run.processor) for of_one in zip(*runs, strict=True)]


def alternating(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of each, measured in turns."""
    times = _in_turns((one, other), time.perf_counter)
    return statistics.median(times[0]), statistics.median(times[1])


def least_work(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Fewest seconds of the processor that each takes in this process, in turns: waiting, and other programs, left out."""
    times = _in_turns((one, other), time.process_time)
    return min(times[0]), min(times[1])


def _in_turns(jobs: Sequence[Callable[[], object]], clock: Callable[[], float]) -> list[list[float]]:
    rounds = [[seconds(job, clock) for job in jobs] for _ in range(ROUNDS)]
    return [list(times) for times in zip(*rounds, strict=True)]


def best(job: Callable[[], object], rounds: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Fewest seconds in several rounds."""
    return min(seconds(job, clock) for _ in range(rounds))


def seconds(job: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    job()
    return clock() - start
