"""The flows of patients of a hospital and the population that they leave it, each as far as it may be shown."""

from collections.abc import Callable

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.criteria import criteria
from dotpop_addin.fiches.others import Leakage
from dotpop_addin.fiches.parts import Part
from dotpop_addin.levels import MARK
from dotpop_addin.sheets.page import TOTAL, computed, received, result, withheld
from dotpop_model.vocabulary import AGES, FlowMethod

FITTING = 7
"""Territories whose tables of population and of contribution stand on one printed page."""
BY_AGE = dict(zip(AGES, "BC", strict=True))
"""The columns of adults and minors."""


def flows(part: Part) -> None:
    """Weights, attraction, leakage and rates; then the population that they correct, where they do."""
    used, known = part.method == FlowMethod.NET_FLOW, part.shown.leakage
    page = part.page
    page.section("Poids et flux de patients" + ("" if used else " (pour information : cette méthode ne s'en sert pas)"))
    page.heads("Activité pondérée", "Adultes", "Mineurs", "Total", "Unité", height=16)
    weight = _aged(part, "weight", "Poids de l'établissement", "Toute son activité, où que vivent ses patients")
    come = _aged(part, "attraction", "Attractivité", "Ses soins aux patients d'autres territoires, hors région comprise")
    gone = _aged(part, "leakage", "Fuites", "Soins donnés par d'autres aux habitants de son territoire", known)
    flow = _summed(part, "flow", "Flux nets", "Attractivité − fuites", lambda letter: f"{letter}{come}-{letter}{gone}")
    if used and known:
        _corrected(part, weight, flow)
    if known < Leakage.BY_AGE:
        page.sentence(part.withheld)
    if part.method == FlowMethod.NONE:
        part.total(
            "population",
            "Population corrigée des flux",
            result(part.index["population"], Kind.COUNT, f"{part.at['weighted']}"),
            "hab.",
            "Sans correction des flux : la population corrigée des indices",
        )


def _aged(part: Part, name: str, label: str, note: str, known: Leakage = Leakage.BY_AGE) -> int:
    """A line received by age, as much of it as is known; its row."""
    row = part.page.row
    if known == Leakage.BY_AGE:
        cells = {letter: received(part.flow[f"{name}_{age}"], Kind.COUNT) for age, letter in BY_AGE.items()}
        cells[TOTAL] = computed(part.flow[name], Kind.COUNT, f"SUM(B{row}:C{row})")
    else:
        cells = {letter: withheld() for letter in BY_AGE.values()}
        cells[TOTAL] = received(part.flow[name], Kind.COUNT) if known else withheld()
    return part.page.line(label, cells, "poids", note)


def _summed(part: Part, name: str, label: str, note: str, formula: Callable[[str], str]) -> int:
    """A line computed by age, then added up; in total only, or not at all, where the leakage is known no further."""
    row, known, found = part.page.row, part.shown.leakage, part.flow
    found = found | {"base": found["weight"] - found["flow"]}
    found |= {f"base_{age}": found[f"weight_{age}"] - found[f"flow_{age}"] for age in BY_AGE}
    if known == Leakage.BY_AGE:
        cells = {letter: computed(found[f"{name}_{age}"], Kind.COUNT, formula(letter)) for age, letter in BY_AGE.items()}
        cells[TOTAL] = computed(found[name], Kind.COUNT, f"SUM(B{row}:C{row})")
    else:
        cells = {letter: withheld() for letter in BY_AGE.values()}
        cells[TOTAL] = computed(found[name], Kind.COUNT, formula(TOTAL)) if known else withheld()
    return part.page.line(label, cells, "poids", note)


def _corrected(part: Part, weight: int, flow: int) -> None:
    """The rates, and the population that they correct. weight, flow: rows."""
    base, told = weight, "poids"
    if part.common.hypotheses.flow_base == "residents":
        note = "Poids − flux nets : la base que la région a choisie"
        base = _summed(part, "base", "Consommation des habitants", note, lambda letter: f"{letter}{weight}-{letter}{flow}")
        told = "consommation des habitants"
    cells = {}
    for age, letter in BY_AGE.items():
        rate = part.flow[f"rate_{age}"]
        formula = f'IF({letter}{base}>0,{letter}{flow}/{letter}{base},"")'
        known = part.shown.leakage == Leakage.BY_AGE
        cells[letter] = computed("" if rate != rate else rate, Kind.SHARE, formula) if known else withheld()
    cells[TOTAL] = computed(part.flow["rate"], Kind.SHARE, f"D{flow}/D{base}")
    rate = part.page.line("Taux de flux", cells, "%", f"Flux nets / {told}")
    part.at["rate"] = f"D{rate}"
    part.at |= {f"flow {age}": f"{letter}{flow}/D{base}" for age, letter in BY_AGE.items()}
    part.total(
        "population",
        "Population corrigée des flux",
        result(part.index["population"], Kind.COUNT, f"{part.at['weighted']}*(1+D{rate})"),
        "hab.",
        "Population corrigée des indices × (1 + taux de flux total)",
    )


def contribution(part: Part) -> None:
    """The hospital's share of the care of each territory it serves, and the inhabitants that follow it."""
    hypotheses, page = part.common.hypotheses, part.page
    by_criteria = part.common.criteria is not None
    title = "Contribution de l'établissement aux soins de chaque territoire"
    page.section(f"{title}, puis critères" if by_criteria else title, over=by_criteria or len(part.served) > FITTING)
    ages = [("adultes", "adults", "weighted_adults", "H"), ("mineurs", "minors", "weighted_minors", "I")]
    blocks = ages if hypotheses.contribution_by_age else [("tous âges", "", "weighted_population", "G")]
    whose = "de tous les soignants" if hypotheses.contribution_scope == "all" else "du segment"
    sums, together = [], 0.0
    for label, age, people, source in blocks:
        page.heads(
            f"Territoire, {label}",
            "Population corrigée des indices",
            "Activité de l'établissement",
            f"Activité totale {whose}",
            "Part, contribution seule" if by_criteria else "Part",
            "Population, contribution seule" if by_criteria else "Population desservie",
        )
        first = page.row
        for code, row in part.served.items():
            number, (own, everyone) = part.level.by_code[code][people], _care(part, code, age)
            share = own / everyone if everyone > 0 else 0.0
            here = page.row
            cells = {"B": computed(number, Kind.COUNT, f"{source}{row}"), "C": received(own, Kind.COUNT)}
            if (code, age) in part.shown.together:
                cells |= dict.fromkeys("DEF", withheld())
                together += number * share
            else:
                cells |= {
                    "D": received(everyone, Kind.COUNT),
                    "E": computed(share, Kind.SHARE, f"IF(D{here}>0,C{here}/D{here},0)"),
                    "F": computed(number * share, Kind.COUNT, f"B{here}*E{here}"),
                }
            page.line(part.named(code, part.level.by_code[code]["name"]), cells)
        sums.append(f"SUM(F{first}:F{page.row - 1})")
    if by_criteria:
        criteria(part, "+".join(sums))
        return
    if part.shown.together:
        cell = received(together, Kind.COUNT) if part.shown.population else withheld()
        part.total("together", f"Population des lignes « {MARK} », ensemble", cell, "hab.", "Donnée par la région")
        sums.append(part.at["together"])
        page.sentence(part.withheld)
    if part.shown.population:
        cell = result(part.index["population"], Kind.COUNT, "+".join(sums))
        part.total("population", "Population corrigée des flux", cell, "hab.", "Somme des populations desservies")


def _care(part: Part, code: str, age: str) -> tuple[float, float]:
    """The care of a hospital and that of all in a territory, of an age ("" for all), without any criterion."""
    place = part.level.place[code]
    both = part.level.given.values[part.hospital, place], part.common.care_given[part.common.compared[part.hospital]][place]
    own, everyone = (float(one[AGES.index(age)] if age else one.sum()) for one in both)
    return own, everyone
