"""Mutated workbooks given to the commands, in a process of its own that has little memory and little time.

DOTPOP_FUZZ_SEED: the number of the first mutation (0). DOTPOP_FUZZ_COUNT: how many (60; 300 in `.ci/run`, thousands
by `make fuzz`).
"""

import contextlib
import gc
import io
import multiprocessing
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from xml.parsers import expat

from cases.cutting import content
from cases.mutating import mutation

SEED, COUNT = (int(os.environ.get(f"DOTPOP_FUZZ_{name}", value)) for name, value in (("SEED", 0), ("COUNT", 60)))
SHARES = max(1, COUNT // 500)
"""Tests that a long run is cut into, for several cores."""
SECONDS, MEMORY = 60, 1 << 30
"""What a mutation may take, all commands together; bytes above those of a process that has read a sound workbook."""
SECRETS = ("Traceback", "Défaut du programme", 'File "')
"""What no message may hold."""
Commands = Callable[[Path, Path], list[list[str]]]
"""The commands to give a mutated workbook, and a folder for what they write."""


def commands_of_region(file: Path, folder: Path) -> list[list[str]]:
    return [["check", str(file)], ["run", str(file), "--out", str(folder / "sortie.xlsx")]]


def commands_of_return(file: Path, folder: Path) -> list[list[str]]:
    """The region that asked is the file beside."""
    region, out = str(file.parent / "region" / "region.xlsx"), ["--out", str(folder / "sortie.xlsx")]
    return [["check", str(file)], ["collect", str(file), "--into", region, *out], ["run", str(file), *out]]


KINDS: dict[str, Commands] = {"region": commands_of_region, "return": commands_of_return}


def numbers(*, odd: bool) -> list[int]:
    """The mutations to try: the even ones are of regions, the odd ones of returns, in files of tests of their own."""
    return [number for number in range(SEED, SEED + COUNT) if number % 2 == odd]


@dataclass
class Trial:
    """What became of mutations. accepted: how many ended with status 0 for each command. seconds: of computing.

    slowest, peak: seconds, and bytes above the start, with their mutations.
    """

    faults: list[str] = field(default_factory=list)
    tried: int = 0
    seconds: float = 0.0
    accepted: dict[str, int] = field(default_factory=dict)
    slowest: tuple[float, str] = (0.0, "")
    peak: tuple[int, str] = (0, "")

    def summary(self) -> str:
        accepted = ", ".join(f"{name} {count}" for name, count in self.accepted.items())
        counts = f"{self.tried} mutations in {self.seconds:.0f} s, {len(self.faults)} faults; done: {accepted}"
        slow, high = f"{self.slowest[0]:.1f} s ({self.slowest[1]})", f"{self.peak[0] >> 20} MiB ({self.peak[1]})"
        return f"{counts}; slowest {slow}; highest {high}"


def faults_of(file: Path, commands: Commands, folder: Path) -> tuple[list[str], list[str]]:
    """What is wrong with how the commands took a workbook; and the names of those that were satisfied with it."""
    found, satisfied = list[str](), list[str]()
    before = content(file.parent)
    for arguments in commands(file, folder):
        status, told = _run(arguments)
        name, out = arguments[0], folder / "sortie.xlsx"
        if status not in (0, 1):
            found.append(f"{name}: status {status}")
        found += [f"{name}: {secret} in: {told[:600]}" for secret in SECRETS if secret in told]
        if status == 1 and not told.strip():
            found.append(f"{name}: refused without a word")
        if out.exists():
            found += [f"{name}: {fault}" for fault in _unsound(out)]
            out.unlink()
        elif status == 0 and "--out" in arguments:
            found.append(f"{name}: done, and nothing written")
        if any(folder.iterdir()):
            found.append(f"{name}: left {[one.name for one in folder.iterdir()]}")
        if status == 0:
            satisfied.append(name)
    if content(file.parent) != before:
        found.append("an input changed")
    return found, satisfied


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    from dotpop_addin.cli import main

    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
    return status, told.getvalue()


def _unsound(path: Path) -> Iterator[str]:
    """Why a file is no whole workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                if name.endswith((".xml", ".rels")):
                    expat.ParserCreate().Parse(data, True)
    except (zipfile.BadZipFile, expat.ExpatError) as error:
        yield f"half a workbook ({error})"


# The process


def attempt(kind: str, sources: Mapping[str, bytes], region: bytes, wanted: Sequence[int]) -> Trial:
    """Tries the mutations of these numbers. A process that dies, or takes too long, is started again after that number."""
    trial, left = Trial(), [*wanted]
    while left:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there, kind, dict(sources), region, left), daemon=True)
        process.start()
        there.close()
        try:
            while left:
                if not here.poll(SECONDS + (SECONDS if not trial.tried else 0)):
                    trial.faults.append(f"{mutation(left[0], sources)}: more than {SECONDS} s")
                    left.pop(0)
                    break
                _note(trial, left.pop(0), *here.recv())
        except EOFError:
            left_number = left.pop(0) if left else 0
            process.join()
            trial.faults.append(f"mutation {left_number}: the process died ({process.exitcode})")
        process.kill()
        process.join()
    return trial


def _note(trial: Trial, number: int, name: str, faults: list[str], satisfied: list[str], taken: float, peak: int) -> None:
    trial.tried += 1
    trial.seconds += taken
    trial.faults += [f"{name}: {fault}" for fault in faults]
    trial.slowest, trial.peak = max(trial.slowest, (taken, name)), max(trial.peak, (peak, name))
    for command in satisfied:
        trial.accepted[command] = trial.accepted.get(command, 0) + 1


def _serve(pipe: Connection, kind: str, sources: dict[str, bytes], region: bytes, wanted: list[int]) -> None:
    import time

    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for folder in ("in/region", "out", "traces"):
            (place / folder).mkdir(parents=True)
        tempfile.tempdir = str(place / "traces")
        (place / "in" / "region" / "region.xlsx").write_bytes(region)
        file = place / "in" / "classeur.xlsx"
        file.write_bytes(region)
        faults_of(file, commands_of_region, place / "out")  # imports all that is needed, before the memory is counted
        start = _memory()
        _limit()
        for number in wanted:
            one = mutation(number, sources)
            file.write_bytes(one.content)
            gc.collect()
            _forget_peak()
            begun = time.process_time()
            faults, satisfied = faults_of(file, KINDS[kind], place / "out")
            taken, peak = time.process_time() - begun, _memory() - start
            if peak > MEMORY:
                faults.append(f"{peak >> 20} MiB")
            pipe.send((str(one), faults, satisfied, taken, peak))


def _limit() -> None:
    """No more memory than that, where the system can say so."""
    with contextlib.suppress(ImportError, OSError):
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _memory() -> int:
    """The most memory that was held since it was last forgotten; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0
