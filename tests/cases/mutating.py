"""Mutations of sound workbooks: each is a number, from which all follows, so that one that fails can be played again."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cases.mutating_xml import CELL_CHANGES, XML_CHANGES

Parts = dict[str, bytes]
DATE = (2026, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"
"""The part that says when a workbook was written: left out, so that sources are the same each time."""


@dataclass(frozen=True)
class Mutation:
    """A mutated workbook. source: the name of the sound one. how: what was done to it."""

    number: int
    source: str
    how: tuple[str, ...]
    content: bytes

    def __str__(self) -> str:
        return f"mutation {self.number} ({self.source}: {', '.join(self.how)})"


def settled(path: Path) -> bytes:
    """A sound workbook without its date, its parts packed in the same way each time."""
    with zipfile.ZipFile(path) as archive:
        return packed({name: archive.read(name) for name in archive.namelist() if name != CORE})


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), data, method)
    return content.getvalue()


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def mutation(number: int, sources: Mapping[str, bytes]) -> Mutation:
    """The mutation of that number, of one of the sound workbooks."""
    draw = random.Random(number)
    source = draw.choice(sorted(sources))
    family = draw.choices([_of_bytes, _of_archive, _of_xml, _of_cells], [15, 15, 40, 30])[0]
    how, content = family(sources[source], draw)
    return Mutation(number, source, tuple(how), content)


def _of_xml(content: bytes, draw: random.Random) -> tuple[list[str], bytes]:
    parts, how = parts_of(content), []
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        name, change = draw.choice(names), draw.choice(XML_CHANGES)
        parts[name] = change(parts[name], draw)
        how.append(f"{change.__name__} in {name}")
    return how, packed(parts)


def _of_cells(content: bytes, draw: random.Random) -> tuple[list[str], bytes]:
    parts, how = parts_of(content), []
    names = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        name, change = draw.choice(names), draw.choice(CELL_CHANGES)
        parts[name] = change(parts[name], draw)
        how.append(f"{change.__name__} in {name}")
    return how, packed(parts)


# Bytes


def _of_bytes(content: bytes, draw: random.Random) -> tuple[list[str], bytes]:
    change = draw.choice((_flipped, _truncated, _cut_out, _inserted, _zeroed, _repeated, _shuffled))
    return [change.__name__.strip("_")], change(content, draw)


def _flipped(content: bytes, draw: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 20))):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def _truncated(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def _range(content: bytes, draw: random.Random) -> tuple[int, int]:
    start = draw.randrange(len(content))
    return start, start + draw.choice((1, 4, 30, 1_000))


def _cut_out(content: bytes, draw: random.Random) -> bytes:
    start, end = _range(content, draw)
    return content[:start] + content[end:]


def _inserted(content: bytes, draw: random.Random) -> bytes:
    start, end = _range(content, draw)
    return content[:start] + draw.randbytes(end - start) + content[start:]


def _zeroed(content: bytes, draw: random.Random) -> bytes:
    start, end = _range(content, draw)
    return content[:start] + bytes(end - start) + content[end:]


def _repeated(content: bytes, draw: random.Random) -> bytes:
    start, end = _range(content, draw)
    return content[:end] + content[start:end] * draw.choice((1, 2, 50)) + content[end:]


def _shuffled(content: bytes, draw: random.Random) -> bytes:
    start, end = _range(content, draw)
    other = draw.randrange(len(content))
    return content[:start] + content[other : other + end - start] + content[end:]


# The archive


def _of_archive(content: bytes, draw: random.Random) -> tuple[list[str], bytes]:
    changes: Sequence[Callable[[bytes, random.Random], bytes]] = (
        _part_lost,
        _part_renamed,
        _parts_swapped,
        _parts_reordered,
        _part_twice,
        _part_elsewhere,
        _part_blank,
        _bomb,
        _all_stored,
        *[_header_changed] * 6,
    )
    change = draw.choice(changes)
    return [change.__name__.strip("_")], change(content, draw)


def _part_lost(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    del parts[draw.choice([*parts])]
    return packed(parts)


def _part_renamed(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    name = draw.choice([*parts])
    parts[draw.choice((name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\"), "x", "xl/é\u0301.xml"))] = parts.pop(
        name
    )
    return packed(parts)


def _parts_swapped(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    one, other = draw.sample([*parts], 2)
    parts[one], parts[other] = parts[other], parts[one]
    return packed(parts)


def _parts_reordered(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    return packed({name: parts[name] for name in draw.sample([*parts], len(parts))})


def _part_twice(content: bytes, draw: random.Random) -> bytes:
    """A second part of the same name, with what another one holds."""
    parts = parts_of(content)
    one, other = draw.sample([*parts], 2)
    spare = "~" * len(one)
    return packed(parts | {spare: parts[other]}).replace(spare.encode(), one.encode())


def _part_elsewhere(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    name = draw.choice([one for one in parts if one.endswith(".rels")])
    targets = re.findall(rb'Target="([^"]*)"', parts[name])
    wrong = draw.choice((b"../../../x.xml", b"/etc/passwd", b"http://example.org/x", b"", b"#", b"workbook.xml", b"%00"))
    if targets:
        parts[name] = parts[name].replace(draw.choice(targets), wrong)
    return packed(parts)


def _part_blank(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    parts[draw.choice([*parts])] = draw.choice((b"", b"\0", b"<", b"<x/>", b"\xff\xfe", b"PK\x03\x04", b" " * 1_000))
    return packed(parts)


def _bomb(content: bytes, draw: random.Random) -> bytes:
    """A part that unpacks to far more than it weighs, of blanks, cells or texts."""
    parts = parts_of(content)
    name = draw.choice([one for one in parts if one.endswith(".xml")])
    filling = draw.choice((b" ", b"<!-- -->", b"<c/>", b"<row/>", b'<c t="inlineStr"><is><t>a</t></is></c>', b"a"))
    place = draw.choice((b"<sheetData>", b"?>", b">"))
    size = draw.choice((3_000_000, 30_000_000, 100_000_000))
    parts[name] = parts[name].replace(place, place + filling * (size // len(filling)), 1)
    return packed(parts)


def _all_stored(content: bytes, draw: random.Random) -> bytes:
    return packed(parts_of(content), zipfile.ZIP_STORED)


HEADERS = {b"PK\x03\x04": "<HHHHHIIIHH", b"PK\x01\x02": "<HHHHHHIIIHHHHHII", b"PK\x05\x06": "<HHHHIIH"}
"""The fields of each header of an archive, after its signature."""


def _header_changed(content: bytes, draw: random.Random) -> bytes:
    """A field of a header (method, checksum, sizes, counts, offsets) with another value."""
    signature = draw.choice([*HEADERS])
    places = [found.start() + len(signature) for found in re.finditer(re.escape(signature), content)]
    if not places:
        return content
    at, form = draw.choice(places), HEADERS[signature]
    fields = [*struct.unpack_from(form, content, at)]
    field = draw.randrange(len(fields))
    most = 0xFFFF if form[1 + field] == "H" else 0xFFFFFFFF
    fields[field] = draw.choice((0, 1, 8, 12, 14, most, most - 1, fields[field] ^ 1, draw.randint(0, most)))
    return content[:at] + struct.pack(form, *fields) + content[at + struct.calcsize(form) :]
