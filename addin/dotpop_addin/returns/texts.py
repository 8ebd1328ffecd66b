"""The characters that people paste for spaces, digits, signs and letters, brought back to plain ones."""

import re
import unicodedata

INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
MINUS = re.compile(r"^[\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d](?=\s*[0-9])")
"""Signs for minus, at the start of a number only: elsewhere a dash says "from … to …"."""
SAME = str.maketrans({"，": ",", "．": ".", "％": "%", "٫": ",", "＋": "+", "’": "'", "ʼ": "'", "´": "'"})
UNKNOWN = frozenset({"nd", "nc", "nr", "na", "ns", "so", "sansobjet", "nonconnu", "inconnu", "nondisponible", "?", "x"})
NOTHING = frozenset({"neant", "aucun", "aucune", "rien", "zero"})


def plain(text: str) -> str:
    """A text with ASCII digits and signs, single spaces, and without the apostrophe that marks texts in a spreadsheet.

    >>> plain("\\u00a0１\\u202f234，5 "), plain("−12"), plain("'12"), plain("٣")
    ('1 234,5', '-12', '12', '3')
    """
    bare = INVISIBLE.sub("", text).translate(SAME).strip().removeprefix("'")
    digits = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in bare)
    return MINUS.sub("-", " ".join(digits.split()))


def folded(text: str) -> str:
    """A text without what differs from a hand to another: case, accents, spaces, dashes, apostrophes.

    >>> folded("Privé  non-lucratif") == folded("PRIVE NON LUCRATIF"), folded("L’œuvre")
    (True, 'loeuvre')
    """
    letters = unicodedata.normalize("NFKD", plain(text).casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(one for one in letters if one.isalnum() or one in "?+<>=/%€")


def says_unknown(text: str) -> bool:
    """Whether a text says that the value is missing: "n.d.", "NC", "-".

    >>> says_unknown("N.D."), says_unknown(" - "), says_unknown("CH Un")
    (True, True, False)
    """
    return folded(text) in UNKNOWN or not any(one.isalnum() for one in text)


def says_nothing(text: str) -> bool:
    """Whether a text says that there is nothing: "néant"."""
    return folded(text) in NOTHING
