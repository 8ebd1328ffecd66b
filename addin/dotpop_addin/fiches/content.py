"""The first sheet of a fiche: the whole calculation of a hospital, each step a formula over the lines above it."""

from dotpop_addin.declarations.common import SEGMENTS
from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.page import TOTAL, Cell, Page, Role, computed, received, result
from dotpop_addin.fiches.parts import POSITION_NAMES, Part
from dotpop_addin.fiches.place import place
from dotpop_addin.fiches.territories import populations
from dotpop_addin.fiches.trajectory import trajectory
from dotpop_model.vocabulary import AGES, FlowMethod

SHEET = "Calcul"
WIDTHS = (38, *(13.3,) * 9, 3, 8, 10, 16)  # a page in landscape, then beside it what the chart of places is drawn from
KEY_ROW = 5
FITTING = 7
"""Territories whose tables of population and of contribution stand on one printed page."""
SEGMENT_NAMES = {**{word: label for label, word in SEGMENTS.items()}, "all": "tous segments"}
BY_AGE = dict(zip(AGES, "BC", strict=True))
"""The columns of adults and minors."""


def calculation(common: Common, hospital: int) -> Page:
    """The sheet Calcul of a hospital."""
    part = Part(common, hospital, Page(SHEET, WIDTHS, "J", 3))
    _heading(part)
    _allocation(part)
    populations(part)
    _flows(part)
    if part.method == FlowMethod.CONTRIBUTION:
        _contribution(part)
    _index(part)
    trajectory(part)
    place(part)
    _keys(part)
    return part.page


def _heading(part: Part) -> None:
    page, common, line = part.page, part.common, part.index
    page.put("A", Cell(Role.TITLE, line["name"]))
    page.heights[page.skip()] = 26
    territory = part.level.by_code.get(part.flow["territory"], {"name": ""})["name"]
    about = [f"FINESS {line['finess']}", SEGMENT_NAMES[line["segment"]], part.named(part.flow["territory"], territory)]
    page.put("A", Cell(Role.SUBTITLE, " · ".join(about)))
    page.skip()
    region, nature = (common.anonymous(text, part.hospital) for text in common.identity.values())
    told = f"Dotation populationnelle de psychiatrie · {region} · base {common.hypotheses.base_year} · Données : {nature}"
    page.put("A", Cell(Role.SUBTITLE, told))
    page.put("G", Cell(Role.RECEIVED, "✎ Donnée reçue"))
    page.put("H", Cell(Role.COMPUTED, "Σ Calculé ici"))
    page.put("I", Cell(Role.RESULT, "Résultat"))
    page.skip()
    page.row = KEY_ROW + 2


def _keys(part: Part) -> None:
    """The results at the head of the sheet, read from where they are computed."""
    keys = (
        ("Dotation par habitant (€)", "per_head", part.index["per_head"], Kind.PER_HEAD),
        ("Moyenne de référence (€)", "mean", part.index["mean"], Kind.PER_HEAD),
        ("Indice", "index", part.index["index"], Kind.RATE),
        ("Position", "position", POSITION_NAMES[part.index["position"]], Kind.TEXT),
        ("Besoin de financement (€)", "need", part.index["need"], Kind.EURO),
    )
    part.page.put("A", Cell(Role.LABEL, "En bref"), KEY_ROW)
    for letter, (label, name, value, kind) in zip("BCDEF", keys, strict=True):
        part.page.put(letter, Cell(Role.HEAD, label), KEY_ROW - 1)
        part.page.put(letter, result(value, kind, part.at[name]), KEY_ROW)
    part.page.heights |= {KEY_ROW - 1: 30, KEY_ROW: 20}


def _allocation(part: Part) -> None:
    part.page.section("Dotation")
    label = f"Dotation {part.common.hypotheses.base_year} sans les ASR"
    cell = received(part.index["allocation"], Kind.AMOUNT)
    part.total("allocation", label, cell, "€", "Notifiée par l'agence, activités spécifiques régionales retirées")


def _flows(part: Part) -> None:
    """Weights, attraction, leakage and rates; then the population that they correct, where they do."""
    used, residents = part.method == FlowMethod.NET_FLOW, part.common.hypotheses.flow_base == "residents"
    page, flow = part.page, part.flow
    page.section("Poids et flux de patients" + ("" if used else " (pour information : cette méthode ne s'en sert pas)"))
    page.heads("Activité pondérée", "Adultes", "Mineurs", "Total", "Unité", height=16)
    weight = _aged(part, "weight", "Poids de l'établissement", "Toute son activité, où que vivent ses patients")
    come = _aged(part, "attraction", "Attractivité", "Ses soins aux patients d'autres territoires, hors région comprise")
    gone = _aged(part, "leakage", "Fuites", "Soins donnés par d'autres aux habitants de son territoire")
    row = page.row
    cells = {
        letter: computed(flow[f"flow_{age}"], Kind.COUNT, f"{letter}{come}-{letter}{gone}") for age, letter in BY_AGE.items()
    }
    cells[TOTAL] = computed(flow["flow"], Kind.COUNT, f"SUM(B{row}:C{row})")
    page.line("Flux nets", cells, "poids", "Attractivité − fuites")
    if not used:
        if part.method == FlowMethod.NONE:
            part.total(
                "population",
                "Population corrigée des flux",
                result(part.index["population"], Kind.COUNT, f"{part.at['weighted']}"),
                "hab.",
                "Sans correction des flux : la population corrigée des indices",
            )
        return
    base = weight
    if residents:
        base = page.row
        found = {letter: flow[f"weight_{age}"] - flow[f"flow_{age}"] for age, letter in BY_AGE.items()}
        cells = {letter: computed(value, Kind.COUNT, f"{letter}{weight}-{letter}{row}") for letter, value in found.items()}
        cells[TOTAL] = computed(flow["weight"] - flow["flow"], Kind.COUNT, f"SUM(B{base}:C{base})")
        page.line("Consommation des habitants", cells, "poids", "Poids − flux nets : la base que la région a choisie")
    _rates(part, row, base, "Flux nets / " + ("consommation des habitants" if residents else "poids"))


def _aged(part: Part, name: str, label: str, note: str) -> int:
    row = part.page.row
    cells = {letter: received(part.flow[f"{name}_{age}"], Kind.COUNT) for age, letter in BY_AGE.items()}
    cells[TOTAL] = computed(part.flow[name], Kind.COUNT, f"SUM(B{row}:C{row})")
    return part.page.line(label, cells, "poids", note)


def _rates(part: Part, flow: int, base: int, note: str) -> None:
    cells = {}
    for age, letter in BY_AGE.items():
        rate = part.flow[f"rate_{age}"]
        formula = f'IF({letter}{base}>0,{letter}{flow}/{letter}{base},"")'
        cells[letter] = computed("" if rate != rate else rate, Kind.SHARE, formula)
    cells[TOTAL] = computed(part.flow["rate"], Kind.SHARE, f"D{flow}/D{base}")
    rate = part.page.line("Taux de flux", cells, "%", note)
    part.total(
        "population",
        "Population corrigée des flux",
        result(part.index["population"], Kind.COUNT, f"{part.at['weighted']}*(1+D{rate})"),
        "hab.",
        "Population corrigée des indices × (1 + taux de flux total)",
    )


def _contribution(part: Part) -> None:
    """The hospital's share of the care of each territory it serves, and the inhabitants that follow it."""
    hypotheses, page = part.common.hypotheses, part.page
    title = "Contribution de l'établissement aux soins de chaque territoire"
    page.section(title, over=len(part.served) > FITTING)
    given, care = part.common.care_given[part.common.compared[part.hospital]], part.level.care.values[part.hospital]
    ages = [("adultes", 0, "weighted_adults", "H"), ("mineurs", 1, "weighted_minors", "I")]
    blocks = ages if hypotheses.contribution_by_age else [("tous âges", None, "weighted_population", "G")]
    whose = "de tous les soignants" if hypotheses.contribution_scope == "all" else "du segment"
    sums = []
    for label, age, people, source in blocks:
        page.heads(
            f"Territoire, {label}",
            "Population corrigée des indices",
            "Activité de l'établissement",
            f"Activité totale {whose}",
            "Part",
            "Population desservie",
        )
        first = page.row
        for code, row in part.served.items():
            inside = part.level.place[code]
            own, all_care = (float(one[inside].sum() if age is None else one[inside, age]) for one in (care, given))
            number = part.level.by_code[code][people]
            share = own / all_care if all_care > 0 else 0.0
            here = page.row
            cells = {
                "B": computed(number, Kind.COUNT, f"{source}{row}"),
                "C": received(own, Kind.COUNT),
                "D": received(all_care, Kind.COUNT),
                "E": computed(share, Kind.SHARE, f"IF(D{here}>0,C{here}/D{here},0)"),
                "F": computed(number * share, Kind.COUNT, f"B{here}*E{here}"),
            }
            page.line(part.named(code, part.level.by_code[code]["name"]), cells)
        sums.append(f"SUM(F{first}:F{page.row - 1})")
    part.total(
        "population",
        "Population corrigée des flux",
        result(part.index["population"], Kind.COUNT, "+".join(sums)),
        "hab.",
        "Somme des populations desservies",
    )


def _index(part: Part) -> None:
    hypotheses, line, at = part.common.hypotheses, part.index, part.at
    part.page.section("Indice et position", over=True)
    money, people = at["allocation"], at["population"]
    part.total(
        "per_head",
        "Dotation par habitant",
        computed(line["per_head"], Kind.PER_HEAD, f"{money}/{people}"),
        "€ par hab.",
        "Dotation / population corrigée des flux",
    )
    note = (
        "Imposée par la région (voir Explications)"
        if part.common.imposed(part.hospital)
        else "Dotations / populations de tous les établissements comparés"
    )
    part.total("mean", "Moyenne de référence", received(line["mean"], Kind.PER_HEAD), "€ par hab.", note)
    part.total(
        "index", "Indice", result(line["index"], Kind.RATE, f"{at['per_head']}/{at['mean']}"), "", "1 : comme la moyenne"
    )
    part.total("low", "Borne basse", received(hypotheses.low, Kind.RATE), "indice", "Au-dessous : moins doté")
    part.total(
        "high",
        "Borne haute",
        received(hypotheses.high, Kind.RATE),
        "indice",
        "Au-dessus : mieux doté ; entre les deux, bornes comprises : neutre",
    )
    part.total("position", "Position", result(POSITION_NAMES[line["position"]], Kind.TEXT, part.position(at["index"])))
    expected = f"{at['mean']}*{people}"
    part.total(
        "expected",
        "Dotation à la moyenne",
        computed(line["mean"] * line["population"], Kind.AMOUNT, expected),
        "€",
        "Moyenne × population corrigée des flux",
    )
    part.total(
        "gap",
        "Écart à la moyenne",
        computed(line["gap"], Kind.AMOUNT, f"{money}-{at['expected']}"),
        "€",
        "Dotation − dotation à la moyenne",
    )
    part.total(
        "threshold",
        "Seuil du besoin",
        received(hypotheses.need_threshold, Kind.RATE),
        "indice",
        "Besoin reconnu si l'indice est inférieur",
    )
    formula = f"IF({at['index']}<{at['threshold']},MAX(0,{at['expected']}-{money}),0)"
    part.total(
        "need",
        "Besoin de financement",
        result(line["need"], Kind.AMOUNT, formula),
        "€",
        "Ce qui amène l'établissement à la moyenne",
    )
