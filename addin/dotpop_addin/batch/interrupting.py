"""Ctrl-C heard where one waits, and nowhere else: it strikes neither what is being begun nor the processes being born."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self, TypeVar

T = TypeVar("T")


class CtrlC:
    """Keeps Ctrl-C from its beginning to its end, until someone listens. Does nothing where another has taken it over."""

    def __init__(self) -> None:
        self._kept = self._listening = self._taken = False

    def __enter__(self) -> Self:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._come)
            self._taken = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._taken:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def hear(self, waiting: Callable[[], T]) -> T:
        """What a wait gives. Raises KeyboardInterrupt when Ctrl-C comes during it, or has come since one last listened."""
        self._listening = True
        try:
            if self._kept:
                self._kept = False
                raise KeyboardInterrupt
            return waiting()
        finally:
            self._listening = False

    def _come(self, number: int, frame: FrameType | None) -> None:
        if self._listening:
            self._listening = False
            raise KeyboardInterrupt
        self._kept = True


@contextmanager
def births() -> Iterator[None]:
    """Processes that are started meanwhile never hear Ctrl-C, not even before their first line. On Windows they do."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
