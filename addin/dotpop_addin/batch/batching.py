"""A whole batch: planned, alone in its folder, run, told."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from dotpop_addin.batch import running, summary
from dotpop_addin.batch.belonging import TITLE, orphans, refuse_others, results_read
from dotpop_addin.batch.lock import alone
from dotpop_addin.batch.plan import FICHES, RECORD, SUMMARY, Task
from dotpop_addin.batch.running import Workers
from dotpop_addin.batch.summary import Batch
from dotpop_addin.batch.work import LEFT, Outcome, Work, regenerate
from dotpop_addin.books.saving import LONGEST, now
from dotpop_addin.sheets.files import put

Told = Callable[[Outcome], None]


class Interrupted(KeyboardInterrupt):
    """Raised when someone stopped a batch, once what had begun is finished and told."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self.batch = batch


def carry_out(
    tasks: Sequence[Task], folder: Path, workers: Workers, work: Work = regenerate, told: Told = lambda outcome: None
) -> Batch:
    """Does the tasks of a batch and writes what became of them. told: is given each outcome as soon as it is known.

    Raises ProblemsFound when another batch works in the folder, when the summary would replace a file of someone else or
    cannot be written; Interrupted.
    """
    folder = folder.resolve()
    refuse_others(folder)
    with alone(folder):
        _clear(tasks, folder)
        started, outcomes, interrupted = time.monotonic(), dict[str, Outcome](), False
        try:
            for outcome in running.run(tasks, workers, work):
                outcomes[outcome.name] = outcome
                told(outcome)
        except KeyboardInterrupt:
            interrupted = True
        found = [outcomes.get(task.name) or Outcome(task.name, LEFT, ()) for task in tasks]
        lasted = time.monotonic() - started
        batch = Batch(folder, tasks[0].steps, found, now(), lasted, [*results_read(tasks), *orphans(tasks, folder)])
        _tell(batch)
    if interrupted:
        raise Interrupted(batch)
    return batch


def _tell(batch: Batch) -> None:
    """Writes the record, then the summary. Raises ProblemsFound."""
    from dotpop_addin.sheets.writing import workbook

    put(batch.folder / RECORD, json.dumps(summary.as_dict(batch), ensure_ascii=False, indent=2).encode())
    put(batch.folder / SUMMARY, workbook(summary.pages(batch), TITLE, batch.at))


def _clear(tasks: Sequence[Task], folder: Path) -> None:
    """Removes the unfinished files that a batch which was killed left: nobody else writes here."""
    written = [folder / RECORD, folder / SUMMARY, *(place for task in tasks for place in (task.result, task.manifest))]
    stems = {file.stem[:LONGEST] for file in written}
    fiches = {task.fiches for task in tasks if FICHES in task.steps}
    for place in {file.parent for file in written} | fiches:
        for file in place.glob(".*-*.tmp"):
            if place in fiches or file.name[1:].rpartition("-")[0] in stems:
                with suppress(OSError):
                    file.unlink()
