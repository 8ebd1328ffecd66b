"""The hospitals: population, index, position, need and allocations by year, tried and of the region."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from dotpop_addin.actions import Calculation
from dotpop_addin.books.protocol import column_letters, column_number
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import POSITIONS
from dotpop_addin.workshop.content import Content, area_of, looked_up, tried_value
from dotpop_addin.workshop.panels import campaign_area
from dotpop_model.arrays import Array
from dotpop_model.stages.activity import Care, at_level, weighted_care
from dotpop_model.stages.flows import as_seen
from dotpop_model.stages.index import MEAN_CODES
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import AGES, FlowMethod


def in_order(calculation: Calculation) -> list[int]:
    """The rows of the hospitals, those that are compared together side by side."""
    hypotheses = calculation.region.hypotheses
    compared = hypotheses.compared_in(calculation.region.tables.hospitals.texts("segment")).tolist()
    place = {str(segment): rank for rank, segment in enumerate(hypotheses.segments)}
    return sorted(range(len(compared)), key=lambda row: place[compared[row]])


def labels_of(calculation: Calculation, order: Sequence[int]) -> list[str]:
    """What a hospital is chosen by, in this order."""
    hospitals = calculation.region.tables.hospitals
    return [f"{hospitals.texts('name')[row]} · {hospitals.texts('finess')[row]}" for row in order]


def write_hospitals(content: Content, order: list[int], labels: list[str], levels: Mapping[str, range]) -> None:
    """The hospitals, in this order. levels: the rows of the territories of each level."""
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
    content.each(to["allocation"], every, looked_up(content, "hospitals", "allocation", "finess", finess))
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


def _region(content: Content, flows: Frame, indices: Frame) -> None:
    """What the region's own hypotheses give, as values."""
    to, first = at.REGION_HOSPITALS, at.BODY_ROW
    content.frame_column(to["base"], first, flows["territory_population"])
    content.frame_column(to["rate"], first, flows["rate"])
    for name in ("territory", "population", "allocation", "per_head", "mean", "index", "need"):
        content.frame_column(to[name], first, indices[name])
    content.frame_column(to["position"], first, indices["position"], {word: label for label, word in POSITIONS.items()})


def _net_flows(content: Content, flows: Frame, places: list[int], rows: range, zones: range, method: str) -> None:
    """Population of the hospital's own territory, corrected by its flow rate."""
    to, zone = at.HOSPITALS, at.TERRITORIES
    found = f"MATCH(${to['territory']}{{row}},{area_of(zone['territory'], zones)},0)"
    content.each(to["base"], rows, f"=INDEX({area_of(zone['weighted'], zones)},{found})")
    if method == FlowMethod.NET_FLOW:
        residents = content.calculation.region.hypotheses.flow_base == "residents"
        for age in AGES:
            base = flows[f"weight_{age}"] - (flows[f"flow_{age}"] if residents else 0)
            content.frame_column(at.FLOWS[f"base_{age}"], rows[0], base[places])
            for name in ("attraction", "leakage"):
                content.frame_column(at.FLOWS[f"{name}_{age}"], rows[0], flows[f"{name}_{age}"][places])
        names = ("base", "attraction", "leakage")
        areas = [area_of(at.FLOWS[f"{name}_adults"], rows, "$", at.FLOWS[f"{name}_minors"]) for name in names]
        content.formulas[area_of(to["rate"], rows, "")] = f"=DOTPOP_TAUX_FLUX({','.join(areas)})"
    else:
        content.column(to["rate"], rows[0], [0] * len(rows))
    arguments = f"{area_of(to['base'], rows)},{area_of(to['rate'], rows)}"
    content.formulas[area_of(to["population"], rows, "")] = f"=DOTPOP_POP_CORRIGEE({arguments})"


def _contribution(content: Content, segment: str, hospitals: list[int], rows: range, zones: range, top: int) -> int:
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
    content.formulas[area_of(at.HOSPITALS["population"], rows, "")] = f"=TRANSPOSE({'+'.join(terms)})"
    return top


def _care(
    content: Content, care: Care, columns: list[int], values: Array, people: str, zones: range, top: int
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
    found = f"MATCH(${codes}{{row}},{area_of(at.TERRITORIES['territory'], zones)},0)"
    content.each(population, rows, f"=INDEX({area_of(people, zones)},{found})")
    call = f"DOTPOP_POP_CONTRIBUTION({area_of(population, rows)},{area_of(first, rows, '$', last)})"
    return call, rows[-1] + 3


def _rated(content: Content, segment: str, rows: range, below: int, mean: float) -> None:
    """Mean of a segment, then index, position and need of its hospitals."""
    to = at.HOSPITALS
    label = content.labels("positions", "segment")[segment]
    content.cells |= {f"F{below}": label, f"G{below}": mean}
    money, people = area_of(to["allocation"], rows), area_of(to["population"], rows)
    given = tried_value(MEAN_CODES[segment])
    content.formulas[f"H{below}"] = f"=IF(ISNUMBER({given}),{given},DOTPOP_MOYENNE({money},{people}))"
    content.formulas[f"I{below}"] = f"=H{below}-G{below}"
    content.each(to["mean"], rows, f"=$H${below}")
    content.formulas[area_of(to["index"], rows, "")] = f"=DOTPOP_INDICE({money},{people},$H${below})"
    bounds = f"{tried_value('IDX_BORNE_BASSE')},{tried_value('IDX_BORNE_HAUTE')}"
    content.formulas[area_of(to["position"], rows, "")] = f"=DOTPOP_POSITION({area_of(to['index'], rows)},{bounds})"
    content.formulas[area_of(to["need"], rows, "")] = (
        f"=DOTPOP_BESOIN({money},{people},$H${below},{tried_value('TRJ_SEUIL')})"
    )


def _trajectory(content: Content, order: list[int], rows: range) -> None:
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
    money = area_of(to["segment"], rows, "$", to["allocation"])
    parameters = f"$C${at.parameters_row()}:$D${at.HYPOTHESES_ROW + len(at.CODES) - 1}"
    arguments = f"{money},{area_of(to['population'], rows)},{campaign_area(content)},{parameters}"
    area = area_of(at.TRAJECTORY_COLUMN, rows, "", column_letters(tried + hypotheses.horizon))
    content.formulas[area] = f"=DOTPOP_TRAJECTOIRE({arguments})"
