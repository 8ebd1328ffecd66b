"""The criteria of the hospitals, which share a territory with their contribution, and what they change for one of them."""

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.parts import Part
from dotpop_addin.sheets.page import TOTAL, Cell, Role, computed, received, result, withheld
from dotpop_model.criteria import Criteria, Form

TOLD = {
    Form.SHARES: (
        "Dans chaque territoire, chaque critère partage son poids de l'activité totale entre ceux qui y soignent ; le reste "
        "suit leur activité. L'effet est donné par la région : il dépend des valeurs de tous."
    ),
    Form.INDEX: (
        "Dans chaque territoire, l'activité de chacun est multipliée par 1 + l'indice composé de ses critères, et le total "
        "gardé. L'effet est donné par la région : il dépend des valeurs de tous."
    ),
}
"""What criteria do, by the form that the region has chosen."""
POPULATION, ALONE = "Population corrigée des flux", "Population, contribution seule"


def criteria(part: Part, alone: str) -> None:
    """The criteria of the region with the values of the hospital, then the population without and with them.

    alone: formula of the population by contribution alone.
    """
    page, common = part.page, part.common
    if common.criteria is None or common.smr is None:
        return
    _values(part, common.criteria)
    line = common.own(common.smr.results.contributions, "contributions", part.hospital)
    if any(part.level.by_code[code][f"weighted_{age or 'population'}"] > 0 for code, age in part.shown.together):
        page.line(ALONE, {TOTAL: withheld()}, "hab.", "Sans aucun critère")
        page.sentence(part.withheld)
        if part.shown.population:
            cell = received(part.index["population"], Kind.COUNT)
            part.total("population", POPULATION, cell, "hab.", "Critères compris, donnée par la région")
    elif line is not None:
        cell = computed(line["contributed"], Kind.COUNT, alone)
        part.total("contributed", ALONE, cell, "hab.", "Somme des territoires, sans aucun critère")
        part.total("effect", "Effet des critères", received(line["effect"], Kind.COUNT), "hab.", "Donné par la région")
        cell = result(part.index["population"], Kind.COUNT, f"{part.at['contributed']}+{part.at['effect']}")
        part.total("population", POPULATION, cell, "hab.", "Critères compris")


def _values(part: Part, found: Criteria) -> None:
    """Weights and directions of the criteria, values of the hospital."""
    page, common, measures = part.page, part.common, part.common.region.field.labels("criteria", "measure")
    page.skip()
    page.heads("Critère", "Poids", "Sens", "Mesure", "", "Valeur", "Unité", height=18)
    first = page.row
    for place, one in enumerate(common.smr.tables.criteria.records() if common.smr else []):
        cells = {
            "B": received(one["weight"], Kind.SHARE),
            "C": received(one["direction"], Kind.INTEGER),
            "D": Cell(Role.TEXT, measures[one["measure"]]),
            "F": received(float(found.values[part.hospital, place]), Kind.NUMBER),
            "G": Cell(Role.TEXT, common.anonymous(one["unit"], part.hospital)),
        }
        page.line(common.anonymous(one["label"], part.hospital), cells)
    if found.form == Form.SHARES:
        rest = computed(1 - float(found.weights.sum()), Kind.SHARE, f"1-SUM(B{first}:B{page.row - 1})")
        page.line("Contribution (activité)", {"B": rest, "C": Cell(Role.TEXT, "Le reste, jusqu'à 100 %")})
    page.sentence(TOLD[Form(found.form)])
