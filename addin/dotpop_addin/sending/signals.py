"""What a filled-in line tells while it is being filled in; the files hold the same as formulas (declarations/sent.py)."""

from dataclasses import dataclass
from typing import Any

TO_FILL, EXPLAINED, SOUND = "○ à remplir", "✔ expliqué", "✔"
RISE, FALL = "▲ hausse à expliquer", "▼ baisse à expliquer"


@dataclass(frozen=True, slots=True)
class Limits:
    """jump: share of the reference beyond which a difference is to be explained. least: volume under which it is not."""

    jump: float
    least: float


def change(value: float | None, reference: float | None) -> float | None:
    """value / reference − 1; None where one of them is missing or the reference is nil.

    >>> change(120, 100), change(5, 0)
    (0.19999999999999996, None)
    """
    return None if value is None or not reference else value / reference - 1


def is_jump(value: Any, reference: Any, limits: Limits) -> bool:
    """Whether |value − reference| > jump × reference, for figures of some size.

    >>> is_jump(121, 100, Limits(0.2, 20)), is_jump(120, 100, Limits(0.2, 20)), is_jump(9, 3, Limits(0.2, 20))
    (True, False, False)
    """
    if value is None or reference is None:
        return False
    return bool(abs(value - reference) > limits.jump * reference and max(value, reference) >= limits.least)


def signal(value: float | None, reference: float | None, *, waited: bool, reason: str, limits: Limits) -> str:
    """The word beside a line. waited: whether a blank is to be filled in."""
    if value is None:
        return TO_FILL if waited else ""
    if not is_jump(value, reference, limits):
        return SOUND
    if reason:
        return EXPLAINED
    return RISE if value > (reference or 0) else FALL


MARKED = {
    "signal": (
        ('OR(LEFT({cell},1)="▲",LEFT({cell},1)="▼",LEFT({cell},1)="○")', "warning"),
        ('LEFT({cell},1)="✖"', "alert"),
        ('LEFT({cell},1)="✔"', "ok"),
    ),
    "difference": (("AND(ISNUMBER({cell}),{cell}<>0)", "alert"), ("AND(ISNUMBER({cell}),{cell}=0)", "ok")),
}
"""Of each computed column, which of its cells take which look; the words stay for who sees no colour."""
