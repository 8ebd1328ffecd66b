"""The trajectory of a hospital: what each lever brings it each year, and what is left of its need."""

from dataclasses import dataclass

import numpy as np

from dotpop_addin.declarations.common import YEAR_STATUSES
from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.parts import POSITION_NAMES, Part
from dotpop_addin.sheets.page import Cell, Chart, Role, Series, computed, received, result
from dotpop_model.arrays import Array
from dotpop_model.campaign import CATCH_UP_LEVERS
from workbook_templates.look import DARK, ORANGE

STATUS_NAMES = {word: label for label, word in YEAR_STATUSES.items()}
AMOUNTS = ("carry_forward", "withheld", "core_growth", "served", "neutral", "convergence")
"""The columns of amounts, in order: earmarked measures stand twice, for a need and otherwise."""


@dataclass(frozen=True)
class _Years:
    """What a hospital has each year. rounding: what notification moved, of the allocation and of the catch-up (€)."""

    amounts: dict[str, Array]
    allocation: Array
    mean: Array
    index: Array
    caught_up: Array
    closed: Array
    remaining: Array
    rounding: Array
    rounding_caught_up: Array


def _years(common: Common, hospital: int) -> _Years:
    simulated = common.projection.simulated
    amounts = {name: values[hospital] for name, values in common.notified.items()}
    caught_up = simulated.caught_up[:, hospital]
    gained = np.diff(caught_up, prepend=0.0)
    needy = gained > 0
    counted = sum((np.maximum(0, amounts[lever]) for lever in CATCH_UP_LEVERS), np.zeros(len(gained)))
    exact = simulated.allocation[:, hospital] - amounts["allocation"]
    return _Years(
        amounts=amounts
        | {"served": np.where(needy, amounts["earmarked"], 0.0), "neutral": np.where(needy, 0.0, amounts["earmarked"])},
        allocation=amounts["allocation"],
        mean=simulated.mean[:, hospital],
        index=simulated.index[:, hospital],
        caught_up=caught_up,
        closed=amounts["closed"],
        remaining=simulated.remaining[:, hospital],
        rounding=np.diff(exact, prepend=0.0),
        rounding_caught_up=np.where(needy, gained - counted, 0.0),
    )


def trajectory(part: Part) -> None:
    """Two tables and a chart: the amounts by lever, then what they do to the index and to the need."""
    page, years = part.page, _years(part.common, part.hospital)
    page.section("Trajectoire par année", over="scale" in part.at)
    first = _amounts(part, years)
    if not part.shown.population:
        page.sentence(f"Effet sur l'indice et sur le besoin : {part.withheld}")
        return
    page.skip()
    below = _effects(part, years, first)
    page.breaks.append(page.row)
    page.skip()
    _chart(part, first, below)


def _labels(part: Part) -> list[str]:
    base = part.common.hypotheses.base_year
    return [f"{base + year} · {STATUS_NAMES[status].lower()}" for year, status in enumerate(part.common.statuses)]


def _amounts(part: Part, years: _Years) -> int:
    """The amounts by lever and the allocation; gives the row of the base year."""
    page = part.page
    page.heads(
        "Montants notifiés (€)",
        "Reconduction",
        "Reconduction retenue aux mieux dotés, reçue",
        "Croissance socle",
        "Mesures thématiques, au titre du besoin",
        "Mesures thématiques, autres",
        "Convergence",
        "Mesures de l'année",
        "Dotation",
        "Évolution",
        height=56,
    )
    first = page.row
    for year, label in enumerate(_labels(part)):
        row, now, before = page.row, float(years.allocation[year]), float(years.allocation[year - 1])
        if year == 0:
            page.line(label, {"I": computed(now, Kind.AMOUNT, part.at["allocation"])})
            continue
        found = {name: float(years.amounts[name][year]) for name in AMOUNTS}
        cells = {letter: received(value, Kind.AMOUNT) for letter, value in zip("BCDEFG", found.values(), strict=True)}
        cells["H"] = computed(sum(found.values()), Kind.AMOUNT, f"SUM(B{row}:G{row})")
        cells["I"] = result(now, Kind.AMOUNT, f"I{row - 1}+H{row}")
        growth = now / before - 1 if before > 0 else ""
        cells["J"] = computed(growth, Kind.SHARE, f'IF(I{row - 1}>0,I{row}/I{row - 1}-1,"")')
        page.line(label, cells)
    return first


def _effects(part: Part, years: _Years, amounts: int) -> int:
    """Index, position, need closed and need left; gives the row of the base year. amounts: that row in the table above."""
    page, at, population = part.page, part.at, part.index["population"]
    page.heads(
        "Effet sur l'indice et sur le besoin",
        "Arrondi des montants notifiés (€)",
        "Moyenne de référence (€ par hab.)",
        "Dotation à la moyenne (€)",
        "Indice",
        "Position",
        "Arrondi du rattrapage (€)",
        "Rattrapage cumulé (€)",
        "Part du besoin comblée",
        "Besoin restant (€)",
        height=44,
    )
    first, need = page.row, part.index["need"]
    for year, label in enumerate(_labels(part)):
        row, paid = page.row, amounts + year
        money = f"I{paid}+SUM(B${first}:B{row})"
        received_so_far = f"H{row - 1}+C{paid}+D{paid}+E{paid}+MAX(0,G{paid})+G{row}" if year else f"G{row}"
        index, mean, closed = (float(one[year]) for one in (years.index, years.mean, years.closed))
        cells = {
            "B": received(float(years.rounding[year]), Kind.AMOUNT),
            "C": received(mean, Kind.PER_HEAD),
            "D": computed(mean * population, Kind.AMOUNT, f"C{row}*{at['population']}"),
            "E": result(index, Kind.RATE, f"({money})/D{row}"),
            "F": computed(POSITION_NAMES[part.common.positions[part.hospital, year]], Kind.TEXT, part.position(f"E{row}")),
            "G": received(float(years.rounding_caught_up[year]), Kind.AMOUNT),
            "H": computed(float(years.caught_up[year]), Kind.AMOUNT, received_so_far),
            "I": computed("" if closed != closed else closed, Kind.SHARE, f'IF({at["need"]}>0,H{row}/{at["need"]},"")'),
            "J": result(
                float(years.remaining[year]), Kind.AMOUNT, f"IF({at['need']}>0,MAX(0,D{row}-({money})),0)" if need else "0"
            ),
        }
        page.line(label, cells)
    page.put(
        "A",
        Cell(
            Role.TEXT,
            "Le calcul de la région n'arrondit rien : les colonnes « Arrondi » rendent ce que l'arrondi a déplacé.",
        ),
    )
    page.skip()
    return first


def _chart(part: Part, amounts: int, effects: int) -> None:
    """The allocation against what the mean would give, by year."""
    page = part.page
    page.charts.append(
        Chart(
            kind="line",
            title="Dotation et dotation à la moyenne, par année (€)",
            shown="#,##0",
            categories="A",
            under=amounts - 1,
            count=len(part.common.statuses),
            series=(Series("I", amounts - 1, DARK), Series("D", effects - 1, ORANGE, dashed=True)),
            row=page.row,
        )
    )
    page.skip(page.charts[-1].height)
