"""The commands on many regional workbooks."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dotpop_addin.commands.telling import DONE, PROBLEMS

if TYPE_CHECKING:
    from dotpop_addin.batch.running import Workers

STEPS = ("check", "run", "fiches")  # as `batch.plan.STEPS`: not imported, the command line starts at once


def steps(text: str) -> tuple[str, ...]:
    """The steps of an option, commas between them."""
    asked = [one.strip() for one in text.split(",") if one.strip()]
    if not asked or not set(asked) <= set(STEPS):
        raise argparse.ArgumentTypeError(
            f"« {text} » n'est pas possible (au choix, séparés par des virgules : {', '.join(STEPS)})"
        )
    return tuple(asked)


def jobs(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"« {text} » : un nombre entier est attendu, 1 au moins")
    return int(text)


def batch(options: argparse.Namespace) -> int:
    from dotpop_addin.batch import summary
    from dotpop_addin.batch.batching import Interrupted, carry_out
    from dotpop_addin.batch.plan import SUMMARY, plan
    from dotpop_addin.progress import counting

    tasks = plan(options.files, options.out, options.steps, force=options.force)
    with _workers(options, len(tasks)) as workers, counting(len(tasks), options.json) as told:
        try:
            found, interrupted = carry_out(tasks, options.out, workers, told=lambda one: told(one.name, one.state)), False
        except Interrupted as stop:
            found, interrupted = stop.batch, True
    if options.json:
        print(json.dumps(summary.as_dict(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join([*summary.told(found), *summary.warned(found), f"Tout lire : {options.out / SUMMARY}"]))
    if interrupted:
        print("Interrompu. La même commande reprend où elle s'est arrêtée.", file=sys.stderr)
    return DONE if found.sound else PROBLEMS


def journal(options: argparse.Namespace) -> int:
    """Who ran what when, and what still stands."""
    from dotpop_addin.history import history
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        found = history(options.files, verified=options.verify, step=step)
    if options.json:
        content = {
            "status": "ok" if found.sound else "problems",
            "entries": [one.as_dict() for one in found.entries],
            "verdicts": [one.as_dict() for one in found.verdicts],
            "problems": [problem.as_dict() for problem in found.problems],
        }
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print("\n".join([*map(str, found.entries), *map(str, found.verdicts), *filter(None, [found.nothing])]))
        for problem in found.problems:
            print(f"- {problem}", file=sys.stderr)
    return DONE if found.sound else PROBLEMS


@contextmanager
def _workers(options: argparse.Namespace, tasks: int) -> "Iterator[Workers]":
    """Where the work is done: processes of this machine, or a cluster."""
    if options.scheduler:
        from dotpop_addin.batch.cluster import cluster

        with cluster(options.scheduler) as workers:
            yield workers
    else:
        from dotpop_addin.batch.running import cores, processes

        yield processes(min(options.jobs or cores(), tasks))
