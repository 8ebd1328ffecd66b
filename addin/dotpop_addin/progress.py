"""A progress bar on the error stream, for what lasts over a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DELAY = 1.0  # seconds before the bar shows
BAR = "{desc} {bar} {n_fmt} étapes, {elapsed}"


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str], None]]:
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
