"""What a cell accepts, in the words and the bounds that a spreadsheet's own validation takes."""

from collections.abc import Callable
from typing import NamedTuple

TITLE, PROMPT, ERROR = 32, 255, 225
"""Characters that Excel takes of each message."""
MOST = 1e15
"""Beyond any figure: what has no bound of its own."""


class Messages(NamedTuple):
    """What is told beside a cell, and when what is typed is refused."""

    title: str
    prompt: str
    error: str


def messages(title: str, prompt: str, expected: str) -> Messages:
    """Messages as long as Excel takes them.

    >>> messages("Indice de la région la moins dotée en 2023", "…", "un nombre").title
    'Indice de la région la moins dot'
    """
    return Messages(title[:TITLE], prompt[:PROMPT], f"Attendu : {expected}."[:ERROR])


def between(minimum: float | None, maximum: float | None) -> tuple[float, float]:
    """The bounds of a number. A bound of 0 is one; None is not.

    >>> between(0, None)
    (0, 1000000000000000.0)
    """
    return -MOST if minimum is None else minimum, MOST if maximum is None else maximum


def bounded(noun: str, minimum: float | None, maximum: float | None, shown: Callable[[float], str]) -> str:
    """A kind of number with its bounds, in words. shown: how a bound is written.

    >>> bounded("un pourcentage", 0, 0.1, lambda bound: f"{100 * bound:g} %")
    'un pourcentage, au moins 0 %, au plus 10 %'
    """
    bounds = [(word, one) for word, one in (("au moins", minimum), ("au plus", maximum)) if one is not None]
    return ", ".join([noun, *(f"{word} {shown(one)}" for word, one in bounds)])
