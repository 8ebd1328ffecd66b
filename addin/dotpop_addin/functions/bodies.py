"""Bodies of the cell functions: from raw arguments, over the model, to rows of cells.

A row is numbers, French words, or a French sentence where something prevents its computation.
"""

from decimal import Decimal
from typing import Any

import numpy as np

from dotpop_addin.declarations.common import CAMPAIGN_MEASURES, POSITIONS, SMR_POTS, SMR_SEGMENTS
from dotpop_addin.declarations.common import POTS as PSYCHIATRY_POTS
from dotpop_addin.declarations.common import SEGMENTS as PSYCHIATRY_SEGMENTS
from dotpop_addin.functions.arguments import Rows, aligned, by_row, column, flag, number, quoted, single
from dotpop_addin.functions.ranges import Range, Refused
from dotpop_addin.hypotheses import declared
from dotpop_addin.reading import shown
from dotpop_model import flows, index, sharing, trajectory, weighting
from dotpop_model.arrays import Array
from dotpop_model.stages.index import MEAN_CODES
from dotpop_model.stages.trajectory import POT_ORDER, lacking_measures
from dotpop_model.trajectory import Measures, Rules

SEGMENTS = {**PSYCHIATRY_SEGMENTS, **SMR_SEGMENTS}
POTS = {**PSYCHIATRY_POTS, **SMR_POTS}
"""The words of every field."""

METHODS = {"rapport": "ratio", "rapport à la moyenne": "ratio", "écart réduit": "zscore"}
RULES = {  # hypothesis → field of Rules
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
PARAMETERS = (*RULES, "ENV_SEGMENTATION", *MEAN_CODES.values())
"""Hypotheses that DOTPOP_TRAJECTOIRE takes as parameters."""


def composite_index(indicators: Any, weights: Any, directions: Any, populations: Any, method: Any, intensity: Any) -> Rows:
    wanted = "rapport" if method is None else single("methode", method)
    chosen = wanted.strip().lower() if isinstance(wanted, str) else ""
    if chosen not in METHODS:
        raise Refused(f"methode : « rapport » ou « écart réduit » est attendu, {quoted(wanted)} trouvé.")
    weight, direction = Range("poids", weights).vector(), Range("sens", directions).vector()
    strength = number("intensite", intensity, 1.0)

    def compute(values: Array, people: Array) -> Array:
        return weighting.composite_index(
            values, weight, direction, column(people), method=METHODS[chosen], intensity=strength
        )

    matrix = Range("indicateurs", indicators, matrix=True)
    return by_row(compute, matrix, Range("populations", populations), together=True)


def weighted_population(populations: Any, indices: Any, recentre: Any) -> Rows:
    again = flag("recentrer", recentre, True)

    def compute(people: Array, need: Array) -> Array:
        return weighting.weighted_population(column(people), column(need), recentre=again)

    return by_row(compute, Range("populations", populations), Range("indices", indices), together=again)


def impact(populations: Any, weighted: Any) -> Rows:
    people, after = Range("populations", populations), Range("populations_ponderees", weighted)
    aligned(people, after)
    return [[weighting.impact(people.vector(), after.vector())]]


def weighted_activity(volumes: Any, form_weights: Any) -> Rows:
    weights, matrix = Range("poids_formes", form_weights).vector(), Range("volumes", volumes, matrix=True)
    if matrix.shape[1] != len(weights):
        raise Refused(f"poids_formes : {matrix.shape[1]} attendus (un par colonne de volumes), {len(weights)} trouvés.")
    return by_row(lambda values: flows.weighted_activity(values, weights), matrix, together=False)


def net_flow_rate(weight: Any, attraction: Any, leakage: Any) -> Rows:
    named = {"poids": weight, "attractivite": attraction, "fuites": leakage}
    ranges = [Range(name, raw, matrix=True) for name, raw in named.items()]
    return by_row(flows.net_flow_rate, *ranges, together=False)


def corrected_population(populations: Any, rates: Any) -> Rows:
    def compute(people: Array, rate: Array) -> Array:
        return flows.flow_corrected_population(column(people), column(rate))

    return by_row(compute, Range("populations", populations), Range("taux", rates), together=False)


def contribution_population(populations: Any, activity: Any) -> Rows:
    people, care = Range("populations", populations).upright(), Range("activite", activity, matrix=True)
    last = max(people.filled(), care.filled())
    people.cut(last), care.cut(last)
    care.vector()
    return [flows.contribution_population(people.vector(), care.values).tolist()]


def regional_mean(allocations: Any, populations: Any) -> Rows:
    money, people = Range("dotations", allocations), Range("populations", populations)
    aligned(money, people)
    return [[index.regional_mean(money.vector(), people.vector())]]


def funding_index(allocations: Any, populations: Any, mean: Any) -> Rows:
    given = None if mean is None else number("moyenne", mean, 0.0)

    def compute(money: Array, people: Array) -> Array:
        return index.funding_index(column(money), column(people), given)

    return by_row(compute, Range("dotations", allocations), Range("populations", populations), together=given is None)


def position(indices: Any, low: Any, high: Any) -> Rows:
    defaults = declared("hypotheses_psychiatrie.toml")
    bounds = (
        number("borne_basse", low, defaults["IDX_BORNE_BASSE"].value),
        number("borne_haute", high, defaults["IDX_BORNE_HAUTE"].value),
    )
    labels = {word: label for label, word in POSITIONS.items()}

    def compute(values: Array) -> Any:
        return np.array([labels[word] for word in index.position(column(values), *bounds).tolist()], dtype=object)

    return by_row(compute, Range("indices", indices), together=False)


def need(allocations: Any, populations: Any, mean: Any, threshold: Any) -> Rows:
    given = None if mean is None else number("moyenne", mean, 0.0)
    limit = number("seuil", threshold, declared("hypotheses_psychiatrie.toml")["TRJ_SEUIL"].value)

    def compute(money: Array, people: Array) -> Array:
        return trajectory.need(column(money), column(people), given, threshold=limit)

    return by_row(compute, Range("dotations", allocations), Range("populations", populations), together=given is None)


def share_out(amount: Any, keys: Any, caps: Any, step: Any) -> Rows:
    whole, unit = number("montant", amount, 0.0), number("pas", step, 0.01)
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


def allocations_by_year(allocations: Any, populations: Any, campaign: Any, parameters: Any) -> Rows:
    segments, money = _labelled("dotations", allocations)
    people = Range("populations", populations)
    aligned(money, people)
    segments = segments[: money.shape[0]]
    values = _parameters(parameters)
    compared = segments if segments and values["ENV_SEGMENTATION"] else ["all"] * money.shape[0]
    measures = _campaign(campaign, segments)
    result = trajectory.simulate(
        money.vector(),
        people.vector(),
        measures,
        horizon=max(one.year for one in measures),
        rules=Rules(**{field: values[code] for code, field in RULES.items()}),
        segments=np.array(compared),
        mean=_given_means(money.vector(), people.vector(), compared, values),
    )
    return list(result.allocation.T.tolist())


def _labelled(name: str, raw: Any) -> tuple[list[str], Range]:
    """The labels of a first column of texts, if there is one, as code words; and the other column."""
    given = Range(name, raw, matrix=True)
    if given.shape[1] != 2:
        return [], Range(name, raw)
    words = []
    for row, (label, amount) in enumerate(given.rows, start=1):
        if label in (None, "") and amount in (None, ""):
            continue
        if label not in SEGMENTS:
            raise Refused(f"{name}, ligne {row} : segment {quoted(label)} inconnu, attendu : {', '.join(SEGMENTS)}.")
        words.append(SEGMENTS[label])
    return words, given.column(1)


def _campaign(raw: Any, segments: list[str]) -> list[Measures]:
    """The pots: three columns of measures, a line per year; or before them the year and the segment, as in Campagne."""
    years = Range("campagne", raw, matrix=True)
    years.cut(years.filled())
    wanted = ", ".join(trajectory.MEASURE_LABELS.values())
    if years.shape[1] == len(CAMPAIGN_MEASURES):
        years.vector()
        return [Measures(year, row[0], row[1], row[2]) for year, row in enumerate(years.values.tolist(), start=1)]
    if years.shape[1] != 2 + len(CAMPAIGN_MEASURES):
        raise Refused(f"campagne : trois colonnes ({wanted}) sont attendues, ou cinq avec l'année et le segment devant.")
    Range("campagne", [[row[0], *row[2:]] for row in years.rows], matrix=True).vector()
    rows = [(_year(row[0], place), _pot(row[1], place, segments), row[2:]) for place, row in enumerate(years.rows, start=1)]
    first, last = (choose(year for year, _, _ in rows) for choose in (min, max))
    longest = declared("hypotheses_psychiatrie.toml")["TRJ_HORIZON"].maximum
    if longest is not None and last - first >= longest:
        raise Refused(f"campagne : de {first} à {last}, plus de {longest:g} années. Corriger l'année.")
    for own in sorted({year for year, _, _ in rows}):
        lacking = lacking_measures({pot for year, pot, _ in rows if year == own}, segments)
        if lacking:
            raise Refused(f"campagne : aucune mesure en {own} pour {lacking}. Compléter, par 0 s'il n'y en a pas.")
    rows.sort(key=lambda row: (row[0], POT_ORDER.index(row[1])))
    return [
        Measures(
            year - first + 1,
            amounts[0],
            amounts[1],
            amounts[2],
            None if pot == "all" else tuple(own == pot for own in segments),
        )
        for year, pot, amounts in rows
    ]


def _year(cell: Any, row: int) -> int:
    if cell != int(cell):
        raise Refused(f"campagne, ligne {row} : année entière attendue, {shown(cell)} trouvé.")
    return int(cell)


def _pot(label: Any, row: int, segments: list[str]) -> str:
    if label not in POTS or (POTS[label] != "all" and not segments):
        wanted = ", ".join(POTS) if segments else "Tous segments (ou donner le segment devant chaque dotation)"
        raise Refused(f"campagne, ligne {row} : segment {quoted(label)} trouvé, attendu : {wanted}.")
    return POTS[label]


def _given_means(money: Array, people: Array, compared: list[str], values: dict[str, Any]) -> Array | None:
    """The means that the parameters impose; the others computed. None when none is imposed."""
    given = {segment: values[code] for segment, code in MEAN_CODES.items() if values[code] is not None}
    if not given:
        return None
    own = np.array(compared)
    means = np.empty(len(money))
    for segment in np.unique(own).tolist():
        inside = own == segment
        means[inside] = given.get(segment) or index.regional_mean(money[inside], people[inside])
    return means


def _parameters(raw: Any) -> dict[str, Any]:
    """Values by code, from two columns, code and value, as on the sheet Hypothèses; defaults for the codes left out."""
    hypotheses = declared("hypotheses_psychiatrie.toml")
    values = {code: hypotheses[code].value for code in PARAMETERS}
    for row in [] if raw is None else Range("parametres", raw).rows:
        if all(cell in (None, "") for cell in row):
            continue
        code = row[0].strip() if isinstance(row[0], str) else row[0]
        if len(row) != 2 or code not in PARAMETERS:
            known = ", ".join(PARAMETERS)
            raise Refused(f"parametres : {quoted(code)} inconnu. Deux colonnes, code et valeur ; codes : {known}.")
        values[code] = None if row[1] == "" else float(row[1]) if isinstance(row[1], Decimal) else row[1]
    wrong = [code for code in PARAMETERS if not _valid(hypotheses[code], values[code])]
    if wrong:
        raise Refused(f"parametres : {wrong[0]}, attendu : {hypotheses[wrong[0]].expected}.")
    return {code: hypotheses[code].parse(value) for code, value in values.items()}


def _valid(hypothesis: Any, value: Any) -> bool:
    try:
        hypothesis.parse(value)
    except ValueError:
        return False
    return True
