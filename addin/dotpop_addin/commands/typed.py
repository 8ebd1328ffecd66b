"""Arguments that are badly written whatever the files hold: refused before any of them is read."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LEAST, COMPARED, FOLLOWED = 2, 6, 8
"""Workbooks compared or followed together, at least and at most: as `comparison.MOST` and `follow_up.reading`."""
LEAST_DRAWS = 64
"""Draws of a study: with fewer, chances and shares of variance mean nothing."""


def setting(text: str) -> str:
    """A hypothesis and its value, which may be empty."""
    code, equal, _ = text.partition("=")
    return _sound(text, bool(code.strip() and equal), "CODE=VALEUR, par exemple IDX_BORNE_BASSE=0,9")


def span(text: str) -> str:
    """A factor and its range: a code may have a colon of its own, what follows the sign has one."""
    code, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    return _sound(text, all(one.strip() for one in (code, low, high)), "CODE=BAS:HAUT, par exemple TRJ_GAMMA=0:2")


def merger(text: str) -> str:
    """The FINESS of a hospital merged, and of the one that took it over."""
    from dotpop_addin.reading import FINESS

    old, _, new = (part.strip() for part in text.partition("="))
    sound = bool(FINESS.fullmatch(old) and FINESS.fullmatch(new)) and old != new
    return _sound(text, sound, "ANCIEN=NOUVEAU, deux FINESS, par exemple 690000002=690000001")


def draws(text: str) -> int:
    """A number of draws."""
    from dotpop_addin.sensitivity import is_drawn

    sound = text.isdecimal() and int(text) >= LEAST_DRAWS and is_drawn(int(text))
    return int(_sound(text, sound, f"une puissance de 2, {LEAST_DRAWS} au moins ({LEAST_DRAWS}, 128, 256, 512, 1024…)"))


def seed(text: str) -> int:
    """A seed."""
    return int(_sound(text, text.isdecimal(), "un entier positif ou nul, par exemple 1"))


def _sound(text: str, sound: bool, expected: str) -> str:
    if not sound:
        raise argparse.ArgumentTypeError(f"« {text} » ; attendu : {expected}")
    return text


class Several(argparse.Action):
    """Workbooks set side by side: at least `LEAST`, at most `const`."""

    def __call__(
        self, parser: argparse.ArgumentParser, options: argparse.Namespace, values: Any, option: Any = None
    ) -> None:
        files: Sequence[Path] = values
        if not LEAST <= len(files) <= self.const:
            from dotpop_model.errors import counted

            found = counted(len(files), "classeur")
            raise argparse.ArgumentError(self, f"{found} ; attendu : de {LEAST} à {self.const} classeurs")
        setattr(options, self.dest, files)
