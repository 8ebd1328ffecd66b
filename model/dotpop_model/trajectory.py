"""Trajectory: what an under-funded hospital needs, and how the measures of each campaign close the gap."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array
from dotpop_model.campaign import Amount, Measures, Move, Rules, Start, State, one_year, segment_sum
from dotpop_model.errors import french
from dotpop_model.index import funding_index, reference_mean, regional_mean
from dotpop_model.sharing import HALF_CENT

__all__ = ["Measures", "Movement", "Rules", "Trajectories", "Trajectory", "need", "simulate", "simulate_many"]
NUMBERS = ("threshold", "high", "modulation", "exponent", "ceiling", "floor")
BATCH = 1000  # fewer: more time in Python than in numpy; more: arrays out of the processor's cache
MEASURE_LABELS = {"carry_forward": "reconduction", "core_growth": "croissance socle", "earmarked": "mesures thématiques"}


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of money (€). shares: per hospital (negative: taken); offered − Σ shares found no taker."""

    year: int
    pot: int
    lever: str
    offered: float
    shares: Array


@dataclass(frozen=True, slots=True)
class Trajectories:
    """The result of `simulate_many`. allocation, caught_up: years × S × H (€), row 0 the base year. need: S × H (€)."""

    allocation: Array
    caught_up: Array
    need: Array


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The result of `simulate`; arrays are years × hospitals, row 0 the base year.

    allocation: €. mean: μ of each hospital's segment, € per head. index: no unit. remaining: need still open, €.
    caught_up: catch-up money received since the start, € (gains of all levers but carry-forward, while there is a need).
    need: initial need per hospital, €. objective: € to bring (target share × Σ need). capacity: Σ caught_up at the horizon.
    """

    allocation: Array
    mean: Array
    index: Array
    remaining: Array
    caught_up: Array
    need: Array
    objective: float
    movements: tuple[Movement, ...]

    @property
    def capacity(self) -> float:
        return float(self.caught_up[-1].sum())

    @property
    def reached(self) -> bool:
        """Whether the capacity covers the objective."""
        return reached(self.capacity, self.objective)


def reached(capacity: float, objective: float) -> bool:
    """Whether what is caught up covers an objective (€): short of it by less than half a cent is no failure."""
    return capacity >= objective - HALF_CENT


def need(allocation: ArrayLike, population: ArrayLike, mean: ArrayLike | None = None, *, threshold: float = 0.95) -> Array:
    """Need of each hospital B_e = max(0, μ P_e − D_e) where I_e < threshold, else 0 (€).

    allocation: €. population: flow-corrected inhabitants, > 0. mean: μ, € per head (one number, one per hospital,
    or None: the mean of the rows). threshold: 0.95, or 1 to count every hospital below the mean.
    Raises ModelError as `index.funding_index`. Source: ARA slide 19 (domain, section 6).

    >>> need([80, 120], [1, 1]).tolist()
    [20.0, 0.0]
    """
    index = funding_index(allocation, population, mean)
    money, people = np.asarray(allocation, dtype=np.float64), np.asarray(population, dtype=np.float64)
    reference = regional_mean(money, people) if mean is None else np.asarray(mean, dtype=np.float64)
    return np.where(index < threshold, np.maximum(0, reference * people - money), 0.0)


def simulate(
    allocation: ArrayLike,
    population: ArrayLike,
    campaign: Sequence[Measures],
    *,
    horizon: int,
    rules: Rules | None = None,
    segments: ArrayLike | None = None,
    mean: ArrayLike | None = None,
    target_share: float = 0.5,
) -> Trajectory:
    """Simulates the campaigns of years 1 to `horizon` with the three levers and, if chosen, convergence.

    Each year, for each pot: (1) carry-forward pro rata to allocations, a share of it withheld from the over-funded and
    given to hospitals with a need; (2) core growth to hospitals with a need; (3) earmarked measures to hospitals with
    a need first, then to the neutral ones pro rata to allocations; convergence last, within each segment, and only as
    much as hospitals with a need can take. Key B (1 − I)^γ, capped at what is left of B and by the ceiling (water-filling).

    allocation: € per hospital in the base year. population: flow-corrected inhabitants, > 0. campaign: measures (€);
    the pots of a year are served in the order given. segments: one label per hospital, whose mean it is compared to
    (None: one segment).
    mean: μ given, € per head (one number or one per hospital), instead of Σ D / Σ P of the segment.
    target_share: ρ, share of the need to close by the horizon.
    Returns `Trajectory`, unrounded; every € offered is in a movement's shares or in offered − Σ shares.
    Raises ModelError on missing or negative values, years without measures, parameters out of range.
    Source: ARA slides 18 to 21 (domain, section 6).

    >>> result = simulate([80, 120], [1, 1], [Measures(1, 0, 10, 0)], horizon=1)
    >>> result.allocation[1].tolist(), result.objective, result.capacity, result.reached
    ([90.0, 120.0], 10.0, 10.0, True)
    """
    rules = rules or Rules()
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, minimum=0)
        people = arguments.array("populations", population, length=len(money), positive=True)
        groups = _groups(arguments, segments, len(money))
        _check_rules(arguments, rules, horizon, target_share)
        _check_campaign(arguments, campaign, horizon, len(money))
        given = None if mean is None else reference_mean(arguments, money, people, mean)
    start = _start(money[None], people[None], None if given is None else given[None], groups, rules)
    need(money, people, start.mean[0])  # a mean that is nil is refused
    states, moves = _simulated(start, campaign, horizon, rules)
    allocations, means = (np.array([getattr(one, name)[0] for one in states]) for name in ("allocation", "mean"))
    start_need = start.need[0]
    return Trajectory(
        allocation=allocations,
        mean=means,
        index=allocations / people / means,
        remaining=np.where(start_need > 0, np.maximum(0, means * people - allocations), 0.0),
        caught_up=np.array([one.caught_up[0] for one in states]),
        need=start_need,
        objective=target_share * float(start_need.sum()),
        movements=tuple(_movement(year, move, len(money)) for year, move in moves),
    )


def simulate_many(
    allocation: ArrayLike,
    population: ArrayLike,
    campaign: Sequence[Measures],
    *,
    horizon: int,
    rules: Rules,
    segments: ArrayLike,
    mean: ArrayLike,
    target_share: float,
) -> Trajectories:
    """Many scenarios at once, each as `simulate` would: S scenarios of H hospitals.

    allocation, population, mean: S × H (€, inhabitants, € per head), positive but for allocations. campaign, rules: as
    `simulate`, where each amount and each number may be S of them. Pots, logic, mean rule and eligibility are common.
    Returns `Trajectories`. Raises ModelError as `simulate`. Scenarios go by batches that stay in the processor's cache.
    """
    with Arguments() as arguments:
        money = arguments.array("dotations", allocation, ndim=2, minimum=0)
        people = arguments.array("populations", population, ndim=2, positive=True)
        reference = arguments.array("moyenne", mean, ndim=2, positive=True)
        same_shape = money.shape == people.shape == reference.shape
        if not same_shape:
            arguments.fault("populations", "dotations, populations et moyennes : mêmes dimensions attendues.")
        groups = _groups(arguments, segments, money.shape[-1])
        _check_rules(arguments, rules, horizon, target_share)
        _check_campaign(arguments, campaign, horizon, money.shape[-1])
    order = np.argsort(groups, kind="stable")  # a segment's hospitals follow each other: nothing is copied to take them
    found = np.empty((horizon + 1, *money.shape)), np.empty((horizon + 1, *money.shape)), np.empty_like(money)
    ordered = [_reordered(one, order) for one in campaign]

    def compute(first: int) -> None:
        rows = slice(first, first + BATCH)
        own = replace(rules, **{name: _of(getattr(rules, name), rows) for name in NUMBERS})
        pots = [replace(one, **{name: _of(getattr(one, name), rows) for name in MEASURE_LABELS}) for one in ordered]
        start = _start(money[rows][:, order], people[rows][:, order], reference[rows][:, order], groups[order], own)
        states, _ = _simulated(start, pots, horizon, own)
        for year, state in enumerate(states):
            found[0][year, rows, order], found[1][year, rows, order] = state.allocation.T, state.caught_up.T
        found[2][rows, order] = start.need

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # numpy lets go of the interpreter while it computes
        list(threads.map(compute, range(0, len(money), BATCH)))
    return Trajectories(*found)


def _reordered(measures: Measures, order: NDArray[np.intp]) -> Measures:
    members = measures.members
    return measures if members is None else replace(measures, members=tuple(members[place] for place in order.tolist()))


def _simulated(
    start: Start, campaign: Sequence[Measures], horizon: int, rules: Rules
) -> tuple[list[State], list[tuple[int, Move]]]:
    """The state at the end of each year, the base year first, and what moved in which year."""
    states, moves = [State(start.allocation, start.mean, np.zeros_like(start.allocation))], list[tuple[int, Move]]()
    for year in range(1, horizon + 1):
        pots = [(pot, measures) for pot, measures in enumerate(campaign) if measures.year == year]
        state, moved = one_year(states[-1], start, pots, rules)
        states.append(state)
        moves += [(year, move) for move in moved]
    return states, moves


def _movement(year: int, move: Move, length: int) -> Movement:
    """A move of the only scenario, told of every hospital."""
    shares = np.zeros(length)
    shares[move.members] = move.shares[0]
    return Movement(year, move.pot, move.lever, float(np.ravel(move.offered)[0]), shares)


def _start(money: Array, people: Array, given: Array | None, groups: NDArray[np.intp], rules: Rules) -> Start:
    """The base year. given: μ, or None for that of each segment."""
    mean = segment_sum(money, groups) / segment_sum(people, groups) if given is None else np.broadcast_to(given, money.shape)
    with np.errstate(invalid="ignore"):  # a segment without money
        wanted = np.where(money / people / mean < rules.threshold, np.maximum(0, mean * people - money), 0.0)
    return Start(money, people, groups, mean, wanted)


def _groups(arguments: Arguments, segments: ArrayLike | None, length: int) -> NDArray[np.intp]:
    groups = np.zeros(length, dtype=np.intp) if segments is None else np.unique(segments, return_inverse=True)[1]
    if len(groups) != length:
        arguments.fault("segments", f"segments : {length} attendus, {len(groups)} trouvés.")
    return groups


def _of(values: Any, rows: slice) -> Any:
    """The part of a batch in numbers of which there is one a scenario (S × 1); the number itself where it is common."""
    return values if np.size(values) == 1 else np.reshape(values, (-1, 1))[rows]


def _check_rules(arguments: Arguments, rules: Rules, horizon: int, target_share: float) -> None:
    arguments.number("seuil", _worst(rules.threshold), 0)
    arguments.number("borne haute", _worst(rules.high), 0)
    if np.any(np.greater(rules.threshold, rules.high)):
        threshold, high = (float(np.max(np.asarray(one))) for one in (rules.threshold, rules.high))
        told = f"seuil : {french(threshold)} dépasse la borne haute ({french(high)})."
        arguments.fault("seuil", f"{told} Corriger l'un des deux.")
    arguments.number("modulation", _worst(rules.modulation, 1), 0, 1)
    arguments.number("baisse maximale", _worst(rules.floor, 1), 0, 1)
    arguments.number("objectif", target_share, 0, 1)
    arguments.number("exposant", _worst(rules.exponent), 0)
    arguments.number("plafond", 0.0 if rules.ceiling is None else _worst(rules.ceiling), 0)
    arguments.number("horizon", horizon, 1)
    choices = {
        "logique": (rules.logic, ("catch_up", "convergence")),
        "moyenne": (rules.mean_rule, ("fixed", "indexed", "recomputed")),
        "éligibilité": (rules.eligibility, ("initial", "yearly")),
    }
    for name, (choice, allowed) in choices.items():
        if choice not in allowed:
            arguments.fault(name, f"{name} : « {choice} » trouvé, attendu : {', '.join(allowed)}.")


def _worst(values: Amount, high: float = np.inf) -> float:
    """Of numbers that are to stand between 0 and a bound, one that does not if there is one."""
    found = np.ravel(values)
    wrong = found[~((found >= 0) & (found <= high) & np.isfinite(found))]
    return float(wrong[0] if len(wrong) else found[0])


def _check_campaign(arguments: Arguments, campaign: Sequence[Measures], horizon: int, length: int) -> None:
    for measures in campaign:
        for name, label in MEASURE_LABELS.items():
            arguments.number(f"campagne, année {measures.year}, {label}", _worst(getattr(measures, name)), 0)
        if measures.year < 1:
            arguments.fault("campagne", f"campagne : année {measures.year} trouvée, la première est 1. Retirer la ligne.")
        if measures.members is not None and len(measures.members) != length:
            arguments.fault("campagne", f"campagne : {length} établissements attendus, {len(measures.members)} trouvés.")
    lacking = sorted(set(range(1, horizon + 1)) - {measures.year for measures in campaign})
    if lacking:
        years = ", ".join(str(year) for year in lacking)
        arguments.fault("campagne", f"campagne : aucune mesure pour l'année {years}. Compléter jusqu'à l'horizon.")
