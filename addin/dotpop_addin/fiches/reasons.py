"""Why the index is what it is: from the mean to the index, part by part, as lines that add up and as a chart.

Nothing that the rest of the fiche does not tell: where a figure of the way is withheld, the whole part is.
"""

from collections.abc import Iterator
from math import isnan, log

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.others import Leakage
from dotpop_addin.fiches.parts import Part
from dotpop_addin.sheets.page import CHART_ROWS, TOTAL, Cell, Chart, Role, Series, computed, received, result
from dotpop_model.stages.reasons import CRITERIA, ENDOWMENT, FLOWS, RECENTRING
from dotpop_model.vocabulary import AGES, FlowMethod
from workbook_templates.look import DARK, ORANGE, PURPLE

LIFT, WHOLE, UP, DOWN = "P", "Q", "R", "S"
"""Beside the page: what lifts a bar, the mean and the index, a part that raises, a part that lowers."""
NEAR = "1E-9"
Line = tuple[str, float, str]
"""Label, part of the index, and its formula ("" where the region gives it)."""


def reasons(part: Part) -> None:
    """The parts that lead from the mean, 1, to the index."""
    page, line = part.page, part.common.reasons[part.hospital]
    page.section("Pourquoi cet indice : de la moyenne à l'établissement", over=True)
    if part.shown.together:
        page.sentence(part.withheld)
        return
    if isnan(line[ENDOWMENT]):
        page.sentence("Sans dotation, l'indice est nul : il n'y a rien à décomposer.")
        return
    index, gap = part.at["index"], line["index"] - 1
    formula = f"IF(ABS({index}-1)<{NEAR},1,({index}-1)/LN({index}))"
    value = 1.0 if abs(gap) < float(NEAR) else gap / log(line["index"])
    note = "Moyenne logarithmique de l'indice et de 1 : rend aux logarithmes l'écart qu'ils partagent"
    part.total("scale", "Coefficient de partage", computed(value, Kind.RATE, formula), "", note)
    page.heads("De la moyenne à l'indice", "", "", "Part de l'indice", height=18)
    _beside(part, page.row - 1, ("", "Moyenne, indice", "Élève l'indice", "Abaisse l'indice"))
    first, reached, lowest = page.row, 1.0, 1.0
    page.line("Moyenne", {TOTAL: received(1, Kind.RATE)}, "", "Comme la moyenne des établissements comparés")
    _beside(part, first, ("", 1.0, "", ""))
    for label, value, formula in _parts(part):
        cell = computed(value, Kind.SIGNED, formula) if formula else received(value, Kind.SIGNED)
        row = page.line(label, {TOTAL: cell}, "", "" if formula else "Donnée par la région")
        low = min(reached, reached + value)
        _beside(part, row, (low, "", value if value > 0 else "", -value if value < 0 else ""))
        reached += value
        lowest = min(lowest, reached)
    told = "Somme des lignes ci-dessus : l'indice calculé plus haut"
    cell = result(line["index"], Kind.RATE, f"SUM({TOTAL}{first}:{TOTAL}{page.row - 1})")
    _beside(part, page.line("Indice", {TOTAL: cell}, "", told), ("", line["index"], "", ""))
    if lowest >= 0:  # a bar across zero cannot be lifted
        _chart(part, first)


def _parts(part: Part) -> Iterator[Line]:
    """Endowment, needs, flows, criteria; with their formulas where the whole way stands in the sheet."""
    line, at = part.common.reasons[part.hospital], part.at
    live = part.method != FlowMethod.CONTRIBUTION
    label = "Dotation par habitant du territoire" if live else "Dotation par habitant, sans besoins ni flux"
    formula = f"{at['scale']}*LN({at['allocation']}/({at['people']}*{at['mean']}))"
    yield label, line[ENDOWMENT], formula if live else ""
    for place, one in enumerate(part.common.indicators):
        told = f"Besoins : {part.common.anonymous(one['label'], part.hospital)}"
        yield told, line[one["indicator"]], _shared(part, at[f"need {place}"], at["needs"]) if live else ""
    if part.common.hypotheses.recentre and (live or line[RECENTRING]):
        yield "Besoins : recentrage", line[RECENTRING], f"-{at['scale']}*LN({at['factor']})" if live else ""
    if part.method == FlowMethod.NET_FLOW and part.shown.leakage == Leakage.BY_AGE:
        for word, name, age in zip(("adultes", "mineurs"), FLOWS, AGES, strict=True):
            yield f"Flux de patients {word}", line[name], _shared(part, at[f"flow {age}"], at["rate"])
    elif part.method == FlowMethod.NET_FLOW:
        told = sum(line[name] for name in FLOWS)
        yield "Flux de patients", told, f"-{at['scale']}*LN(1+{at['rate']})"
    if not isnan(line[CRITERIA]):
        yield "Critères des établissements", line[CRITERIA], ""


def _shared(part: Part, one: str, whole: str) -> str:
    """The part of one term of a sum in the logarithm of 1 + sum."""
    return f"-{part.at['scale']}*({one})*IF(ABS({whole})<{NEAR},1,LN(1+{whole})/{whole})"


def _beside(part: Part, row: int, values: tuple[float | str, ...]) -> None:
    for letter, value in zip((LIFT, WHOLE, UP, DOWN), values, strict=True):
        role = Role.HEAD if isinstance(value, str) and value else Role.TEXT
        if value != "":
            part.page.put(letter, Cell(role, value, "0.00"), row)


def _chart(part: Part, first: int) -> None:
    """A bar a line, each one where the one before ends."""
    page = part.page
    page.keep(CHART_ROWS + 1)
    page.charts.append(
        Chart(
            kind="stacked",
            title="De la moyenne (1) à l'indice de l'établissement",
            shown="0.00",
            categories="A",
            under=first - 1,
            count=page.row - first,
            series=(
                Series(LIFT, first - 1, ""),
                Series(WHOLE, first - 1, DARK, told=True),
                Series(UP, first - 1, PURPLE),
                Series(DOWN, first - 1, ORANGE),
            ),
            row=page.row,
        )
    )
    page.skip(page.charts[-1].height)
