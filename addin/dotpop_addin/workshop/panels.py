"""The panels at the left: the hypotheses, indicators and measures that can be changed, and the hospital chosen."""

from typing import Any

from dotpop_addin.books.protocol import Value, column_letters, column_number
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS
from dotpop_addin.workshop.content import Content, area_of


def write_hypotheses(content: Content) -> None:
    """The values of the region, and those that are tried, which start as the same."""
    region = content.calculation.region
    read = region.reads["hypotheses"].columns
    values: dict[str, Value] = dict(zip(read["code"], read["value"], strict=True))
    if not region.hypotheses.minors_weighted:
        values["POP_COEF_MINEURS"] = 1
    impacts = {row["level"]: row["intensity"] for row in content.calculation.results.impacts.records()}
    for code, level in zip(at.INTENSITIES, LEVELS.values(), strict=True):
        values[code] = impacts.get(level)
    asked = at.asked(region.field)
    shown = [values.get(code) if code in asked else None for code in at.CODES]
    content.column("B", at.HYPOTHESES_ROW, shown)
    content.column("D", at.HYPOTHESES_ROW, shown)


def write_indicators(content: Content) -> None:
    """The indicators with their weights: of the region, and tried."""
    indicators, row = content.calculation.region.tables.indicators, at.INDICATORS_ROW
    content.column("A", row, [str(label) for label in indicators.texts("label")])
    for letter, name in (("B", "weight"), ("C", "direction"), ("D", "weight")):
        content.frame_column(letter, row, indicators.floats(name))


def write_campaign(content: Content) -> None:
    """The measures of each year up to the horizon."""
    region = content.calculation.region
    last = region.hypotheses.base_year + region.hypotheses.horizon
    labels = content.labels("campaign", "segment")
    rows = [row for row in region.tables.campaign.records() if row["year"] <= last]
    first = column_number(at.CAMPAIGN_COLUMN)
    for place, name in enumerate(("year", "segment", "carry_forward", "core_growth", "earmarked")):
        values = [labels[row[name]] if name == "segment" else row[name] for row in rows]
        content.column(column_letters(first + place), at.CAMPAIGN_ROW, values)


def campaign_area(content: Content) -> str:
    """Where the measures stand."""
    last = at.CAMPAIGN_ROW + sum(cell.startswith(at.CAMPAIGN_COLUMN) for cell in content.cells) - 1
    return f"${at.CAMPAIGN_COLUMN}${at.CAMPAIGN_ROW}:$V${last}"


def write_chosen(content: Content, labels: list[str], before: Any) -> None:
    """One hospital, the region beside what is tried; the choice made before is kept while that hospital is there."""
    content.cells[at.CHOSEN] = before if before in labels else labels[0]
    rows = range(at.BODY_ROW, at.BODY_ROW + len(labels))
    corner = f"${at.CHOSEN[0]}${at.CHOSEN[1:]}"
    match = f"MATCH({corner},{area_of(at.HOSPITALS['label'], rows)},0)"
    for row, (_, name, shown) in enumerate(at.LINES, start=at.LINES_ROW):
        for letter, column in (("G", at.REGION_HOSPITALS[name]), ("H", at.HOSPITALS[name])):
            content.formulas[f"{letter}{row}"] = f"=INDEX({area_of(column, rows)},{match})"
        if shown != "@":
            content.formulas[f"I{row}"] = f"=H{row}-G{row}"
    hypotheses = content.calculation.region.hypotheses
    tried, known = column_number(at.TRAJECTORY_COLUMN), column_number(at.REGION_TRAJECTORY_COLUMN)
    for place in range(hypotheses.horizon + 1):
        row = at.YEARS_ROW + place
        content.cells[f"F{row}"] = hypotheses.base_year + place
        for letter, left in (("G", known), ("H", tried)):
            content.formulas[f"{letter}{row}"] = f"=INDEX({area_of(column_letters(left + place), rows)},{match})"
        content.formulas[f"I{row}"] = f"=H{row}-G{row}"
