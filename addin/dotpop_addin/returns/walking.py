"""XML parsed by expat within limits: no DTD, hence no entity; no giant tag, UTF-8 whatever is declared, a time limit."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from pyexpat import XMLParserType

MAX_SECONDS = 5.0
"""For all parts of one file; a return takes some hundredths."""
CHUNK = 1 << 16
MAX_TAG = 1 << 20
"""Bytes of one tag: its attributes would otherwise fill the memory."""

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
Text = Callable[[str], None]


def _ignore(text: str) -> None:
    """The text of a tag that nobody asked for."""


class Damaged(Exception):
    """A part that is not what a spreadsheet writes."""


class OverLimit(Exception):
    """A limit reached, in French words."""


class Clock:
    """The time left for one file."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._end:
            raise OverLimit(f"plus de {MAX_SECONDS:g} secondes de lecture")


def _refuse_dtd(*_: object) -> None:
    raise Damaged


def walk(data: bytes, clock: Clock, attach: Callable[["XMLParserType"], None] | None = None) -> None:
    """Parses a part with the handlers that `attach` gives the parser. Raises Damaged, OverLimit."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    if attach:
        attach(parser)
    try:
        for place in range(0, len(data), CHUNK):
            clock.check()
            parser.Parse(data[place : place + CHUNK], False)
            if place - parser.CurrentByteIndex > MAX_TAG:
                raise OverLimit(f"une balise de plus de {MAX_TAG // 1_000_000} Mo")
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError, OverflowError) as error:  # bad XML, or a bad number in an attribute
        raise Damaged from error


def tags(data: bytes, clock: Clock, start: Start, texts: Collection[str] = (), told: Text = _ignore) -> None:
    """Calls `start` for each tag, by its name without prefix; `told` with the text of the tags named in `texts`."""
    pieces: list[str] = []

    def attach(parser: "XMLParserType") -> None:
        def opened(name: str, attributes: Attributes) -> None:
            pieces.clear()
            start(local(name), attributes)

        def closed(name: str) -> None:
            if local(name) in texts:
                told("".join(pieces))

        parser.StartElementHandler = opened
        if texts:
            parser.CharacterDataHandler = pieces.append
            parser.EndElementHandler = closed

    walk(data, clock, attach)


def local(name: str) -> str:
    """A name without its prefix.

    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return name[name.find(":") + 1 :]


def is_true(value: str | None) -> bool:
    return value in ("1", "true")
