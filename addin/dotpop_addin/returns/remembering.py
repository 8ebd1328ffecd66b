"""What was found in a small part, kept for the next files: those of one campaign come from one template."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from dotpop_addin.returns.walking import Clock

SMALL = 20_000
"""Bytes of a part that is kept: styles, rules of a sheet, relations; not what people fill in."""
KEPT = 200
"""Parts of each kind; those of one file are some ten."""

Read = TypeVar("Read", bound=Callable[..., Any])


def remembered(read: Read) -> Read:
    """Makes what reads a part (bytes, clock, settings) give again what it found in the same bytes: nobody may change it."""
    kept = lru_cache(KEPT)(lambda data, *settings: read(data, Clock(), *settings))

    @wraps(read)
    def found(data: bytes, clock: Clock, *settings: Any) -> Any:
        clock.check()
        return kept(data, *settings) if len(data) <= SMALL else read(data, clock, *settings)

    return cast(Read, found)
