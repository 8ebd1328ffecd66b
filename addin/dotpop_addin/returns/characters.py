"""The texts of XML read without a parser, where nothing in them asks for one."""

import re
from collections.abc import Sequence

from dotpop_addin.returns.walking import Damaged

BETWEEN = b"\0"
NEVER = bytes({*range(32)} - {*b"\t\n\r"})
NEVER_EITHER = ("\ufffe", "\uffff")
"""What XML may not hold, as bytes and as characters."""
NAMED = {b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'"}
"""How XML writes the characters that it names, but for &."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes characters that XML cannot hold."""


class Elaborate(Exception):
    """XML that only a parser can read."""


def refuse_misleading(data: bytes) -> None:
    """Raises Elaborate for comments, CDATA and instructions, in which what looks like a tag may be none."""
    if b"<!" in data or data.find(b"<?", len(b"\xef\xbb\xbf<?xml")) >= 0:
        raise Elaborate


def decoded(texts: Sequence[bytes]) -> list[str]:
    """What stood between tags, as characters; all texts at once. Raises Elaborate, Damaged.

    >>> decoded([b"&lt;CH &amp;amp; clinique&gt;", b"x"])
    ['<CH &amp; clinique>', 'x']
    """
    if not texts:
        return []
    whole = BETWEEN.join(texts)
    if len(whole.translate(None, NEVER)) < len(whole) - (len(texts) - 1):
        raise Damaged
    if b"&" in whole:
        for written, character in NAMED.items():
            whole = whole.replace(written, character)
        if whole.count(b"&") > whole.count(b"&amp;"):
            raise Elaborate
        whole = whole.replace(b"&amp;", b"&")
    found = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode()
    if any(one in found for one in NEVER_EITHER):
        raise Damaged
    return found.split(BETWEEN.decode())


def unescaped(text: str) -> str:
    """
    >>> unescaped("a_x0041_b"), unescaped("_xD800_")
    ('aAb', '_xD800_')
    """
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda match: match[0] if 0xD800 <= int(match[1], 16) < 0xE000 else chr(int(match[1], 16)), text)
