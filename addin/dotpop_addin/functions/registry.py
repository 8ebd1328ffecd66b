"""The registry: every cell function with its French help, its arguments and its body over the model.

Results are rows of cells: numbers, French words, or a French sentence where something prevents the computation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dotpop_addin.declarations.common import POSITIONS
from dotpop_addin.functions.ranges import OMITTED, Range, Refused, told
from dotpop_addin.hypotheses import declared
from dotpop_model import flows, index, sharing, trajectory, weighting
from dotpop_model.arrays import Array
from dotpop_model.errors import ModelError
from dotpop_model.trajectory import Measures, Rules

Rows = list[list[Any]]
CATEGORY = "Dotation populationnelle"
METHODS = {"rapport": "ratio", "écart réduit": "zscore"}
RULES = {  # hypotheses that DOTPOP_TRAJECTOIRE takes as parameters → field of Rules
    "TRJ_SEUIL": "threshold",
    "IDX_BORNE_HAUTE": "high",
    "TRJ_MODULATION": "modulation",
    "TRJ_GAMMA": "exponent",
    "TRJ_PLAFOND": "ceiling",
    "TRJ_LOGIQUE": "logic",
    "TRJ_BAISSE_MAX": "floor",
    "TRJ_MOYENNE": "mean_rule",
    "TRJ_ELIGIBILITE": "eligibility",
}


@dataclass(frozen=True)
class Argument:
    """One argument. help: French, with the unit. optional: may be left out."""

    name: str
    help: str
    optional: bool = False


@dataclass(frozen=True)
class CellFunction:
    """One cell function. body: takes the raw arguments in order, gives rows of cells."""

    name: str
    summary: str
    arguments: tuple[Argument, ...]
    body: Callable[..., Rows]

    def __call__(self, *raw: Any) -> Rows:
        """The cells to show; never raises for what a user may give."""
        given = [None if _omitted(value) else value for value in raw]
        given += [None] * (len(self.arguments) - len(given))
        try:
            for argument, value in zip(self.arguments, given, strict=True):
                if value is None and not argument.optional:
                    raise Refused(f"{argument.name} : argument manquant. {argument.help}")
            return self.body(*given)
        except Refused as refusal:
            return [[str(refusal)]]
        except ModelError as error:
            return [[" ".join(fault.message for fault in error.faults)]]


def _omitted(value: Any) -> bool:
    return value is None or (isinstance(value, int) and value == OMITTED) or (isinstance(value, str) and value == "")


# --- reading arguments -------------------------------------------------------------------------------------------------


def _number(name: str, value: Any, default: float) -> float:
    """One number, or the default when it was left out."""
    if value is None:
        return default
    cell = Range(name, value)
    if cell.shape != (1, 1) or not cell.complete.all():
        raise Refused(f"{name} : un nombre est attendu, {told(cell.rows[0][0])}.")
    return float(cell.values[0, 0])


def _flag(name: str, value: Any, default: bool) -> bool:
    if value is None:
        return default
    words = {"OUI": True, "VRAI": True, "NON": False, "FAUX": False}
    found = words.get(str(value).strip().upper()) if isinstance(value, str) else bool(value)
    if found is None:
        raise Refused(f"{name} : VRAI ou FAUX est attendu, « {value} » trouvé.")
    return found


def _aligned(*ranges: Range) -> None:
    """Ranges of one height, cut after the last row that holds something in one of them."""
    for one in ranges:
        one.upright()
    heights = {one.name: one.shape[0] for one in ranges}
    if len(set(heights.values())) > 1:
        shown = ", ".join(f"{name} {height}" for name, height in heights.items())
        raise Refused(f"Plages de hauteurs différentes ({shown}). Donner autant de lignes à chacune.")
    last = max(one.filled() for one in ranges)
    for one in ranges:
        one.cut(last)


def _by_row(compute: Callable[..., Array], *ranges: Range, together: bool) -> Rows:
    """One result per row. Wholly empty rows stay empty; incomplete ones say why.

    together: the result of a row depends on all rows (a mean): the complete rows then say which row they wait for.
    """
    lying = all(one.lying for one in ranges)
    _aligned(*ranges)
    blank = np.logical_and.reduce([one.blank for one in ranges])
    complete = np.logical_and.reduce([one.complete for one in ranges])
    results: list[Any] = [""] * len(blank)
    reasons = {
        row: next(one.why(row) for one in ranges if one.why(row)) for row in np.flatnonzero(~complete & ~blank).tolist()
    }
    for row, reason in reasons.items():
        results[row] = reason
    rows = np.flatnonzero(complete).tolist()
    if together and reasons:
        first, reason = next(iter(reasons.items()))
        found: list[Any] = [f"Attend la ligne {first + 1} ({reason})"] * len(rows)
    else:
        found = _computed(compute, [one.values[complete] for one in ranges], together)
    for row, value in zip(rows, found, strict=True):
        results[row] = value
    return [results] if lying else [[value] for value in results]


def _computed(compute: Callable[..., Array], arrays: list[Array], together: bool) -> list[Any]:
    """Results of complete rows; where rows stand alone, one that the model refuses says why and the others have theirs."""
    if not len(arrays[0]):
        return []
    try:
        return list(compute(*arrays).tolist())
    except ModelError as error:
        if together:
            raise
        if len(arrays[0]) == 1:
            return [" ".join(fault.message.replace(" à la ligne 1", "") for fault in error.faults)]
        return [_computed(compute, [array[row : row + 1] for array in arrays], False)[0] for row in range(len(arrays[0]))]


def _column(values: Array) -> Array:
    return values[:, 0]


# --- bodies ------------------------------------------------------------------------------------------------------------


def _composite_index(indicators: Any, weights: Any, directions: Any, populations: Any, method: Any, intensity: Any) -> Rows:
    chosen = "rapport" if method is None else str(method).strip().lower()
    if chosen not in METHODS:
        raise Refused(f"methode : « rapport » ou « écart réduit » est attendu, « {method} » trouvé.")
    weight, direction = Range("poids", weights).vector(), Range("sens", directions).vector()
    strength = _number("intensite", intensity, 1.0)

    def compute(values: Array, people: Array) -> Array:
        return weighting.composite_index(
            values, weight, direction, _column(people), method=METHODS[chosen], intensity=strength
        )

    matrix = Range("indicateurs", indicators, matrix=True)
    return _by_row(compute, matrix, Range("populations", populations), together=True)


def _weighted_population(populations: Any, indices: Any, recentre: Any) -> Rows:
    again = _flag("recentrer", recentre, True)

    def compute(people: Array, need: Array) -> Array:
        return weighting.weighted_population(_column(people), _column(need), recentre=again)

    return _by_row(compute, Range("populations", populations), Range("indices", indices), together=again)


def _impact(populations: Any, weighted: Any) -> Rows:
    people, after = Range("populations", populations), Range("populations_ponderees", weighted)
    _aligned(people, after)
    return [[weighting.impact(people.vector(), after.vector())]]


def _weighted_activity(volumes: Any, form_weights: Any) -> Rows:
    weights = Range("poids_formes", form_weights).vector()
    matrix = Range("volumes", volumes, matrix=True)
    matrix.cut(matrix.filled())
    if matrix.shape[1] != len(weights):
        raise Refused(f"poids_formes : {matrix.shape[1]} attendus (un par colonne de volumes), {len(weights)} trouvés.")
    complete, blank = matrix.complete, matrix.blank
    return [
        [
            float(flows.weighted_activity(matrix.values[row], weights))
            if complete[row]
            else ""
            if blank[row]
            else matrix.why(row)
        ]
        for row in range(len(matrix.rows))
    ]


def _net_flow_rate(weight: Any, attraction: Any, leakage: Any) -> Rows:
    named = {"poids": weight, "attractivite": attraction, "fuites": leakage}
    ranges = [Range(name, raw, matrix=True) for name, raw in named.items()]
    return _by_row(flows.net_flow_rate, *ranges, together=False)


def _corrected_population(populations: Any, rates: Any) -> Rows:
    def compute(people: Array, rate: Array) -> Array:
        return flows.flow_corrected_population(_column(people), _column(rate))

    return _by_row(compute, Range("populations", populations), Range("taux", rates), together=False)


def _contribution_population(populations: Any, activity: Any) -> Rows:
    people, care = Range("populations", populations).upright(), Range("activite", activity, matrix=True)
    last = max(people.filled(), care.filled())
    people.cut(last), care.cut(last)
    care.vector()
    return [flows.contribution_population(people.vector(), care.values).tolist()]


def _regional_mean(allocations: Any, populations: Any) -> Rows:
    money, people = Range("dotations", allocations), Range("populations", populations)
    _aligned(money, people)
    return [[index.regional_mean(money.vector(), people.vector())]]


def _funding_index(allocations: Any, populations: Any, mean: Any) -> Rows:
    given = None if mean is None else _number("moyenne", mean, 0.0)

    def compute(money: Array, people: Array) -> Array:
        return index.funding_index(_column(money), _column(people), given)

    return _by_row(compute, Range("dotations", allocations), Range("populations", populations), together=given is None)


def _position(indices: Any, low: Any, high: Any) -> Rows:
    defaults = declared("hypotheses_psychiatrie.toml")
    bounds = (
        _number("borne_basse", low, defaults["IDX_BORNE_BASSE"].value),
        _number("borne_haute", high, defaults["IDX_BORNE_HAUTE"].value),
    )
    labels = {word: label for label, word in POSITIONS.items()}

    def compute(values: Array) -> Any:
        return np.array([labels[word] for word in index.position(_column(values), *bounds).tolist()], dtype=object)

    return _by_row(compute, Range("indices", indices), together=False)


def _need(allocations: Any, populations: Any, mean: Any, threshold: Any) -> Rows:
    given = None if mean is None else _number("moyenne", mean, 0.0)
    limit = _number("seuil", threshold, declared("hypotheses_psychiatrie.toml")["TRJ_SEUIL"].value)

    def compute(money: Array, people: Array) -> Array:
        return trajectory.need(_column(money), _column(people), given, threshold=limit)

    return _by_row(compute, Range("dotations", allocations), Range("populations", populations), together=given is None)


def _share_out(amount: Any, keys: Any, caps: Any, step: Any) -> Rows:
    whole, unit = _number("montant", amount, 0.0), _number("pas", step, 0.01)
    key = Range("cles", keys)
    lying = key.lying
    key.upright().cut(key.filled())
    limits = None
    if caps is not None:
        cap = Range("plafonds", caps).upright()
        limits = cap.cut(max(cap.filled(), key.shape[0])).vector()
    shares, remainder = sharing.share_out(whole, key.vector(), caps=limits, step=unit)
    cells: list[Any] = [float(share) for share in shares]
    if remainder:
        cells.append(f"Reste sans preneur : {str(remainder).replace('.', ',')} €")
    return [cells] if lying else [[cell] for cell in cells]


def _trajectory(allocations: Any, populations: Any, campaign: Any, parameters: Any) -> Rows:
    money, people = Range("dotations", allocations), Range("populations", populations)
    _aligned(money, people)
    years = Range("campagne", campaign, matrix=True)
    years.cut(years.filled())
    if years.shape[1] != len(trajectory.MEASURE_LABELS):
        wanted = ", ".join(trajectory.MEASURE_LABELS.values())
        raise Refused(f"campagne : une ligne par année et trois colonnes ({wanted}) sont attendues.")
    years.vector()
    measures = [Measures(year, row[0], row[1], row[2]) for year, row in enumerate(years.values.tolist(), start=1)]
    result = trajectory.simulate(money.vector(), people.vector(), measures, horizon=len(measures), rules=_rules(parameters))
    return list(result.allocation.T.tolist())


def _rules(parameters: Any) -> Rules:
    """Rules from two columns, code and value, as on the sheet Hypothèses; defaults for the codes left out."""
    hypotheses = declared("hypotheses_psychiatrie.toml")
    values = {code: hypotheses[code].value for code in RULES}
    for row in [] if parameters is None else Range("parametres", parameters).rows:
        if all(cell in (None, "") for cell in row):
            continue
        code = str(row[0]).strip()
        if len(row) != 2 or code not in RULES:
            raise Refused(f"parametres : « {code} » inconnu. Deux colonnes, code et valeur ; codes : {', '.join(RULES)}.")
        values[code] = None if row[1] == "" else row[1]
    try:
        return Rules(**{field: hypotheses[code].parse(values[code]) for code, field in RULES.items()})
    except ValueError:
        wrong = [code for code in RULES if not _valid(hypotheses[code], values[code])]
        raise Refused(f"parametres : {wrong[0]}, attendu : {hypotheses[wrong[0]].expected}.") from None


def _valid(hypothesis: Any, value: Any) -> bool:
    try:
        hypothesis.parse(value)
    except ValueError:
        return False
    return True


# --- the registry ------------------------------------------------------------------------------------------------------

ALLOCATIONS = Argument("dotations", "Dotations hors ASR, en euros : une colonne.")
POPULATIONS = Argument("populations", "Populations, en habitants : une colonne.")
SERVED = Argument("populations", "Populations corrigées des flux, en habitants : une colonne.")
MEAN = Argument("moyenne", "Moyenne de comparaison, en euros par habitant ; celle des lignes si elle est omise.", True)

FUNCTIONS: Sequence[CellFunction] = (
    CellFunction(
        "DOTPOP_INDICE_COMPOSE",
        "Indice démographique composé de chaque territoire : somme des poids × sens × (valeur / moyenne − 1).",
        (
            Argument("indicateurs", "Valeurs des indicateurs : une ligne par territoire, une colonne par indicateur."),
            Argument("poids", "Poids des indicateurs, 100 % en tout."),
            Argument("sens", "1 si une valeur élevée accroît le besoin, −1 si elle le réduit."),
            POPULATIONS,
            Argument("methode", "« rapport » (à la moyenne) ou « écart réduit » ; rapport si elle est omise.", True),
            Argument("intensite", "Intensité de la pondération, sans unité ; 1 si elle est omise.", True),
        ),
        _composite_index,
    ),
    CellFunction(
        "DOTPOP_POP_PONDEREE",
        "Population corrigée des indices démographiques : population × (1 + indice), recentrée sur le total.",
        (
            POPULATIONS,
            Argument("indices", "Indices composés (−1,49 % = −0,0149) : une colonne."),
            Argument("recentrer", "VRAI (par défaut) pour garder le total des populations.", True),
        ),
        _weighted_population,
    ),
    CellFunction(
        "DOTPOP_IMPACT",
        "Impact de la pondération : somme des écarts positifs rapportée à la population totale.",
        (POPULATIONS, Argument("populations_ponderees", "Populations pondérées, en habitants : une colonne.")),
        _impact,
    ),
    CellFunction(
        "DOTPOP_ACTIVITE_PONDEREE",
        "Activité pondérée : somme des volumes × poids des formes, ligne par ligne.",
        (
            Argument("volumes", "Patients, journées ou actes : une colonne par forme d'activité."),
            Argument("poids_formes", "Poids de chaque forme, par unité de volume."),
        ),
        _weighted_activity,
    ),
    CellFunction(
        "DOTPOP_TAUX_FLUX",
        "Taux de flux : (attractivité − fuites) / poids, classes d'âge additionnées.",
        (
            Argument("poids", "Activité pondérée : une ligne par établissement, une colonne ou une par classe d'âge."),
            Argument("attractivite", "Activité pondérée pour des patients d'autres territoires."),
            Argument("fuites", "Activité pondérée des résidents donnée ailleurs."),
        ),
        _net_flow_rate,
    ),
    CellFunction(
        "DOTPOP_POP_CORRIGEE",
        "Population corrigée des flux : population × (1 + taux).",
        (POPULATIONS, Argument("taux", "Taux de flux (−20,87 % = −0,2087) : une colonne.")),
        _corrected_population,
    ),
    CellFunction(
        "DOTPOP_POP_CONTRIBUTION",
        "Population desservie par contribution : chaque territoire suit la part de chaque établissement dans ses soins.",
        (
            POPULATIONS,
            Argument("activite", "Activité pondérée : une ligne par territoire, une colonne par établissement."),
        ),
        _contribution_population,
    ),
    CellFunction(
        "DOTPOP_MOYENNE",
        "Dotation moyenne par habitant : somme des dotations / somme des populations, en euros.",
        (ALLOCATIONS, SERVED),
        _regional_mean,
    ),
    CellFunction(
        "DOTPOP_INDICE",
        "Indice de financement : dotation par habitant / moyenne.",
        (ALLOCATIONS, SERVED, MEAN),
        _funding_index,
    ),
    CellFunction(
        "DOTPOP_POSITION",
        "Position : Moins doté, Neutre (bornes comprises) ou Mieux doté.",
        (
            Argument("indices", "Indices de financement : une colonne."),
            Argument("borne_basse", "Borne basse de la position neutre ; 0,95 si elle est omise.", True),
            Argument("borne_haute", "Borne haute de la position neutre ; 1,05 si elle est omise.", True),
        ),
        _position,
    ),
    CellFunction(
        "DOTPOP_BESOIN",
        "Besoin de financement, en euros : ce qui ramène à la moyenne un établissement sous le seuil.",
        (ALLOCATIONS, SERVED, MEAN, Argument("seuil", "Indice sous lequel il y a besoin ; 0,95 s'il est omis.", True)),
        _need,
    ),
    CellFunction(
        "DOTPOP_REPARTIR",
        "Répartit un montant au prorata des clés, au plus fort reste ; une ligne de plus dit ce qui est sans preneur.",
        (
            Argument("montant", "Montant à répartir, en euros."),
            Argument("cles", "Clés de répartition, positives ou nulles : une colonne."),
            Argument("plafonds", "Montant le plus élevé de chaque ligne, en euros ; aucun s'ils sont omis.", True),
            Argument("pas", "Arrondi, en euros : 0,01 (par défaut) ou 1.", True),
        ),
        _share_out,
    ),
    CellFunction(
        "DOTPOP_TRAJECTOIRE",
        "Dotations année par année, de la base à l'horizon : une ligne par établissement, une colonne par année, en euros.",
        (
            ALLOCATIONS,
            SERVED,
            Argument("campagne", "Une ligne par année : reconduction, croissance socle, mesures thématiques, en euros."),
            Argument("parametres", "Deux colonnes, code et valeur, comme dans Hypothèses (TRJ_…).", True),
        ),
        _trajectory,
    ),
)
BY_NAME = {function.name: function for function in FUNCTIONS}
