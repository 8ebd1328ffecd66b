"""What a mapping says of an export of stays: its section [stays]."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard


class Measure(StrEnum):
    """What a volume of activity is: how many lines, the sum of a column, how many different values of a column."""

    LINES = "lines"
    SUM = "sum"
    DISTINCT = "distinct"


@dataclass(frozen=True)
class Stays:
    """How lines of one stay each are counted.

    form: the column that says the form of care. forms: its values → form of care of the workbook ("": left out).
    column: what is summed (days) or told apart (patients); none when lines are counted. adults_from: years of age from
    which one is an adult, where the column of ages holds years.
    """

    form: str
    forms: dict[str, str]
    measure: Measure = Measure.LINES
    column: str = ""
    adults_from: int | None = None


KEYS = ("form", "forms", "measure", "column", "adults_from")
Wrong = tuple[str, str]  # what was found, what is expected


def read(section: dict[str, Any]) -> Stays:
    """The section [stays] of a mapping in which `wrong` found nothing."""
    return Stays(**{**section, "measure": Measure(section.get("measure", Measure.LINES))})


def wrong(section: Any, *, ages: bool) -> Iterator[Wrong]:
    """What is wrong in the section [stays]. ages: the mapping has a section [ages]."""
    if not isinstance(section, dict):
        yield "[stays] n'est pas une section", "une section de la correspondance"
        return
    unknown = [key for key in section if key not in KEYS]
    if unknown:
        yield f"inconnu dans [stays] : {', '.join(unknown)}", f"les clés {', '.join(KEYS)}"
    if not is_text(section.get("form")):
        yield "« form » manque dans [stays], ou n'est pas un texte", "le nom de la colonne qui dit la forme d'activité"
    forms = section.get("forms")
    if not isinstance(forms, dict) or not any(forms.values()) or not all(isinstance(one, str) for one in forms.values()):
        yield "[stays.forms] ne donne aucune forme d'activité", "valeur de l'export = code de la forme (ou texte vide)"
    measure, column = section.get("measure", "lines"), section.get("column", "")
    if measure not in [str(one) for one in Measure]:
        yield f"« measure » vaut « {measure} » dans [stays]", f"l'un de : {', '.join(Measure)}"
    elif (measure == Measure.LINES) == is_text(column):
        asked = "pas de « column »" if measure == Measure.LINES else "« column », la colonne à compter"
        yield f"« measure » vaut « {measure} » dans [stays]", asked
    years = section.get("adults_from")
    if ages == (years is not None):
        yield "l'âge se dit par [ages] ou par « adults_from », l'un des deux", "des classes, ou des années"
    elif years is not None and (isinstance(years, bool) or not isinstance(years, int) or not 0 < years < 120):
        yield f"« adults_from » vaut « {years} »", "un nombre entier d'années"


def is_text(value: Any) -> TypeGuard[str]:
    """A text that says something."""
    return isinstance(value, str) and value != ""
