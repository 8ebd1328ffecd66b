"""The study of a region: one factor at a time, all together, counts resampled, and what a hair across a bound costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.errors import Fault, ModelError
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.index import position
from dotpop_model.sensitivity.factors import MEASURES, Factor, Kind, vary
from dotpop_model.sensitivity.scenarios import Draws, Scenarios
from dotpop_model.sensitivity.served import Served
from dotpop_model.sensitivity.variance import Variance, sobol
from dotpop_model.sharing import HALF_CENT
from dotpop_model.stages.trajectory import campaign_measures
from dotpop_model.steps import Chain
from dotpop_model.tables import Frame, Tables
from dotpop_model.trajectory import Rules, simulate_many
from dotpop_model.vocabulary import Position

STAGES = ("weighting", "flows", "index", "trajectory")
HAIR = 1e-9  # relative: as near to a bound as floats tell apart
NO_CHANGE = 1e-12
NOTHING: Draws = {"": np.zeros(1)}
"""One scenario, in which nothing varies."""
MOST_TRIES = 20  # resamples drawn for one that is kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario gives each hospital (H): index, position, allocation in the last year (€)."""

    index: Array
    position: NDArray[Any]
    allocation: Array


@dataclass(frozen=True, slots=True)
class Trial:
    """One factor with another value, all else as in the region. outcome: None where it has none, and the faults."""

    factor: Factor
    value: Any
    outcome: Outcome | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Joint:
    """All factors drawn together. drawn: those that were. index, allocation: independent scenarios × hospitals.
    positions: share of these where each hospital is under, neutral, over (H × 3). of_index, of_allocation: Sobol indices
    (H × d)."""

    drawn: Sequence[Factor]
    index: Array
    allocation: Array
    positions: Array
    of_index: Variance
    of_allocation: Variance


def outcome(chain: Chain[Any, Any], tables: Tables, hypotheses: Hypotheses) -> Outcome:
    """What the chain of a field gives each hospital. Raises ModelError."""
    inside, found = chain.scope(tables, hypotheses), dict[str, Frame]()
    for step in (chain.steps[name] for name in STAGES):
        found |= step.compute(inside, hypotheses, found.get(step.reads, Frame({})))
    indices, trajectory = found["indices"], found["trajectory"]
    last = trajectory.where(trajectory["year"] == trajectory["year"].max())
    return Outcome(indices.floats("index"), np.array(indices.texts("position")), last.floats("allocation"))


def one_at_a_time(chain: Chain[Any, Any], tables: Tables, hypotheses: Hypotheses, factors: Sequence[Factor]) -> list[Trial]:
    """Each factor at both ends of its range, or with each other choice; all else as in the region. Counts are not tried."""
    trials = []
    for factor in factors:
        values = factor.others if factor.kind == Kind.CHOICE else (factor.low, factor.high)
        for value in () if factor.kind == Kind.COUNTS else values:
            try:
                trials.append(Trial(factor, value, outcome(chain, *vary(factor, value, tables, hypotheses))))
            except ModelError as error:
                trials.append(Trial(factor, value, None, error.faults))
    return trials


def moves(base: Outcome, trials: Sequence[Trial], factor: Factor) -> bool:
    """Whether a factor changed anything for anyone; one that was not tried, or not computed, is taken to."""
    own = [trial.outcome for trial in trials if trial.factor == factor]
    return not own or any(
        one is None
        or bool((one.position != base.position).any())
        or not np.allclose(one.index, base.index, rtol=NO_CHANGE, atol=0)
        or not np.allclose(one.allocation, base.allocation, rtol=NO_CHANGE, atol=HALF_CENT)
        for one in own
    )


def resample(served: Served, hypotheses: Hypotheses, count: int, seed: int) -> tuple[Array, int]:
    """Volumes of activity drawn again, each line a Poisson count of the same mean; and how many draws were set aside.

    A draw in which a hospital would serve nobody is set aside and another one made: the share is told, not hidden.
    Returns count × lines. Raises ModelError when nearly all draws are set aside.
    """
    rng, kept, aside = np.random.default_rng(seed), list[Array](), 0
    while len(kept) < count:
        volumes = rng.poisson(served.volumes).astype(np.float64)
        if any(np.isnan(matrix).any() for matrix in served.matrices(hypotheses, volumes=volumes).values()):
            aside += 1
            if aside > MOST_TRIES * count:
                message = (
                    "Effectifs trop petits pour être tirés de nouveau : un établissement n'y a souvent plus d'activité."
                )
                raise ModelError([Fault(message, "activity", "volume")])
            continue
        kept.append(volumes)
    return np.array(kept), aside


def joint(scenarios: Scenarios, *, draws: int, seed: int) -> Joint:
    """All the factors of the scenarios drawn together, uniform and independent: `sobol` with (d + 2) × draws scenarios.

    Raises ModelError when some scenarios cannot be computed.
    """
    factors = scenarios.factors

    def results(columns: Array) -> Array:
        found = simulated(scenarios, {one.code: row for one, row in zip(factors, columns, strict=True)})
        lost = int((~np.isfinite(found[0])).any(axis=1).sum())
        if lost:
            raise ModelError([_not_computed(lost, columns.shape[1])])
        return np.concatenate(found, axis=1).T

    found = sobol(results, [(one.low, one.high) for one in factors], draws=draws, seed=seed)
    count = len(scenarios.allocation)
    of_index, of_allocation = (
        Variance(found.first[rows], found.total[rows], found.drawn[rows])
        for rows in (slice(0, count), slice(count, 2 * count))
    )
    under, over = (found.drawn[2 * count + place * count :][:count].mean(axis=1) for place in range(2))
    positions = np.column_stack([under, 1 - under - over, over])
    return Joint(factors, of_index.drawn.T, of_allocation.drawn.T, positions, of_index, of_allocation)


def simulated(scenarios: Scenarios, draws: Draws) -> tuple[Array, Array, Array, Array]:
    """Scenarios (S × H each): index, allocation in the last year (€), under the low bound, over the high one."""
    populations = scenarios.populations(draws)
    index = scenarios.indices(populations)
    low, high = scenarios.number(draws, "low"), scenarios.number(draws, "high")
    if not np.isfinite(index).all():
        return index, index, index, index
    last = last_allocations(scenarios, draws, np.broadcast_to(scenarios.allocation, index.shape), populations)
    return index, last, (index < low).astype(np.float64), (index > high).astype(np.float64)


def last_allocations(scenarios: Scenarios, draws: Draws, allocation: Array, populations: Array) -> Array:
    """The allocation of each hospital in the last year (S × H), unrounded."""
    hypotheses = scenarios.hypotheses
    campaign, _ = campaign_measures(scenarios.tables, hypotheses)
    multiples: dict[str, Any] = {name: scenarios.multiple(draws, Kind.CAMPAIGN, name) for name in MEASURES}
    drawn = [
        replace(one, **{name: getattr(one, name) * multiple for name, multiple in multiples.items()}) for one in campaign
    ]
    found = simulate_many(
        allocation,
        populations,
        drawn,
        horizon=hypotheses.horizon,
        rules=_rules(scenarios, draws),
        segments=scenarios.segments,
        mean=scenarios.means(populations, allocation),
        target_share=hypotheses.target_share,
    )
    return np.asarray(found.allocation[-1])


def _rules(scenarios: Scenarios, draws: Draws) -> Rules:
    """The rules of the trajectory, a number per scenario where one is drawn."""
    names = {
        "need_threshold": "threshold",
        **{name: name for name in ("high", "modulation", "exponent", "ceiling", "floor")},
    }
    drawn: dict[str, Any] = {rule: scenarios.number(draws, name) for name, rule in names.items()}
    return replace(scenarios.hypotheses.rules, **drawn)


@dataclass(frozen=True)
class Cliff:
    """A bound that a hospital would cross. allocation: what would put it on the bound (€ of the base year). below, above:
    what it gains in all over the years, a hair under and a hair over (€)."""

    bound: float
    allocation: Array
    below: Array
    above: Array

    @property
    def jump(self) -> Array:
        return self.above - self.below


def cliff(scenarios: Scenarios, bound: float) -> Cliff:
    """What a hair across a bound costs each hospital, if its allocation alone put it there.

    D on the bound: b P R / (Σ P − b P), R the money of the others of its segment (its mean moves with it); b P μ with a
    given mean; missing where no allocation puts it there. Two scenarios a hospital: D (1 − ε) and D (1 + ε).
    """
    count = len(scenarios.allocation)
    populations = scenarios.populations(NOTHING)
    money, people = scenarios.allocation, populations[0]
    wanted = np.empty(count)
    for segment in scenarios.hypotheses.segments:
        inside, given = scenarios.segments == str(segment), scenarios.hypotheses.given_mean(segment)
        if given is not None:
            wanted[inside] = bound * people[inside] * given
        else:
            rest = money[inside].sum() - money[inside]
            left = people[inside].sum() - bound * people[inside]
            possible = (left > 0) & (rest > 0)  # alone in its segment, a hospital is its own mean
            wanted[inside] = np.where(possible, bound * people[inside] * rest / np.where(possible, left, 1), np.nan)
    moved = np.repeat(money[None], 2 * count, axis=0)
    rows = np.arange(count)
    moved[rows, rows], moved[count + rows, rows] = wanted * (1 - HAIR), wanted * (1 + HAIR)
    moved = np.where(np.isnan(moved), money, moved)
    last = last_allocations(scenarios, NOTHING, moved, np.repeat(populations, 2 * count, axis=0))
    gained = (last - moved)[np.arange(2 * count), np.tile(rows, 2)]
    gained = np.where(np.isnan(np.tile(wanted, 2)), np.nan, gained)
    return Cliff(bound, wanted, gained[:count], gained[count:])


def _not_computed(lost: int, count: int) -> Fault:
    message = (
        f"{lost} scénarios sur {count} ne se calculent pas : un établissement n'y a plus d'activité, ou un indice composé "
        "y atteint −100 %. Réduire les plages."
    )
    return Fault(message, "hypotheses", "value")


POSITIONS = tuple(str(one) for one in (Position.UNDER, Position.NEUTRAL, Position.OVER))
__all__ = [
    "POSITIONS",
    "Cliff",
    "Joint",
    "Outcome",
    "Trial",
    "cliff",
    "joint",
    "moves",
    "one_at_a_time",
    "outcome",
    "position",
]
