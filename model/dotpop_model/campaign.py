"""Campaigns: one year of new measures shared out, for one scenario or for many at once (scenarios × hospitals)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array
from dotpop_model.sharing import fill

Mask = NDArray[np.bool_]
Members = NDArray[np.intp] | slice
"""Columns of the hospitals that share a pot: a slice where they follow each other, which copies nothing."""
Amount = float | Array
"""A number for every scenario, or one each (S × 1)."""
EVERYONE = slice(None)
CATCH_UP_LEVERS = ("withheld", "core_growth", "earmarked", "convergence")
NOISE = 1e-9  # relative: what is short, or over, by less is not; a float's last digits must not move money


@dataclass(frozen=True, slots=True)
class Measures:
    """The new money of one campaign year for one pot (a segment, or the whole region). Amounts in €, ≥ 0.

    year: 1 is the first year after the base year. members: which hospitals share the pot (None: all of them).
    """

    year: int
    carry_forward: Amount
    core_growth: Amount
    earmarked: Amount
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

    threshold: Amount = 0.95
    high: Amount = 1.05
    modulation: Amount = 0.0
    exponent: Amount = 0.0
    ceiling: Amount | None = None
    logic: str = "catch_up"
    floor: Amount = 0.0
    mean_rule: str = "fixed"
    eligibility: str = "initial"


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of money (€): of a pot (its place in the campaign; −1: none) by a lever. offered: S × 1.

    shares: S × members, negative where taken; offered − Σ shares found no taker.
    """

    pot: int
    lever: str
    offered: Amount
    members: Members
    shares: Array


@dataclass(frozen=True, slots=True)
class Start:
    """The base year. groups: the segment of each hospital (H); all else S × H."""

    allocation: Array
    population: Array
    groups: NDArray[np.intp]
    mean: Array
    need: Array


@dataclass(frozen=True, slots=True)
class State:
    """Where a year ends (S × H each)."""

    allocation: Array
    mean: Array
    caught_up: Array


Pots = Sequence[tuple[int, Measures]]


def one_year(before: State, start: Start, pots: Pots, rules: Rules) -> tuple[State, list[Move]]:
    """One campaign year: the levers in order, each pot in turn."""
    index = before.allocation / start.population / before.mean
    eligible = start.need > 0 if rules.eligibility == "initial" else index < rules.threshold
    over = index > rules.high * (1 + NOISE)
    carried, target, moves, withheld = _carry_forward(before, start, pots, rules, over)
    rooms = _Rooms(before.allocation, carried, target, eligible, over, rules)
    members = {pot: members_of(measures) for pot, measures in pots}
    for pot, held in withheld:
        moves.append(Move(pot, "withheld", held, members[pot], rooms.give("withheld", held, members[pot])))
    for lever in ("core_growth", "earmarked"):
        for pot, measures in pots:
            offered: Amount = getattr(measures, lever)
            moves.append(Move(pot, lever, offered, members[pot], rooms.give(lever, offered, members[pot])))
    if rules.logic == "convergence":
        moves.append(Move(-1, "convergence", 0.0, EVERYONE, rooms.converge(start.groups)))
    allocation, gained = before.allocation.copy(), np.zeros_like(carried)
    for move in moves:
        allocation[:, move.members] += move.shares
        if move.lever in CATCH_UP_LEVERS:
            gained[:, move.members] += np.maximum(0, move.shares)
    caught_up = before.caught_up + np.where(rooms.needy, gained, 0.0)
    mean = target / start.population
    if rules.mean_rule == "recomputed":
        growth = segment_sum(allocation, start.groups) / segment_sum(start.allocation, start.groups)
        mean = start.mean * growth
    return State(allocation, mean, caught_up), moves


def _carry_forward(
    before: State, start: Start, pots: Pots, rules: Rules, over: Mask
) -> tuple[Array, Array, list[Move], list[tuple[int, Array]]]:
    """Carry-forward pro rata to allocations, modulated: allocations after it, target of the year, what is kept and withheld.

    What is withheld from an over-funded hospital never brings it below the mean.
    """
    columns = [members_of(one) for _, one in pots]
    shares = [_pro_rata(one.carry_forward, before.allocation[:, own]) for (_, one), own in zip(pots, columns, strict=True)]
    full = np.zeros_like(before.allocation)
    for own, share in zip(columns, shares, strict=True):
        full[:, own] += share
    target = _target_mean(before, start, full, rules) * start.population
    above = np.maximum(0, before.allocation + full - target)
    rate = np.where(over, np.minimum(rules.modulation, _ratio(above, full)), 0.0)
    kept, withheld = [], []
    for (pot, measures), own, share in zip(pots, columns, shares, strict=True):
        held = (rate[:, own] * share).sum(axis=-1, keepdims=True)
        kept.append(Move(pot, "carry_forward", measures.carry_forward - held, own, (1 - rate[:, own]) * share))
        withheld.append((pot, held))
    return before.allocation + (1 - rate) * full, target, kept, withheld


class _Rooms:
    """What each hospital can still take this year, under its need and its ceiling; giving takes room away."""

    def __init__(self, before: Array, carried: Array, target: Array, eligible: Mask, over: Mask, rules: Rules) -> None:
        ceiling = np.full_like(before, np.inf) if rules.ceiling is None else rules.ceiling * before
        short = target - carried
        missing = short * (eligible & (short > NOISE * target))
        self.room = np.minimum(missing, ceiling)
        self.needy = missing > 0
        self.key = missing * np.power(np.maximum(0, short / target), rules.exponent)
        # A hospital brought to the mean is neutral again; one that carry-forward alone brings above the bound is not.
        self.neutral_key = np.where(~self.needy & ~over & (carried <= rules.high * target * (1 + NOISE)), before, 0.0)
        self.neutral_room = np.where(self.neutral_key > 0, ceiling, 0.0)
        self.losable = np.where(over, np.minimum(rules.floor * before, np.maximum(0, carried - target)), 0.0)

    def give(self, lever: str, offered: Amount, members: Members) -> Array:
        """The money of a pot shared out: hospitals with a need first; earmarked money then goes to the neutral."""
        shares = _filled(offered, self.key[:, members], self.room[:, members])
        self.room[:, members] = np.maximum(0, self.room[:, members] - shares)
        if lever == "earmarked":
            left = np.maximum(0.0, offered - shares.sum(axis=-1, keepdims=True))
            extra = _filled(left, self.neutral_key[:, members], self.neutral_room[:, members])
            self.neutral_room[:, members] = np.maximum(0, self.neutral_room[:, members] - extra)
            shares += extra
        return shares

    def converge(self, groups: NDArray[np.intp]) -> Array:
        """Within each segment, from the over-funded to those with a need, never more than these can take."""
        moved = np.zeros_like(self.key)
        for group in np.unique(groups):
            inside = columns(np.flatnonzero(groups == group))
            losable = self.losable[:, inside]
            lost = losable.sum(axis=-1, keepdims=True)
            gained = _filled(lost, self.key[:, inside], self.room[:, inside])
            self.room[:, inside] = np.maximum(0, self.room[:, inside] - gained)
            moved[:, inside] += gained - losable * _ratio(gained.sum(axis=-1, keepdims=True), lost)
        return moved


def _filled(offered: Amount, key: Array, room: Array) -> Array:
    """`fill` among those that have a key in some scenario: most hospitals have no need, and cost nothing."""
    shares, taking = np.zeros_like(key), np.flatnonzero(key.any(axis=0))
    if len(taking):
        shares[:, taking] = fill(offered, key[:, taking], room[:, taking])
    return shares


def _target_mean(before: State, start: Start, full_carry: Array, rules: Rules) -> Array:
    """The mean that this year's needs are measured against, once everyone has had the full carry-forward."""
    if rules.mean_rule == "fixed":
        return start.mean
    carried = segment_sum(full_carry, start.groups) / segment_sum(before.allocation, start.groups)
    return np.asarray(before.mean * (1 + carried))


def segment_sum(values: Array, groups: NDArray[np.intp]) -> Array:
    """Each hospital's segment total (S × H)."""
    found = np.empty_like(values)
    for group in range(int(groups.max(initial=-1)) + 1):
        inside = columns(np.flatnonzero(groups == group))
        found[:, inside] = values[:, inside].sum(axis=-1, keepdims=True)
    return found


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _pro_rata(amount: Amount, bases: Array) -> Array:
    total = bases.sum(axis=-1, keepdims=True)
    return np.asarray(bases * np.divide(amount, total, out=np.zeros_like(total), where=total > 0))


def members_of(measures: Measures) -> Members:
    """The columns of those who share a pot."""
    return EVERYONE if measures.members is None else columns(np.flatnonzero(measures.members))


def columns(places: NDArray[np.intp]) -> Members:
    """Places as columns: a slice where they follow each other."""
    follow = len(places) > 0 and int(places[-1]) - int(places[0]) == len(places) - 1
    return slice(int(places[0]), int(places[-1]) + 1) if follow else places
