"""Mutations of the parts of a workbook: each takes a part and a source of chance, and gives the part changed."""

import random
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

Change = Callable[[bytes, random.Random], bytes]
TAG = re.compile(rb"<(/?)([A-Za-z][\w:.-]*)([^<>]*?)(/?)>")
ATTRIBUTE = re.compile(rb'\s([\w:.-]+)="([^"]*)"')
TEXT = re.compile(rb">([^<>]+)<")
CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
REFERENCES = (
    "A0",
    "XFE1048577",
    "A1:XFD1048576",
    "A1",
    "B2:A1",
    "A1:A1:A1",
    "1",
    "A",
    "$A$1",
    "A-1",
    "Z9:",
    "A1048577",
    "#REF!",
)
NUMBERS = (
    "0",
    "-1",
    "1048577",
    "99999999999999999999",
    "4294967296",
    "1.5",
    "NaN",
    "INF",
    "-INF",
    "1e999",
    "-1E+308",
    "0x10",
    "",
    "٣",
)
WORDS = (
    "",
    "true",
    "s",
    "str",
    "d",
    "e",
    "n",
    "b",
    "inlineStr",
    "rId1",
    "rId999",
    "T_Activite",
    "T_Envoi",
    "hidden",
    "é\u0301",
)
VALUES = (
    *NUMBERS,
    "1e-320",
    "1E400",
    "45000",
    "2958466",
    "-0.0",
    "60",
    "1,5",
    " 1 ",
    "1_000",
    "TRUE",
    "#N/A",
    "2026-13-45",
    "xyz",
)
TYPES = ("s", "str", "d", "e", "n", "b", "inlineStr", "zzz", "")
TEXTS = (
    *("", " ", "=1+1", "+cmd|' /C calc'!A0", "@x", "\u202e123", "a\u0301" * 40, "\U0001f600", "1 234,56", "1\u202f234"),
    *("_x0000_", "_x000D_", "_xD800_", "ligne\nligne", "\t", "<b>&", "x" * 40_000, "010000001", "HORS", "Z1", "Total"),
)
FORMULAS = (
    "1/0",
    "A1",
    "SUM(",
    "",
    "HYPERLINK(&quot;http://x&quot;)",
    "[1]X!A1",
    "INDIRECT(&quot;A1&quot;)",
    "(" * 300,
    "x" * 9_000,
)
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + place, b"&%c;" % (97 + place) * 10) for place in range(12)
)
ENTITIES = (
    LAUGHS + b"]>",
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    b"<!DOCTYPE x>",
)


def _cell(reference: str, draw: random.Random) -> bytes:
    """A cell of any content."""
    kind = draw.choice(("number", "text", "formula", "typed", "shared", "nothing", "moment"))
    if kind == "text":
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(draw.choice(TEXTS))}</t></is></c>'.encode()
    if kind == "formula":
        value = draw.choice(("", f"<v>{draw.choice(VALUES)}</v>"))
        return f'<c r="{reference}"><f>{draw.choice(FORMULAS)}</f>{value}</c>'.encode()
    if kind == "typed":
        return f'<c r="{reference}" t="{draw.choice(TYPES)}"><v>{draw.choice(VALUES)}</v></c>'.encode()
    if kind == "shared":
        return f'<c r="{reference}" t="s"><v>{draw.choice((0, 1, 99_999, -1))}</v></c>'.encode()
    if kind == "moment":
        style, value = draw.randrange(60), draw.choice(("45000.5", "0", "60", "-1", "2958466", "1e10", "0.999999999"))
        return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'.encode()
    if kind == "nothing":
        return b""
    value = draw.choice((draw.choice(VALUES), repr(draw.uniform(-1e6, 1e6)), str(draw.randint(-10, 10**6))))
    return f'<c r="{reference}"><v>{value}</v></c>'.encode()


def _at_random(pattern: re.Pattern[bytes], data: bytes, draw: random.Random) -> re.Match[bytes] | None:
    """One of the places where a pattern stands: the first one after a place drawn."""
    return pattern.search(data, draw.randrange(len(data) + 1)) or pattern.search(data)


def _instead(data: bytes, found: re.Match[bytes] | None, new: bytes, group: int = 0) -> bytes:
    return data if found is None else data[: found.start(group)] + new + data[found.end(group) :]


# Cells


def another_content(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(CELL, data, draw)
    return _instead(data, found, _cell(found[1].decode(), draw) if found else b"")


def another_place(data: bytes, draw: random.Random) -> bytes:
    return _instead(data, _at_random(CELL, data, draw), draw.choice(REFERENCES).encode(), 1)


def another_look(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(re.compile(rb'<c r="[A-Z]+[0-9]+"[^>]*? s="([0-9]+)"'), data, draw)
    return _instead(data, found, draw.choice(("0", "99999", "-1", "x", str(draw.randrange(80)))).encode(), 1)


def another_value(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(re.compile(rb"<v>([^<]*)</v>"), data, draw)
    return _instead(data, found, draw.choice(VALUES).encode(), 1)


def another_row(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(re.compile(rb'<row r="([0-9]+)"'), data, draw)
    return _instead(data, found, draw.choice(("0", "-1", "1", "1048576", "1048577", "99999999999", "x", "")).encode(), 1)


def cells_merged(data: bytes, draw: random.Random) -> bytes:
    row, column = draw.randint(1, 20), draw.choice("ABCDE")
    area = draw.choice((f"{column}{row}:G{row + 3}", *REFERENCES))
    return data.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="%s"/></mergeCells>' % area.encode(), 1)


def row_hidden(data: bytes, draw: random.Random) -> bytes:
    return _instead(data, _at_random(re.compile(rb"<row ()"), data, draw), b'hidden="1" ', 1)


def formula_shared(data: bytes, draw: random.Random) -> bytes:
    """A formula of several cells, of an area that may be anything."""
    found, kind = _at_random(CELL, data, draw), draw.choice(("shared", "array", "dataTable"))
    area = draw.choice(REFERENCES)
    return _instead(
        data,
        found,
        b'<c r="%s"><f t="%s" ref="%s" si="%d">A1</f><v>1</v></c>'
        % (found[1] if found else b"A1", kind.encode(), area.encode(), draw.choice((0, 7, 99_999))),
    )


# Tags and texts


def tag_lost(data: bytes, draw: random.Random) -> bytes:
    return _instead(data, _at_random(TAG, data, draw), b"")


def tag_twice(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(TAG, data, draw)
    return _instead(data, found, found[0] * 2 if found else b"")


def _element(data: bytes, draw: random.Random) -> tuple[int, int] | None:
    """Where an element begins and ends, its content with it."""
    found = _at_random(re.compile(rb"<([A-Za-z][\w:.-]*)(?:\s[^<>]*?)?(/?)>"), data, draw)
    if found is None:
        return None
    if found[2]:
        return found.span()
    end = data.find(b"</" + found[1] + b">", found.end())
    return (found.start(), end + len(found[1]) + 3) if end >= 0 else None


def element_lost(data: bytes, draw: random.Random) -> bytes:
    place = _element(data, draw)
    return data if place is None else data[: place[0]] + data[place[1] :]


def element_twice(data: bytes, draw: random.Random) -> bytes:
    place = _element(data, draw)
    return (
        data if place is None else data[: place[1]] + data[place[0] : place[1]] * draw.choice((1, 1, 30)) + data[place[1] :]
    )


def element_moved(data: bytes, draw: random.Random) -> bytes:
    place, target = _element(data, draw), _at_random(TAG, data, draw)
    if place is None or target is None:
        return data
    start, end = place
    left = data[:start] + data[end:]
    at = target.start() if target.start() < start else max(start, target.start() - (end - start))
    return left[:at] + data[start:end] + left[at:]


def attribute_lost(data: bytes, draw: random.Random) -> bytes:
    return _instead(data, _at_random(ATTRIBUTE, data, draw), b"")


def attribute_twice(data: bytes, draw: random.Random) -> bytes:
    found = _at_random(ATTRIBUTE, data, draw)
    return _instead(data, found, found[0] * 2 if found else b"")


def attribute_changed(data: bytes, draw: random.Random) -> bytes:
    value = draw.choice(draw.choice((REFERENCES, NUMBERS, WORDS)))
    return _instead(data, _at_random(ATTRIBUTE, data, draw), value.encode(), 2)


def attributes_mixed(data: bytes, draw: random.Random) -> bytes:
    """An attribute with the value of another of the same name."""
    found = _at_random(ATTRIBUTE, data, draw)
    others = [one[2] for one in ATTRIBUTE.finditer(data) if found and one[1] == found[1]]
    return _instead(data, found, draw.choice(others) if others else b"", 2)


def area_changed(data: bytes, draw: random.Random) -> bytes:
    """An area of a sheet or a table: of its cells, its filter, its choices."""
    found = _at_random(re.compile(rb'\s(?:ref|sqref|r)="([^"]*)"'), data, draw)
    return _instead(data, found, draw.choice(REFERENCES).encode(), 1)


def text_changed(data: bytes, draw: random.Random) -> bytes:
    text = draw.choice(draw.choice((TEXTS, VALUES, REFERENCES)))
    return _instead(data, _at_random(TEXT, data, draw), escape(text).encode(), 1)


def nested(data: bytes, draw: random.Random) -> bytes:
    found, depth = _at_random(re.compile(rb">()"), data, draw), draw.choice((200, 5_000, 200_000))
    name = draw.choice((b"x", b"c", b"row", b"sheetData", b"font"))
    return _instead(data, found, b"<%s>" % name * depth + b"</%s>" % name * depth, 1)


def entities(data: bytes, draw: random.Random) -> bytes:
    """A declaration of entities, and one of them used."""
    head = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    body = _instead(
        data[head:], _at_random(TEXT, data[head:], draw), draw.choice((b"&a;", b"&m;", b"&unknown;", b"&#0;")), 1
    )
    return data[:head] + draw.choice(ENTITIES) + body


def encoded(data: bytes, draw: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    name = draw.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp037"))
    said = draw.choice((name, "utf-8", "iso-8859-1", "no-such-encoding", "utf-16"))
    text = re.sub(r"^<\?xml[^>]*\?>", "", text)
    return f'<?xml version="1.0" encoding="{said}"?>{text}'.encode(name, "replace")


def bytes_wrong(data: bytes, draw: random.Random) -> bytes:
    wrong = draw.choice(
        (b"\0", b"\xff", b"\xc3", b"\x1b", b"&#x1F;", b"&#xFFFE;", b"&", b"<", b"]]>", b"\xef\xbb\xbf", b"<![CDATA[")
    )
    place = draw.randrange(len(data) + 1)
    return data[:place] + wrong + data[place:]


def text_endless(data: bytes, draw: random.Random) -> bytes:
    """Texts longer than any cell takes: of letters drawn, which pack badly."""
    text = bytes(draw.choices(b"abcdefghijklmnop 0123456789", k=draw.choice((40_000, 300_000))))
    return _instead(data, _at_random(TEXT, data, draw), text, 1)


CELL_CHANGES: tuple[Change, ...] = (
    *[another_content] * 8,
    *(another_place, another_look, another_look, another_value, another_value, another_row),
    *(cells_merged, row_hidden, formula_shared),
)
XML_CHANGES: tuple[Change, ...] = (
    *(tag_lost, tag_twice, element_lost, element_lost, element_twice, element_moved),
    *(attribute_lost, attribute_lost, attribute_twice, attribute_changed, attribute_changed, attribute_changed),
    *(attributes_mixed, attributes_mixed, area_changed, area_changed, text_changed, text_changed),
    *(nested, entities, encoded, bytes_wrong, text_endless),
)
