"""Weighting over tables: the need-weighted population of every territory, level by level."""

import numpy as np

from dotpop_model import weighting
from dotpop_model.arrays import Arguments, Array
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame, Tables, rows_of

PLACES = {  # where the arguments of the formulas stand
    "indicateurs": ("indicator_values", "territory"),
    "poids": ("indicators", "weight"),
    "sens": ("indicators", "direction"),
    "populations": ("territories", "adults"),
    "indices": ("indicators", "weight"),
    "cible": ("hypotheses", "value"),
}


def weigh(tables: Tables, hypotheses: Hypotheses) -> tuple[Frame, Frame]:
    """Need-weighted populations (a row per territory) and the impact of the weighting (a row per level).

    Each level used by a segment is weighted on its own, against its own population-weighted means.
    """
    territories = Territories(tables)
    levels = levels_used(tables, hypotheses)
    empty = [level for level in levels if not territories.at(level)]
    if empty:
        message = "Aucun territoire au niveau choisi dans Hypothèses. Compléter la feuille Territoires ou changer la maille."
        raise ModelError([Fault(message, "territories", "level", tuple(empty))])
    parts, impacts = [], []
    for level in levels:
        frame, intensity = _weigh_level(tables, hypotheses, level)
        effect = weighting.impact(frame["population"], frame["weighted_population"])
        parts.append(frame)
        impacts.append((level, intensity, effect, hypotheses.impact_limit))
    return Frame.stacked(parts), Frame.from_rows(("level", "intensity", "impact", "limit"), impacts)


def levels_used(tables: Tables, hypotheses: Hypotheses) -> list[str]:
    """The levels at which some segment that has hospitals is weighted, each once."""
    used = [segment for segment in hypotheses.segments if rows_of(tables, segment)]
    return list(dict.fromkeys(hypotheses.level(segment) for segment in used))


def check_indicators(tables: Tables, hypotheses: Hypotheses) -> None:
    """Faults of the weights and directions, whatever the values of the indicators."""
    weights, directions = tables.indicators.floats("weight"), tables.indicators.floats("direction")
    with located(PLACES), Arguments() as arguments:
        weighting.check_weights(arguments, weights, directions)


def counted_population(hypotheses: Hypotheses, rows: Frame) -> Array:
    """Inhabitants that count, territories × ages: minors multiplied by their coefficient where the region chose so."""
    coefficient = hypotheses.minors_coefficient if hypotheses.minors_weighted else 1.0
    return np.column_stack([rows.floats("adults"), coefficient * rows.floats("minors")])


def index_parts(tables: Tables, hypotheses: Hypotheses, level: str) -> tuple[list[str], Array, float]:
    """The territories of a level, what each indicator brings to their composite index (territories × indicators), and the
    intensity: given, or found for the target impact."""
    rows = tables.territories.where(tables.territories["level"] == level)
    codes, people = rows.texts("territory"), counted_population(hypotheses, rows).sum(axis=1)
    values = indicator_values(tables, codes)
    names = tables.indicators.texts("indicator")
    weights, directions = tables.indicators.floats("weight"), tables.indicators.floats("direction")
    intensity, method = hypotheses.intensity, hypotheses.index_method
    with located(PLACES):
        if hypotheses.intensity_mode == "target" and len(codes) > 1:  # a zone alone is its own mean: no impact to aim at
            intensity = weighting.intensity_for_impact(
                values, weights, directions, people, hypotheses.impact_target, method=method
            )
        parts = weighting.index_parts(values, weights, directions, people, method=method, intensity=intensity, names=names)
    return codes, parts, intensity


def _weigh_level(tables: Tables, hypotheses: Hypotheses, level: str) -> tuple[Frame, float]:
    rows = tables.territories.where(tables.territories["level"] == level)
    by_age = counted_population(hypotheses, rows)
    people = by_age.sum(axis=1)
    codes, parts, intensity = index_parts(tables, hypotheses, level)
    index = parts.sum(axis=1)
    _check_index(codes, index)
    with located(PLACES):
        weighted = weighting.weighted_population(people, index, recentre=hypotheses.recentre)
    growth = np.divide(weighted, people, out=np.ones_like(people), where=people > 0)
    frame = Frame(
        {
            "territory": codes,
            "name": rows.texts("name"),
            "level": [level] * len(codes),
            "population": people,
            "index": index,
            "weighted_population": weighted,
            "difference": weighted - people,
            "weighted_adults": by_age[:, 0] * growth,
            "weighted_minors": by_age[:, 1] * growth,
        }
    )
    return frame, intensity


def _check_index(codes: list[str], index: Array) -> None:
    low = [code for code, need in zip(codes, index.tolist(), strict=True) if need <= -1]
    if low:
        message = (
            f"Indice composé de −100 % ou moins : {named(low)}. Réduire l'intensité (IND_INTENSITE) ou revoir les valeurs."
        )
        raise ModelError([Fault(message, "territories", "territory", tuple(low))])


def indicator_values(tables: Tables, codes: list[str]) -> Array:
    """Territories × indicators; the territories that have no line are named."""
    names = tables.indicators.texts("indicator")
    if not names:
        return np.zeros((len(codes), 0))
    values = np.column_stack([tables.indicator_values.floats(name) for name in names])
    line = {code: row for row, code in enumerate(tables.indicator_values.texts("territory"))}
    lost = [code for code in codes if code not in line]
    if lost:
        message = f"Indicateurs absents pour les territoires {named(lost)}. Compléter les valeurs des indicateurs."
        raise ModelError([Fault(message, "indicator_values", "territory", tuple(lost))])
    return np.asarray(values[[line[code] for code in codes]])
