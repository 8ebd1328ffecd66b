"""Python's search for cycles of objects, put off while many objects are made of which none is in a cycle worth a search."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Cells of a workbook are objects by the hundred thousand: looking for cycles among them takes a third of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
