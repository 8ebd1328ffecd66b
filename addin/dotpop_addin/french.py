"""argparse in French: it translates through gettext, so its messages are given a French catalogue."""

import argparse
import re
from typing import Any, NoReturn

QUOTED = re.compile(r"'([^' ]+)'")

CATALOGUE = {
    "usage: ": "utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "affiche cette aide et s'arrête",
    "the following arguments are required: %s": "arguments manquants : %s",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "une valeur au moins est attendue",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » n'est pas possible (au choix : %(choices)s)",
    "invalid %(type)s value: %(value)r": "valeur incorrecte : « %(value)s »",
    "not allowed with argument %s": "incompatible avec %s",
    "ignored explicit argument %r": "valeur en trop : %s",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë : %(option)s peut être %(matches)s",
    "argument %(argument_name)s: %(message)s": "argument %(argument_name)s : %(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s : commande mal écrite : %(message)s\n",
}


def _translated(text: str) -> str:
    return CATALOGUE.get(text, text)


class FrenchParser(argparse.ArgumentParser):
    """An argument parser whose every word is French. Exit status 2 on wrong usage."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # argparse binds gettext's function under this name; there is no public way to give it a catalogue.
        argparse._ = _translated  # type: ignore[attr-defined]
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        self.print_usage()
        told = QUOTED.sub(r"\1", message)  # argparse shows choices as Python texts
        self.exit(2, f"{self.prog} : commande mal écrite : {told}\n")
