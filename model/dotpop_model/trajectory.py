"""Trajectory: what an under-funded hospital needs, and how the measures of each campaign close the gap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dotpop_model.arrays import Arguments, Array
from dotpop_model.errors import french
from dotpop_model.index import funding_index, reference_mean, regional_mean
from dotpop_model.sharing import fill

Mask = NDArray[np.bool_]
MEASURE_LABELS = {"carry_forward": "reconduction", "core_growth": "croissance socle", "earmarked": "mesures thématiques"}
CATCH_UP_LEVERS = ("withheld", "core_growth", "earmarked", "convergence")
NOISE = 1e-9  # relative: what is short by less is not short; a float's last digits must not move money


@dataclass(frozen=True, slots=True)
class Measures:
    """The new money of one campaign year for one pot (a segment, or the whole region). Amounts in €, ≥ 0.

    year: 1 is the first year after the base year. members: which hospitals share the pot (None: all of them).
    """

    year: int
    carry_forward: float
    core_growth: float
    earmarked: float
    members: tuple[bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the measures are shared out: parameters of the region, each a hypothesis with its source (domain, section 6).

    threshold: hospitals with I < threshold have a need. high: hospitals with I > high are over-funded.
    modulation: share of an over-funded hospital's carry-forward that is withheld (0 to 1).
    exponent: γ ≥ 0 of the key B (1 − I)^γ, extra weight for the farthest.
    ceiling: most that a hospital may gain in a year besides carry-forward, as a share of its allocation; None: no ceiling.
    logic: "catch_up" (nobody falls) or "convergence" (the over-funded may fall by at most `floor` a year).
    mean_rule: "fixed" (μ of the start), "indexed" (raised each year by the segment's carry-forward rate) or
    "recomputed" (follows the segment's allocations).
    eligibility: "initial" (hospitals with a need at the start, until the mean is reached) or "yearly" (judged again
    each year).
    """

    threshold: float = 0.95
    high: float = 1.05
    modulation: float = 0.0
    exponent: float = 0.0
    ceiling: float | None = None
    logic: str = "catch_up"
    floor: float = 0.0
    mean_rule: str = "fixed"
    eligibility: str = "initial"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of money (€). shares: per hospital (negative: taken); offered − Σ shares found no taker."""

    year: int
    pot: int
    lever: str
    offered: float
    shares: Array


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
        """Whether the capacity covers the objective (to a hundredth of a cent: float noise is no failure)."""
        return self.capacity >= self.objective - 1e-4


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
        groups = np.zeros(len(money), dtype=np.intp) if segments is None else np.unique(segments, return_inverse=True)[1]
        if len(groups) != len(money):
            arguments.fault("segments", f"segments : {len(money)} attendus, {len(groups)} trouvés.")
        _check_rules(arguments, rules, horizon, target_share)
        _check_campaign(arguments, campaign, horizon, len(money))
        given = None if mean is None else reference_mean(arguments, money, people, mean)
    start_mean = _segment_mean(money, people, groups) if given is None else np.broadcast_to(given, money.shape)
    start_need = need(money, people, start_mean, threshold=rules.threshold)
    state = _State(money, start_mean, np.zeros_like(money))
    initial = _Start(money, people, groups, start_mean, start_need)
    states, movements = [state], []
    for year in range(1, horizon + 1):
        pots = [(pot, measures) for pot, measures in enumerate(campaign) if measures.year == year]
        state, moved = _year(state, initial, pots, rules, year)
        states.append(state)
        movements.extend(moved)
    allocations = np.array([one.allocation for one in states])
    means = np.array([one.mean for one in states])
    return Trajectory(
        allocation=allocations,
        mean=means,
        index=allocations / people / means,
        remaining=np.where(start_need > 0, np.maximum(0, means * people - allocations), 0.0),
        caught_up=np.array([one.caught_up for one in states]),
        need=start_need,
        objective=target_share * float(start_need.sum()),
        movements=tuple(movements),
    )


@dataclass(frozen=True, slots=True)
class _Start:
    allocation: Array
    population: Array
    groups: NDArray[np.intp]
    mean: Array
    need: Array


@dataclass(frozen=True, slots=True)
class _State:
    allocation: Array
    mean: Array
    caught_up: Array


def _year(
    before: _State, start: _Start, pots: list[tuple[int, Measures]], rules: Rules, year: int
) -> tuple[_State, list[Movement]]:
    """One campaign year: the levers in order, each pot in turn."""
    index = before.allocation / start.population / before.mean
    eligible = start.need > 0 if rules.eligibility == "initial" else index < rules.threshold
    over = index > rules.high
    carried, target, movements, withheld = _carry_forward(before, start, pots, rules, over, year)
    rooms = _Rooms(before.allocation, carried, target, eligible, over, rules)
    movements += [rooms.give(move, pots) for move in withheld]
    for lever in ("core_growth", "earmarked"):
        for pot, measures in pots:
            offered = Movement(year, pot, lever, float(getattr(measures, lever)), np.zeros_like(carried))
            movements.append(rooms.give(offered, pots))
    if rules.logic == "convergence":
        movements.append(Movement(year, -1, "convergence", 0.0, rooms.converge(start.groups)))
    allocation = before.allocation + sum((move.shares for move in movements), np.zeros_like(carried))
    gains = [np.maximum(0, move.shares) for move in movements if move.lever in CATCH_UP_LEVERS]
    caught_up = before.caught_up + np.where(rooms.needy, sum(gains, np.zeros_like(carried)), 0.0)
    mean = target / start.population
    if rules.mean_rule == "recomputed":
        mean = start.mean * _segment_growth(allocation, start)
    return _State(allocation, mean, caught_up), movements


def _carry_forward(
    before: _State, start: _Start, pots: list[tuple[int, Measures]], rules: Rules, over: Mask, year: int
) -> tuple[Array, Array, list[Movement], list[Movement]]:
    """Carry-forward pro rata to allocations, modulated: allocations after it, target of the year, what is kept and withheld.

    What is withheld from an over-funded hospital never brings it below the mean.
    """
    shares = [_pro_rata(one.carry_forward, before.allocation * _members(one, len(over))) for _, one in pots]
    full = sum(shares, np.zeros_like(before.allocation))
    target = _target_mean(before, start, full, rules) * start.population
    above = np.maximum(0, before.allocation + full - target)
    rate = np.where(over, np.minimum(rules.modulation, _ratio(above, full)), 0.0)
    kept, withheld = [], []
    for (pot, measures), share in zip(pots, shares, strict=True):
        held = float((rate * share).sum())
        kept.append(Movement(year, pot, "carry_forward", measures.carry_forward - held, (1 - rate) * share))
        withheld.append(Movement(year, pot, "withheld", held, np.zeros_like(share)))
    return before.allocation + (1 - rate) * full, target, kept, withheld


class _Rooms:
    """What each hospital can still take this year, under its need and its ceiling; giving takes room away."""

    def __init__(self, before: Array, carried: Array, target: Array, eligible: Mask, over: Mask, rules: Rules) -> None:
        ceiling = np.full_like(before, np.inf) if rules.ceiling is None else rules.ceiling * before
        short = target - carried
        missing = np.where(eligible & (short > NOISE * target), short, 0.0)
        distance = np.maximum(0, 1 - carried / target)
        self.key = missing * distance**rules.exponent
        self.room = np.minimum(missing, ceiling)
        self.needy = missing > 0
        # A hospital brought to the mean is neutral again; one that carry-forward alone brings above the bound is not.
        self.neutral = ~self.needy & ~over & (carried <= rules.high * target)
        self.neutral_key = before
        self.neutral_room = np.where(self.neutral, ceiling, 0.0)
        self.losable = np.where(over, np.minimum(rules.floor * before, np.maximum(0, carried - target)), 0.0)

    def give(self, move: Movement, pots: list[tuple[int, Measures]]) -> Movement:
        """The movement with its money shared out: hospitals with a need first; earmarked money then goes to the neutral."""
        members = _members(dict(pots)[move.pot], len(self.key))
        shares = fill(move.offered, np.where(members, self.key, 0.0), self.room)
        self.room = np.maximum(0, self.room - shares)
        if move.lever == "earmarked":
            left = max(0.0, move.offered - float(shares.sum()))
            extra = fill(left, np.where(members & self.neutral, self.neutral_key, 0.0), self.neutral_room)
            self.neutral_room = np.maximum(0, self.neutral_room - extra)
            shares = shares + extra
        return Movement(move.year, move.pot, move.lever, move.offered, shares)

    def converge(self, groups: NDArray[np.intp]) -> Array:
        """Within each segment, from the over-funded to those with a need, never more than these can take."""
        moved = np.zeros_like(self.key)
        for group in np.unique(groups):
            inside = groups == group
            losable = np.where(inside, self.losable, 0.0)
            gained = fill(float(losable.sum()), np.where(inside, self.key, 0.0), self.room)
            self.room = np.maximum(0, self.room - gained)
            if losable.sum() > 0:
                moved += gained - losable * (gained.sum() / losable.sum())
        return moved


def _target_mean(before: _State, start: _Start, full_carry: Array, rules: Rules) -> Array:
    """The mean that this year's needs are measured against, once everyone has had the full carry-forward."""
    if rules.mean_rule == "fixed":
        return start.mean
    carried = _segment_sum(full_carry, start.groups) / _segment_sum(before.allocation, start.groups)
    return np.asarray(before.mean * (1 + carried))


def _segment_growth(allocation: Array, start: _Start) -> Array:
    return np.asarray(_segment_sum(allocation, start.groups) / _segment_sum(start.allocation, start.groups))


def _segment_mean(money: Array, people: Array, groups: NDArray[np.intp]) -> Array:
    return np.asarray(_segment_sum(money, groups) / _segment_sum(people, groups))


def _segment_sum(values: Array, groups: NDArray[np.intp]) -> Array:
    """Each hospital's segment total."""
    return np.asarray(np.bincount(groups, weights=values)[groups])


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _pro_rata(amount: float, bases: Array) -> Array:
    return bases * (amount / bases.sum()) if bases.sum() > 0 else np.zeros_like(bases)


def _members(measures: Measures, length: int) -> Mask:
    return np.ones(length, dtype=bool) if measures.members is None else np.array(measures.members, dtype=bool)


def _check_rules(arguments: Arguments, rules: Rules, horizon: int, target_share: float) -> None:
    arguments.number("seuil", rules.threshold, 0)
    arguments.number("borne haute", rules.high, 0)
    if rules.threshold > rules.high:
        told = f"seuil : {french(rules.threshold)} dépasse la borne haute ({french(rules.high)})."
        arguments.fault("seuil", f"{told} Corriger l'un des deux.")
    arguments.number("modulation", rules.modulation, 0, 1)
    arguments.number("baisse maximale", rules.floor, 0, 1)
    arguments.number("objectif", target_share, 0, 1)
    arguments.number("exposant", rules.exponent, 0)
    arguments.number("plafond", 0.0 if rules.ceiling is None else rules.ceiling, 0)
    arguments.number("horizon", horizon, 1)
    choices = {
        "logique": (rules.logic, ("catch_up", "convergence")),
        "moyenne": (rules.mean_rule, ("fixed", "indexed", "recomputed")),
        "éligibilité": (rules.eligibility, ("initial", "yearly")),
    }
    for name, (choice, allowed) in choices.items():
        if choice not in allowed:
            arguments.fault(name, f"{name} : « {choice} » trouvé, attendu : {', '.join(allowed)}.")


def _check_campaign(arguments: Arguments, campaign: Sequence[Measures], horizon: int, length: int) -> None:
    for measures in campaign:
        for name, label in MEASURE_LABELS.items():
            arguments.number(f"campagne, année {measures.year}, {label}", getattr(measures, name), 0)
        if measures.year < 1:
            arguments.fault("campagne", f"campagne : année {measures.year} trouvée, la première est 1. Retirer la ligne.")
        if measures.members is not None and len(measures.members) != length:
            arguments.fault("campagne", f"campagne : {length} établissements attendus, {len(measures.members)} trouvés.")
    lacking = sorted(set(range(1, horizon + 1)) - {measures.year for measures in campaign})
    if lacking:
        years = ", ".join(str(year) for year in lacking)
        arguments.fault("campagne", f"campagne : aucune mesure pour l'année {years}. Compléter jusqu'à l'horizon.")
