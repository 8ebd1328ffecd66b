"""Options, transition, payments and compartments of a hospital of SMR: its own amounts, and what holds for all."""

from collections.abc import Mapping
from typing import Any

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.declarations.smr_results import MONTHS
from dotpop_addin.fiches.common import Smr
from dotpop_addin.fiches.parts import POSITION_NAMES, Part
from dotpop_addin.sheets.page import CHART_ROWS, Cell, Chart, Role, Series, computed, received, result, withheld
from dotpop_model.vocabulary import COMPARTMENTS, POPULATION
from workbook_templates.look import DARK

DELEGATED = {
    "base": "Base",
    "growth": "Croissance",
    "rebasing": "Rebasage",
    "earmarked": "Mesures fléchées",
    "option": "Options votées",
}
"""What a hospital receives in the year, by nature."""
UNKNOWN = "(non saisi)"
TWO_LINES = 27
"""Points of a row whose words may take two lines: a height of its own, or charts below would move."""


def campaign(part: Part, smr: Smr) -> None:
    """The section, each part of it where the region has entered what it needs."""
    part.page.section("Options, transition et versements", over=True)
    _funding(part, smr)
    _options(part, smr)
    _transition(part, smr)
    _payments(part, smr)
    _compartments(part, smr)


def _own(part: Part, smr: Smr, name: str) -> dict[str, Any] | None:
    return part.common.own(getattr(smr.results, name), name, part.hospital)


def _funding(part: Part, smr: Smr) -> None:
    """How far the allocation is from what needs would give; neutral hospitals are neither under- nor over-funded."""
    line = _own(part, smr, "option_amounts")
    if line is None:
        return
    part.total("current", "Dotation", computed(line["allocation"], Kind.AMOUNT, part.at["allocation"]), "€", "Sans les ASR")
    if not part.shown.population:
        part.page.sentence(f"Dotation théorique, sous-dotation et sur-dotation : {part.withheld}")
        return
    note = "Part de l'enveloppe selon les besoins, donnée par la région"
    part.total("target", "Dotation théorique", received(line["target"], Kind.AMOUNT), "€", note)
    target, current, position = part.at["target"], part.at["current"], part.at["position"]
    neutral = f'{position}="{POSITION_NAMES["neutral"]}"'
    for name, label, value, gap in (
        ("under", "Sous-dotation", line["under"], f"{target}-{current}"),
        ("over", "Sur-dotation", line["over"], f"{current}-{target}"),
    ):
        formula = f"IF({neutral},0,MAX(0,{gap}))"
        part.total(name, label, result(value, Kind.AMOUNT, formula), "€", "Nulle pour une position neutre")


def _options(part: Part, smr: Smr) -> None:
    """What each option would bring (+) or take (−)."""
    page, common, line = part.page, part.common, _own(part, smr, "option_amounts")
    options = smr.tables.options
    page.skip()
    if line is None or not len(options):
        page.sentence("Options : la région n'en propose pas.")
        return
    words = {name: common.region.field.labels("options", name) for name in ("payer", "key", "recurring")}
    page.heads(
        "Option",
        "Montant à répartir (€)",
        "Qui paie",
        "Clé",
        "Reconductible",
        "Pour l'établissement (€)",
        "Dotation avec l'option (€)",
        "Évolution",
        "Exempté",
    )
    for one in options.records():
        row, amount = page.row, float(line[one["label"]])
        exempt = _exempt(part, smr, one["option"])
        cells = {"B": received(one["amount"], Kind.AMOUNT)}
        cells |= {letter: Cell(Role.WORDS, words[name][one[name]]) for letter, name in zip("CDE", words, strict=True)}
        if one["key"] == "targets" and not part.shown.population:
            cells |= dict.fromkeys("FGH", withheld())  # it would tell the theoretical allocation
        else:
            money = line["allocation"]
            growth = amount / money if money else ""
            cells |= {
                "F": received(amount, Kind.AMOUNT),
                "G": computed(money + amount, Kind.AMOUNT, f"{part.at['current']}+F{row}"),
                "H": computed(growth, Kind.SHARE, f'IF({part.at["current"]}>0,F{row}/{part.at["current"]},"")'),
            }
        cells["I"] = Cell(Role.WORDS, "Oui" if exempt else "")
        page.heights[page.line(common.anonymous(one["label"], part.hospital), cells)] = TWO_LINES
        if exempt:
            page.sentence(f"Exempté : {common.anonymous(exempt, part.hospital)}")


def _exempt(part: Part, smr: Smr, option: str) -> str:
    """Why the hospital is exempted of an option; "" when it is not."""
    exemptions = smr.tables.exemptions
    own = [row for row in (exemptions.records() if len(exemptions) else []) if row["option"] == option]
    return next((str(row["reason"]) for row in own if row["finess"] == part.index["finess"]), "")


def _transition(part: Part, smr: Smr) -> None:
    """The revenue before and after the new model, and what softens the passage each year."""
    page, line, rates = part.page, _own(part, smr, "transition_amounts"), smr.tables.transition_rates
    if line is None or not len(rates):
        page.sentence("Transition : la région n'a pas saisi les recettes de l'établissement, ou les taux.")
        return
    page.skip()
    for name, label in (("before", "Recettes avant le nouveau modèle"), ("after", "Recettes après")):
        part.total(name, label, received(line[name], Kind.AMOUNT), "€", "Périmètre 2022")
    gap = f"{part.at['before']}-{part.at['after']}"
    note = "Avant − après, calculée une fois pour toutes"
    part.total("difference", "Différence", computed(line["difference"], Kind.AMOUNT, gap), "€", note)
    back = part.common.region.field.labels("transition_rates", "taken_back")
    page.heads("Transition, par année", "Taux", "Reprise des gains", "Versé (+) ou repris (−) (€)", height=30)
    first, years = page.row, rates.records()
    for one in years:
        cells = {
            "B": received(one["rate"], Kind.SHARE),
            "C": Cell(Role.WORDS, back[one["taken_back"]]),
            "D": received(line[str(int(one["year"]))], Kind.AMOUNT),
        }
        page.line(str(int(one["year"])), cells)
    total = sum(line[str(int(one["year"]))] for one in years)
    part.total("transition", "Transition, en tout", computed(total, Kind.AMOUNT, f"SUM(D{first}:D{page.row - 1})"), "€")


def _payments(part: Part, smr: Smr) -> None:
    """What the circulars delegate, and the twelve payments of the year."""
    page, delegated, paid = part.page, _own(part, smr, "delegated"), _own(part, smr, "payments")
    if delegated is None or paid is None:
        page.sentence("Versements : aucune circulaire ne sert l'établissement.")
        return
    year = part.common.hypotheses.base_year
    page.keep(len(DELEGATED) + len(MONTHS) + 9)
    page.skip()
    page.heads(f"Campagne {year}, circulaires", "", "", "Montant (€)", height=18)
    first = page.row
    for name, label in DELEGATED.items():
        part.total(f"delegated_{name}", label, received(delegated[name], Kind.AMOUNT), "€")
    total = computed(delegated["total"], Kind.AMOUNT, f"SUM(D{first}:D{page.row - 1})")
    part.total("delegated", f"Total de {year}", total, "€")
    recurring = received(delegated["recurring"], Kind.AMOUNT)
    part.total("recurring", "dont reconductible", recurring, "€", "Base de l'année suivante")
    page.skip()
    page.heads(f"Versements de {year}", "", "", "Montant (€)", "Cumul (€)", height=18)
    first, cumulated = page.row, 0.0
    for place, month in enumerate(MONTHS, start=1):
        row, amount = page.row, float(paid[f"month_{place}"])
        cumulated += amount
        cells = {
            "D": received(amount, Kind.AMOUNT),
            "E": computed(cumulated, Kind.AMOUNT, f"SUM(D{first}:D{row})"),
        }
        page.line(month, cells)
    part.total("paid", "Total versé", result(paid["total"], Kind.AMOUNT, f"SUM(D{first}:D{page.row - 1})"), "€")
    difference = f"ROUND({part.at['paid']}-{part.at['delegated']},2)"
    found = round(paid["total"] - delegated["total"], 2) + 0.0
    part.total("unpaid", "Versé − délégué", computed(found, Kind.AMOUNT, difference), "€", "Nul : tout est versé")


def _compartments(part: Part, smr: Smr) -> None:
    """The revenue by compartment; what was not entered is not nil."""
    page, line = part.page, _own(part, smr, "compartment_revenues")
    if line is None:
        return
    page.keep(len(COMPARTMENTS) + 5 + CHART_ROWS)
    page.skip()
    page.heads("Recettes par compartiment", "", "", "Montant (€)", "Part", height=18)
    first, total_row = page.row, page.row + len(COMPARTMENTS)
    total = float(line["total"])
    for label, name in COMPARTMENTS.items():
        cells = _compartment(part, label, line[name], page.row, total_row, total)
        page.line(label, cells)
    part.total("revenue", "Total", result(total, Kind.AMOUNT, f"SUM(D{first}:D{page.row - 1})"), "")
    page.charts.append(
        Chart(
            kind="column",
            title="Recettes par compartiment (€)",
            shown="#,##0",
            categories="A",
            under=first - 1,
            count=len(COMPARTMENTS),
            series=[Series("D", first - 1, DARK)],
            row=page.row + 1,
        )
    )
    page.skip(CHART_ROWS + 1)


def _compartment(part: Part, label: str, amount: float, row: int, total_row: int, total: float) -> Mapping[str, Cell]:
    if amount != amount:
        return {"D": Cell(Role.TEXT, UNKNOWN)}
    money = received(amount, Kind.AMOUNT)
    if label == POPULATION:
        money = computed(amount, Kind.AMOUNT, part.at["allocation"])
    share = amount / total if total > 0 else ""
    return {"D": money, "E": computed(share, Kind.SHARE, f'IF(D{total_row}>0,D{row}/D{total_row},"")')}
