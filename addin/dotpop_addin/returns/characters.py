"""The texts of XML read without a parser, where nothing in them asks for one."""

import re
from collections.abc import Sequence

from dotpop_addin.returns.walking import Damaged

NEVER = bytes({*range(32)} - {*b"\t\n\r"})
NEVER_EITHER = ("\ufffe", "\uffff")
"""What XML may not hold."""
NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
"""How XML writes the characters that it names, but for &."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes characters that XML cannot hold."""


class Elaborate(Exception):
    """XML that only a parser can read."""


def characters(data: bytes) -> str:
    """The text of a part. Raises Damaged."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Damaged from error
    if len(data.translate(None, NEVER)) < len(data) or any(one in text for one in NEVER_EITHER):
        raise Damaged
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def refuse_misleading(text: str) -> None:
    """Raises Elaborate for comments, CDATA and instructions, in which what looks like a tag may be none."""
    if "<!" in text or text.find("<?", len("\ufeff<?xml")) >= 0:
        raise Elaborate


def decoded(texts: Sequence[str]) -> list[str]:
    """Texts between tags, with the characters that XML names; all at once. Raises Elaborate for others that it writes.

    >>> decoded(["&lt;CH &amp;amp; clinique&gt;", "x"])
    ['<CH &amp; clinique>', 'x']
    """
    whole = "\0".join(texts)
    if "&" not in whole:
        return list(texts)
    for written, character in NAMED.items():
        whole = whole.replace(written, character)
    if whole.count("&") > whole.count("&amp;"):
        raise Elaborate
    return whole.replace("&amp;", "&").split("\0")


def unescaped(text: str) -> str:
    """
    >>> unescaped("a_x0041_b"), unescaped("_xD800_")
    ('aAb', '_xD800_')
    """
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda match: match[0] if 0xD800 <= int(match[1], 16) < 0xE000 else chr(int(match[1], 16)), text)
