"""What the change from one scenario to another comes from: data, hypotheses, money, and hospitals that only one has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dotpop_addin.actions import Calculation
from dotpop_addin.comparison.hybrids import Hybrids, NotComputable
from dotpop_addin.declarations.origins import Origin
from dotpop_model.arrays import Array
from dotpop_model.shapley import shapley
from dotpop_model.tables import Frame

QUANTITIES = ("index", "population", "target", "mean")
"""What is split: columns of the indices (a number, inhabitants, €, € per inhabitant)."""
PERIMETER = "perimeter"
ALL = frozenset(str(one) for one in Origin)
PARTS = (*(str(one) for one in Origin), PERIMETER)
ORIGIN_LABELS = {Origin.DATA: "données", Origin.HYPOTHESES: "hypothèses", Origin.MONEY: "argent"}


@dataclass(frozen=True)
class Change:
    """The change of one quantity of each common hospital. before, after: as each scenario has it; parts: name of `PARTS` →
    what it brings, NaN for all where the hospital is set aside in some hybrid. The parts add up to after − before."""

    before: Array
    after: Array
    parts: dict[str, Array]

    @property
    def gap(self) -> Array:
        """After − before."""
        return self.after - self.before


@dataclass(frozen=True)
class Explained:
    """Two scenarios. finess: the hospitals that both have and one at least compares. only: those of the first, those of the
    other alone. changes: by name of `QUANTITIES`, empty where the split cannot be computed: see `reasons` (French)."""

    finess: list[str]
    only: tuple[list[str], ...]
    changes: dict[str, Change]
    reasons: list[str]


def explain(one: Calculation, other: Calculation, letters: tuple[str, str]) -> Explained:
    """Splits the change of each hospital that both scenarios have, exactly:

    change = data + hypotheses + money + perimeter

    The first three are the Shapley value over the eight hybrids (`Hybrids`): the mean, over the six orders, of what taking
    one origin from the other scenario does; the hybrids hold the common hospitals alone. Perimeter is what the hospitals of
    one scenario alone do to the others: I_B − I_A less the change between the two scenarios without them (nil where both
    have the same hospitals). When one hybrid cannot be computed nothing is split.
    """
    hybrids = Hybrids(one.region, other.region)
    full = [one.results.indices, other.results.indices]
    compared = [set(frame.texts("finess")) for frame in full]
    finess = [code for code in hybrids.common if code in compared[0] | compared[1]]
    only = tuple([code for code in own if code in compared[place]] for place, own in enumerate(hybrids.only))
    if not finess:
        return Explained([], only, {}, ["aucun établissement n'est dans les deux classeurs."])
    reasons: dict[str, str] = {}  # each reason once, with the first hybrid that it forbids

    def value(changed: frozenset[str]) -> Array:
        try:
            return _quantities(hybrids.indices(changed), finess)
        except NotComputable as error:
            for reason in error.reasons:
                reasons.setdefault(reason, f"{_of(changed, letters)} : {reason}")
            return np.full((len(QUANTITIES), len(finess)), np.nan)

    parts = shapley([str(origin) for origin in Origin], value)
    if reasons:
        return Explained(finess, only, {}, list(reasons.values()))
    before, after = (_quantities(frame, finess) for frame in full)
    parts[PERIMETER] = (after - before) - (value(ALL) - value(frozenset()))
    missing = np.isnan(np.sum(list(parts.values()), axis=0))
    parts = {name: np.where(missing, np.nan, part) for name, part in parts.items()}
    changes = {
        name: Change(before[place], after[place], {part: values[place] for part, values in parts.items()})
        for place, name in enumerate(QUANTITIES)
    }
    return Explained(finess, only, changes, [])


def _quantities(indices: Frame, finess: Sequence[str]) -> Array:
    """Quantities × hospitals, NaN where a hospital is not compared (set aside)."""
    line = {code: place for place, code in enumerate(indices.texts("finess"))}
    places = [line.get(code, -1) for code in finess]
    return np.array([np.append(indices.floats(name), np.nan)[places] for name in QUANTITIES])


def _of(changed: frozenset[str], letters: tuple[str, str]) -> str:
    """Which hybrid: "Données de B, hypothèses de A, argent de A"."""
    told = ", ".join(f"{label} de {letters[int(one in changed)]}" for one, label in ORIGIN_LABELS.items())
    return told[:1].upper() + told[1:]
