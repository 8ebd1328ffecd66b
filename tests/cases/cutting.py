"""Power cuts: what the disk holds at each call that changes it, and a process that ends there for good.

`photographed` runs a command once and keeps what a folder holds at each of these moments: just before each call, and in the
middle of each write. What a process had not yet handed to the system is not on it, as when the power goes.
`cut` is the same moment in a process of its own, which ends there: nothing of the program runs after it.
"""

import builtins
import io
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cases.batch_work import INLINE

from dotpop_addin.batch import batching, running, work

Files = dict[str, bytes]
"""What a folder holds, by path within it."""
CALLS = ("open", "mkdir", "chmod", "fsync", "replace", "rename", "unlink")
"""Of `os`; openings are those of `io` and `builtins` too, and writes those of the files that `os.fdopen` gives."""
BEFORE, NOW = "1735689600", "1767225600"
"""Two dates, as SOURCE_DATE_EPOCH has them: of what was there before, and of the command."""
CUT = 9
"""Exit status of a process that was cut."""
PATIENCE = 60
"""Seconds that a command may take in a process of its own."""
LOCK = ".dotpop/verrou"
"""Written in place, and worth nothing once its process has ended: the system holds the lock, not the file."""
TEMPORARY = (".tmp", ".commence")
"""How unfinished files end, and what a batch says of those that it has begun."""


@dataclass
class Moment:
    """A moment at which the power may go: before which call, and what the folder holds then."""

    call: str
    files: Files

    @property
    def outputs(self) -> Files:
        return without_leftovers(self.files)


@dataclass
class Watch:
    """What was seen of a command. in_place: files opened to be written under their own name. unsure: files put in their
    place before all of them was on the disk."""

    folder: Path
    at: Callable[[str], None]
    in_place: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)

    def concerns(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and Path(os.fspath(path)).is_relative_to(self.folder)


def content(folder: Path) -> Files:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def without_leftovers(files: Files) -> Files:
    """What a folder holds but unfinished files and the lock."""
    return {name: data for name, data in files.items() if not name.endswith((*TEMPORARY, LOCK))}


def restored(folder: Path, files: Files) -> None:
    """Makes a folder hold these files and no other."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def photographed(folder: Path, run: Callable[[], object]) -> tuple[list[Moment], Watch]:
    """The moments of a command that differ by more than unfinished files; of each, the last and most littered."""
    moments: list[Moment] = []

    def photograph(call: str) -> None:
        if call == "write" and moments:  # into an unfinished file: `in_place` and `unsure` tell of any other
            return
        moment = Moment(call, content(folder))
        if moments and moments[-1].outputs == moment.outputs:
            moments.pop()
        moments.append(moment)

    with watched(folder, photograph) as watch:
        run()
    photograph("the end")
    return moments, watch


@contextmanager
def watched(folder: Path, at: Callable[[str], None]) -> Iterator[Watch]:
    """Calls `at` at each moment at which something of the folder is about to change, or is half written."""
    watch = Watch(folder, at)
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, partial(_call, watch, name, getattr(os, name)))
        patch.setattr(os, "fdopen", partial(_fdopen, watch, os.fdopen))
        opening = partial(_open, watch, io.open)
        patch.setattr(io, "open", opening)
        patch.setattr(builtins, "open", opening)
        yield watch


def _call(watch: Watch, name: str, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    first = watch.names.get(arguments[0]) if isinstance(arguments[0], int) else arguments[0]
    if not watch.concerns(first) or (name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR)):
        return real(*arguments, **named)
    watch.at(name)
    done = real(*arguments, **named)
    if name == "open":
        watch.names[done] = str(first)
        if not arguments[1] & os.O_EXCL and not str(first).endswith(LOCK):
            watch.in_place.append(str(first))
    elif name == "fsync":
        watch.pending.discard(str(first))
    elif name in ("replace", "rename") and str(first) in watch.pending:
        watch.unsure.append(str(first))
    return done


def _open(watch: Watch, real: Callable[..., Any], file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
    if watch.concerns(file) and {*mode} & {*"wax+"}:
        watch.at("open")
        watch.in_place.append(str(file))
    return real(file, mode, *arguments, **named)


def _fdopen(watch: Watch, real: Callable[..., Any], handle: int, mode: str = "r", *arguments: Any, **named: Any) -> Any:
    if handle not in watch.names or "b" not in mode:
        return real(handle, mode, *arguments, **named)
    return _Halting(watch, handle)


class _Halting(io.BufferedRandom):
    """A file that stops in the middle of each write."""

    def __init__(self, watch: Watch, handle: int) -> None:
        super().__init__(io.FileIO(handle, "r+b"))
        self._watch, self._name = watch, watch.names[handle]

    def write(self, data: Any) -> int:
        self._watch.pending.add(self._name)
        half = len(data) // 2
        super().write(data[:half])
        self.flush()
        self._watch.at("write")
        super().write(data[half:])
        return len(data)


def cut(folder: Path, arguments: Sequence[str], place: int) -> int:
    """Runs a command in a process of its own, which ends at the place-th moment; gives its exit status (CUT when it came
    so far). The processes are forks of one that has run nothing: no thread to lose, and nothing to import again."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cases.cutting", "dotpop_addin.cli", "dotpop_addin.files"])
    process = context.Process(target=_cut, args=(folder, [*arguments], place))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode is not None, f"no end after {PATIENCE} s: {arguments}, cut at {place}"
    return process.exitcode


def _cut(folder: Path, arguments: list[str], place: int) -> None:
    from dotpop_addin.cli import main

    left = place

    def count(call: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os._exit(CUT)

    sys.stdout = sys.stderr = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, watched(folder, count):
        alike(patch)
        status = main(arguments)
    os._exit(status)


def alike(patch: pytest.MonkeyPatch) -> None:
    """Makes two runs of a command alike: the same date, batches in this process and in no time."""
    patch.setenv("SOURCE_DATE_EPOCH", NOW)
    patch.setattr(running, "processes", lambda jobs: INLINE)
    still = SimpleNamespace(monotonic=lambda: 0.0)
    patch.setattr(work, "time", still)
    patch.setattr(batching, "time", still)
