"""Work that a batch can be given instead of the real one, in processes of its own; and batches that need none."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from dotpop_addin.batch import batching, work
from dotpop_addin.batch.plan import Task, plan
from dotpop_addin.batch.running import Workers
from dotpop_addin.batch.work import DONE, Outcome


class Inline(Executor):
    """Does each task at once, in this process."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(work(*arguments, **named))
        return future


INLINE = Workers(Inline, 1)


def run(folder: Path, out: Path, *steps: str, force: bool = False) -> dict[str, Outcome]:
    """A batch in this process: what became of each workbook, by the name of its result."""
    found = batching.carry_out(plan([folder], out, steps or ("check", "run"), force=force), out, INLINE)
    return {one.name: one for one in found.outcomes}


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: one.state for name, one in outcomes.items()}


def told(outcome: Outcome) -> str:
    return "\n".join(str(problem) for problem in outcome.problems)


def task(name: str, folder: Path) -> Task:
    return Task(folder / "in" / name, name, folder / "out", ("check",))


def mortal(one: Task) -> Outcome:
    """Ends its own process as a kill would: for "tueur.xlsx" each time, for "une fois.xlsx" the first time only."""
    mark = one.folder / "tried"
    if one.name == "tueur.xlsx" or (one.name == "une fois.xlsx" and not mark.exists()):
        one.folder.mkdir(exist_ok=True)
        mark.touch()
        os._exit(9)
    return Outcome(one.name, DONE, one.steps)


def environment(one: Task) -> Outcome:
    """Tells how many threads linear algebra has in its process."""
    return Outcome(one.name, DONE, one.steps, region=os.environ["OPENBLAS_NUM_THREADS"])


def deaf(one: Task) -> Outcome:
    """Tells whether its process was born deaf to Ctrl-C."""
    return Outcome(one.name, DONE, one.steps, region=str(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())))


def out_of_memory(*_: object) -> None:
    raise MemoryError


def defective(*_: object) -> None:
    raise KeyError("secret detail")


def short_of_memory(one: Task) -> Outcome:
    """The real work, which lacks memory for "gros.xlsx"."""
    if one.name == "gros.xlsx":
        work.calculate = out_of_memory  # type: ignore[assignment]
    return work.regenerate(one)
