"""The cell functions: values, blanks, texts and error codes in their place; the same through xlwings' COM call path."""

from typing import Any

import numpy as np
import pytest
from cases.cell_calls import DIV0, alike, column, through_excel

from dotpop_addin.functions.ranges import OMITTED
from dotpop_addin.functions.registry import BY_NAME, FUNCTIONS
from dotpop_model import flows, index, trajectory, weighting

# Each call with the cells it must show; values by hand, as in the tests of the model.
CALLS: list[tuple[str, str, list[Any], list[list[Any]]]] = [
    ("composite index", "DOTPOP_INDICE_COMPOSE", [column(10, 20), 1, 1, column(100, 100)], column(-1 / 3, 1 / 3)),
    (
        "composite index as z-score, at half intensity",
        "DOTPOP_INDICE_COMPOSE",
        [column(10, 20), 1, -1, column(100, 100), "écart réduit", 0.5],
        column(0.5, -0.5),
    ),
    (
        "two indicators, weights and directions in a row",
        "DOTPOP_INDICE_COMPOSE",
        [[[10, 3], [20, 3]], [[0.5, 0.5]], [[1, 1]], column(100, 100)],
        column(-1 / 6, 1 / 6),
    ),
    ("need-weighted population, recentred", "DOTPOP_POP_PONDEREE", [column(1000, 1000), column(0.2, 0)], column(1200 / 1.1, 1000 / 1.1)),
    ("not recentred", "DOTPOP_POP_PONDEREE", [column(1000, 1000), column(0.2, 0), False], column(1200, 1000)),
    ("impact", "DOTPOP_IMPACT", [column(1000, 1000), column(1100, 900)], column(0.05)),
    ("weighted activity", "DOTPOP_ACTIVITE_PONDEREE", [[[10, 2], [0, 1]], [[1, 5]]], column(20, 5)),
    ("CH PSY's flow rate, ages side by side", "DOTPOP_TAUX_FLUX", [[[94087, 22374]], [[0, 0]], [[18409, 5893]]], column(-24302 / 116461)),
    ("flow-corrected population", "DOTPOP_POP_CORRIGEE", [column(1000), column(-0.2)], column(800)),
    ("contribution lies like its hospitals", "DOTPOP_POP_CONTRIBUTION", [column(100, 50), [[3, 1], [0, 2]]], [[75, 75]]),
    ("mean", "DOTPOP_MOYENNE", [column(100, 300), column(1, 3)], column(100)),
    ("index", "DOTPOP_INDICE", [column(80, 120), column(1, 1)], column(0.8, 1.2)),
    ("index against a mean given", "DOTPOP_INDICE", [55e6, 506714, 132.55], column(55e6 / 506714 / 132.55)),
    ("a lying range gives a lying result", "DOTPOP_INDICE", [[[80, 120]], [[1, 1]]], [[0.8, 1.2]]),
    ("position, bounds neutral", "DOTPOP_POSITION", [column(0.94, 0.95, 1.05, 1.06)], column("Moins doté", "Neutre", "Neutre", "Mieux doté")),
    ("position with other bounds", "DOTPOP_POSITION", [column(0.94, 1.06), 0.9, 1.1], column("Neutre", "Neutre")),
    ("need", "DOTPOP_BESOIN", [column(80, 120), column(1, 1)], column(20, 0)),
    ("need with a threshold of 1", "DOTPOP_BESOIN", [column(98, 102), column(1, 1), OMITTED, 1], column(2, 0)),
    ("sharing out to the cent", "DOTPOP_REPARTIR", [100, column(1, 1, 1)], column(33.34, 33.33, 33.33)),
    ("sharing out to the euro", "DOTPOP_REPARTIR", [100, column(1, 1, 1), OMITTED, 1], column(34, 33, 33)),
    ("what finds no taker is said", "DOTPOP_REPARTIR", [10, column(1, 1), column(2, 3)], column(2, 3, "Reste sans preneur : 5,00 €")),
    ("trajectory under the default ceiling of 5 %", "DOTPOP_TRAJECTOIRE", [column(80, 120), column(1, 1), [[0, 10, 0]]], [[80, 84], [120, 120]]),
    (
        "trajectory without a ceiling",
        "DOTPOP_TRAJECTOIRE",
        [column(80, 120), column(1, 1), [[0, 10, 0]], [["TRJ_PLAFOND", None]]],
        [[80, 90], [120, 120]],
    ),
    (
        "trajectory by segment, each with its pot and its mean",
        "DOTPOP_TRAJECTOIRE",
        [
            [["ex-DAF sectorisé", 80], ["ex-DAF sectorisé", 120], ["ex-OQN", 40]],
            column(1, 1, 1),
            [[2024, "ex-DAF sectorisé", 0, 10, 0], [2024, "ex-OQN", 4, 0, 0]],
            [["TRJ_PLAFOND", None]],
        ],
        [[80, 90], [120, 120], [40, 44]],
    ),
    (
        "trajectory against a mean given, one segment for all",
        "DOTPOP_TRAJECTOIRE",
        [
            [["ex-DAF sectorisé", 80], ["ex-OQN", 120]],
            column(1, 1),
            [[2024, "Tous segments", 0, 10, 0]],
            [["ENV_SEGMENTATION", "NON"], ["IDX_MOYENNE_ENSEMBLE", 85], ["TRJ_PLAFOND", None]],
        ],
        [[80, 85], [120, 120]],
    ),
    ("under-funding", "DOTPOP_SOUS_DOTATION", [column(80, 120), column(100, 100)], column(20, 0)),
    ("sprinkling", "DOTPOP_OPTION", [column(100, 300), column(150, 250), 40, "Saupoudrage"], column(10, 30)),
    ("option 1 goes to the under-funded", "DOTPOP_OPTION", [column(80, 90, 130), column(100, 100, 100), 15, "option 1"], column(10, 5, 0)),
    ("option 2 is paid by the over-funded", "DOTPOP_OPTION", [column(80, 90, 130), column(100, 100, 100), 15, "option 2"], column(10, 5, -15)),
    ("the exempted pay nothing", "DOTPOP_OPTION", [column(80, 130, 120), column(100, 100, 100), 15, "transfert", column(None, "NON", "OUI")], column(15, -15, 0)),
    ("a lying option", "DOTPOP_OPTION", [[[80, 120]], [[100, 100]], 10, "transfert"], [[10, -10]]),
    ("transition by year", "DOTPOP_TRANSITION", [column(100, 100), column(90, 120), [[1, 0.5, 0]]], [[10, 5, 0], [0, 0, 0]]),
    ("gains taken back in the years that say so", "DOTPOP_TRANSITION", [column(100), column(120), [[1, 1, 0.5]], [["NON", "OUI", "OUI"]]], [[0, -20, -10]]),
    ("gains taken back every year", "DOTPOP_TRANSITION", [column(100), column(120), [[1, 0.5]], "OUI"], [[-20, -10]]),
    ("payments in twelfths, a rise made up for at once", "DOTPOP_VERSEMENTS", [[[1200, 1800]], [[1, 7]]], [[100] * 6 + [450] + [150] * 5]),
    ("or spread over the months left", "DOTPOP_VERSEMENTS", [[[1200, 1800], [0, 600]], [[1, 7]], "étalé"], [[100] * 6 + [200] * 6, [0] * 6 + [100] * 6]),
    ("what an index owes to what: only flows when the rest is the mean's", "DOTPOP_DECOMPOSITION", [column(100, 100), column(1, 1), column(1, 1), column(1, 1)], [[0, 0, 0], [0, 0, 0]]),
    ("measures of two hospitals of one size", "DOTPOP_INEGALITE", [column(80, 120), column(100, 100)], [["Coefficient de variation", 0.2], ["Gini", 0.1], ["Rapport du quart le mieux doté au quart le moins doté", 1.5], ["Theil", 0.02013551355068886]]),
    # blanks, texts and errors keep their place
    ("under-funding beside a text", "DOTPOP_SOUS_DOTATION", [column("n.d.", 80), column(1, 100)], column("dotations : « n.d. » n'est pas un nombre", 20)),
    ("payments beside a text, a blank line and a negative amount", "DOTPOP_VERSEMENTS", [[["n.d."], [None], [-1], [12]], [[1]]], [["montants : « n.d. » n'est pas un nombre", *[""] * 11], [""] * 12, ["circulaire 1 : −1,00 €, un montant positif est attendu.", *[""] * 11], [1] * 12]),
    ("rows beside a text still have their index when the mean is given", "DOTPOP_INDICE", [column(80, "n.d.", 90), column(1, 1, 1), 100], column(0.8, "dotations : « n.d. » n'est pas un nombre", 0.9)),
    ("an error cell is told", "DOTPOP_INDICE", [column(80, 90), column(1, DIV0), 100], column(0.8, "populations : erreur #DIV/0!")),
    ("a blank beside a number is told", "DOTPOP_INDICE", [column(80, None), column(1, 1), 100], column(0.8, "dotations : cellule vide")),
    (
        "without the mean the others wait",
        "DOTPOP_INDICE",
        [column(80, None, 90), column(1, 1, 1)],
        column("Attend la ligne 2 (dotations : cellule vide)", "dotations : cellule vide", "Attend la ligne 2 (dotations : cellule vide)"),
    ),
    ("an empty row in the middle stays empty", "DOTPOP_INDICE", [column(80, None, 120), column(1, "", 1)], column(0.8, "", 1.2)),
    ("empty rows at the end do not count", "DOTPOP_INDICE", [column(80, 120, None, None), column(1, 1, None, "")], column(0.8, 1.2)),
    ("a number written as a text is a text", "DOTPOP_POSITION", [column("1,02", 1.02)], column("indices : « 1,02 » n'est pas un nombre", "Neutre")),
    ("a row that the model refuses says why, the others have theirs", "DOTPOP_POP_CORRIGEE", [column(1000, -5, 10), column(0, 0, 0.1)], column(1000, "populations : valeur négative (-5). Corriger la valeur.", 11)),
    # wrong arguments: one French sentence
    ("an option beside a text", "DOTPOP_OPTION", [column("n.d.", 80), column(1, 100), 5, "option 1"], column("dotations : « n.d. » n'est pas un nombre, ligne 1. Renseigner un nombre.")),
    ("an unknown rule", "DOTPOP_OPTION", [column(80), column(100), 5, "option 3"], column("regle : l'un de « saupoudrage », « croissance », « option 1 », « transfert », « option 2 » est attendu, « option 3 » trouvé.")),
    ("an option that asks too much", "DOTPOP_OPTION", [column(80, 110), column(100, 100), 15, "option 2"], column("montant : 15,00 € demandés aux sur-dotés, qui n'ont que 10,00 € au-dessus de leur dotation théorique, exemptions ôtées. Réduire le montant ou les exemptions.")),
    ("exemptions of another height", "DOTPOP_OPTION", [column(80, 120), column(100, 100), 5, "option 2", column("OUI", "NON", "OUI")], column("exemptions : 2 lignes attendues, une colonne ; 3 trouvées.")),
    ("an exemption that is neither yes nor no", "DOTPOP_OPTION", [column(80, 120), column(100, 100), 5, "option 2", column("PRS", "")], column("exemptions, ligne 1 : OUI ou NON est attendu, « PRS » trouvé.")),
    ("rates that rise", "DOTPOP_TRANSITION", [column(100), column(90), [[0.5, 1]]], column("taux de l'année 2 (1) au-dessus de celui de l'année 1 (0,5) : ils ne peuvent que baisser. Corriger les taux.")),
    ("circulars out of order", "DOTPOP_VERSEMENTS", [[[1200, 1800]], [[7, 1]]], [["circulaires dans le désordre (mois 7, 1). Les donner dans l'ordre des mois.", *[""] * 11]]),
    ("as many amounts as circulars", "DOTPOP_VERSEMENTS", [[[1200, 1800]], [[1]]], column("montants : 1 colonnes attendues (une par circulaire), 2 trouvées.")),
    ("a month and a half", "DOTPOP_VERSEMENTS", [[[1200]], [[1.5]]], column("circulaires : mois 1,5 à la ligne 1, un mois de 1 à 12 est attendu.")),
    ("unequal heights", "DOTPOP_INDICE", [column(1, 2), column(1)], column("Plages de hauteurs différentes (dotations 2, populations 1). Donner autant de lignes à chacune.")),
    ("a missing argument", "DOTPOP_MOYENNE", [column(1, 2), OMITTED], column("populations : argument manquant. Populations corrigées des flux, en habitants : une colonne.")),
    ("a scalar that is a text", "DOTPOP_INDICE", [column(1), column(1), "beaucoup"], column("moyenne : un nombre est attendu, « beaucoup » n'est pas un nombre.")),
    ("an unknown method", "DOTPOP_INDICE_COMPOSE", [column(1), 1, 1, column(1), "médiane"], column("methode : « rapport » ou « écart réduit » est attendu, « médiane » trouvé.")),
    ("weights that do not add up", "DOTPOP_INDICE_COMPOSE", [column(1, 2), 0.9, 1, column(1, 1)], column("poids : la somme vaut 0,9 au lieu de 1. Corriger les poids.")),
    ("as many weights as columns", "DOTPOP_ACTIVITE_PONDEREE", [[[1, 2]], [[1]]], column("poids_formes : 2 attendus (un par colonne de volumes), 1 trouvés.")),
    ("a campaign of two columns", "DOTPOP_TRAJECTOIRE", [80, 1, [[1, 2]]], column("campagne : trois colonnes (reconduction, croissance socle, mesures thématiques) sont attendues, ou cinq avec l'année et le segment devant.")),
    ("a segment that does not exist", "DOTPOP_TRAJECTOIRE", [[["Secteur", 80]], 1, [[0, 1, 0]]], column("dotations, ligne 1 : segment « Secteur » inconnu, attendu : ex-DAF sectorisé, ex-DAF non sectorisé, ex-OQN, ex-DG.")),
    ("a segment that the campaign leaves out", "DOTPOP_TRAJECTOIRE", [[["ex-OQN", 80], ["ex-DAF sectorisé", 80]], column(1, 1), [[2024, "ex-OQN", 0, 1, 0]]], column("campagne : aucune mesure en 2024 pour ex-DAF sectorisé. Compléter, par 0 s'il n'y en a pas.")),
    ("a pot of a segment, and no segments given", "DOTPOP_TRAJECTOIRE", [80, 1, [[2024, "ex-OQN", 0, 1, 0]]], column("campagne, ligne 1 : segment « ex-OQN » trouvé, attendu : Tous segments (ou donner le segment devant chaque dotation).")),
    ("a parameter out of range", "DOTPOP_TRAJECTOIRE", [80, 1, [[0, 1, 0]], [["TRJ_MODULATION", 2]]], column("parametres : TRJ_MODULATION, attendu : un pourcentage, au moins 0 %, au plus 100 %.")),
]  # fmt: skip
IDS = [case[0] for case in CALLS]


@pytest.mark.parametrize(("name", "arguments", "cells"), [case[1:] for case in CALLS], ids=IDS)
def test_each_function_shows_its_cells(name: str, arguments: list[Any], cells: list[list[Any]]) -> None:
    assert BY_NAME[name](*arguments) == alike(cells)


@pytest.fixture(scope="module")
def in_excel() -> list[Any]:
    """Every call above through xlwings' own COM layer."""
    return through_excel([(name, arguments) for _, name, arguments, _ in CALLS])


@pytest.mark.parametrize("place", range(len(CALLS)), ids=IDS)
def test_excel_shows_the_same_cells(in_excel: list[Any], place: int) -> None:
    assert in_excel[place] == alike(CALLS[place][3])


def test_every_function_of_the_registry_is_called_above() -> None:
    assert {name for _, name, _, _ in CALLS} == set(BY_NAME)


def test_names_and_helps_are_fit_for_every_host() -> None:
    for function in FUNCTIONS:
        assert function.name.isascii()
        assert function.name.startswith("DOTPOP_")
        assert len(function.summary) <= 255  # what Excel shows of a description
        assert all(argument.name.isascii() and argument.name.isidentifier() for argument in function.arguments)
        assert all(len(argument.help) <= 255 for argument in function.arguments)
        optional = [argument.optional for argument in function.arguments]
        assert optional == sorted(optional)  # optional ones last


@pytest.mark.parametrize("rows", [1, 68, 500])
def test_functions_give_what_the_model_gives(rows: int) -> None:
    rng = np.random.default_rng(rows)
    money, people, other = (rng.uniform(1, 100, rows).round(3) for _ in range(3))
    rate = rng.uniform(-0.5, 0.5, rows)

    def shown(name: str, *arrays: Any) -> list[Any]:
        given = [array.reshape(-1, 1).tolist() if isinstance(array, np.ndarray) else array for array in arrays]
        return [cell for row in BY_NAME[name](*given) for cell in row]

    assert shown("DOTPOP_INDICE", money, people) == pytest.approx(index.funding_index(money, people).tolist(), rel=1e-12)
    assert shown("DOTPOP_BESOIN", money, people) == pytest.approx(trajectory.need(money, people).tolist(), rel=1e-12)
    assert shown("DOTPOP_POP_CORRIGEE", people, rate) == pytest.approx(
        flows.flow_corrected_population(people, rate).tolist()
    )
    assert shown("DOTPOP_POP_PONDEREE", people, rate) == pytest.approx(weighting.weighted_population(people, rate).tolist())
    assert shown("DOTPOP_TAUX_FLUX", people, money, other) == pytest.approx(
        flows.net_flow_rate(people, money, other).tolist()
    )
