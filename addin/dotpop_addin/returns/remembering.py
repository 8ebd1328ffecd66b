"""What was found in a small part, kept for the next files: those of one campaign come from one template."""

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

from dotpop_addin.returns.walking import Clock

SMALL = 20_000
"""Bytes of a part that is kept: styles, rules of a sheet, relations; not what people fill in."""
KEPT = 200
"""Parts of each kind; those of one file are some ten."""

Settings = ParamSpec("Settings")
Found = TypeVar("Found")
Read = Callable[Concatenate[bytes, Clock, Settings], Found]


def remembered(read: Read[Settings, Found]) -> Read[Settings, Found]:
    """Makes what reads a part give again what it found in the same bytes, which nobody may change."""
    kept = lru_cache(KEPT)(lambda data, settings: read(data, Clock(), *settings))

    def found(data: bytes, clock: Clock, /, *settings: Settings.args, **none: Settings.kwargs) -> Found:
        clock.check()
        return kept(data, settings) if len(data) <= SMALL else read(data, clock, *settings, **none)

    found.__doc__ = read.__doc__
    return found
