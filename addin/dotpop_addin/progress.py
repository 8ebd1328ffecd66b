"""Progress on the error stream: the steps of what lasts over a second, and the files of a batch."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Progress: TypeAlias = Callable[[str], None]
"""What is called with the name of each step, in French."""

DELAY = 1.0  # seconds before the bar shows
BAR = "{desc} {bar} {n_fmt} étapes, {elapsed}"
BAR_OF_FILES = "{bar} {n_fmt} sur {total_fmt}{postfix}, {elapsed}"
FAILED = "échec"  # as `batch.work.FAILED`


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress]:
    """Gives a function to call with the name of each step; shows nothing when quiet or when nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from tqdm import tqdm

    with tqdm(total=None, delay=DELAY, file=sys.stderr, bar_format=BAR, leave=False) as bar:

        def show(step: str) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update()

        yield show


@contextmanager
def counting(total: int, quiet: bool = False) -> Iterator[Callable[[str, str], None]]:
    """Gives a function to call with each file and its state: a bar of those done, left and failed, or a line for each where
    nobody watches; nothing when quiet."""
    if quiet:
        yield lambda name, state: None
        return
    if not sys.stderr.isatty():
        yield lambda name, state: print(f"{name} : {state}", file=sys.stderr, flush=True)
        return
    from tqdm import tqdm

    with tqdm(total=total, file=sys.stderr, bar_format=BAR_OF_FILES, leave=False) as bar:
        failed = 0

        def show(name: str, state: str) -> None:
            nonlocal failed
            failed += state == FAILED
            left = total - bar.n - 1
            bar.set_postfix_str(f"{left} à faire, {failed} en échec", refresh=False)
            bar.update()

        bar.set_postfix_str(f"{total} à faire, 0 en échec")
        yield show
