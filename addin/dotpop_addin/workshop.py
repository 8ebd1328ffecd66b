"""Atelier: a sheet of live DOTPOP_ formulas over the inputs of the workbook, to try a hypothesis before anything is written.

The template draws the sheet (declarations/workshop.py says where everything stands); `prepare` fills it for the region.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.protocol import Book, Value, column_letters, column_number
from dotpop_addin.books.saving import now
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS, POSITIONS
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model.arrays import Array
from dotpop_model.stages.activity import Care, at_level, weighted_care
from dotpop_model.stages.flows import as_seen
from dotpop_model.stages.index import MEAN_CODES
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import AGES, FlowMethod

Progress = Callable[[str], None]
Texts = Mapping[str | int, str]
CLEARED = (
    f"B{at.HYPOTHESES_ROW}:B{at.HYPOTHESES_ROW + len(at.CODES) - 1}",
    f"D{at.HYPOTHESES_ROW}:D{at.HYPOTHESES_ROW + len(at.CODES) - 1}",
    f"A{at.INDICATORS_ROW}:D{at.INDICATORS_ROW + at.INDICATORS - 1}",
    f"G{at.LINES_ROW}:I{at.LINES_ROW + len(at.LINES) - 1}",
    f"F{at.YEARS_ROW}:I{at.YEARS_ROW + at.YEARS - 1}",
    f"F{at.SEGMENTS_ROW}:I{at.SEGMENTS_ROW + at.SEGMENTS - 1}",
    f"F{at.IMPACTS_ROW}:I{at.IMPACTS_ROW + len(LEVELS) - 1}",
    f"{at.CAMPAIGN_COLUMN}{at.CAMPAIGN_ROW}:V{at.CAMPAIGN_ROW + at.CAMPAIGN - 1}",
    f"A{at.BODY_ROW}:{at.FLOWS['leakage_minors']}{at.BODY_ROW + at.BODY - 1}",
    f"{at.INDICATOR_COLUMN}{at.BODY_ROW - 1}:W{at.BODY_ROW - 1}",
    f"{at.TRAJECTORY_COLUMN}{at.BODY_ROW - 1}:BS{at.BODY_ROW - 1}",
    f"{at.CARE_COLUMN}{at.BODY_ROW - 1}:ZZ{at.BODY_ROW + 6 * (at.BODY + 3)}",  # three segments, two ages
)


@dataclass
class _Content:
    """What is to be written: values by cell, formulas by area."""

    calculation: Calculation
    cells: dict[str, Value] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)

    def labels(self, table: str, column: str) -> Texts:
        """Code word → label of a column of the field."""
        return {word: label for label, word in self.calculation.region.field.words(table, column).items()}

    def column(self, letter: str, first: int, values: Sequence[Value]) -> None:
        self.cells |= {f"{letter}{first + place}": value for place, value in enumerate(values)}

    def frame_column(self, letter: str, first: int, values: Array, labels: Texts | None = None) -> None:
        """The values of a result, missing ones as blanks."""
        plain: list[Any] = [None if value is None or value != value else value for value in values.tolist()]
        self.column(letter, first, [labels.get(value, value) for value in plain] if labels else plain)

    def each(self, letter: str, rows: range, formula: str) -> None:
        """The same formula in each cell of a column; {row} stands for its row."""
        self.formulas |= {f"{letter}{row}": formula.format(row=row) for row in rows}


def prepare(book: Book, progress: Progress = lambda step: None) -> Calculation:
    """Fills the sheet Atelier from the inputs as they stand; the values tried start as the region's own.

    Raises ProblemsFound, nothing written then, when the inputs are not sound or the sheet cannot hold the region.
    """
    progress("Lecture, contrôle et calcul")
    calculation = check(book)
    problems = _unfit(book, calculation) or book.closed([at.SHEET])
    if problems:
        raise ProblemsFound(problems)
    content = _Content(calculation)
    order = _order(calculation)
    labels = _labels(calculation, order)
    _hypotheses(content)
    _indicators(content)
    _campaign(content)
    territories = _territories(content)
    _hospitals(content, order, labels, territories)
    _chosen(content, labels, book.read_cells(at.SHEET, [at.CHOSEN])[0])
    content.cells[at.STATE] = f"Préparé le {now():%d/%m/%Y à %H:%M} (UTC). Relancer Atelier après un changement d'activité."
    progress("Écriture : Atelier")
    with book.changing():
        for area in CLEARED:
            book.clear(at.SHEET, area)
        book.write_cells(at.SHEET, content.cells)
        book.write_formulas(at.SHEET, content.formulas)
    return calculation


def _unfit(book: Book, calculation: Calculation) -> list[Problem]:
    """What keeps the sheet from holding this region."""
    if at.SHEET not in book.sheet_names():
        action = "Rétablir la feuille depuis un classeur neuf (dotpop new)."
        return [Problem(book.name, f"feuille « {at.SHEET} » absente", "cette feuille", action)]
    tables, hypotheses = calculation.region.tables, calculation.region.hypotheses
    counts = {
        "établissements": (len(tables.hospitals), at.BODY),
        "territoires": (len(calculation.results.weighted_population), at.BODY),
        "indicateurs": (len(tables.indicators), at.INDICATORS),
        "lignes de campagne": (len(tables.campaign), at.CAMPAIGN),
        "années": (hypotheses.horizon + 1, at.YEARS),
    }
    action = "Calculer sans l'Atelier (macro Calculer) : il n'a pas cette limite."
    return [
        Problem(book.name, f"{found} {what}", f"au plus {most} {what} dans l'Atelier", action, at.SHEET)
        for what, (found, most) in counts.items()
        if found > most
    ]


# --- the panels of what can be changed ---------------------------------------------------------------------------------


def _hypotheses(content: _Content) -> None:
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


def _tried(code: str) -> str:
    return f"$D${at.row_of(code)}"


def _indicators(content: _Content) -> None:
    indicators, row = content.calculation.region.tables.indicators, at.INDICATORS_ROW
    content.column("A", row, [str(label) for label in indicators.texts("label")])
    for letter, name in (("B", "weight"), ("C", "direction"), ("D", "weight")):
        content.frame_column(letter, row, indicators.floats(name))


def _campaign(content: _Content) -> None:
    region = content.calculation.region
    last = region.hypotheses.base_year + region.hypotheses.horizon
    labels = content.labels("campaign", "segment")
    rows = [row for row in region.tables.campaign.records() if row["year"] <= last]
    first = column_number(at.CAMPAIGN_COLUMN)
    for place, name in enumerate(("year", "segment", "carry_forward", "core_growth", "earmarked")):
        values = [labels[row[name]] if name == "segment" else row[name] for row in rows]
        content.column(column_letters(first + place), at.CAMPAIGN_ROW, values)


def _campaign_area(content: _Content) -> str:
    last = at.CAMPAIGN_ROW + sum(cell.startswith(at.CAMPAIGN_COLUMN) for cell in content.cells) - 1
    return f"${at.CAMPAIGN_COLUMN}${at.CAMPAIGN_ROW}:$V${last}"


# --- territories -------------------------------------------------------------------------------------------------------


def _whole(content: _Content, table: str, column: str) -> str:
    """The cells of an input column, as a reference."""
    block = content.calculation.region.reads[table].block
    known = {one.name: one.header for one in content.calculation.region.field.tables[table].columns}
    letters = column_letters(block.column + block.headers.index(known.get(column, column)))
    return f"'{block.sheet}'!${letters}${block.row + 1}:${letters}${block.row + len(block.rows)}"


def _looked_up(content: _Content, table: str, column: str, key: str, cell: str) -> str:
    return f"=INDEX({_whole(content, table, column)},MATCH({cell},{_whole(content, table, key)},0))"


def _territories(content: _Content) -> dict[str, range]:
    """The territories level by level; gives the rows of each level."""
    weighted, tables = content.calculation.results.weighted_population, content.calculation.region.tables
    to, first = at.TERRITORIES, at.BODY_ROW
    for name in ("name", "territory"):
        content.frame_column(to[name], first, weighted[name])
    content.frame_column(to["level"], first, weighted["level"], {word: label for label, word in LEVELS.items()})
    content.frame_column(to["region_weighted"], first, weighted["weighted_population"])
    every = range(first, first + len(weighted))
    code, coefficient = f"${to['territory']}{{row}}", _tried("POP_COEF_MINEURS")
    for name in ("adults", "minors"):
        content.each(to[name], every, _looked_up(content, "territories", name, "territory", code))
    adults, minors, counted, tried = (f"{to[name]}{{row}}" for name in ("adults", "minors", "counted", "weighted"))
    content.each(to["counted"], every, f"={adults}+{coefficient}*{minors}")
    content.each(to["weighted_adults"], every, f"=IF({counted}>0,{adults}*{tried}/{counted},0)")
    content.each(to["weighted_minors"], every, f"=IF({counted}>0,{coefficient}*{minors}*{tried}/{counted},0)")
    indicators, left = tables.indicators.texts("indicator"), column_number(at.INDICATOR_COLUMN)
    for place, indicator in enumerate(indicators):
        letter = column_letters(left + place)
        content.cells[f"{letter}{first - 1}"] = indicator
        content.each(letter, every, _looked_up(content, "indicator_values", indicator, "territory", code))
    rows: dict[str, range] = {}
    for level, group in groupby(enumerate(weighted.texts("level")), key=lambda line: line[1]):
        places = [first + place for place, _ in group]
        rows[level] = range(places[0], places[-1] + 1)
        _weighting(content, level, rows[level], len(indicators))
    _impacts(content, rows)
    return rows


def _weighting(content: _Content, level: str, rows: range, indicators: int) -> None:
    """Composite index and need-weighted population of one level, as array formulas."""
    to = at.TERRITORIES
    if indicators:
        last = column_letters(column_number(at.INDICATOR_COLUMN) + indicators - 1)
        bottom = at.INDICATORS_ROW + indicators - 1
        values = f"${at.INDICATOR_COLUMN}${rows[0]}:${last}${rows[-1]}"
        weights, directions = (f"${letter}${at.INDICATORS_ROW}:${letter}${bottom}" for letter in "DC")
        intensity = _tried(at.INTENSITIES[list(LEVELS.values()).index(level)])
        arguments = f"{values},{weights},{directions},{_area(to['counted'], rows)},{_tried('IND_METHODE')},{intensity}"
        content.formulas[_area(to["index"], rows, "")] = f"=DOTPOP_INDICE_COMPOSE({arguments})"
    else:
        content.column(to["index"], rows[0], [0] * len(rows))
    arguments = f"{_area(to['counted'], rows)},{_area(to['index'], rows)},{_tried('IND_RECENTRAGE')}"
    content.formulas[_area(to["weighted"], rows, "")] = f"=DOTPOP_POP_PONDEREE({arguments})"


def _impacts(content: _Content, rows: Mapping[str, range]) -> None:
    impacts = {row["level"]: row["impact"] for row in content.calculation.results.impacts.records()}
    to, row = at.TERRITORIES, at.IMPACTS_ROW
    for place, (label, level) in enumerate((label, level) for label, level in LEVELS.items() if level in rows):
        content.cells |= {f"F{row + place}": label, f"G{row + place}": impacts[level]}
        arguments = f"{_area(to['counted'], rows[level])},{_area(to['weighted'], rows[level])}"
        content.formulas[f"H{row + place}"] = f"=DOTPOP_IMPACT({arguments})"
        content.formulas[f"I{row + place}"] = f"=H{row + place}-G{row + place}"


def _area(letter: str, rows: range, dollar: str = "$", to: str = "") -> str:
    return f"{dollar}{letter}{dollar}{rows[0]}:{dollar}{to or letter}{dollar}{rows[-1]}"


# --- hospitals ---------------------------------------------------------------------------------------------------------


def _order(calculation: Calculation) -> list[int]:
    """The rows of the hospitals, those that are compared together side by side."""
    hypotheses = calculation.region.hypotheses
    compared = hypotheses.compared_in(calculation.region.tables.hospitals.texts("segment")).tolist()
    place = {str(segment): rank for rank, segment in enumerate(hypotheses.segments)}
    return sorted(range(len(compared)), key=lambda row: place[compared[row]])


def _labels(calculation: Calculation, order: Sequence[int]) -> list[str]:
    hospitals = calculation.region.tables.hospitals
    return [f"{hospitals.texts('name')[row]} · {hospitals.texts('finess')[row]}" for row in order]


def _hospitals(content: _Content, order: list[int], labels: list[str], levels: Mapping[str, range]) -> None:
    calculation, first = content.calculation, at.BODY_ROW
    hypotheses, to = calculation.region.hypotheses, at.HOSPITALS
    flows, indices = (_ordered(frame, order) for frame in (calculation.results.flows, calculation.results.indices))
    content.column(to["label"], first, labels)
    for name in ("finess", "territory"):
        content.frame_column(to[name], first, flows[name])
    content.frame_column(to["segment"], first, flows["segment"], content.labels("flows", "segment"))
    _region(content, flows, indices)
    every = range(first, first + len(order))
    finess = f"${to['finess']}{{row}}"
    content.each(to["allocation"], every, _looked_up(content, "hospitals", "allocation", "finess", finess))
    content.each(to["per_head"], every, f"={to['allocation']}{{row}}/{to['population']}{{row}}")
    below, care_row = at.SEGMENTS_ROW, at.BODY_ROW
    compared = hypotheses.compared_in(flows.texts("segment")).tolist()
    for segment, group in groupby(enumerate(compared), key=lambda line: line[1]):
        places = [place for place, _ in group]
        rows = range(first + places[0], first + places[-1] + 1)
        method, level = hypotheses.flow_method(segment), hypotheses.level(segment)
        if method == FlowMethod.CONTRIBUTION:
            care_row = _contribution(content, segment, [order[place] for place in places], rows, levels[level], care_row)
        else:
            _net_flows(content, flows, places, rows, levels[level], method)
        _rated(content, segment, rows, below, float(indices["mean"][places[0]]))
        below += 1
    _trajectory(content, order, every)


def _ordered(frame: Frame, order: list[int]) -> Frame:
    return Frame({name: frame[name][order] for name in frame.names})


def _region(content: _Content, flows: Frame, indices: Frame) -> None:
    """What the region's own hypotheses give, as values."""
    to, first = at.REGION_HOSPITALS, at.BODY_ROW
    content.frame_column(to["base"], first, flows["territory_population"])
    content.frame_column(to["rate"], first, flows["rate"])
    for name in ("territory", "population", "allocation", "per_head", "mean", "index", "need"):
        content.frame_column(to[name], first, indices[name])
    content.frame_column(to["position"], first, indices["position"], {word: label for label, word in POSITIONS.items()})


def _net_flows(content: _Content, flows: Frame, places: list[int], rows: range, zones: range, method: str) -> None:
    """Population of the hospital's own territory, corrected by its flow rate."""
    to, zone = at.HOSPITALS, at.TERRITORIES
    found = f"MATCH(${to['territory']}{{row}},{_area(zone['territory'], zones)},0)"
    content.each(to["base"], rows, f"=INDEX({_area(zone['weighted'], zones)},{found})")
    if method == FlowMethod.NET_FLOW:
        residents = content.calculation.region.hypotheses.flow_base == "residents"
        for age in AGES:
            base = flows[f"weight_{age}"] - (flows[f"flow_{age}"] if residents else 0)
            content.frame_column(at.FLOWS[f"base_{age}"], rows[0], base[places])
            for name in ("attraction", "leakage"):
                content.frame_column(at.FLOWS[f"{name}_{age}"], rows[0], flows[f"{name}_{age}"][places])
        names = ("base", "attraction", "leakage")
        areas = [_area(at.FLOWS[f"{name}_adults"], rows, "$", at.FLOWS[f"{name}_minors"]) for name in names]
        content.formulas[_area(to["rate"], rows, "")] = f"=DOTPOP_TAUX_FLUX({','.join(areas)})"
    else:
        content.column(to["rate"], rows[0], [0] * len(rows))
    arguments = f"{_area(to['base'], rows)},{_area(to['rate'], rows)}"
    content.formulas[_area(to["population"], rows, "")] = f"=DOTPOP_POP_CORRIGEE({arguments})"


def _contribution(content: _Content, segment: str, hospitals: list[int], rows: range, zones: range, top: int) -> int:
    """Population by contribution, from the activity written at the right; gives the next free row there."""
    region = content.calculation.region
    care = at_level(
        weighted_care(region.tables, region.hypotheses), Territories(region.tables), region.hypotheses.level(segment)
    )
    care = as_seen(care, region.field.chain.criteria(region.tables, region.hypotheses), hospitals)
    others = [one for one in range(len(care.hospitals)) if one not in hospitals]
    columns = hospitals + (others if region.hypotheses.contribution_scope == "all" else [])
    parts = []
    if region.hypotheses.contribution_by_age:
        for place, age in enumerate(AGES):
            parts.append((care.values[columns][:, :, place], at.TERRITORIES[f"weighted_{age}"]))
    else:
        parts.append((care.values[columns].sum(axis=2), at.TERRITORIES["weighted"]))
    terms = []
    for values, people in parts:
        if not values[:, :-1].any():  # an age class that nobody cares for shares nothing
            continue
        area, top = _care(content, care, columns, values.T, people, zones, top)
        terms.append(area)
    content.formulas[_area(at.HOSPITALS["population"], rows, "")] = f"=TRANSPOSE({'+'.join(terms)})"
    return top


def _care(
    content: _Content, care: Care, columns: list[int], values: Array, people: str, zones: range, top: int
) -> tuple[str, int]:
    """The activity of the territories that have some, with their population: the call that shares it; the next free row."""
    inside = [place for place, code in enumerate(care.territories[:-1]) if values[place].sum() > 0]
    left = column_number(at.CARE_COLUMN)
    codes, population = at.CARE_COLUMN, column_letters(left + 1)
    first, last = column_letters(left + 2), column_letters(left + 1 + len(columns))
    rows = range(top, top + len(inside))
    content.cells |= {f"{codes}{top - 1}": "Territoire", f"{population}{top - 1}": "Population, essai (hab.)"}
    for place, column in enumerate(columns):
        letter = column_letters(left + 2 + place)
        content.cells[f"{letter}{top - 1}"] = care.hospitals[column]
        content.frame_column(letter, top, values[inside, place])
    content.column(codes, top, [care.territories[place] for place in inside])
    found = f"MATCH(${codes}{{row}},{_area(at.TERRITORIES['territory'], zones)},0)"
    content.each(population, rows, f"=INDEX({_area(people, zones)},{found})")
    call = f"DOTPOP_POP_CONTRIBUTION({_area(population, rows)},{_area(first, rows, '$', last)})"
    return call, rows[-1] + 3


def _rated(content: _Content, segment: str, rows: range, below: int, mean: float) -> None:
    """Mean of a segment, then index, position and need of its hospitals."""
    to = at.HOSPITALS
    label = content.labels("positions", "segment")[segment]
    content.cells |= {f"F{below}": label, f"G{below}": mean}
    money, people = _area(to["allocation"], rows), _area(to["population"], rows)
    given = _tried(MEAN_CODES[segment])
    content.formulas[f"H{below}"] = f"=IF(ISNUMBER({given}),{given},DOTPOP_MOYENNE({money},{people}))"
    content.formulas[f"I{below}"] = f"=H{below}-G{below}"
    content.each(to["mean"], rows, f"=$H${below}")
    content.formulas[_area(to["index"], rows, "")] = f"=DOTPOP_INDICE({money},{people},$H${below})"
    bounds = f"{_tried('IDX_BORNE_BASSE')},{_tried('IDX_BORNE_HAUTE')}"
    content.formulas[_area(to["position"], rows, "")] = f"=DOTPOP_POSITION({_area(to['index'], rows)},{bounds})"
    content.formulas[_area(to["need"], rows, "")] = f"=DOTPOP_BESOIN({money},{people},$H${below},{_tried('TRJ_SEUIL')})"


def _trajectory(content: _Content, order: list[int], rows: range) -> None:
    """Allocations by year: tried (one array formula), and of the region (values)."""
    calculation, to = content.calculation, at.HOSPITALS
    hypotheses = calculation.region.hypotheses
    years = [hypotheses.base_year + year for year in range(hypotheses.horizon + 1)]
    tried, known = column_number(at.TRAJECTORY_COLUMN), column_number(at.REGION_TRAJECTORY_COLUMN)
    allocation = calculation.results.trajectory.floats("allocation").reshape(len(order), len(years))[order]
    for place, year in enumerate(years):
        content.cells[f"{column_letters(tried + place)}{at.BODY_ROW - 1}"] = f"{year}, essai (€)"
        content.cells[f"{column_letters(known + place)}{at.BODY_ROW - 1}"] = f"{year}, région (€)"
        content.frame_column(column_letters(known + place), rows[0], allocation[:, place])
    money = _area(to["segment"], rows, "$", to["allocation"])
    parameters = f"$C${at.parameters_row()}:$D${at.HYPOTHESES_ROW + len(at.CODES) - 1}"
    arguments = f"{money},{_area(to['population'], rows)},{_campaign_area(content)},{parameters}"
    area = _area(at.TRAJECTORY_COLUMN, rows, "", column_letters(tried + hypotheses.horizon))
    content.formulas[area] = f"=DOTPOP_TRAJECTOIRE({arguments})"


# --- the hospital chosen -----------------------------------------------------------------------------------------------


def _chosen(content: _Content, labels: list[str], before: Any) -> None:
    """One hospital, the region beside what is tried; the choice made before is kept while that hospital is there."""
    content.cells[at.CHOSEN] = before if before in labels else labels[0]
    rows = range(at.BODY_ROW, at.BODY_ROW + len(labels))
    corner = f"${at.CHOSEN[0]}${at.CHOSEN[1:]}"
    match = f"MATCH({corner},{_area(at.HOSPITALS['label'], rows)},0)"
    for row, (_, name, shown) in enumerate(at.LINES, start=at.LINES_ROW):
        for letter, column in (("G", at.REGION_HOSPITALS[name]), ("H", at.HOSPITALS[name])):
            content.formulas[f"{letter}{row}"] = f"=INDEX({_area(column, rows)},{match})"
        if shown != "@":
            content.formulas[f"I{row}"] = f"=H{row}-G{row}"
    hypotheses = content.calculation.region.hypotheses
    tried, known = column_number(at.TRAJECTORY_COLUMN), column_number(at.REGION_TRAJECTORY_COLUMN)
    for place in range(hypotheses.horizon + 1):
        row = at.YEARS_ROW + place
        content.cells[f"F{row}"] = hypotheses.base_year + place
        for letter, left in (("G", known), ("H", tried)):
            content.formulas[f"{letter}{row}"] = f"=INDEX({_area(column_letters(left + place), rows)},{match})"
        content.formulas[f"I{row}"] = f"=H{row}-G{row}"
