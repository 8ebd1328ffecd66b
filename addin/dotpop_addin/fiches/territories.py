"""The composite index of the territories that a hospital serves, and their need-weighted populations."""

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.parts import Part
from dotpop_addin.sheets.page import Cell, Role, computed, received, result
from dotpop_model.vocabulary import FlowMethod

FITTING = 3
"""Territories whose tables of indicators and of populations stand on one printed page."""
COLUMNS = "BCDEFGHIJ"
"""One column an indicator; the indicators that do not fit go into a table below."""
WEIGHTED = (
    "Territoire",
    "Adultes (hab.)",
    "Mineurs (hab.)",
    "Population comptée",
    "Indice composé",
    "Population × (1 + indice)",
    "Population corrigée des indices",
    "dont adultes",
    "dont mineurs",
)


def populations(part: Part) -> None:
    """Composite index, then need-weighted population, of each territory served."""
    codes = part.common.served(part.hospital)
    sums = _indicators(part, codes)
    _weighted(part, codes, sums)


def _indicators(part: Part, codes: list[str]) -> dict[str, str]:
    """The value of each indicator against the regional mean; gives the formula of each territory's composite index."""
    page, common = part.page, part.common
    page.section("Indice composé du territoire" if len(codes) == 1 else "Indice composé des territoires desservis")
    if not common.indicators:
        page.sentence("La région n'a retenu aucun indicateur : l'indice composé est nul.")
        return dict.fromkeys(codes, "0")
    cell = received(part.level.intensity, Kind.RATE)
    part.total("intensity", "Intensité de la pondération", cell, "coefficient", "Choix de la région (voir Explications)")
    sums: dict[str, list[str]] = {code: [] for code in codes}
    for start in range(0, len(common.indicators), len(COLUMNS)):
        for code, row in _block(part, codes, start).items():
            last = COLUMNS[min(len(COLUMNS), len(common.indicators) - start) - 1]
            sums[code].append(f"SUM(B{row}:{last}{row})")
    return {code: "+".join(terms) for code, terms in sums.items()}


def _block(part: Part, codes: list[str], start: int) -> dict[str, int]:
    """The indicators from `start` on, as many as fit; gives the row of the contributions of each territory."""
    page, common, level = part.page, part.common, part.level
    inside = range(start, min(start + len(COLUMNS), len(common.indicators)))
    letters = dict(zip(inside, COLUMNS, strict=False))
    shown = [common.indicators[place] for place in inside]
    page.heads("Indicateur", *(common.anonymous(one["label"], part.hospital) for one in shown), height=66)
    units = [Cell(Role.TEXT, common.anonymous(one["unit"], part.hospital)) for one in shown]
    page.line("Unité", dict(zip(COLUMNS, units, strict=False)))
    weight = page.line("Poids", {letters[k]: received(common.indicators[k]["weight"], Kind.SHARE) for k in inside})
    told = "Sens (+1 : accroît le besoin ; -1 : le réduit)"
    direction = page.line(told, {letters[k]: received(common.indicators[k]["direction"], Kind.INTEGER) for k in inside})
    mean = page.line("Moyenne régionale", {letters[k]: received(float(level.mean[k]), Kind.NUMBER) for k in inside})
    scale, method = mean, common.hypotheses.index_method
    if method == "zscore":
        cells = {letters[k]: received(float(level.deviation[k]), Kind.NUMBER) for k in inside}
        scale = page.line("Écart-type régional", cells)
    values = {}
    for code in codes:
        row = level.values[level.place[code]]
        cells = {letters[k]: received(float(row[k]), Kind.NUMBER) for k in inside}
        values[code] = page.line(f"Valeur, {part.named(code, level.by_code[code]['name'])}", cells)
    rows = {}
    for code in codes:
        found, cells = level.contributions(code), {}
        for k, letter in ((k, letters[k]) for k in inside):
            gap = f"{letter}{values[code]}/{letter}{mean}-1"
            if method == "zscore":
                gap = f"({letter}{values[code]}-{letter}{mean})/{letter}{scale}"
            formula = f"{part.at['intensity']}*{letter}{weight}*{letter}{direction}*({gap})"
            guarded = f"IF({letter}{scale}=0,0,{formula})" if level.alone else formula
            cells[letter] = computed(found[k], Kind.SHARE, guarded)
            part.at.setdefault(f"need {k}", f"{letter}{page.row}")
        rows[code] = page.line(f"Contribution, {part.named(code, level.by_code[code]['name'])}", cells)
    return rows


def _weighted(part: Part, codes: list[str], sums: dict[str, str]) -> None:
    """From inhabitants to need-weighted inhabitants, a row per territory."""
    page = part.page
    page.section("Population corrigée des indices", over=len(codes) > FITTING)
    _minors(part)
    _recentring(part)
    page.heads(*WEIGHTED)
    for code in codes:
        part.served[code] = page.line(part.named(code, part.level.by_code[code]["name"]), _cells(part, code, sums[code]))
    first = part.served[codes[0]]
    part.at |= {"people": f"D{first}", "needs": f"E{first}", "weighted": f"G{first}"}


def _minors(part: Part) -> None:
    hypotheses = part.common.hypotheses
    coefficient = hypotheses.minors_coefficient if hypotheses.minors_weighted else 1.0
    note = "Choix de la région" if hypotheses.minors_weighted else "Un mineur compte comme un adulte (choix de la région)"
    part.total("coefficient", "Coefficient des mineurs", received(coefficient, Kind.NUMBER), "", note)


def _recentring(part: Part) -> None:
    """The coefficient that gives the region its total back, 1 where it keeps what the indices make of it."""
    level = part.level
    if part.common.hypotheses.recentre:
        part.total(
            "counted", "Population de la région", received(level.counted, Kind.COUNT), "hab.", "Comptée, à la même maille"
        )
        cell = received(level.uncentred, Kind.COUNT)
        part.total(
            "uncentred", "Population de la région × (1 + indice)", cell, "hab.", "Somme des territoires, avant recentrage"
        )
        cell = computed(level.counted / level.uncentred, Kind.HYPOTHESIS, f"{part.at['counted']}/{part.at['uncentred']}")
        part.total("factor", "Coefficient de recentrage", cell, "", "Rend à la région son total")
    else:
        cell = received(1, Kind.NUMBER)
        part.total("factor", "Coefficient de recentrage", cell, "", "Sans recentrage (choix de la région)")


def _cells(part: Part, code: str, index: str) -> dict[str, Cell]:
    """The row of a territory. index: formula of its composite index."""
    line, row, minors = part.level.by_code[code], part.page.row, part.at["coefficient"]
    people, weighted = line["population"], line["weighted_population"]
    kept = result if part.method != FlowMethod.CONTRIBUTION else computed
    return {
        "B": received(line["adults"], Kind.COUNT),
        "C": received(line["minors"], Kind.COUNT),
        "D": computed(people, Kind.COUNT, f"B{row}+{minors}*C{row}"),
        "E": computed(line["index"], Kind.SHARE, index),
        "F": computed(people * (1 + line["index"]), Kind.COUNT, f"D{row}*(1+E{row})"),
        "G": kept(weighted, Kind.COUNT, f"F{row}*{part.at['factor']}"),
        "H": computed(line["weighted_adults"], Kind.COUNT, f"IF(D{row}>0,B{row}*G{row}/D{row},0)"),
        "I": computed(line["weighted_minors"], Kind.COUNT, f"IF(D{row}>0,{minors}*C{row}*G{row}/D{row},0)"),
    }
