"""The columns of a study's tables."""

from collections.abc import Mapping

from dotpop_addin.declarations.common import POSITIONS
from dotpop_addin.declarations.kinds import Column, Kind, column
from dotpop_addin.sensitivity.findings import MOST_NAMED
from dotpop_addin.sheets.tables import who

CODE, FACTOR = column("Code", "code", Kind.CODE, 24), column("Facteur", "label", Kind.TEXT, 44)
WEIGHTS = (
    FACTOR,
    column("Part de la variance, seul", "first", Kind.SHARE, 15),
    column("Part, seul ou avec d'autres", "total", Kind.SHARE, 15),
    column("Plus grand écart d'indice, seul", "most", Kind.RATE, 15),
    column("Établissements qui changent de position", "moved", Kind.INTEGER, 15),
)
SWINGS = (
    column("Clé", "key", Kind.TEXT, 14),
    column("FINESS", "finess", Kind.FINESS, 12),
    column("Raison sociale", "name", Kind.TEXT, 34),
    column("Rang", "rank", Kind.INTEGER, 7),
    CODE,
    FACTOR,
    column("Indice, en bas de la plage", "low", Kind.RATE, 12),
    column("Indice, en haut de la plage", "high", Kind.RATE, 12),
    column("Écart, en bas", "low_gap", Kind.SIGNED, 11),
    column("Écart, en haut", "high_gap", Kind.SIGNED, 11),
    column("Étendue", "wide", Kind.RATE, 10),
)
FACTORS = (
    CODE,
    FACTOR,
    column("Région", "base", Kind.TEXT, 18),
    column("Bas, ou autres choix", "low", Kind.TEXT, 34),
    column("Haut", "high", Kind.TEXT, 10),
    column("Unité", "unit", Kind.TEXT, 22),
    column("Plus grand écart d'indice, seul", "most", Kind.RATE, 12),
    column("Changent de position, seul (ES)", "moved", Kind.INTEGER, 12),
    column("Indice : variance, seul", "first", Kind.SHARE, 11),
    column("Indice : seul ou avec d'autres", "total", Kind.SHARE, 11),
    column("Dotation finale : seul", "first_money", Kind.SHARE, 11),
    column("Dotation finale : seul ou avec d'autres", "total_money", Kind.SHARE, 11),
    column("Source de la plage", "source", Kind.TEXT, 60),
)
REFUSED = (
    CODE,
    FACTOR,
    column("Valeur essayée", "value", Kind.TEXT, 30),
    column("Pourquoi", "why", Kind.TEXT, 110),
)


def positions(segments: Mapping[str, str], share: str) -> list[Column]:
    """The index of each hospital. share: of the scenarios that an interval holds, as it is read."""
    return [
        *who(segments),
        column("Indice", "index", Kind.RATE, 9),
        column(f"Bas ({share})", "low", Kind.RATE, 9),
        column("Médiane", "median", Kind.RATE, 9),
        column(f"Haut ({share})", "high", Kind.RATE, 9),
        column("Position", "position", Kind.CHOICE, 13, choices=POSITIONS),
        *(column(f"Chances : {label.lower()}", word, Kind.SHARE, 11) for label, word in POSITIONS.items()),
        column("Dotation finale, bas (€)", "least", Kind.AMOUNT, 17),
        column("Dotation finale, haut (€)", "most", Kind.AMOUNT, 17),
        column("Facteurs qui, seuls, changent la position", "movers", Kind.TEXT, 44),
    ]


def crossings(segments: Mapping[str, str]) -> list[Column]:
    """Who changes position, and by which factor."""
    return [
        CODE,
        FACTOR,
        column("Valeur essayée", "value", Kind.TEXT, 24),
        *who(segments),
        column("Indice", "before", Kind.RATE, 9),
        column("Devient", "after", Kind.RATE, 9),
        column("Position", "position", Kind.CHOICE, 13, choices=POSITIONS),
        column("Devient", "moved", Kind.CHOICE, 13, choices=POSITIONS),
    ]


def edges(segments: Mapping[str, str], horizon: int) -> list[Column]:
    """Who is near a bound. horizon: years of the trajectory."""
    return [
        *who(segments),
        column("Indice", "index", Kind.RATE, 9),
        column("Borne", "bound", Kind.RATE, 9),
        column("Distance", "distance", Kind.SIGNED, 11),
        column("À un cheveu", "near", Kind.TEXT, 10),
        column("Bas", "low", Kind.RATE, 8),
        column("Haut", "high", Kind.RATE, 8),
        column("Dotation (€)", "allocation", Kind.AMOUNT, 17),
        column("Dotation à la borne (€)", "wanted", Kind.AMOUNT, 17),
        column(f"Gagné en {horizon} ans, juste au-dessous (€)", "below", Kind.AMOUNT, 17),
        column(f"Gagné en {horizon} ans, juste au-dessus (€)", "above", Kind.AMOUNT, 17),
        column("Marche (€)", "jump", Kind.AMOUNT, 16),
    ]


def leading(segments: Mapping[str, str]) -> list[Column]:
    """The factors that weigh most on each hospital."""
    cells = []
    for place in range(1, MOST_NAMED + 1):
        cells += [
            column(f"Facteur {place}", f"label_{place}", Kind.TEXT, 40),
            column("Seul", f"first_{place}", Kind.SHARE, 9),
            column("Seul ou avec d'autres", f"total_{place}", Kind.SHARE, 11),
        ]
    return [*who(segments), *cells, column("Expliqué par les facteurs seuls", "sum", Kind.SHARE, 13)]
