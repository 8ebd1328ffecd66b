"""Bodies of the cell functions that explain results: what an index owes to what, how far allocations stand apart."""

from typing import Any

from dotpop_addin.functions.arguments import Rows, aligned, number
from dotpop_addin.functions.ranges import Range, Refused
from dotpop_model import decomposition, index, inequality

FACTORS = ("dotation", "besoins", "flux")


def decompose(allocations: Any, residents: Any, weighted: Any, served: Any, mean: Any) -> Rows:
    money, people = Range("dotations", allocations), Range("habitants", residents)
    needs, patients = Range("populations_ponderees", weighted), Range("populations_desservies", served)
    aligned(money, people, needs, patients)
    amounts, raw, need, given = (one.vector() for one in (money, people, needs, patients))
    compared = number("moyenne", mean, 0.0) if mean is not None else index.regional_mean(amounts, given)
    indices = index.funding_index(amounts, given, compared)
    logarithms = decomposition.factors(amounts, raw, need, given, compared)
    found = decomposition.decompose(indices, dict(zip(FACTORS, logarithms, strict=True)))
    return [[float(found[name][row]) for name in FACTORS] for row in range(len(indices))]


def measures(per_head: Any, populations: Any, groups: Any) -> Rows:
    values, people = Range("dotations_par_habitant", per_head), Range("populations", populations)
    aligned(values, people)
    found, weights = values.vector(), people.vector()
    labels = ["" for _ in found] if groups is None else _labels(groups, len(found))
    split = inequality.theil(found, weights, labels)
    rows: list[tuple[str, float]] = [
        ("Coefficient de variation", inequality.variation(found, weights)),
        ("Gini", inequality.gini(found, weights)),
        ("Rapport du quart le mieux doté au quart le moins doté", inequality.quarter_ratio(found, weights)),
        ("Theil", split.total),
    ]
    if groups is not None:
        rows += [("Theil, dans les groupes", split.within), ("Theil, entre les groupes", split.between)]
    return [[label, value] for label, value in rows]


def _labels(raw: Any, count: int) -> list[str]:
    """One label a line; a line without one is told."""
    given = Range("groupes", raw).upright()
    cells = [line[0] for line in given.rows][:count]
    wrong = [row for row, cell in enumerate(cells, start=1) if not isinstance(cell, str) or not cell.strip()]
    if len(cells) < count or wrong:
        place = wrong[0] if wrong else len(cells) + 1
        raise Refused(f"groupes : un nom est attendu à chaque ligne, rien à la ligne {place}.")
    return [str(cell).strip() for cell in cells]
