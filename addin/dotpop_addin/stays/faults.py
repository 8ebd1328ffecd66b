"""What in an export of stays cannot be counted: told by value, with how many lines and where the first one is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dotpop_addin.books.protocol import CONTROL
from dotpop_addin.mappings import Mapping
from dotpop_addin.problems import Problem
from dotpop_addin.stays.mapping import Measure, Stays
from dotpop_model.errors import counted

MOST = 20
"""Values told of one kind; the others are counted."""
NUMBER = "un nombre positif ou nul, décimales (six au plus) après « , » ou ce que dit « decimal », sans espace"


@dataclass(frozen=True)
class Fault:
    """found: French, without the count. test: what such a stay answers to, `{}` for the value. others: values not told."""

    found: str
    expected: str
    action: str
    test: str
    value: str
    count: int
    others: int = 0

    def condition(self, quoted: Callable[[str], str]) -> str:
        return self.test.format(quoted(self.value))


def faults(mapping: Mapping, stays: Stays, groups: pd.DataFrame) -> list[Fault]:
    """All of them, by kind."""
    complete, code = "Compléter l'export.", "un code sur chaque ligne"
    forms = (f"l'un de : {', '.join(stays.forms)}", "Compléter [stays.forms] dans la correspondance.")
    ages = (f"l'un de : {', '.join(mapping.ages)}", "Compléter [ages] dans la correspondance.")
    if stays.adults_from is not None:
        ages = ("un âge en années", "Corriger l'export, ou dire les classes par [ages].")
    found = []
    for name in ("finess", "territory"):
        column = mapping.columns[name]
        found += _odd(groups, name, groups[name] == "", f"cellule vide colonne {column}", code, complete)
        odd = groups[name].map(lambda text: bool(CONTROL.search(text)))
        action = "Enlever ce caractère de l'export."
        found += _odd(groups, name, odd, f"caractère de contrôle colonne {column}", "un texte lisible", action)
    for name, column, (expected, action) in (("age", mapping.columns["age"], ages), ("form", stays.form, forms)):
        unknown = groups[name].isna()
        found += _odd(groups, f"odd_{name}", unknown, f"colonne {column}", expected, action, name)
    bad = int(groups["bad"].sum())
    if bad and stays.measure == Measure.DISTINCT:
        found.append(Fault(f"cellule vide colonne {stays.column}", code, complete, "counted = ''", "", bad))
    elif bad:
        test = "value IS NULL AND counted <> ''"
        action = "Corriger l'export, ou « decimal » dans la correspondance."
        found.append(Fault(f"nombre illisible colonne {stays.column}", NUMBER, action, test, "", bad))
    return found


def _odd(
    groups: pd.DataFrame, column: str, odd: "pd.Series[bool]", found: str, expected: str, action: str, unknown: str = ""
) -> list[Fault]:
    """A fault for each value of a column among the groups that are odd. unknown: the column that is missing then."""
    counts = groups[odd].groupby(column)["count"].sum()
    test = f"{column} = {{}}" + (f" AND {unknown} IS NULL" if unknown else "")
    told = [
        Fault(
            f"« {CONTROL.sub('?', value)} » {found}" if value else _blank(found), expected, action, test, value, int(count)
        )
        for value, count in counts.head(MOST).items()
        if isinstance(value, str)
    ]
    if len(counts) > MOST:
        last = told[-1]
        told[-1] = Fault(last.found, expected, action, test, last.value, last.count, len(counts) - MOST)
    return told


def _blank(found: str) -> str:
    return found if found.startswith("cellule vide") else f"cellule vide {found}"


def told(path: Path, wrong: Sequence[Fault], places: Sequence[int]) -> list[Problem]:
    """The faults as problems. places: of the first stay with each."""
    return [
        Problem(str(path), f"{fault.found}, {_counted(fault.count, place)}{_others(fault)}", fault.expected, fault.action)
        for fault, place in zip(wrong, places, strict=True)
    ]


def _counted(count: int, place: int) -> str:
    return f"séjour n° {place}" if count == 1 else f"{counted(count, 'séjour')}, le premier est le n° {place}"


def _others(fault: Fault) -> str:
    return f" (et {counted(fault.others, 'autre valeur')})" if fault.others else ""
