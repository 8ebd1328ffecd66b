"""The texts that the cells of a workbook share, and refer to by number."""

import re
from typing import TYPE_CHECKING

from dotpop_addin.returns.characters import Elaborate, decoded, refuse_misleading, unescaped
from dotpop_addin.returns.walking import Attributes, Clock, Damaged, local, walk

if TYPE_CHECKING:
    from pyexpat import XMLParserType

SHARED = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
"""A text without looks."""
ELEMENT = re.compile(rb"<(\w+:)?si\b")


def shared_texts(data: bytes, clock: Clock) -> list[str]:
    """The texts that cells refer to by number. Raises Damaged."""
    pieces = SHARED.split(data)
    rest = b"".join(pieces[::2])
    try:
        refuse_misleading(rest)
        if ELEMENT.search(rest):
            raise Elaborate
        walk(rest, clock)
        return [unescaped(text) for text in decoded(pieces[1::2])]
    except Elaborate:
        return _parsed_texts(data, clock)
    except ValueError as error:  # bytes that are no UTF-8
        raise Damaged from error


def _parsed_texts(data: bytes, clock: Clock) -> list[str]:
    """The same from any XML; how texts are pronounced (Japanese) is left out."""
    found: list[str] = []
    runs: list[str] = []
    pieces: list[str] = []
    silent: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        pieces.clear()
        if name.endswith("rPh"):
            silent.append(name)

    def end(name: str) -> None:
        name = local(name)
        if name == "t" and not silent:
            runs.append("".join(pieces))
        elif name == "rPh":
            silent.clear()
        elif name == "si":
            found.append(unescaped("".join(runs)))
            runs.clear()

    def attach(parser: "XMLParserType") -> None:
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = pieces.append

    walk(data, clock, attach)
    return found
