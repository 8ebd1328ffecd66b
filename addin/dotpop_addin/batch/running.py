"""Tasks given to workers a few at a time, so that memory stays flat; a worker that dies takes no other file with it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process

from dotpop_addin import defects
from dotpop_addin.batch.interrupting import CtrlC, births
from dotpop_addin.batch.plan import Task
from dotpop_addin.batch.work import Outcome, Work, failed
from dotpop_addin.problems import Problem

MOST = 61 if sys.platform == "win32" else 1_000
"""Processes that a pool can watch."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Workers:
    """Where tasks are done. start: gives an executor, anew each time. slots: tasks given at once. dead: what its futures
    raise when the worker of a task has died for good (a broken pool is another matter: it is started again)."""

    start: Callable[[], Executor]
    slots: int
    dead: tuple[type[Exception], ...] = ()


def processes(jobs: int) -> Workers:
    """Processes of this machine, each with one thread of linear algebra."""
    jobs = min(jobs, MOST)
    return Workers(lambda: ProcessPoolExecutor(jobs, get_context("spawn"), _begin), jobs)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(tasks: Sequence[Task], workers: Workers, work: Work) -> Iterator[Outcome]:
    """The outcome of each task, as soon as it is known.

    At Ctrl-C no other task is given; those that have begun are waited for, then KeyboardInterrupt is raised (at once at a
    second one). When the caller stops listening, those that have begun are waited for too.
    """
    with _one_thread_each(), CtrlC() as ctrl_c:
        pool = _Pool(workers, work, iter(tasks), ctrl_c)
        try:
            while pool.give():
                yield from pool.take()
        finally:
            pool.executor.shutdown(wait=not pool.hurried)  # no more was given than runs: nothing to cancel
    if pool.stopped:
        raise KeyboardInterrupt


class _Pool:
    """An executor, started again when it breaks, and the tasks that it was given."""

    def __init__(self, workers: Workers, work: Work, waiting: Iterator[Task], ctrl_c: CtrlC) -> None:
        self._workers, self._work, self._waiting, self._ctrl_c = workers, work, waiting, ctrl_c
        self._running: dict[Future[Outcome], Task] = {}
        self._lost: list[Task] = []
        self.executor = workers.start()
        self.stopped = self.hurried = False

    def give(self) -> bool:
        """Gives tasks while there is room; says whether there is anything to wait for."""
        while not self.stopped and not self._lost and len(self._running) < self._workers.slots:
            task = next(self._waiting, None)
            if task is None:
                break
            try:
                self._running[self._submit(task)] = task
            except BrokenExecutor:
                self._lost.append(task)
        return bool(self._running or self._lost)

    def take(self) -> Iterator[Outcome]:
        """Waits for tasks to end."""
        try:
            done = set() if self._lost else self._ctrl_c.hear(self._some)
        except KeyboardInterrupt:
            if self.stopped:
                self.hurried = True
                raise
            self.stopped = True
            return
        for future in done:
            task = self._running.pop(future)
            try:
                yield future.result()
            except BrokenExecutor:
                self._lost.append(task)
            except Exception as error:
                yield _fallen(task, error, self._workers)
        if self._lost:
            yield from self._again()

    def _again(self) -> Iterator[Outcome]:
        """Whatever was running in a pool that broke is tried once more, alone: what breaks it again is to blame."""
        lost = [*self._lost, *self._running.values()]
        self._lost.clear()
        self._running.clear()
        self._restart()
        for task in lost:
            try:
                yield self._ctrl_c.hear(self._submit(task).result)
            except BrokenExecutor:
                yield failed(task, [_killed(task)])
                self._restart()
            except Exception as error:
                yield _fallen(task, error, self._workers)

    def _some(self) -> "set[Future[Outcome]]":
        return wait(self._running, return_when=FIRST_COMPLETED).done

    def _submit(self, task: Task) -> "Future[Outcome]":
        with births():
            return self.executor.submit(self._work, task)

    def _restart(self) -> None:
        self.executor.shutdown()
        self.executor = self._workers.start()


def _fallen(task: Task, error: Exception, workers: Workers) -> Outcome:
    if isinstance(error, workers.dead):
        return failed(task, [_killed(task)])
    return failed(task, [Problem(task.name, defects.told(error).rstrip("."), "", "Relancer la même commande.")])


def _killed(task: Task) -> Problem:
    found = "le processus qui calculait ce classeur a été arrêté à chaque essai"
    action = "Le calculer seul (dotpop run --out) ; si la mémoire manque, relancer avec --jobs 1."
    return Problem(task.name, found, "", action)


def _begin() -> None:
    """In a worker: Ctrl-C is for the process that gives the tasks, and the end of that process is the end of this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """The environment that new workers are born with: as many threads as workers, unless someone chose otherwise."""
    added = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
