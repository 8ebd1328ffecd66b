"""The territories: from inhabitants to need-weighted inhabitants, tried and of the region."""

from collections.abc import Mapping
from itertools import groupby

from dotpop_addin.books.protocol import column_letters, column_number
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS
from dotpop_addin.workshop.content import Content, area_of, looked_up, tried_value


def write_territories(content: Content) -> dict[str, range]:
    """The territories level by level; gives the rows of each level."""
    weighted, tables = content.calculation.results.weighted_population, content.calculation.region.tables
    to, first = at.TERRITORIES, at.BODY_ROW
    for name in ("name", "territory"):
        content.frame_column(to[name], first, weighted[name])
    content.frame_column(to["level"], first, weighted["level"], {word: label for label, word in LEVELS.items()})
    content.frame_column(to["region_weighted"], first, weighted["weighted_population"])
    every = range(first, first + len(weighted))
    code, coefficient = f"${to['territory']}{{row}}", tried_value("POP_COEF_MINEURS")
    for name in ("adults", "minors"):
        content.each(to[name], every, looked_up(content, "territories", name, "territory", code))
    adults, minors, counted, tried = (f"{to[name]}{{row}}" for name in ("adults", "minors", "counted", "weighted"))
    content.each(to["counted"], every, f"={adults}+{coefficient}*{minors}")
    content.each(to["weighted_adults"], every, f"=IF({counted}>0,{adults}*{tried}/{counted},0)")
    content.each(to["weighted_minors"], every, f"=IF({counted}>0,{coefficient}*{minors}*{tried}/{counted},0)")
    indicators, left = tables.indicators.texts("indicator"), column_number(at.INDICATOR_COLUMN)
    for place, indicator in enumerate(indicators):
        letter = column_letters(left + place)
        content.cells[f"{letter}{first - 1}"] = indicator
        content.each(letter, every, looked_up(content, "indicator_values", indicator, "territory", code))
    rows: dict[str, range] = {}
    for level, group in groupby(enumerate(weighted.texts("level")), key=lambda line: line[1]):
        places = [first + place for place, _ in group]
        rows[level] = range(places[0], places[-1] + 1)
        _weighting(content, level, rows[level], len(indicators))
    _impacts(content, rows)
    return rows


def _weighting(content: Content, level: str, rows: range, indicators: int) -> None:
    """Composite index and need-weighted population of one level, as array formulas."""
    to = at.TERRITORIES
    if indicators:
        last = column_letters(column_number(at.INDICATOR_COLUMN) + indicators - 1)
        bottom = at.INDICATORS_ROW + indicators - 1
        values = f"${at.INDICATOR_COLUMN}${rows[0]}:${last}${rows[-1]}"
        weights, directions = (f"${letter}${at.INDICATORS_ROW}:${letter}${bottom}" for letter in "DC")
        intensity = tried_value(at.INTENSITIES[list(LEVELS.values()).index(level)])
        arguments = (
            f"{values},{weights},{directions},{area_of(to['counted'], rows)},{tried_value('IND_METHODE')},{intensity}"
        )
        content.formulas[area_of(to["index"], rows, "")] = f"=DOTPOP_INDICE_COMPOSE({arguments})"
    else:
        content.column(to["index"], rows[0], [0] * len(rows))
    arguments = f"{area_of(to['counted'], rows)},{area_of(to['index'], rows)},{tried_value('IND_RECENTRAGE')}"
    content.formulas[area_of(to["weighted"], rows, "")] = f"=DOTPOP_POP_PONDEREE({arguments})"


def _impacts(content: Content, rows: Mapping[str, range]) -> None:
    impacts = {row["level"]: row["impact"] for row in content.calculation.results.impacts.records()}
    to, row = at.TERRITORIES, at.IMPACTS_ROW
    for place, (label, level) in enumerate((label, level) for label, level in LEVELS.items() if level in rows):
        content.cells |= {f"F{row + place}": label, f"G{row + place}": impacts[level]}
        arguments = f"{area_of(to['counted'], rows[level])},{area_of(to['weighted'], rows[level])}"
        content.formulas[f"H{row + place}"] = f"=DOTPOP_IMPACT({arguments})"
        content.formulas[f"I{row + place}"] = f"=H{row + place}-G{row + place}"
